"""What each built-in policy chooses: by hand on few clusters, and as trends over days on real inputs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from simulator.scheduling import FIXED, NO_SHIFT, Directive, View, make_policy
from tests.pipeline import SCENARIOS, run
from tests.unit.simulator.scheduling.small_region import Job, Small, scenario
from tests.unit.simulator.scheduling.test_policies import view_of

MINIMAL = SCENARIOS / "minimal.yaml"
TWO = {"a": {"hub": "g"}, "b": {"hub": "h"}}


def seen(**more: Any) -> View:
    """A view of two clusters at two hubs; a device draws 1 kW at a, 2 kW at b, but is twice as fast there."""
    small = Small(scenario(TWO), [Job(0, 1)])
    view = view_of(small, np.array([[True, False]]))
    signals = {
        "price_cny_per_kwh": np.array([0.5, 0.6]),
        "ci_location_kg_per_kwh": np.array([0.6, 0.5]),
        "green_w": np.array([10.0, 50.0]),
    }
    settled = dict.fromkeys(("facility_w", "clean_w", "import_w", "import_peak_w"), np.zeros(2))
    given = {"device_w": np.array([[1000.0, 2000.0]]), "factor": np.array([[1.0, 2.0]]), "cap_w": np.full(2, 100.0)}
    return replace(view, **{"signals": signals, "settled": settled} | given | more)


def best(directive: Directive) -> int:
    return int(np.argmin(directive.score[0]))


def test_cheapest_pays_by_the_work_and_not_by_the_hour() -> None:
    directive = make_policy("cheapest", {}).decide(seen())
    np.testing.assert_allclose(directive.score, [[0.5, 0.6]])
    assert best(directive) == 0
    assert best(make_policy("cheapest", {}).decide(seen(factor=np.array([[1.0, 3.0]])))) == 1


def test_cheapest_counts_cooling_the_price_of_moving_and_the_wait_for_data() -> None:
    assert best(make_policy("cheapest", {}).decide(seen(facility_per_it=np.array([1.5, 1.1])))) == 1
    far = {"network_cny": np.array([[0.0, 30.0]]), "job_device_h": np.array([100.0])}
    near = seen(factor=np.array([[1.0, 3.0]]))
    assert make_policy("cheapest", {}).decide(replace(near, **far)).score[0, 1] == pytest.approx(0.4 + 0.3)
    slow = replace(near, transfer_s=np.array([[0.0, 7200.0]]))
    assert make_policy("cheapest", {"wait_price": 0.1}).decide(slow).score[0, 1] == pytest.approx(0.4 + 0.2)


def test_lowest_carbon_follows_the_factor_and_inf_stands_where_a_route_may_not_go() -> None:
    policy = make_policy("lowest_carbon", {})
    assert best(policy.decide(seen())) == 1
    assert policy.decide(seen(eligible=np.array([[True, False]]))).score[0, 1] == np.inf


def test_follow_the_sun_goes_where_green_power_is_to_spare() -> None:
    policy = make_policy("follow_the_sun", {})
    assert best(policy.decide(seen())) == 1
    assert best(policy.decide(seen(power_w=np.array([0.0, 45.0])))) == 0


def test_wait_awhile_shifts_only_what_may_be_suspended_over_its_window() -> None:
    asked = []

    def ahead(name: str, now_s: float, steps: int, step_s: float) -> np.ndarray:
        asked.append((name, now_s, steps, step_s))
        return np.ones((2, steps))

    policy = make_policy("wait_awhile", {"shift": "fixed", "signal": "price", "window_h": 6})
    assert policy.decide(seen(ahead=ahead)).shift.tolist() == [NO_SHIFT]
    assert policy.decide(seen(ahead=ahead, preemptible=np.array([True]))).shift.tolist() == [FIXED]
    assert asked == [("price", 0.0, 24, 900.0)] * 2
    assert make_policy("wait_awhile", {"place": "home"}).decide(seen()).score.tolist() == [[0.0, np.inf]]


def dear(now: float, later: float) -> dict[str, Any]:
    """A price by both hubs that changes after an hour."""

    def ahead(_name: str, _now_s: float, steps: int, _step_s: float) -> np.ndarray:
        return np.where(np.arange(steps) < 4, now, later) * np.ones((2, 1))

    return {"ahead": ahead, "preemptible": np.array([True]), "held_jobs": np.array([1])}


def test_drift_plus_penalty_waits_v_times_what_is_above_the_least_price_and_no_longer() -> None:
    policy = make_policy("drift_plus_penalty", {"v": 9.9})
    released = None
    for step in range(40):
        directive = policy.decide(seen(now_s=step * 900.0, **dear(0.8, 0.5)))
        if np.isfinite(directive.score).any():
            released = step * 0.25
            break
    assert released == 3.0  # hours: the first step after 9.9 h per CNY x 1 kWh a device-hour x 0.3 CNY/kWh
    assert np.isfinite(make_policy("drift_plus_penalty", {"v": 10.0}).decide(seen(**dear(0.5, 0.8))).score).all()
    assert np.isfinite(make_policy("drift_plus_penalty", {"v": 0.0}).decide(seen(**dear(0.8, 0.5))).score).all()


@pytest.mark.parametrize(
    ("option", "settled"),
    [
        ({"green_min": 0.8}, {"facility_w": np.array([90.0, 90.0]), "clean_w": np.array([0.0, 90.0])}),
        ({"peak_share": 0.5}, {"import_w": np.array([90.0, 10.0])}),
    ],
)
def test_drift_plus_penalty_leaves_a_hub_that_missed_its_green_share_or_its_peak(
    option: dict[str, float], settled: dict[str, np.ndarray]
) -> None:
    same = {"device_w": np.array([[1000.0, 1000.0]]), "factor": np.array([[1.0, 1.0]])}
    none = dict.fromkeys(("facility_w", "clean_w", "import_w", "import_peak_w"), np.zeros(2))
    policy = make_policy("drift_plus_penalty", option)
    first = policy.decide(seen(**same, settled=none))
    assert first.score[0, 0] == first.score[0, 1]
    dark = seen(**same)
    signals = dark.signals | {"green_w": np.array([0.0, 0.0])}
    later = policy.decide(replace(dark, now_s=900.0, settled=none | settled, signals=signals))
    assert later.score[0, 0] > later.score[0, 1]


def test_v_trades_cost_against_delay_monotonically() -> None:
    """Neely's theorem, O(1/V) and O(V): a week of the real tariff, where nothing else moves the cost."""
    cost, wait = [], []
    for v in (0, 10, 40, 160):
        made = run(
            MINIMAL,
            "policy.name=drift_plus_penalty",
            f"policy.options={{v: {v}}}",
            "workload.jobs.training.fill=0.3",
            horizon="7 d",
        )
        cost.append(made.summary["cost"]["energy_cny"])
        wait.append(made.summary["service"]["wait_mean_s"])
    assert cost == sorted(cost, reverse=True)
    assert wait == sorted(wait)
    assert cost[-1] < 0.98 * cost[0]
    assert wait[-1] > wait[0] + 3600.0


@pytest.mark.parametrize("shift", ["fixed", "interruptible"])
def test_waiting_for_cheap_hours_moves_energy_into_them_and_all_ledgers_close(shift: str) -> None:
    sets = ("workload.jobs.training.fill=0.2", "policy.name=wait_awhile")
    waited = run(MINIMAL, *sets, f"policy.options={{shift: {shift}, signal: price}}", horizon="4 d")
    plain = run(MINIMAL, sets[0], horizon="4 d")
    assert waited.summary["cost"]["energy_cny"] < 0.97 * plain.summary["cost"]["energy_cny"]
    told = [note for note in waited.notes if "forecast of price (seasonal_naive)" in note]
    assert len(told) == 1
    paused = {e["cause"] for e in waited.records.events.to_pylist() if e["kind"] == "suspend"}
    assert paused == ({"shift"} if shift == "interruptible" else set())


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("cheapest", {"wait_price": -1}, "wait_price"),
        ("lowest_carbon", {"wait_price": "x"}, "wait_price"),
        ("follow_the_sun", {"load_weight": True}, "load_weight"),
        ("wait_awhile", {"shift": "sometimes"}, "fixed, interruptible"),
        ("wait_awhile", {"signal": "wind"}, "carbon, price"),
        ("wait_awhile", {"window_h": 1000}, "0.25 to"),
        ("drift_plus_penalty", {"v": float("inf")}, "v is inf"),
        ("drift_plus_penalty", {"green_min": 80}, "from 0 to 1"),
    ],
)
def test_options_out_of_range_are_told(name: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make_policy(name, options)
