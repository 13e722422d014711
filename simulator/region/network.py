"""
The data network: how far, in milliseconds, one hub is from another.

Latency is the shortest path over the scenario's edges. Two hubs that no edge joins are taken to be as far apart as
the action plan's rule allows: 1.5 times the theoretical fibre delay over the great circle.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from simulator.scenario import Scenario

EARTH_RADIUS_KM = 6371.0
FIBRE_US_PER_KM = 4.9  # light in glass, one way
DETOUR = 1.5  # MIIT and five others, compute infrastructure action plan, 2023-10-09: at most 1.5 x theory


def great_circle_km(latitude: tuple[float, float], longitude: tuple[float, float]) -> float:
    """
    Return the distance between two places on a sphere by the haversine formula.

    Parameters
    ----------
    latitude, longitude : pair of float
        North and east positive. [deg]

    Returns
    -------
    float
        [km]

    Examples
    --------
    >>> round(great_circle_km((30.83, 30.27), (120.93, 120.16)))   # Jiashan to Hangzhou
    97
    """
    north = [math.radians(x) for x in latitude]
    half = math.sin((north[1] - north[0]) / 2) ** 2
    half += math.cos(north[0]) * math.cos(north[1]) * math.sin(math.radians(longitude[1] - longitude[0]) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))


def fibre_round_trip_ms(distance_km: float) -> float:
    """Return the largest round trip the 1.5 x rule allows over `distance_km`. [ms]"""
    return 2 * distance_km * FIBRE_US_PER_KM * DETOUR / 1000.0


def round_trip_ms(scenario: Scenario) -> np.ndarray:
    """
    Return the round trip between all pairs of hubs.

    Returns
    -------
    ndarray, shape (hubs, hubs)
        In the order of the sorted hub names; zero on the diagonal. [ms]
    """
    import networkx as nx

    names = sorted(scenario.hubs)
    graph: nx.Graph = nx.Graph()
    graph.add_nodes_from(names)
    for edge in scenario.data_network:
        latency = edge.latency_ms
        graph.add_edge(*edge.between, ms=_rule(scenario, *edge.between) if latency is None else latency)
    paths = dict(nx.all_pairs_dijkstra_path_length(graph, weight="ms"))
    trips = np.zeros((len(names), len(names)))
    for i, a in enumerate(names):
        for j, b in enumerate(names):
            if i != j:
                trips[i, j] = paths[a][b] if b in paths[a] else _rule(scenario, a, b)
    return trips


def _rule(scenario: Scenario, a: str, b: str) -> float:
    here, there = scenario.hubs[a].location, scenario.hubs[b].location
    return fibre_round_trip_ms(great_circle_km((here.latitude, there.latitude), (here.longitude, there.longitude)))
