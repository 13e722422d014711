"""Why a job went where it went: the run again, with one job watched, up to the instant its place was settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulator.engine.run import Progress, Run
from simulator.engine.signals import make_signals
from simulator.scenario import METER_S
from simulator.scheduling import STATE_NAMES, Policy, View

if TYPE_CHECKING:
    from simulator.region import Region
    from simulator.scenario import Scenario
    from simulator.workload import Workload

J_PER_KWH = 3.6e6
# A job in one of these is bound for good: it has run, or will never
_DONE = ("finished", "failed", "killed", "rejected", "running", "suspended")
SETTLED = frozenset(STATE_NAMES.index(name) for name in _DONE)


@dataclass(frozen=True)
class Candidate:
    """
    One cluster as the job found it when it last chose.

    Attributes
    ----------
    cluster, hub : str
    why_not : str
        Why the job may not go there; "" if it may.
    score : float
        Of the policy in force, lower is better; inf = not allowed. [unit of the policy]
    load_s : float
        Device-seconds by request bound there over healthy devices; inf with none. [s]
    value : float
        score + load_weight x load: the least wins. [unit of the policy]
    waiting, free_devices : int
        Jobs in its queue; devices free. [-]
    transfer_s, network_cny : float
        To move the job's data there now. [s], [CNY]
    wall_s : float
        How long it runs there at full speed, by its request. [s]
    energy_kwh : float
        Facility energy above idle of that run, with the PUE slope of the last control step. [kWh]
    price_cny_per_kwh, ci_kg_per_kwh : float
        Energy and delivery price and location-based factor of the hour of the choice.
    """

    cluster: str
    hub: str
    why_not: str
    score: float
    load_s: float
    value: float
    waiting: int
    free_devices: int
    transfer_s: float
    network_cny: float
    wall_s: float
    energy_kwh: float
    price_cny_per_kwh: float
    ci_kg_per_kwh: float

    @property
    def cost_cny(self) -> float:
        """Electricity at the price of the hour, and the network. [CNY]"""
        return self.energy_kwh * self.price_cny_per_kwh + self.network_cny

    @property
    def carbon_kg(self) -> float:
        """Location-based, at the factor of the hour. [kg]"""
        return self.energy_kwh * self.ci_kg_per_kwh

    @property
    def is_open(self) -> bool:
        """Tell whether the job may go there and the policy allows it."""
        return not self.why_not and self.score < np.inf


@dataclass(frozen=True)
class Choice:
    """
    What a job weighed at one instant.

    Attributes
    ----------
    chosen_s : float
        Since the scenario's start. [s]
    load_weight : float
        Weight of the load term of its route. [-]
    candidates : tuple of Candidate
        All clusters, by name.
    """

    chosen_s: float
    load_weight: float
    candidates: tuple[Candidate, ...]

    @property
    def ranking(self) -> tuple[Candidate, ...]:
        """Open candidates, best first; ties by name."""
        return tuple(sorted((one for one in self.candidates if one.is_open), key=lambda one: (one.value, one.cluster)))


NO_CHOICE = Choice(np.nan, 0.0, ())


@dataclass(frozen=True)
class Decision:
    """
    How one job got its place.

    Attributes
    ----------
    job_class, origin : str
    devices : int
    submitted_s, requested_s, deadline_s : float
        Since the scenario's start; work seconds of the reference device; inf = none. [s]
    choices : int
        How often it chose: more than once if it was held, planned for later, or moved by the policy.
    made : tuple of Choice
        These choices in order; of many between two control steps, the last sixteen. Empty if it never chose, for it
        was never submitted.
    state, cluster : str
        What it was, and where it was bound ("" = nowhere), when that was settled or the run ended.
    started_s : float
        First start; NaN if it has not started. [s]
    """

    job_class: str
    origin: str
    devices: int
    submitted_s: float
    requested_s: float
    deadline_s: float
    choices: int
    made: tuple[Choice, ...]
    state: str
    cluster: str
    started_s: float

    @property
    def last(self) -> Choice:
        """The choice that counted; one without candidates if there was none."""
        return self.made[-1] if self.made else NO_CHOICE

    @property
    def chosen_s(self) -> float:
        """When it last chose; NaN if it never did. [s]"""
        return self.last.chosen_s

    @property
    def load_weight(self) -> float:
        """Weight of the load term when it last chose. [-]"""
        return self.last.load_weight

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """All clusters as it found them when it last chose; empty if it never did."""
        return self.last.candidates

    @property
    def ranking(self) -> tuple[Candidate, ...]:
        """Open candidates of the last choice, best first; ties by name."""
        return self.last.ranking


def decide(
    scenario: Scenario,
    region: Region,
    workload: Workload,
    policy: Policy,
    job: int,
    progress: Progress | None = None,
) -> Decision:
    """
    Run a scenario until the place of a job is settled, and tell how.

    Parameters
    ----------
    scenario, region, workload, policy, progress
        As of `simulate`.
    job : int
        Row of ``workload.jobs``.

    Returns
    -------
    Decision
    """
    watch = _Watch(scenario, region, workload, policy, job)
    watch.play(progress)
    return watch.decision()


class _Watch(Run):
    """A run that looks after each control step whether the job has chosen since, and stops when it is settled."""

    def __init__(self, scenario: Scenario, region: Region, workload: Workload, policy: Policy, job: int) -> None:
        super().__init__(scenario, region, workload, make_signals(scenario, region, workload), policy)
        self._job, self._seen = job, 0
        self._view: View | None = None  # as of the control step in force
        self._made: list[Choice] = []
        self.kernel.watch(job)

    def _control(self, now: float) -> None:
        self._look()
        if int(self.kernel.world.jobs[self._job].state) in SETTLED:
            self.clock.stop()
            return
        self._view = self.viewer.view(now, self.interval)
        super()._control(now)

    def _look(self) -> None:
        """Keep what the job weighed since the last look."""
        world = self.kernel.world
        count, kept = int(world.clock[0].choices), len(world.choices)
        for i in range(max(self._seen, count - kept), count):
            self._made.append(self._choice(world.choices[i % kept]))
        self._seen = count

    def decision(self) -> Decision:
        """Tell what was seen."""
        self._look()
        world = self.kernel.world
        job = world.jobs[self._job]
        route = int(job.route)
        routes = self.workload.routes
        return Decision(
            job_class=routes.job_class[route],
            origin=routes.origin[route],
            devices=int(job.devices),
            submitted_s=float(job.submit_s),
            requested_s=float(job.requested_s),
            deadline_s=float(job.deadline_s),
            choices=self._seen,
            made=tuple(self._made),
            state=STATE_NAMES[int(job.state)],
            cluster=self.region.clusters[int(job.cluster)] if job.cluster >= 0 else "",
            started_s=float(job.start_s),
        )

    def _choice(self, found: np.recarray) -> Choice:
        """Return one choice from what the kernel noted of it, a row a cluster."""
        candidates = tuple(self._candidate(found[c], c) for c in range(len(self.region.clusters)))
        return Choice(float(found[0].time_s), float(found[0].load_weight), candidates)

    def _candidate(self, seen: np.record, c: int) -> Candidate:
        signals, view = self.signals, self._view
        route = int(self.kernel.world.jobs[self._job].route)
        assert view is not None  # for mypy: a choice follows a control step
        h = int(self.region.hub[c])
        hour = signals.hour_of_interval[int((seen.time_s - signals.begin_s) // METER_S)]
        devices = int(self.kernel.world.jobs[self._job].devices)
        wall_s = float(seen.wall_s)
        watts = devices * float(view.device_w[route, c]) * float(view.facility_per_it[h])
        return Candidate(
            cluster=self.region.clusters[c],
            hub=self.region.hubs[h],
            why_not=self._why_not(route, c, bool(seen.may_take)),
            score=float(seen.score),
            load_s=float(seen.load_s),
            value=float(seen.value),
            waiting=int(seen.waiting),
            free_devices=int(seen.free_devices),
            transfer_s=float(seen.transfer_s),
            network_cny=float(seen.network_cny),
            wall_s=wall_s,
            energy_kwh=watts * wall_s / J_PER_KWH if wall_s < np.inf else np.inf,
            price_cny_per_kwh=float(signals.energy_price[hour, h] + signals.delivery_price[hour, h]),
            ci_kg_per_kwh=float(signals.ci_location[hour, h]),
        )

    def _why_not(self, route: int, c: int, may_take: bool) -> str:
        if may_take:
            return ""
        routes, region = self.workload.routes, self.region
        reason = region.why_not.get((routes.job_class[route], routes.origin[route], region.clusters[c]))
        if reason:
            return reason
        return "larger than the cluster" if self.kernel.world.clusters[c].commissioned else "not commissioned yet"
