"""
Idle servers are powered down, and boot again when they are asked for (waking.py says when).

A cluster that does so looks at its idle servers at regular intervals. It powers down as many as have been wholly free
ever since the last look, less those that are to stay on, unless jobs or services wait for it. Servers of a cluster are
alike, so counting them is enough: a server is powered down after it has been idle for one to two intervals.

A server that boots draws the boot's energy evenly over its time, at least as much as an idle one, so that the end of a
boot never breaks a cap. When a cap is broken, boots are given up first, all of the hub; their timers then carry an old
epoch and do nothing. Servers asleep or booting are among those that are `off`, with the names in the same chain.
"""

from __future__ import annotations

from pathlib import Path

from energy_models.compiled import compiler
from simulator.scheduling.kernel import agenda, lifecycle, packing, power
from simulator.scheduling.kernel.state import (
    BOOT,
    BOOT_CANCELLED,
    BOOT_END,
    BOOTED,
    BY_DEMAND,
    BY_IDLE,
    IDLE_LOOK,
    NONE,
    ONE,
    POWER_DOWN,
    ZERO,
    World,
)

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def await_look(world: World, c: int) -> None:
    """Begin to watch for servers of cluster `c` that stay idle; nothing if it never powers down."""
    world.clusters[c].least_free = world.clusters[c].free_servers
    agenda.add(world, world.clock[0].now_s + world.clusters[c].idle_look_s, IDLE_LOOK, c, NONE)


@compiled
def look(world: World, c: int) -> None:
    """Power down the servers of cluster `c` that were idle since the last look, all but those to keep."""
    cluster, h = world.clusters[c], world.clusters[c].hub
    power.touch(world, h, world.clock[0].now_s)
    count = min(cluster.least_free, cluster.free_servers) - cluster.keep_idle
    if count > 0 and not is_waited_for(world, c):
        packing.power_off(world, c, count)
        cluster.asleep += count
        world.hubs[h].dirty = True
        lifecycle.log(world, POWER_DOWN, h, c, NONE, BY_IDLE, float(count))
    await_look(world, c)


@compiled
def is_waited_for(world: World, c: int) -> bool:
    """Tell whether jobs wait for cluster `c`, or a service that lacks devices could use it."""
    if world.clusters[c].queue_count > 0:
        return True
    for s in range(len(world.services)):
        if world.services[s].unserved_devices > 0.0 and world.serving[s, c].flops > 0.0:
            return True
    return False


@compiled
def boot(world: World, c: int, count: int) -> None:
    """Let `count` servers of cluster `c` that are powered down boot."""
    cluster = world.clusters[c]
    cluster.asleep -= count
    cluster.booting += count
    # the servers of this boot and its epoch in one number
    agenda.add(
        world, world.clock[0].now_s + cluster.boot_s, BOOT_END, c, cluster.boot_epoch * (cluster.servers + 1) + count
    )
    lifecycle.log(world, BOOT, cluster.hub, c, NONE, BY_DEMAND, float(count))


@compiled
def end_boot(world: World, c: int, epoch_and_count: int) -> None:
    """Let the servers of cluster `c` that have booted take work; nothing if that boot was given up."""
    cluster, h = world.clusters[c], world.clusters[c].hub
    if epoch_and_count // (cluster.servers + 1) != cluster.boot_epoch:
        return
    count = min(epoch_and_count % (cluster.servers + 1), cluster.booting)  # less those that have failed since
    if count > 0:
        power.touch(world, h, world.clock[0].now_s)
        cluster.booting -= count
        packing.power_on(world, c, count)
        world.hubs[h].dirty = True
        lifecycle.log(world, BOOTED, h, c, NONE, BY_DEMAND, float(count))


@compiled
def cancel_boots(world: World, h: int) -> None:
    """Give up the boots of hub `h`; what they have drawn is spent."""
    for i in range(world.members.shape[1]):
        c = world.members[h, i]
        if c < 0:
            break
        cancel_boots_of(world, c)


@compiled
def cancel_boots_of(world: World, c: int) -> None:
    """Give up the boots of cluster `c`."""
    cluster = world.clusters[c]
    if cluster.booting > 0:
        cause = power.cap_cause(world, cluster.hub)
        lifecycle.log(world, BOOT_CANCELLED, cluster.hub, c, NONE, cause, float(cluster.booting))
        cluster.asleep += cluster.booting
        cluster.booting = ZERO
        cluster.boot_epoch += ONE


@compiled
def cut_standby(world: World, h: int) -> bool:
    """Cut the standby power of the sleeping servers of hub `h`, which then are off for lack of watts; False if none."""
    drew = False
    for i in range(world.members.shape[1]):
        c = world.members[h, i]
        if c < 0:
            break
        if world.clusters[c].asleep > 0 and world.clusters[c].off_w > 0.0:
            drew = True
            forget(world, c)
    return drew


@compiled
def forget(world: World, c: int) -> None:
    """Let the servers of cluster `c` that sleep or boot be off for lack of watts: they draw nothing."""
    cancel_boots_of(world, c)
    world.clusters[c].asleep = ZERO


@compiled
def lose_one(world: World, c: int) -> None:
    """Account for a server of cluster `c` that failed while it was off: first one that lacks watts, then a sleeper."""
    cluster = world.clusters[c]
    if cluster.off < cluster.asleep + cluster.booting:
        if cluster.asleep > 0:
            cluster.asleep -= ONE
        else:
            cluster.booting -= ONE
