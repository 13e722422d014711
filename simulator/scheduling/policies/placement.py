"""Policies that look at the present only: where a job that comes now goes."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.scheduling.policies.base import Directive, Policy, View, register

HOUR_S = 3600.0


@register
class Home(Policy):
    """Each job stays at the hub of its users; among its clusters, the least loaded. Other hubs are not allowed."""

    name = "home"
    static = True

    def decide(self, view: View) -> Directive:
        """Return inf everywhere but at home."""
        return Directive(np.where(view.home, 0.0, np.inf), np.ones(view.shape[0]))


@register
class LeastLoaded(Policy):
    """Each job goes to the least loaded cluster it may run on, wherever that is (score 0, weight 1)."""

    name = "least_loaded"
    static = True

    def decide(self, view: View) -> Directive:
        """Return no preference but load."""
        return Directive(np.zeros(view.shape), np.ones(view.shape[0]))


class Footprint(Policy):
    """
    Where a device-hour of work has the least footprint, in a unit the family's members say.

    Waiting has a price too: the footprint an hour of load ahead of the job, or of its data on their way, is worth. At 0
    everything goes to the one best place, however long its queue.

    Parameters
    ----------
    wait_price : float
        Footprint of a device-hour that one hour less of waiting is worth. [footprint/h]
    """

    def __init__(self, wait_price: float = 0.01, **options: Any) -> None:
        super().__init__(**options)
        self.wait_price = positive(self.name, "wait_price", wait_price)

    def footprint(self, view: View) -> np.ndarray:
        """Return the footprint of a device-hour of reference work, shape (routes, clusters)."""
        raise NotImplementedError

    def decide(self, view: View) -> Directive:
        """Return the footprint, and the wait for the data at its price."""
        score = usable(view, self.footprint(view)) + self.wait_price * view.transfer_s / HOUR_S
        return Directive(score, np.full(view.shape[0], self.wait_price / HOUR_S))


@register
class Cheapest(Footprint):
    """Each job goes where its electricity and the way of its data cost least now; `wait_price` [CNY/h], 0.01."""

    name = "cheapest"

    def footprint(self, view: View) -> np.ndarray:
        """Return yuan a device-hour: energy and delivery at the present price, and the data over the mean job."""
        return view.kwh_per_device_h * view.signals["price_cny_per_kwh"][view.cluster_hub] + moving_cny(view)


@register
class LowestCarbon(Footprint):
    """Each job goes where its electricity emits least now, location-based; `wait_price` [kg/h], 0.01."""

    name = "lowest_carbon"

    def footprint(self, view: View) -> np.ndarray:
        """Return kilograms of CO2 a device-hour."""
        return view.kwh_per_device_h * view.signals["ci_location_kg_per_kwh"][view.cluster_hub]


@register
class FollowTheSun(Policy):
    """Each job goes where most green power is offered and not yet used, as a share of the hub's cap; ties by load.

    The usual baseline of shifting load between regions after generation: it looks at the present offer of PV, wind,
    direct lines and contracts and at nothing else. `load_weight` [1/h], 0.01: what an hour of load ahead counts against
    a share of 1.
    """

    name = "follow_the_sun"

    def __init__(self, load_weight: float = 0.01, **options: Any) -> None:
        super().__init__(**options)
        self.load_weight = positive(self.name, "load_weight", load_weight)

    def decide(self, view: View) -> Directive:
        """Return minus the green power to spare over the cap."""
        spare = (view.signals["green_w"] - view.power_w) / np.maximum(view.cap_w, 1.0)
        score = usable(view, np.broadcast_to(-spare[view.cluster_hub], view.shape))
        return Directive(score, np.full(view.shape[0], self.load_weight / HOUR_S))


def moving_cny(view: View) -> np.ndarray:
    """Return the price of moving a route's data, over the device-hours of its mean job so far. [CNY/h]"""
    hours = view.job_device_h[:, None]
    return np.divide(view.network_cny, hours, out=np.zeros(view.shape), where=hours > 0.0)


def usable(view: View, score: np.ndarray) -> np.ndarray:
    """Return the scores with inf where a route may not go, whatever stands there."""
    return np.where(view.eligible, score, np.inf)


def positive(policy: str, option: str, value: Any) -> float:
    """Return an option that must be a number of at least 0; raise ValueError otherwise."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value < np.inf:
        raise ValueError(f"policy {policy!r}: {option} is {value!r}; expected a number >= 0")
    return float(value)
