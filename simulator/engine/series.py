"""Series of prices or factors from a file, on the quarter hours of a run."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np

from simulator.errors import TraceError
from simulator.scenario import METER_S, UTC8

STEPS_S = (900.0, 1800.0, 3600.0)
QUARTERS = 4


def read_series(path: Path, time_column: str, column: str, stamp: str) -> tuple[datetime, float, np.ndarray]:
    """
    Read a series of times and values.

    Parameters
    ----------
    path : Path
        A csv file, gzip or not.
    time_column, column : str
    stamp : str
        ``beginning`` or ``ending``: what a row's time marks of its interval.

    Returns
    -------
    datetime
        Beginning of the first interval, UTC+8.
    float
        Length of an interval. [s]
    ndarray
        Values.

    Raises
    ------
    TraceError
        With file and line: no such column, no time, no number, a gap, a step that is not 15, 30 or 60 minutes.
    """
    times: list[datetime] = []
    values: list[float] = []
    for line, (time, value) in _rows(path, time_column, column):
        times.append(_time(path, line, time))
        values.append(_number(path, line, column, value))
    if len(times) < 2:
        raise TraceError(f"{path}: got {len(times)} rows; expected at least two")
    step = times[1] - times[0]
    if step.total_seconds() not in STEPS_S:
        raise TraceError(f"{path}:3: got a step of {step}; expected 15, 30 or 60 minutes")
    for line, (before, after) in enumerate(pairwise(times), start=3):
        if after - before != step:
            got = f"{after.isoformat()} after {before.isoformat()}"
            raise TraceError(f"{path}:{line}: got {got}; expected a step of {step}")
    first = times[0] - (step if stamp == "ending" else timedelta(0))
    if (first - first.replace(hour=0, minute=0, second=0, microsecond=0)) % step:
        raise TraceError(f"{path}:2: got {first.isoformat()}; expected a whole number of {step} after midnight")
    return first, step.total_seconds(), np.array(values)


def read_text(path: Path) -> str:
    """
    Return the text of a file, gzip or not.

    Raises
    ------
    TraceError
        If it cannot be read or is no text.
    """
    try:
        raw = path.read_bytes()
        return (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise TraceError(f"{path}: cannot be read: {error}; expected csv in UTF-8, or the same gzipped") from error


def _rows(path: Path, time_column: str, column: str) -> list[tuple[int, tuple[str, str]]]:
    rows = csv.reader(io.StringIO(read_text(path)))
    header = next(rows, [])
    for name in (time_column, column):
        if name not in header:
            raise TraceError(f"{path}:1: got no column {name!r}; expected one of {', '.join(header[:12])} ...")
    at, place = header.index(time_column), header.index(column)
    return [
        (line, (row[at] if at < len(row) else "", row[place] if place < len(row) else ""))
        for line, row in enumerate(rows, start=2)
        if row
    ]


def _time(path: Path, line: int, text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise TraceError(f"{path}:{line}: got {text!r}; expected an ISO 8601 time") from error
    return time.replace(tzinfo=UTC8) if time.tzinfo is None else time.astimezone(UTC8)


def _number(path: Path, line: int, column: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise TraceError(f"{path}:{line}: {column}: got {text!r}; expected a number")
    return value


def on_quarters(
    path: Path, series: tuple[datetime, float, np.ndarray], start: datetime, hours: int, window: slice
) -> np.ndarray:
    """
    Lay a series on quarter hours.

    Parameters
    ----------
    path : Path
        For the message.
    series : tuple
        From `read_series`.
    start : datetime
        Beginning of the first hour.
    hours : int
    window : slice
        Quarter hours the run needs, counted from `start`.

    Returns
    -------
    ndarray, shape (4 hours,)
        Piecewise constant; outside the file the mean of the file, which no run sees.

    Raises
    ------
    TraceError
        If the file does not hold the whole window: no value is held on in silence.
    """
    first, step_s, values = series
    fine = np.repeat(values, round(step_s / METER_S))
    shift = round((first - start).total_seconds() / METER_S)
    if shift > window.start or shift + len(fine) < window.stop:
        begin, end = (start + timedelta(seconds=METER_S * n) for n in (window.start, window.stop))
        last = first + timedelta(seconds=METER_S * len(fine))
        raise TraceError(
            f"{path}: got {first.isoformat()} to {last.isoformat()}; expected the whole run with its warm-up, "
            f"{begin.isoformat()} to {end.isoformat()}"
        )
    laid = np.full(QUARTERS * hours, values.mean())
    low, high = max(shift, 0), min(shift + len(fine), len(laid))
    laid[low:high] = fine[low - shift : high - shift]
    return laid


def hourly(quarters: np.ndarray) -> np.ndarray:
    """Return the mean of each hour, shape (hours,)."""
    means: np.ndarray = quarters.reshape(-1, QUARTERS).mean(axis=1)
    return means
