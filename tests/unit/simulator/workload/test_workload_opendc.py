"""OpenDC tasks, openb pods and job tables as traces; which reader a file gets."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simulator.errors import InputError, TraceError
from simulator.workload import FAILED, FINISHED, read_trace

START = datetime(2013, 8, 12, 13, 35, 46, tzinfo=UTC)
START_MS = int(START.timestamp() * 1000)


def tasks(folder: Path, **changed: Any) -> Path:
    """Three tasks in OpenDC's present schema, the second submitted first."""
    columns = {
        "id": pa.array([1, 2, 3], pa.int32()),
        "submission_time": pa.array([START_MS + 1500, START_MS, START_MS + 9000], pa.timestamp("ms", tz="UTC")),
        "duration": pa.array([60_000, 1500, 0], pa.int64()),
        "cpu_count": pa.array([4, 1, 2], pa.int32()),
        "cpu_capacity": pa.array([8000.0, 2000.0, 4000.0]),
        "mem_capacity": pa.array([100, 100, 100], pa.int64()),
        "gpu_count": pa.array([1, 0, None], pa.int32()),
    }
    path = folder / "tasks.parquet"
    pq.write_table(pa.table({name: c for name, c in (columns | changed).items() if c is not None}), path)
    return path


def test_opendc_tasks_in_milliseconds(tmp_path: Path) -> None:
    trace = read_trace(str(tasks(tmp_path)))
    assert trace.job_id.tolist() == ["2", "1"]
    assert trace.submit_s.tolist() == [0.0, 1.5]
    assert trace.run_s.tolist() == [1.5, 60.0]
    assert trace.devices.tolist() == [1, 4]
    assert trace.account["first_submission"] == START.isoformat()
    assert trace.account["dropped"] == {"run time is 0": {"rows": 1, "first": ["3"]}}
    assert trace.account["ignored"] == ["cpu_capacity", "mem_capacity", "gpu_count"]


def test_opendc_gpus_and_the_folder_itself(tmp_path: Path) -> None:
    tasks(tmp_path)
    trace = read_trace(str(tmp_path), "gpus")
    assert (trace.job_id.tolist(), trace.devices.tolist()) == (["1"], [1])
    assert set(trace.account["dropped"]) == {"devices are 0", "no devices"}


def test_opendc_older_names_and_plain_integers(tmp_path: Path) -> None:
    old = {
        "submission_time": None,
        "cpu_count": None,
        "submissionTime": pa.array([1500, 0, 9000], pa.int64()),
        "maxCores": pa.array([4, 1, 2], pa.int32()),
        "id": pa.array(["a", "b", "c"]),
    }
    trace = read_trace(str(tasks(tmp_path, **old)))
    assert (trace.job_id.tolist(), trace.submit_s.tolist()) == (["b", "a"], [0.0, 1.5])


def test_opendc_without_that_resource(tmp_path: Path) -> None:
    path = tasks(tmp_path, gpu_count=None)
    with pytest.raises(TraceError, match="expected also gpu_count"):
        read_trace(str(path), "gpus")


def test_a_parquet_of_another_kind(tmp_path: Path) -> None:
    path = tmp_path / "other.parquet"
    pq.write_table(pa.table({"x": [1]}), path)
    with pytest.raises(TraceError, match="expected also job_id"):
        read_trace(str(path))
    path.write_bytes(b"not parquet")
    with pytest.raises(TraceError, match="cannot be read"):
        read_trace(str(path))


TABLE = """job_id,submit_time_s,duration_s,gpus,cpus,status,wait_s,req_time_s
a,0,10,0.5,8,completed,3,60
b,5,20,2,16,failed,,
c,5,,1,8,running,1,
d,6,20,0,8,completed,0,
"""


def test_a_job_table_by_gpus_and_by_cpus(tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    path.write_text(TABLE)
    gpus, cpus = read_trace(str(path)), read_trace(str(path), "cpus")
    assert (gpus.job_id.tolist(), gpus.devices.tolist()) == (["a", "b"], [1, 2])
    assert (cpus.job_id.tolist(), cpus.devices.tolist()) == (["a", "b", "d"], [8, 16, 8])
    assert gpus.outcome.tolist() == [FINISHED, FAILED]
    assert gpus.account["shares_of_a_device"] == 1
    assert gpus.account["requested_time_known"] == 1
    assert (gpus.wait_s[0], cpus.wait_s[2]) == (3.0, 0.0)


PODS = """name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time
p0,12000,16384,1,1000,,LS,Running,0,100,20
p1,6000,12288,1,460,,LS,Failed,40,90,40
p2,6000,12288,8,1000,,BE,Succeeded,50,90,60
p3,6000,12288,0,0,,BE,Succeeded,50,90,60
p4,6000,12288,1,500,,BE,Pending,60,90,
"""


def test_openb_pods_ask_thousandths_of_a_device(tmp_path: Path) -> None:
    path = tmp_path / "openb_pod_list_default.csv"
    path.write_text(PODS)
    trace = read_trace(str(path))
    assert trace.account["format"] == "openb pods"
    assert trace.job_id.tolist() == ["p0", "p1", "p2"]
    assert (trace.devices.tolist(), trace.milli.tolist()) == ([1, 1, 8], [0, 460, 0])
    assert (trace.run_s.tolist(), trace.wait_s.tolist()) == ([80.0, 50.0, 30.0], [20.0, 0.0, 10.0])
    assert trace.outcome.tolist() == [FINISHED, FAILED, FINISHED]
    assert trace.account["shares_of_a_device"] == 1


def test_openb_of_the_shared_data(data_dir: Path) -> None:
    """8,152 pods; its README: 897 never scheduled; the shares are counted, not hidden."""
    account = read_trace(str(data_dir / "trace-alibaba-openb-2023" / "jobs.csv.gz")).account
    assert account["rows"] == 8152
    assert account["dropped"]["no run time: never ran, or did not end"]["rows"] == 897
    assert account["shares_of_a_device"] == 2573


@pytest.mark.parametrize(("name", "text", "message"), [
    ("t.csv", "a,b\n1,2\n", "expected also job_id"),
    ("t.txt", "hello\n", "expected csv, csv.gz or parquet"),
    ("t.csv", "", "expected also job_id"),
])  # fmt: skip
def test_files_that_are_no_trace(tmp_path: Path, name: str, text: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(TraceError, match=message):
        read_trace(str(path))


def test_resources_that_a_format_does_not_know(tmp_path: Path) -> None:
    path = tmp_path / "t.swf"
    path.write_text("1 0 -1 10 4" + " -1" * 13 + "\n")
    with pytest.raises(InputError, match="SWF counts processors only"):
        read_trace(str(path), "gpus")
    with pytest.raises(InputError, match="expected gpus or cpus"):
        read_trace(str(path), "racks")
    with pytest.raises(TraceError, match="no such file"):
        read_trace(str(tmp_path / "missing.swf"))
