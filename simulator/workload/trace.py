"""
Jobs of a real table, unaltered: placed in the run's time, repeated only when asked, given a class and a hub.

What a table does not say is said here and told in the summary: run times are taken as work seconds of the
reference device, all jobs have one class (or one by queue), each queue belongs to one hub, and a job whose
end state is unknown is taken as finished. Jobs that cannot be simulated are left out, counted by reason and
listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.errors import TraceError
from simulator.scenario import Problem, near, one_of, raise_if_any
from simulator.workload.columns import Columns
from simulator.workload.model import FAILED, FINISHED, KILLED, IdBlock, shares, told_of_shares
from simulator.workload.table import JobTable, read_table

if TYPE_CHECKING:
    from simulator.scenario import Scenario, TraceWork

DAY_S = 86400.0
LISTED = 20
SHARE_OFF = 0.05  # of the device-hours, between asked and met share of a hub, that is worth a warning
STATES = {"completed": FINISHED, "failed": FAILED, "cancelled": KILLED}


def replay(
    scenario: Scenario, name: str, work: TraceWork, *, qualify: bool
) -> tuple[list[Columns], dict[str, Any], list[str]]:
    """
    Read and place the jobs of one table.

    Parameters
    ----------
    scenario : Scenario
    name : str
    work : TraceWork
        Of that key of ``workload.jobs``.
    qualify : bool
        Put the source's name before the names of its jobs, as other sources may use the same.

    Returns
    -------
    list of Columns
        One a repetition, sorted by submission.
    dict
        Part of the summary.
    list of str
        Warnings.

    Raises
    ------
    TraceError
        If the table cannot be read, has no job that can run, or is shorter than the run and not repeated.
    ScenarioError
        If ``class_by_queue`` names a queue that the table has not.
    """
    table = read_table(work.file)
    reason = _reason_to_leave_out(table)
    rows = np.flatnonzero(reason == "")
    if not rows.size:
        raise TraceError(_no_job(table, reason))
    rows = rows[np.argsort(table.submit_s[rows], kind="stable")]
    base, over = _as_columns(table, rows, work)
    queues, queue = np.unique(table.queue[rows].astype(str), return_inverse=True)
    _check_queues(scenario.name, name, work.class_by_queue, queues.tolist())
    device_s = np.bincount(queue, weights=table.gpus[rows] * table.duration_s[rows])
    hub_of = share_out(dict(zip(queues.tolist(), device_s.tolist(), strict=True)), work.origins)
    pairs = [(work.class_by_queue.get(q, work.job_class), hub_of[q]) for q in queues.tolist()]
    base.routes = tuple(sorted(set(pairs)))
    base.route = np.array([base.routes.index(pair) for pair in pairs])[queue]

    placed = place(scenario, work, base.submit_s)
    parts = [_repetition(base, table.job_id[rows], p, f"{name}/" if qualify else "") for p in placed]
    summary = _counts(table, rows, reason) | {
        "queues": {q: {"device_hours": d / 3600.0, "class": c, "hub": h}
                   for q, d, (c, h) in zip(queues.tolist(), device_s.tolist(), pairs, strict=True)},
        "origins": _met(work.origins, hub_of, dict(zip(queues.tolist(), device_s.tolist(), strict=True))),
        "repetitions": len(placed),
        "submitted_in_the_run": sum(len(part) for part in parts),
        "left_out_before_the_run": int(placed[0].rows.start),
        "left_out_after_the_run": int(rows.size - placed[-1].rows.stop),
        **_told_of_overruns(work.overrun, sum(int(over[p.rows].sum()) for p in placed)),
        "invented": _INVENTED,
    }  # fmt: skip
    return parts, summary, _warnings(scenario, name, work, summary, base.submit_s)


_INVENTED = (
    "run times of the table are taken as work seconds of the reference device",
    "job classes: by the scenario's job_class and class_by_queue",
    "hubs of origin: whole queues, so that each hub's share of the device-hours comes near the asked one",
    "requested times the table does not hold: by the scenario's estimate",
    "jobs whose end state is unknown are taken as finished, cancelled ones as killed",
)


@dataclass(frozen=True)
class Placed:
    """One repetition: which sorted rows, how far they move [s], and what their names get behind them."""

    rows: slice
    shift_s: float
    suffix: str


def share_out(device_s: dict[str, float], origins: dict[str, float]) -> dict[str, str]:
    """
    Give each queue to one hub: the largest first, each to the hub that lacks most; ties by name.

    Parameters
    ----------
    device_s : dict
        Device-seconds by queue. [device s]
    origins : dict
        Share by hub. [-]

    Returns
    -------
    dict
        Hub by queue.
    """
    total = sum(device_s.values())
    lacks = {hub: origins[hub] * total for hub in sorted(origins) if origins[hub] > 0}
    hub_of = {}
    for queue in sorted(device_s, key=lambda q: (-device_s[q], q)):
        hub_of[queue] = max(lacks, key=lambda h: lacks[h])  # the first of equals, and `lacks` is sorted
        lacks[hub_of[queue]] -= device_s[queue]
    return hub_of


def _met(origins: dict[str, float], hub_of: dict[str, str], device_s: dict[str, float]) -> dict[str, dict[str, float]]:
    total = sum(device_s.values())
    got = {hub: sum(d for q, d in device_s.items() if hub_of[q] == hub) / total for hub in sorted(origins)}
    return {hub: {"asked_share": origins[hub], "share": got[hub]} for hub in got}


def place(scenario: Scenario, work: TraceWork, submit_s: np.ndarray) -> list[Placed]:
    """
    Place a table in the time of the run.

    A table covers whole days of its own clock: from the day of its first submission to the end of the day of
    its last. Repetitions follow one another at that length, so that the hour of day is kept.

    Parameters
    ----------
    scenario : Scenario
    work : TraceWork
    submit_s : ndarray
        Sorted, in the table's own time. [s]

    Returns
    -------
    list of Placed
        In order of time; at least one.

    Raises
    ------
    TraceError
        If the table covers less than start to start + horizon and ``wrap`` is off.
    """
    simulation = scenario.simulation
    begin, end = -simulation.warm_up, simulation.horizon
    align = (work.align - simulation.start).total_seconds()
    first = DAY_S * np.floor(submit_s[0] / DAY_S) + align
    last = DAY_S * (np.floor(submit_s[-1] / DAY_S) + 1.0) + align
    if not work.wrap:
        if first > 0.0 or last < end:
            raise TraceError(_too_short(scenario, work.file, first, last))
        repetitions = range(1)
    else:
        length = last - first
        repetitions = range(int(np.floor((begin - first) / length)), int(np.ceil((end - first) / length)))
    placed = []
    for k in repetitions:
        shift = align + k * (last - first)
        rows = slice(*np.searchsorted(submit_s, [begin - shift, end - shift]).tolist())
        placed.append(Placed(rows, shift, "" if k == 0 else f"#{k + 1 if k > 0 else k}"))
    return placed


def _too_short(scenario: Scenario, file: str, first: float, last: float) -> str:
    start, horizon = scenario.simulation.start, scenario.simulation.horizon
    covers = [start + timedelta(seconds=s) for s in (first, last)]
    needed = [start, start + timedelta(seconds=horizon)]
    texts = [f"{a:%Y-%m-%d %H:%M} to {b:%Y-%m-%d %H:%M}" for a, b in (covers, needed)]
    return (
        f"{file}: got submissions from {texts[0]} ({(last - first) / DAY_S:g} d); expected all of {texts[1]} "
        f"({horizon / DAY_S:g} d)\n"
        "    hint: set wrap: true to repeat the table, move align, or shorten the run with --horizon"
    )


def _told_of_overruns(overrun: str, jobs: int) -> dict[str, Any]:
    return {"overrun": overrun, "runs_beyond_request": jobs, "cut_at_request": jobs if overrun == "kill" else 0}


def _as_columns(table: JobTable, rows: np.ndarray, work: TraceWork) -> tuple[Columns, np.ndarray]:
    """Return sorted usable rows as columns without routes, and which of them ran past the requested time."""
    run = table.duration_s[rows]
    asked = table.requested_s[rows]
    requested = np.where(np.isnan(asked), run * _estimate_factor(work.estimate), asked)
    over = run > requested
    cut = over & (work.overrun == "kill")
    state = np.array([STATES.get(text, FINISHED) for text in table.status[rows].tolist()], dtype=np.int8)
    devices, milli = shares(table.gpus[rows])
    columns = Columns(
        ids=IdBlock(""),
        number=np.arange(rows.size),
        submit_s=table.submit_s[rows],
        work_s=np.where(cut, requested, run),
        requested_s=requested,
        devices=devices,
        milli=milli,
        outcome=np.where(cut, np.int8(KILLED), state),
        routes=(),
        route=np.zeros(0, dtype=np.int64),
    )
    return columns, over


def _estimate_factor(estimate: str) -> float:
    return 1.0 if estimate == "actual" else float(estimate.removeprefix("factor:"))


def estimate_fault(estimate: str) -> tuple[str, str] | None:
    """Return what an ``estimate`` text is and should be, or None if it is right."""
    if estimate == "actual":
        return None
    try:
        factor = float(estimate.removeprefix("factor:")) if estimate.startswith("factor:") else np.nan
    except ValueError:
        factor = np.nan
    return None if 1.0 <= factor < np.inf else (f"'{estimate}'", "actual, or factor:F with F >= 1 [-]")


def _repetition(base: Columns, texts: np.ndarray, placed: Placed, prefix: str) -> Columns:
    rows = placed.rows
    return Columns(
        ids=IdBlock(prefix, texts, placed.suffix),
        number=base.number[rows],
        submit_s=base.submit_s[rows] + placed.shift_s,
        work_s=base.work_s[rows],
        requested_s=base.requested_s[rows],
        devices=base.devices[rows],
        milli=None if base.milli is None else base.milli[rows],
        outcome=base.outcome[rows],
        routes=base.routes,
        route=base.route[rows],
    )


def _reason_to_leave_out(table: JobTable) -> np.ndarray:
    """Return why a row cannot be simulated, "" if it can, shape (rows,)."""
    reasons = [
        (np.isnan(table.submit_s), "no submit_time_s"),
        (np.isnan(table.duration_s), "no duration_s: never ran, or did not end"),
        (np.isnan(table.gpus), "no gpus"),
        (table.duration_s == 0.0, "duration_s is 0"),
        (table.gpus == 0.0, "gpus is 0"),
    ]
    return np.select([mask for mask, _ in reasons], [text for _, text in reasons], default="")


def _dropped(table: JobTable, reason: np.ndarray) -> dict[str, dict[str, Any]]:
    texts = [text for text in np.unique(reason).tolist() if text]
    rows = {text: np.flatnonzero(reason == text) for text in texts}
    return {text: {"jobs": int(r.size), "first": table.job_id[r[:LISTED]].tolist()} for text, r in rows.items()}


def _no_job(table: JobTable, reason: np.ndarray) -> str:
    counts = ", ".join(f"{part['jobs']} with {text}" for text, part in _dropped(table, reason).items())
    return (
        f"{table.file}: got {reason.size} rows and no job that can run ({counts}); "
        "expected jobs with a submission, a run time and devices\n"
        "    hint: tables of CPU work have gpus 0; only accelerator jobs run here"
    )


def _counts(table: JobTable, rows: np.ndarray, reason: np.ndarray) -> dict[str, Any]:
    submit, run, gpus = table.submit_s[rows], table.duration_s[rows], table.gpus[rows]
    known = table.submit_s[~np.isnan(table.submit_s)]
    states, counts = np.unique(table.status[rows].astype(str), return_counts=True)
    return {
        "model": "trace",
        "file": Path(table.file).name,
        "rows": int(reason.size),
        "usable": int(rows.size),
        "dropped": _dropped(table, reason),
        "rows_out_of_order": int((np.diff(known) < 0).sum()),
        "first_submit_s": float(submit[0]),
        "last_submit_s": float(submit[-1]),
        "days": float((submit[-1] - submit[0]) / DAY_S),
        "gpu_hours": float((run * gpus).sum() / 3600.0),
        **told_of_shares(gpus),
        "requested_time_known": int((~np.isnan(table.requested_s[rows])).sum()),
        "status": {text or "(empty)": int(n) for text, n in zip(states.tolist(), counts.tolist(), strict=True)},
    }


def _check_queues(scenario: str, name: str, class_by_queue: dict[str, str], queues: list[str]) -> None:
    few = one_of([*queues[:LISTED], "..."] if len(queues) > LISTED else queues)
    path, got = f"workload.jobs.{name}.class_by_queue", "a queue the table has not"
    missing = [queue for queue in class_by_queue if queue not in queues]
    raise_if_any(Problem(scenario, 0, f"{path}.{q}", got, few, near(q, queues)) for q in missing)


def _warnings(
    scenario: Scenario, name: str, work: TraceWork, summary: dict[str, Any], submit_s: np.ndarray
) -> list[str]:
    warnings = [f"{part['jobs']} rows left out: {text}" for text, part in summary["dropped"].items()]
    if n := summary["shares_of_a_device"]:
        warnings.append(f"{n} jobs ask a share of a device: they share devices, in thousandths of one")
    if n := summary["rounded_up_to_whole_devices"]:
        warnings.append(f"{n} jobs ask more than one device and no whole number: rounded up")
    if n := summary["rows_out_of_order"]:
        warnings.append(f"{n} rows were out of order: sorted by submission, ties in file order")
    for hub, met in summary["origins"].items():
        asked, share = met["asked_share"], met["share"]
        if abs(share - asked) > SHARE_OFF:
            warnings.append(f"hub {hub}: {asked:.3g} of the device-hours asked, {share:.3g} met: queues are whole")
    begin = submit_s[0] + (work.align - scenario.simulation.start).total_seconds()
    late = (begin + scenario.simulation.warm_up) / DAY_S
    if not work.wrap and late > 1.0:
        warnings.append(f"the table begins {late:.3g} d into the run: the warm-up is partly empty")
    return [f"workload.jobs.{name}: {text}" for text in warnings]
