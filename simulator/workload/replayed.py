"""
What a replay asks of one cluster: a trace, the rule for requested times, the rule for runs beyond them.

A scheduler sees requested times only, so a trace that has none can be replayed only under a declared estimate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.errors import InputError
from simulator.scenario import parse_quantity
from simulator.workload.formats import Trace
from simulator.workload.model import KILLED, IdBlock, JobIds, Jobs, Routes, Services, Workload

ESTIMATES = "requested, actual, factor:F with F >= 1, or limit:T such as limit:7d"
OVERRUNS = ("kill", "keep")


@dataclass(frozen=True)
class Asked:
    """
    How a trace becomes work.

    Attributes
    ----------
    estimate : str or None
        Where requested times come from: ``requested``, ``actual``, ``factor:F``, ``limit:T``; None = requested,
        which the trace must then hold.
    overrun : str
        A job that runs past its request is killed there (``kill``) or runs to its end (``keep``).
    scale_arrivals : float
        Submissions come this many times as fast; 1 = as recorded. [-]
    limit_jobs : int or None
        Only so many, the first by submission.
    """

    estimate: str | None = None
    overrun: str = "kill"
    scale_arrivals: float = 1.0
    limit_jobs: int | None = None

    def __post_init__(self) -> None:
        if self.overrun not in OVERRUNS:
            raise InputError(f"--overrun: got {self.overrun!r}; expected kill or keep")
        if not 0.0 < self.scale_arrivals < np.inf:
            raise InputError(f"--scale-arrivals: got {self.scale_arrivals:g}; expected a number above 0 [-]")
        if self.limit_jobs is not None and self.limit_jobs < 1:
            raise InputError(f"--limit-jobs: got {self.limit_jobs}; expected a whole number of 1 or more [job]")


def as_workload(trace: Trace, asked: Asked, *, job_class: str, hub: str) -> tuple[Workload, np.ndarray]:
    """
    Return the jobs of a trace as the kernel takes them.

    Parameters
    ----------
    trace : Trace
    asked : Asked
    job_class, hub : str
        Of all jobs.

    Returns
    -------
    Workload
        Its summary says what was done about requested times.
    ndarray of bool, shape (jobs,)
        Jobs cut at their request.

    Raises
    ------
    InputError
        If the estimate is missing or unknown.
    """
    some = slice(0, asked.limit_jobs)
    submit_s, run_s = trace.submit_s[some], trace.run_s[some]
    if asked.scale_arrivals != 1.0:
        submit_s = submit_s[0] + (submit_s - submit_s[0]) / asked.scale_arrivals
    requested_s, told = _requested(trace, asked, run_s)
    over = run_s > requested_s
    cut = over if asked.overrun == "kill" else np.zeros_like(over)
    told |= {"overrun": asked.overrun, "runs_beyond_request": int(over.sum()), "cut_at_request": int(cut.sum())}
    told |= {"scale_arrivals": asked.scale_arrivals, "jobs": len(submit_s)}
    n = len(submit_s)
    jobs = Jobs(
        job_id=_ids(trace.job_id[some]),
        submit_s=submit_s,
        work_s=np.where(cut, requested_s, run_s),
        requested_s=requested_s,
        devices=trace.devices[some],
        milli=trace.milli[some],
        route=np.zeros(n, dtype=np.int32),
        priority=np.zeros(n, dtype=np.int32),
        deadline_s=np.full(n, np.inf),
        outcome=np.where(cut, np.int8(KILLED), trace.outcome[some]),
        stands_for=np.ones(n, dtype=np.int64),
    )
    nothing = Services((), (), (), np.zeros((0, 0)))
    return Workload(Routes((job_class,), (hub,)), jobs, nothing, told, ()), cut


def _ids(names: np.ndarray) -> JobIds:
    block = np.zeros(len(names), dtype=np.int32)
    if names.dtype == object:
        return JobIds((IdBlock("", names),), block, np.arange(len(names)))
    return JobIds((IdBlock(""),), block, names)


def _requested(trace: Trace, asked: Asked, run_s: np.ndarray) -> tuple[np.ndarray, dict[str, Any]]:
    """Return the requested times and what is told of them. [s]"""
    known = trace.requested_s[: len(run_s)]
    unknown = int(np.isnan(known).sum())
    estimate = asked.estimate or "requested"
    told: dict[str, Any] = {"estimate": estimate, "requested_time_unknown": unknown}
    if estimate == "actual":
        return run_s, told
    if estimate == "requested":
        if unknown == len(run_s):
            raise InputError(_no_requests(trace))
        # a few gaps in a trace that has requests: those jobs are taken to have asked what they needed
        return np.where(np.isnan(known), run_s, known), told
    kind, _, text = estimate.partition(":")
    if kind == "factor":
        return run_s * _factor(estimate, text), told
    if kind == "limit":
        return np.full(len(run_s), _limit(estimate, text)), told
    raise InputError(f"--estimate: got {estimate!r}; expected {ESTIMATES}")


def _factor(estimate: str, text: str) -> float:
    try:
        factor = float(text)
    except ValueError:
        factor = np.nan
    if not 1.0 <= factor < np.inf:
        raise InputError(f"--estimate: got {estimate!r}; expected factor:F with a number F >= 1 [-]")
    return factor


def _limit(estimate: str, text: str) -> float:
    try:
        limit_s = parse_quantity(text, "s")
    except ValueError as error:
        raise InputError(f"--estimate: got {estimate!r}: {error}; expected limit:T such as limit:7d [s]") from error
    if not 0.0 < limit_s < np.inf:
        raise InputError(f"--estimate: got {estimate!r}; expected limit:T with T above 0 [s]")
    return limit_s


def _no_requests(trace: Trace) -> str:
    return (
        f"{trace.account['file']}: got a trace without requested times; expected --estimate\n"
        "    hint: --estimate actual (users know their run times), --estimate factor:3 (they ask 3 times as much), or "
        "--estimate limit:7d (everybody asks the limit)"
    )
