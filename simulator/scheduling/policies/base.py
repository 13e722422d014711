"""
What a policy is: what it sees, what it answers, and the registry of those that are built in.

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

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

# How jobs of a route may be shifted in time; the kernel's codes
NO_SHIFT, FIXED, INTERRUPTIBLE = 0, 1, 2
RUNNING_JOB = np.dtype(
    [
        *((name, np.int64) for name in ("number", "route", "cluster", "devices", "priority")),
        *((name, np.float64) for name in ("run_start_s", "requested_left_s")),
        *((name, np.bool_) for name in ("preemptible", "stopped")),
    ]
)


def _nobody() -> np.ndarray:
    return np.zeros(0, dtype=RUNNING_JOB)


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
        By stack, precision, memory, latency, residency and a link for the input.
    preemptible : ndarray of bool, shape (routes,)
        The jobs may be suspended, so they can wait.
    factor : ndarray, shape (routes, clusters)
        Work seconds of the reference device that one device does in a second; 0 = cannot run there. [-]
    device_w : ndarray, shape (routes, clusters)
        IT power above idle of one device at work. [W]
    transfer_s, network_cny : ndarray, shape (routes, clusters)
        To move the input of one real job there over idle links: time [s] and price [CNY].
    job_device_h : ndarray, shape (routes,)
        Mean device-hours by request, on the reference device, of the real jobs submitted so far; 0 before any. [h]
    waiting, running : ndarray of int, shape (clusters,)
        Jobs in the queue and running now.
    free_devices, healthy_devices : ndarray of int, shape (clusters,)
    load_s : ndarray, shape (clusters,)
        Device-seconds by request bound there over healthy devices: the load of `Directive`; inf with none. [s]
    held_jobs, held_device_h : ndarray, shape (routes,)
        Jobs that no cluster may take by the policy's scores, and what they ask. [job], [h]
    cap_w, power_w : ndarray, shape (hubs,)
        Power cap and facility power now. [W]
    facility_per_it : ndarray, shape (hubs,)
        Facility power that one more watt of IT power takes now. [-]
    signals : dict of str to ndarray, shape (hubs,)
        Of the interval that begins now: ``price_cny_per_kwh`` (energy and delivery) and its part
        ``energy_price_cny_per_kwh``, ``ci_location_kg_per_kwh``, ``ci_marginal_kg_per_kwh``; ``green_w``, what PV,
        wind, direct lines and contracts offer.
    settled : dict of str to ndarray, shape (hubs,)
        Of the interval that ended last, zeros before: ``facility_w``, ``clean_w`` (of it, matched), ``import_w``, and
        ``import_peak_w``, the highest of the month so far.
    running_now, ahead : callable
        Behind `running_jobs` and `forecast`.
    """

    now_s: float
    route_class: tuple[str, ...]
    route_origin: tuple[str, ...]
    clusters: tuple[str, ...]
    hubs: tuple[str, ...]
    cluster_hub: np.ndarray
    home: np.ndarray
    eligible: np.ndarray
    preemptible: np.ndarray
    factor: np.ndarray
    device_w: np.ndarray
    transfer_s: np.ndarray
    network_cny: np.ndarray
    job_device_h: np.ndarray
    waiting: np.ndarray
    running: np.ndarray
    free_devices: np.ndarray
    healthy_devices: np.ndarray
    load_s: np.ndarray
    held_jobs: np.ndarray
    held_device_h: np.ndarray
    cap_w: np.ndarray
    power_w: np.ndarray
    facility_per_it: np.ndarray
    signals: dict[str, np.ndarray]
    settled: dict[str, np.ndarray]
    ahead: Callable[[str, float, int, float], np.ndarray] = field(repr=False)
    running_now: Callable[[], np.ndarray] = field(repr=False, default=_nobody)

    @cached_property
    def running_jobs(self) -> np.ndarray:
        """
        The running jobs and those a directive stopped, gathered when first asked for.

        Returns
        -------
        ndarray of RUNNING_JOB
            ``number route cluster devices priority`` [-], ``run_start_s requested_left_s`` [s, by request],
            ``preemptible stopped``.
        """
        return self.running_now()

    def forecast(self, name: str, steps: int, step_s: float = 900.0) -> np.ndarray:
        """
        Return what is expected of a series from now on, as the scenario's `forecast` says.

        Parameters
        ----------
        name : str
            ``price`` (energy and delivery) [CNY/kWh], ``carbon`` (location) [kg/kWh], ``pv``, ``wind``, ``green`` [W],
            or ``load``, the demand of the services [FLOP/s].
        steps : int
        step_s : float
            [s]

        Returns
        -------
        ndarray, shape (hubs, steps)
            Read-only; for ``load`` one row a service.
        """
        return self.ahead(name, self.now_s, steps, step_s)

    @property
    def kwh_per_device_h(self) -> np.ndarray:
        """Facility energy of one device-hour of reference work, inf where it cannot run, shape (routes, clusters)."""
        it_w = np.divide(self.device_w, self.factor, out=np.full(self.shape, np.inf), where=self.factor > 0.0)
        kwh: np.ndarray = it_w * self.facility_per_it[self.cluster_hub] / 1000.0
        return kwh

    @property
    def shape(self) -> tuple[int, int]:
        """Number of routes and clusters."""
        return len(self.route_class), len(self.clusters)


@dataclass(frozen=True)
class Directive:
    """
    What the kernel does with every event until the next control step.

    A job goes to the eligible cluster with the least ``score + load_weight x load``, where load is the queued and
    running device-seconds by request over the healthy devices; ties by name. All that is left out keeps the plain
    behaviour: nobody moves once bound, no cap but the meter's, full speed, nobody suspended.

    With `shift` the kernel looks for a job's time in `plan_signal` of the hub it would be bound to: the contiguous run
    of its requested time with the least sum (`FIXED`), or the cheapest steps (`INTERRUPTIBLE`; classes that may not be
    suspended or have no checkpoints are `FIXED`), ties earliest, not beyond the end of the signal nor the job's
    deadline. When that time comes the plan is made anew from the signal then in force.

    Whatever is held leaves in time for its deadline: a job held by scores of inf is then bound to the least loaded
    cluster that may take it.

    Attributes
    ----------
    score : ndarray, shape (routes, clusters)
        Lower is better, inf = not allowed; inf everywhere = held. [s]
    load_weight : ndarray, shape (routes,)
        [-]
    shift : ndarray of int, shape (routes,), optional
        `NO_SHIFT`, `FIXED` or `INTERRUPTIBLE`.
    plan_signal : ndarray, shape (hubs, steps), optional
        What shifted jobs keep low, from now on; constant within steps. Needed where anything is shifted.
    plan_step_s : float
        Length of a step. [s]
    rebind : ndarray of bool, shape (routes,), optional
        Waiting jobs of these routes that have not run yet choose anew now, and move where that is strictly better.
    cap_w : ndarray, shape (hubs,), optional
        Facility power the policy allows; inf = no more than the meter's cap. It is kept as that is, in the same order
        of measures, but never trips a hub. [W]
    speed : ndarray, shape (clusters,), optional
        Highest speed, from 0 to 1; not below the lowest of the device. [-]
    suspend : ndarray of int, optional
        Numbers of running preemptible jobs (`View.running_jobs`) that stop now, and of jobs stopped so before that
        are to stay out; those no longer named queue again. A job that its class's `min_run` spares stops when that
        is over, if it is still named. [job]
    """

    score: np.ndarray
    load_weight: np.ndarray
    shift: np.ndarray | None = None
    plan_signal: np.ndarray | None = None
    plan_step_s: float = 900.0
    rebind: np.ndarray | None = None
    cap_w: np.ndarray | None = None
    speed: np.ndarray | None = None
    suspend: np.ndarray | None = None


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
