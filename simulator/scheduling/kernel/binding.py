"""Where a job goes: bound to a cluster, sent there with its data, held back for a better time, turned away."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from energy_models.compiled import compiler
from simulator.scheduling.kernel import agenda, joining, lifecycle, moving, packing, running, sizing
from simulator.scheduling.kernel.pausing import fix_pause, go_on, planned, wait_until
from simulator.scheduling.kernel.state import (
    HELD,
    LATEST,
    NO,
    NO_SHIFT,
    NONE,
    TOO_LARGE,
    TRANSFERRING,
    UNREACHABLE,
    YES,
    ZERO,
    World,
)

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def submit(world: World, j: int) -> None:
    """Take job `j`, which is bound nowhere: plan its start, bind it, hold it if none may take it, or reject it."""
    c = choose(world, j)
    if c < 0:
        hold_or_reject(world, j)
        return
    if world.shift[world.jobs[j].route] != NO_SHIFT:
        now, h = world.clock[0].now_s, world.clusters[c].hub
        sending = moving.transfer_s(world, j, h)
        begin, end = planned(world, j, c, sending)
        # By then the pipe is free of what is in it now: waiting for that too would count it again at each look.
        leave = begin - moving.pipe_s(world, j, h)
        if begin > now + sending and leave > now:  # rounding makes either true alone, for ever
            wait_until(world, j, leave)
            return
        fix_pause(world, j, end)
    bind(world, j, c)


@compiled
def bind(world: World, j: int, c: int) -> None:
    """Queue job `j` at cluster `c`, when its data are there; it stays bound there."""
    world.jobs[j].cluster = c
    if moving.dispatch(world, j, world.clusters[c].hub):
        world.jobs[j].state = TRANSFERRING
        world.clusters[c].coming_count += 1
        world.clusters[c].coming_device_s += lifecycle.device_seconds(world, j, c)
        return
    joining.join(world, j, c)


@compiled
def arrive(world: World, j: int) -> None:
    """Queue job `j`, whose data have come."""
    c = world.jobs[j].cluster
    cluster = world.clusters[c]
    cluster.coming_count -= 1
    cluster.coming_device_s -= lifecycle.device_seconds(world, j, c)
    if cluster.coming_count == 0:
        cluster.coming_device_s = 0.0  # forget rounding
    joining.join(world, j, c)


@compiled
def hold_or_reject(world: World, j: int) -> None:
    """Hold job `j` until a cluster may take it or its deadline presses; reject it if none ever can."""
    reachable, large_enough, longest = False, False, 0.0
    for c in range(len(world.clusters)):
        if world.routes[world.jobs[j].route, c].eligible:
            reachable = True
            if room_when_built(world, j, c):
                large_enough = True
                longest = max(longest, wall_s(world, j, c) + moving.transfer_s(world, j, world.clusters[c].hub))
    if not large_enough:
        joining.reject(world, j, TOO_LARGE if reachable else UNREACHABLE)
        return
    latest = world.jobs[j].deadline_s - longest
    if latest <= world.clock[0].now_s and press(world, j):
        return
    world.jobs[j].state = HELD
    world.jobs[j].listed = YES
    world.held_jobs[world.clock[0].held_count] = j
    world.clock[0].held_count += 1
    world.hubs[world.origin[world.jobs[j].route]].held_jobs += 1
    if latest > world.clock[0].now_s and not world.jobs[j].pressed:
        world.jobs[j].pressed = YES
        agenda.add(world, latest, LATEST, j, NONE)


@compiled
def press(world: World, j: int) -> bool:
    """Bind job `j`, whose deadline allows no more waiting, to the least loaded cluster, whatever the policy says."""
    best, least = NONE, np.inf
    for c in range(len(world.clusters)):
        if may_take(world, j, c):
            here = load(world, c)
            if best < 0 or here < least:
                best, least = c, here
    if best >= 0:
        bind(world, j, best)
    return best >= 0


@compiled
def release_at_latest(world: World, j: int) -> None:
    """Act on the last instant at which held job `j` can keep its deadline; nothing if it is held no more."""
    if world.jobs[j].state == HELD and world.jobs[j].listed and press(world, j):
        take_from_list(world, j)


@compiled
def take_from_list(world: World, j: int) -> None:
    """Take job `j` out of the list of held jobs, which keeps its order."""
    n, kept = world.clock[0].held_count, ZERO
    for i in range(n):
        if world.held_jobs[i] != j:
            world.held_jobs[kept] = world.held_jobs[i]
            kept += 1
    world.clock[0].held_count = kept
    forget_held(world, j)


@compiled
def forget_held(world: World, j: int) -> None:
    """Book that job `j` is on the list of held jobs no more."""
    world.jobs[j].listed = NO
    world.hubs[world.origin[world.jobs[j].route]].held_jobs -= 1


@compiled
def release_held(world: World) -> None:
    """Offer the held jobs to the clusters again, oldest first."""
    n = world.clock[0].held_count
    world.clock[0].held_count = 0
    for i in range(n):
        j = world.held_jobs[i]
        forget_held(world, j)
        submit(world, j)


@compiled
def wall_s(world: World, j: int, c: int) -> float:
    """Return how long job `j` runs on cluster `c` at full speed by its request. [s]"""
    return lifecycle.wall_s(world, j, lifecycle.device_seconds(world, j, c))


@compiled
def choose(world: World, j: int) -> int:
    """Return the cluster with the least score + load_weight x load, lowest number among equals; NONE if none may."""
    if j == world.clock[0].watched:
        note(world, j)
    best, best_value = NONE, np.inf
    for c in range(len(world.clusters)):
        if not may_take(world, j, c) or world.routes[world.jobs[j].route, c].score == np.inf:
            continue
        here = value(world, j, c)
        if best < 0 or here < best_value:
            best, best_value = c, here
    return best


@compiled
def note(world: World, j: int) -> None:
    """Write down what job `j` finds on each cluster now that it chooses."""
    row = world.clock[0].choices % world.choices.shape[0]
    world.clock[0].choices += 1
    for c in range(len(world.clusters)):
        cluster, choice, hub = world.clusters[c], world.choices[row, c], world.clusters[c].hub
        choice.time_s, choice.score = world.clock[0].now_s, world.routes[world.jobs[j].route, c].score
        choice.load_weight, choice.may_take = world.load_weight[world.jobs[j].route], may_take(world, j, c)
        choice.load_s, choice.value = load(world, c), value(world, j, c)
        choice.transfer_s = moving.transfer_s(world, j, hub)
        choice.network_cny = world.jobs[j].data_bytes * world.paths[world.jobs[j].data_hub, hub].cny_per_byte
        choice.wall_s = wall_s(world, j, c) if world.pairs[world.jobs[j].kind, c].factor > 0.0 else np.inf
        choice.waiting, choice.free_devices = cluster.queue_count, cluster.free_devices


@compiled
def may_take(world: World, j: int, c: int) -> bool:
    """Tell whether job `j` could run on cluster `c` as it is, whatever the policy says."""
    return (
        world.routes[world.jobs[j].route, c].eligible
        and world.clusters[c].commissioned
        and room_when_built(world, j, c)
    )


@compiled
def value(world: World, j: int, c: int) -> float:
    """Return score + load_weight x load of cluster `c` for job `j`; a weight of 0 leaves even a dead cluster alone."""
    route = world.jobs[j].route
    score, weight = world.routes[route, c].score, world.load_weight[route]
    return score + weight * load(world, c) if weight != 0.0 else score


@compiled
def load(world: World, c: int) -> float:
    """Return the device-seconds by request bound to cluster `c` over its healthy devices, asleep ones too. [s]"""
    clusters = world.clusters
    working = clusters[c].run_devices + clusters[c].run_milli / 1000.0
    ahead = clusters[c].run_end_sum - working * running.work_clock(world, c, world.clock[0].now_s)
    healthy = (clusters[c].on + clusters[c].asleep + clusters[c].booting) * clusters[c].devices_per_server
    if healthy == 0:
        return np.inf  # a dead cluster is not an empty one
    return (clusters[c].queued_device_s + clusters[c].coming_device_s + max(0.0, ahead)) / healthy


@compiled
def room_when_built(world: World, j: int, c: int) -> bool:
    """Tell whether cluster `c`, wholly built and empty, could take job `j`."""
    clusters = world.clusters
    per_server = clusters[c].devices_per_server
    return packing.whole_servers(sizing.fewest(world, j), per_server) <= clusters[c].servers


@compiled
def release(world: World, j: int) -> None:
    """The instant job `j` was held back for: let it go on where it is bound, or bind it."""
    if not world.jobs[j].outside:
        return
    world.jobs[j].outside = NO
    if world.jobs[j].state == HELD:
        world.hubs[world.origin[world.jobs[j].route]].held_jobs -= 1
    else:
        world.clusters[world.jobs[j].cluster].paused_count -= 1
    if world.jobs[j].cluster >= 0:
        go_on(world, j)
    else:
        submit(world, j)
