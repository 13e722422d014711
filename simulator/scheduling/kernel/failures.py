"""
Servers fail and are repaired, at instants drawn before the run (table `outages`, by server and time).

A failed server kills every job that has a device on it, large ones on many servers too, and takes the devices of
services there. It draws no power (or, where the scenario says so, its idle power), is neither healthy nor available,
and comes back when it is repaired: switched off if its hub has no watts for it then. Failures of servers that are
switched off change nothing but that they cannot be switched on before they are repaired.
"""

from __future__ import annotations

from pathlib import Path

from energy_models.compiled import compiler
from simulator.scheduling.kernel import agenda, breach, lifecycle, packing, power, serving, sleeping, stopping
from simulator.scheduling.kernel.state import (
    BY_FAILURE,
    DOWN,
    DOWN_DRAWING,
    FAIL,
    NONE,
    REPAIR,
    SERVER_FAILED,
    SERVER_REPAIRED,
    UP,
    World,
)

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def fail(world: World, c: int, o: int) -> None:
    """Let the server of outage `o` of cluster `c` fail now."""
    clusters, server, h = world.clusters, world.outages[o].server, world.clusters[c].hub
    power.touch(world, h, world.clock[0].now_s)
    agenda.add(world, world.outages[o].repair_s, REPAIR, c, o)
    _log(world, SERVER_FAILED, c, server)
    _clear(world, c, server)
    world.servers[server].status = DOWN
    if world.servers[server].free == clusters[c].devices_per_server:
        packing.withdraw(world, c, server)
        clusters[c].on -= 1
        if clusters[c].idle_while_down:
            world.servers[server].status = DOWN_DRAWING
            clusters[c].down_drawing += 1
    else:
        _unchain(world, c, server)
        clusters[c].off -= 1
        sleeping.lose_one(world, c)
    clusters[c].down += 1
    serving.account(world, h)
    world.hubs[h].dirty = True


@compiled
def repair(world: World, c: int, o: int) -> None:
    """Put the server of outage `o` of cluster `c` back, and await its next failure."""
    clusters, server, h = world.clusters, world.outages[o].server, world.clusters[c].hub
    power.touch(world, h, world.clock[0].now_s)
    if o + 1 < len(world.outages) and world.outages[o + 1].server == server:
        agenda.add(world, world.outages[o + 1].fail_s, FAIL, c, o + 1)
    _log(world, SERVER_REPAIRED, c, server)
    if world.servers[server].status == DOWN_DRAWING:
        clusters[c].down_drawing -= 1
    world.servers[server].status = UP
    clusters[c].down -= 1
    if world.hubs[h].tripped or power.over_cap(world, h, power.it_now_w(world, h) + clusters[c].idle_w):
        world.servers[server].next_held = clusters[c].off_chain
        clusters[c].off_chain = server
        clusters[c].off += 1
        return
    packing.restore(world, c, server)
    clusters[c].on += 1
    world.hubs[h].dirty = True


@compiled
def _clear(world: World, c: int, server: int) -> None:
    """Take all jobs and services off a server."""
    position = _job_on(world, c, server)
    while position >= 0:
        stopping.kill(world, c, position)
        position = _job_on(world, c, server)
    for s in range(len(world.services)):
        count = world.service_on[s, server]
        if count > 0:
            world.service_on[s, server] = 0
            world.serving[s, c].devices -= count
            power.set_busy(world, c, world.services[s].kind, -count)
            world.clusters[c].held -= count
            breach.give_devices(world, c, server, count)


@compiled
def _job_on(world: World, c: int, server: int) -> int:
    """Return the heap position of a job with devices on a server; NONE if there is none."""
    base = world.clusters[c].run_offset
    for position in range(world.clusters[c].run_count):
        j = world.runs[base + position].job
        if world.jobs[j].server == server or world.servers[server].holder == j:
            return position
    return NONE


@compiled
def _unchain(world: World, c: int, server: int) -> None:
    """Take a server out of the chain of those that are switched off."""
    servers = world.servers
    at = world.clusters[c].off_chain
    if at == server:
        world.clusters[c].off_chain = servers[server].next_held
        return
    while servers[at].next_held != server:
        at = servers[at].next_held
    servers[at].next_held = servers[server].next_held


@compiled
def _log(world: World, code: int, c: int, server: int) -> None:
    """Log what happened to a server by its number in the cluster, from 0."""
    number = float(server - world.clusters[c].server_offset)
    lifecycle.log(world, code, world.clusters[c].hub, c, NONE, BY_FAILURE, number)
