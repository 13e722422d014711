"""Clusters that run at a lower clock for good: by a fixed frequency, or under a power cap on each server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from energy_models import server

if TYPE_CHECKING:
    from simulator.scenario import Cluster, Device, JobClass


def clock_of(spec: Cluster, device: Device) -> float:
    """Return the clock of a cluster over full clock: the lower of its frequency and what its power cap leaves. [-]"""
    if spec.power_cap is None:
        return spec.frequency
    levels = (device.server_idle, device.server_max, spec.power_cap, device.speed_min, device.power_at_speed_min)
    return min(spec.frequency, server.clock_under_cap(*levels))


def power_share(clock: float, device: Device) -> float:
    """Return the power above idle at a clock over that at full clock. [-]"""
    return float(server.speed_power_share(clock, device.speed_min, device.power_at_speed_min))


def work_speed(clock: float, spec: JobClass) -> float:
    """Return the speed of a class at a clock over that at full clock. [-]"""
    weights = {"compute": 1.0, "memory": 0.0, "mixed": spec.compute_weight}
    return server.work_speed(clock, weights[spec.bound])


def range_left(clocks: np.ndarray, devices: list[Device]) -> tuple[np.ndarray, np.ndarray]:
    """Return how far a breach may still slow each cluster, and the power that leaves, from its own clock. [-]"""
    lowest = np.array([device.speed_min for device in devices]) / clocks
    shares = np.array([power_share(clock, device) for clock, device in zip(clocks, devices, strict=True)])
    return lowest, np.array([device.power_at_speed_min for device in devices]) / shares
