"""
Online services: served first, from free devices, then from those of preemptible jobs, never from others.

A service is served at the hub of its users. One that may spill takes what is lacking there from other hubs within its
latency. Where every service is served is settled when an interval opens, each hub's own services first; within the
interval, devices that come free go to services that lack some.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from energy_models.compiled import compiler
from simulator.scheduling.kernel import breach, packing, power, shrinking, stopping
from simulator.scheduling.kernel.state import BY_SERVICE, NO, YES, ZERO, World

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def serve(world: World, h: int) -> None:
    """Give the services of hub `h` what their present demand asks of its devices; see `spill` for what is lacking."""
    if world.hubs[h].tripped:
        return
    for s in range(len(world.services)):
        if world.services[s].hub == h:
            serve_from_free(world, s)
    for s in range(len(world.services)):  # only now: what one service gave back may be enough for another
        if world.services[s].hub == h:
            serve_from_preemptible(world, s)


@compiled
def serve_from_free(world: World, s: int) -> None:
    """Spread the demand of service `s` over free devices of its hub, cluster by cluster; give back what is too much."""
    left = world.services[s].asked_flops
    for i in range(world.serve_order.shape[1]):
        c = world.serve_order[s, i]
        if c < 0 or world.clusters[c].hub != world.services[s].hub:
            break
        if world.clusters[c].commissioned:
            change(world, s, c, devices_for(world, s, c, left), NO)
            left = max(0.0, left - world.serving[s, c].devices * world.serving[s, c].flops)


@compiled
def serve_from_preemptible(world: World, s: int) -> None:
    """Give service `s` what it still lacks, from preemptible jobs where nothing is free, cluster by cluster."""
    left = lacking_flops(world, s)
    for i in range(world.serve_order.shape[1]):
        c = world.serve_order[s, i]
        if c < 0 or world.clusters[c].hub != world.services[s].hub:
            break
        if world.clusters[c].commissioned:
            before = world.serving[s, c].devices
            change(world, s, c, before + devices_for(world, s, c, left), YES)
            left = max(0.0, left - (world.serving[s, c].devices - before) * world.serving[s, c].flops)


@compiled
def lacking_flops(world: World, s: int) -> float:
    """Return what service `s` asks above what its devices serve at full speed. [FLOP/s]"""
    left = world.services[s].asked_flops
    for c in range(len(world.clusters)):
        left = max(0.0, left - world.serving[s, c].devices * world.serving[s, c].flops)
    return left


@compiled
def take_back(world: World) -> None:
    """Take back what services hold at other hubs, so that the services there come first."""
    for s in range(len(world.services)):
        if world.services[s].spills:
            for c in range(len(world.clusters)):
                if world.clusters[c].hub != world.services[s].hub and world.serving[s, c].devices > 0:
                    breach.give_service_devices(world, s, c, world.serving[s, c].devices)


@compiled
def spill(world: World) -> None:
    """
    Give services that lack devices at home those of other hubs within their latency: nearest hub first, then by name.

    First come free devices, then those of preemptible jobs, and never more than the other hub's cap has watts for.
    """
    for s in range(len(world.services)):
        if world.services[s].spills:
            serve_elsewhere(world, s, NO)
            serve_elsewhere(world, s, YES)


@compiled
def serve_elsewhere(world: World, s: int, suspending: bool) -> None:
    """Serve what service `s` lacks at other hubs, cluster by cluster, suspending preemptible jobs or not."""
    left = lacking_flops(world, s)
    for i in range(world.serve_order.shape[1]):
        c = world.serve_order[s, i]
        if c < 0 or left <= 0.0:
            break
        h = world.clusters[c].hub
        if (
            h != world.services[s].hub
            and world.clusters[c].commissioned
            and not (world.hubs[h].tripped or world.hubs[h].slowed)
        ):
            before, missing = world.serving[s, c].devices, devices_for(world, s, c, left)
            if suspending:
                make_free(world, c, missing)
            give_within_watts(world, s, c, missing)
            left = max(0.0, left - (world.serving[s, c].devices - before) * world.serving[s, c].flops)


@compiled
def make_free(world: World, c: int, wanted: int) -> None:
    """Shrink malleable, then suspend preemptible jobs of `c` until `wanted` devices are free, or there are none."""
    while wanted > world.clusters[c].free_devices:
        if shrinking.shrink_last(world, c, wanted - world.clusters[c].free_devices, 0.0, BY_SERVICE):
            continue
        position = breach.first_to_go(world, c, YES, YES)
        if position < 0:
            break
        stopping.suspend(world, c, position, BY_SERVICE)


@compiled
def serve_the_lacking(world: World, h: int) -> None:
    """Between interval edges: give devices that have come free at `h` to services that lack some, its own first."""
    lacking = False
    for s in range(len(world.services)):
        if world.services[s].hub == h and world.services[s].unserved_devices > 0.0:
            lacking = True
            give_here(world, s, h)
    for s in range(len(world.services)):
        if world.services[s].hub != h and world.services[s].unserved_devices > 0.0 and reaches(world, s, h):
            lacking = True
            give_here(world, s, h)
    if lacking:
        account(world, h)


@compiled
def give_here(world: World, s: int, h: int) -> None:
    """Give service `s` free devices of hub `h` for what it lacks, as far as watts go."""
    left = world.services[s].asked_flops
    for c in range(len(world.clusters)):
        if world.clusters[c].hub != h:
            left = max(0.0, left - world.serving[s, c].devices * world.serving[s, c].flops)
    for i in range(world.serve_order.shape[1]):
        c = world.serve_order[s, i]
        if c < 0:
            break
        if world.clusters[c].hub == h and world.clusters[c].commissioned:
            give_within_watts(world, s, c, devices_for(world, s, c, left) - world.serving[s, c].devices)
            left = max(0.0, left - world.serving[s, c].devices * world.serving[s, c].flops)


@compiled
def reaches(world: World, s: int, h: int) -> bool:
    """Tell whether service `s` may be served at hub `h`."""
    if not world.services[s].spills:
        return world.services[s].hub == h
    for i in range(world.serve_order.shape[1]):
        c = world.serve_order[s, i]
        if c < 0:
            break
        if world.clusters[c].hub == h:
            return True
    return world.services[s].hub == h


@compiled
def give_within_watts(world: World, s: int, c: int, missing: int) -> None:
    """Give service `s` at most `missing` free devices of `c` that the cap has watts for."""
    h, watts = world.clusters[c].hub, world.pairs[world.services[s].kind, c].watts
    count = min(missing, world.clusters[c].free_devices)
    if watts > 0.0:
        count = min(count, int(max(0.0, world.hubs[h].it_cap_w - power.it_now_w(world, h)) / watts))
    if count > 0:
        take_service_devices(world, s, c, count)


@compiled
def devices_for(world: World, s: int, c: int, flops: float) -> int:
    """Return how many devices of cluster `c` serve `flops` of service `s`: whole servers where only they count."""
    wanted = int(np.ceil(flops / world.serving[s, c].flops - 1e-9))
    if world.clusters[c].counted:
        per_server = world.clusters[c].devices_per_server
        wanted = (wanted + per_server - 1) // per_server * per_server
    return wanted


@compiled
def change(world: World, s: int, c: int, wanted: int, suspending: bool) -> None:
    """Bring service `s` on cluster `c` to `wanted` devices, as far as it may, suspending preemptible jobs or not."""
    clusters = world.clusters
    missing = wanted - world.serving[s, c].devices
    if missing < 0:
        breach.give_service_devices(world, s, c, -missing)
        return
    if suspending:
        make_free(world, c, missing)
    if missing > 0:
        take_service_devices(world, s, c, min(missing, clusters[c].free_devices))


@compiled
def take_service_devices(world: World, s: int, c: int, count: int) -> None:
    """Give `count` free devices of `c` to service `s`: whole servers first, then the fullest servers with room."""
    clusters, services = world.clusters, world.services
    per_server = clusters[c].devices_per_server
    if clusters[c].counted:
        count = count // per_server * per_server
        packing.take_whole(world, c, count // per_server)
    world.serving[s, c].devices += count
    power.set_busy(world, c, services[s].kind, count)
    clusters[c].held += count
    while count > 0 and not clusters[c].counted:
        piece = min(count, per_server)
        while packing.fullest_with_room(world, c, piece) == 0:
            piece -= 1
        server = packing.take(world, c, piece)
        world.service_on[s, server] += piece
        count -= piece


@compiled
def account(world: World, h: int) -> None:
    """
    Set what the services that hub `h` serves ask, lack and are given elsewhere; and what `h` gives to others.

    All but the last is counted in devices of the first cluster that serves them, at their own hub, whose integrals are
    completed before.
    """
    services, clusters, hosted = world.services, world.clusters, ZERO
    for s in range(len(services)):
        if not reaches(world, s, h):
            continue
        home = services[s].hub
        if home != h:
            power.touch(world, home, world.clock[0].now_s)
        at_home, away, unit = 0.0, 0.0, 0.0
        for i in range(world.serve_order.shape[1]):
            c = world.serve_order[s, i]
            if c < 0:
                break
            unit = world.serving[s, c].flops if unit == 0.0 else unit
            given = world.serving[s, c].devices * world.serving[s, c].flops * clusters[c].speed
            if clusters[c].hub == home:
                at_home += given
            else:
                away += given
                if clusters[c].hub == h:
                    hosted += world.serving[s, c].devices
        if unit > 0.0:
            asked = services[s].asked_flops
            services[s].asked_devices = asked / unit
            services[s].unserved_devices = max(0.0, asked - (at_home + away)) / unit
            services[s].spilled_devices = min(away, max(0.0, asked - at_home)) / unit
    world.hubs[h].hosted_devices = float(hosted)
