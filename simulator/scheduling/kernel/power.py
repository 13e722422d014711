"""Power of a hub: integrals between events, the facility curve, and what a cap leaves."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from energy_models.compiled import compiler
from simulator.scheduling.kernel.running import power_share
from simulator.scheduling.kernel.state import World

compiled = compiler(Path(__file__).parent)

# A cap is aimed at from just below, so that rounding in the curve and its inverse cannot end above it.
CAP_MARGIN = 1e-9


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
    """Return the IT power at which facility power meets the cap (inverse of the piecewise linear curve); may be negative. [W]"""
    cap, xs = world.hubs[h].cap_w * (1.0 - CAP_MARGIN), world.curve_it_w[h]
    last = len(xs) - 1
    low = facility_w(world, h, xs[0])
    for i in range(1, last + 1):
        high = facility_w(world, h, xs[i])
        if cap <= high or i == last:
            return xs[i - 1] + (cap - low) * (xs[i] - xs[i - 1]) / (high - low)
        low = high
    return 0.0


@compiled
def touch(world: World, h: int, now: float) -> None:
    """Complete the integrals of hub `h` up to `now`; to be called before anything there changes."""
    services = world.services
    dt = now - world.hubs[h].last_s
    if dt <= 0.0:
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


@compiled
def cluster_power(world: World, c: int) -> tuple[float, float, float]:
    """Return idle, job and service power of cluster `c`. [W]"""
    kinds = world.kinds
    jobs_w, services_w = 0.0, 0.0
    for k in range(len(world.kinds)):
        if world.busy[c, k] > 0:
            watts = world.busy[c, k] * world.pairs[k, c].watts
            if kinds[k].is_service:
                services_w += watts
            else:
                jobs_w += watts
    share = power_share(world, c)
    return world.clusters[c].on * world.clusters[c].idle_w, jobs_w * share, services_w * share


@compiled
def refresh(world: World, h: int) -> None:
    """Work out the power of hub `h` and the rates of its clusters anew, after changes."""
    idle, jobs, services = 0.0, 0.0, 0.0
    for i in range(world.members.shape[1]):
        c = world.members[h, i]
        if c < 0:
            break
        idle_c, jobs_c, services_c = cluster_power(world, c)
        idle, jobs, services = idle + idle_c, jobs + jobs_c, services + services_c
    power = world.power[h]
    power[0], power[1], power[2], power[3] = idle + jobs + services, idle, jobs, services
    power[4] = 0.0 if world.hubs[h].tripped else curve(power[0], world.curve_it_w[h], world.curve_cooling_w[h])
    power[5] = 0.0 if world.hubs[h].tripped else curve(power[0], world.curve_it_w[h], world.curve_other_w[h])
    power[6] = power[0] + power[4] + power[5]
    world.hubs[h].facility_max_w = max(world.hubs[h].facility_max_w, power[6])
    _rates(world, h)


@compiled
def _rates(world: World, h: int) -> None:
    kinds = world.kinds
    headroom = 0.0 if world.hubs[h].tripped else max(0.0, world.hubs[h].it_cap_w - world.power[h, 0])
    for i in range(world.members.shape[1]):
        c = world.members[h, i]
        if c < 0:
            break
        utilised, effective = 0.0, 0.0
        for k in range(len(world.kinds)):
            utilised += world.busy[c, k] * kinds[k].duty
            effective += world.busy[c, k] * world.pairs[k, c].effective
        startable = float(world.clusters[c].free_devices)
        if world.clusters[c].start_w > 0.0:
            startable = min(startable, headroom / world.clusters[c].start_w)
        headroom -= startable * world.clusters[c].start_w
        rate, built = world.rate[c], world.clusters[c].servers * world.clusters[c].devices_per_server
        rate[0] = built * world.clusters[c].commissioned
        rate[1] = 0.0 if world.hubs[h].tripped else rate[0]
        rate[2], rate[3] = world.clusters[c].held + startable, world.clusters[c].held
        rate[4], rate[5] = utilised, effective * world.clusters[c].speed
        world.hubs[h].speed_low = min(world.hubs[h].speed_low, world.clusters[c].speed)


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
