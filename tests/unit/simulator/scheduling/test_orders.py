"""What a directive can order besides scores: moving waiting jobs, caps, speeds, stopping jobs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.scheduling import Directive
from tests.unit.simulator.scheduling.small_region import Event, Job, Small, cap_for, scenario

TWO_HUBS = {"a": {"hub": "g"}, "b": {"hub": "h"}}


def order(run: Small, score: Any = 0.0, load_weight: float = 0.0, **more: Any) -> bool:
    """Put a directive in force."""
    shape = run.world.routes.shape
    return run.kernel.direct(Directive(np.full(shape, score), np.full(shape[0], load_weight), **more))


def test_rebind_moves_waiting_jobs_to_where_it_is_strictly_better_and_no_others() -> None:
    run = Small(scenario(TWO_HUBS), [Job(0, 100), Job(1, 100), Job(2, 100)])
    order(run, [0.0, 1.0])
    run.to(10)
    assert run.placed == ["a", "a", "a"]
    order(run, [0.0, 0.0], 1.0, rebind=np.array([True]))
    # loads without the job itself: a 90 s running + 100 s waiting, b nothing; then both have one
    assert run.placed == ["a", "b", "a"]
    run.to(111)
    assert run.states == ["finished", "finished", "running"]
    assert run.world.jobs.finish_s[:2].tolist() == [100.0, 110.0]
    assert [(e.kind, e.cluster, e.job, e.cause) for e in run.events] == [("rebind", "b", 1, "policy")]


def test_rebind_leaves_other_routes_and_jobs_that_have_run_where_they_are() -> None:
    run = Small(scenario(TWO_HUBS), [Job(0, 100), Job(1, 100), Job(2, 100, kind="spare")])
    order(run, [0.0, 1.0])
    run.to(10)
    order(run, [1.0, 0.0], rebind=np.array([True, False]))  # routes are sorted: spare, work
    run.to(20)
    assert run.placed == ["a", "a", "b"]


def test_a_policy_cap_is_kept_like_the_meters_and_lifted_again() -> None:
    run = Small(scenario({"c": {"servers": 4}}), [Job(0, 100, 4)])
    run.to(10)
    assert run.power_w == [800.0]
    order(run, cap_w=np.array([cap_for(600.0)]))
    # 400 W idle, dynamic 400 W at full speed, 160 W at half: 200 W is level 1/6
    np.testing.assert_allclose(run.power_w, 600.0, rtol=1e-8)
    order(run)
    assert run.power_w == [800.0]


def test_a_policy_cap_below_the_fixed_overhead_does_not_trip_the_hub() -> None:
    run = Small(scenario({"c": {"servers": 4}}), [Job(0, 100, 4)])
    run.to(10)
    order(run, cap_w=np.array([0.0]))
    assert run.power_w == [0.0]
    assert run.states == ["suspended"]
    assert "trip" not in [e.kind for e in run.events]
    run.open()  # servers come on when an interval opens
    order(run)
    run.to(20)
    run.open()
    run.to(30)
    assert run.states == ["running"]


def test_the_lower_of_the_two_caps_holds() -> None:
    run = Small(scenario({"c": {"servers": 4}}), [Job(0, 100, 4)], cap_w=cap_for(500.0))
    order(run, cap_w=np.array([1e9]))
    run.to(1)
    run.open(cap_for(500.0))
    run.to(10)
    assert run.power_w[0] <= 500.0 * (1 + 1e-8)


def test_an_ordered_speed_stretches_runs_and_is_no_power_breach() -> None:
    run = Small(scenario({"c": {}}), [Job(0, 100), Job(0, 10)])
    run.to(10)
    order(run, speed=np.array([0.5]))
    assert run.power_w == [140.0]
    run.to(300)
    assert run.world.jobs.finish_s.tolist() == [190.0, 210.0]  # 10 + 90/0.5, then 10/0.5
    assert run.events == [Event(10.0, "slow", "c", -1, "policy", 0.5)]


def test_a_speed_below_the_lowest_of_the_device_is_that_lowest() -> None:
    run = Small(scenario({"c": {}}), [Job(0, 100)])
    order(run, speed=np.array([0.1]))
    run.to(1000)
    assert run.world.jobs.finish_s.tolist() == [200.0]


def test_a_stopped_job_stays_out_until_it_is_no_longer_named() -> None:
    run = Small(scenario({"c": {}}), [Job(0, 100, kind="spare")])
    run.to(10)
    order(run, suspend=np.array([0]))
    run.to(50)
    assert run.states == ["suspended"]
    order(run, suspend=np.array([0]))
    run.to(60)
    assert run.states == ["suspended"]
    assert run.kernel.running_jobs()["stopped"].tolist() == [True]
    order(run)
    run.to(300)
    assert run.world.jobs.finish_s.tolist() == [160.0]  # no checkpoints: it starts again from nothing
    assert [(e.time_s, e.kind, e.cause) for e in run.events] == [(10.0, "suspend", "policy"), (60.0, "resume", "plan")]


def test_only_running_preemptible_jobs_can_be_stopped() -> None:
    run = Small(scenario({"c": {}}), [Job(0, 100), Job(0, 100, kind="spare")])
    run.to(10)
    with pytest.raises(ValueError, match="number 0"):
        order(run, suspend=np.array([0]))
    with pytest.raises(ValueError, match="number 1"):
        order(run, suspend=np.array([1]))  # waits
    with pytest.raises(ValueError, match="number 7"):
        order(run, suspend=np.array([7]))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"cap_w": np.array([np.nan])}, "NaN in cap_w"),
        ({"speed": np.array([np.nan])}, "NaN in speed"),
        ({"cap_w": np.array([-1.0])}, "negative cap"),
        ({"speed": np.array([1.5])}, "outside 0 to 1"),
        ({"cap_w": np.zeros(3)}, "shape"),
    ],
)
def test_orders_out_of_range_are_refused(more: dict[str, np.ndarray], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        order(Small(scenario({"c": {}}), [Job(0, 1)]), **more)


def test_direct_tells_whether_anything_differs() -> None:
    run = Small(scenario({"c": {}}), [Job(0, 1)])
    assert not order(run)
    assert order(run, cap_w=np.array([5000.0]))
    assert not order(run, cap_w=np.array([5000.0]))
    assert order(run)


def test_running_jobs_tell_what_is_left_by_request() -> None:
    run = Small(scenario({"c": {"servers": 2}}), [Job(0, 100, requested_s=150), Job(5, 10, kind="spare", priority=3)])
    run.to(8)
    rows = run.kernel.running_jobs()
    assert rows["number"].tolist() == [0, 1]
    assert rows["requested_left_s"].tolist() == [142.0, 7.0]
    assert rows["preemptible"].tolist() == [False, True]
    assert rows["priority"].tolist() == [0, 3]
    with pytest.raises(ValueError, match="read-only"):
        rows["number"] = 0


def test_what_is_left_includes_restoring_and_the_checkpoints_to_be_written() -> None:
    spare = {"preemptible": True, "checkpoint_interval": "30 s", "checkpoint_cost": "4 s", "restore": "5 s"}
    run = Small(scenario({"c": {}}, {"spare": spare}), [Job(0, 100, kind="spare")])
    run.to(36)  # checkpoints at 30, 60 and 90 s of work: 112 s in all, and the first is held after 34 s
    assert run.kernel.running_jobs()["requested_left_s"].tolist() == [76.0]
    order(run, suspend=np.array([0]))
    run.to(50)
    assert run.kernel.running_jobs()["requested_left_s"].tolist() == [70.0 + 2 * 4.0 + 5.0]
    order(run)
    run.to(60)
    assert run.kernel.running_jobs()["requested_left_s"].tolist() == [73.0]
    run.to(1000)
    assert run.world.jobs.finish_s.tolist() == [50.0 + 83.0]
