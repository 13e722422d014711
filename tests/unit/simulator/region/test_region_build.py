"""The fleet as arrays: device factors, watts, reachability with its reasons, the fleet sample, capacity over time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator import region as region_room
from simulator.region.build import device_factor
from simulator.scenario import Device, JobClass, Scenario
from tests.unit.simulator.scheduling.small_region import T, scenario


def device(**changes: Any) -> Device:
    return Device.model_validate(
        {
            "title": T,
            "stack": "cuda",
            "peak": {"fp16": "100 TFLOPS"},
            "memory": "80 GB",
            "memory_bandwidth": "2 TB/s",
            "devices_per_server": 8,
            "server_idle": "1000 W",
            "server_max": "5000 W",
            "mfu": {"work": {"value": 0.4}},
        }
        | changes
    )


def job_class(**changes: Any) -> JobClass:
    return JobClass.model_validate({"title": T, "precision": "fp16", "duty": 1.0} | changes)


# three times the peak at half the MFU: 1.5 in compute; four times the bandwidth
OTHER = device(peak={"fp16": "300 TFLOPS"}, memory_bandwidth="8 TB/s", mfu={"work": {"value": 0.2}})


@pytest.mark.parametrize(("bound", "weight", "expected"), [
    ("compute", 0.5, 1.5),
    ("memory", 0.5, 4.0),
    ("mixed", 0.0, 4.0),
    ("mixed", 1.0, 1.5),
    # half of the time shrinks by 1.5, half by 4: 1 / (0.5 / 1.5 + 0.5 / 4)
    ("mixed", 0.5, 1 / (0.5 / 1.5 + 0.5 / 4)),
])  # fmt: skip
def test_device_factor_by_what_the_run_time_scales_with(bound: str, weight: float, expected: float) -> None:
    spec = job_class(bound=bound, compute_weight=weight)
    assert device_factor(spec, "work", OTHER, device()) == pytest.approx(expected, rel=1e-12)
    assert device_factor(spec, "work", device(), device()) == pytest.approx(1.0)


def test_device_factor_goes_by_the_precision_of_the_class() -> None:
    peaks = {"fp16": "100 TFLOPS", "fp8": "200 TFLOPS"}
    faster = device(peak={"fp16": "100 TFLOPS", "fp8": "600 TFLOPS"})
    assert device_factor(job_class(precision="fp8"), "work", faster, device(peak=peaks)) == pytest.approx(3.0)


def test_nothing_can_be_scaled_from_a_reference_that_cannot_run_the_class() -> None:
    assert device_factor(job_class(precision="fp8"), "work", device(peak={"fp8": "1 PFLOPS"}), device()) == 0.0
    assert device_factor(job_class(), "work", device(), device(mfu={})) == 0.0


def test_hubs_clusters_and_kinds_are_sorted_by_name_and_services_come_last() -> None:
    spec = scenario({"z": {"hub": "a"}, "b": {"hub": "h"}}, services={"s": {}}, hubs=("h",))
    made = region_room.build(spec)
    assert made.hubs == ("a", "h")
    assert made.clusters == ("b", "z")
    assert made.hub.tolist() == [1, 0]
    assert made.kinds == ("serve", "spare", "work", "service:s")
    assert made.job_class[-1] == "serve"
    assert made.service == ("", "", "", "s")


def test_watts_and_duty_of_a_class_and_of_a_service() -> None:
    spec = scenario(
        {"c": {"per_server": 4, "device_w": 250}},
        {"work": {"duty": 0.8, "draw": 0.5}, "serve": {"duty": 0.3, "draw": 0.5}},
        {"s": {"target_duty": 0.6}},
    )
    made = region_room.build(spec)
    watts = dict(zip(made.kinds, made.watts[:, 0], strict=True))
    assert watts["work"] == pytest.approx(250 * 0.8 * 0.5)
    assert watts["service:s"] == pytest.approx(250 * 0.6 * 0.5)  # a service drives its devices as hard as it plans
    assert made.idle_w.tolist() == [100.0]
    assert made.devices.tolist() == [4]


def reasons(clusters: dict[str, dict[str, Any]], **job: Any) -> dict[tuple[str, str], str]:
    """Why class "work" cannot go from hub h to each cluster; "" where it can."""
    spec = scenario(clusters, {"work": job}, hubs=("h",))
    made = region_room.build(spec)
    kind, origin = made.kinds.index("work"), made.hubs.index("h")
    for c, name in enumerate(made.clusters):
        assert made.reachable[kind, origin, c] == (("work", "h", name) not in made.why_not)
    return {name: made.why_not.get(("work", "h", name), "") for name in made.clusters}


@pytest.mark.parametrize(("job", "reason"), [
    ({"stacks": ["cann"]}, "software stack cuda"),
    ({"precision": "fp8"}, "no fp8 on d_c"),
    ({"memory": "2 GB"}, "device memory 1 GB"),
    ({"residency": ["elsewhere"]}, "data residency"),
    ({"residency": ["p"]}, ""),
    ({"memory": "1 GB"}, ""),
    ({"latency_ms": 0.01}, ""),  # at its own hub there is no way to go
])  # fmt: skip
def test_a_cluster_that_cannot_take_a_class_says_why(job: dict[str, Any], reason: str) -> None:
    assert reasons({"c": {}}, **job) == {"c": reason}


def test_a_class_without_mfu_on_a_device_cannot_run_there() -> None:
    assert reasons({"c": {"runs": ["serve", "spare"]}}) == {"c": "class work has no MFU on d_c"}


def test_a_hub_beyond_the_latency_of_the_class_is_out_of_reach_and_one_within_is_not() -> None:
    spec = scenario({"c": {"hub": "g"}, "d": {}}, {"work": {"latency_ms": 2.0}, "spare": {"latency_ms": 4.0}})
    far = spec.hubs["g"].model_copy(
        update={"location": spec.hubs["g"].location.model_copy(update={"latitude": 32.0})}
    )  # 222 km: 3.3 ms
    made = region_room.build(spec.model_copy(update={"hubs": spec.hubs | {"g": far}}))
    assert made.why_not["work", "h", "c"].startswith("latency 3.27 ms")
    assert ("spare", "h", "c") not in made.why_not
    assert ("work", "g", "c") not in made.why_not


def sampled(sample: int, servers: int) -> Scenario:
    simulation = {"start": "2025-01-01T00:00:00+08:00", "horizon": "1 d", "warm_up": "0 s", "fleet_sample": sample}
    return scenario({"c": {"servers": servers}}, simulation=simulation)


@pytest.mark.parametrize(("servers", "sample", "left"), [(224, 224, 1), (100, 224, 1), (448, 224, 2), (600, 224, 3)])
def test_a_fleet_sample_divides_servers_to_the_nearest_and_keeps_at_least_one(
    servers: int, sample: int, left: int
) -> None:
    made = region_room.build(sampled(sample, servers))
    assert made.servers.tolist() == [left]
    assert made.fleet_sample == sample
    assert region_room.build(sampled(1, servers)).servers.tolist() == [servers]


def test_capacity_over_time_is_worth_the_reference_devices_in_service() -> None:
    spec = scenario(
        {
            "a": {"servers": 10},
            "b": {"servers": 4, "peak": "2 TFLOPS", "commissioned": "2025-01-01T06:00:00+08:00"},
            "c": {"servers": 8, "commissioned": "2030-01-01T00:00:00+08:00"},
        },
        simulation={"start": "2025-01-01T00:00:00+08:00", "horizon": "1 d", "warm_up": "2 h"},
    )
    times, devices = region_room.energised_capacity(region_room.build(spec), spec)
    np.testing.assert_array_equal(times, [-7200.0, 6 * 3600.0])  # the last is never built in this run
    np.testing.assert_allclose(devices, [10.0, 10.0 + 4 * 2.0], rtol=1e-12)


def test_a_cluster_commissioned_in_the_warm_up_counts_from_then_and_an_old_one_from_the_begin() -> None:
    spec = scenario(
        {"a": {"commissioned": "2024-12-31T23:00:00+08:00"}, "b": {"commissioned": "2020-01-01T00:00:00+08:00"}},
        simulation={"start": "2025-01-01T00:00:00+08:00", "horizon": "1 d", "warm_up": "2 h"},
    )
    made = region_room.build(spec)
    assert made.commissioned_s[0] == -3600.0
    times, devices = region_room.energised_capacity(made, spec)
    assert times.tolist() == [-7200.0, -3600.0]
    assert devices.tolist() == [1.0, 2.0]
