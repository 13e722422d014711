"""Suspension: what is lost, what is kept, what is paid, and where a suspended job comes back."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.scheduling import Directive
from tests.unit.simulator.scheduling.conservation import assert_conserved, queue
from tests.unit.simulator.scheduling.small_region import Job, Small, cap_for, scenario

FIXED = {"speed_min": 1.0}
SAVES = {"spare": {"preemptible": True, "checkpoint_interval": "60 s", "restore": "5 s"}}


def suspended_at(time_s: float, classes: dict[str, dict[str, object]], kind: str = "spare") -> Small:
    """One server, a job of 600 s from 0, cut off for lack of watts at `time_s`, resumed at 900 s."""
    run = Small(scenario({"c": FIXED}, classes), [Job(0, 600, kind=kind)]).to(time_s)
    run.open(150)
    run.to(900)
    run.open()
    return run


def test_without_checkpoints_all_work_is_done_again() -> None:
    run = suspended_at(250, {"spare": {"preemptible": True}}).to(5000)
    job = run.world.jobs[0]
    assert (job.finish_s, job.start_s) == (900 + 600, 0.0)
    assert (job.executed_s, job.lost_s, job.done_s) == (850.0, 250.0, 600.0)
    assert job.held_device_s == 850.0
    assert job.energy_j == 850.0 * 100


def test_work_up_to_the_last_checkpoint_is_kept_and_the_restore_is_paid() -> None:
    run = suspended_at(250, SAVES)
    assert (run.world.jobs[0].done_s, run.world.jobs[0].lost_s) == (240.0, 10.0)
    run.to(5000)
    job = run.world.jobs[0]
    assert job.finish_s == 900 + 5 + 360
    assert (job.executed_s, job.lost_s) == (250 + 365, 10 + 5)
    assert job.executed_s - job.lost_s == job.work_s


def test_a_checkpoint_reached_at_the_very_instant_counts() -> None:
    assert suspended_at(240, SAVES).world.jobs[0].done_s == 240.0


def test_a_job_cut_off_while_it_restores_keeps_what_it_had_and_owes_the_restore_again() -> None:
    run = suspended_at(250, SAVES).to(903)
    run.open(150)
    assert run.world.jobs[0].done_s == 240.0
    assert run.world.jobs[0].lost_s == 10.0 + 3.0
    run.to(1000)
    run.open()
    run.to(5000)
    assert run.world.jobs[0].finish_s == 1000 + 5 + 360
    assert run.world.jobs[0].lost_s == 10 + 3 + 5


def test_checkpoints_of_a_later_run_count_from_what_was_kept_before() -> None:
    run = suspended_at(250, SAVES).to(1000)  # 240 s kept; from 905 s on 95 s more: past the checkpoint of 300 s
    run.open(150)
    assert run.world.jobs[0].done_s == 300.0
    assert run.world.jobs[0].lost_s == 10 + 5 + 35
    run.to(1100)
    run.open()
    run.to(5000)
    assert run.world.jobs[0].finish_s == 1100 + 5 + 300
    assert run.world.jobs[0].executed_s - run.world.jobs[0].lost_s == 600.0


def test_checkpoints_count_work_not_wall_time() -> None:
    # slowed to half from 100 s on: at 250 s 175 s of work are done, the checkpoint of 120 s is the last
    run = Small(scenario({"c": {}}, SAVES), [Job(0, 600, kind="spare")]).to(100)
    run.open(cap_for(140))
    run.to(250)
    run.open(110)
    assert run.states == ["suspended"]
    assert run.world.jobs[0].done_s == 120.0
    assert run.world.jobs[0].lost_s == pytest.approx(55.0, rel=1e-7)  # the cap is aimed at from 1e-9 below


def test_on_a_faster_device_checkpoints_and_restore_are_paid_in_reference_work() -> None:
    run = Small(scenario({"a": {}, "b": {"peak": "2 TFLOPS", **FIXED}}, SAVES), [Job(0, 600, kind="spare")])
    run.direct([[1.0, 0.0]])
    run.to(100)  # 200 s of work
    run.open(150)  # no room for a server and the job on it
    assert run.world.jobs[0].done_s == 180.0
    run.to(900)
    run.open()
    run.to(5000)
    assert run.world.jobs[0].finish_s == 900 + (5 + 420) / 2


def test_a_job_that_may_not_be_suspended_is_requeued_and_keeps_its_checkpoints_too() -> None:
    run = suspended_at(250, {"work": {"checkpoint_interval": "60 s", "restore": "5 s"}}, kind="work").to(5000)
    assert [e.kind for e in run.events] == ["requeue", "resume"]
    assert run.world.jobs[0].finish_s == 900 + 5 + 360


def test_a_suspended_job_comes_back_to_its_place_in_the_queue_by_submission() -> None:
    # job 1 runs and is cut off; 0 still runs, 2 and 3 wait: the order is 1, 2, 3
    jobs = [Job(0, 5000), Job(1, 5000, kind="spare"), Job(2, 10), Job(3, 10)]
    run = Small(scenario({"c": {"servers": 2, **FIXED}}), jobs).to(10)
    run.open(350)
    assert queue(run.world, 0) == [1, 2, 3]
    assert_conserved(run.world)
    run.to(900)
    run.open()
    run.to(20000)
    assert run.world.jobs.run_start_s[1] == 900.0
    assert run.world.jobs.start_s[2] >= 5000.0


def test_waiting_counts_to_the_first_start() -> None:
    run = suspended_at(250, SAVES).to(5000)
    assert run.world.jobs[0].start_s == 0.0
    assert [(e.time_s, e.kind, e.job) for e in run.events] == [(250.0, "suspend", 0), (900.0, "resume", 0)]


def test_progress_sees_the_run_under_way_and_leaves_the_world_as_it_is() -> None:
    run = suspended_at(250, SAVES).to(1000)
    progress = run.kernel.progress()
    assert progress["executed_s"][0] == 250 + 100
    assert progress["lost_s"][0] == 10 + 5
    assert progress["done_s"][0] == 240 + 95
    assert progress["held_device_s"][0] == 350.0
    assert progress["energy_j"][0] == 350 * 100.0
    assert run.world.jobs.executed_s[0] == 250.0


def test_lost_work_is_booked_where_it_was_done() -> None:
    run = Small(scenario({"c": FIXED}, SAVES), [Job(0, 600, kind="spare")]).to(250)
    run.open(150)
    assert run.close().cluster[0, -1] == pytest.approx(0.5 * 10)  # effective: duty 1 x MFU 0.5


SPARED = {"spare": {"preemptible": True, "min_run": "300 s"}, "own": {"min_run": "300 s"}}


def test_services_do_not_take_the_devices_of_a_job_that_has_just_come_back() -> None:
    run = Small(scenario({"c": FIXED}, SPARED, {"s": {}}), [Job(0, 5000, kind="spare")]).to(100)
    run.open(asked_tflops=[0.5])  # it ran for the first time: nothing spares it
    assert run.states == ["suspended"]
    run.to(900)
    run.open(asked_tflops=[0.0])
    run.to(900 + 299.5)
    run.open(asked_tflops=[0.5])
    assert run.states == ["running"]
    run.to(900 + 300)
    run.open(asked_tflops=[0.5])
    assert run.states == ["suspended"]


def test_a_power_cap_takes_a_spared_job_after_the_others_that_may_be_suspended_and_before_the_rest() -> None:
    jobs = [Job(0, 5000, kind="spare", priority=-1), Job(1, 5000, kind="spare"), Job(1, 5000)]
    run = Small(scenario({"c": {"servers": 3, **FIXED}}, SPARED), jobs).to(100)
    run.open(550)
    assert run.states == ["suspended", "running", "running"]
    run.to(200)
    run.open()
    run.to(300)
    for cap_w, states in (
        (550, ["running", "suspended", "running"]),
        (350, ["suspended", "suspended", "running"]),
        (150, ["suspended", "suspended", "suspended"]),
    ):
        run.open(cap_w)
        assert run.states == states


def test_a_higher_priority_waits_until_a_job_that_came_back_has_run_for_its_time() -> None:
    queue_of = {"queue": {"discipline": "priority", "preemptive": True}}
    jobs = [Job(0, 1000, kind="own"), Job(100, 50, priority=1), Job(200, 50, priority=1)]
    run = Small(scenario({"c": {"servers": 1, **queue_of}}, SPARED), jobs).to(5000)
    assert [(e.time_s, e.kind, e.job) for e in run.events] == [
        (100, "requeue", 0), (150, "resume", 0), (450, "requeue", 0), (500, "resume", 0)
    ]  # fmt: skip
    assert run.world.jobs.start_s.tolist() == [0, 100, 450]
    assert run.world.jobs.finish_s.tolist() == [1100, 150, 500]


def test_a_higher_priority_suspends_nobody_where_spared_jobs_leave_too_little() -> None:
    queue_of = {"queue": {"discipline": "priority", "preemptive": True}}
    jobs = [Job(0, 1000), Job(0, 1000, kind="own"), Job(100, 50, priority=1), Job(200, 50, 2, priority=1)]
    run = Small(scenario({"c": {"servers": 2, **queue_of}}, SPARED), jobs).to(5000)
    assert run.world.jobs.start_s.tolist() == [0, 0, 100, 450]
    assert [(e.time_s, e.job) for e in run.events if e.kind == "requeue"] == [(100, 1), (450, 1), (450, 0)]


def test_a_policy_stops_a_spared_job_when_its_time_is_over() -> None:
    run = Small(scenario({"c": FIXED}, SPARED), [Job(0, 5000, kind="spare")]).to(100)
    run.open(150)
    run.to(200)
    run.open()
    run.to(300)
    assert not run.kernel.running_jobs()["preemptible"].any()
    stop = Directive(np.zeros(run.world.routes.shape), np.zeros(1), suspend=np.array([0]))
    run.kernel.direct(stop)
    assert run.states == ["running"]
    run.to(500)
    assert run.kernel.running_jobs()["preemptible"].all()
    run.kernel.direct(stop)
    assert run.states == ["suspended"]
