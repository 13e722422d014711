"""
Which sleeping servers boot: as many as what waits lacks devices for, at the end of a scheduling pass.

Where the head of a queue lacks devices (not watts), servers boot for all that waits there, less what is free. A
service that lacks devices wakes servers of its own hub first. No boot is begun that the cap has no watts for, and none
while the hub's clusters are slowed; what could not be woken is asked for again at the next pass. Reservations of EASY
and conservative backfilling do not count on a boot: a head for which one is under way may start before its shadow time.
"""

from __future__ import annotations

from pathlib import Path

from energy_models.compiled import compiler
from simulator.scheduling.kernel import lifecycle, packing, power, serving, sharing, sleeping
from simulator.scheduling.kernel.state import EASY, FIRST_BAND, ONE, ZERO, World

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def wake(world: World, h: int) -> None:
    """Boot sleeping servers of hub `h` for jobs and services that lack devices."""
    if world.hubs[h].slowed:
        return
    ask_for_services(world, h)
    for i in range(world.members.shape[1]):
        c = world.members[h, i]
        if c < 0:
            break
        cluster = world.clusters[c]
        wanted, cluster.wanted = cluster.wanted + servers_for_queue(world, c), ZERO
        count = min(cluster.asleep, wanted - cluster.booting)
        if count > 0:
            count = min(count, bootable(world, c))
        if count > 0:
            sleeping.boot(world, c, count)


@compiled
def bootable(world: World, c: int) -> int:
    """Return how many servers of cluster `c` the cap has watts to boot."""
    more_w = world.clusters[c].boot_w - world.clusters[c].off_w
    if more_w <= 0.0:
        return world.clusters[c].servers
    h = world.clusters[c].hub
    return int(max(0.0, world.hubs[h].it_cap_w - power.it_now_w(world, h)) / more_w)


@compiled
def servers_for_queue(world: World, c: int) -> int:
    """Return how many more servers the queue of cluster `c` could use; 0 unless its head lacks devices."""
    j, per_server = world.clusters[c].head, world.clusters[c].devices_per_server
    if j < 0 or sharing.fits(world, c, j):
        return ZERO
    asked = (world.clusters[c].queue_milli + 999) // 1000
    first = FIRST_BAND + (ONE if world.clusters[c].discipline == EASY else ZERO)  # behind the band of shares
    for band in range(first, FIRST_BAND + world.clusters[c].bands):
        if world.roots[c, band] >= 0:
            asked += world.nodes[world.roots[c, band]].devices
    for_all = (asked - packing.free_now(world, c) + per_server - 1) // per_server
    for_head = (lifecycle.needed_devices(world, j) + per_server - 1) // per_server - world.clusters[c].free_servers
    return max(ONE, for_all, for_head)


@compiled
def ask_for_services(world: World, h: int) -> None:
    """Write into `wanted` of the clusters of hub `h` how many servers services lack there."""
    for s in range(len(world.services)):
        left = serving.lacking_flops(world, s) if world.services[s].unserved_devices > 0.0 else 0.0
        for i in range(world.serve_order.shape[1]):
            c = world.serve_order[s, i]
            if c < 0 or left <= 0.0:
                break
            cluster, per_server = world.clusters[c], world.clusters[c].devices_per_server
            lacking = serving.devices_for(world, s, c, left) - cluster.free_devices
            servers = min((lacking + per_server - 1) // per_server, cluster.asleep + cluster.booting)
            if servers > 0:
                cluster.wanted += servers if cluster.hub == h else ZERO
                left -= servers * per_server * world.serving[s, c].flops
