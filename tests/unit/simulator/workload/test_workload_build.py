"""The whole workload: unknown names, routes, order, capacity."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from simulator.errors import ScenarioError
from simulator.scenario import Scenario, load
from simulator.workload import EnergisedCapacity, build, check
from tests.unit.simulator.workload.workload_cases import DAY_S, one, synthetic

Make = Callable[..., Scenario]
Fleet = Callable[..., EnergisedCapacity]


def test_unknown_names_are_told_all_at_once(scenario_of: Make) -> None:
    title = {"zh": "推理", "en": "inference"}
    chat = {
        "title": title,
        "hub": "demo",
        "job_class": "sft",
        "demand": "1 PFLOPS",
        "day_shape": "servegen_large",
    }
    scenario = scenario_of({"b": synthetic(one("seren_pretain"), arrivals="venice")}, {"chat": chat})
    with pytest.raises(ScenarioError) as told:
        check(scenario)
    text = str(told.value)
    assert "3 problems" in text
    assert "mix.sft.calibration: got 'seren_pretain'; expected one of kalos_pretrain, philly, seren_" in text
    assert "did you mean 'seren_pretrain'?" in text
    assert "workload.jobs.b.arrivals: got 'venice'; expected one of philly, venus" in text
    assert "workload.services.chat.day_shape: got 'servegen_large'" in text
    assert "did you mean 'servegen_m_large'?" in text


def test_build_checks_too(scenario_of: Make, fleet: Fleet) -> None:
    with pytest.raises(ScenarioError, match="calibration"):
        build(scenario_of({"b": synthetic(one("seren"))}), fleet(1.0))


def test_devices_max_below_every_size(scenario_of: Make) -> None:
    with pytest.raises(
        ScenarioError, match=r"devices_max: got 8; expected at least 32, the smallest size of kalos_pretrain"
    ):
        check(scenario_of({"b": synthetic(one("kalos_pretrain", devices_max=8))}))


@pytest.mark.parametrize("name", ["minimal", "yrd_2025"])
def test_shipped_scenarios_have_known_names(scenarios: Path, name: str) -> None:
    check(load(scenarios / f"{name}.yaml").scenario)


def test_jobs_are_sorted_and_routes_are_numbered_by_name(scenario_of: Make, fleet: Fleet) -> None:
    mix = {
        "sft": {"device_hours_share": 0.5, "calibration": "seren_sft", "devices_max": 8},
        "eval": {"device_hours_share": 0.5, "calibration": "seren_eval"},
    }
    w = build(scenario_of({"b": synthetic(mix, origins={"z": 0.5, "a": 0.5})}), fleet(500.0))
    assert list(zip(w.routes.job_class, w.routes.origin, strict=True)) == [
        ("eval", "a"), ("eval", "z"), ("sft", "a"), ("sft", "z"),
    ]  # fmt: skip
    assert (np.diff(w.jobs.submit_s) >= 0).all()
    assert (w.jobs.work_s > 0).all()
    assert (w.jobs.work_s <= w.jobs.requested_s).all()
    ids = w.jobs.ids()
    assert len(set(ids)) == len(ids) == len(w.jobs)
    for name, route in zip(ids, w.jobs.route, strict=True):
        assert name.split("-")[1] == w.routes.job_class[route]


def test_column_types_are_those_the_kernel_takes(scenario_of: Make, fleet: Fleet) -> None:
    jobs = build(scenario_of({"b": synthetic(one("seren_eval"))}), fleet(200.0)).jobs
    kinds = {
        "submit_s": "f8", "work_s": "f8", "requested_s": "f8", "devices": "i8", "route": "i4",
        "priority": "i4", "deadline_s": "f8", "outcome": "i1", "stands_for": "i8",
    }  # fmt: skip
    assert {name: getattr(jobs, name).dtype.str[1:] for name in kinds} == kinds


def test_priority_is_that_of_the_class(scenario_of: Make, fleet: Fleet) -> None:
    scenario = scenario_of({"b": synthetic(one("seren_eval"))})
    jobs = build(scenario, fleet(200.0)).jobs
    assert (jobs.priority == scenario.job_classes["sft"].priority).all()


def test_names_can_be_written_in_parts(scenario_of: Make, fleet: Fleet) -> None:
    jobs = build(scenario_of({"b": synthetic(one("seren_eval"))}), fleet(200.0)).jobs
    assert jobs.ids(slice(3, 6)) == jobs.ids()[3:6] == jobs.ids(np.array([3, 4, 5]))


def test_no_jobs_at_all(scenario_of: Make, fleet: Fleet) -> None:
    w = build(scenario_of({}), fleet(200.0))
    assert (len(w.jobs), w.routes.job_class, w.warnings) == (0, (), ())


def test_capacity_is_integrated_exactly() -> None:
    capacity = EnergisedCapacity(np.array([-10.0, 0.0, 20.0]), np.array([1.0, 3.0, 5.0]))
    # 5 s x 1 + 5 s x 3; 15 s x 3 + 5 s x 5; far beyond the last step
    assert capacity.device_s(np.array([-5.0, 5.0, 25.0, 1025.0])).tolist() == [20.0, 70.0, 5000.0]


@pytest.mark.parametrize(
    ("times", "devices"),
    [([0.0, 0.0], [1.0, 1.0]), ([0.0], [-1.0]), ([0.0], [np.nan]), ([0.0, 1.0], [1.0]), ([], [])],
)
def test_impossible_capacity_is_refused(times: list[float], devices: list[float]) -> None:
    with pytest.raises(ValueError, match=r"times_s|reference_devices"):
        EnergisedCapacity(np.array(times), np.array(devices))


def test_capacity_must_cover_the_run(scenario_of: Make, fleet: Fleet) -> None:
    with pytest.raises(ValueError, match="capacity begins at 0 s"):
        build(scenario_of({"b": synthetic(one("seren_eval"))}, warm_up=DAY_S), fleet(10.0))
