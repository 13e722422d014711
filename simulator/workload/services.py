"""
Online services: what they ask in each meter interval.

Demand times the measured day shape times a random hourly factor (lognormal, mean 1, remembering the hour
before as measured). Within an hour it is constant. The shapes were measured over two weeks: no week or season
is modelled.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from simulator.scenario import METER_S, UTC8, stream
from simulator.workload.arrivals import HOUR_S, Burst, lognormal_memory
from simulator.workload.calibration import day_shapes
from simulator.workload.model import Services

if TYPE_CHECKING:
    from simulator.scenario import Scenario, Service


def build_services(scenario: Scenario) -> Services:
    """
    Make the demand of every service.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    Services
        Sorted by name; divided by ``fleet_sample``.
    """
    services = scenario.workload.services
    names = tuple(sorted(services))
    simulation = scenario.simulation
    starts_s = -simulation.warm_up + METER_S * np.arange(round((simulation.horizon + simulation.warm_up) / METER_S))
    asked = [asked_flops(scenario, name, services[name], starts_s) / simulation.fleet_sample for name in names]
    return Services(
        names,
        tuple(services[name].hub for name in names),
        tuple(services[name].job_class for name in names),
        np.array(asked).reshape(len(names), len(starts_s)),
    )


def asked_flops(scenario: Scenario, name: str, service: Service, starts_s: np.ndarray) -> np.ndarray:
    """
    Return what one service asks, not divided by ``fleet_sample``.

    Parameters
    ----------
    scenario : Scenario
        For start and seed.
    name : str
        Names the stream of chance.
    service : Service
    starts_s : ndarray, shape (intervals,)
        Begin of each meter interval, increasing. [s]

    Returns
    -------
    ndarray, shape (intervals,)
        Effective, never negative. [FLOP/s]
    """
    shape = day_shapes()[service.day_shape]
    local = scenario.simulation.start.astimezone(UTC8)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    hour = np.floor((starts_s + (local - midnight) / timedelta(seconds=1)) / HOUR_S).astype(np.int64)
    factor = 1.0
    if service.noise > 0:
        variance = service.noise**2
        burst = Burst(variance, lognormal_memory(variance, shape.lag_1h), floor=0.0)
        rng = stream(scenario.simulation.seed, f"service.{name}")
        factor = burst.draw(rng, int(hour[-1] - hour[0]) + 1)[hour - hour[0]]
    return service.demand * shape.by_hour[hour % 24] * factor
