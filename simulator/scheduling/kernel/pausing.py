"""Jobs that wait for a better time: their plans, their pauses, and the instants at which they go on."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from energy_models.compiled import compiler
from simulator.scheduling.kernel import agenda, joining, lifecycle, power, running, shifting, stopping
from simulator.scheduling.kernel.state import (
    BY_SHIFT,
    HELD,
    INTERRUPTIBLE,
    NONE,
    PAUSE,
    RELEASE,
    RUNNING,
    SUSPENDED,
    WAITING,
    YES,
    ZERO,
    World,
)

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def planned(world: World, j: int, c: int, sending: float) -> tuple[float, float]:
    """
    Return when job `j` should run on cluster `c`, whose hub its data reach in `sending` seconds, from and up to.

    The window a job may be shifted in is fixed when it is first planned: to its deadline, or to the end of the signal.
    """
    job, kind, now = world.jobs[j], world.kinds[world.jobs[j].kind], world.clock[0].now_s
    if not job.planned:
        job.planned = YES
        job.plan_by_s = min(job.deadline_s, shifting.signal_end_s(world))
    by, first = min(job.plan_by_s, shifting.signal_end_s(world)), now + sending
    need = lifecycle.wall_s(world, j, lifecycle.device_seconds(world, j, c))
    if job.state == RUNNING:
        need -= running.work_clock(world, c, now) - job.run_work_clock
    if world.shift[job.route] == INTERRUPTIBLE and kind.pausable:
        restoring = kind.restore_s / running.rate(world, j, c)
        return shifting.segment(world, world.clusters[c].hub, first, need, by - restoring)
    if job.state == RUNNING:
        return now, np.inf
    return shifting.best_start(world, world.clusters[c].hub, first, need, by), np.inf


@compiled
def wait_until(world: World, j: int, time_s: float) -> None:
    """Hold job `j`, which is in no queue, back until an instant."""
    if world.jobs[j].state == SUSPENDED:
        world.clusters[world.jobs[j].cluster].paused_count += 1
    else:
        world.jobs[j].state = HELD
        world.hubs[world.origin[world.jobs[j].route]].held_jobs += 1
    world.jobs[j].outside = YES
    agenda.add(world, time_s, RELEASE, j, NONE)


@compiled
def go_on(world: World, j: int) -> None:
    """Queue job `j`, which waited for its time at the cluster it is bound to, unless a better time has come up."""
    c = world.jobs[j].cluster
    begin, end = planned(world, j, c, 0.0)
    if begin > world.clock[0].now_s:
        wait_until(world, j, begin)
        return
    fix_pause(world, j, end)
    if world.jobs[j].state == HELD:
        joining.join(world, j, c)
    else:
        lifecycle.enqueue(world, j, c)


@compiled
def fix_pause(world: World, j: int, end: float) -> None:
    """Remember when job `j` is to pause; never, if `end` is inf."""
    world.jobs[j].pause_s = end
    agenda.add(world, end, PAUSE, j, NONE)


@compiled
def pause(world: World, j: int) -> None:
    """Take job `j` off its devices, or out of its queue, if its good time ends now and there is a better one later."""
    job, c = world.jobs[j], world.jobs[j].cluster
    in_queue = job.state == WAITING or job.state == SUSPENDED
    if job.pause_s != world.clock[0].now_s or job.outside or not (in_queue or job.state == RUNNING):
        return
    if job.state == RUNNING and running.is_spared(world, j):
        fix_pause(world, j, job.run_start_s + world.kinds[job.kind].min_run_s)
        return
    begin, end = planned(world, j, c, 0.0)
    if begin <= world.clock[0].now_s:
        fix_pause(world, j, end)
        return
    if job.state == RUNNING:
        take_off(world, j, c)
    lifecycle.dequeue(world, j, c)
    world.hubs[world.clusters[c].hub].dirty = True
    wait_until(world, j, begin)


@compiled
def take_off(world: World, j: int, c: int) -> None:
    """Suspend running job `j` of cluster `c` with what it has done: a planned pause leaves time for a checkpoint."""
    power.touch(world, world.clusters[c].hub, world.clock[0].now_s)
    position = ZERO
    while world.runs[world.clusters[c].run_offset + position].job != j:
        position += 1
    stopping.suspend(world, c, position, BY_SHIFT)
