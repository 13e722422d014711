"""Running jobs and speed: a heap of ends a cluster, on its work clock."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from energy_models.compiled import compiler
from simulator.scheduling.kernel.state import World

compiled = compiler(Path(__file__).parent)


@compiled
def work_clock(world: World, c: int, now: float) -> float:
    """Return the work clock of cluster `c`. [s]"""
    return world.clusters[c].anchor_work + (now - world.clusters[c].anchor_s) * world.clusters[c].speed


@compiled
def power_share(world: World, c: int) -> float:
    """Return the dynamic power of cluster `c` at its speed over that at full speed: linear between the two given points."""
    low = world.clusters[c].speed_min
    if low >= 1.0:
        return 1.0
    slope = (1.0 - world.clusters[c].power_at_speed_min) / (1.0 - low)
    return world.clusters[c].power_at_speed_min + (world.clusters[c].speed - low) * slope


@compiled
def energy_clock(world: World, c: int, now: float) -> float:
    """Return the energy clock of cluster `c`. [s]"""
    return world.clusters[c].anchor_energy + (now - world.clusters[c].anchor_s) * power_share(world, c)


@compiled
def set_speed(world: World, c: int, speed: float, now: float) -> None:
    """Change the speed of cluster `c` at `now`: the only place where the clocks get new anchors."""
    work, energy = work_clock(world, c, now), energy_clock(world, c, now)
    world.clusters[c].anchor_s, world.clusters[c].anchor_work, world.clusters[c].anchor_energy = now, work, energy
    world.clusters[c].speed = speed
    find_next_end(world, c)


@compiled
def find_next_end(world: World, c: int) -> None:
    """Set ``next_end_s`` from the top of the heap."""
    if world.clusters[c].run_count == 0 or world.clusters[c].speed <= 0.0:
        world.clusters[c].next_end_s = np.inf
        return
    ahead = world.runs[world.clusters[c].run_offset].end - world.clusters[c].anchor_work
    world.clusters[c].next_end_s = world.clusters[c].anchor_s + ahead / world.clusters[c].speed


@compiled
def _sift_up(world: World, base: int, i: int) -> None:
    end, job = world.runs[base + i].end, world.runs[base + i].job
    while i > 0:
        parent = (i - 1) // 2
        p_end, p_job = world.runs[base + parent].end, world.runs[base + parent].job
        if p_end < end or (p_end == end and p_job < job):
            break
        world.runs[base + i].end, world.runs[base + i].job = p_end, p_job
        i = parent
    world.runs[base + i].end, world.runs[base + i].job = end, job


@compiled
def _sift_down(world: World, base: int, i: int, n: int) -> None:
    end, job = world.runs[base + i].end, world.runs[base + i].job
    while True:
        child = 2 * i + 1
        if child >= n:
            break
        other = child + 1
        if other < n and (
            world.runs[base + other].end < world.runs[base + child].end
            or (world.runs[base + other].end == world.runs[base + child].end and world.runs[base + other].job < world.runs[base + child].job)
        ):
            child = other
        c_end, c_job = world.runs[base + child].end, world.runs[base + child].job
        if end < c_end or (end == c_end and job < c_job):
            break
        world.runs[base + i].end, world.runs[base + i].job = c_end, c_job
        i = child
    world.runs[base + i].end, world.runs[base + i].job = end, job


@compiled
def add_run(world: World, c: int, job: int, end: float) -> None:
    """Add a running job that ends when the work clock of `c` reads `end`."""
    base, n = world.clusters[c].run_offset, world.clusters[c].run_count
    world.runs[base + n].end, world.runs[base + n].job = end, job
    world.clusters[c].run_count = n + 1
    _sift_up(world, base, n)
    find_next_end(world, c)


@compiled
def remove_run(world: World, c: int, position: int) -> None:
    """Take the job at `position` of the heap of `c` out (0 = the next to end)."""
    base, n = world.clusters[c].run_offset, world.clusters[c].run_count - 1
    world.clusters[c].run_count = n
    if position < n:
        world.runs[base + position].end, world.runs[base + position].job = world.runs[base + n].end, world.runs[base + n].job
        _sift_down(world, base, position, n)
        _sift_up(world, base, position)
    find_next_end(world, c)
