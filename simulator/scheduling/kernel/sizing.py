"""
How many devices a malleable job may have, and how fast it works with them.

Its work is told for the devices it asks. By Amdahl (1967) a share of it is serial, so that n devices do the work of one
in serial + (1 - serial) / n of the time. Its *pace* is its rate of work over that with the devices it asks. A job that
is not malleable, or that shares a device, has the size it asks and a pace of 1.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from energy_models.compiled import compiler
from simulator.scheduling.kernel.state import ONE, World

compiled = compiler(Path(__file__).parent, allocates=False)

ROUNDING = 1e-9  # of a share times a count that should be whole


@compiled
def is_malleable(world: World, j: int) -> bool:
    """Tell whether the size of job `j` may change."""
    return world.kinds[world.jobs[j].kind].malleable and world.jobs[j].milli == 0


@compiled
def least(world: World, j: int) -> int:
    """Return the fewest devices malleable job `j` works with."""
    share = world.kinds[world.jobs[j].kind].least_share
    return max(ONE, int(np.ceil(share * world.jobs[j].asked_width - ROUNDING)))


@compiled
def most(world: World, j: int) -> int:
    """Return the most devices malleable job `j` works with."""
    share = world.kinds[world.jobs[j].kind].most_share
    return max(least(world, j), int(np.floor(share * world.jobs[j].asked_width + ROUNDING)))


@compiled
def fewest(world: World, j: int) -> int:
    """Return the devices without which job `j` cannot run."""
    return least(world, j) if is_malleable(world, j) else world.jobs[j].devices


@compiled
def set_size(world: World, j: int, devices: int) -> None:
    """Let malleable job `j`, which does not run, have or wait for `devices`."""
    job, serial = world.jobs[j], world.kinds[world.jobs[j].kind].serial_share
    job.devices, job.width = devices, float(devices)
    job.pace = time_share(serial, job.asked_width) / time_share(serial, job.width)


@compiled
def time_share(serial: float, devices: float) -> float:
    """Return the time `devices` take over that of one device."""
    return serial + (1.0 - serial) / devices


@compiled
def useful_devices(world: World, j: int) -> float:
    """Return how many devices would do what job `j` does, each as well as with the devices it asks."""
    return world.jobs[j].asked_width * world.jobs[j].pace


@compiled
def count(world: World, c: int, j: int, change: int) -> None:
    """Count malleable job `j` of cluster `c` in (1) or out (-1) of those that run with its present size."""
    cluster, job = world.clusters[c], world.jobs[j]
    cluster.malleable_runs += change
    cluster.can_grow += change * (job.devices < most(world, j))
    cluster.can_shrink += change * (job.devices > least(world, j))
    cluster.parallel_loss += change * (job.width - useful_devices(world, j)) * world.pairs[job.kind, c].effective
    if cluster.malleable_runs == 0:
        cluster.parallel_loss = 0.0  # forget rounding
