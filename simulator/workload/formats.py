"""
Any trace as jobs to replay: which reader a file needs, and which of its rows can be replayed.

A row is left out, counted by reason and named, if it has no submission, run time or devices, if its run time or its
devices are zero, if a value is beyond reason, if its name was used before, or if it is only a piece of a job. A share
of a device holds a whole one. The rest is sorted by (submission, order in the file).
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pyarrow import ArrowInvalid, parquet

from simulator.errors import InputError, TraceError
from simulator.workload.model import shares, told_of_shares
from simulator.workload.openb import is_openb, read_openb
from simulator.workload.opendc import TASKS, is_opendc, read_opendc
from simulator.workload.rawrows import LISTED, PARTIAL, RawRows, outcomes
from simulator.workload.swf import FIELDS, opened, read_swf
from simulator.workload.table import LARGEST, read_table
from simulator.workload.trace import STATES

RESOURCES = ("gpus", "cpus")
HEAD = 1 << 16  # bytes looked at to tell formats apart


@dataclass(frozen=True)
class Trace:
    """
    Jobs of a trace, sorted by (submission, order in the file).

    Attributes
    ----------
    job_id : ndarray of int64 or str, shape (jobs,)
        Unique.
    submit_s, run_s, requested_s, wait_s : ndarray, shape (jobs,)
        Request and wait (on the real system) are NaN where unknown. [s]
    devices, milli : ndarray of int64, shape (jobs,)
        As in `Jobs`: a job that asks for less than a device has 1 and its thousandths of it.
    outcome : ndarray of int8, shape (jobs,)
        How the job ended: ``FINISHED``, ``FAILED``, ``KILLED``.
    devices_told : int or None
        Size of the machine by the trace itself. [device]
    account : dict
        What was read, left out and changed, for the summary.
    """

    job_id: np.ndarray
    submit_s: np.ndarray
    run_s: np.ndarray
    requested_s: np.ndarray
    wait_s: np.ndarray
    devices: np.ndarray
    milli: np.ndarray
    outcome: np.ndarray
    devices_told: int | None
    account: dict[str, Any]

    def __len__(self) -> int:
        return len(self.submit_s)


def read_trace(file: str, resource: str | None = None) -> Trace:
    """
    Read a trace of any known format.

    Parameters
    ----------
    file : str
        SWF, the common job table, an openb pod list, or OpenDC tasks (the file, or its folder).
    resource : {"gpus", "cpus"}, optional
        What the devices are; by default gpus, and cpus for SWF and OpenDC.

    Returns
    -------
    Trace

    Raises
    ------
    TraceError
        If the file is of none of these kinds, cannot be read, or has no job that can be replayed.
    InputError
        If the format does not know the resource.
    """
    path = Path(file)
    if path.is_dir():
        path = path / TASKS
    if not path.is_file():
        raise TraceError(f"{path}: got no such file; expected a trace (SWF, job table, openb pods, OpenDC tasks)")
    if resource not in (None, *RESOURCES):
        raise InputError(f"--resource: got {resource!r}; expected gpus or cpus")
    return _usable(str(path), _read(path, resource))


def _read(path: Path, resource: str | None) -> RawRows:
    if path.suffix == ".parquet":
        try:
            names = parquet.read_schema(path).names
        except (ArrowInvalid, OSError) as error:
            raise TraceError(f"{path}: got a file that cannot be read: {error}; expected parquet") from error
        return read_opendc(path, resource or "cpus") if is_opendc(names) else _table(path, resource or "gpus")
    if _is_swf(path, head := _head(path)):
        if resource == "gpus":
            raise InputError(f"{path}: got --resource gpus; expected cpus: SWF counts processors only")
        return read_swf(str(path))
    names = next(csv.reader(io.StringIO(head)), [])
    return read_openb(path, resource or "gpus") if is_openb(names) else _table(path, resource or "gpus")


def _head(path: Path) -> str:
    try:
        with opened(path) as stream:
            return stream.read(HEAD).decode("utf-8-sig", "replace")
    except (OSError, EOFError) as error:
        raise TraceError(f"{path}: got a file that cannot be read: {error}; expected a trace") from error


def _is_swf(path: Path, head: str) -> bool:
    """By its ending, else by a first line that is a comment or has 18 fields and no comma."""
    if ".swf" in path.suffixes[-2:]:
        return True
    first = next((line for line in head.splitlines() if line.strip()), "")
    return first.lstrip().startswith(";") or ("," not in first and len(first.split()) == FIELDS)


def _table(path: Path, resource: str) -> RawRows:
    table = read_table(str(path), numbers=("submit_time_s", "duration_s", resource, "req_time_s", "wait_s"))
    outcome, end_told = outcomes(table.status, STATES)
    return RawRows(
        kind="job table",
        job_id=table.job_id,
        submit_s=table.submit_s,
        run_s=table.duration_s,
        requested_s=table.requested_s,
        wait_s=table.wait_s,
        devices=table.gpus,
        outcome=outcome,
        end_told=end_told,
        told={"read": f"columns job_id, submit_time_s, duration_s, {resource}, req_time_s, status, wait_s"},
    )


def _usable(file: str, raw: RawRows) -> Trace:
    """Leave out what cannot be replayed, and sort the rest."""
    reasons = _reasons(raw)
    for reason, mask in reasons.items():
        rows = np.flatnonzero(mask)
        if rows.size:
            raw.dropped.add_many(reason, int(rows.size), raw.names(rows[:LISTED]))
    keep = np.flatnonzero(~np.logical_or.reduce([*reasons.values()]))
    if not keep.size:
        counts = ", ".join(f"{part['rows']} with {reason}" for reason, part in raw.dropped.to_dict().items())
        raise TraceError(f"{file}: got no job that can be replayed ({counts or 'no row'}); expected at least one")
    submit = raw.submit_s[keep]
    out_of_order = int((np.diff(submit) < 0.0).sum())
    if out_of_order:
        keep = keep[np.argsort(submit, kind="stable")]
    devices, milli = shares(raw.devices[keep])
    account = {
        "file": Path(file).name,
        "format": raw.kind,
        **raw.told,
        "rows": int(raw.told.get("lines", len(raw.submit_s))),
        "usable": int(keep.size),
        "dropped": raw.dropped.to_dict(),
        "rows_out_of_order": out_of_order,
        **told_of_shares(raw.devices[keep]),
        "end_state_known": int(raw.end_told[keep].sum()),
        "requested_time_known": int((~np.isnan(raw.requested_s[keep])).sum()),
        "recorded_wait_known": int((~np.isnan(raw.wait_s[keep])).sum()),
    }
    return Trace(
        job_id=raw.job_id[keep],
        submit_s=raw.submit_s[keep],
        run_s=raw.run_s[keep],
        requested_s=raw.requested_s[keep],
        wait_s=raw.wait_s[keep],
        devices=devices,
        milli=milli,
        outcome=raw.outcome[keep],
        devices_told=raw.devices_told,
        account=account,
    )


def _reasons(raw: RawRows) -> dict[str, np.ndarray]:
    """Return the rows to leave out by the first reason that holds, each shape (rows,)."""
    tests = {
        "no name": raw.job_id == ("" if raw.job_id.dtype == object else -1),
        "no submission time": np.isnan(raw.submit_s),
        "no run time: never ran, or did not end": np.isnan(raw.run_s),
        "no devices": np.isnan(raw.devices),
        "status 2 to 4: a piece of a job that has a line of its own": raw.outcome == PARTIAL,
        "run time is 0": raw.run_s == 0.0,
        "devices are 0": raw.devices == 0.0,
        f"a time or number below 0 or above {LARGEST:g}": _beyond(raw),
    }
    left = np.ones(len(raw.submit_s), dtype=bool)
    found = {}
    for reason, mask in tests.items():
        found[reason] = mask & left
        left &= ~mask
    found["name used before"] = _again(raw.job_id, left)
    return found


def _beyond(raw: RawRows) -> np.ndarray:
    bad = np.zeros(len(raw.submit_s), dtype=bool)
    for column in (raw.submit_s, raw.run_s, raw.devices):
        bad |= ~((column >= 0.0) & (column <= LARGEST))
    # unknown requests and waits are fine, impossible ones are not
    return bad | (raw.requested_s > LARGEST) | (raw.wait_s < 0.0) | (raw.wait_s > LARGEST)


def _again(job_id: np.ndarray, left: np.ndarray) -> np.ndarray:
    """Return where a name stands that an earlier row, of those left, has already."""
    if job_id.dtype != object and (np.diff(job_id) > 0).all():
        return np.zeros(len(job_id), dtype=bool)
    rows = np.flatnonzero(left)
    _, first = np.unique(job_id[rows], return_index=True)
    again = np.zeros(len(job_id), dtype=bool)
    again[rows] = True
    again[rows[first]] = False
    return again
