"""The SWF reader: what is read, what is dropped and why, and that nothing on a line can break it."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from simulator.errors import TraceError
from simulator.workload import FAILED, FINISHED, KILLED, read_trace
from simulator.workload import swf as swf_module
from simulator.workload.swf import read_swf

HEADER = """; Version: 2.2
; Computer: Test
;   MaxProcs: 128
; UnixStartTime: 1027839845
; Note: lines: with colons
"""


def line(number: int | str = 1, submit: float = 0, run: float = 10, procs: int = 4, **other: float | str) -> str:
    """One SWF line; fields not named are -1."""
    fields: list[object] = [-1] * 18
    fields[0], fields[1], fields[3], fields[4] = number, submit, run, procs
    places = {"wait": 2, "asked": 7, "requested": 8, "status": 10}
    for name, value in other.items():
        fields[places[name]] = value
    return " ".join(str(field) for field in fields)


def written(folder: Path, *lines: str, name: str = "t.swf") -> str:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def test_fields_are_read_by_place(tmp_path: Path) -> None:
    fields = "7 100 5 60 -1 -1 -1 16 3600 -1 0 3 4 -1 2 1 -1 -1"
    trace = read_trace(written(tmp_path, HEADER, f"  {fields.replace(' ', '   ')}\t"))
    row = (trace.job_id, trace.submit_s, trace.wait_s, trace.run_s, trace.devices, trace.requested_s, trace.outcome)
    assert [column.tolist() for column in row] == [[7], [100.0], [5.0], [60.0], [16], [3600.0], [FAILED]]


def test_the_header_is_read(tmp_path: Path) -> None:
    trace = read_trace(written(tmp_path, HEADER, line()))
    assert trace.devices_told == 128
    assert trace.account["header"] == {
        "Version": "2.2",
        "Computer": "Test",
        "MaxProcs": "128",
        "UnixStartTime": "1027839845",
    }


def test_allocated_processors_go_before_requested_ones(tmp_path: Path) -> None:
    trace = read_trace(
        written(tmp_path, line(1, procs=4, asked=8), line(2, procs=-1, asked=8), line(3, procs=0, asked=2))
    )
    assert trace.devices.tolist() == [4, 8, 2]


def test_status_decides_the_end_and_a_missing_one_means_completed(tmp_path: Path) -> None:
    lines = [line(k + 1, status=status) for k, status in enumerate((1, 0, 5, -1))]
    assert read_trace(written(tmp_path, *lines)).outcome.tolist() == [FINISHED, FAILED, KILLED, FINISHED]


def test_what_cannot_run_is_dropped_counted_and_named(tmp_path: Path) -> None:
    lines = [
        line(1),
        line(2, run=-1),
        line(3, run=0),
        line(4, submit=-1),
        line(5, procs=-1),
        line(6, procs=0, asked=0),
        line(7, status=3),
        line(1),
        line(8) + " 99",
        line(9).rsplit(" ", 1)[0],
        line("x"),
        line(10, run=-7),
        line(11, run=1e300),
        "garbage",
    ]
    account = read_trace(written(tmp_path, HEADER, *lines)).account
    dropped = {reason: part["first"] for reason, part in account["dropped"].items()}
    # five header lines and an empty one stand before the first job
    assert dropped == {
        "no run time: never ran, or did not end": ["line 8 (job 2)"],
        "run time is 0": ["line 9 (job 3)"],
        "no submission time": ["line 10 (job 4)"],
        "no devices": ["line 11 (job 5)"],
        "devices are 0": ["line 12 (job 6)"],
        "status 2 to 4: a piece of a job that has a line of its own": ["line 13 (job 7)"],
        "name used before": ["line 14 (job 1)"],
        "more than 18 fields": ["line 15"],
        "fewer than 18 fields": ["line 16", "line 20"],
        "job number is not a number": ["line 17"],
        "a time or number below 0 or above 1e+12": ["line 18 (job 10)", "line 19 (job 11)"],
    }
    assert (account["lines"], account["usable"]) == (14, 1)


def test_only_the_first_twenty_are_named(tmp_path: Path) -> None:
    account = read_trace(written(tmp_path, line(1), *["bad"] * 50)).account
    assert account["dropped"]["fewer than 18 fields"]["rows"] == 50
    assert account["dropped"]["fewer than 18 fields"]["first"] == [f"line {k}" for k in range(2, 22)]


def test_lines_out_of_order_are_sorted_and_counted(tmp_path: Path) -> None:
    trace = read_trace(written(tmp_path, line(1, submit=5), line(2, submit=3), line(3, submit=5), line(4, submit=3)))
    assert trace.job_id.tolist() == [2, 4, 1, 3]
    assert trace.account["rows_out_of_order"] == 2


def test_gzip_is_seen_by_content(tmp_path: Path) -> None:
    plain = written(tmp_path, HEADER, line(1), line(2, submit=4))
    packed = tmp_path / "packed.txt"  # neither .swf nor .gz
    packed.write_bytes(gzip.compress(Path(plain).read_bytes()))
    one, other = read_trace(plain), read_trace(str(packed))
    assert one.submit_s.tolist() == other.submit_s.tolist() == [0.0, 4.0]


def test_a_broken_gzip_is_an_error_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.swf.gz"
    path.write_bytes(gzip.compress(line(1).encode() * 1000)[:-20])
    with pytest.raises(TraceError, match=r"t\.swf\.gz: got a file that cannot be read"):
        read_trace(str(path))


@pytest.mark.parametrize("content", ["", ";\n", "; MaxProcs: 8\n\n", "\n\n\n"])
def test_a_file_without_jobs_is_an_error(tmp_path: Path, content: str) -> None:
    path = tmp_path / "t.swf"
    path.write_text(content)
    with pytest.raises(TraceError, match="no job that can be replayed"):
        read_trace(str(path))


def test_comments_and_empty_lines_between_jobs(tmp_path: Path) -> None:
    trace = read_trace(written(tmp_path, line(1), "; a comment", "", "   ", line(2), " ; another"))
    assert trace.job_id.tolist() == [1, 2]
    assert trace.account["lines"] == 2


def test_dos_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "t.swf"
    path.write_bytes("\r\n".join([*HEADER.splitlines(), line(1), line(2)]).encode())
    trace = read_trace(str(path))
    assert (trace.job_id.tolist(), trace.devices_told) == ([1, 2], 128)


def test_blocks_give_what_one_piece_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is cut into blocks at line ends; with 64 bytes a block every line is cut somewhere."""
    rng = np.random.default_rng(3)
    lines = [line(k + 1, submit=k, run=int(rng.integers(1, 99))) for k in range(200)]
    lines[100] = "; a comment"
    lines[150] = "bad line"
    file = written(tmp_path, HEADER, *lines)
    whole = read_swf(file)
    monkeypatch.setattr(swf_module, "BLOCK", 64)
    pieces = read_swf(file)
    assert pieces.line is not None
    assert whole.line is not None
    assert pieces.line.tolist() == whole.line.tolist()
    assert pieces.run_s.tolist() == whole.run_s.tolist()
    assert pieces.dropped.to_dict() == whole.dropped.to_dict()
    assert len(whole.run_s) == 198


TOKENS = st.one_of(
    st.integers(-2, 50).map(str),
    st.floats(allow_nan=True, allow_infinity=True).map(str),
    st.sampled_from(
        ["-1", "0", "", ";", "1e400", "nan", "1_0", "+5", ".5", "0x1", "７", '"', "a,b", "\x00", "\r", "\t"]
    ),
    st.text(max_size=3),
)
LINES = st.one_of(
    st.lists(TOKENS, min_size=17, max_size=19).map(" ".join),
    st.lists(st.integers(-1, 60).map(str), min_size=18, max_size=18).map("  ".join),
    st.text(max_size=20),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINES, max_size=12))
@example(lines=[line(1), "1 nan" + " 1" * 16])
@example(lines=[line(1), line(2) + "\r" + line(3)])
def test_fuzz_every_line_is_used_or_counted(tmp_path: Path, lines: list[str]) -> None:
    """VALIDATION 2: no garbage may end in a traceback, and no line may vanish."""
    path = tmp_path / "fuzz.swf"
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    # a job that is surely fine, so that there is always one
    with path.open("ab") as stream:
        stream.write(f"\n{line(777_777)}\n".encode())
    trace = read_trace(str(path))
    account = trace.account
    assert account["rows"] == account["usable"] + sum(part["rows"] for part in account["dropped"].values())
    assert len(trace) == account["usable"] == len(set(trace.job_id.tolist()))
    assert (trace.run_s > 0.0).all()
    assert (trace.devices > 0).all()
    assert (np.diff(trace.submit_s) >= 0.0).all()
    assert np.isfinite(trace.submit_s).all()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(st.integers(-1, 10**9), min_size=18, max_size=18), min_size=1, max_size=8))
def test_fuzz_the_compiled_way_reads_what_the_slow_way_reads(tmp_path: Path, rows: list[list[int]]) -> None:
    """A bad line sends its block down the slow way; the good lines must come out the same."""
    good = ["   ".join(map(str, row)) for row in rows]
    fast = read_swf(written(tmp_path, *good, name="fast.swf"))
    slow = read_swf(written(tmp_path, *good, "bad", name="slow.swf"))
    assert (fast.dropped.total(), slow.dropped.total()) == (0, 1)
    for name in ("job_id", "submit_s", "run_s", "requested_s", "wait_s", "devices", "outcome", "line"):
        np.testing.assert_array_equal(getattr(fast, name), getattr(slow, name))
