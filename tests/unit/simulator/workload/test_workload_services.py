"""Online services: shape, mean, noise, streams."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulator.scenario import Scenario
from simulator.workload import EnergisedCapacity, build, day_shapes
from tests.unit.simulator.workload.workload_cases import DAY_S

FLEET = EnergisedCapacity(np.array([-1e9]), np.array([100.0]))


def service(**fields: Any) -> dict[str, Any]:
    title = {"zh": "推理", "en": "inference"}
    base = {
        "title": title,
        "hub": "demo",
        "job_class": "sft",
        "demand": "0.1 EFLOPS",
        "day_shape": "servegen_m_small",
    }
    return base | fields


def asked(scenario_of: Callable[..., Scenario], services: dict[str, Any], **simulation: Any) -> np.ndarray:
    return build(scenario_of({}, services, **simulation), FLEET).services.asked_flops


@pytest.mark.parametrize("name", ["servegen_m_large", "servegen_m_mid", "servegen_m_small"])
def test_day_has_the_measured_shape_and_the_asked_mean(scenario_of: Callable[..., Scenario], name: str) -> None:
    flops = asked(scenario_of, {"chat": service(day_shape=name)})[0]
    assert flops.shape == (28 * 96,)
    assert flops.mean() == pytest.approx(1e17, rel=1e-12)
    by_hour = flops.reshape(28, 24, 4).mean(axis=(0, 2)) / 1e17
    np.testing.assert_allclose(by_hour, day_shapes()[name].by_hour, rtol=1e-12)


def test_published_hours_of_the_small_model() -> None:
    # ServeGen m-small: lowest at 5 h (0.66 of the mean), highest at 20 h (1.456)
    shape = day_shapes()["servegen_m_small"].by_hour
    assert (shape.argmin(), shape.argmax()) == (5, 20)
    assert shape[20] == pytest.approx(1.456, abs=2e-3)


def test_hours_are_local_and_warm_up_comes_first(scenario_of: Callable[..., Scenario]) -> None:
    flops = asked(scenario_of, {"chat": service()}, warm_up=6 * 3600.0)[0]
    assert len(flops) == 28 * 96 + 24
    assert flops[24] / 1e17 == pytest.approx(day_shapes()["servegen_m_small"].by_hour[0], rel=1e-12)
    assert flops[0] / 1e17 == pytest.approx(day_shapes()["servegen_m_small"].by_hour[18], rel=1e-12)


def test_noise_has_mean_one_its_spread_and_its_memory(scenario_of: Callable[..., Scenario]) -> None:
    flops = asked(scenario_of, {"chat": service(noise=0.3)}, horizon=364 * DAY_S)[0]
    shape = day_shapes()["servegen_m_small"]
    factor = flops.reshape(364, 24, 4)[:, :, 0] / (1e17 * shape.by_hour)
    assert (flops >= 0).all()
    factor = factor.ravel()
    # 8,736 hours with autocorrelation 0.44: some 3,400 independent ones; four standard errors
    assert factor.mean() == pytest.approx(1.0, abs=4 * 0.3 / np.sqrt(3400))
    assert factor.std() == pytest.approx(0.3, rel=0.08)
    assert np.corrcoef(factor[1:], factor[:-1])[0, 1] == pytest.approx(shape.lag_1h, abs=0.06)


def test_services_are_sorted_and_independent(scenario_of: Callable[..., Scenario]) -> None:
    noisy = service(noise=0.3)
    both = build(scenario_of({}, {"b": noisy, "a": noisy}), FLEET).services
    assert both.name == ("a", "b")
    assert np.array_equal(both.asked_flops[1], asked(scenario_of, {"b": noisy})[0])
    assert not np.array_equal(both.asked_flops[0], both.asked_flops[1])


def test_a_sample_of_the_fleet_is_asked_a_sample(scenario_of: Callable[..., Scenario]) -> None:
    whole = asked(scenario_of, {"chat": service()})
    np.testing.assert_allclose(asked(scenario_of, {"chat": service()}, fleet_sample=64), whole / 64, rtol=1e-12)


def test_no_service_is_an_empty_table(scenario_of: Callable[..., Scenario]) -> None:
    assert asked(scenario_of, {}).shape == (0, 28 * 96)
