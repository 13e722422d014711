"""
The data network: how far one hub is from another, in milliseconds, seconds a byte, joules and yuan.

Latency is the shortest path over the scenario's edges; of two edges between the same hubs the faster counts, for all
its properties. Two hubs that no path joins are taken to be as far apart as the action plan's rule allows (1.5 times the
theoretical fibre delay over the great circle): near enough for users who send requests, but no data set can be moved.
Data go along the path of least latency; they are served on the edge of it that needs longest.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from energy_models.units import J_PER_KWH

if TYPE_CHECKING:
    import networkx as nx

    from simulator.scenario import Scenario

EARTH_RADIUS_KM = 6371.0
FIBRE_US_PER_KM = 4.9  # light in glass, one way
DETOUR = 1.5  # MIIT and five others, compute infrastructure action plan, 2023-10-09: at most 1.5 x theory
BITS_PER_BYTE, BYTES_PER_GB = 8.0, 1e9


@dataclass(frozen=True)
class Network:
    """
    The data network as arrays; hubs in sorted order.

    Attributes
    ----------
    round_trip_ms : ndarray, shape (hubs, hubs)
        Zero on the diagonal. [ms]
    joined : ndarray of bool, shape (hubs, hubs)
        A path of edges leads there, so data can be moved; true on the diagonal.
    s_per_byte : ndarray, shape (edges,)
        What each pipe needs; of a fleet sample of 1/K, the part that 1/K of the bandwidth is. [s/byte]
    bottleneck : ndarray of int, shape (hubs, hubs)
        The edge of the path that needs longest; -1 where the path has no limit, or there is none.
    j_per_byte, cny_per_byte : ndarray, shape (hubs, hubs)
        Sums over the path. [J/byte], [CNY/byte]
    """

    round_trip_ms: np.ndarray
    joined: np.ndarray
    s_per_byte: np.ndarray
    bottleneck: np.ndarray
    j_per_byte: np.ndarray
    cny_per_byte: np.ndarray


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


def data_network(scenario: Scenario) -> Network:
    """
    Lay the data network of a scenario out as arrays.

    Returns
    -------
    Network
    """
    import networkx as nx

    names, graph = sorted(scenario.hubs), _graph(scenario)
    sample = scenario.simulation.fleet_sample
    shape = (len(names), len(names))
    trips, joined, bottleneck = np.zeros(shape), np.eye(len(names), dtype=np.bool_), np.full(shape, -1)
    energy, price = np.zeros(shape), np.zeros(shape)
    pipes = [0.0 if e.bandwidth is None else BITS_PER_BYTE / (e.bandwidth / sample) for e in scenario.data_network]
    paths = dict(nx.all_pairs_dijkstra_path(graph, weight="ms"))
    for (i, a), (j, b) in itertools.permutations(enumerate(names), 2):
        if b not in paths[a]:
            trips[i, j] = _rule(scenario, a, b)
            continue
        links = [graph.edges[pair] for pair in itertools.pairwise(paths[min(a, b)][max(a, b)])]  # same both ways
        edges = [scenario.data_network[link["number"]] for link in links]
        joined[i, j], trips[i, j] = True, sum(link["ms"] for link in links)
        energy[i, j] = sum(e.energy for e in edges) * J_PER_KWH / BYTES_PER_GB
        price[i, j] = sum(e.price for e in edges) / BYTES_PER_GB
        slowest = max((link["number"] for link in links), key=lambda number: pipes[number])
        bottleneck[i, j] = slowest if pipes[slowest] > 0.0 else -1
    return Network(trips, joined, np.array(pipes), bottleneck, energy, price)


def round_trip_ms(scenario: Scenario) -> np.ndarray:
    """Return the round trip between all pairs of hubs, sorted by name, shape (hubs, hubs). [ms]"""
    return data_network(scenario).round_trip_ms


def _graph(scenario: Scenario) -> nx.Graph:
    """Return the hubs and, between any two, the fastest edge (the first written, if two are as fast)."""
    import networkx as nx

    graph: nx.Graph = nx.Graph()
    graph.add_nodes_from(sorted(scenario.hubs))
    for number, edge in enumerate(scenario.data_network):
        ms = _rule(scenario, *edge.between) if edge.latency_ms is None else edge.latency_ms
        if not graph.has_edge(*edge.between) or ms < graph.edges[edge.between]["ms"]:
            graph.add_edge(*edge.between, ms=ms, number=number)
    return graph


def _rule(scenario: Scenario, a: str, b: str) -> float:
    here, there = scenario.hubs[a].location, scenario.hubs[b].location
    return fibre_round_trip_ms(great_circle_km((here.latitude, there.latitude), (here.longitude, there.longitude)))
