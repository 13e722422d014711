"""Replay from trace to run folder: V7, requests and overruns, what is rejected, and the schedule of a real trace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.errors import InputError
from simulator.experiments import Replay, fill_replay_folder, outcome_lines
from simulator.experiments.replay_checks import largest_sum
from simulator.scheduling import QUEUES
from simulator.workload import Asked

# V7 of the validation list: 8 processors; (submit, run = request, processors)
V7 = [(0, 20, 3), (10, 30, 8), (20, 40, 3), (35, 20, 6), (45, 30, 4), (60, 30, 8), (75, 20, 6), (85, 80, 2)]
Rows = list[tuple[int, int, int]]


def swf(folder: Path, rows: Rows, requests: list[int] | None = None, procs: int | None = 8) -> Path:
    """Write a trace; requests equal the run times unless given."""
    path = folder / "trace.swf"
    asked = requests or [run for _, run, _ in rows]
    lines = [f"; MaxProcs: {procs}"] if procs else []
    lines += [
        f"{k + 1} {submit} -1 {run} {size} -1 -1 {size} {asked[k]} -1 1" + " -1" * 7
        for k, (submit, run, size) in enumerate(rows)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(folder: Path, trace: Path, **options: Any) -> tuple[dict[str, Any], pa.Table]:
    """Replay into a folder; return the summary and the jobs."""
    asked = {name: options.pop(name) for name in list(options) if name in Asked.__dataclass_fields__}
    out = folder / "out"
    out.mkdir(exist_ok=True)
    plan = Replay(trace, options.pop("devices", None), asked=Asked(**asked), **options)
    summary = fill_replay_folder(out, plan, command="test", stage=lambda _name, _share: None)
    return summary, pq.read_table(out / "jobs.parquet")


@pytest.mark.parametrize(("queue", "starts", "wait", "makespan"), [
    ("fcfs", [0, 20, 50, 90, 110, 140, 170, 170], 52.5, 250),
    ("easy", [0, 20, 50, 90, 50, 165, 110, 85], 30.0, 195),
    ("conservative", [0, 20, 50, 90, 50, 110, 140, 140], 33.75, 220),
    ("sjf", None, 41.25, None),
    ("ljf", None, 65.0, None),
])  # fmt: skip
def test_v7(tmp_path: Path, queue: str, starts: list[int] | None, wait: float, makespan: float | None) -> None:
    summary, jobs = run(tmp_path, swf(tmp_path, V7), queue=queue)
    assert summary["service"]["wait_mean_s"] == wait
    if starts:
        assert jobs["starting_time"].to_pylist() == starts
        assert summary["service"]["makespan_s"] == makespan
    first = jobs["starting_time"][0].as_py()
    assert str(first) == "0.0"  # not -0.0, which a table would show


def test_the_figures_of_v7_by_hand(tmp_path: Path) -> None:
    service = run(tmp_path, swf(tmp_path, V7))[0]["service"]
    runs = np.array([r for _, r, _ in V7], dtype=float)
    waits = np.array([0, 10, 30, 55, 65, 80, 95, 85], dtype=float)
    assert service["jobs_finished"] == 8
    assert service["slowdown_mean"] == pytest.approx(np.mean((waits + runs) / runs))  # rounding of a mean
    assert service["device_hours"] * 3600.0 == pytest.approx(sum(r * d for _, r, d in V7))
    assert service["utilization"] == pytest.approx(sum(r * d for _, r, d in V7) / (8 * 250))
    assert service["throughput_jobs_per_h"] == pytest.approx(8 / 250 * 3600)
    assert service["wait_p50_s"] == 60.0
    assert service["queue_length_max"] == 5  # from 85 to 90: jobs 4 to 8
    assert service["devices_held_max"] == 8


def test_bounded_slowdown_counts_short_runs_as_ten_seconds(tmp_path: Path) -> None:
    service = run(tmp_path, swf(tmp_path, [(0, 20, 8), (0, 2, 8)]))[0]["service"]
    assert service["slowdown_mean"] == pytest.approx((1.0 + 22 / 2) / 2)
    assert service["bounded_slowdown_mean"] == pytest.approx((1.0 + 22 / 10) / 2)


def test_a_trace_without_requests_needs_an_estimate(tmp_path: Path) -> None:
    trace = swf(tmp_path, V7, requests=[-1] * 8)
    with pytest.raises(InputError, match="without requested times; expected --estimate"):
        run(tmp_path, trace)
    summary, jobs = run(tmp_path, trace, estimate="factor:3", queue="easy")
    assert summary["requests"]["estimate"] == "factor:3"
    assert jobs["requested_time"].to_pylist() == [3.0 * r for _, r, _ in V7]
    assert run(tmp_path, trace, estimate="actual", queue="easy")[0]["service"]["wait_mean_s"] == 30.0
    limit = run(tmp_path, trace, estimate="limit:1min", overrun="keep")[1]
    assert set(limit["requested_time"].to_pylist()) == {60.0}


def test_few_gaps_in_the_requests_are_filled_and_told(tmp_path: Path) -> None:
    summary, jobs = run(tmp_path, swf(tmp_path, V7, requests=[-1, *[99] * 7]))
    assert jobs["requested_time"].to_pylist() == [20.0, *[99.0] * 7]
    assert "1 jobs without a requested time: taken as their run time" in summary["warnings"]


@pytest.mark.parametrize(
    "estimate", ["often", "factor:0.5", "factor:x", "factor:nan", "limit:7", "limit:0 s", "limit:"]
)
def test_wrong_estimates_are_told(tmp_path: Path, estimate: str) -> None:
    with pytest.raises(InputError, match="--estimate: got"):
        run(tmp_path, swf(tmp_path, V7), estimate=estimate)


def test_a_job_past_its_request_is_killed_or_kept_as_declared(tmp_path: Path) -> None:
    trace = swf(tmp_path, [(0, 100, 8), (1, 10, 8)], requests=[60, 10])
    summary, jobs = run(tmp_path, trace)
    assert jobs["finish_time"].to_pylist() == [60.0, 70.0]
    assert jobs["final_state"].to_pylist() == ["killed", "finished"]
    assert jobs["reason"].to_pylist() == ["ran past its requested time", None]
    assert summary["requests"] | {"cut_at_request": 1, "runs_beyond_request": 1} == summary["requests"]
    summary, jobs = run(tmp_path, trace, overrun="keep")
    assert jobs["finish_time"].to_pylist() == [100.0, 110.0]
    assert jobs["final_state"].to_pylist() == ["finished", "finished"]
    assert summary["requests"] | {"cut_at_request": 0, "runs_beyond_request": 1} == summary["requests"]


def test_jobs_larger_than_the_cluster_are_rejected_and_named(tmp_path: Path) -> None:
    summary, jobs = run(tmp_path, swf(tmp_path, [(0, 10, 9), (0, 10, 8), (3, 10, 100)]))
    assert summary["rejected"] == {"jobs": 2, "first": ["1: 9 devices", "3: 100 devices"]}
    assert jobs["final_state"].to_pylist() == ["rejected", "finished", "rejected"]
    assert jobs["starting_time"].to_pylist() == [None, 0.0, None]
    assert jobs["allocated_devices"].to_pylist() == [0, 8, 0]
    assert summary["service"]["jobs_rejected"] == 2


def test_all_rejected_is_a_finding_not_a_crash(tmp_path: Path) -> None:
    summary, _ = run(tmp_path, swf(tmp_path, [(0, 10, 9)]))
    assert summary["service"]["wait_mean_s"] is None
    assert summary["service"]["utilization"] is None
    assert any("rejected 1" in text for text in outcome_lines(summary))


def test_the_header_tells_the_devices_unless_the_user_does(tmp_path: Path) -> None:
    trace = swf(tmp_path, V7)
    assert run(tmp_path, trace)[0]["cluster"]["devices_told_by"] == "MaxProcs of the SWF header"
    assert run(tmp_path, trace, devices=16)[0]["cluster"] == {
        "devices": 16,
        "devices_per_server": 1,
        "servers": 16,
        "devices_told_by": "--devices",
        "queue": "fcfs",
    }
    with pytest.raises(InputError, match="expected --devices N"):
        run(tmp_path, swf(tmp_path, V7, procs=None))


def test_whole_servers_from_one_server_on(tmp_path: Path) -> None:
    """Servers of 4: five devices hold two servers, so the single job must wait although three are idle."""
    rows = [(0, 10, 5), (1, 10, 1)]
    _, jobs = run(tmp_path, swf(tmp_path, rows), devices_per_server=4)
    assert jobs["allocated_devices"].to_pylist() == [8, 1]
    assert jobs["starting_time"].to_pylist() == [0.0, 10.0]
    assert run(tmp_path, swf(tmp_path, rows))[1]["starting_time"].to_pylist() == [0.0, 1.0]
    with pytest.raises(InputError, match="expected a number that divides the devices"):
        run(tmp_path, swf(tmp_path, rows), devices_per_server=3)


def test_faster_arrivals_and_fewer_jobs(tmp_path: Path) -> None:
    rows = [(100, 10, 8), (200, 10, 8), (300, 10, 8)]
    _, jobs = run(tmp_path, swf(tmp_path, rows), scale_arrivals=20.0)
    assert jobs["submission_time"].to_pylist() == [100.0, 105.0, 110.0]
    assert jobs["starting_time"].to_pylist() == [100.0, 110.0, 120.0]
    assert run(tmp_path, swf(tmp_path, rows), limit_jobs=2)[1].num_rows == 2


@pytest.mark.parametrize("options", [
    {"queue": "easyy"}, {"devices": 0}, {"devices_per_server": 0}, {"overrun": "maybe"}, {"scale_arrivals": 0.0},
    {"scale_arrivals": float("nan")}, {"limit_jobs": 0},
])  # fmt: skip
def test_wrong_options_name_themselves(tmp_path: Path, options: dict[str, Any]) -> None:
    option = "--" + next(iter(options)).replace("_", "-")
    with pytest.raises(InputError, match=f"^{option}: got"):
        run(tmp_path, swf(tmp_path, V7), **options)


def test_the_same_replay_gives_the_same_bytes(tmp_path: Path) -> None:
    contents = []
    for _ in range(2):
        run(tmp_path, swf(tmp_path, V7), queue="easy")
        contents.append([(tmp_path / "out" / name).read_bytes() for name in ("jobs.parquet", "summary.json")])
    assert contents[0] == contents[1]


def test_the_manifest_names_input_code_and_speed(tmp_path: Path) -> None:
    trace = swf(tmp_path, V7)
    run(tmp_path, trace)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert (manifest["status"], manifest["kind"]) == ("complete", "replay")
    assert set(manifest["hashes"]["inputs"]) == {"trace.swf"}
    assert manifest["replay"]["asked"]["overrun"] == "kill"
    assert manifest["timing"]["jobs_per_s"] > 0
    assert str(tmp_path) not in json.dumps(manifest)


def test_peak_of_a_schedule(tmp_path: Path) -> None:
    start, end = np.array([0.0, 5.0, 10.0]), np.array([10.0, 10.0, 12.0])
    assert largest_sum(start, end, np.array([3, 4, 7])) == 7  # at 10 two end before one starts
    assert largest_sum(start, end + 1.0, np.array([3, 4, 7])) == 14


JOBS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40), st.integers(1, 9)), min_size=1, max_size=30)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=JOBS, asked=st.lists(st.integers(1, 60), min_size=30, max_size=30), data=st.data())
def test_every_schedule_keeps_its_rules(tmp_path: Path, rows: Rows, asked: list[int], data: st.DataObject) -> None:
    """The verb checks its own schedule; here for all queues, both rules for overruns, and shared servers."""
    queue = data.draw(st.sampled_from(sorted(QUEUES)))
    overrun = data.draw(st.sampled_from(["kill", "keep"]))
    per_server = data.draw(st.sampled_from([1, 2, 4]))
    trace = swf(tmp_path, rows, requests=asked[: len(rows)])
    summary, jobs = run(tmp_path, trace, queue=queue, overrun=overrun, devices_per_server=per_server)
    service = summary["service"]
    states = [service[f"jobs_{name}"] for name in ("finished", "failed", "killed", "rejected")]
    assert sum(states) == len(rows)
    assert service["jobs_rejected"] == sum(size > 8 for _, _, size in rows)
    assert service["devices_held_max"] <= 8
    waiting = np.array(jobs["waiting_time"].to_pylist(), dtype=float)
    assert (waiting[~np.isnan(waiting)] >= 0.0).all()


@pytest.fixture(scope="module")
def ricc(data_dir: Path) -> Path:
    return data_dir / "trace-hpc-swf" / "ricc_2010_jobs.csv.gz"


@pytest.mark.parametrize("queue", ["fcfs", "easy"])
def test_ricc_without_a_single_inconsistency(tmp_path: Path, ricc: Path, queue: str) -> None:
    """447,794 rows, ten of which did not run; checked from the written file, not from what the verb says."""
    summary, jobs = run(tmp_path, ricc, queue=queue, devices=8192, resource="cpus")
    columns = {name: jobs[name].to_numpy() for name in jobs.column_names if name not in ("job_id", "reason")}
    assert (summary["trace"]["rows"], jobs.num_rows) == (447_794, 447_784)
    assert set(columns["final_state"]) <= {"finished", "failed", "killed"}
    start, finish, held = (columns[name] for name in ("starting_time", "finish_time", "requested_devices"))
    times = np.concatenate([finish, start])
    order = np.lexsort((np.repeat([0, 1], len(start)), times))  # ends before starts at one instant
    busy = np.cumsum(np.concatenate([-held, held])[order])
    assert busy.max() <= 8192
    assert (busy >= 0).all()
    assert busy[-1] == 0
    assert (start >= columns["submission_time"]).all()
    in_order = (np.diff(start) >= 0.0).all()
    assert in_order == (queue == "fcfs")  # easy lets jobs pass
    # 8 x 10^10 device-seconds on 8,192 devices cannot end sooner than this
    assert summary["service"]["makespan_s"] >= float(((finish - start) * held).sum()) / 8192
    assert summary["recorded"]["real"]["wait_mean_s"] == pytest.approx(15970.9, abs=0.05)
