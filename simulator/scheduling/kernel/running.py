"""Running jobs and speed: a heap of ends a cluster, on its work clock."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from energy_models.compiled import compiler
from simulator.scheduling.kernel.state import World

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def work_clock(world: World, c: int, now: float) -> float:
    """Return the work clock of cluster `c`. [s]"""
    cluster = world.clusters[c]
    return cluster.anchor_work + (now - cluster.anchor_s) * cluster.speed


@compiled
def rate(world: World, j: int, c: int) -> float:
    """Return the work seconds job `j` does on cluster `c` in a second of its work clock, with the devices it has."""
    return world.pairs[world.jobs[j].kind, c].factor * world.jobs[j].pace


@compiled
def power_share(world: World, c: int) -> float:
    """Return the dynamic power of cluster `c` over that at full speed: linear between the two given points."""
    cluster = world.clusters[c]
    if cluster.speed_min >= 1.0:
        return 1.0
    slope = (1.0 - cluster.power_at_speed_min) / (1.0 - cluster.speed_min)
    return cluster.power_at_speed_min + (cluster.speed - cluster.speed_min) * slope


@compiled
def energy_clock(world: World, c: int, now: float) -> float:
    """Return the energy clock of cluster `c`. [s]"""
    cluster = world.clusters[c]
    return cluster.anchor_energy + (now - cluster.anchor_s) * power_share(world, c)


@compiled
def set_speed(world: World, c: int, speed: float, now: float) -> None:
    """Change the speed of cluster `c` at `now`: the only place where the clocks get new anchors."""
    cluster, work, energy = world.clusters[c], work_clock(world, c, now), energy_clock(world, c, now)
    cluster.anchor_s, cluster.anchor_work, cluster.anchor_energy = now, work, energy
    cluster.speed = speed
    find_next_end(world, c)


@compiled
def find_next_end(world: World, c: int) -> None:
    """Set ``next_end_s`` from the top of the heap."""
    cluster = world.clusters[c]
    if cluster.run_count == 0 or cluster.speed <= 0.0:
        cluster.next_end_s = np.inf
        return
    ahead = world.runs[cluster.run_offset].end - cluster.anchor_work
    cluster.next_end_s = cluster.anchor_s + ahead / cluster.speed


@compiled
def is_spared(world: World, j: int) -> bool:
    """Tell whether running job `j`, stopped before, has started again so lately that it is not to be suspended."""
    job, spared_s = world.jobs[j], world.kinds[world.jobs[j].kind].min_run_s
    return spared_s > 0.0 and job.run_start_s > job.start_s and world.clock[0].now_s < job.run_start_s + spared_s


@compiled
def _before(end: float, job: int, other_end: float, other_job: int) -> bool:
    return end < other_end or (end == other_end and job < other_job)


@compiled
def _put(world: World, at: int, end: float, job: int) -> None:
    world.runs[at].end = end
    world.runs[at].job = job


@compiled
def _sift_up(world: World, base: int, i: int) -> None:
    runs, end, job = world.runs, world.runs[base + i].end, world.runs[base + i].job
    while i > 0:
        parent = (i - 1) // 2
        above = runs[base + parent]
        if _before(above.end, above.job, end, job):
            break
        _put(world, base + i, above.end, above.job)
        i = parent
    _put(world, base + i, end, job)


@compiled
def _sift_down(world: World, base: int, i: int, n: int) -> None:
    runs, end, job = world.runs, world.runs[base + i].end, world.runs[base + i].job
    while 2 * i + 1 < n:
        child = 2 * i + 1
        if child + 1 < n:
            left, right = runs[base + child], runs[base + child + 1]
            if _before(right.end, right.job, left.end, left.job):
                child += 1
        below = runs[base + child]
        if _before(end, job, below.end, below.job):
            break
        _put(world, base + i, below.end, below.job)
        i = child
    _put(world, base + i, end, job)


@compiled
def add_run(world: World, c: int, job: int, end: float) -> None:
    """Add a running job that ends when the work clock of `c` reads `end`."""
    base, n = world.clusters[c].run_offset, world.clusters[c].run_count
    _put(world, base + n, end, job)
    world.clusters[c].run_count = n + 1
    _sift_up(world, base, n)
    find_next_end(world, c)


@compiled
def remove_run(world: World, c: int, position: int) -> None:
    """Take the job at `position` of the heap of `c` out (0 = the next to end)."""
    base, n = world.clusters[c].run_offset, world.clusters[c].run_count - 1
    world.clusters[c].run_count = n
    if position < n:
        last = world.runs[base + n]
        _put(world, base + position, last.end, last.job)
        _sift_down(world, base, position, n)
        _sift_up(world, base, position)
    find_next_end(world, c)
