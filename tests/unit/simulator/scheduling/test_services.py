"""Online services: served first, from free devices, then from preemptible jobs, never from others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.simulator.scheduling.conservation import assert_conserved
from tests.unit.simulator.scheduling.small_region import Job, Small, cap_for, scenario

# A device serves 0.5 TFLOPS: peak 1 TFLOPS x MFU 0.5 x target duty 1.
EACH = 0.5
SERVICE = {"s": {}}


def test_a_service_takes_free_devices_and_leaves_jobs_alone() -> None:
    run = Small(scenario({"c": {"servers": 4}}, services=SERVICE), [Job(0, 900, 2, kind="spare")]).to(10)
    run.open(asked_tflops=[2 * EACH])
    assert run.world.serving.devices.tolist() == [[2]]
    assert run.states == ["running"]
    assert run.power_w[0] == 800.0


def test_where_nothing_is_free_preemptible_jobs_give_way_in_their_order_and_no_more_than_needed() -> None:
    jobs = [Job(0, 900, kind="spare", priority=1), Job(1, 900, kind="spare"), Job(2, 900, kind="spare"), Job(3, 900)]
    run = Small(scenario({"c": {"servers": 4}}, services=SERVICE), jobs).to(10)
    run.open(asked_tflops=[2 * EACH])
    assert run.states == ["running", "suspended", "suspended", "running"]
    assert [(e.kind, e.job, e.cause) for e in run.events] == [("suspend", 2, "service"), ("suspend", 1, "service")]
    assert run.world.serving.devices.tolist() == [[2]]


def test_others_never_give_way_and_what_is_lacking_is_counted_as_unserved() -> None:
    run = Small(scenario({"c": {"servers": 4}}, services=SERVICE), [Job(0, 5000, 3, priority=-5)]).to(900)
    run.close()
    run.open(asked_tflops=[4 * EACH])
    run.to(1800)
    rows = run.close()
    assert run.states == ["running"]
    assert run.world.serving.devices.tolist() == [[1]]
    assert rows.at("service_asked_device_s") == pytest.approx(4 * 900)  # asked device-seconds
    assert rows.at("service_unserved_device_s") == pytest.approx(3 * 900)  # unserved


def test_demand_between_two_devices_takes_both_and_asks_for_the_part() -> None:
    run = Small(scenario({"c": {"servers": 4}}, services=SERVICE)).to(900)
    run.close()
    run.open(asked_tflops=[1.5 * EACH])
    run.to(1800)
    rows = run.close()
    assert run.world.serving.devices.tolist() == [[2]]
    assert rows.at("service_asked_device_s") == pytest.approx(1.5 * 900)
    assert rows.at("service_unserved_device_s") == 0.0


def test_free_devices_of_a_second_cluster_come_before_preemptible_jobs_of_the_first() -> None:
    spec = scenario({"a": {"servers": 2}, "b": {"servers": 2}}, services=SERVICE)
    run = Small(spec, [Job(0, 900, 2, kind="spare")])
    run.direct([[0.0, 1.0]])
    run.to(10)
    run.open(asked_tflops=[2 * EACH])
    assert run.world.serving.devices.tolist() == [[0, 2]]
    assert run.states == ["running"]
    run.open(asked_tflops=[3 * EACH])  # now one of the first has to come from the job
    assert run.world.serving.devices.tolist() == [[1, 2]]
    assert run.states == ["suspended"]


def test_what_one_service_gives_back_is_there_for_another_before_a_job_has_to_go() -> None:
    spec = scenario({"c": {"servers": 4}}, services={"a": {}, "b": {}})
    run = Small(spec, [Job(0, 900, 2, kind="spare")], asked_tflops=[0.0, 2 * EACH]).to(10)
    run.open(asked_tflops=[2 * EACH, 0.0])
    assert run.world.serving.devices.tolist() == [[2], [0]]
    assert run.states == ["running"]


@pytest.mark.parametrize(("per_server", "small"), [(1, 1), (4, 1), (4, 4)], ids=["single", "named", "counted"])
def test_devices_given_back_serve_jobs_at_the_same_instant(per_server: int, small: int) -> None:
    spec = scenario({"c": {"servers": 8 // per_server, "per_server": per_server}}, services=SERVICE)
    run = Small(spec, [Job(0, 50, 8), Job(1, 50, small)], asked_tflops=[4 * EACH])
    assert bool(run.world.clusters.counted[0]) == (small >= per_server)
    run.to(450)
    assert run.states == ["waiting", "waiting"]
    assert_conserved(run.world)
    run.open(asked_tflops=[0.0])
    run.to(900)
    assert run.world.jobs.start_s[0] == 450.0
    assert run.states == ["finished", "finished"]
    assert run.world.clusters.free_devices[0] == 8
    assert_conserved(run.world)


def test_where_only_servers_are_counted_a_service_takes_whole_ones() -> None:
    spec = scenario({"c": {"servers": 3, "per_server": 4}}, services=SERVICE)
    run = Small(spec, [Job(0, 50, 4)], asked_tflops=[5 * EACH])
    assert run.world.clusters.counted[0]
    assert run.world.serving.devices.tolist() == [[8]]
    assert_conserved(run.world)


def test_a_service_fills_whole_servers_first_and_then_the_fullest_with_room() -> None:
    spec = scenario({"c": {"servers": 3, "per_server": 4}}, services=SERVICE)
    run = Small(spec, [Job(0, 900, 3), Job(0, 900, 1, kind="spare")]).to(10)  # both fit on server 0
    run.open(asked_tflops=[6 * EACH])
    assert run.world.service_on.tolist() == [[0, 4, 2]]
    run.open(asked_tflops=[1 * EACH])
    assert run.world.service_on.tolist() == [[0, 1, 0]]  # given back from the highest number down
    assert_conserved(run.world)


def test_a_service_that_is_slowed_serves_less_until_the_speed_is_back() -> None:
    run = Small(scenario({"c": {"servers": 4}}, services=SERVICE), [Job(0, 910, 2)], asked_tflops=[2 * EACH]).to(900)
    run.close()
    run.open(cap_for(400 + 4 * 40), [2 * EACH])  # all at half speed
    assert run.world.services.unserved_devices[0] == pytest.approx(1.0, rel=1e-6)
    run.to(1800)  # at 920 the job is gone: 160 W for two devices is 0.8 of their full power
    speed = 0.5 + 0.5 * (80 - 40) / 60
    assert run.close().at("service_unserved_device_s") == pytest.approx(20 * 1.0 + 880 * 2 * (1 - speed), rel=1e-6)


def test_a_tripped_hub_serves_nothing_and_serves_again_after() -> None:
    run = Small(scenario({"c": {"servers": 4}}, services=SERVICE), asked_tflops=[2 * EACH]).to(900)
    run.close()
    run.open(0.0, [2 * EACH])
    assert run.world.serving.devices.tolist() == [[0]]
    assert run.power_w[0] == 0.0
    run.to(1800)
    rows = run.close()
    assert rows.at("service_asked_device_s") == rows.at("service_unserved_device_s") == pytest.approx(2 * 900)
    assert_conserved(run.world)
    run.open(asked_tflops=[2 * EACH])
    assert run.world.serving.devices.tolist() == [[2]]
    assert_conserved(run.world)


def test_a_service_is_served_at_its_own_hub_only() -> None:
    spec = scenario({"a": {"hub": "g", "servers": 2}, "b": {"servers": 2}}, services=SERVICE)
    run = Small(spec, asked_tflops=[4 * EACH])
    assert run.world.serving.devices.tolist() == [[0, 2]]


def test_a_service_without_a_cluster_in_service_yet_is_unserved_and_served_from_the_next_interval_on() -> None:
    run = Small(scenario({"c": {"servers": 2}}, services=SERVICE), asked_tflops=[EACH], commission=False)
    run.to(900)
    rows = run.close()
    assert rows.at("service_unserved_device_s") == rows.at("service_asked_device_s") == pytest.approx(900)
    run.kernel.commission(0)
    run.open(asked_tflops=[EACH])
    assert run.world.serving.devices.tolist() == [[1]]


def day(per_server: int, servers: int) -> Small:
    spec = scenario(
        {"a": {"servers": servers, "per_server": per_server}, "b": {"servers": servers, "peak": "2 TFLOPS"}},
        services={"x": {}, "y": {}},
    )
    jobs = [
        Job(37.0 * i, 200.0 + 613.0 * (i % 7), 1 + i % (per_server + 2), ("work", "spare")[i % 2]) for i in range(400)
    ]
    run = Small(spec, jobs)
    run.direct(0.0, load_weight=1.0)
    return run


@pytest.mark.parametrize("per_server", [1, 4, 8])
def test_a_day_of_varying_demand_conserves_devices_on_every_server(per_server: int) -> None:
    run = day(per_server, 6)
    phase = 2 * np.pi * np.arange(96) / 96
    demand = np.stack([2.5 + 2.5 * np.sin(phase), 3.0 + 3.0 * np.cos(3 * phase)], axis=1)
    seen = []
    for i, asked in enumerate(demand):
        run.close()
        run.open(1e12 if i % 10 else 900.0, asked)
        assert_conserved(run.world)
        run.to(900.0 * (i + 1))
        assert_conserved(run.world)
        seen.append(int(run.world.serving.devices.sum()))
    assert len(set(seen)) > 3  # it did move
    assert {"suspend", "resume"} <= {e.kind for e in run.events}


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 8),
    st.lists(st.tuples(st.floats(0, 6), st.floats(0, 6)), min_size=1, max_size=12),
)
def test_any_demand_is_given_what_is_asked_or_all_there_is(per_server: int, demand: list[tuple[float, float]]) -> None:
    spec = scenario({"a": {"servers": 2, "per_server": per_server}, "b": {"servers": 3}}, services={"x": {}, "y": {}})
    run = Small(spec, [Job(0, 1, 1)])  # a single device: server numbers matter
    devices = 2 * per_server + 3
    for asked in demand:
        run.open(asked_tflops=asked)
        assert_conserved(run.world)
        wanted = sum(np.ceil(a / EACH - 1e-9) for a in asked)
        assert run.world.serving.devices.sum() == min(wanted, devices)


def test_a_service_that_lacks_devices_gets_those_a_job_gives_back_at_that_instant() -> None:
    run = Small(scenario({"c": {"servers": 4}}, services=SERVICE), [Job(0, 1300, 3), Job(0, 9000, 3)]).to(900)
    run.close()
    run.open(asked_tflops=[3 * EACH])
    assert run.world.serving.devices.tolist() == [[1]]
    run.to(1800)  # at 1,300 the job ends: the service comes before the job that waits
    assert run.world.serving.devices.tolist() == [[3]]
    assert run.states == ["finished", "waiting"]
    assert run.close().at("service_unserved_device_s") == pytest.approx(2 * 400)
    assert_conserved(run.world)


def test_a_cap_below_what_the_services_draw_takes_their_devices_one_by_one_the_last_by_name_first() -> None:
    spec = scenario({"c": {"servers": 4, "speed_min": 1.0}}, services={"a": {}, "b": {}})
    run = Small(spec, asked_tflops=[2 * EACH, 2 * EACH]).to(900)
    run.close()
    run.open(650, [2 * EACH, 2 * EACH])  # a served device and its server draw 200 W
    assert run.world.serving.devices.tolist() == [[2], [1]]
    assert run.power_w[0] == 600.0
    run.to(1800)
    assert run.close().at("service_unserved_device_s") == pytest.approx(900)
    run.open(asked_tflops=[2 * EACH, 2 * EACH])
    assert run.world.serving.devices.tolist() == [[2], [2]]
    assert_conserved(run.world)


def test_jobs_go_before_services_when_watts_are_short() -> None:
    run = Small(
        scenario({"c": {"servers": 4, "speed_min": 1.0}}, services=SERVICE), [Job(0, 9000, 2)], asked_tflops=[2 * EACH]
    ).to(900)
    run.open(450, [2 * EACH])
    assert run.world.serving.devices.tolist() == [[2]]
    assert run.states == ["suspended"]
    assert run.power_w[0] == 400.0
