"""
The clean headroom: a least clean share as a limit on what may start.

Hubs that answer for the share together form a pool (one hub, or all); the hub that keeps the pool's books is in
HUB.pool. With facility powers P of its hubs, of which D = sum of min(P, V) is clean power that counts only if drawn
(HUB.clean_w), the pool stays within its headroom until the next control step as long as

    budget + D >= least x sum of P     the running share is still kept at the end of the step, or
    sum of P <= volume + D             every watt is clean, what the block was given by volume included

A job starts only if one of these still holds with the facility power it adds, or if its hub then still draws clean
power alone: that mends a share that is missed. When neither holds any more, preemptible jobs are suspended at hubs that
draw more than clean power (lowest priority, then youngest); what is still above it (idle servers, services, jobs that
may not be stopped) is overdraft, which the engine books and takes off later budgets.
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
    hubs, pool = world.hubs, world.hubs[h].pool
    if hubs[pool].clean_budget_w == np.inf:
        return True
    here = power.facility_w(world, h, world.power[h, 0] + watts)
    if here <= hubs[h].clean_w:
        return True
    total, drawn = here, hubs[h].clean_w
    for g in range(len(hubs)):
        if g != h and hubs[g].pool == pool:
            total += world.power[g, 6]
            drawn += min(world.power[g, 6], hubs[g].clean_w)
    return is_within(world, pool, total, drawn)


@compiled
def is_within(world: World, pool: int, total_w: float, drawn_w: float) -> bool:
    """Tell whether a pool that draws `total_w`, of it `drawn_w` clean, is inside its headroom."""
    hub = world.hubs[pool]
    return hub.clean_budget_w + drawn_w >= hub.clean_least * total_w or total_w <= hub.clean_volume_w + drawn_w


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
    """Suspend preemptible jobs of a pool until it is inside its headroom or none is left that would help."""
    while not stands(world, pool):
        best_c, best_position, best = NONE, NONE, NONE
        for c in range(len(world.clusters)):
            h = world.clusters[c].hub
            if world.hubs[h].pool != pool or drawn_w(world, h) <= world.hubs[h].clean_w:
                continue
            position = breach.first_to_go(world, c, YES, YES)
            if position < 0:
                continue
            j = world.runs[world.clusters[c].run_offset + position].job
            if best < 0 or stopping.yields_before(world, j, best):
                best_c, best_position, best = c, position, j
        if best < 0:
            return
        stopping.suspend(world, best_c, best_position, BY_CLEAN)


@compiled
def stands(world: World, pool: int) -> bool:
    """Tell whether a pool is inside its headroom as its devices are busy now."""
    total, drawn = 0.0, 0.0
    for h in range(len(world.hubs)):
        if world.hubs[h].pool == pool:
            here = drawn_w(world, h)
            total += here
            drawn += min(here, world.hubs[h].clean_w)
    return is_within(world, pool, total, drawn)


@compiled
def drawn_w(world: World, h: int) -> float:
    """Return the facility power of a hub as its devices are busy now. [W]"""
    return 0.0 if world.hubs[h].tripped else power.facility_w(world, h, power.it_now_w(world, h))
