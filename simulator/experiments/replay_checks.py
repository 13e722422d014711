"""What every schedule must keep, checked on the finished one: exactly, from its start and finish times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.errors import InvariantError
from simulator.scheduling import DEVICE_MILLI, STATE_NAMES

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


def most_devices(done: Replayed) -> int:
    """
    Return the most devices held at one instant, a shared one as one for as long as anybody has a share of it.

    Raises
    ------
    InvariantError
        If the shares of a device add up to more than it.
    """
    milli = done.milli[done.ran]
    whole, shared = np.flatnonzero(milli == 0), np.flatnonzero(milli > 0)
    start, finish = [done.start_s[whole]], [done.finish_s[whole]]
    amount = [done.allocated(done.jobs.devices[done.ran[whole]])]
    if shared.size:
        card = done.world.shares["card"][done.ran[shared]]
        begin, end = _in_use(card, done.start_s[shared], done.finish_s[shared], milli[shared])
        start, finish, amount = [*start, begin], [*finish, end], [*amount, np.ones(begin.size, dtype=np.int64)]
    return largest_sum(np.concatenate(start), np.concatenate(finish), np.concatenate(amount))


def _in_use(card: np.ndarray, start: np.ndarray, end: np.ndarray, milli: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the spans in which shared devices have shares, given those of the shares. [s]"""
    times, change = np.concatenate([end, start]), np.concatenate([-milli, milli])
    order = np.lexsort((change > 0, times, np.concatenate([card, card])))  # by device, then time, ends first
    held = np.cumsum(change[order])  # the shares of a device add up to 0 before the next one begins
    if held.max() > DEVICE_MILLI:
        raise InvariantError(f"replay: shares of one device add up to {held.max()} thousandths")
    before = np.concatenate([[0], held[:-1]])
    return times[order[before == 0]], times[order[held == 0]]


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
    start, finish = done.start_s, done.finish_s
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
    most = most_devices(done)
    if most > done.devices:
        raise InvariantError(f"replay: {most} devices held at once, {done.devices} exist")
    if done.queue == "fcfs" and not (np.diff(start) >= 0.0).all():
        raise InvariantError("replay: fcfs starts a job before one that was submitted earlier")
