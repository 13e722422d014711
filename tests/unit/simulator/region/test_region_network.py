"""Latency: the great circle, the rule of the action plan, shortest paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from simulator.region import build, data_network, round_trip_ms
from simulator.region.network import fibre_round_trip_ms, great_circle_km
from simulator.scenario import Scenario
from tests.unit.simulator.scheduling.small_region import scenario

JIASHAN = (30.83, 120.93)


def rule(here: tuple[float, float], there: tuple[float, float]) -> float:
    return fibre_round_trip_ms(great_circle_km((here[0], there[0]), (here[1], there[1])))


def with_links(places: dict[str, tuple[float, float]], links: list[dict[str, Any]], sample: int = 1) -> Scenario:
    """Hubs at some places, joined by edges in the units of the model."""
    raw = scenario(hubs=tuple(places)).model_dump(mode="python")
    raw["simulation"]["fleet_sample"] = sample
    for name, (latitude, longitude) in places.items():
        raw["hubs"][name]["location"] = {"latitude": latitude, "longitude": longitude, "elevation": 0.0}
    return Scenario.model_validate(raw | {"data_network": links}, context="canonical")


def region(places: dict[str, tuple[float, float]], edges: Sequence[tuple[str, str, float | None]]) -> Scenario:
    """Hubs at some places, joined by edges with a round trip or, with None, the rule."""
    return with_links(places, [{"between": e[:2]} | ({} if e[2] is None else {"latency_ms": e[2]}) for e in edges])


# fact lat.calc: round trips from Jiashan by 1.5 x theory, to the tenth of a millisecond
@pytest.mark.parametrize(("name", "place", "published_ms"), [
    ("Wujiang", (31.00, 120.80), 0.3),
    ("Qingpu", (31.01, 121.03), 0.3),
    ("Qingyang", (35.71, 107.64), 19.8),
    ("Zhongwei", (37.50, 105.19), 23.9),
])  # fmt: skip
def test_the_rule_gives_the_published_round_trips(name: str, place: tuple[float, float], published_ms: float) -> None:
    assert rule(JIASHAN, place) == pytest.approx(published_ms, abs=0.05), name


def test_a_quarter_of_the_globe_is_a_quarter_of_its_circumference() -> None:
    quarter = 2 * np.pi * 6371.0 / 4
    assert great_circle_km((0.0, 0.0), (0.0, 90.0)) == pytest.approx(quarter)
    assert great_circle_km((0.0, 90.0), (13.0, -57.0)) == pytest.approx(quarter)
    assert great_circle_km((30.0, 30.0), (120.0, 120.0)) == 0.0


def test_hubs_that_no_edge_joins_are_as_far_apart_as_the_rule_allows() -> None:
    places = {"h": JIASHAN, "west": (35.71, 107.64)}
    trips = round_trip_ms(region(places, []))
    assert trips[0, 1] == trips[1, 0] == rule(*places.values())
    assert trips.diagonal().tolist() == [0.0, 0.0]


def test_the_shortest_path_wins_over_the_direct_edge_and_over_the_rule() -> None:
    places = {"a": (30.0, 120.0), "b": (31.0, 121.0), "h": (32.0, 122.0)}
    trips = round_trip_ms(region(places, [("a", "b", 2.0), ("b", "h", 3.0), ("a", "h", 9.0)]))
    assert trips[0, 2] == trips[2, 0] == 5.0
    assert round_trip_ms(region(places, [("a", "b", 2.0), ("b", "h", 3.0)]))[0, 2] == 5.0


def test_an_edge_without_a_latency_follows_the_rule() -> None:
    places = {"a": (30.0, 120.0), "h": (32.0, 122.0)}
    assert round_trip_ms(region(places, [("a", "h", None)]))[0, 1] == rule(*places.values())


def test_of_two_edges_between_the_same_hubs_the_faster_counts_wherever_it_is_written() -> None:
    places = {"a": (30.0, 120.0), "h": (32.0, 122.0)}
    fast = {"between": ("a", "h"), "latency_ms": 2.0, "bandwidth": 8e9, "energy": 0.06, "price": 0.1}
    slow = {"between": ("h", "a"), "latency_ms": 9.0, "bandwidth": 8e10, "energy": 0.01, "price": 0.0}
    for written in ([fast, slow], [slow, fast]):
        network = data_network(with_links(places, written))
        assert network.round_trip_ms[0, 1] == network.round_trip_ms[1, 0] == 2.0
        assert network.s_per_byte[network.bottleneck[0, 1]] == 8 / 8e9
        assert network.j_per_byte[0, 1] == pytest.approx(0.06 * 3.6e6 / 1e9)
        assert network.cny_per_byte[1, 0] == pytest.approx(0.1 / 1e9)


def test_hubs_without_a_path_are_not_joined_and_a_sample_takes_its_part_of_the_bandwidth() -> None:
    places = {"a": (30.0, 120.0), "b": (31.0, 121.0), "h": (32.0, 122.0)}
    spec = with_links(places, [{"between": ("a", "h"), "bandwidth": 8e9}], sample=4)
    network = data_network(spec)
    assert network.joined.tolist() == [[True, False, True], [False, True, False], [True, False, True]]
    assert network.s_per_byte.tolist() == [4 * 1e-9]


@pytest.mark.parametrize(("level_ms", "hubs"), [(1.0, ["h"]), (5.0, ["city", "h"]), (20.0, ["city", "far", "h"])])
def test_latency_classes_decide_where_a_job_may_go(level_ms: float, hubs: list[str]) -> None:
    made = scenario(
        {f"at_{name}": {"hub": name} for name in ("city", "far", "h", "out")},
        {"work": {"latency_ms": level_ms}},
        data_network=[
            {"between": ["h", "city"], "latency_ms": 4.0},
            {"between": ["city", "far"], "latency_ms": 16.0},
            {"between": ["far", "out"], "latency_ms": 0.5},
        ],
    )
    region = build(made)
    reached = region.reachable[region.kinds.index("work"), region.hubs.index("h")]
    assert [name.removeprefix("at_") for name, may in zip(region.clusters, reached, strict=True) if may] == hubs
