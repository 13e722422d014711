"""
Reader of OpenDC's task table (``tasks.parquet``): one row a task.

Columns as OpenDC's own reader names them, ``TaskReadSupport`` in opendc-trace: ``id``, ``submission_time`` (or
``submissionTime``; milliseconds since 1970, as a timestamp or a plain integer), ``duration`` [ms], ``cpu_count``
(or ``maxCores``), ``gpu_count``. Not read: capacities in MHz and MB, parents and children, deferrable, deadline,
fragments and host; so dependences between tasks are not kept, and a task holds its cores for its whole duration.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from simulator.errors import TraceError
from simulator.workload.model import FINISHED
from simulator.workload.rawrows import RawRows

TASKS = "tasks.parquet"
SUBMISSION = ("submission_time", "submissionTime")
COUNTS = {"cpus": ("cpu_count", "maxCores"), "gpus": ("gpu_count",)}


def is_opendc(names: list[str]) -> bool:
    """Tell whether the columns of a Parquet file are those of OpenDC tasks."""
    return "id" in names and "duration" in names and any(name in names for name in SUBMISSION)


def read_opendc(path: Path, resource: str) -> RawRows:
    """
    Read a task table; times count from its first submission.

    Parameters
    ----------
    path : Path
        The Parquet file.
    resource : {"cpus", "gpus"}

    Returns
    -------
    RawRows

    Raises
    ------
    TraceError
        If the file cannot be read or has no column of that resource.
    """
    try:
        names = parquet.read_schema(path).names
        wanted = ["id", _present(path, names, SUBMISSION), "duration", _present(path, names, COUNTS[resource])]
        table = parquet.read_table(path, columns=wanted)
        submit_ms = _milliseconds(table[wanted[1]])
        run_ms, devices = (_numbers(table[name]) for name in wanted[2:])
        ids = table["id"].cast(pa.string()).fill_null("").combine_chunks().to_numpy(zero_copy_only=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise TraceError(f"{path}: got tasks that cannot be read: {error}; expected OpenDC tasks") from error
    first_ms = float(np.nanmin(submit_ms)) if np.isfinite(submit_ms).any() else 0.0
    unknown = np.full(len(ids), np.nan)
    told = {
        "read": f"OpenDC columns {', '.join(wanted)}; milliseconds; times count from the first submission",
        "first_submission": _instant(first_ms),
        "ignored": [name for name in names if name not in wanted],
    }
    return RawRows(
        kind="opendc tasks",
        job_id=ids,
        submit_s=(submit_ms - first_ms) / 1000.0,
        run_s=run_ms / 1000.0,
        requested_s=unknown,
        wait_s=unknown,
        devices=devices,
        outcome=np.full(len(ids), FINISHED, dtype=np.int8),
        end_told=np.zeros(len(ids), dtype=np.bool_),
        told=told,
    )


def _present(path: Path, names: list[str], choice: tuple[str, ...]) -> str:
    for name in choice:
        if name in names:
            return name
    raise TraceError(f"{path}: got columns {', '.join(names)}; expected also {' or '.join(choice)}")


def _milliseconds(column: pa.ChunkedArray) -> np.ndarray:
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("ms", tz=column.type.tz), safe=False).cast(pa.int64())
    return _numbers(column)


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    return column.cast(pa.float64()).combine_chunks().to_numpy(zero_copy_only=False)


def _instant(milliseconds: float) -> str:
    try:
        return datetime.fromtimestamp(milliseconds / 1000.0, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return f"{milliseconds:.0f} ms"
