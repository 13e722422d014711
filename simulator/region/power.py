"""
The power network: provinces joined by interties, and the way a contract's energy takes over them.

A line sends one way only; its base schedule belongs to others. Losses and wheeling of the lines of a way add up
along it. Left out: loop flows, voltage and stability limits, faults of lines.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from simulator.scenario import Problem

if TYPE_CHECKING:
    import networkx as nx

    from simulator.scenario import Scenario

Way = tuple[str, ...]


def power_network(scenario: Scenario) -> nx.DiGraph[str]:
    """Return the graph of the provinces; each edge has ``line``, the name of its intertie, and ``weight``, its loss."""
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(sorted(scenario.provinces))
    for name, line in sorted(scenario.interties.items()):
        weight = -math.log1p(-line.loss)  # losses multiply, logarithms add
        known = graph.get_edge_data(line.sender, line.receiver)
        if known is None or weight < known["weight"]:
            graph.add_edge(line.sender, line.receiver, line=name, weight=weight)
    return graph


def ways(scenario: Scenario) -> dict[tuple[str, str], Way]:
    """
    Return the lines from every province to every other it can reach, in order.

    Returns
    -------
    dict
        (sender, receiver) to the names of the interties on the way with the least loss; of lines side by side the
        one with less loss, then the first by name. A province reaches itself over none.
    """
    import networkx as nx

    graph = power_network(scenario)
    found: dict[tuple[str, str], Way] = {}
    for sender, paths in nx.all_pairs_dijkstra_path(graph):
        for receiver, path in paths.items():
            found[sender, receiver] = tuple(graph.edges[pair]["line"] for pair in pairwise(path))
    return found


def problems(scenario: Scenario) -> Iterator[Problem]:
    """Yield each power contract whose plant stands in a province from which no line leads to its hub."""
    reachable = ways(scenario)
    lines = sorted(f"{line.sender} to {line.receiver}" for line in scenario.interties.values())
    for hub_name, hub in scenario.hubs.items():
        for name, contract in hub.contracts.items():
            sender = contract.province or hub.province
            if contract.kind == "certificates" or (sender, hub.province) in reachable:
                continue
            got = f"{sender!r}, from where no line leads to {hub.province!r}"
            hint = f"interties lead {', '.join(lines)}" if lines else "the scenario has no interties"
            path = f"hubs.{hub_name}.contracts.{name}.province"
            yield Problem(scenario.name, 0, path, got, "a province joined to the hub's by interties", hint)
