"""
Who is next: the queue disciplines. Each starts what may start on one cluster at this instant.

`fcfs`, `sjf`, `ljf` and `priority` start jobs in the order of the queue and stop at the first that lacks devices or
watts. `easy` gives that first job a reservation at its shadow time, the moment by which running jobs will have given
back enough devices if they run as long as they asked; a later job may start if it ends by then, or needs no more than
the devices left over then (Lifka 1995). A head short of watts blocks: nothing is known of when watts come back, so
nothing passes it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from energy_models.compiled import compiler
from simulator.scheduling.kernel import lifecycle, packing, running, tree
from simulator.scheduling.kernel.state import EASY, IN_QUEUE, IN_SERVICE, World

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def pass_over(world: World, c: int) -> None:
    """Start what may start on cluster `c`."""
    head = start_in_order(world, c)
    if head >= 0 and world.clusters[c].discipline == EASY and not packing.fits(world, c, world.jobs[head].devices):
        backfill(world, c, head)


@compiled
def start_in_order(world: World, c: int) -> int:
    """Start jobs in the order of the queue; return the first that lacks devices or watts, NONE if all started."""
    j = tree.first(world, c, IN_QUEUE)
    while j >= 0:
        if not packing.fits(world, c, world.jobs[j].devices) or not has_watts(world, c, j):
            return j
        lifecycle.start(world, j, c)
        j = tree.first(world, c, IN_QUEUE)
    return j


@compiled
def has_watts(world: World, c: int, j: int) -> bool:
    """Take the watts of job `j` if its hub has them; count a refusal if not."""
    cluster = world.clusters[c]
    watts = world.jobs[j].devices * world.pairs[world.jobs[j].kind, c].watts
    if cluster.speed < cluster.speed_wanted or world.power[cluster.hub, 0] + watts > world.hubs[cluster.hub].it_cap_w:
        world.hubs[cluster.hub].refusals += 1
        return False
    world.power[cluster.hub, 0] += watts
    return True


@compiled
def free_now(world: World, c: int) -> int:
    """Return the devices that can be given to jobs now: whole servers where only these are counted."""
    cluster = world.clusters[c]
    return cluster.free_servers * cluster.devices_per_server if cluster.counted else cluster.free_devices


@compiled
def backfill(world: World, c: int, head: int) -> None:
    """Start jobs behind the reserved `head` that do not delay it, in the order of the queue."""
    now = running.work_clock(world, c, world.clock[0].now_s)
    needed = world.nodes[head].own_devices
    last = tree.prefix_end(world, c, IN_SERVICE, needed - free_now(world, c))
    if last < 0:
        return  # more than the cluster can ever give back, by devices that are off: wait
    shadow = max(now, world.nodes[last].key)
    extra = free_now(world, c) + tree.devices_until(world, c, IN_SERVICE, shadow) - needed
    j = passing(world, c, head, now, shadow, extra)
    while j >= 0:
        asked, devices = world.nodes[j].request_s, world.nodes[j].own_devices
        if packing.fits(world, c, world.jobs[j].devices):
            if not has_watts(world, c, j):
                return
            lifecycle.start(world, j, c)
            if now + asked > shadow:
                extra -= devices
            j = passing(world, c, head, now, shadow, extra)
        else:  # enough devices, but scattered over servers
            j = behind(world, j, free_now(world, c), now, shadow, extra)


@compiled
def passing(world: World, c: int, head: int, now: float, shadow: float, extra: int) -> int:
    """Return the first waiting job that fits now and ends by the shadow time or needs only extra devices."""
    free = free_now(world, c)
    short = tree.first_fit(world, c, IN_QUEUE, free, shadow - now)
    small = tree.first_fit(world, c, IN_QUEUE, min(free, extra), np.inf)
    return earlier(world, short, small)


@compiled
def behind(world: World, j: int, free: int, now: float, shadow: float, extra: int) -> int:
    """Return the next such job behind `j`."""
    short = tree.next_fit(world, j, free, shadow - now)
    return earlier(world, short, tree.next_fit(world, j, min(free, extra), np.inf))


@compiled
def earlier(world: World, j: int, other: int) -> int:
    """Return which of two jobs, either of which may be NONE, comes first."""
    if j < 0 or (other >= 0 and tree.before(world, other, j)):
        return other
    return j
