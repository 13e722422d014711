"""
When a job that can wait should run: the plan signal summed over the time it asks.

The signal of a hub is constant within steps (WORLD.signal, from CLOCK.signal_begin_s on, CLOCK.signal_step_s each).
`best_start` finds the contiguous run with the least sum; `segment` the cheapest steps that together are long enough,
of which it returns the first that lie together: the job runs through them, pauses, and the rest is planned anew then.
Ties go to the earliest. Nothing is planned beyond the end of the signal. A job without slack starts at once.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from energy_models.compiled import compiler
from simulator.scheduling.kernel.state import NONE, World

compiled = compiler(Path(__file__).parent, allocates=False)

# Sums of a signal that differ by less are equal: rounding must not decide against the earlier start.
SAME = 1e-9


@compiled
def signal_end_s(world: World) -> float:
    """Return up to when the plan signal is known. [s]"""
    return world.clock[0].signal_begin_s + world.signal.shape[1] * world.clock[0].signal_step_s


@compiled
def step_of(world: World, time_s: float) -> int:
    """Return the step of the signal that an instant lies in, the last one beyond its end."""
    i = int((time_s - world.clock[0].signal_begin_s) / world.clock[0].signal_step_s)
    return max(0, min(i, world.signal.shape[1] - 1))


@compiled
def begin_of(world: World, i: int) -> float:
    """Return when step `i` begins. [s]"""
    return world.clock[0].signal_begin_s + i * world.clock[0].signal_step_s


@compiled
def sum_to(world: World, h: int, time_s: float) -> float:
    """Return the integral of the signal of hub `h` from its begin to an instant."""
    i = step_of(world, time_s)
    return world.signal_sum[h, i] + (time_s - begin_of(world, i)) * world.signal[h, i]


@compiled
def best_start(world: World, h: int, first: float, need: float, by: float) -> float:
    """
    Return the start of a run of `need` seconds with the least sum of the signal.

    Starts are looked for at `first`, at every later beginning of a step, and at the last instant that ends by `by`.
    """
    latest = by - need
    best, least = first, sum_to(world, h, first + need) - sum_to(world, h, first)
    start, i = first, step_of(world, first)
    while start < latest:
        i += 1
        start = min(begin_of(world, i), latest)
        here = sum_to(world, h, start + need) - sum_to(world, h, start)
        if here < least - SAME * abs(least):
            best, least = start, here
    return best


@compiled
def segment(world: World, h: int, first: float, need: float, by: float) -> tuple[float, float]:
    """
    Return when the first of the cheapest steps that make `need` seconds between `first` and `by` begin and end.

    Returns
    -------
    float, float
        The end is inf where there is no slack. [s]
    """
    if by - first <= need:
        return first, np.inf
    i_first, i_last = step_of(world, first), step_of(world, by)
    last_rank = rank_needed(world, h, first, need, by)
    i = i_first
    while world.signal_rank[h, i] > last_rank:
        i += 1
    begin = max(first, begin_of(world, i))
    while i <= i_last and world.signal_rank[h, i] <= last_rank:
        i += 1
    return begin, begin_of(world, i)


@compiled
def rank_needed(world: World, h: int, first: float, need: float, by: float) -> int:
    """Return the rank of the dearest step that `need` seconds between `first` and `by` take."""
    i_first, i_last, got, rank = step_of(world, first), step_of(world, by), 0.0, NONE
    while got < need * (1.0 - SAME) and rank < world.signal.shape[1] - 1:
        rank += 1
        i = world.signal_order[h, rank]
        if i_first <= i <= i_last:
            got += min(by, begin_of(world, i + 1)) - max(first, begin_of(world, i))
    return rank
