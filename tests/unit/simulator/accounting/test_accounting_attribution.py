"""What jobs are charged sums to the meter (Batsim #65 charged a shared host to each of its jobs)."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.accounting import account, attribute
from simulator.records import arrow_schema
from tests.unit.simulator.accounting.world import WINDOW_S, job_rows, loaded, records

COLUMNS = {"consumed_energy_j": "gwh", "carbon_kg": "tco2", "cost_cny": "cny"}
SIZE = {"gwh": 3.6e12, "tco2": 1e3, "cny": 1.0}


def by_id(table: pa.Table) -> dict[str, dict[str, Any]]:
    return {row["job_id"]: row for row in table.to_pylist()}


def test_energy_of_jobs_by_hand() -> None:
    jobs = by_id(attribute(loaded(), records()))
    # hub a: idle + cooling + other 2 MW = 1.728e11 J a day; device days 400 in January, 1200 in February.
    # j1 held 100 devices for 82,800 s of January and 3,600 s of February
    shared = 1.728e11 * (100 * 82_800 / (400 * 86_400) + 100 * 3_600 / (1_200 * 86_400))
    assert jobs["j1"]["consumed_energy_j"] == pytest.approx(1.0e11 + shared, rel=1e-12)
    assert jobs["j2"]["consumed_energy_j"] == pytest.approx(2.456e11 + 1.728e11 * (1 / 4 + 1 / 12), rel=1e-12)
    assert jobs["j5"]["consumed_energy_j"] == 0.0


def test_services_and_nobody_by_hand() -> None:
    share = account(loaded(), records())["hubs"]["a"]["attribution"]
    # 45 devices given: 0.5 MW of their own for two days and 45/400, 45/1200 of the pools
    services = 0.5e6 * 172_800 + 1.728e11 * (45 / 400 + 45 / 1_200)
    assert share["services_gwh"] * 3.6e12 == pytest.approx(services, rel=1e-12)
    assert share["meter_gwh"] == pytest.approx(0.216, rel=1e-12)


def test_only_the_three_columns_change() -> None:
    before = records().jobs
    after = attribute(loaded(), records())
    assert after.schema.equals(arrow_schema("jobs"))
    assert after.drop(list(COLUMNS)).equals(before.drop(list(COLUMNS)))
    assert attribute(loaded(), records(sample=1)).equals(after)


def test_a_finished_run_can_be_attributed_again() -> None:
    first = attribute(loaded(), records())
    again = records()
    object.__setattr__(again, "jobs", first)
    assert attribute(loaded(), again).equals(first)


@pytest.mark.parametrize("sample", [1, 4])
def test_parts_sum_to_the_meter(sample: int) -> None:
    summary = account(loaded(sample), records(sample=sample))
    jobs = attribute(loaded(sample), records(sample=sample)).to_pandas()
    for hub, groups in summary["hubs"].items():
        share = groups["attribution"]
        for column, unit in COLUMNS.items():
            own = jobs.loc[jobs["hub"] == hub, column].sum() * sample / SIZE[unit]
            assert own == pytest.approx(share[f"jobs_{unit}"], rel=1e-9)
            parts = own + share[f"services_{unit}"] + share[f"unallocated_{unit}"]
            assert parts == pytest.approx(share[f"meter_{unit}"], rel=1e-9)


def test_a_full_fleet_leaves_nothing_unallocated_where_the_sample_is_rounded() -> None:
    # a quarter of hub b's 10 + 20 servers is 2 + 5, 8 + 40 devices; a job that holds them all bears all of the pool
    rows = [row for row in job_rows() if row["job_id"] != "j3"]
    j7 = next(row for row in rows if row["job_id"] == "j7")
    times = {"submission_time": 0.0, "starting_time": 0.0}
    j7 |= times | {"held_device_s": 4 * 48 * WINDOW_S, "dynamic_energy_j": 8.64e10}  # records() divides them by 4
    share = account(loaded(4), records(jobs=rows, sample=4))["hubs"]["b"]["attribution"]
    assert share["jobs_gwh"] == pytest.approx(share["meter_gwh"], rel=1e-9)
    assert share["unallocated_gwh"] == pytest.approx(0.0, abs=1e-12)


def test_meter_is_what_was_billed_and_emitted() -> None:
    summary = account(loaded(), records())
    share, cost = summary["attribution"], summary["cost"]
    assert share["meter_tco2"] == pytest.approx(summary["emissions"]["location_tco2"], rel=1e-12)
    electricity = sum(cost[f"{part}_cny"] for part in ("energy", "delivery", "demand_charge", "green"))
    assert share["meter_cny"] == pytest.approx(electricity - cost["export_revenue_cny"], rel=1e-12)


def test_a_job_in_cheap_hours_costs_less() -> None:
    # hub b pays 0.4 + 0.1 + 0.05 till noon, 0.8 + 0.1 after; 0.5 MW of export earn 0.3 all day; 1 MW load
    rows = [row for row in job_rows() if row["job_id"] != "j3"]
    common = {
        "hub": "b",
        "cluster": "b_x",
        "origin": "b",
        "final_state": "finished",
        "dynamic_energy_j": 4.32e10,
    }
    for job, start in (("am", 0.0), ("pm", 43_200.0)):
        times = {"submission_time": start, "starting_time": start, "finish_time": start + 43_200.0}
        rows.append({"job_id": job} | times | common)
    jobs = by_id(attribute(loaded(), records(jobs=rows)))
    demand = 30 * 1_000 * (1 / 31) / 24_000  # of January, over January's 24 MWh [CNY/kWh]
    certificates = (20 + 48_000 * 0.05) / 48_000  # and the premium on the contract's 48 MWh above the load
    am, pm = (0.55 - 0.15 + demand + certificates, 0.9 - 0.15 + demand + certificates)
    assert jobs["pm"]["cost_cny"] / jobs["am"]["cost_cny"] == pytest.approx(pm / am, rel=1e-9)
    assert jobs["pm"]["consumed_energy_j"] == jobs["am"]["consumed_energy_j"]


# start, time in the horizon, hub
spans = st.tuples(st.floats(-5e4, WINDOW_S - 1), st.floats(1.0, 2 * WINDOW_S), st.sampled_from(["a", "b"]))


def rows_of(jobs: list[tuple[float, float, str]]) -> list[dict[str, Any]]:
    """The drawn jobs beside j2 and j7, which are there all the time; together they use what was metered."""
    metered = {"a": 2e6 * WINDOW_S, "b": 0.5e6 * WINDOW_S}
    count = {hub: 1 + sum(job[2] == hub for job in jobs) for hub in metered}
    rows = [row for row in job_rows() if row["job_id"] in ("j2", "j4", "j5", "j6", "j7")]
    for row in rows:
        if row["job_id"] in ("j2", "j7"):
            row["dynamic_energy_j"] = metered[row["hub"]] / count[row["hub"]]
    for i, (start, length, hub) in enumerate(jobs):
        finish = max(start, 0.0) + length
        times = {"submission_time": start, "starting_time": start, "finish_time": finish}
        held = 300.0 * (min(finish, WINDOW_S) - max(start, 0.0))
        rows.append(
            {
                "job_id": f"h{i}",
                "hub": hub,
                "cluster": "b_x",
                "final_state": "finished",
                "held_device_s": held,
            }
            | {"dynamic_energy_j": metered[hub] / count[hub]}
            | times
        )
    return rows


@settings(max_examples=40, deadline=None)
@given(st.lists(spans, min_size=1, max_size=12), st.integers(1, 8))
def test_any_set_of_jobs_sums_to_the_meter(jobs: list[tuple[float, float, str]], sample: int) -> None:
    """Jobs that start before, end after, cross the month, or hold more than there was."""
    table = attribute(loaded(sample), records(jobs=rows_of(jobs), sample=sample)).to_pandas()
    share = account(loaded(sample), records(jobs=rows_of(jobs), sample=sample))["attribution"]
    for column, unit in COLUMNS.items():
        own = table[column].sum() * sample / SIZE[unit]
        rest = share[f"services_{unit}"] + share[f"unallocated_{unit}"]
        assert own + rest == pytest.approx(share[f"meter_{unit}"], rel=1e-9)
        assert (table[column] >= 0.0).all()
