"""Malleable jobs change their size, and give devices back; when and to whom is in malleable.py."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from energy_models.compiled import compiler
from simulator.scheduling.kernel import checkpoints, lifecycle, power, sizing, stopping
from simulator.scheduling.kernel.state import BY_PRIORITY, NONE, RESIZE, World

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def resize(world: World, c: int, position: int, devices: int, cause: int) -> None:
    """Let the malleable job at `position` of the heap of `c` go on with `devices`, which fit when it has left."""
    j = world.runs[world.clusters[c].run_offset + position].job
    executed = stopping.executed_s(world, c, j)
    saved, owed = checkpoints.kept_s(world, j, c, executed), max(0.0, world.jobs[j].restore_s - executed)
    stopping.stop(world, c, position, BY_PRIORITY)  # as there it goes on where it stopped, but that is on no disk yet
    world.jobs[j].saved_s, world.jobs[j].restore_s = saved, owed
    sizing.set_size(world, j, devices)
    lifecycle.tell_request(world, j, c)
    lifecycle.run(world, j, c)
    lifecycle.log(world, RESIZE, world.clusters[c].hub, c, j, cause, float(devices))


@compiled
def shrink_last(world: World, c: int, lacking: int, lacking_w: float, cause: int) -> bool:
    """Let the last submitted malleable job of `c` above its least give back what is lacking; False if there is none."""
    position = last_to_come(world, c)
    if position < 0:
        return False
    j = world.runs[world.clusters[c].run_offset + position].job
    watts = world.pairs[world.jobs[j].kind, c].watts
    if lacking_w > 0.0 and watts > 0.0:
        lacking = max(lacking, int(min(np.ceil(lacking_w / watts), float(world.jobs[j].devices))))
    resize(world, c, position, smaller(world, c, j, lacking), cause)
    return True


@compiled
def last_to_come(world: World, c: int) -> int:
    """Return the heap position of the last submitted malleable job of `c` that is above its least; NONE if none is."""
    base, best = world.clusters[c].run_offset, NONE
    if world.clusters[c].can_shrink == 0:
        return NONE
    for position in range(world.clusters[c].run_count):
        j = world.runs[base + position].job
        if best >= 0 and j < world.runs[base + best].job:
            continue
        if sizing.is_malleable(world, j) and world.jobs[j].devices > sizing.least(world, j):
            best = position
    return best


@compiled
def smaller(world: World, c: int, j: int, lacking: int) -> int:
    """Return the size with which job `j` gives back `lacking` devices, or as many as it can; whole servers of these."""
    per_server, held = world.clusters[c].devices_per_server, lifecycle.held_devices(world, j, c)
    if world.clusters[c].counted or world.jobs[j].devices >= per_server:
        lacking = (lacking + per_server - 1) // per_server * per_server
    return max(sizing.least(world, j), min(held - lacking, world.jobs[j].devices - 1))


@compiled
def shrink_one(world: World, h: int) -> bool:
    """Bring the last submitted malleable job of hub `h` to its least for lack of watts; False if there is none."""
    best_c, best = NONE, NONE
    for i in range(world.members.shape[1]):
        c = world.members[h, i]
        if c < 0:
            break
        position = last_to_come(world, c)
        if position >= 0 and world.runs[world.clusters[c].run_offset + position].job > best:
            best_c, best = c, world.runs[world.clusters[c].run_offset + position].job
    if best_c < 0:
        return False
    resize(world, best_c, last_to_come(world, best_c), sizing.least(world, best), power.cap_cause(world, h))
    world.hubs[h].dirty = True
    return True
