"""
Who is next: the queue disciplines. Each starts what may start on one cluster at this instant.

`fcfs`, `sjf`, `ljf` and `priority` start jobs in the order of the queue and stop at the first that lacks devices or
watts; with `preemptive` a higher priority first suspends lower ones, which resume later where they stopped. `easy`
gives that first job a reservation at its shadow time, the moment by which running jobs will have given back enough
devices if they run as long as they asked; a later job may start if it ends by then, or needs no more than the devices
left over then (Lifka 1995). A head that needs a server which has failed has no such moment: until the repair all may
pass it, in order. A share of a device may pass it too if its card is out beyond that moment anyway, and else counts as
one device. A head short of watts blocks: nothing is known of when watts come back, so nothing passes it. `conservative`
is in planning.py.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from energy_models.compiled import compiler
from simulator.scheduling.kernel import (
    breach,
    clean,
    lifecycle,
    malleable,
    packing,
    planning,
    power,
    promised,
    running,
    sharing,
    stopping,
    tree,
    waiting,
)
from simulator.scheduling.kernel.state import (
    BY_CLEAN,
    BY_PRIORITY,
    CONSERVATIVE,
    EASY,
    FIRST_BAND,
    IN_SERVICE,
    NONE,
    ZERO,
    World,
)

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def pass_over(world: World, c: int) -> None:
    """Start what may start on cluster `c`."""
    cluster = world.clusters[c]
    if cluster.discipline == CONSERVATIVE:
        start_planned(world, c)
        return
    head = start_in_order(world, c)
    while head >= 0 and (malleable.give_way(world, c, head) or (cluster.preemptive and make_way(world, c, head))):
        head = start_in_order(world, c)
    if cluster.can_grow > 0 and cluster.queue_count == 0:
        malleable.grow(world, c)
    if head >= 0 and cluster.discipline == EASY and not sharing.fits(world, c, head):
        backfill(world, c, head)


@compiled
def start_planned(world: World, c: int) -> None:
    """Start the jobs whose reservation in the plan begins now; one that lacks watts or a server blocks."""
    j = planning.next_planned(world, c, packing.free_now(world, c))
    while j >= 0 and sharing.fits(world, c, j) and has_watts(world, c, j):
        lifecycle.start(world, j, c)
        j = planning.next_planned(world, c, packing.free_now(world, c))


@compiled
def make_way(world: World, c: int, head: int) -> bool:
    """Suspend running jobs of lower priority, lowest and youngest first, until `head` fits; not if it never would."""
    if sharing.fits(world, c, head):
        return False  # it lacks watts, not devices
    base, yielding = world.clusters[c].run_offset, packing.free_now(world, c)
    for i in range(world.clusters[c].run_count):
        j = world.runs[base + i].job
        if world.jobs[j].milli == 0 and may_yield(world, j, world.jobs[head].priority):
            yielding += lifecycle.held_devices(world, j, c)
    yielding += sharing.cards_below(world, c, world.jobs[head].priority)
    if yielding < lifecycle.needed_devices(world, head) and not sharing.has_room_without(world, c, head):
        return False
    while not sharing.fits(world, c, head):
        position = lowest(world, c, world.jobs[head].priority)
        if position < 0:
            return False
        stopping.suspend(world, c, position, BY_PRIORITY)
        world.power[world.clusters[c].hub, 0] = power.it_now_w(world, world.clusters[c].hub)
    return True


@compiled
def lowest(world: World, c: int, below: int) -> int:
    """Return the heap position of the running job that yields first to a priority; NONE if none is lower."""
    base, best = world.clusters[c].run_offset, NONE
    for position in range(world.clusters[c].run_count):
        j = world.runs[base + position].job
        if not may_yield(world, j, below):
            continue
        if best < 0 or stopping.yields_before(world, j, world.runs[base + best].job):
            best = position
    return best


@compiled
def may_yield(world: World, j: int, priority: int) -> bool:
    """Tell whether running job `j` may be suspended for a priority."""
    return world.jobs[j].priority < priority and not running.is_spared(world, j)


@compiled
def start_in_order(world: World, c: int) -> int:
    """Start jobs in the order of the queue; return the first that lacks devices or watts, NONE if all started."""
    j = world.clusters[c].head
    while j >= 0:
        if not sharing.fits(world, c, j) or not has_watts(world, c, j):
            return j
        lifecycle.start(world, j, c)
        j = world.clusters[c].head
    return j


@compiled
def has_watts(world: World, c: int, j: int) -> bool:
    """Take the watts of job `j` if its hub has them; count a refusal if not."""
    cluster, h = world.clusters[c], world.clusters[c].hub
    if not world.hubs[h].metered:
        return True
    watts = breach.job_w(world, c, j)
    if cluster.speed < cluster.speed_wanted or world.power[h, 0] + watts > world.hubs[h].it_cap_w:
        world.hubs[h].refusals += 1
        world.hubs[h].short = True
        note_refusal(world, j, power.cap_cause(world, h))
        return False
    if not clean.fits(world, h, watts):
        world.hubs[h].short_clean = True
        note_refusal(world, j, BY_CLEAN)
        return False
    world.power[h, 0] += watts
    return True


@compiled
def note_refusal(world: World, j: int, cause: int) -> None:
    """Remember when and why the start of job `j` was first refused."""
    if world.jobs[j].refused_s == np.inf:
        world.jobs[j].refused_s, world.jobs[j].refused_by = world.clock[0].now_s, cause


@compiled
def backfill(world: World, c: int, head: int) -> None:
    """Start jobs behind the reserved `head` that do not delay it, in the order of the queue."""
    now = running.work_clock(world, c, world.clock[0].now_s)
    needed = lifecycle.needed_devices(world, head)
    promised.sort_in(world, c)
    last = tree.prefix_end(world, c, IN_SERVICE, needed - packing.free_now(world, c))
    if last < 0 and world.clusters[c].down == 0:
        return  # more than the cluster can ever give back, by devices that are off: wait
    shadow = max(now, world.nodes[last].key) if last >= 0 else np.inf  # until a repair nothing can delay the head
    extra = packing.free_now(world, c) + tree.devices_until(world, c, IN_SERVICE, shadow) - needed
    j = passing(world, c, head, now, shadow, extra)
    while j >= 0:
        if sharing.fits(world, c, j):
            if not has_watts(world, c, j):
                return
            extra -= kept_beyond(world, c, j, now, shadow)
            lifecycle.start(world, j, c)
            j = passing(world, c, head, now, shadow, extra)
        else:  # enough devices, but scattered over servers
            j = behind(world, c, j, packing.free_now(world, c), now, shadow, extra)


@compiled
def kept_beyond(world: World, c: int, j: int, now: float, shadow: float) -> int:
    """Return how many devices job `j`, if it starts now, keeps beyond the shadow time that would be back by then."""
    if now + world.nodes[j].request_s <= shadow:
        return ZERO
    card = sharing.best_card(world, c, world.jobs[j].milli) if world.jobs[j].milli > 0 else NONE
    return ZERO if card >= 0 and sharing.back_at(world, card) > shadow else lifecycle.needed_devices(world, j)


@compiled
def passing(world: World, c: int, head: int, now: float, shadow: float, extra: int) -> int:
    """Return the first waiting job that fits now and ends by the shadow time or needs only extra devices."""
    free = packing.free_now(world, c)
    short = waiting.first_fit(world, c, free, shadow - now)
    small = waiting.first_fit(world, c, min(free, extra), np.inf)
    return tree.earlier(world, tree.earlier(world, short, small), passing_share(world, c, now, shadow, extra))


@compiled
def passing_share(world: World, c: int, now: float, shadow: float, extra: int) -> int:
    """Return the first waiting share that fits now and does not delay the head; with a device left over any."""
    if world.heads[c, FIRST_BAND] < 0:
        return NONE
    room = sharing.largest_room(world, c, packing.free_now(world, c))
    if extra > 0:
        return waiting.first_share(world, c, room, np.inf)
    short = waiting.first_share(world, c, room, shadow - now)
    return tree.earlier(world, short, share_beyond(world, c, shadow))


@compiled
def share_beyond(world: World, c: int, shadow: float) -> int:
    """Return the first waiting share that fits on a card which is out beyond the shadow time anyway."""
    room = sharing.room_beyond(world, c, shadow)
    j = waiting.first_share(world, c, room, np.inf)
    while j >= 0:
        card = sharing.best_card(world, c, world.jobs[j].milli)
        if card >= 0 and sharing.back_at(world, card) > shadow:
            return j
        j = tree.next_fit(world, j, room, np.inf)
    return NONE


@compiled
def behind(world: World, c: int, j: int, free: int, now: float, shadow: float, extra: int) -> int:
    """Return the next such job behind `j`; a share always fits, so that the first of them is behind it."""
    short = waiting.fit_behind(world, c, j, free, shadow - now)
    small = waiting.fit_behind(world, c, j, min(free, extra), np.inf)
    return tree.earlier(world, tree.earlier(world, short, small), passing_share(world, c, now, shadow, extra))
