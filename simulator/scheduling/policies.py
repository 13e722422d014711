"""
Policies: where work goes and when.

A policy is asked at each control step. It sees read-only arrays and answers with a directive, which the kernel applies
to every event until the next. What a policy may see *is* the `View`: no actual run times, nothing of the future but
forecasts. To add one, subclass `Policy`, give it a name and register it::

    @register
    class Spread(Policy):
        "Route everything to the emptiest cluster, wherever its users are."
        name = "spread"

        def decide(self, view):
            return Directive(score=np.zeros(view.shape), load_weight=np.ones(view.shape[0]))
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np


@dataclass(frozen=True)
class View:
    """
    What a policy may look at; all arrays are read-only.

    Attributes
    ----------
    now_s : float
        Since the scenario's start. [s]
    route_class, route_origin : tuple of str, length routes
    clusters, hubs : tuple of str
    cluster_hub : ndarray of int, shape (clusters,)
    home : ndarray of bool, shape (routes, clusters)
        The cluster stands at the hub where the route's users are.
    eligible : ndarray of bool, shape (routes, clusters)
        By stack, precision, memory, latency and residency.
    waiting, running : ndarray of int, shape (clusters,)
        Jobs in the queue and running now.
    free_devices : ndarray of int, shape (clusters,)
    cap_w, power_w : ndarray, shape (hubs,)
        Power cap and facility power now. [W]
    signals : dict of str to ndarray, shape (hubs,)
        Of the interval that begins now: ``energy_price_cny_per_kwh``, ``ci_location_kg_per_kwh``.
    """

    now_s: float
    route_class: tuple[str, ...]
    route_origin: tuple[str, ...]
    clusters: tuple[str, ...]
    hubs: tuple[str, ...]
    cluster_hub: np.ndarray
    home: np.ndarray
    eligible: np.ndarray
    waiting: np.ndarray
    running: np.ndarray
    free_devices: np.ndarray
    cap_w: np.ndarray
    power_w: np.ndarray
    signals: dict[str, np.ndarray]

    @property
    def shape(self) -> tuple[int, int]:
        """Number of routes and clusters."""
        return len(self.route_class), len(self.clusters)


@dataclass(frozen=True)
class Directive:
    """
    What the kernel does with every submission until the next control step.

    A job goes to the eligible cluster with the least ``score + load_weight x load``, where load is the queued and
    running device-seconds by request over the healthy devices; ties by name.

    Attributes
    ----------
    score : ndarray, shape (routes, clusters)
        Lower is better, inf = not allowed; inf everywhere = held. [s]
    load_weight : ndarray, shape (routes,)
        [-]
    """

    score: np.ndarray
    load_weight: np.ndarray


class Policy:
    """Base of all policies: one method. Options of the scenario reach the constructor as keyword arguments."""

    name: ClassVar[str] = ""
    static: ClassVar[bool] = False  # answers the same at every step, so it is asked once

    def __init__(self, **options: Any) -> None:
        if options:
            raise ValueError(f"policy {self.name!r} takes no option {sorted(options)[0]!r}")

    def decide(self, view: View) -> Directive:
        """Return the directive that holds until the next control step."""
        raise NotImplementedError


REGISTRY: dict[str, type[Policy]] = {}


def register(policy: type[Policy]) -> type[Policy]:
    """Register a policy under its name; a name taken twice is an error at import."""
    if not policy.name or policy.name in REGISTRY:
        raise ValueError(f"policy name {policy.name!r} is empty or taken")
    REGISTRY[policy.name] = policy
    return policy


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
