"""
Reader of the common job table: csv, csv.gz or parquet, one row a job, columns by name.

Read: ``job_id submit_time_s duration_s gpus`` (required), ``queue status req_time_s`` (where present); a replay
may take ``cpus`` for the devices and compares with ``wait_s``. An empty cell is unknown: such a job cannot be
simulated and is left out, counted and listed. A number that is not finite or negative, a name that is missing or
used twice, and a text where a number is due make the whole table unusable: the error says where.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv as pacsv
from pyarrow import parquet

from simulator.errors import TraceError

UNITS = dict.fromkeys(("submit_time_s", "duration_s", "req_time_s", "wait_s"), "[s]") | {
    "gpus": "[device]",
    "cpus": "[core]",
}
NUMBERS = ("submit_time_s", "duration_s", "gpus", "req_time_s")
REQUIRED = ("job_id", "submit_time_s", "duration_s")
TEXTS = ("job_id", "queue", "status")
# what the csv reader takes for a number; Python would also take spaces and 1_000
PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
SHOWN = 10  # faults told one by one
LARGEST = 1e12  # beyond, a value is a mistake (and would not fit an integer)
# what the archives write for "not known"
UNKNOWN = {"req_time_s": (-1.0, 0.0), "wait_s": (-1.0,)}


@dataclass(frozen=True)
class JobTable:
    """
    A job table as arrays, rows in file order.

    Attributes
    ----------
    file : str
    job_id, queue, status : ndarray of str, shape (rows,)
        "" where a cell is empty or the column is missing.
    submit_s, duration_s, gpus, requested_s : ndarray, shape (rows,)
        NaN where unknown. [s], [s], [device], [s]
    wait_s : ndarray, shape (rows,)
        Wait on the real system; NaN where unknown, and everywhere unless a replay asked for it. [s]
    """

    file: str
    job_id: np.ndarray
    queue: np.ndarray
    status: np.ndarray
    submit_s: np.ndarray
    duration_s: np.ndarray
    gpus: np.ndarray
    requested_s: np.ndarray
    wait_s: np.ndarray


def read_table(file: str, *, numbers: tuple[str, ...] = NUMBERS) -> JobTable:
    """
    Read and check a job table.

    Parameters
    ----------
    file : str
        Ends in .csv, .csv.gz or .parquet.
    numbers : tuple of str
        Columns to read, of `UNITS`: submission, run time, then what `gpus` of the result holds, then the others.

    Returns
    -------
    JobTable

    Raises
    ------
    TraceError
        If there is no such file or format, no row, a required column is missing, or a value is unusable; the
        message names the file, the lines and the column.
    """
    path = Path(file)
    if not path.is_file():
        raise TraceError(f"{file}: got no such file; expected a job table (csv, csv.gz, parquet)")
    is_parquet = path.suffix == ".parquet"
    table, first_line = (_parquet(path, numbers), 1) if is_parquet else (_csv(path, numbers), 2)
    if not table.num_rows:
        raise TraceError(f"{file}: got an empty job table; expected one row a job below the header")
    columns = {name: _column(table, name) for name in (*TEXTS, *numbers)}
    place = f"{file}:{{}}" if first_line == 2 else f"{file}: row {{}}"
    faults = [*_bad_names(columns["job_id"], place, first_line), *_bad_numbers(table, numbers, place, first_line)]
    if faults:
        more = f"\n  ... and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise TraceError(f"{file}: {len(faults)} unusable values\n  " + "\n  ".join(faults[:SHOWN]) + more)
    return JobTable(
        file=file,
        job_id=columns["job_id"],
        queue=columns["queue"],
        status=columns["status"],
        submit_s=columns["submit_time_s"],
        duration_s=columns["duration_s"],
        gpus=columns[numbers[2]],
        requested_s=columns["req_time_s"],
        wait_s=columns.get("wait_s", np.full(table.num_rows, np.nan)),
    )


def _need(file: Path, names: list[str], numbers: tuple[str, ...]) -> list[str]:
    """Return the columns to read; refuse a table without the required ones, or with one of them twice."""
    missing = [name for name in (*REQUIRED, numbers[2]) if name not in names]
    if missing:
        raise TraceError(
            f"{file}: got columns {', '.join(names) or 'none'}; expected also {', '.join(missing)}\n"
            f"    hint: the common job table has job_id, submit_time_s [s], duration_s [s] and {numbers[2]}"
        )
    wanted = [name for name in (*TEXTS, *numbers) if name in names]
    twice = [name for name in wanted if names.count(name) > 1]
    if twice:
        raise TraceError(f"{file}:1: got column {twice[0]} twice; expected each column once")
    return wanted


def _csv(path: Path, numbers: tuple[str, ...]) -> pa.Table:
    if not path.name.endswith((".csv", ".csv.gz")):
        raise TraceError(f"{path}: got a file of another kind; expected csv, csv.gz or parquet")
    try:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8-sig") as lines:
            wanted = _need(path, next(csv.reader(lines), []), numbers)
        # numbers are read as text first only when that fails, to say on which line
        return _read_csv(path, wanted, {name: pa.float64() for name in wanted if name in numbers})
    except pa.ArrowInvalid as error:
        if "conversion error" not in str(error):
            raise TraceError(f"{path}: got a table that cannot be read: {error}; expected csv with a header") from error
        return _read_csv(path, wanted, {})
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise TraceError(
            f"{path}: got a file that cannot be read: {error}; expected UTF-8 text, or the same gzipped"
        ) from error


def _read_csv(path: Path, wanted: list[str], types: dict[str, pa.DataType]) -> pa.Table:
    options = pacsv.ConvertOptions(
        include_columns=wanted,
        column_types={name: types.get(name, pa.string()) for name in wanted},
        null_values=[""],  # only an empty cell is unknown: a NaN is a fault, not a gap
        strings_can_be_null=True,
    )
    return pacsv.read_csv(path, convert_options=options)


def _parquet(path: Path, numbers: tuple[str, ...]) -> pa.Table:
    try:
        wanted = _need(path, parquet.read_schema(path).names, numbers)
        table = parquet.read_table(path, columns=wanted)
        types = {name: pa.float64() if name in numbers else pa.string() for name in wanted}
        plain = [table[n].cast(pa.string()) if pa.types.is_dictionary(table[n].type) else table[n] for n in wanted]
        return pa.table({n: c if c.type == types[n] else c.cast(types[n]) for n, c in zip(wanted, plain, strict=True)})
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise TraceError(
            f"{path}: got a table that cannot be read: {error}; expected parquet with the common columns"
        ) from error


def _column(table: pa.Table, name: str) -> np.ndarray:
    """Return a column as an array: NaN or "" where unknown; numbers that came as text stay NaN here."""
    rows = table.num_rows
    if name in TEXTS:
        if name not in table.column_names:
            return np.full(rows, "", dtype=object)
        return table[name].fill_null("").combine_chunks().to_numpy(zero_copy_only=False)
    if name not in table.column_names or table[name].type == pa.string():
        return np.full(rows, np.nan)
    values = table[name].combine_chunks().to_numpy(zero_copy_only=False)
    if name in UNKNOWN:
        values = np.where(np.isin(values, UNKNOWN[name]), np.nan, values)
    return values


def _bad_names(job_id: np.ndarray, place: str, first_line: int) -> Iterator[str]:
    seen: dict[str, int] = {}
    for row, name in enumerate(job_id.tolist()):
        if not name:
            yield f"{place.format(row + first_line)}: job_id: got nothing; expected a text"
        elif seen.setdefault(name, row) != row:
            first = seen[name] + first_line
            got = f"got '{name}' again (first in {first})"
            yield f"{place.format(row + first_line)}: job_id: {got}; expected it once"


def _bad_numbers(table: pa.Table, numbers: tuple[str, ...], place: str, first_line: int) -> list[str]:
    faults = []
    for name in numbers:
        if name not in table.column_names:
            continue
        unit = UNITS[name]
        if table[name].type == pa.string():
            texts = enumerate(table[name].to_pylist())
            found = ((row, text) for row, text in texts if text is not None and _not_a_number(text, name))
        else:
            values = table[name].fill_null(0.0).combine_chunks().to_numpy(zero_copy_only=False)
            found = ((row, f"{values[row]:g}") for row in np.flatnonzero(_unusable(values, name)).tolist())
        faults += [(row, name, text, unit) for row, text in found]
    expected = f"expected a number from 0 to {LARGEST:g}"
    return [
        f"{place.format(row + first_line)}: {name}: got {text}; {expected} {unit}, or an empty cell"
        for row, name, text, unit in sorted(faults)
    ]


def _unusable(values: np.ndarray, name: str) -> np.ndarray:
    bad = ~((values >= 0.0) & (values <= LARGEST))  # so written, NaN counts as bad
    return bad & ~np.isin(values, UNKNOWN[name]) if name in UNKNOWN else bad


def _not_a_number(text: str, name: str) -> bool:
    if not PLAIN_NUMBER.fullmatch(text):
        return True
    return bool(_unusable(np.array(float(text)), name))
