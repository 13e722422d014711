"""
What a reader had to invent is told with its count: no trace has all a simulator needs (clusterdata #257, #260, #231).

Each file below lacks something, a whole column or some cells; another that has it is told to have it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simulator.experiments.replay import Replay, fill_replay_folder
from simulator.scenario import load
from simulator.workload import read_trace
from tests.pipeline import build, child

SWF_LINE = "{i} {i} 5 60 2 -1 -1 {asked} {request} -1 {status} 1 1 1 1 1 -1 -1"
OPENB = "name,cpu_milli,num_gpu,gpu_milli,pod_phase,creation_time,deletion_time,scheduled_time\n"


def swf(folder: Path) -> str:
    """Three jobs: one tells all, one has no request, one neither request nor end state."""
    rows = [(2, 90, 1), (2, -1, 0), (2, -1, -1)]
    path = folder / "t.swf"
    path.write_text(
        "".join(SWF_LINE.format(i=i + 1, asked=a, request=r, status=s) + "\n" for i, (a, r, s) in enumerate(rows))
    )
    return str(path)


def table(folder: Path) -> str:
    """Three jobs: one tells all, one an end state of its own words, one nothing."""
    path = folder / "t.csv"
    head = "job_id,submit_time_s,duration_s,gpus,req_time_s,status\n"
    path.write_text(head + "a,0,60,1,90,completed\nb,1,60,0.5,,gone\nc,2,60,2,,\n")
    return str(path)


def openb(folder: Path) -> str:
    """Two pods of which one still runs, on a share of a device."""
    path = folder / "openb_pod_list.csv"
    path.write_text(OPENB + "a,4000,1,500,Running,0,70,10\nb,4000,1,1000,Succeeded,5,70,10\n")
    return str(path)


def opendc(folder: Path) -> str:
    """Tasks know neither requests, waits nor ends."""
    begin = pa.array([datetime(2013, 8, 12, tzinfo=UTC)] * 2, pa.timestamp("ms", tz="UTC"))
    columns: dict[str, Any] = {"id": pa.array([1, 2], pa.int32()), "submission_time": begin}
    columns |= {"duration": pa.array([60_000] * 2, pa.int64()), "cpu_count": pa.array([1, 2], pa.int32())}
    pq.write_table(pa.table(columns), folder / "tasks.parquet")
    return str(folder / "tasks.parquet")


@pytest.mark.parametrize(
    ("make", "ends", "requests", "waits", "shares"),
    [(swf, 2, 1, 3, 0), (table, 1, 1, 0, 1), (openb, 1, 0, 2, 1), (opendc, 0, 0, 0, 0)],
)
def test_a_reader_counts_what_the_trace_itself_says(
    tmp_path: Path, make: Any, ends: int, requests: int, waits: int, shares: int
) -> None:
    account = read_trace(make(tmp_path)).account
    known = account["end_state_known"], account["requested_time_known"], account["recorded_wait_known"]
    assert (*known, account["shares_of_a_device"]) == (ends, requests, waits, shares)


def test_a_replay_warns_of_each_invention_with_its_count(tmp_path: Path) -> None:
    summary = replayed(tmp_path, swf(tmp_path))
    assert "1 jobs whose end state is not told: taken as finished" in summary["warnings"]
    assert "2 jobs without a requested time: taken as their run time" in summary["warnings"]
    summary = replayed(tmp_path, table(tmp_path))
    assert "2 jobs whose end state is not told: taken as finished" in summary["warnings"]
    assert "1 jobs ask a share of a device: they share devices" in summary["warnings"]


def replayed(folder: Path, trace: str) -> dict[str, Any]:
    out = folder / f"run_of{Path(trace).suffix}"
    out.mkdir()
    return fill_replay_folder(
        out, Replay(Path(trace), devices=4, queue="easy"), command="replay", stage=lambda *_: None
    )


def test_a_trace_in_a_scenario_lists_what_was_invented(tmp_path: Path) -> None:
    align = '"2025-07-01T00:00:00+08:00"'
    jobs = (
        f"{{model: trace, file: {table(tmp_path)}, align: {align}, job_class: sft, origins: {{demo: 1.0}}, wrap: true}}"
    )
    path = child(tmp_path, f"workload: {{jobs: {{training: null, real: {jobs}}}}}\n")
    told = build(load(path, horizon="1 h")).workload.summary["sources"]["real"]
    for what in ("work seconds", "job classes", "hubs of origin", "requested times", "end state"):
        assert any(what in line for line in told["invented"]), what
    assert told["requested_time_known"] == 1
