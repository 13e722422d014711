"""
From one instant to the next: the entry points the engine calls.

Order within an instant: ends, then (by the engine) capacity changes and the control decision, then submissions, then
one scheduling pass. `advance` opens the present instant (submissions and starts), handles every instant before the
next one whole, and of the next one only the ends.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from energy_models.compiled import compiler
from simulator.scheduling.kernel import (
    agenda,
    binding,
    breach,
    clean,
    happen,
    joining,
    lifecycle,
    packing,
    power,
    queueing,
    serving,
    sleeping,
    waking,
)
from simulator.scheduling.kernel.state import BY_PLAN, COMMISSION, NONE, World

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def nearly_full(world: World) -> bool:
    """Tell whether the log or the agenda may not hold what one instant can write."""
    return world.clock[0].logged + world.clock[0].reserve > len(world.log) or agenda.is_nearly_full(world)


@compiled
def advance(world: World, until: float) -> bool:
    """
    Handle all events from the present instant up to `until`.

    Parameters
    ----------
    world : World
    until : float
        Not before the present. [s]

    Returns
    -------
    bool
        False if log or agenda are nearly full: give them room and call again with the same `until`; nothing was lost.
    """
    if nearly_full(world):
        return False
    open_instant(world)
    while True:
        now = next_instant(world)
        if now > until:
            break
        if nearly_full(world):
            return False
        end_all(world, now)
        if now == until:
            break
        open_instant(world)
    world.clock[0].now_s = until  # integrals wait until something changes: where time is cut changes no sum
    return True


@compiled
def next_instant(world: World) -> float:
    """Return when something happens next: a submission, an end or a timer. [s]"""
    now = world.clock[0].next_timer_s
    if world.clock[0].arrived < len(world.jobs):
        now = min(now, world.jobs[world.clock[0].arrived].submit_s)
    for c in range(len(world.clusters)):
        now = min(now, world.clusters[c].next_end_s)
    return now


@compiled
def end_all(world: World, now: float) -> None:
    """Handle all ends at `now`, then the timers that come with them."""
    world.clock[0].now_s = now
    for c in range(len(world.clusters)):
        if world.clusters[c].next_end_s <= now:
            h = world.clusters[c].hub
            power.touch(world, h, now)
            while world.clusters[c].next_end_s <= now:
                lifecycle.end(world, c)
            world.hubs[h].dirty = True
    happen.end_phase(world, now)


@compiled
def open_instant(world: World) -> None:
    """Handle the submissions at this instant, then one scheduling pass over the clusters that changed."""
    jobs, now = world.jobs, world.clock[0].now_s
    while world.clock[0].arrived < len(jobs) and jobs[world.clock[0].arrived].submit_s <= now:
        j = world.clock[0].arrived
        world.clock[0].arrived += 1
        world.clock[0].events += 1
        binding.submit(world, j)
    happen.submission_phase(world, now)
    schedule(world)
    while joining.turn_away(world):
        schedule(world)


@compiled
def schedule(world: World) -> None:
    """One scheduling pass over the hubs that changed."""
    clean.share_chances(world)
    for h in range(len(world.hubs)):
        if world.hubs[h].dirty:
            world.hubs[h].dirty = False
            schedule_hub(world, h)


@compiled
def schedule_hub(world: World, h: int) -> None:
    """Start what may start at hub `h`; its clusters share its watts, so a change in one is a chance for all."""
    power.touch(world, h, world.clock[0].now_s)
    if world.hubs[h].tripped:
        return
    if world.hubs[h].slowed:
        breach.fit_speed(world, h)
        serving.account(world, h)
    if not world.hubs[h].slowed:
        serving.serve_the_lacking(world, h)
    if world.hubs[h].metered:
        world.power[h, 0] = power.it_now_w(world, h)  # what the starts add to; the rest follows when all have started
    for i in range(world.members.shape[1]):
        c = world.members[h, i]
        if c < 0:
            break
        queueing.pass_over(world, c)
    if world.hubs[h].powers_down:
        waking.wake(world, h)
    power.refresh(world, h)


@compiled
def fit_hub(world: World, h: int) -> None:
    """Fit the speeds of hub `h` to its cap; if that is not enough, ask for `enforce` at this instant."""
    if world.hubs[h].powers_down and power.over_cap(world, h, power.it_now_w(world, h)):
        sleeping.cancel_boots(world, h)
    if not world.hubs[h].tripped:
        breach.fit_speed(world, h)
    serving.account(world, h)
    highest, headroom_w = world.hubs[h].facility_max_w, world.hubs[h].headroom_w
    power.refresh(world, h)
    over = power.over_cap(world, h, world.power[h, 0]) and not world.hubs[h].tripped
    if over:  # this lasts no time: `enforce` follows at the same instant
        world.hubs[h].facility_max_w, world.hubs[h].headroom_w = highest, headroom_w
    world.hubs[h].breached = over
    world.clock[0].breached = world.clock[0].breached or over


@compiled
def enforce(world: World) -> None:
    """Bring every hub that is over its cap under it."""
    world.clock[0].breached = False
    for h in range(len(world.hubs)):
        if world.hubs[h].breached:
            world.hubs[h].breached = False
            breach.enforce(world, h)
            serving.account(world, h)
            power.refresh(world, h)


@compiled
def serve(world: World) -> None:
    """Bring the services to their new demand, at the start of an interval."""
    for h in range(len(world.hubs)):
        power.touch(world, h, world.clock[0].now_s)
    serving.take_back(world)
    for h in range(len(world.hubs)):
        serving.serve(world, h)
    serving.spill(world)
    for h in range(len(world.hubs)):
        forget_extremes(world, h)
        fit_hub(world, h)
        world.hubs[h].dirty = world.hubs[h].dirty or world.hubs[h].powers_down  # a service may want servers woken


@compiled
def open_interval(world: World) -> None:
    """Take over new caps, weather and service demand (already written into the arrays) at the start of an interval."""
    for h in range(len(world.hubs)):
        take_cap(world, h)
        forget_extremes(world, h)
        fit_hub(world, h)


@compiled
def forget_extremes(world: World, h: int) -> None:
    """Forget what lasted no time before the interval opened."""
    world.hubs[h].facility_max_w, world.hubs[h].headroom_w = 0.0, np.inf


@compiled
def change_caps(world: World) -> None:
    """Take over new caps (already written into the arrays) within an interval."""
    for h in range(len(world.hubs)):
        take_cap(world, h)
        fit_hub(world, h)


@compiled
def take_cap(world: World, h: int) -> None:
    """Let hub `h` live with its cap: what a higher one allows; `fit_hub` sees to what a lower one forbids."""
    before = world.hubs[h].it_cap_w
    world.hubs[h].it_cap_w = power.it_cap_w(world, h)
    power.touch(world, h, world.clock[0].now_s)
    breach.untrip(world, h)
    if not world.hubs[h].tripped:
        breach.switch_on(world, h)
        if world.hubs[h].short:
            breach.make_room(world, h)
    if world.hubs[h].it_cap_w > before:
        world.hubs[h].dirty = True


@compiled
def limit_clean(world: World) -> None:
    """Bring the pools of hubs under their clean headroom (already written into the arrays), as far as that can be."""
    for h in range(len(world.hubs)):
        power.touch(world, h, world.clock[0].now_s)
    for h in range(len(world.hubs)):
        if world.hubs[h].pool == h:
            clean.suspend_over(world, h)
    for h in range(len(world.hubs)):
        serving.account(world, h)
        power.refresh(world, h)
        world.hubs[h].dirty = world.hubs[h].dirty or world.hubs[h].short_clean
        world.hubs[h].short_clean = False


@compiled
def close_interval(world: World, hub_rows: np.ndarray, cluster_rows: np.ndarray) -> None:
    """
    Write the integrals of the interval that ends now and start new ones.

    Parameters
    ----------
    hub_rows : ndarray, shape (hubs, 22)
        Energies (HUB_SUMS) [J], highest facility power and least headroom [W], lowest speed, refusals, service
        device-seconds asked, unserved, served elsewhere and served for others, waiting, running and held jobs.
    cluster_rows : ndarray, shape (clusters, 9)
        CLUSTER_SUMS [device s].
    """
    hubs, clusters = world.hubs, world.clusters
    for h in range(len(hubs)):
        power.touch(world, h, world.clock[0].now_s)
        for q in range(world.energy.shape[1]):
            hub_rows[h, q] = world.energy[h, q]
            world.energy[h, q] = 0.0
        row = hub_rows[h, world.energy.shape[1] :]
        row[0], row[1], row[2], row[3] = hubs[h].facility_max_w, hubs[h].headroom_w, hubs[h].speed_low, hubs[h].refusals
        row[4], row[5] = world.hubs[h].asked_device_s, world.hubs[h].unserved_device_s
        row[6], row[7] = world.hubs[h].spilled_device_s, world.hubs[h].hosted_device_s
        row[8], row[9], row[10] = 0.0, 0.0, world.hubs[h].held_jobs
        hubs[h].facility_max_w, hubs[h].speed_low, hubs[h].refusals = world.power[h, 6], 1.0, 0
        hubs[h].headroom_w = hubs[h].cap_w - world.power[h, 6]
        world.hubs[h].asked_device_s, world.hubs[h].unserved_device_s = 0.0, 0.0
        world.hubs[h].spilled_device_s, world.hubs[h].hosted_device_s = 0.0, 0.0
    for c in range(len(clusters)):
        h = clusters[c].hub
        row = hub_rows[h, world.energy.shape[1] :]
        row[8] += clusters[c].queue_count + clusters[c].paused_count
        row[9] += clusters[c].run_count
        for q in range(world.total.shape[1]):
            cluster_rows[c, q] = world.total[c, q]
            world.total[c, q] = 0.0


@compiled
def commission(world: World, c: int) -> None:
    """Put cluster `c` into service: its servers draw idle power and may take work."""
    clusters, h = world.clusters, world.clusters[c].hub
    power.touch(world, h, world.clock[0].now_s)
    clusters[c].commissioned = True
    clusters[c].on = clusters[c].servers
    clusters[c].free_servers = clusters[c].servers
    clusters[c].free_devices = clusters[c].servers * clusters[c].devices_per_server
    if not clusters[c].counted:
        for i in range(clusters[c].servers):
            server = clusters[c].server_offset + i
            packing.set_free(world, c, server, clusters[c].devices_per_server)
    if world.hubs[h].tripped:
        breach.off_servers(world, c, clusters[c].servers)
    sleeping.await_look(world, c)
    lifecycle.log(world, COMMISSION, h, c, NONE, BY_PLAN, float(clusters[c].servers))
    binding.release_held(world)
    fit_hub(world, h)


@compiled
def take_directive(world: World) -> None:
    """Act on a directive that has changed: held jobs choose again, speeds follow."""
    binding.release_held(world)
    for h in range(len(world.hubs)):
        power.touch(world, h, world.clock[0].now_s)
        fit_hub(world, h)
        world.hubs[h].dirty = True
