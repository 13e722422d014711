"""The reader of the common job table: what it takes, what it refuses, and how it says so."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simulator.errors import TraceError
from simulator.workload import read_table

HEAD = "job_id,submit_time_s,duration_s,gpus"


def write(tmp_path: Path, text: str, name: str = "jobs.csv") -> str:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return str(tmp_path / name)


def test_columns_are_read_by_name(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "gpus,color,queue,duration_s,submit_time_s,job_id,status,req_time_s\n2,red,007,60,5,a,failed,90\n",
    )
    table = read_table(file)
    assert (table.job_id[0], table.queue[0], table.status[0]) == (
        "a",
        "007",
        "failed",
    )  # a queue of digits stays text
    assert (table.submit_s[0], table.duration_s[0], table.gpus[0], table.requested_s[0]) == (
        5.0,
        60.0,
        2.0,
        90.0,
    )


def test_missing_optional_columns_are_unknown(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, f"{HEAD}\na,0,60,1\n"))
    assert (table.queue[0], table.status[0]) == ("", "")
    assert np.isnan(table.requested_s[0])


def test_empty_cells_are_unknown(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, f"{HEAD}\na,0,,1\nb,,5,\n"))
    assert np.isnan(table.duration_s).tolist() == [True, False]
    assert np.isnan(table.gpus).tolist() == [False, True]


def test_requests_the_archive_does_not_know(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, f"{HEAD},req_time_s\na,0,5,1,-1\nb,0,5,1,0\nc,0,5,1,7\n"))
    assert np.isnan(table.requested_s).tolist() == [True, True, False]


def test_gzip_and_parquet_hold_the_same(tmp_path: Path) -> None:
    text = f"{HEAD},queue\na,0,60,1,q\nb,7.5,30,8,\n"
    plain = read_table(write(tmp_path, text))
    with gzip.open(tmp_path / "jobs.csv.gz", "wt") as file:
        file.write(text)
    columns = {"job_id": ["a", "b"], "submit_time_s": [0.0, 7.5], "duration_s": [60, 30], "gpus": [1, 8]}
    queue = pa.array(["q", None]).dictionary_encode()
    pq.write_table(pa.table(columns | {"queue": queue}), tmp_path / "jobs.parquet")
    for name in ("jobs.csv.gz", "jobs.parquet"):
        other = read_table(str(tmp_path / name))
        for column in ("job_id", "queue", "submit_s", "duration_s", "gpus"):
            assert getattr(other, column).tolist() == getattr(plain, column).tolist()


def test_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    (tmp_path / "jobs.csv").write_bytes(f"\ufeff{HEAD}\r\na,0,60,1\r\n".encode())
    assert read_table(str(tmp_path / "jobs.csv")).duration_s[0] == 60.0


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("a,0,NaN,1\n", r"jobs.csv:2: duration_s: got nan; expected a number from 0"),
        ("a,0,5,1\nb,0,nan,1\n", r"jobs.csv:3: duration_s: got nan"),
        ("a,-3,5,1\n", r"jobs.csv:2: submit_time_s: got -3; expected a number from 0 .* \[s\]"),
        ("a,0,inf,1\n", r"jobs.csv:2: duration_s: got inf"),
        ("a,0,5,-2\n", r"jobs.csv:2: gpus: got -2; expected a number from 0 .* \[device\]"),
        ("a,0,5,1e300\n", r"jobs.csv:2: gpus: got 1e\+300"),
        ("a,0,ten,1\n", r"jobs.csv:2: duration_s: got ten"),
        ("a,0, 5,1\nb,0,1_000,1\n", r"(?s)jobs.csv:2: duration_s.*jobs.csv:3: duration_s: got 1_000"),
        ("a,0,5,1\n,0,5,1\n", r"jobs.csv:3: job_id: got nothing"),
        ("a,0,5,1\nb,0,5,1\na,0,5,1\n", r"jobs.csv:4: job_id: got 'a' again \(first in 2\)"),
        ("", r"got an empty job table"),
        ("a,0,5\n", r"got a table that cannot be read"),
    ],
)
def test_unusable_values_are_told_with_their_line(tmp_path: Path, body: str, message: str) -> None:
    with pytest.raises(TraceError, match=message):
        read_table(write(tmp_path, f"{HEAD}\n{body}"))


def test_all_faults_in_one_go_up_to_ten(tmp_path: Path) -> None:
    rows = "".join(f"j{k},0,-1,-1\n" for k in range(8))
    with pytest.raises(TraceError) as told:
        read_table(write(tmp_path, f"{HEAD}\n{rows}"))
    lines = str(told.value).splitlines()
    assert lines[0].endswith("16 unusable values")
    assert len(lines) == 12
    assert lines[-1].strip() == "... and 6 more"


def test_parquet_names_the_row(tmp_path: Path) -> None:
    columns = {
        "job_id": ["a", "b"],
        "submit_time_s": [0.0, 1.0],
        "duration_s": [60.0, float("nan")],
        "gpus": [1, 8],
    }
    pq.write_table(pa.table(columns), tmp_path / "jobs.parquet")
    with pytest.raises(TraceError, match=r"jobs.parquet: row 2: duration_s: got nan"):
        read_table(str(tmp_path / "jobs.parquet"))


def test_missing_columns_are_named(tmp_path: Path) -> None:
    with pytest.raises(
        TraceError, match=r"got columns job_id, submit; expected also submit_time_s, duration_s, gpus\n.*hint"
    ):
        read_table(write(tmp_path, "job_id,submit\na,0\n"))


def test_repeated_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match=r"jobs.csv:1: got column gpus twice"):
        read_table(write(tmp_path, f"{HEAD},gpus\na,0,5,1,1\n"))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("jobs.csv", b"", "expected also job_id"),
        ("jobs.csv", b"job_id,submit_time_s,duration_s,gpus\n\xff\xfe,0,5,1\n", "cannot be read"),
        ("jobs.csv.gz", b"not gzip", "cannot be read"),
        ("jobs.parquet", b"not parquet", "cannot be read"),
        ("jobs.xlsx", b"x", "expected csv, csv.gz or parquet"),
    ],
)
def test_broken_files_say_so(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TraceError, match=message):
        read_table(str(tmp_path / name))


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match="got no such file"):
        read_table(str(tmp_path / "none.csv"))
