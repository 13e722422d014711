"""The valid parts of a scenario, so that rules across fields are told in one go with faults inside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from simulator.scenario.fleet import Cluster, Device, Target
from simulator.scenario.forecast import ForecastChoice
from simulator.scenario.intertie import Intertie
from simulator.scenario.market import Province
from simulator.scenario.problems import Steps
from simulator.scenario.rules import Rule
from simulator.scenario.shape import shape_of
from simulator.scenario.site import Hub
from simulator.scenario.source import Node, plain
from simulator.scenario.spec import Scenario, Simulation
from simulator.scenario.tariff import Tariff
from simulator.scenario.work import JobClass, Service, SyntheticWork, TraceWork, Workload


class Finding(NamedTuple):
    """A broken rule: where, what was given, what is allowed, how to repair it."""

    steps: Steps
    got: str
    expected: str
    hint: str = ""


@dataclass(frozen=True)
class Parts:
    """
    What is valid of a scenario.

    Parameters
    ----------
    root : Node
        The merged tree.
    simulation, workload, forecast : Simulation, Workload, ForecastChoice or None
        None if not valid.
    provinces, tariffs, hubs, devices, clusters, job_classes, targets, interties, rules : dict
        The valid entries.
    whole : frozenset of str
        Sections without any fault: only of these may a rule say that something is *not* there.
    """

    root: Node
    simulation: Simulation | None = None
    workload: Workload | None = None
    forecast: ForecastChoice | None = None
    provinces: dict[str, Province] = field(default_factory=dict)
    tariffs: dict[str, Tariff] = field(default_factory=dict)
    hubs: dict[str, Hub] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    clusters: dict[str, Cluster] = field(default_factory=dict)
    job_classes: dict[str, JobClass] = field(default_factory=dict)
    targets: dict[str, Target] = field(default_factory=dict)
    interties: dict[str, Intertie] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()

    def names(self, section: str) -> list[str]:
        """Return the names of a section as written, valid or not."""
        node = self.root.value.get(section)
        return list(node.value) if node is not None and isinstance(node.value, dict) else []

    def jobs(self) -> Iterator[tuple[Steps, SyntheticWork | TraceWork]]:
        """Yield the job streams with their paths."""
        for name, work in (self.workload.jobs if self.workload else {}).items():
            yield ("workload", "jobs", name), work

    def services(self) -> Iterator[tuple[Steps, Service]]:
        """Yield the services with their paths."""
        for name, service in (self.workload.services if self.workload else {}).items():
            yield ("workload", "services", name), service


def parts_of(root: Node, scenario: Scenario | None) -> Parts:
    """Return the parts of a valid scenario, or the valid parts of one with faults."""
    names = [name for name in Parts.__dataclass_fields__ if name not in ("root", "whole")]
    if scenario is not None:
        return Parts(root, whole=frozenset(names), **{name: getattr(scenario, name) for name in names})
    found, whole = {}, set()
    for name in names:
        found[name], is_whole = _section(name, plain(root).get(name))
        whole |= {name} if is_whole else set()
    return Parts(root, whole=frozenset(whole), **found)


def _section(name: str, value: Any) -> tuple[Any, bool]:
    shape = shape_of(Scenario).fields[name]
    if shape.kind == "model":
        valid = _valid(shape.model, value)
        return valid, valid is not None
    if not isinstance(value, dict):
        return {}, value is None and not shape.required
    model = shape.item.model if shape.item else None
    entries = {key: _valid(model, entry) for key, entry in value.items()}
    good = {key: entry for key, entry in entries.items() if entry is not None}
    return good, len(good) == len(entries)


def _valid(model: type[BaseModel] | None, value: Any) -> Any:
    try:
        return model.model_validate(value, strict=True) if model else None
    except ValidationError:
        return None
