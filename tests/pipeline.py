"""From a scenario file to records in one process, as a run does it, with every part in hand for a test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from simulator import accounting, engine, region, workload
from simulator.engine import Signals
from simulator.engine.forecasting import Forecaster
from simulator.engine.meter import Meter
from simulator.engine.view import Viewer
from simulator.records import Records
from simulator.region import Region
from simulator.scenario import METER_S, Loaded, load
from simulator.scheduling import Kernel, Policy, View, make_policy, make_world
from simulator.workload import Workload

ROOT = Path(__file__).resolve().parent.parent
SCENARIOS = ROOT / "scenarios"


@dataclass(frozen=True)
class Built:
    """A scenario with its fleet and its jobs."""

    loaded: Loaded
    region: Region
    workload: Workload

    def kernel(self) -> Kernel:
        """Return a kernel at the start of the warm-up."""
        return Kernel(make_world(self.loaded.scenario, self.region, self.workload, 5))


@dataclass(frozen=True)
class Run:
    """A scenario that was simulated."""

    built: Built
    records: Records
    notes: tuple[str, ...]

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The summary; ledgers that do not close raise."""
        return accounting.account(self.built.loaded, self.records)


def build(loaded: Loaded) -> Built:
    """Build the fleet and the jobs of a scenario."""
    fleet = region.build(loaded.scenario)
    energised = workload.EnergisedCapacity(*region.energised_capacity(fleet, loaded.scenario))
    return Built(loaded, fleet, workload.build(loaded.scenario, energised))


def signals_of(built: Built) -> Signals:
    """Lay out what a run takes from outside."""
    return engine.make_signals(built.loaded.scenario, built.region, built.workload)


def first_view(built: Built) -> View:
    """Return what a policy sees at the start of the horizon, of a kernel in which nothing has happened."""
    scenario, signals = built.loaded.scenario, signals_of(built)
    meter, forecaster = Meter(scenario, built.region, signals), Forecaster(scenario, signals)
    viewer = Viewer(scenario, built.region, built.workload, built.kernel(), signals, meter, forecaster)
    return viewer.view(0.0, round(-signals.begin_s / METER_S))


def simulate(built: Built, policy: Policy | None = None) -> Run:
    """Simulate with the policy of the scenario, or another."""
    choice = built.loaded.scenario.policy
    policy = policy or make_policy(choice.name, choice.options, allow_plugin=True)
    records, notes = engine.simulate(built.loaded.scenario, built.region, built.workload, policy)
    return Run(built, records, notes)


def run(path: Path, *sets: str, policy: Policy | None = None, **options: Any) -> Run:
    """Load with overrides and options of `scenario.load`, build and simulate."""
    return simulate(build(load(path, overrides=sets, **options)), policy)


def child(folder: Path, text: str, parents: Iterable[str] = ("minimal.yaml",), name: str = "child.yaml") -> Path:
    """Write a scenario that extends shipped ones and changes something."""
    path = folder / name
    extends = "\n".join(f"  - {SCENARIOS / parent}" for parent in parents)
    path.write_text(f"extends:\n{extends}\n{text}", encoding="utf-8")
    return path
