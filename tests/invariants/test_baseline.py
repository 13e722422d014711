"""
Savings are the difference of two runs priced by one function (compute-gardener #36 took them from the wrong baseline).

The price and carbon of an interval are those of the interval, whoever schedules; what a policy saves is what its meters
read less than those of the run beside it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator import accounting
from simulator.scenario import load
from tests.pipeline import SCENARIOS, Run, run

SPARE = ("workload.jobs.training.fill=0.2", "simulation.warm_up=0 s")
WAITING = "policy={name: wait_awhile, options: {window_h: 12}}"
SERIES = ("energy_price_cny_per_kwh", "delivery_price_cny_per_kwh", "ci_location_kg_per_kwh", "ci_marginal_kg_per_kwh")
PRICED = (
    ("cost", "energy_cny"),
    ("cost", "delivery_cny"),
    ("emissions", "location_tco2"),
    ("emissions", "marginal_tco2"),
)


def made(*sets: str) -> Run:
    return run(SCENARIOS / "minimal.yaml", *SPARE, *sets, horizon="2 d")


@pytest.fixture(scope="module")
def baseline() -> Run:
    return made()


@pytest.fixture(scope="module")
def waiting() -> Run:
    return made(WAITING)


def column(one: Run, name: str) -> np.ndarray:
    return one.records.steps[name].to_numpy()


def by_hand(one: Run) -> dict[str, float]:
    """Price the meters of a run with the series of the same run. [CNY, t]"""
    kwh = column(one, "grid_import_w") / 4e3
    energy, delivery, location, marginal = (float((kwh * column(one, name)).sum()) for name in SERIES)
    return {
        "energy_cny": energy,
        "delivery_cny": delivery,
        "location_tco2": location / 1e3,
        "marginal_tco2": marginal / 1e3,
    }


def test_prices_and_factors_are_the_same_whoever_schedules(baseline: Run, waiting: Run) -> None:
    for name in SERIES:
        np.testing.assert_array_equal(column(baseline, name), column(waiting, name))
        assert len(np.unique(column(baseline, name))) > 1 or name.startswith("delivery")


def test_work_was_moved_and_nothing_of_it_is_lost(baseline: Run, waiting: Run) -> None:
    assert np.abs(column(baseline, "it_jobs_w") - column(waiting, "it_jobs_w")).max() > 1e4
    assert waiting.summary["service"]["wait_mean_s"] > baseline.summary["service"]["wait_mean_s"]


@pytest.mark.parametrize(("group", "key"), PRICED)
def test_what_is_saved_is_the_difference_of_the_meters_priced_alike(
    baseline: Run, waiting: Run, group: str, key: str
) -> None:
    for one in (baseline, waiting):
        assert one.summary[group][key] == pytest.approx(by_hand(one)[key], rel=1e-9)
    saved = baseline.summary[group][key] - waiting.summary[group][key]
    assert saved == pytest.approx(by_hand(baseline)[key] - by_hand(waiting)[key], rel=1e-6)
    assert saved != 0.0


def test_the_name_of_the_policy_prices_nothing(waiting: Run) -> None:
    other = load(SCENARIOS / "minimal.yaml", overrides=SPARE, horizon="2 d")  # says least_loaded
    assert _figures(accounting.account(other, waiting.records)) == _figures(waiting.summary)


def test_a_policy_against_itself_saves_nothing(baseline: Run) -> None:
    assert _figures(made().summary) == _figures(baseline.summary)


def _figures(summary: dict[str, Any]) -> dict[str, Any]:
    return {group: summary[group] for group in ("energy", "cost", "emissions", "clean")}
