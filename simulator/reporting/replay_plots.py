"""What the figures of a replay show, computed exactly from its ``jobs.parquet``; see `replay` for the drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.errors import RunFolderError
from simulator.reporting.plots import Plot

if TYPE_CHECKING:
    from pathlib import Path

POINTS = 1000  # spans the time is cut into
CURVE_POINTS = 160
AT_ONCE_S = 1.0  # shorter waits count as none


def read_jobs(folder: Path) -> dict[str, np.ndarray]:
    """Return the columns that are drawn, of jobs that ran."""
    import pyarrow.parquet as pq
    from pyarrow import ArrowInvalid

    names = ["submission_time", "starting_time", "finish_time", "allocated_devices", "milli_devices"]
    names.append("recorded_waiting_time")
    try:
        table = pq.read_table(folder / "jobs.parquet", columns=names)
    except (ArrowInvalid, OSError) as error:
        raise RunFolderError(f"{folder / 'jobs.parquet'}: cannot be read as jobs of a replay: {error}") from error
    columns = {name: table[name].to_numpy(zero_copy_only=False) for name in names}
    ran = np.flatnonzero(~np.isnan(columns["starting_time"]))
    return {name: values[ran] for name, values in columns.items()}


def replay_plots(jobs: dict[str, np.ndarray], summary: dict[str, Any]) -> list[Plot]:
    """
    Return the data of the figures.

    Parameters
    ----------
    jobs : dict
        Of `read_jobs`.
    summary : dict

    Returns
    -------
    list of Plot
        ``queue``; and ``waits`` if the trace recorded waits.
    """
    if not jobs["starting_time"].size:
        return []
    made = [queue(jobs, summary["cluster"]["devices"])]
    if summary["recorded"]:
        made.append(waits(jobs))
    return made


def queue(jobs: dict[str, np.ndarray], devices: int) -> Plot:
    """Mean and largest queue length and mean utilisation of each span of time."""
    submit, start, finish = (jobs[f"{name}_time"] for name in ("submission", "starting", "finish"))
    edges = np.linspace(submit.min(), finish.max(), min(POINTS, max(10, submit.size)) + 1)
    width = np.diff(edges)
    held = np.where(jobs["milli_devices"] > 0, jobs["milli_devices"] / 1000.0, jobs["allocated_devices"])
    ones = np.ones(submit.size)
    columns = {
        "time_s": edges[:-1],
        "queue_length_mean": np.diff(_integral(submit, start, ones, edges)) / width,
        "queue_length_max": _largest(submit, start, edges),
        "utilization": np.diff(_integral(start, finish, held, edges)) / width / devices,
    }
    return Plot("queue", "queue", {name: values.tolist() for name, values in columns.items()})


def _integral(begin: np.ndarray, end: np.ndarray, amount: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return the integral up to some instants of what holds `amount` from `begin` to `end`."""
    return _ramp(begin, amount, at) - _ramp(end, amount, at)


def _ramp(times: np.ndarray, amount: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return the sum of amount x (at - time) over the times before."""
    order = np.argsort(times, kind="stable")
    times, amount = times[order] - at[0], amount[order]  # small numbers: less is lost in the difference
    place = np.searchsorted(times, at - at[0])
    slope = np.concatenate([[0.0], np.cumsum(amount)])[place]
    return slope * (at - at[0]) - np.concatenate([[0.0], np.cumsum(amount * times)])[place]


def _largest(begin: np.ndarray, end: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return the largest number of jobs between `begin` and `end` in each span; at an instant, ends come first."""
    times = np.concatenate([end, begin])
    order = np.argsort(times, kind="stable")
    count = np.concatenate([[0], np.cumsum(np.repeat([-1, 1], begin.size)[order])])
    times = times[order]
    # what holds when a span opens, and every change inside it (the last span is closed)
    first = np.searchsorted(times, edges[:-1], side="left")
    last = np.append(first[1:], times.size)
    return np.array([count[a : b + 1].max() for a, b in zip(first, last, strict=True)])


def waits(jobs: dict[str, np.ndarray]) -> Plot:
    """Share of jobs that waited longer than x, replayed and on the real system, over the same jobs."""
    real = jobs["recorded_waiting_time"]
    known = np.flatnonzero(~np.isnan(real))
    pair = {"replayed": (jobs["starting_time"] - jobs["submission_time"])[known], "recorded": real[known]}
    longest = max(3600.0, *(float(values.max()) for values in pair.values()))
    grid = np.geomspace(AT_ONCE_S, longest, CURVE_POINTS)
    columns = {"wait_s": grid.tolist()}
    for name, values in pair.items():
        longer = 1.0 - np.searchsorted(np.sort(values), grid, side="right") / known.size
        columns[f"share_waiting_longer_{name}"] = longer.tolist()
    return Plot("waits", "waits", columns, {"jobs": int(known.size)})
