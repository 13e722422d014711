"""
Malleable jobs grow into devices that nobody waits for, and give them back to those that wait.

A malleable job waits for the fewest devices it can work with, and starts with them. When a scheduling pass leaves
nobody waiting at its cluster, those that run get what is free: the first submitted first, each up to its most, within
the watts and the clean energy of the hub. When the head of the queue lacks devices or watts, when a service lacks
devices, or when the hub breaks its cap, they give back: the last submitted first, down to their least, before anyone is
suspended; for the head of a queue only if that is enough for it to start.

A change of size is an instant: the job books what it has done, leaves its servers and goes on with another size (best
fit, so perhaps on another server). Nothing is lost; the time and data that moving its state would take are left out.
"""

from __future__ import annotations

from pathlib import Path

from energy_models.compiled import compiler
from simulator.scheduling.kernel import breach, clean, lifecycle, packing, power, sharing, shrinking, sizing
from simulator.scheduling.kernel.state import BY_DEMAND, BY_IDLE, NONE, ONE, ZERO, World

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def grow(world: World, c: int) -> None:
    """Give the free devices of cluster `c`, for which nobody waits, to its malleable jobs, first submitted first."""
    after = NONE
    while world.clusters[c].can_grow > 0 and world.clusters[c].free_devices + world.clusters[c].free_servers > 0:
        position = next_to_grow(world, c, after)
        if position < 0:
            return
        after = world.runs[world.clusters[c].run_offset + position].job
        before = world.jobs[after].devices
        devices = within_watts(world, c, after, min(sizing.most(world, after), reach(world, c, after)))
        if devices > before:
            shrinking.resize(world, c, position, devices, BY_IDLE)
            if world.hubs[world.clusters[c].hub].metered:
                watts = world.pairs[world.jobs[after].kind, c].watts
                world.power[world.clusters[c].hub, 0] += (devices - before) * watts


@compiled
def next_to_grow(world: World, c: int, after: int) -> int:
    """Return the heap position of the first malleable job of `c` behind job `after` that is below its most."""
    base, best = world.clusters[c].run_offset, NONE
    for position in range(world.clusters[c].run_count):
        j = world.runs[base + position].job
        if j <= after or (best >= 0 and j > world.runs[base + best].job):
            continue
        if sizing.is_malleable(world, j) and world.jobs[j].devices < sizing.most(world, j):
            best = position
    return best


@compiled
def reach(world: World, c: int, j: int) -> int:
    """Return the most devices that running job `j` could have on `c` if it gave back its own first."""
    cluster, devices = world.clusters[c], world.jobs[j].devices
    per_server = cluster.devices_per_server
    if cluster.counted or devices >= per_server:
        return lifecycle.held_devices(world, j, c) + cluster.free_servers * per_server
    if cluster.free_servers > 0:
        return cluster.free_servers * per_server
    found = devices + world.servers[world.jobs[j].server].free
    for level in range(found + 1, per_server):
        if world.levels[c, level].servers > 0:
            found = level
    return found


@compiled
def within_watts(world: World, c: int, j: int, devices: int) -> int:
    """Return how many of `devices` job `j` may have by the watts and the clean energy of its hub."""
    h, before = world.clusters[c].hub, world.jobs[j].devices
    watts = world.pairs[world.jobs[j].kind, c].watts
    if not world.hubs[h].metered or watts <= 0.0 or devices <= before:
        return devices
    if world.clusters[c].speed < world.clusters[c].speed_wanted:
        return before
    room = max(0.0, world.hubs[h].it_cap_w - world.power[h, 0]) / watts
    more = min(devices - before, int(min(room, float(devices))))
    while more > 0 and not clean.fits(world, h, more * watts):
        more = more // 2
    world.hubs[h].short = world.hubs[h].short or before + more < devices
    return before + more


@compiled
def give_way(world: World, c: int, head: int) -> bool:
    """Take devices back from malleable jobs of `c` until `head` has what it lacks; False if that cannot be enough."""
    cluster, needed = world.clusters[c], lifecycle.needed_devices(world, head)
    if cluster.can_shrink == 0 or cluster.speed < cluster.speed_wanted or has_room(world, c, head):
        return False
    devices, watts = could_give(world, c)
    if devices < needed - packing.free_now(world, c) or watts < lacking_w(world, c, head):
        return False
    while not has_room(world, c, head):
        lacking = ZERO if sharing.fits(world, c, head) else max(ONE, needed - packing.free_now(world, c))
        if not shrinking.shrink_last(world, c, lacking, lacking_w(world, c, head), BY_DEMAND):
            return False
        if world.hubs[cluster.hub].metered:
            world.power[cluster.hub, 0] = power.it_now_w(world, cluster.hub)
    return True


@compiled
def has_room(world: World, c: int, head: int) -> bool:
    """Tell whether cluster `c` has devices and watts for job `head`."""
    return sharing.fits(world, c, head) and lacking_w(world, c, head) <= 0.0


@compiled
def lacking_w(world: World, c: int, head: int) -> float:
    """Return the watts that the hub of cluster `c` lacks for job `head`."""
    h = world.clusters[c].hub
    if not world.hubs[h].metered:
        return 0.0
    return max(0.0, world.power[h, 0] + breach.job_w(world, c, head) - world.hubs[h].it_cap_w)


@compiled
def could_give(world: World, c: int) -> tuple[int, float]:
    """Return the devices and watts that the malleable jobs of `c` hold above their least."""
    devices, watts = ZERO, 0.0
    for position in range(world.clusters[c].run_count):
        j = world.runs[world.clusters[c].run_offset + position].job
        if sizing.is_malleable(world, j):
            least = sizing.least(world, j)
            devices += lifecycle.held_devices(world, j, c) - packing.held_for(world, c, least)
            watts += (world.jobs[j].devices - least) * world.pairs[world.jobs[j].kind, c].watts
    return devices, watts
