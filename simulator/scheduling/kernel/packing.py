"""
Which servers a job gets.

Jobs of at least a server take whole servers, lowest number first. Smaller jobs go to the fullest server that still has
room, lowest number among equals (best fit). For that each cluster keeps one heap of server numbers for each number of
free devices. An entry whose server has moved on to another level is stale and is dropped when it surfaces; a flag a
(server, level) keeps a server from entering the same heap twice, so no heap outgrows the cluster.
"""

from __future__ import annotations

from pathlib import Path

from energy_models.compiled import compiler
from simulator.scheduling.kernel.state import NONE, ONE, ZERO, World

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def _slot(world: World, c: int, level: int) -> int:
    levels = world.levels.shape[1]
    return world.clusters[c].server_offset * levels + level * world.clusters[c].servers


@compiled
def _push(world: World, c: int, level: int, server: int) -> None:
    if world.in_heap[server, level]:
        return
    world.in_heap[server, level] = True
    heap, base = world.level_heap, _slot(world, c, level)
    i = world.levels[c, level].entries
    world.levels[c, level].entries += 1
    while i > 0:
        parent = (i - 1) // 2
        if heap[base + parent] <= server:
            break
        heap[base + i] = heap[base + parent]
        i = parent
    heap[base + i] = server


@compiled
def _pop(world: World, c: int, level: int) -> int:
    heap, base = world.level_heap, _slot(world, c, level)
    top = heap[base]
    world.in_heap[top, level] = False
    n = world.levels[c, level].entries - 1
    world.levels[c, level].entries = n
    last = heap[base + n]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= n:
            break
        if child + 1 < n and heap[base + child + 1] < heap[base + child]:
            child += 1
        if heap[base + child] >= last:
            break
        heap[base + i] = heap[base + child]
        i = child
    heap[base + i] = last
    return top


@compiled
def _lowest(world: World, c: int, level: int) -> int:
    """Take the lowest server out of a level that is not empty, dropping stale entries above it."""
    while True:
        server = _pop(world, c, level)
        if world.servers[server].free == level:
            return server


@compiled
def set_free(world: World, c: int, server: int, free: int) -> None:
    """Put a server on the level of its free devices; level 0 needs no heap."""
    world.levels[c, world.servers[server].free].servers -= 1
    world.servers[server].free = free
    world.levels[c, free].servers += 1
    if free > 0:
        _push(world, c, free, server)


@compiled
def fullest_with_room(world: World, c: int, devices: int) -> int:
    """Return the smallest number of free devices, at least `devices`, that some server has; 0 if none."""
    for level in range(devices, world.clusters[c].devices_per_server + 1):
        if world.levels[c, level].servers > 0:
            return level
    return 0


@compiled
def whole_servers(devices: int, per_server: int) -> int:
    """Return how many servers hold so many devices; a division takes long, and servers of one device are common."""
    return devices if per_server == 1 else (devices + per_server - 1) // per_server


@compiled
def fits(world: World, c: int, devices: int) -> bool:
    """Tell whether `devices` can be placed on cluster `c` at once."""
    per_server = world.clusters[c].devices_per_server
    if world.clusters[c].counted or devices >= per_server:
        return whole_servers(devices, per_server) <= world.clusters[c].free_servers
    return fullest_with_room(world, c, devices) > 0


@compiled
def free_now(world: World, c: int) -> int:
    """Return the devices that can be given to jobs now: whole servers where only these are counted."""
    cluster = world.clusters[c]
    return cluster.free_servers * cluster.devices_per_server if cluster.counted else cluster.free_devices


@compiled
def held_for(world: World, c: int, devices: int) -> int:
    """Return the devices that a job of `devices` keeps others from on cluster `c`: its own, or whole servers."""
    per_server = world.clusters[c].devices_per_server
    if world.clusters[c].counted or devices >= per_server:
        return whole_servers(devices, per_server) * per_server
    return devices


@compiled
def take(world: World, c: int, devices: int) -> int:
    """Place `devices`, which must fit; return the first server (-1 where servers are only counted)."""
    per_server = world.clusters[c].devices_per_server
    if world.clusters[c].counted or devices >= per_server:
        return take_whole(world, c, whole_servers(devices, per_server))
    level = fullest_with_room(world, c, devices)
    server = _lowest(world, c, level)
    set_free(world, c, server, level - devices)
    world.clusters[c].free_devices -= devices
    if level == per_server:
        world.clusters[c].free_servers -= 1
    return server


@compiled
def take_whole(world: World, c: int, count: int) -> int:
    """Take `count` wholly free servers, chained by ``next_held``; return the first (-1 where only counted)."""
    per_server = world.clusters[c].devices_per_server
    world.clusters[c].free_servers -= count
    world.clusters[c].free_devices -= count * per_server
    if world.clusters[c].counted:
        return NONE
    first = NONE
    for _ in range(count):
        server = _lowest(world, c, per_server)
        set_free(world, c, server, ZERO)
        world.servers[server].next_held = first
        first = server
    return first


@compiled
def give(world: World, c: int, devices: int, server: int) -> None:
    """Take back what `take` gave."""
    per_server = world.clusters[c].devices_per_server
    if world.clusters[c].counted or devices >= per_server:
        give_whole(world, c, whole_servers(devices, per_server), server)
        return
    free = world.servers[server].free + devices
    set_free(world, c, server, free)
    world.clusters[c].free_devices += devices
    if free == per_server:
        world.clusters[c].free_servers += 1


@compiled
def give_whole(world: World, c: int, count: int, first: int) -> int:
    """Take back `count` whole servers of a chain; return the server behind them."""
    per_server = world.clusters[c].devices_per_server
    world.clusters[c].free_servers += count
    world.clusters[c].free_devices += count * per_server
    if world.clusters[c].counted:
        return NONE
    server = first
    for _ in range(count):
        behind = world.servers[server].next_held
        set_free(world, c, server, per_server)
        server = behind
    return server


@compiled
def mark(world: World, c: int, devices: int, first: int, holder: int) -> None:
    """Write who holds the whole servers of a chain: a job that has just taken them, or nobody."""
    per_server = world.clusters[c].devices_per_server
    if devices < per_server:
        return
    server = first
    for _ in range(whole_servers(devices, per_server)):
        world.servers[server].holder = holder
        server = world.servers[server].next_held


@compiled
def power_off(world: World, c: int, count: int) -> None:
    """Switch `count` wholly free servers of `c` off, remembered in a chain."""
    clusters = world.clusters
    for _ in range(count):
        server = take_whole(world, c, ONE)
        if server >= 0:
            world.servers[server].next_held = clusters[c].off_chain
            clusters[c].off_chain = server
    clusters[c].on -= count
    clusters[c].off += count


@compiled
def power_on(world: World, c: int, count: int) -> None:
    """Switch `count` servers of `c` on again."""
    clusters = world.clusters
    clusters[c].off_chain = give_whole(world, c, count, clusters[c].off_chain)
    clusters[c].off -= count
    clusters[c].on += count


@compiled
def withdraw(world: World, c: int, server: int) -> None:
    """Take a wholly free server out of reach."""
    set_free(world, c, server, ZERO)
    world.clusters[c].free_servers -= 1
    world.clusters[c].free_devices -= world.clusters[c].devices_per_server


@compiled
def restore(world: World, c: int, server: int) -> None:
    """Bring a withdrawn server back within reach."""
    set_free(world, c, server, world.clusters[c].devices_per_server)
    world.clusters[c].free_servers += 1
    world.clusters[c].free_devices += world.clusters[c].devices_per_server
