"""The cap as a hard limit, read from the records of whole runs: never passed, and seen to bind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.pipeline import SCENARIOS, Run, child, run

MINIMAL = SCENARIOS / "minimal.yaml"
# one that is filled at night; left to self-consumption it would be empty whenever the connection is short
BATTERY = (
    "hubs.demo.battery={energy: {value: '0.4 MWh', assumed: x}, power: {value: '0.05 MW', assumed: x}, policy: tariff}"
)


def column(made: Run, name: str) -> np.ndarray:
    return made.records.steps[name].to_numpy()


def kinds(made: Run) -> set[str]:
    return {f"{kind}" for kind in made.records.events["kind"].to_pylist() if kind != "commission"}


def assert_within_limits(made: Run) -> None:
    highest, cap = column(made, "facility_max_w"), column(made, "cap_w")
    assert (highest <= cap).all()
    mean = column(made, "facility_w")
    assert (mean <= highest * (1.0 + 1e-12)).all()  # the mean of an interval, added up in pieces
    hubs, sample = made.built.loaded.scenario.hubs, made.built.region.fleet_sample
    names = made.records.steps["hub"].to_pylist()
    limit = np.array([hubs[name].connection.limit_w / sample for name in names])
    metered = column(made, "grid_import_w") + column(made, "contract_delivered_w")
    assert (metered <= limit * (1.0 + 1e-12)).all()
    own = [hubs[name].connection.facility_limit for name in names]
    assert (highest <= np.array([np.inf if w is None else w / sample for w in own])).all()
    assert made.summary["ledgers"]["energy_residual"] < 1e-9  # and every other ledger, or this raises


def test_without_a_binding_limit_nothing_gives_way() -> None:
    made = run(MINIMAL)
    assert_within_limits(made)
    assert kinds(made) == set()
    assert column(made, "power_refusals").sum() == 0


# The fleet idles at about 0.1 MW with its overhead and works at up to 0.16 MW; the sun gives up to 0.17 MW more.
@pytest.mark.parametrize(("limit_mw", "expected"), [
    (0.140, {"slow", "restore_speed"}),
    (0.100, {"slow", "restore_speed", "server_off", "server_on"}),
    (0.040, {"slow", "restore_speed", "server_off", "server_on", "suspend", "resume"}),
    (0.020, {"slow", "restore_speed", "server_off", "server_on", "suspend", "resume"}),
])  # fmt: skip
def test_a_tight_connection_is_kept_to_and_what_gives_way_is_written_down(limit_mw: float, expected: set[str]) -> None:
    made = run(MINIMAL, f"hubs.demo.connection.import_limit={limit_mw} MW")
    assert_within_limits(made)
    assert expected <= kinds(made)
    assert column(made, "power_refusals").sum() > 0
    assert {cause for cause in made.records.events["cause"].to_pylist() if cause} <= {"power", "plan"}


def test_a_facility_limit_binds_whatever_feeds_the_site() -> None:
    made = run(MINIMAL, "hubs.demo.connection.facility_limit=0.12 MW")
    assert_within_limits(made)
    assert column(made, "cap_w").max() == 120_000.0
    assert column(made, "facility_max_w").max() > 0.85 * 120_000.0  # a head that needs many watts blocks the rest
    assert column(made, "power_refusals").sum() > 0


def test_a_battery_lifts_the_cap_by_what_it_can_sustain() -> None:
    bare, stored = (run(MINIMAL, "hubs.demo.connection.import_limit=0.12 MW", *sets) for sets in ((), (BATTERY,)))
    for made in (bare, stored):
        assert_within_limits(made)
    assert (column(stored, "cap_w") >= column(bare, "cap_w")).all()
    assert (column(stored, "cap_w") - column(bare, "cap_w")).max() == pytest.approx(50_000.0)
    assert column(stored, "battery_discharge_w").max() > 0.0


def test_an_outage_with_sun_trips_the_hub_at_night_and_brings_it_back_by_day() -> None:
    made = run(MINIMAL, "hubs.demo.connection.import_limit=1 W")
    assert_within_limits(made)
    assert {"trip", "untrip"} <= kinds(made)
    facility, sun = column(made, "facility_w"), column(made, "pv_available_w")
    assert facility[sun == 0.0].max() == 0.0
    assert facility.max() > 50_000.0


def test_a_whole_run_without_power_does_nothing_and_still_adds_up() -> None:
    made = run(MINIMAL, "hubs.demo.connection.import_limit=1 W", "hubs.demo.pv=null")
    assert_within_limits(made)
    assert column(made, "facility_w").max() == 0.0
    states = made.records.jobs["final_state"].to_pylist()
    assert set(states) == {"waiting"}
    assert made.summary["energy"]["facility_gwh"] == 0.0
    assert made.summary["capacity"]["fp16"]["nameplate_eflops"] > 0.0
    assert made.summary["capacity"]["fp16"]["energised_eflops"] == 0.0


@pytest.mark.parametrize("qingpu_mw", [5, 4, 2, 1])
def test_three_hubs_with_services_batteries_and_one_tight_connection(qingpu_mw: int) -> None:
    made = run(
        SCENARIOS / "yrd_2025.yaml",
        "simulation.warm_up=6 h",
        f"hubs.qingpu.connection.import_limit={qingpu_mw} MW",
        horizon="1 d",
    )
    assert_within_limits(made)
    assert "slow" in kinds(made)
    hubs = set(made.records.events["hub"].to_pylist())
    assert hubs <= {"qingpu", "jiaxing"}


def test_every_interval_keeps_to_its_own_cap_when_caps_follow_the_sun(tmp_path: Path) -> None:
    text = "hubs: {demo: {pv: {capacity: {value: '600 kW', assumed: x}}, connection: {import_limit: {value: '30 kW', assumed: x}}}}\n"
    made = run(child(tmp_path, text), horizon="5 d")
    assert_within_limits(made)
    cap = column(made, "cap_w")
    assert cap.max() > 5 * cap.min()
