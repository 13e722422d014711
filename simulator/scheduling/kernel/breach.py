"""
What happens when a hub's power would pass its cap.

In this order, at that instant: refuse starts (the scheduling pass), slow clusters down to their lowest speed, switch
idle servers off, suspend preemptible jobs (lowest priority, then youngest; those that `min_run` spares last), requeue
the others in the same order, take devices from services, and at last trip the hub. Idle servers go before jobs, and
again after each job that leaves: otherwise a hub whose idle draw comes near its cap would stop all work to keep empty
servers warm. What was taken back is given again as soon as the cap allows: speed at every event of the hub, servers
when an interval opens. For the same reason idle servers are switched off, when an interval opens, for a job that was
refused for watts (`make_room`).
"""

from __future__ import annotations

from pathlib import Path

from energy_models.compiled import compiler
from simulator.scheduling.kernel import lifecycle, packing, power, running, shrinking, sleeping, stopping
from simulator.scheduling.kernel.state import (
    BY_POLICY,
    NO,
    NONE,
    ONE,
    RESTORE_SPEED,
    SERVER_OFF,
    SERVER_ON,
    SLOW,
    TRIP,
    UNTRIP,
    YES,
    ZERO,
    World,
)

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def enforce(world: World, h: int) -> None:
    """Bring hub `h` under its cap at this instant; integrals are complete and powers are refreshed by the caller."""
    if world.hubs[h].tripped:
        return
    fit_speed(world, h)
    while power.over_cap(world, h, power.it_now_w(world, h)):
        if switch_off(world, h) or sleeping.cut_standby(world, h):
            continue
        if shrinking.shrink_one(world, h):
            continue
        if suspend_one(world, h, YES, YES) or suspend_one(world, h, YES, NO) or suspend_one(world, h, NO, NO):
            continue
        if shed_service(world, h):
            continue
        trip(world, h)
        return
    fit_speed(world, h)


@compiled
def shed_service(world: World, h: int) -> bool:
    """Take one device (or server, where only they count) from a service of hub `h`, the last by name; False if none."""
    for i in range(len(world.services)):
        s = len(world.services) - 1 - i
        for c in range(len(world.clusters)):
            if world.clusters[c].hub == h and world.serving[s, c].devices > 0:
                unit = world.clusters[c].devices_per_server if world.clusters[c].counted else ONE
                give_service_devices(world, s, c, unit)
                return True
    return False


@compiled
def fit_speed(world: World, h: int) -> None:
    """Give the clusters of hub `h` the highest common level between lowest and wanted speed that the cap allows."""
    hubs, clusters = world.hubs, world.clusters
    fixed, span = 0.0, 0.0
    for i in range(world.members.shape[1]):
        c = world.members[h, i]
        if c < 0:
            break
        idle = power.cluster_power(world, c)[0]
        full = clusters[c].jobs_w + clusters[c].services_w
        at_low = full * clusters[c].power_at_speed_min if clusters[c].speed_min < 1.0 else full
        fixed, span = fixed + idle + at_low, span + full - at_low
    level = 1.0
    if power.over_cap(world, h, fixed + span):
        level = max(0.0, (hubs[h].it_cap_w - fixed) / span) if span > 0.0 else 0.0
    hubs[h].slowed = level < 1.0
    for i in range(world.members.shape[1]):
        c = world.members[h, i]
        if c < 0:
            break
        low = clusters[c].speed_min
        fitting = low + level * (1.0 - low)
        cause = (
            power.cap_cause(world, h)
            if fitting < clusters[c].speed_wanted or clusters[c].speed < clusters[c].speed_wanted
            else BY_POLICY
        )
        set_cluster_speed(world, c, min(clusters[c].speed_wanted, fitting), cause)


@compiled
def set_cluster_speed(world: World, c: int, speed: float, cause: int) -> None:
    """Set and log a speed, if it is another."""
    before = world.clusters[c].speed
    if speed != before:
        running.set_speed(world, c, speed, world.clock[0].now_s)
        code = SLOW if speed < before else RESTORE_SPEED
        lifecycle.log(world, code, world.clusters[c].hub, c, NONE, cause, speed)


@compiled
def suspend_one(world: World, h: int, preemptible: bool, sparing: bool) -> bool:
    """Suspend the job of hub `h` that goes first: lowest priority, youngest, highest number. False if there is none."""
    best_c, best_position, best = NONE, NONE, NONE
    for i in range(world.members.shape[1]):
        c = world.members[h, i]
        if c < 0:
            break
        position = first_to_go(world, c, preemptible, sparing)
        if position < 0:
            continue
        j = world.runs[world.clusters[c].run_offset + position].job
        if best < 0 or stopping.yields_before(world, j, best):
            best_c, best_position, best = c, position, j
    if best < 0:
        return False
    stopping.suspend(world, best_c, best_position, power.cap_cause(world, h))
    return True


@compiled
def first_to_go(world: World, c: int, preemptible: bool, sparing: bool) -> int:
    """Return the heap position of the running job of `c` that is suspended first, spared ones or not; -1 if none."""
    base, best = world.clusters[c].run_offset, NONE
    for position in range(world.clusters[c].run_count):
        j = world.runs[base + position].job
        if world.kinds[world.jobs[j].kind].preemptible != preemptible:
            continue
        if sparing and running.is_spared(world, j):
            continue
        if best < 0 or stopping.yields_before(world, j, world.runs[base + best].job):
            best = position
    return best


@compiled
def switch_off(world: World, h: int) -> bool:
    """Switch off as many idle servers of hub `h` as it takes, cluster by cluster; False if there is none."""
    switched = False
    for i in range(world.members.shape[1]):
        c = world.members[h, i]
        if c < 0:
            break
        excess = power.it_now_w(world, h) - world.hubs[h].it_cap_w
        if excess <= 0.0 or world.clusters[c].idle_w <= 0.0 or world.clusters[c].free_servers == 0:
            continue
        off_servers(world, c, min(world.clusters[c].free_servers, int(excess / world.clusters[c].idle_w) + 1))
        switched = True
    return switched


@compiled
def off_servers(world: World, c: int, count: int) -> None:
    """Switch `count` free servers of `c` off for lack of watts."""
    packing.power_off(world, c, count)
    if count > 0:
        h = world.clusters[c].hub
        lifecycle.log(world, SERVER_OFF, h, c, NONE, power.cap_cause(world, h), float(count))


@compiled
def switch_on(world: World, h: int) -> None:
    """
    Switch servers of hub `h` on again as far as the cap allows, less what heads of queues were refused.

    Those that were powered down while idle are no part of this; see waking.py.
    """
    clusters, reserved_w = world.clusters, refused_w(world, h) if world.hubs[h].short else 0.0
    for i in range(world.members.shape[1]):
        c = world.members[h, i]
        if c < 0:
            break
        room = world.hubs[h].it_cap_w - power.it_now_w(world, h) - reserved_w
        count = clusters[c].off - clusters[c].asleep - clusters[c].booting
        if clusters[c].idle_w > 0.0:
            count = min(count, int(max(0.0, room) / clusters[c].idle_w))
        if count > 0:
            packing.power_on(world, c, count)
            world.hubs[h].dirty = True
            lifecycle.log(world, SERVER_ON, h, c, NONE, power.cap_cause(world, h), float(count))


@compiled
def job_w(world: World, c: int, j: int) -> float:
    """Return the power job `j` adds to cluster `c` at full speed. [W]"""
    return world.jobs[j].width * world.pairs[world.jobs[j].kind, c].watts


@compiled
def refused_w(world: World, h: int) -> float:
    """Return the watts that the heads of the queues of hub `h` would take. [W]"""
    total = 0.0
    for i in range(world.members.shape[1]):
        c = world.members[h, i]
        if c < 0:
            break
        j = world.clusters[c].head
        if j >= 0:
            total += job_w(world, c, j)
    return total


@compiled
def make_room(world: World, h: int) -> None:
    """Switch idle servers of hub `h` off for heads of queues that were refused for watts, where that is enough."""
    world.hubs[h].short = False
    for i in range(world.members.shape[1]):
        c = world.members[h, i]
        if c < 0:
            break
        j = world.clusters[c].head
        if j >= 0 and world.clusters[c].speed >= world.clusters[c].speed_wanted:
            per_server = world.clusters[c].devices_per_server
            kept = (world.jobs[j].devices + per_server - 1) // per_server
            lack_w = power.it_now_w(world, h) + job_w(world, c, j) - world.hubs[h].it_cap_w
            if lack_w > 0.0 and kept <= world.clusters[c].free_servers:
                park(world, h, c, kept, lack_w)


@compiled
def park(world: World, h: int, at: int, kept: int, lack_w: float) -> None:
    """Switch idle servers of hub `h` off to free `lack_w`, all but `kept` of cluster `at`; none if that is too much."""
    clusters, spare_w = world.clusters, 0.0
    for i in range(world.members.shape[1]):
        c = world.members[h, i]
        if c < 0:
            break
        spare_w += spare_servers(world, c, at, kept) * clusters[c].idle_w
    for i in range(world.members.shape[1]):
        c = world.members[h, i]
        if c < 0 or lack_w <= 0.0 or lack_w > spare_w:
            break
        if clusters[c].idle_w > 0.0:
            count = min(spare_servers(world, c, at, kept), int(lack_w / clusters[c].idle_w) + 1)
            off_servers(world, c, count)
            lack_w, spare_w = lack_w - count * clusters[c].idle_w, spare_w - count * clusters[c].idle_w
            world.hubs[h].dirty = True


@compiled
def spare_servers(world: World, c: int, at: int, kept: int) -> int:
    """Return the idle servers of cluster `c` that may go off when `kept` of cluster `at` are to stay."""
    return max(ZERO, world.clusters[c].free_servers - (kept if c == at else ZERO))


@compiled
def trip(world: World, h: int) -> None:
    """Cut hub `h` off: nothing runs, nothing draws power, until the cap covers its fixed overhead again."""
    clusters, services = world.clusters, world.services
    for s in range(len(services)):
        for c in range(len(clusters)):
            if clusters[c].hub == h and world.serving[s, c].devices > 0:
                give_service_devices(world, s, c, world.serving[s, c].devices)
    for i in range(world.members.shape[1]):
        c = world.members[h, i]
        if c < 0:
            break
        off_servers(world, c, clusters[c].free_servers)
        sleeping.forget(world, c)
        power.cut_power(world, c)
    world.hubs[h].tripped = True
    lifecycle.log(world, TRIP, h, NONE, NONE, power.cap_cause(world, h), world.hubs[h].cap_w)


@compiled
def untrip(world: World, h: int) -> None:
    """Put a tripped hub back if the cap covers its fixed overhead; its servers come on as far as the cap allows."""
    if world.hubs[h].tripped and world.hubs[h].it_cap_w > 0.0:
        world.hubs[h].tripped = False
        lifecycle.log(world, UNTRIP, h, NONE, NONE, power.cap_cause(world, h), world.hubs[h].cap_w)


@compiled
def give_service_devices(world: World, s: int, c: int, count: int) -> None:
    """Take `count` devices of service `s` on cluster `c` back, from the highest server number down."""
    clusters, services = world.clusters, world.services
    world.serving[s, c].devices -= count
    power.set_busy(world, c, services[s].kind, -count)
    clusters[c].held -= count
    world.hubs[clusters[c].hub].dirty = True
    if clusters[c].counted:
        packing.give_whole(world, c, count // clusters[c].devices_per_server, -1)
        return
    server = clusters[c].server_offset + clusters[c].servers - 1
    while count > 0:
        here = min(count, world.service_on[s, server])
        if here > 0:
            world.service_on[s, server] -= here
            give_devices(world, c, server, here)
            count -= here
        server -= 1


@compiled
def give_devices(world: World, c: int, server: int, count: int) -> None:
    """Free `count` devices of one server, however many of its devices stay taken."""
    clusters, servers = world.clusters, world.servers
    free = servers[server].free + count
    packing.set_free(world, c, server, free)
    clusters[c].free_devices += count
    if free == clusters[c].devices_per_server:
        clusters[c].free_servers += 1
