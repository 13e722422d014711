"""Jobs that wait for a better time, through the real kernel: V24, its edges, and deadlines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.scenario import Scenario
from simulator.scheduling import FIXED, INTERRUPTIBLE, NO_SHIFT, Directive
from tests.unit.simulator.scheduling.small_region import Job, Small, scenario

HOUR = 3600.0
# V24: hours of carbon intensity [g/kWh], and what a 4-h job of 1 MW emits now, in the best block, in the best hours
V24 = np.array([500, 100, 400, 90, 300, 80, 350, 120, 450, 110, 600, 70], dtype=float)
NOW_KG, BLOCK_KG, HOURS_KG = 1090.0, 820.0, 340.0
MEGAWATT = {"device_w": 1_000_000}  # dynamic power of the one device
CAN_PAUSE = {"spare": {"preemptible": True, "checkpoint_interval": "1 h"}}


def plan(run: Small, shift: int, signal: Any = V24, step_s: float = HOUR, score: Any = 0.0) -> None:
    """Put a plan in force on every route and hub."""
    shape, hubs = run.world.routes.shape, len(run.world.hubs)
    table = np.broadcast_to(np.asarray(signal, dtype=float), (hubs, np.shape(signal)[-1]))
    run.kernel.direct(
        Directive(
            np.broadcast_to(np.asarray(score, dtype=float), shape),
            np.zeros(shape[0]),
            shift=np.full(shape[0], shift),
            plan_signal=table,
            plan_step_s=step_s,
        )
    )


def hourly_kg(run: Small, signal: np.ndarray = V24) -> float:
    """Let the hours pass; return the emissions of the jobs' energy, by hour."""
    total = 0.0
    for h, factor in enumerate(signal):
        run.to((h + 1) * HOUR)
        jobs_j = run.close().hub[0, 2]
        total += jobs_j / 3.6e6 * factor / 1000.0
    return total


@pytest.mark.parametrize(("shift", "kg"), [(NO_SHIFT, NOW_KG), (FIXED, BLOCK_KG), (INTERRUPTIBLE, HOURS_KG)])
def test_v24_four_hours_of_one_megawatt(shift: int, kg: float) -> None:
    run = Small(scenario({"c": MEGAWATT}, CAN_PAUSE), [Job(0, 4 * HOUR, kind="spare")])
    plan(run, shift)
    assert hourly_kg(run) == pytest.approx(kg, rel=1e-12)
    assert run.states == ["finished"]


def test_v24_runs_in_the_hours_that_are_named() -> None:
    run = Small(scenario({"c": {}}, CAN_PAUSE), [Job(0, 4 * HOUR, kind="spare")])
    plan(run, INTERRUPTIBLE)
    running = []
    for h in range(12):
        run.to((h + 0.5) * HOUR)
        running.append(run.states == ["running"])
    assert np.flatnonzero(running).tolist() == [1, 3, 5, 11]
    run.to(12 * HOUR)
    assert run.world.jobs.start_s[0] == 1 * HOUR
    assert run.world.jobs.lost_s[0] == 0.0
    assert {e.cause for e in run.events if e.kind == "suspend"} == {"shift"}


def test_the_latest_start_is_the_horizon_less_the_run_and_is_looked_at() -> None:
    signal = np.array([9.0, 9.0, 9.0, 1.0, 1.0])
    run = Small(scenario({"c": {}}), [Job(0, 2 * HOUR)])
    plan(run, FIXED, signal)
    run.to(10 * HOUR)
    assert run.world.jobs.start_s.tolist() == [3 * HOUR]


def test_a_deadline_between_steps_is_kept_to_the_second() -> None:
    signal = np.array([9.0, 9.0, 9.0, 1.0, 1.0, 1.0])
    run = Small(scenario({"c": {}}), [Job(0, 2 * HOUR, deadline_s=4.5 * HOUR)])
    plan(run, FIXED, signal)
    run.to(10 * HOUR)
    assert run.world.jobs.start_s.tolist() == [2.5 * HOUR]
    assert run.world.jobs.finish_s.tolist() == [4.5 * HOUR]


def test_equal_sums_go_to_the_earliest_and_no_slack_starts_at_once() -> None:
    run = Small(scenario({"c": {"servers": 3}}), [Job(0, HOUR), Job(60, 6 * HOUR), Job(60, HOUR, deadline_s=60 + HOUR)])
    plan(run, FIXED, np.array([2.0, 1.0, 1.0, 1.0, 2.0, 1.0]))
    run.to(12 * HOUR)
    assert run.world.jobs.start_s.tolist() == [HOUR, 60.0, 60.0]


def test_a_shifted_job_is_held_and_counted_until_its_time() -> None:
    run = Small(scenario({"c": {}}), [Job(0, HOUR)])
    plan(run, FIXED, np.array([2.0, 1.0]))
    run.to(600)
    assert run.states == ["held"]
    assert run.world.hubs.held_jobs.tolist() == [1]
    run.to(1.5 * HOUR)
    assert run.states == ["running"]
    assert run.world.hubs.held_jobs.tolist() == [0]


def test_a_plan_is_made_anew_from_the_signal_then_in_force() -> None:
    run = Small(scenario({"c": {}}), [Job(0, HOUR)])
    plan(run, FIXED, np.array([3.0, 1.0, 2.0, 2.0]))
    run.to(HOUR)
    plan(run, FIXED, np.array([9.0, 2.0, 0.5, 9.0, 0.1]))  # the window stays what it was: four hours
    run.to(12 * HOUR)
    assert run.world.jobs.start_s.tolist() == [3 * HOUR]


def test_a_class_without_checkpoints_is_not_interrupted() -> None:
    run = Small(scenario({"c": MEGAWATT}), [Job(0, 4 * HOUR, kind="spare")])
    plan(run, INTERRUPTIBLE)
    assert hourly_kg(run) == pytest.approx(BLOCK_KG, rel=1e-12)


def test_restoring_after_a_pause_is_paid_and_keeps_the_deadline() -> None:
    classes = {"spare": CAN_PAUSE["spare"] | {"restore": "10 min"}}
    run = Small(scenario({"c": {}}, classes), [Job(0, 2 * HOUR, kind="spare", deadline_s=5 * HOUR)])
    plan(run, INTERRUPTIBLE, np.array([1.0, 9.0, 9.0, 1.0, 9.0]))
    run.to(12 * HOUR)
    assert run.world.jobs.finish_s.tolist() == [4 * HOUR + 600]
    assert run.world.jobs.lost_s.tolist() == [600.0]


def test_a_job_that_waits_for_devices_when_its_good_time_ends_waits_for_the_next() -> None:
    jobs = [Job(0, 1.5 * HOUR), Job(0, HOUR, kind="spare")]
    run = Small(scenario({"c": {}}, CAN_PAUSE), jobs)
    shape = run.world.routes.shape
    signal = np.array([[1.0, 9.0, 9.0, 2.0]])
    shift = np.array([INTERRUPTIBLE, NO_SHIFT])  # spare, work
    run.kernel.direct(Directive(np.zeros(shape), np.zeros(2), shift=shift, plan_signal=signal, plan_step_s=HOUR))
    run.to(2 * HOUR)
    assert run.states == ["finished", "held"]
    run.to(12 * HOUR)
    assert run.world.jobs.start_s.tolist() == [0.0, 3 * HOUR]


def test_a_held_job_is_released_in_time_for_its_deadline_and_no_sooner() -> None:
    run = Small(scenario({"a": {}, "b": {}}), [Job(0, 100, requested_s=200, deadline_s=1000), Job(0, 10)])
    run.direct(np.inf)
    run.to(799)
    assert run.states == ["held", "held"]
    run.to(5000)
    assert run.world.jobs.start_s[0] == 800.0
    assert run.states == ["finished", "held"]
    assert run.world.hubs.held_jobs.tolist() == [1]


def test_a_job_whose_deadline_has_no_slack_is_not_held_at_all() -> None:
    run = Small(scenario({"a": {}}), [Job(5, 100, deadline_s=50)])
    run.direct(np.inf)
    run.to(1000)
    assert run.world.jobs.start_s.tolist() == [5.0]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({}, "no plan_signal"),
        ({"plan_signal": np.ones((1, 4)), "plan_step_s": 0.0}, "no plan_signal"),
        ({"plan_signal": np.full((1, 4), np.nan)}, "finite"),
        ({"plan_signal": np.ones((2, 4))}, "finite, of shape"),
        ({"plan_signal": np.ones((1, 4)), "shift": np.array([7])}, "none of NO_SHIFT"),
    ],
)
def test_plans_that_are_none_are_refused(more: dict[str, Any], message: str) -> None:
    run = Small(scenario({"c": {}}), [Job(0, 1)])
    with pytest.raises(ValueError, match=message):
        run.kernel.direct(Directive(np.zeros((1, 1)), np.zeros(1), **{"shift": np.array([FIXED])} | more))


def full(most: int, servers: int = 1, **more: Any) -> Scenario:
    """One cluster whose queue takes only so many."""
    return scenario(
        {"c": {"servers": servers, "queue": {"discipline": "fcfs", "max_waiting": most}, **more}}, CAN_PAUSE
    )


def test_jobs_released_by_their_plan_are_turned_away_by_a_full_queue() -> None:
    jobs = [Job(0, 3 * HOUR), Job(60, 600), Job(120, 600)]
    run = Small(full(1), jobs)
    run.to(30)  # the first runs at once, the others wait for the second hour and find one place
    plan(run, FIXED, np.array([2.0, 1.0, 1.0, 2.0]))
    run.to(12 * HOUR)
    assert run.states == ["finished", "finished", "rejected"]
    assert run.world.jobs.start_s.tolist()[:2] == [0.0, 3 * HOUR]
    assert run.world.jobs.finish_s[2] == HOUR + 30.0


def test_jobs_released_together_that_can_start_are_not_turned_away() -> None:
    run = Small(full(0, servers=2), [Job(0, 600), Job(1, 600), Job(2, 600)])
    plan(run, FIXED, np.array([2.0, 1.0, 2.0]))
    run.to(12 * HOUR)
    assert run.states == ["finished", "finished", "rejected"]
    assert run.world.jobs.start_s.tolist()[:2] == [HOUR, HOUR]


def test_jobs_let_go_by_the_policy_are_turned_away_by_a_full_queue() -> None:
    run = Small(full(1), [Job(0, 600), Job(0, 600), Job(0, 600)])
    run.direct(np.inf)
    run.to(100)
    run.direct(0.0)
    run.to(2000)
    assert run.states == ["finished", "finished", "rejected"]
    assert run.world.jobs.finish_s.tolist() == [700.0, 1300.0, 100.0]


def test_who_stood_behind_one_that_is_turned_away_starts_at_the_same_instant() -> None:
    jobs = [Job(0, 3 * HOUR), Job(60, 600, devices=2), Job(HOUR + 30, 600)]
    run = Small(full(0, servers=2), jobs)
    run.to(30)
    plan(run, FIXED, np.array([2.0, 1.0, 1.0, 2.0]))  # the second comes when the third does, and is the older
    run.to(HOUR + 29)
    run.direct(0.0)
    run.to(12 * HOUR)
    assert run.states == ["finished", "rejected", "finished"]
    assert run.world.jobs.start_s[2] == HOUR + 30.0


def test_a_job_that_was_stopped_rejoins_a_full_queue() -> None:
    run = Small(full(0), [Job(0, 600, kind="spare"), Job(100, 600)])
    run.to(10)
    run.kernel.direct(Directive(np.zeros(run.world.routes.shape), np.zeros(2), suspend=np.array([0])))
    run.to(150)  # the second has taken its place
    run.direct(0.0)
    run.to(5000)
    assert run.states == ["finished", "finished"]
