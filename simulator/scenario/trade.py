"""Rules of trade between provinces."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.scenario.parts import Finding, Parts
from simulator.scenario.quantities import format_quantity


def interties_are_sound(parts: Parts) -> Iterator[Finding]:
    """A line joins two different provinces, keeps its base schedule within its capacity and loses less than all."""
    for name, line in parts.interties.items():
        steps = ("interties", name)
        if line.sender == line.receiver:
            yield Finding((*steps, "receiver"), f"{line.receiver!r} twice", "two different provinces")
        if line.base > line.capacity:
            most = format_quantity(line.capacity, "W")
            yield Finding((*steps, "base"), format_quantity(line.base, "W"), f"at most capacity, {most}")
        if line.loss == 1:
            yield Finding((*steps, "loss"), "1", "a share < 1 [-]")


def curtailment_is_elsewhere(parts: Parts) -> Iterator[Finding]:
    """Only a contract with plant in another province spares curtailment there."""
    for hub_name, hub in parts.hubs.items():
        for name, contract in hub.contracts.items():
            if contract.from_curtailment > 0 and contract.province in (None, hub.province):
                steps = ("hubs", hub_name, "contracts", name, "from_curtailment")
                got = f"{contract.from_curtailment:g} for plant in the hub's own province"
                yield Finding(steps, got, "0, or a contract with plant in another province")
