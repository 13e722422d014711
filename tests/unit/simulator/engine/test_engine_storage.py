"""Batteries in whole runs: every key changes a result, limits bind, and edges of the horizon are no edges to them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.pipeline import SCENARIOS, Run, child, run

TEXT = """
hubs:
  demo:
    battery:
      about: {assumed: "test"}
      energy: "0.4 MWh"
      power: "0.1 MW"
      soc_initial: 0.5
      policy: tariff
    contracts:
      flat:
        title: {zh: "约", en: "contract"}
        about: {assumed: "test"}
        kind: ppa_wind
        capacity: "0.3 MW"
"""
BATTERY = "hubs.demo.battery"


def stored(folder: Path, *sets: str, **options: str) -> Run:
    return run(child(folder, TEXT), *sets, **options)


def column(made: Run, name: str) -> np.ndarray:
    return made.records.steps[name].to_numpy()


@pytest.mark.parametrize(("key", "value"), [
    ("energy", "0.2 MWh"), ("power", "0.05 MW"), ("efficiency_charge", "0.9"), ("efficiency_discharge", "0.9"),
    ("soc_min", "0.3"), ("soc_initial", "0.9"), ("standing_loss_per_h", "0.01"), ("charge_rate", "0.1"),
    ("discharge_rate", "0.1"), ("policy", "self_consumption"), ("policy", "green_first"),
])  # fmt: skip
def test_every_key_moves_the_energy_that_is_stored(tmp_path: Path, key: str, value: str) -> None:
    fresh = "simulation.warm_up=0 s"  # a cycle forgets soc_initial
    before, after = stored(tmp_path, fresh), stored(tmp_path, fresh, f"{BATTERY}.{key}={value}")
    assert not np.allclose(column(before, "energy_stored_j"), column(after, "energy_stored_j"))
    assert after.summary["ledgers"]["energy_residual"] < 1e-9


def test_c_rates_bind_each_way(tmp_path: Path) -> None:
    made = stored(tmp_path, f"{BATTERY}.charge_rate=0.1", f"{BATTERY}.discharge_rate=0.2")
    assert column(made, "battery_charge_w").max() == pytest.approx(40_000.0)
    assert column(made, "battery_discharge_w").max() == pytest.approx(80_000.0)


def test_the_state_of_charge_keeps_its_limits(tmp_path: Path) -> None:
    made = stored(tmp_path, f"{BATTERY}.soc_min=0.25", horizon="3 d")
    energy = column(made, "energy_stored_j") / (0.4 * 3.6e9)
    assert energy.min() == pytest.approx(0.25, abs=1e-9)
    assert energy.max() == pytest.approx(1.0, abs=1e-9)


def test_wear_that_costs_more_than_the_spread_stops_arbitrage(tmp_path: Path) -> None:
    # Zhejiang's spread of July is 0.412 x (1.65 - 0.38) = 0.52 yuan and more
    moved = stored(tmp_path, f"{BATTERY}.wear_cost=0.1 元").summary
    assert moved["energy"]["battery_discharge_gwh"] > 0.0
    assert moved["cost"]["battery_wear_cny"] == pytest.approx(moved["energy"]["battery_discharge_gwh"] * 1e5)
    assert stored(tmp_path, f"{BATTERY}.wear_cost=2 元").summary["energy"]["battery_discharge_gwh"] == 0.0


def test_peak_shaving_lowers_the_demand_charge_and_the_target_matters(tmp_path: Path) -> None:
    idle = stored(tmp_path, f"{BATTERY}=null").summary
    sets = (f"{BATTERY}.policy=peak_shaving", f"{BATTERY}.peak_target=%s MW")
    shaved, lax = (stored(tmp_path, sets[0], sets[1] % target).summary for target in ("0.135", "0.15"))
    peaks = [made["energy"]["peak_import_mw"] for made in (shaved, lax, idle)]
    assert peaks[0] < peaks[1] < peaks[2]
    assert shaved["cost"]["demand_charge_cny"] < idle["cost"]["demand_charge_cny"]


def test_green_first_raises_the_hourly_score(tmp_path: Path) -> None:
    scores = [
        stored(tmp_path, "hubs.demo.contracts.flat.capacity=1 MW", f"{BATTERY}.{setting}").summary["clean"][
            "cfe_score_hourly"
        ]
        for setting in ("policy=green_first", "power=0 W")
    ]
    assert scores[0] > scores[1]


def test_embodied_carbon_is_spread_over_the_lifetime(tmp_path: Path) -> None:
    bare, made = (stored(tmp_path, f"{BATTERY}.embodied={mass}").summary for mass in ("0 t", "40 t"))
    grown = made["emissions"]["embodied_tco2"] - bare["emissions"]["embodied_tco2"]
    assert grown == pytest.approx(40.0 / (15 * 365), rel=1e-9)
    half = stored(tmp_path, f"{BATTERY}.embodied=40 t", f"{BATTERY}.lifetime=7.5 year").summary
    assert half["emissions"]["embodied_tco2"] > made["emissions"]["embodied_tco2"]


def test_the_edges_of_the_horizon_are_no_edges_to_the_store(tmp_path: Path) -> None:
    # the first day of three is the same day whether the run ends there or goes on, and the state carries over the warm-up
    idle = "workload.jobs=null"  # the jobs of a longer horizon are others
    one, three = stored(tmp_path, idle, horizon="1 d"), stored(tmp_path, idle, horizon="3 d")
    n = len(column(one, "energy_stored_j"))
    np.testing.assert_array_equal(column(one, "energy_stored_j"), column(three, "energy_stored_j")[:n])
    energy, power = column(three, "energy_stored_j"), 100_000.0
    assert np.abs(np.diff(energy)).max() <= power / 0.96 * 900.0 * (1 + 1e-12)
    assert energy[0] != pytest.approx(0.5 * 0.4 * 3.6e9)  # not set back to soc_initial when the horizon opens


def test_what_is_left_at_the_end_is_stated_with_its_value(tmp_path: Path) -> None:
    made = stored(tmp_path)
    energy, cost = made.summary["energy"], made.summary["cost"]
    moved = energy["battery_charge_gwh"] - energy["battery_discharge_gwh"] - energy["battery_loss_gwh"]
    assert energy["battery_stored_change_gwh"] == pytest.approx(moved, abs=1e-12)
    assert energy["battery_stored_change_gwh"] != 0.0
    assert cost["battery_stored_change_cny"] / energy["battery_stored_change_gwh"] / 1e6 == pytest.approx(0.6, abs=0.3)


def test_the_shipped_minimal_has_no_battery_and_says_zero() -> None:
    summary = run(SCENARIOS / "minimal.yaml").summary
    assert summary["energy"]["battery_stored_change_gwh"] == summary["cost"]["battery_stored_change_cny"] == 0.0
