"""
Who joined a queue at this instant, and who of them finds it too long.

A queue may let only so many wait (`max_waiting`). All who come at an instant join first, however they come: submitted,
with their data, at the end of a planned wait, moved by the policy. Then comes the scheduling pass, and of those that
still wait the last to come are turned away. Jobs that were stopped always rejoin their queue.

The jobs that joined at this instant are a chain through `NODE.joined_before`, the last first; it ends at itself.
"""

from __future__ import annotations

from pathlib import Path

from energy_models.compiled import compiler
from simulator.scheduling.kernel import lifecycle, waiting
from simulator.scheduling.kernel.state import NONE, QUEUE_FULL, REJECTED, UNLIMITED, WAITING, World

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def join(world: World, j: int, c: int) -> None:
    """Let job `j` wait in the queue of `c`, for now."""
    world.jobs[j].state = WAITING
    lifecycle.enqueue(world, j, c)
    if world.clusters[c].max_waiting == UNLIMITED:
        return
    if world.nodes[j].joined_before == NONE:  # a job may be moved on at the instant it came
        last = world.clock[0].last_joined
        world.nodes[j].joined_before = last if last >= 0 else j
        world.clock[0].last_joined = j


@compiled
def turn_away(world: World) -> bool:
    """
    Reject those that joined at this instant, the last first, whose queue is longer than it may be.

    Returns
    -------
    bool
        One of them stood before others, which may start now: make a scheduling pass and call again.
    """
    while world.clock[0].last_joined >= 0:
        j = world.clock[0].last_joined
        before, c = world.nodes[j].joined_before, world.jobs[j].cluster
        world.clock[0].last_joined = before if before != j else NONE
        world.nodes[j].joined_before = NONE
        waits = world.jobs[j].state == WAITING and not world.jobs[j].outside
        if not waits or world.clusters[c].queue_count <= world.clusters[c].max_waiting:
            continue
        was_before_others = waiting.behind(world, c, j) >= 0
        lifecycle.dequeue(world, j, c)
        reject(world, j, QUEUE_FULL)
        if was_before_others:
            world.hubs[world.clusters[c].hub].dirty = True
            return True
    return False


@compiled
def reject(world: World, j: int, reason: int) -> None:
    """Turn job `j` away for good."""
    world.jobs[j].state = REJECTED
    world.jobs[j].reason = reason
    world.jobs[j].finish_s = world.clock[0].now_s
