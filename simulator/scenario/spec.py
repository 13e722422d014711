"""The whole scenario."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from simulator.scenario.base import Instant, Name, Spec, Title
from simulator.scenario.fleet import Cluster, Device, Target
from simulator.scenario.forecast import ForecastChoice
from simulator.scenario.intertie import Intertie
from simulator.scenario.limits import GreenShare
from simulator.scenario.market import DirectGreenRule, Province
from simulator.scenario.quantities import Days, Duration, Share
from simulator.scenario.rules import Rule
from simulator.scenario.site import Edge, Hub
from simulator.scenario.tariff import Tariff
from simulator.scenario.work import JobClass, Workload

METER_S = 900.0  # the 96-point day of Chinese dispatch; fixed, whatever the control step


class Simulation(Spec):
    """When, how long, how fine, and which chance."""

    start: Instant = Field(description="first instant that counts, ISO 8601 with zone")
    horizon: Days = Field(description="simulated after start [s]")
    warm_up: Days = Field(14 * 86400.0, description="simulated before start and left out of all figures [s]")
    control_step: Duration = Field(900.0, description="how often the policy speaks [s]")
    seed: int = Field(1, ge=0, description="one seed, independent named streams")
    fleet_sample: int = Field(
        1, ge=1, description="K: 1/K of each hub's devices and MW is simulated, reports times K [-]"
    )

    def sampled(self, servers: int) -> int:
        """Return how many of a cluster's servers are simulated: 1/K of them, at least one."""
        return max(1, round(servers / self.fleet_sample))


class PolicyChoice(Spec):
    """Who decides where jobs go."""

    name: str = Field(default="least_loaded", description="a policy of `list policies`")
    options: dict[str, Any] = Field(default_factory=dict)


class Finance(Spec):
    """How capital becomes a yearly cost."""

    discount_rate: Share = Field(default=0.08, description="a year [-]")


class Scenario(Spec):
    """One question, resolved: what the simulator runs."""

    name: Name
    title: Title
    question: Title = Field(description="the question the report answers first")
    simulation: Simulation
    provinces: dict[Name, Province]
    tariffs: dict[Name, Tariff]
    hubs: dict[Name, Hub] = Field(min_length=1)
    devices: dict[Name, Device]
    clusters: dict[Name, Cluster] = Field(min_length=1)
    job_classes: dict[Name, JobClass]
    workload: Workload
    targets: dict[Name, Target] = Field(default_factory=dict)
    data_network: tuple[Edge, ...] = ()
    direct_green_rules: dict[Name, dict[Name, DirectGreenRule]] = Field(
        default_factory=dict, description="sets of dated rules for direct green lines"
    )
    interties: dict[Name, Intertie] = Field(
        default_factory=dict, description="lines between provinces, over which contracts with plant elsewhere deliver"
    )
    policy: PolicyChoice = PolicyChoice()
    forecast: ForecastChoice = ForecastChoice()
    green_share: GreenShare | None = Field(None, description="least clean share as a hard limit; none = only reported")
    finance: Finance = Finance()
    rules: dict[Name, Rule] = Field(default_factory=dict, description="what the report judges the run by")
    notes: tuple[Title, ...] = Field((), description="what a reader of the report should know about this scenario")
