"""
Conservative backfilling: every waiting job has a reservation, and none is ever delayed by a younger one.

At each pass the plan is made anew from the present: free devices over time as running jobs give theirs back when they
asked to end, then the waiting jobs in order, each at the earliest hole that holds it for as long as it asks. What a
plan promised is promised again as long as nothing ends before it asked to, so making it anew is the same as keeping
it; an early end moves all forward in order. Once nothing is free now nobody else can start now, and the rest of the
plan is not worked out.

A share of a device has a reservation of one device, but starts at once on a card in use if the card may be back later.
"""

from __future__ import annotations

from pathlib import Path

from energy_models.compiled import compiler
from simulator.scheduling.kernel import promised, running, sharing, tree, waiting
from simulator.scheduling.kernel.state import FIRST_BAND, IN_SERVICE, NONE, ONE, World

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def next_planned(world: World, c: int, free: int) -> int:
    """Return the first waiting job of `c` whose reservation begins now; NONE if there is none."""
    now = running.work_clock(world, c, world.clock[0].now_s)
    steps = _running_profile(world, c, now, free)
    j = world.clusters[c].head
    while j >= 0 and world.plan[0].free >= world.nodes[world.roots[c, FIRST_BAND]].fewest:
        devices, asked = world.nodes[j].own_devices, world.nodes[j].request_s
        if world.jobs[j].milli > 0:
            devices = ONE
            if _fits_card(world, c, j, steps, now + asked):
                return j
        at = _earliest(world, steps, devices, asked)
        if at == 0:
            return j
        if at > 0:
            steps = _reserve(world, steps, at, devices, asked)
        j = waiting.behind(world, c, j)
    return NONE


@compiled
def _fits_card(world: World, c: int, j: int, steps: int, end: float) -> bool:
    """Tell whether share `j` has room on a card in use that nobody needs until the share ends."""
    card = sharing.best_card(world, c, world.jobs[j].milli)
    if card < 0:
        return False
    back = sharing.back_at(world, card)
    for i in range(steps):
        if world.plan[i].begin >= back and world.plan[i].begin < end and world.plan[i].free < 1:
            return False
    return True


@compiled
def _running_profile(world: World, c: int, now: float, free: int) -> int:
    """Write the free devices over time if nothing else started; return the number of steps."""
    world.plan[0].begin, world.plan[0].free = now, free
    steps = 1
    promised.sort_in(world, c)
    j = tree.first(world, c, IN_SERVICE)
    while j >= 0:
        end, devices = max(now, world.nodes[j].key), world.nodes[j].own_devices
        if end > world.plan[steps - 1].begin:
            world.plan[steps].begin, world.plan[steps].free = end, world.plan[steps - 1].free
            steps += 1
        world.plan[steps - 1].free += devices
        j = tree.successor(world, j)
    return steps


@compiled
def _earliest(world: World, steps: int, devices: int, asked: float) -> int:
    """Return the step at which `devices` are free for `asked` seconds; NONE if there will never be so many."""
    begin = 0
    while begin < steps:
        i, end = begin, world.plan[begin].begin + asked
        while i < steps and world.plan[i].begin < end and world.plan[i].free >= devices:
            i += 1
        if i == steps or world.plan[i].begin >= end:
            return begin
        begin = i + 1
    return NONE


@compiled
def _reserve(world: World, steps: int, at: int, devices: int, asked: float) -> int:
    """Take `devices` out of the plan from step `at` for `asked` seconds; return the new number of steps."""
    plan, end = world.plan, world.plan[at].begin + asked
    i = at
    while i < steps and plan[i].begin < end:
        plan[i].free -= devices
        i += 1
    if i < steps and plan[i].begin == end:
        return steps
    for k in range(steps, i, -1):
        plan[k].begin, plan[k].free = plan[k - 1].begin, plan[k - 1].free
    plan[i].begin, plan[i].free = end, plan[i - 1].free + devices
    return steps + 1
