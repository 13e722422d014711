"""Every ledger closes on a sound world and fails, naming place and sides, on each way we know to break it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator.accounting import account
from simulator.errors import InvariantError
from tests.unit.simulator.accounting.world import cluster_columns, job_rows, loaded, records, step_columns

# far above rounding, far below anything a reader of a report would see
SMALL = 1.0 + 1e-7


def test_sound_world_closes() -> None:
    ledgers = account(loaded(), records())["ledgers"]
    assert len(ledgers) == 7
    assert all(0.0 <= residual <= 1e-12 for residual in ledgers.values())


def step_change(column: str, hub: str, interval: int, change: Callable[[float], float]) -> Any:
    steps = step_columns()
    row = ("a", "b").index(hub) * 192 + interval
    steps[column][row] = change(steps[column][row])
    return records(steps=steps)


@pytest.mark.parametrize(
    ("column", "says"),
    [
        ("grid_import_w", "energy, site balance: hub b at 2025-02-01T23:45:00"),
        ("it_jobs_w", "energy, IT = idle \\+ jobs \\+ services: hub b at 2025-02-01T23:45"),
        ("it_idle_w", "energy, IT = idle \\+ jobs \\+ services: hub b at"),
        ("facility_w", "energy, facility: hub b at"),
        ("cooling_w", "energy, site balance: hub b at"),
        ("grid_export_w", "energy, site balance: hub b at"),
    ],
)
def test_a_ten_millionth_in_one_interval_is_found(column: str, says: str) -> None:
    broken = step_change(column, "b", 191, lambda value: value * SMALL)
    with pytest.raises(InvariantError, match=says):
        account(loaded(), broken)


def test_the_message_shows_both_sides() -> None:
    broken = step_change("grid_import_w", "b", 191, lambda value: value + 3.0)
    with pytest.raises(InvariantError, match="W: 1500003 against 1500000, relative residual 2e-06, allowed 1e-09"):
        account(loaded(), broken)


def test_battery_that_loses_energy_silently() -> None:
    broken = step_change("battery_loss_w", "a", 100, lambda value: value + 10.0)
    with pytest.raises(InvariantError, match="energy, battery, J: hub a at 2025-02-01T01:00"):
        account(loaded(), broken)


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("curtailed_w", -5.0, "curtailed_w is -5, on the wrong side of 0"),
        ("clean_supply_w", -1.0, "clean_supply_w is -1"),
        ("pv_available_w", 0.0, "pv_used_w is 1000000, on the wrong side of pv_available_w"),
        ("contract_available_w", 1.9e6, "contract_delivered_w is 2000000"),
        ("service_asked_device_s", 10.0, "service_unserved_device_s is 4500"),
    ],
)
def test_flows_have_signs_and_limits(column: str, value: float, says: str) -> None:
    with pytest.raises(InvariantError, match=says):
        account(loaded(), step_change(column, "a", 40, lambda _: value))


def job_change(job: str, **changed: Any) -> Any:
    rows = [row | changed if row["job_id"] == job else row for row in job_rows()]
    return records(jobs=rows)


@pytest.mark.parametrize(
    ("job", "changed", "says"),
    [
        ("j1", {"dynamic_energy_j": 1.0e11 * SMALL}, "jobs' dynamic energy = integral of it_jobs_w: hub a"),
        ("j3", {"hub": "a"}, "jobs' dynamic energy = integral of it_jobs_w: hub"),
        ("j1", {"executed_device_s": 8.64e6}, r"ledger work: job j1 \(finished\) asked 8640000 device s"),
        ("j3", {"remaining_device_s": 6e5}, r"job j3 \(killed\) .* useful 300000 \+ not done 600000"),
        ("j2", {"remaining_device_s": 8e7}, r"ledger work: job j2 \(running\)"),
        ("j5", {"executed_device_s": 1e4}, r"ledger work: job j5 \(rejected\)"),
        ("j5", {"remaining_device_s": 9e9}, r"ledger work: job j5 \(rejected\)"),
        ("j1", {"lost_device_s": 0.0}, r"ledger work: job j1 \(finished\)"),
        ("j3", {"executed_device_s": 2e6}, r"ledger work: job j3 \(killed\) asked 1000000 device s"),
        ("j2", {"executed_device_s": 2e8}, r"ledger work: job j2 \(running\)"),
        ("j7", {"lost_device_s": -2000.0, "executed_device_s": 0.0}, r"ledger work: job j7 \(suspended\)"),
        ("j2", {"finish_time": 50.0}, "ledger jobs: job j2 is running with"),
        ("j1", {"finish_time": 3000.0}, "ledger jobs: job j1 is finished with"),
        ("j1", {"finish_time": None}, "ledger jobs: job j1 is finished with"),
        ("j1", {"starting_time": -1.0}, "ledger jobs: job j1 is finished with"),
        ("j4", {"finish_time": 171000.0}, "ledger jobs: job j4 is waiting with"),
        ("j4", {"job_id": "j1"}, "a job id occurs twice"),
        (
            "j4",
            {"final_state": "held"},
            "hub b at the end: 1 jobs are waiting or suspended, waiting_jobs says 2",
        ),
        ("j6", {"final_state": "transferring"}, "hub a at the end: 0 jobs are held, held_jobs says 1"),
        ("j4", {"final_state": "gone"}, "final_state names \\['gone'\\]"),
        ("j4", {"hub": "c"}, "hub names \\['c'\\]"),
    ],
)
def test_jobs_and_work(job: str, changed: dict[str, Any], says: str) -> None:
    with pytest.raises(InvariantError, match=says):
        account(loaded(), job_change(job, **changed))


def test_work_done_before_the_window_may_be_rolled_back_in_it() -> None:
    # useful work of the window is then negative, and more remains than was asked at its start: no fault
    account(loaded(), job_change("j2", executed_device_s=10.0, lost_device_s=50.0))


def test_a_job_missing_from_the_table_shows_in_the_counters() -> None:
    rows = [row for row in job_rows() if row["job_id"] != "j7"]
    with pytest.raises(InvariantError, match="waiting_jobs says 2"):
        account(loaded(), records(jobs=rows))


@pytest.mark.parametrize(
    ("rung", "says"),
    [
        ("energised", "mean devices energised above nameplate"),
        ("available", "mean devices available above energised"),
        ("allocated", "mean devices allocated above available"),
        ("utilised", "mean devices utilised above allocated"),
        ("effective", "mean devices effective above utilised"),
    ],
)
def test_no_rung_above_the_one_over_it(rung: str, says: str) -> None:
    clusters = cluster_columns()
    place = np.array(clusters["cluster"]) == "b_x"
    clusters[f"{rung}_device_s"][place] = 161 * 900.0
    with pytest.raises(InvariantError, match=f"ledger ladder: cluster b_x, 2025-01-31T00:00.*{says}"):
        account(loaded(), records(clusters=clusters))


def test_losses_cannot_hide_a_broken_ladder() -> None:
    clusters = cluster_columns()
    place = np.array(clusters["cluster"]) == "b_x"
    clusters["effective_device_s"][place] = 90 * 900.0
    clusters["lost_device_s"][place] = 80 * 900.0
    with pytest.raises(InvariantError, match="effective above utilised"):
        account(loaded(), records(clusters=clusters))


def test_missing_doubled_and_shifted_intervals() -> None:
    whole = step_columns()
    short = {name: values[:-1] for name, values in whole.items()}
    with pytest.raises(InvariantError, match="hub b has 191 intervals; expected 192 of 900 s"):
        account(loaded(), records(steps=short))
    doubled = dict(whole, time_s=whole["time_s"].copy())
    doubled["time_s"][5] = doubled["time_s"][4]
    with pytest.raises(InvariantError, match="hub a has an interval at 3600 s; expected 4500 s"):
        account(loaded(), records(steps=doubled))
    clusters = cluster_columns()
    clusters["cluster"] = [name if name != "b_x" else "b_new" for name in clusters["cluster"]]
    with pytest.raises(InvariantError, match="cluster b_new has 384 intervals"):
        account(loaded(), records(clusters=clusters))


def test_more_certificates_than_needed_are_left_over() -> None:
    clean = account(loaded(), records())["clean"]
    assert clean["certificates_mwh"] + clean["certificates_left_mwh"] == pytest.approx(
        clean["certificates_bought_mwh"], rel=1e-12
    )
