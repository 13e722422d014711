"""
What a job keeps when it is stopped, and what keeping it costs.

A job writes a checkpoint each time its work reaches a multiple of its interval, but not at its end. While it writes it
does no work: the cost is wall time at full speed, on whatever device, drawn at the job's full power. A checkpoint
counts from the instant it is complete. All amounts here are reference work seconds; what is spent on writing and on
restoring is executed and lost, never useful.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from energy_models.compiled import compiler
from simulator.scheduling.kernel import running
from simulator.scheduling.kernel.state import World

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def writing_s(world: World, j: int, c: int, upto_s: float) -> float:
    """Return what job `j` spends on checkpoints on cluster `c` from what it has kept up to `upto_s` of work."""
    cost = _cost_s(world, j, c)
    if cost == 0.0:
        return 0.0
    interval, done = world.kinds[world.jobs[j].kind].checkpoint_s, world.jobs[j].done_s
    count = np.ceil(upto_s / interval) - 1.0 - int(done / interval)
    return max(0.0, count) * cost


@compiled
def run_s(world: World, j: int, c: int) -> float:
    """Return how much job `j` executes in a run on cluster `c` from its start to its end."""
    job = world.jobs[j]
    return job.work_s - job.done_s + job.restore_s + writing_s(world, j, c, job.work_s)


@compiled
def reached_s(world: World, j: int, c: int, executed: float) -> float:
    """Return all work job `j` has done when it has executed so much in its present run."""
    job = world.jobs[j]
    begun, since = _writing(world, j, c, executed)
    if begun == 0:
        return min(job.work_s, job.done_s + since)
    interval = world.kinds[job.kind].checkpoint_s
    at_last = (int(job.done_s / interval) + begun) * interval
    return min(job.work_s, at_last + max(0.0, since - _cost_s(world, j, c)))


@compiled
def kept_s(world: World, j: int, c: int, executed: float) -> float:
    """Return the work of job `j` that its last complete checkpoint holds when it has executed so much in its run."""
    job = world.jobs[j]
    interval = world.kinds[job.kind].checkpoint_s
    if interval == np.inf:
        return job.saved_s
    begun, since = _writing(world, j, c, executed)
    if _cost_s(world, j, c) == 0.0:
        held = int(reached_s(world, j, c, executed) / interval) * interval
    else:
        complete = begun if since >= _cost_s(world, j, c) else begun - 1
        held = (int(job.done_s / interval) + complete) * interval
    return max(job.saved_s, min(held, job.work_s))


@compiled
def _cost_s(world: World, j: int, c: int) -> float:
    """Return what one checkpoint of job `j` costs on cluster `c`."""
    k = world.jobs[j].kind
    return world.kinds[k].checkpoint_cost_s * running.rate(world, j, c)


@compiled
def _writing(world: World, j: int, c: int, executed: float) -> tuple[int, float]:
    """Return how many checkpoints that cost something the run has begun, and what it executed since the last."""
    job, cost = world.jobs[j], _cost_s(world, j, c)
    after_restore = executed - min(executed, job.restore_s)
    if cost == 0.0:
        return 0, after_restore
    interval = world.kinds[job.kind].checkpoint_s
    to_first = (int(job.done_s / interval) + 1) * interval - job.done_s
    if after_restore < to_first:
        return 0, after_restore
    begun = int((after_restore - to_first) / (interval + cost)) + 1
    return begun, after_restore - to_first - (begun - 1) * (interval + cost)


@compiled
def book_lost(world: World, j: int, c: int, lost: float) -> None:
    """Book executed work of job `j` as lost: work seconds on the job, effective device-seconds on the cluster."""
    k = world.jobs[j].kind
    world.jobs[j].lost_s += lost
    wall = lost / world.pairs[k, c].factor
    world.total[c, world.rate.shape[1]] += world.jobs[j].asked_width * wall * world.pairs[k, c].effective
