"""Power of a hub: integrals between events, the facility curve, and what a cap leaves."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from energy_models.compiled import compiler
from simulator.scheduling.kernel.running import power_share
from simulator.scheduling.kernel.state import BY_POLICY, DOWN, DOWN_DRAWING, World

compiled = compiler(Path(__file__).parent, allocates=False)

# A cap is aimed at from just below, so that rounding in the curve and its inverse cannot end above it.
CAP_MARGIN = 1e-9
# What is brought exactly to the cap may be a few last digits above it when it is added up anew; far below CAP_MARGIN.
ROUNDING = 1e-12


@compiled
def curve(x: float, xs: np.ndarray, ys: np.ndarray) -> float:
    """Interpolate linearly; the last segment goes on beyond the last point."""
    i = 1
    while i < len(xs) - 1 and x > xs[i]:
        i += 1
    return ys[i - 1] + (x - xs[i - 1]) * (ys[i] - ys[i - 1]) / (xs[i] - xs[i - 1])


@compiled
def facility_w(world: World, h: int, it_w: float) -> float:
    """Return the facility power of hub `h` at some IT power in the present weather. [W]"""
    cooling = curve(it_w, world.curve_it_w[h], world.curve_cooling_w[h])
    return it_w + cooling + curve(it_w, world.curve_it_w[h], world.curve_other_w[h])


@compiled
def it_cap_w(world: World, h: int) -> float:
    """
    Return the IT power at which facility power meets the lower cap; may be negative. [W]

    Only the meter's cap can be below the fixed overhead and trip a hub; a policy's leaves at least that.
    """
    allowed = it_under_w(world, h, world.hubs[h].cap_w)
    if world.hubs[h].policy_cap_w < world.hubs[h].cap_w:
        allowed = min(allowed, max(0.0, it_under_w(world, h, world.hubs[h].policy_cap_w)))
    return allowed


@compiled
def it_under_w(world: World, h: int, facility_cap_w: float) -> float:
    """Return the IT power at which facility power meets a cap, by inverting the curve; may be negative. [W]"""
    cap, xs = facility_cap_w * (1.0 - CAP_MARGIN), world.curve_it_w[h]
    last = len(xs) - 1
    low = facility_w(world, h, xs[0])
    for i in range(1, last + 1):
        high = facility_w(world, h, xs[i])
        if cap <= high or i == last:
            return xs[i - 1] + (cap - low) * (xs[i] - xs[i - 1]) / (high - low)
        low = high
    return 0.0


@compiled
def cap_cause(world: World, h: int) -> int:
    """Return what sets the cap of hub `h`: the policy where its cap is the lower one, else what the engine said."""
    return BY_POLICY if world.hubs[h].policy_cap_w < world.hubs[h].cap_w else world.hubs[h].cause


@compiled
def over_cap(world: World, h: int, it_w: float) -> bool:
    """Tell whether an IT power is above what the cap of hub `h` allows, by more than rounding."""
    cap = world.hubs[h].it_cap_w
    return it_w > cap + ROUNDING * abs(cap)


@compiled
def touch(world: World, h: int, now: float) -> None:
    """Complete the integrals of hub `h` up to `now`; to be called before anything there changes."""
    services = world.services
    dt = now - world.hubs[h].last_s
    if dt <= 0.0 or not world.hubs[h].metered:
        return
    world.hubs[h].last_s = now
    for q in range(world.power.shape[1]):
        world.energy[h, q] += world.power[h, q] * dt
    for i in range(world.members.shape[1]):
        c = world.members[h, i]
        if c < 0:
            break
        for q in range(world.rate.shape[1]):
            world.total[c, q] += world.rate[c, q] * dt
    for s in range(len(services)):
        if services[s].hub == h:
            world.hubs[h].asked_device_s += services[s].asked_devices * dt
            world.hubs[h].unserved_device_s += services[s].unserved_devices * dt
            world.hubs[h].spilled_device_s += services[s].spilled_devices * dt
    world.hubs[h].hosted_device_s += world.hubs[h].hosted_devices * dt


@compiled
def set_busy(world: World, c: int, kind: int, change: int) -> None:
    """Let `change` more devices of cluster `c` work on a kind; its sums are due."""
    world.busy[c, kind] += change
    world.clusters[c].untallied = True


@compiled
def set_busy_milli(world: World, c: int, kind: int, change: int) -> None:
    """Let `change` more thousandths of shared devices of cluster `c` work on a kind."""
    world.busy_milli[c, kind] += change
    world.clusters[c].untallied = True


@compiled
def tally(world: World, c: int) -> None:
    """Work out the sums over what cluster `c` is busy with, at full speed, from whole numbers of devices: no drift."""
    cluster = world.clusters[c]
    cluster.untallied = False
    cluster.jobs_w, cluster.services_w, cluster.utilised, cluster.effective = 0.0, 0.0, 0.0, 0.0
    for k in range(len(world.kinds)):
        busy = world.busy[c, k] + world.busy_milli[c, k] / 1000.0
        if busy > 0:
            if world.kinds[k].is_service:
                cluster.services_w += busy * world.pairs[k, c].watts
            else:
                cluster.jobs_w += busy * world.pairs[k, c].watts
            cluster.utilised += busy * world.kinds[k].duty
            cluster.effective += busy * world.pairs[k, c].effective
    cluster.effective -= cluster.parallel_loss


@compiled
def cluster_power(world: World, c: int) -> tuple[float, float, float]:
    """Return idle (that of booting servers and standby included), job and service power of cluster `c`. [W]"""
    if world.clusters[c].untallied:
        tally(world, c)
    cluster, share = world.clusters[c], power_share(world, c)
    idle = (cluster.on + cluster.down_drawing) * cluster.idle_w
    idle += cluster.booting * cluster.boot_w + cluster.asleep * cluster.off_w
    return idle, cluster.jobs_w * share, cluster.services_w * share


@compiled
def refresh(world: World, h: int) -> None:
    """Work out the power of hub `h` and the rates of its clusters anew, after changes."""
    if not world.hubs[h].metered:
        return
    idle, jobs, services, slowed, parked, boot, powered_down = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(world.members.shape[1]):
        c = world.members[h, i]
        if c < 0:
            break
        cluster = world.clusters[c]
        idle_c, jobs_c, services_c = cluster_power(world, c)
        idle, jobs, services = idle + idle_c, jobs + jobs_c, services + services_c
        slowed += cluster.jobs_w + cluster.services_w - jobs_c - services_c
        parked += (cluster.off - cluster.asleep - cluster.booting) * cluster.idle_w
        boot += cluster.booting * cluster.boot_w
        powered_down += cluster.asleep * (cluster.idle_w - cluster.off_w)
        cluster.least_free = min(cluster.least_free, cluster.free_servers)
    power = world.power[h]
    power[7], power[8], power[9], power[10] = slowed, parked, boot, powered_down
    power[0], power[1], power[2], power[3] = idle + jobs + services, idle, jobs, services
    power[4] = 0.0 if world.hubs[h].tripped else curve(power[0], world.curve_it_w[h], world.curve_cooling_w[h])
    power[5] = 0.0 if world.hubs[h].tripped else curve(power[0], world.curve_it_w[h], world.curve_other_w[h])
    power[6] = power[0] + power[4] + power[5]
    world.hubs[h].facility_max_w = max(world.hubs[h].facility_max_w, power[6])
    world.hubs[h].headroom_w = min(world.hubs[h].headroom_w, world.hubs[h].cap_w - power[6])
    _rates(world, h)


@compiled
def _rates(world: World, h: int) -> None:
    headroom = 0.0 if world.hubs[h].tripped else max(0.0, world.hubs[h].it_cap_w - world.power[h, 0])
    for i in range(world.members.shape[1]):
        c = world.members[h, i]
        if c < 0:
            break
        cluster, rate = world.clusters[c], world.rate[c]
        startable = float(cluster.free_devices)
        if cluster.start_w > 0.0:
            startable = min(startable, headroom / cluster.start_w)
        headroom = max(0.0, headroom - startable * cluster.start_w)
        rate[0] = cluster.servers * cluster.devices_per_server * cluster.commissioned
        rate[1] = 0.0 if world.hubs[h].tripped else rate[0]
        rate[2], rate[3] = cluster.held + startable, cluster.held
        rate[4], rate[5] = cluster.utilised, cluster.effective * cluster.speed
        rate[6] = cluster.asleep * cluster.devices_per_server
        rate[7] = cluster.booting * cluster.devices_per_server
        world.hubs[h].speed_low = min(world.hubs[h].speed_low, cluster.speed)


@compiled
def it_now_w(world: World, h: int) -> float:
    """Return the present IT power of hub `h` from its parts. [W]"""
    total = 0.0
    for i in range(world.members.shape[1]):
        c = world.members[h, i]
        if c < 0:
            break
        idle, jobs, services = cluster_power(world, c)
        total += idle + jobs + services
    return total


@compiled
def cut_power(world: World, c: int) -> None:
    """Let the failed servers of cluster `c`, whose hub has tripped, draw nothing until they are repaired."""
    clusters = world.clusters
    if clusters[c].down_drawing == 0:
        return
    for i in range(clusters[c].servers):
        server = clusters[c].server_offset + i
        if world.servers[server].status == DOWN_DRAWING:
            world.servers[server].status = DOWN
    clusters[c].down_drawing = 0
