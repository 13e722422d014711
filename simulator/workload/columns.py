"""Columns of jobs made together, and how such parts become one sorted table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.workload.model import IdBlock, JobIds, Jobs, Routes


@dataclass
class Columns:
    """
    Jobs of one source and class (or one repetition of a trace), sorted by submission.

    Attributes
    ----------
    ids, number
        Name of row i: ``ids.names(number[i])``.
    routes : tuple of (class, origin)
        What `route` counts into.
    deadline_s : ndarray or None
        None = no deadlines.
    milli : ndarray or None
        None = all ask whole devices.
    stands_for : int
        The same for all.
    others
        As in `Jobs`.
    """

    ids: IdBlock
    number: np.ndarray
    submit_s: np.ndarray
    work_s: np.ndarray
    requested_s: np.ndarray
    devices: np.ndarray
    outcome: np.ndarray
    routes: tuple[tuple[str, str], ...]
    route: np.ndarray
    stands_for: int = 1
    deadline_s: np.ndarray | None = None
    milli: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.submit_s)


def number_routes(parts: list[Columns]) -> Routes:
    """Number every (class, origin) of some parts, sorted."""
    pairs = sorted({pair for part in parts for pair in part.routes})
    return Routes(tuple(c for c, _ in pairs), tuple(o for _, o in pairs))


def join(parts: list[Columns], routes: Routes, priority: dict[str, int]) -> Jobs:
    """
    Join parts into one table sorted by (submit_s, order of the parts); the parts are emptied on the way.

    Parameters
    ----------
    parts : list of Columns
    routes : Routes
        Of `number_routes`.
    priority : dict
        By job class.

    Returns
    -------
    Jobs
    """
    sizes = [len(part) for part in parts]
    number_of = {pair: k for k, pair in enumerate(zip(routes.job_class, routes.origin, strict=True))}
    tables = [np.array([number_of[pair] for pair in part.routes], dtype=np.int32) for part in parts]
    route = _concatenate([table[part.route] for table, part in zip(tables, parts, strict=True)], np.int32)
    order = np.argsort(_concatenate([part.submit_s for part in parts], float), kind="stable")

    def column(name: str, dtype: type) -> np.ndarray:
        # one column at a time: with ten million jobs two copies of everything would not fit
        values = _concatenate([getattr(part, name) for part in parts], dtype)[order]
        for part in parts:
            setattr(part, name, None)
        return values

    deadlines = [
        np.full(n, np.inf) if p.deadline_s is None else p.deadline_s for p, n in zip(parts, sizes, strict=True)
    ]
    deadline_s = _concatenate(deadlines, float)[order]
    del deadlines
    for part in parts:
        part.deadline_s = None
    milli = None
    if any(part.milli is not None for part in parts):
        zeros = [np.zeros(n, dtype=np.int64) if p.milli is None else p.milli for p, n in zip(parts, sizes, strict=True)]
        milli = _concatenate(zeros, np.int64)[order]
    block = np.repeat(np.arange(len(parts), dtype=np.int32), sizes)[order]
    route = route[order]
    return Jobs(
        job_id=JobIds(tuple(part.ids for part in parts), block, column("number", np.int64)),
        submit_s=column("submit_s", float),
        work_s=column("work_s", float),
        requested_s=column("requested_s", float),
        devices=column("devices", np.int64),
        route=route,
        priority=np.array([priority[c] for c in routes.job_class], dtype=np.int32)[route],
        deadline_s=deadline_s,
        outcome=column("outcome", np.int8),
        stands_for=np.array([part.stands_for for part in parts], dtype=np.int64)[block],
        milli=milli,
    )


def _concatenate(arrays: list[np.ndarray], dtype: type) -> np.ndarray:
    return np.concatenate(arrays).astype(dtype, copy=False) if arrays else np.zeros(0, dtype=dtype)
