"""
The clean headroom: a least clean share as a limit on what may start.

Hubs that answer for the share together form a pool (one hub, or all); the hub that keeps the pool's headroom is in
HUB.pool. The headroom is facility power, set by the engine at each control step. A job starts only if the facility
power it adds fits under it. When it falls, preemptible jobs of the pool are suspended (lowest priority, then
youngest); what is still above it (idle servers, services, jobs that may not be stopped) is overdraft, which the engine
books and takes off later headroom.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from energy_models.compiled import compiler
from simulator.scheduling.kernel import breach, power, stopping
from simulator.scheduling.kernel.state import BY_CLEAN, NONE, YES, World

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def fits(world: World, h: int, watts: float) -> bool:
    """Tell whether hub `h` may draw `watts` more IT power inside the clean headroom of its pool."""
    pool = world.hubs[h].pool
    if world.hubs[pool].clean_cap_w == np.inf:
        return True
    total = power.facility_w(world, h, world.power[h, 0] + watts)
    for g in range(len(world.hubs)):
        if g != h and world.hubs[g].pool == pool:
            total += world.power[g, 6]
    return total <= world.hubs[pool].clean_cap_w


@compiled
def share_chances(world: World) -> None:
    """Where hubs share a headroom, what one gives up is a chance for all that were refused; powers are made current."""
    for h in range(len(world.hubs)):
        pool = world.hubs[h].pool
        if pool == h or not (world.hubs[h].dirty or world.hubs[pool].dirty):
            continue
        for g in (h, pool):
            if world.hubs[g].dirty:
                power.touch(world, g, world.clock[0].now_s)
                power.refresh(world, g)
        for g in range(len(world.hubs)):
            if world.hubs[g].pool == pool and world.hubs[g].short_clean:
                world.hubs[g].dirty = True


@compiled
def suspend_over(world: World, pool: int) -> None:
    """Suspend preemptible jobs of a pool until it is under its headroom or none is left."""
    while drawn_w(world, pool) > world.hubs[pool].clean_cap_w:
        best_c, best_position, best = NONE, NONE, NONE
        for c in range(len(world.clusters)):
            if world.hubs[world.clusters[c].hub].pool != pool:
                continue
            position = breach.first_to_go(world, c, YES)
            if position < 0:
                continue
            j = world.runs[world.clusters[c].run_offset + position].job
            if best < 0 or stopping.yields_before(world, j, best):
                best_c, best_position, best = c, position, j
        if best < 0:
            return
        stopping.suspend(world, best_c, best_position, BY_CLEAN)


@compiled
def drawn_w(world: World, pool: int) -> float:
    """Return the facility power of a pool as its devices are busy now. [W]"""
    total = 0.0
    for h in range(len(world.hubs)):
        if world.hubs[h].pool == pool and not world.hubs[h].tripped:
            total += power.facility_w(world, h, power.it_now_w(world, h))
    return total
