"""What a new directive does at its instant: stop and release jobs, move waiting ones, set caps and speeds."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from energy_models.compiled import compiler
from simulator.scheduling.kernel import binding, lifecycle, power, stopping, waiting
from simulator.scheduling.kernel.state import BY_POLICY, NO, REBIND, WAITING, YES, ZERO, World

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def take_caps(world: World) -> None:
    """Take over the caps the policy has written into the hubs."""
    for h in range(len(world.hubs)):
        world.hubs[h].it_cap_w = power.it_cap_w(world, h)


@compiled
def stop(world: World, j: int) -> None:
    """Suspend running job `j` and keep it out of its queue until `let_go`."""
    c = world.jobs[j].cluster
    power.touch(world, world.clusters[c].hub, world.clock[0].now_s)
    base, position = world.clusters[c].run_offset, ZERO
    while world.runs[base + position].job != j:
        position += 1
    stopping.suspend(world, c, position, BY_POLICY)
    lifecycle.dequeue(world, j, c)
    world.jobs[j].outside = YES
    world.clusters[c].paused_count += 1


@compiled
def let_go(world: World, j: int) -> None:
    """Let job `j`, which was stopped, queue again where it was."""
    world.jobs[j].outside = NO
    world.clusters[world.jobs[j].cluster].paused_count -= 1
    lifecycle.enqueue(world, j, world.jobs[j].cluster)


@compiled
def rebind(world: World, routes: np.ndarray) -> None:
    """
    Let waiting jobs of some routes that have not run yet choose anew; a job moves where that is strictly better.

    Parameters
    ----------
    routes : ndarray of bool, shape (routes,)
    """
    first = world.clock[0].held_count  # the places behind the held jobs are free to gather in
    count = 0
    for c in range(len(world.clusters)):
        j = world.clusters[c].head
        while j >= 0:
            if world.jobs[j].state == WAITING and routes[world.jobs[j].route]:
                world.held_jobs[first + count] = j
                count += 1
            j = waiting.behind(world, c, j)
    for i in range(first, first + count):
        _move(world, world.held_jobs[i])


@compiled
def _move(world: World, j: int) -> None:
    """Take job `j` out of its queue, so that it does not count against itself, and bind it to the better place."""
    c = world.jobs[j].cluster
    lifecycle.dequeue(world, j, c)
    there = binding.choose(world, j)
    if there >= 0 and there != c and binding.value(world, j, there) < binding.value(world, j, c):
        lifecycle.log(world, REBIND, world.clusters[there].hub, there, j, BY_POLICY, world.jobs[j].width)
        world.hubs[world.clusters[c].hub].dirty = True  # a head may have left
        binding.bind(world, j, there)
    else:
        lifecycle.enqueue(world, j, c)
