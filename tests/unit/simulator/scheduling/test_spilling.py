"""Services served at other hubs: own hub first, then the nearest by latency, then by name; nobody there is displaced."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.simulator.scheduling.conservation import assert_conserved
from tests.unit.simulator.scheduling.small_region import NO_LIMIT_W, Job, Small, scenario

EACH = 0.5  # TFLOPS a device serves
SPILLS: dict[str, dict[str, Any]] = {"s": {"hub": "a", "spill": True}}
LATENCY = {"serve": {"latency_ms": 20.0}}
# a is 5 ms from c and 10 ms from b; clusters by name: far_b, home, near_c
CLUSTERS: dict[str, dict[str, Any]] = {
    "far_b": {"hub": "b", "servers": 4},
    "home": {"hub": "a", "servers": 2},
    "near_c": {"hub": "c", "servers": 3},
}
LINKS = [{"between": ["a", "b"], "latency_ms": 10.0}, {"between": ["a", "c"], "latency_ms": 5.0}]


def region(services: dict[str, dict[str, Any]] = SPILLS, **more: Any) -> Any:
    return scenario(
        CLUSTERS, LATENCY | more.pop("classes", {}), services, data_network=more.pop("links", LINKS), **more
    )


def served(run: Small) -> list[list[int]]:
    found: list[list[int]] = run.world.serving.devices.tolist()
    return found


def test_home_comes_first_then_the_nearest_hub_then_the_next() -> None:
    run = Small(region(), asked_tflops=[2 * EACH])
    assert served(run) == [[0, 2, 0]]
    for asked, expected in ((4, [0, 2, 2]), (5, [0, 2, 3]), (8, [3, 2, 3]), (20, [4, 2, 3]), (1, [0, 1, 0])):
        run.open(asked_tflops=[asked * EACH])
        assert served(run) == [expected]
        assert_conserved(run.world)


def test_hubs_as_far_as_each_other_go_by_name() -> None:
    links = [{"between": ["a", hub], "latency_ms": 5.0} for hub in ("b", "c")]
    assert served(Small(region(links=links), asked_tflops=[5 * EACH])) == [[3, 2, 0]]


def test_without_the_word_or_beyond_the_latency_nothing_spills() -> None:
    stays = {"s": {"hub": "a"}}
    assert served(Small(region(stays), asked_tflops=[5 * EACH])) == [[0, 2, 0]]
    near = {"serve": {"latency_ms": 7.0}}  # c only
    assert served(Small(region(classes=near), asked_tflops=[9 * EACH])) == [[0, 2, 3]]


def test_what_is_served_elsewhere_and_what_is_not_served_is_counted_where_the_users_are() -> None:
    run = Small(region(), asked_tflops=[2 * EACH]).to(900)
    run.close()
    run.open(asked_tflops=[11 * EACH])
    run.to(1800)
    rows = run.close()
    a, b, c = range(3)
    assert rows.at("service_asked_device_s", a) == pytest.approx(11 * 900)
    assert rows.at("service_spilled_device_s", a) == pytest.approx(7 * 900)
    assert rows.at("service_unserved_device_s", a) == pytest.approx(2 * 900)
    assert rows.at("service_hosted_device_s", b) == pytest.approx(4 * 900)
    assert rows.at("service_hosted_device_s", c) == pytest.approx(3 * 900)
    assert rows.at("service_asked_device_s", b) == rows.at("service_hosted_device_s", a) == 0.0
    assert run.power_w.tolist() == [400.0, 800.0, 600.0]  # watts are drawn where the devices are


def test_a_hubs_own_services_take_back_what_others_had_there() -> None:
    run = Small(region({"s": {"hub": "a", "spill": True}, "t": {"hub": "c"}}), asked_tflops=[5 * EACH, 0.0])
    assert served(run)[0] == [0, 2, 3]
    run.open(asked_tflops=[5 * EACH, 2 * EACH])
    assert served(run) == [[2, 2, 1], [0, 0, 2]]
    assert_conserved(run.world)


def test_jobs_elsewhere_give_way_only_if_they_may_and_only_after_free_devices() -> None:
    jobs = [Job(0, 9000, 2, kind="spare", origin="c"), Job(0, 9000, 3, origin="b")]
    run = Small(region(), jobs)
    run.direct([[np.inf, np.inf, 0.0], [0.0, np.inf, np.inf]])  # routes by class: spare to c, work to b
    run.to(10)
    states = dict(zip(("spare", "work"), run.states, strict=True))
    assert states == {"spare": "running", "work": "running"}
    run.open(asked_tflops=[4 * EACH])  # two at home, the last at c, one free at b: nobody has to go
    assert served(run) == [[1, 2, 1]]
    assert run.states == ["running", "running"]
    run.open(asked_tflops=[6 * EACH])  # now the spare job goes, the other never does
    assert run.states == ["suspended", "running"]
    assert served(run) == [[1, 2, 3]]
    assert_conserved(run.world)


def test_a_hub_short_of_watts_takes_no_more_than_it_can_feed() -> None:
    caps = [NO_LIMIT_W, NO_LIMIT_W, 450.0]  # c: three idle servers, and one device at work
    run = Small(region(), [Job(0, 9000, 1, origin="c")], cap_w=caps, asked_tflops=[4 * EACH])
    assert served(run) == [[1, 2, 1]]
    assert run.power_w[2] == 400.0


def test_a_hub_that_is_cut_off_is_served_by_the_others() -> None:
    run = Small(region(), asked_tflops=[2 * EACH]).to(900)
    run.close()
    run.open([0.0, NO_LIMIT_W, NO_LIMIT_W], [2 * EACH])
    assert served(run) == [[0, 0, 0]]
    run.to(1800)
    run.close()
    run.open([0.0, NO_LIMIT_W, NO_LIMIT_W], [2 * EACH])
    run.to(2700)
    rows = run.close()
    assert rows.at("service_unserved_device_s", 0) == 0.0
    assert rows.at("service_spilled_device_s", 0) == pytest.approx(2 * 900)
    assert_conserved(run.world)


def test_a_device_that_comes_free_elsewhere_serves_at_that_instant() -> None:
    jobs = [Job(0, 1300, 3, origin="c"), Job(0, 9000, 4, origin="b")]
    run = Small(region(), jobs)
    run.direct([[0.0, np.inf, np.inf], [np.inf, np.inf, 0.0]])
    run.to(900)
    run.close()
    run.open(asked_tflops=[4 * EACH])
    assert served(run) == [[0, 2, 0]]
    run.to(1800)
    assert served(run) == [[0, 2, 2]]
    rows = run.close()
    assert rows.at("service_unserved_device_s", 0) == pytest.approx(2 * 400)
    assert rows.at("service_spilled_device_s", 0) == pytest.approx(2 * 500)
    assert_conserved(run.world)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 8), st.lists(st.tuples(st.floats(0, 9), st.floats(0, 9)), min_size=1, max_size=10))
def test_any_demand_is_given_what_is_asked_or_all_there_is(per_server: int, demand: list[tuple[float, float]]) -> None:
    clusters = {"p": {"hub": "a", "servers": 2, "per_server": per_server}, "q": {"hub": "b", "servers": 3}}
    spec = scenario(clusters, services={"x": {"hub": "a", "spill": True}, "y": {"hub": "b", "spill": True}})
    run = Small(spec, [Job(0, 1, 1, origin="b")])  # a single device: server numbers matter
    for asked in demand:
        run.open(asked_tflops=asked)
        assert_conserved(run.world)
        wanted = sum(np.ceil(a / EACH - 1e-9) for a in asked)
        assert run.world.serving.devices.sum() == min(wanted, 2 * per_server + 3)
