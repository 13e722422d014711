"""One run of the engine: first and last interval, warm-up, commissioning, and runs with next to nothing in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulator.records import FINAL_STATES, Records
from tests.pipeline import SCENARIOS, child, run

MINIMAL = SCENARIOS / "minimal.yaml"
INTERVALS = 96


@pytest.fixture(scope="module")
def minimal() -> Records:
    return run(MINIMAL).records


def column(records: Records, table: str, name: str) -> np.ndarray:
    return getattr(records, table)[name].to_numpy()


def test_every_interval_of_the_horizon_is_there_and_the_last_is_closed(minimal: Records) -> None:
    np.testing.assert_array_equal(column(minimal, "steps", "time_s"), 900.0 * np.arange(INTERVALS))
    np.testing.assert_array_equal(column(minimal, "clusters", "time_s"), 900.0 * np.arange(INTERVALS))
    facility = column(minimal, "steps", "facility_w")
    assert facility[-1] > 0.5 * facility.mean()  # SimPy's run(until) would have left it out
    assert column(minimal, "clusters", "energised_device_s")[-1] == 256 * 900.0
    assert column(minimal, "steps", "grid_import_w")[-1] > 0.0  # and settled


def test_the_warm_up_is_simulated_and_left_out(minimal: Records) -> None:
    cold = run(MINIMAL, "simulation.warm_up=0 s").records
    submitted = column(minimal, "jobs", "submission_time")
    assert (submitted < 0.0).any()  # work carried in ...
    finish = column(minimal, "jobs", "finish_time")
    assert not (finish < 0.0).any()  # ... but nobody who had gone
    assert column(minimal, "steps", "running_jobs")[0] > column(cold, "steps", "running_jobs")[0]
    assert (column(cold, "jobs", "submission_time") >= 0.0).all()
    held = column(minimal, "jobs", "held_device_s")
    start = np.maximum(column(minimal, "jobs", "starting_time"), 0.0)
    end = np.where(np.isnan(finish), 86400.0, finish)
    ran = ~np.isnan(start) & (column(minimal, "jobs", "lost_device_s") == 0.0)
    inside = ((end - start) * column(minimal, "jobs", "devices"))[ran]
    np.testing.assert_allclose(held[ran], inside, rtol=1e-9, atol=1e-6)  # only what lies in the window counts


def test_events_of_the_warm_up_are_left_out(tmp_path: Path) -> None:
    early = child(tmp_path, "clusters: {demo_h800: {commissioned: '2025-06-30T12:00:00+08:00'}}\n")
    late = child(tmp_path, "clusters: {demo_h800: {commissioned: '2025-07-01T12:00:00+08:00'}}\n", name="late.yaml")
    assert "commission" not in run(early).records.events["kind"].to_pylist()
    events = run(late).records.events
    at = events["kind"].to_pylist().index("commission")
    assert events["time_s"][at].as_py() == 12 * 3600.0
    assert events["value"][at].as_py() == 32.0


PHASES = """
clusters:
  demo_h800: {servers: 16, commissioned: "2025-06-01T00:00:00+08:00"}
  demo_new:
    title: {zh: "二期", en: "phase 2"}
    about: {assumed: "test"}
    hub: demo
    device: h800
    servers: 16
    commissioned: "2025-07-01T06:05:00+08:00"
"""


def test_a_phase_commissioned_in_mid_interval_raises_idle_power_at_the_true_instant(tmp_path: Path) -> None:
    made = run(child(tmp_path, PHASES))
    (idle_w,) = {device.server_idle for name, device in made.built.loaded.scenario.devices.items() if name == "h800"}
    watts = column(made.records, "steps", "it_idle_w") / idle_w
    np.testing.assert_allclose(watts[:24], 16.0, rtol=1e-12)
    assert watts[24] == pytest.approx(16 + 16 * 600 / 900, rel=1e-12)  # from 06:05 on
    np.testing.assert_allclose(watts[25:], 32.0, rtol=1e-12)
    energised = column(made.records, "clusters", "energised_device_s").reshape(INTERVALS, 2)
    np.testing.assert_array_equal(energised[23:26, 1], [0.0, 16 * 8 * 600.0, 16 * 8 * 900.0])
    clusters = made.records.jobs["cluster"].to_pylist()
    starts = column(made.records, "jobs", "starting_time")
    first = min(start for start, name in zip(starts, clusters, strict=True) if name == "demo_new")
    assert first >= 6 * 3600 + 300


def test_the_ledgers_of_a_run_with_phases_close(tmp_path: Path) -> None:
    assert run(child(tmp_path, PHASES)).summary["ledgers"]["energy_residual"] < 1e-9


def test_an_empty_site_draws_nothing_and_the_first_phase_is_cooled_from_its_first_instant(tmp_path: Path) -> None:
    made = run(child(tmp_path, "clusters: {demo_h800: {commissioned: '2025-07-01T06:30:00+08:00'}}\n"))
    it, cooling = column(made.records, "steps", "it_w"), column(made.records, "steps", "cooling_w")
    np.testing.assert_array_equal(column(made.records, "steps", "facility_w")[:24], 0.0)
    np.testing.assert_array_equal(it[:26], 0.0)
    assert (it[26:] > 0.0).all()
    assert (cooling[26:] > 0.05 * it[26:]).all()


def test_a_cluster_that_is_built_after_the_run_never_draws_power(tmp_path: Path) -> None:
    text = PHASES.replace("2025-07-01T06:05", "2026-01-01T00:00")
    made = run(child(tmp_path, text))
    energised = column(made.records, "clusters", "energised_device_s").reshape(INTERVALS, 2)
    assert energised[:, 1].max() == 0.0
    assert made.summary["ledgers"]["ladder_residual"] < 1e-9


def test_a_run_without_jobs_still_meters_its_idle_servers() -> None:
    made = run(MINIMAL, "workload.jobs=null")
    assert made.records.jobs.num_rows == 0
    np.testing.assert_array_equal(column(made.records, "steps", "it_jobs_w"), 0.0)
    assert (column(made.records, "steps", "it_idle_w") > 0.0).all()
    assert made.summary["energy"]["it_gwh"] > 0.0


SERVICE = """
workload:
  jobs: null
  services:
    chat:
      title: {zh: "对话", en: "chat"}
      about: {assumed: "test"}
      hub: demo
      job_class: inference_service
      demand: "0.01 EFLOPS"
      day_shape: servegen_m_large
      noise: 0.1
"""


def test_a_run_with_services_only(tmp_path: Path) -> None:
    made = run(child(tmp_path, SERVICE))
    asked = column(made.records, "steps", "service_asked_device_s")
    assert asked.max() > 1.2 * asked.min() > 0.0  # it follows the day
    watts = column(made.records, "steps", "it_services_w")
    assert np.corrcoef(asked, watts)[0, 1] > 0.95
    assert made.summary["service"]["services_unserved_share"] == 0.0


def test_every_job_ends_the_run_in_one_state_and_the_table_says_where(minimal: Records) -> None:
    states = minimal.jobs["final_state"].to_pylist()
    assert set(states) <= set(FINAL_STATES)
    table = {name: minimal.jobs[name].to_pylist() for name in ("cluster", "reason", "starting_time", "finish_time")}
    for state, cluster, reason, start, finish in zip(states, *table.values(), strict=True):
        assert (cluster is None) == (state in ("rejected", "held"))
        assert bool(reason) == (state == "rejected")
        assert (start is not None) or state in ("waiting", "rejected", "held")
        assert (finish is not None) == (state in ("finished", "failed", "killed", "rejected"))


def test_notes_say_which_inputs_are_synthetic() -> None:
    notes = run(MINIMAL).notes
    assert any("synthetic" in note and "Hangzhou_CSWD" in note for note in notes)


TRACED = """
workload:
  jobs:
    training: null
    real:
      model: trace
      file: jobs.csv
      align: "2025-07-01T00:00:00+08:00"
      job_class: sft
      origins: {demo: 1.0}
"""


@pytest.mark.parametrize(("overrun", "state", "ran_s"), [("kill", "killed", 3600.0), ("keep", "finished", 7200.0)])
def test_a_job_past_its_request_is_killed_or_kept_and_the_next_starts_when_it_has_gone(
    tmp_path: Path, overrun: str, state: str, ran_s: float
) -> None:
    rows = "a,0,7200,256,3600\nb,60,600,256,1200\nc,80000,600,8,1200\n"
    (tmp_path / "jobs.csv").write_text(f"job_id,submit_time_s,duration_s,gpus,req_time_s\n{rows}")
    set_to = (
        f"workload.jobs.real.overrun={overrun}",
        "simulation.warm_up=0 s",
        "hubs.demo.connection.import_limit=2 MW",
    )
    made = run(child(tmp_path, TRACED), *set_to)
    jobs = made.records.jobs
    assert made.summary["ledgers"]["work_residual"] < 1e-9
    assert jobs["final_state"].to_pylist() == [state, "finished", "finished"]
    starts, ends = jobs["starting_time"].to_numpy(), jobs["finish_time"].to_numpy()
    factor = (ends[1] - starts[1]) / 600.0  # the device is faster than the reference
    assert ends[0] == pytest.approx(ran_s * factor, rel=1e-12)
    assert starts[1] == ends[0]
