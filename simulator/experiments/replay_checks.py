"""What every schedule must keep, checked on the finished one: exactly, from its start and finish times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.errors import InvariantError
from simulator.scheduling import STATE_NAMES

if TYPE_CHECKING:
    from simulator.experiments.replay_summary import Replayed

LEFT = ("finished", "failed", "killed", "rejected")  # how a job may leave


def largest_sum(start: np.ndarray, end: np.ndarray, amount: np.ndarray) -> int:
    """
    Return the largest sum of amounts held at one instant; what ends at an instant is given back before it is taken.

    Parameters
    ----------
    start, end : ndarray, shape (n,)
        [s]
    amount : ndarray of int, shape (n,)

    Returns
    -------
    int
    """
    order = np.argsort(np.concatenate([end, start]), kind="stable")  # ends first among equals
    held = np.cumsum(np.concatenate([-amount, amount])[order])
    return int(held.max(initial=0))


def check_schedule(done: Replayed) -> None:
    """
    Check a finished replay.

    Raises
    ------
    InvariantError
        If a job is in no final state, starts before its submission or runs another time than its own, if more
        devices are held than there are, or if FCFS starts jobs out of order.
    """
    states = done.state
    if not np.isin(states, [STATE_NAMES.index(name) for name in LEFT]).all():
        raise InvariantError(f"replay: {int((states == 0).sum())} jobs in no final state")
    start, finish, held = done.start_s, done.finish_s, done.held_devices
    jobs = done.jobs
    if not (start >= jobs.submit_s[done.ran]).all():
        raise InvariantError("replay: a job starts before its submission")
    # the end is start + run time, rounded once or twice at the size of the clock
    off = np.abs(finish - start - jobs.work_s[done.ran])
    if (off > 4.0 * np.spacing(np.maximum(finish, 1.0))).any():
        worst = int(np.argmax(off))
        raise InvariantError(
            f"replay: job {done.first_names(done.ran[worst : worst + 1])[0]} runs {off[worst]} s too long"
        )
    most = largest_sum(start, finish, held)
    if most > done.devices:
        raise InvariantError(f"replay: {most} devices held at once, {done.devices} exist")
    if done.queue == "fcfs" and not (np.diff(start) >= 0.0).all():
        raise InvariantError("replay: fcfs starts a job before one that was submitted earlier")
