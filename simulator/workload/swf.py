"""
Reader of the Standard Workload Format: 18 fields a line, ``;`` comments, -1 = unknown; plain or gzipped.

A block of lines is brought to one space between fields and then read by the compiled csv reader. Only a block in
which something is wrong is read line by line, so that each bad line is dropped, counted by reason and named.

Format: Feitelson's Parallel Workloads Archive, "The Standard Workload Format", version 2.2.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa
from pyarrow import csv as pacsv

from simulator.errors import TraceError
from simulator.workload.model import FAILED, FINISHED, KILLED
from simulator.workload.rawrows import PARTIAL, Dropped, RawRows, outcomes
from simulator.workload.table import PLAIN_NUMBER

FIELDS = 18
# The fields that are used, by their place on the line
USED = {
    "job number": 0,
    "submit time": 1,
    "wait time": 2,
    "run time": 3,
    "allocated processors": 4,
    "requested processors": 7,
    "requested time": 8,
    "status": 10,
}
# Status 2 to 4 are pieces of a job between checkpoints; the job has a line of its own with 0 or 1.
STATUS = {0: FAILED, 1: FINISHED, 2: PARTIAL, 3: PARTIAL, 4: PARTIAL, 5: KILLED}
HEADER_KEYS = (
    "Version", "Computer", "Installation", "Information", "Conversion", "MaxJobs", "MaxRecords", "Preemption",
    "UnixStartTime", "TimeZone", "TimeZoneString", "StartTime", "EndTime", "MaxNodes", "MaxProcs", "MaxRuntime",
    "MaxMemory", "AllowOveruse",
)  # fmt: skip
BLOCK = 1 << 22  # bytes read at once: of this size memory is used again, not asked of the system anew
GZIP_MAGIC = b"\x1f\x8b"
# any white space but the end of a line is one blank
_BLANKS = bytes.maketrans(b"\t\r\x0b\x0c", b"    ")


def opened(path: Path) -> IO[bytes]:
    """Open a file for reading, through gzip if its first bytes say so."""
    with path.open("rb") as stream:
        magic = stream.read(2)
    return gzip.open(path, "rb") if magic == GZIP_MAGIC else path.open("rb")  # type: ignore[return-value]


def read_swf(file: str) -> RawRows:
    """
    Read all lines of an SWF trace.

    Processors are the allocated ones, or where these are unknown the requested ones.

    Parameters
    ----------
    file : str

    Returns
    -------
    RawRows
        With the header comments in ``told["header"]`` and MaxProcs as ``devices_told``.

    Raises
    ------
    TraceError
        If the file cannot be read; never because of what is on a line.
    """
    reader = _Reader()
    try:
        with opened(Path(file)) as stream:
            for block in _blocks(stream):
                reader.take(block)
    except (OSError, EOFError, zlib.error) as error:
        raise TraceError(f"{file}: got a file that cannot be read: {error}; expected SWF, plain or gzipped") from error
    return reader.rows()


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the file in blocks of whole lines, one blank between fields and none around them."""
    rest = b""
    while chunk := stream.read(BLOCK):
        cut = chunk.rfind(b"\n") + 1
        if cut:
            yield _one_blank(rest + chunk[:cut])
            rest = b""
        rest += chunk[cut:]
    if rest:
        yield _one_blank(rest + b"\n")


def _one_blank(text: bytes) -> bytes:
    letters = np.frombuffer(text.translate(_BLANKS), dtype=np.uint8)
    blank = letters == ord(" ")
    keep = ~blank  # and a blank that does not follow another, or the start of a line
    keep[1:] |= ~(blank | (letters == ord("\n")))[:-1]
    packed = letters[keep].tobytes()
    return packed.replace(b" \n", b"\n") if b" \n" in packed else packed


class _Reader:
    """Collects columns block by block."""

    def __init__(self) -> None:
        self._columns: list[np.ndarray] = []
        self._lines: list[np.ndarray] = []
        self._dropped = Dropped()
        self._header: dict[str, str] = {}
        self._seen = 0  # lines so far
        self._data = 0  # of these, not comments or empty

    def take(self, block: bytes) -> None:
        """Read one block of whole lines."""
        count = block.count(b"\n")
        if not self._data:  # comments stand before the first job; elsewhere they are rare
            block = self._skip_header(block)
        left = block.count(b"\n")
        columns, lines = self._fast(block, left, self._seen + count - left + 1)
        self._columns.append(columns)
        self._lines.append(lines)
        self._seen += count

    def _skip_header(self, block: bytes) -> bytes:
        begin = 0
        while begin < len(block) and block[begin : begin + 1] in (b";", b"\n"):
            end = block.index(b"\n", begin) + 1
            self._comment(block[begin:end].decode("utf-8", "replace"))
            begin = end
        return block[begin:]

    def _comment(self, line: str) -> None:
        key, found, value = line.lstrip("; ").partition(":")
        if found and key.strip() in HEADER_KEYS:
            self._header.setdefault(key.strip(), value.strip())

    def _fast(self, block: bytes, count: int, first: int) -> tuple[np.ndarray, np.ndarray]:
        """Return columns (used fields, rows) and line numbers of a block, by the compiled reader if all is well."""
        if count and b";" not in block and b"\n\n" not in block:
            try:
                columns = _compiled(block)
            except pa.ArrowInvalid:  # a line with another number of fields, or text where a number is due
                columns = None
            if columns is not None and np.isfinite(columns).all():
                self._data += count
                return columns, np.arange(first, first + count)
        return self._by_line(block, first)

    def _by_line(self, block: bytes, first: int) -> tuple[np.ndarray, np.ndarray]:
        kept, numbers = [], []
        for number, line in enumerate(block.decode("latin-1").split("\n")[:-1], start=first):
            if not line or line.startswith(";"):
                self._comment(line)
                continue
            self._data += 1
            fields = line.split(" ")
            fault = _fault(fields)
            if fault:
                self._dropped.add(fault, f"line {number}")
            else:
                kept.append([float(fields[place]) for place in USED.values()])
                numbers.append(number)
        return np.array(kept).reshape(-1, len(USED)).T, np.array(numbers, dtype=np.int64)

    def rows(self) -> RawRows:
        """Return everything read, -1 turned into NaN."""
        columns = np.concatenate(self._columns, axis=1) if self._columns else np.zeros((len(USED), 0))
        number, submit, wait, run, allocated, asked, requested, status = (_known(column) for column in columns)
        told = {
            "lines": self._data,
            "header": self._header,
            "read": "SWF fields 1 to 5, 8, 9 and 11; processors: allocated, else requested",
        }
        procs = re.match(r"\d{1,9}(?!\d)", self._header.get("MaxProcs", ""))
        outcome, end_told = outcomes(status, STATUS)
        return RawRows(
            kind="swf",
            job_id=np.where(np.isnan(number), -1, number).astype(np.int64),
            submit_s=submit,
            run_s=run,
            requested_s=np.where(requested > 0.0, requested, np.nan),
            wait_s=wait,
            devices=np.where(allocated > 0.0, allocated, asked),
            outcome=outcome,
            end_told=end_told,
            line=np.concatenate(self._lines) if self._lines else np.zeros(0, dtype=np.int64),
            dropped=self._dropped,
            told=told,
            devices_told=int(procs[0]) or None if procs else None,
        )


def _compiled(block: bytes) -> np.ndarray:
    names = [str(place) for place in range(FIELDS)]
    wanted = [names[place] for place in USED.values()]
    table = pacsv.read_csv(
        io.BytesIO(block),
        read_options=pacsv.ReadOptions(column_names=names),
        parse_options=pacsv.ParseOptions(delimiter=" ", quote_char=False, ignore_empty_lines=False),
        convert_options=pacsv.ConvertOptions(
            include_columns=wanted, column_types=dict.fromkeys(wanted, pa.float64()), null_values=[]
        ),
    )
    return np.stack([table[name].to_numpy() for name in wanted])


def _fault(fields: list[str]) -> str:
    """Return what is wrong with the fields of a line, "" if nothing."""
    if len(fields) != FIELDS:
        return f"{'fewer' if len(fields) < FIELDS else 'more'} than {FIELDS} fields"
    for name, place in USED.items():
        if not PLAIN_NUMBER.fullmatch(fields[place]) or not np.isfinite(float(fields[place])):
            return f"{name} is not a number"
    return ""


def _known(column: np.ndarray) -> np.ndarray:
    return np.where(column == -1.0, np.nan, column)
