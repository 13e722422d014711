"""Online services: served first, from free devices, then from those of preemptible jobs, never from others."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from energy_models.compiled import compiler
from simulator.scheduling.kernel import breach, packing, power, stopping
from simulator.scheduling.kernel.state import BY_SERVICE, NO, YES, World

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def serve(world: World, h: int) -> None:
    """Give the services of hub `h` the devices their present demand asks; what cannot be given is unserved."""
    if not world.hubs[h].tripped:
        for s in range(len(world.services)):
            if world.services[s].hub == h:
                serve_from_free(world, s)
        for s in range(len(world.services)):  # only now: what one service gave back may be enough for another
            if world.services[s].hub == h:
                serve_from_preemptible(world, s)
    account(world, h)


@compiled
def serve_from_free(world: World, s: int) -> None:
    """Spread the demand of service `s` over free devices of its hub, cluster by cluster; give back what is too much."""
    left = world.services[s].asked_flops
    for c in range(len(world.clusters)):
        if world.serving[s, c].flops > 0.0 and world.clusters[c].commissioned:
            change(world, s, c, devices_for(world, s, c, left), NO)
            left = max(0.0, left - world.serving[s, c].devices * world.serving[s, c].flops)


@compiled
def serve_from_preemptible(world: World, s: int) -> None:
    """Give service `s` what it still lacks, from preemptible jobs where nothing is free, cluster by cluster."""
    left = world.services[s].asked_flops
    for c in range(len(world.clusters)):
        left = max(0.0, left - world.serving[s, c].devices * world.serving[s, c].flops)
    for c in range(len(world.clusters)):
        if world.serving[s, c].flops > 0.0 and world.clusters[c].commissioned:
            before = world.serving[s, c].devices
            change(world, s, c, before + devices_for(world, s, c, left), YES)
            left = max(0.0, left - (world.serving[s, c].devices - before) * world.serving[s, c].flops)


@compiled
def serve_the_lacking(world: World, h: int) -> None:
    """Between interval edges: give devices that have come free to services that lack some, as far as watts go."""
    lacking = False
    for s in range(len(world.services)):
        if world.services[s].hub == h and world.services[s].unserved_devices > 0.0:
            lacking = True
            left = world.services[s].asked_flops
            for c in range(len(world.clusters)):
                if world.serving[s, c].flops > 0.0 and world.clusters[c].commissioned:
                    give_within_watts(world, s, c, devices_for(world, s, c, left) - world.serving[s, c].devices)
                    left = max(0.0, left - world.serving[s, c].devices * world.serving[s, c].flops)
    if lacking:
        account(world, h)


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
    while suspending and missing > clusters[c].free_devices:
        position = breach.first_to_go(world, c, YES)
        if position < 0:
            break
        stopping.suspend(world, c, position, BY_SERVICE)
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
    """Set how many devices the services of hub `h` ask and lack, in devices of the first cluster that serves them."""
    services, clusters = world.services, world.clusters
    for s in range(len(services)):
        if services[s].hub != h:
            continue
        served, unit = 0.0, 0.0
        for c in range(len(clusters)):
            if world.serving[s, c].flops > 0.0:
                unit = world.serving[s, c].flops if unit == 0.0 else unit
                served += world.serving[s, c].devices * world.serving[s, c].flops * clusters[c].speed
        if unit > 0.0:
            services[s].asked_devices = services[s].asked_flops / unit
            services[s].unserved_devices = max(0.0, services[s].asked_flops - served) / unit
