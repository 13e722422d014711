"""Whole runs with servers that power down: nothing is lost, nothing twice, and the control step changes nothing."""

from __future__ import annotations

import numpy as np
import pytest

from energy_models.units import J_PER_GWH
from tests.invariants.same import assert_identical
from tests.pipeline import SCENARIOS, Run, run

# on a third of the load of the example; the cap lets not all servers work at once
DOWN = "clusters.demo_h800.power_down={boot_time: 7 min, boot_energy: 5 MJ, keep: 1, off_power: 30 W}"
SPARSE = ("workload.jobs.training.fill=0.2", "hubs.demo.connection.import_limit=150 kW")
SERVERS, BOOT_S, BOOT_J = 32, 420.0, 5e6


def made(*sets: str) -> Run:
    return run(SCENARIOS / "minimal.yaml", *SPARSE, *sets, horizon="3 d")


@pytest.fixture(scope="module")
def down() -> Run:
    return made(DOWN)


def test_the_parts_of_idle_power_add_up_to_all_servers(down: Run) -> None:
    steps, clusters = down.records.steps, down.records.clusters
    booting, asleep = (clusters[f"{name}_device_s"].to_numpy() / 8 / 900 for name in ("booting", "powered_down"))
    idle, boot, saved = (steps[f"it_{name}_w"].to_numpy() for name in ("idle", "boot", "powered_down"))
    idle_w = float(down.built.region.idle_w[0])
    off = steps["it_parked_w"].to_numpy()
    assert (booting > 0).any()
    assert (asleep > 0).any()
    np.testing.assert_allclose(idle - boot + booting * idle_w + saved + off, SERVERS * idle_w, rtol=1e-9)
    np.testing.assert_allclose(saved, asleep * (idle_w - 30.0), rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(boot, booting * BOOT_J / BOOT_S, rtol=1e-9, atol=1e-6)
    assert (steps["facility_max_w"].to_numpy() <= steps["cap_w"].to_numpy()).all()


def test_every_boot_that_ends_took_its_energy_once(down: Run) -> None:
    events = down.records.events.to_pandas()
    change = events["kind"].map({"boot": 1.0, "booted": -1.0, "boot_cancelled": -1.0}).fillna(0.0) * events["value"]
    assert {"boot", "booted", "boot_cancelled"} <= set(events["kind"])
    # each server from its call to its end, or until it is given up, within the window
    until_s = 3 * 86400.0 - events["time_s"].clip(lower=0.0)
    boots_j = float(down.records.steps["it_boot_w"].to_numpy().sum()) * 900
    assert boots_j == pytest.approx(float((change * until_s).sum()) * BOOT_J / BOOT_S, rel=1e-9)
    whole = events[(events["kind"] == "booted") & (events["time_s"] > BOOT_S)]["value"].sum()
    assert boots_j >= whole * BOOT_J
    assert down.summary["energy"]["it_boot_gwh"] == pytest.approx(boots_j / J_PER_GWH, rel=1e-12)


def test_it_saves_energy_and_costs_waiting(down: Run) -> None:
    always_on = made()
    saved = down.summary["energy"]["it_powered_down_gwh"]
    assert always_on.summary["energy"]["it_powered_down_gwh"] == 0.0
    assert saved > 0.0
    assert down.summary["energy"]["facility_gwh"] < always_on.summary["energy"]["facility_gwh"]
    assert down.summary["service"]["wait_mean_s"] > always_on.summary["service"]["wait_mean_s"]


@pytest.mark.parametrize("step", ["5 min", "1 h"])
def test_the_control_step_changes_nothing(down: Run, step: str) -> None:
    assert_identical(down.records, made(DOWN, f"simulation.control_step={step}").records)


def test_a_sample_of_the_fleet_keeps_its_share(down: Run) -> None:
    half = made(DOWN, "simulation.fleet_sample=2", "workload.jobs.training.mix.sft.devices_max=32")
    kept = half.built.kernel().world.clusters.keep_idle[0]
    assert kept == 1  # at least one, as of servers
    assert half.summary["energy"]["it_powered_down_gwh"] > 0.0
