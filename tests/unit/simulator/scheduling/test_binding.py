"""Where a job goes: least score and load, ties by name; held, released, rejected with the reason."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.scheduling import Directive
from simulator.scheduling.kernel.state import NO_REASON, TOO_LARGE, UNREACHABLE
from tests.unit.simulator.scheduling.conservation import assert_conserved
from tests.unit.simulator.scheduling.small_region import Job, Small, scenario

TWO = {"a": {"servers": 2}, "b": {"servers": 2}}


def test_the_least_score_wins_and_load_does_not_count_without_weight() -> None:
    run = Small(scenario(TWO), [Job(0, 100)] * 4)
    run.direct([[2.0, 1.0]])
    run.to(10)
    assert run.placed == ["b"] * 4


def test_equal_scores_go_by_name() -> None:
    run = Small(scenario({"b": {"servers": 2}, "a": {"servers": 2}}), [Job(0, 100)] * 2)
    run.direct(0.0)
    run.to(10)
    assert run.placed == ["a", "a"]


def test_load_is_requested_time_queued_and_running_over_healthy_devices() -> None:
    # a: 2 devices; b: 4. Each job asks 100 s on one device: load a 50, b 25 a job
    jobs = [Job(0, 100)] * 7
    run = Small(scenario({"a": {"servers": 2}, "b": {"servers": 4}}), jobs)
    run.direct(0.0, load_weight=1.0)
    run.to(10)
    # loads (a, b) before each: 0,0 -> a; 50,0 -> b; 50,25 -> b; 50,50 -> a; 100,50 -> b; 100,75 -> b; 100,100 -> a
    assert run.placed == ["a", "b", "b", "a", "b", "b", "a"]


def test_load_uses_the_request_not_the_run_time_nobody_knows() -> None:
    jobs = [Job(0, 10, requested_s=1000), Job(0, 10, requested_s=10), Job(1, 10, requested_s=10)]
    run = Small(scenario(TWO), jobs)
    run.direct(0.0, load_weight=1.0)
    run.to(10)
    assert run.placed == ["a", "b", "b"]


def test_load_falls_as_running_jobs_get_on() -> None:
    # at 80 s a has 20 s left of its job, b 60 s: the next goes to a although a's request was longer
    jobs = [Job(0, 100), Job(0, 30, requested_s=70), Job(80, 10)]
    run = Small(scenario({"a": {}, "b": {}}), jobs)
    run.direct(0.0, load_weight=1.0)
    run.to(90)
    assert run.placed == ["a", "b", "b"]  # the second ended at 30: b is empty
    late = Small(scenario({"a": {}, "b": {}}), [Job(0, 100), Job(0, 95, requested_s=140), Job(80, 10)])
    late.direct(0.0, load_weight=1.0)
    late.to(90)
    assert late.placed == ["a", "b", "a"]


def test_load_counts_every_device_of_a_job_and_none_after_it() -> None:
    # a runs 4 devices for 100 s, b 1 device for 300 s on one of its two: 100 s against 150 s of load at the start
    spec = scenario({"a": {"servers": 4}, "b": {"servers": 2}})
    jobs = [Job(0, 100, 4), Job(0, 300), Job(1, 40), Job(110, 40, 2), Job(111, 1)]
    run = Small(spec, jobs)
    run.direct(0.0, load_weight=1.0)
    run.to(50)
    assert run.placed[:3] == ["a", "b", "a"]  # 396 / 4 = 99 s against 299 / 2
    run.to(200)
    # at 110 a holds the third job, 30 s on one of four devices; b 190 s on one of two
    assert run.placed[3] == "a"
    # at 111 a: 29 + 2 x 39 over four devices, 26.75 s; b: 94.5 s
    assert run.placed[4] == "a"
    assert run.world.clusters.run_devices.tolist() == [0, 1]


def test_load_is_a_device_not_a_server() -> None:
    # a: one server of four devices; b: two of one. A job of 100 s is 25 s of load at a, 50 s at b
    run = Small(scenario({"a": {"per_server": 4}, "b": {"servers": 2}}), [Job(0, 100)] * 5)
    run.direct(0.0, load_weight=1.0)
    run.to(10)
    assert run.placed == ["a", "b", "a", "a", "b"]  # the last: 75 against 50


def test_a_hub_without_power_is_not_an_empty_one() -> None:
    spec = scenario({"a": {"hub": "g", "servers": 9}, "b": {}}, hubs=("h",))
    run = Small(spec, [Job(0, 1000)] + [Job(10 + i, 1000) for i in range(5)], cap_w=[0.0, 1e12])
    run.direct(0.0, load_weight=1.0)
    run.to(100)
    assert set(run.placed) == {"b"}


def test_score_and_load_add_up_in_seconds() -> None:
    for penalty_s, expected in ((40.0, "b"), (60.0, "a")):
        run = Small(scenario(TWO), [Job(0, 100), Job(0, 100)])
        run.direct([[0.0, penalty_s]], load_weight=1.0)
        run.to(10)
        assert run.placed == ["a", expected]  # a's load is 50 s by then


def test_a_faster_cluster_counts_its_load_in_its_own_time() -> None:
    # b does twice the work a second: a job of 100 s is 50 s of load there
    run = Small(scenario({"a": {}, "b": {"peak": "2 TFLOPS"}}), [Job(0, 100)] * 4)
    run.direct(0.0, load_weight=1.0)
    run.to(10)
    assert run.placed == ["a", "b", "b", "a"]


def test_a_job_stays_bound_when_the_directive_changes() -> None:
    run = Small(scenario({"a": {}, "b": {}}), [Job(0, 100), Job(1, 100)])
    run.direct([[0.0, np.inf]])
    run.to(10)
    run.direct([[np.inf, 0.0]])
    run.to(500)
    assert run.placed == ["a", "a"]
    assert run.world.jobs.start_s[1] == 100.0


def test_inf_everywhere_holds_a_job_and_the_next_directive_releases_it_oldest_first() -> None:
    run = Small(scenario({"a": {}, "b": {}}), [Job(0, 100), Job(1, 100), Job(2, 100)])
    run.direct(np.inf)
    run.to(50)
    assert run.states == ["held"] * 3
    assert run.close().at("held_jobs") == 3
    run.direct([[0.0, np.inf]])
    run.to(1000)
    np.testing.assert_array_equal(run.world.jobs.start_s, [50.0, 150.0, 250.0])
    assert run.close().at("held_jobs") == 0
    assert_conserved(run.world)


def test_only_the_routes_that_are_allowed_again_are_released() -> None:
    run = Small(scenario({"a": {"servers": 3}}), [Job(0, 100), Job(0, 100, kind="spare")])
    run.direct(np.inf)
    run.to(50)
    run.direct([[np.inf], [0.0]])  # routes: spare, work
    run.to(200)
    assert run.states == ["finished", "held"]


def test_a_job_waits_for_a_cluster_that_is_not_in_service_yet_and_goes_there_when_it_is() -> None:
    spec = scenario({"a": {}, "b": {"servers": 4}})
    run = Small(spec, [Job(0, 100, 4), Job(0, 100, 1)], commission=False)
    run.direct(0.0, load_weight=1.0)
    run.kernel.commission(0)
    run.to(60)
    assert run.states == ["held", "running"]  # only b will ever be large enough for the first
    run.kernel.commission(1)
    run.to(500)
    assert run.placed == ["b", "a"]
    assert run.world.jobs.start_s[0] == 60.0


def test_what_no_cluster_can_ever_take_is_rejected_with_the_reason_and_the_rest_runs() -> None:
    spec = scenario({"a": {"servers": 2, "per_server": 4, "runs": ["work", "serve"]}})
    jobs = [Job(0, 10, 9), Job(0, 10, 1, kind="spare"), Job(1, 10, 8)]
    run = Small(spec, jobs).to(100)
    assert run.states == ["rejected", "rejected", "finished"]
    assert run.world.jobs.reason.tolist() == [TOO_LARGE, UNREACHABLE, NO_REASON]
    assert run.world.jobs.finish_s.tolist() == [0.0, 0.0, 11.0]
    assert run.placed == ["", "", "a"]


def test_a_part_of_a_server_counts_as_a_whole_one_when_a_large_job_is_measured() -> None:
    spec = scenario({"a": {"servers": 2, "per_server": 4}})
    run = Small(spec, [Job(0, 10, 5), Job(0, 10, 8), Job(0, 10, 9)]).to(100)
    assert run.states == ["finished", "finished", "rejected"]


def test_a_held_job_is_rejected_only_for_good_reasons_not_for_a_directive() -> None:
    run = Small(scenario({"a": {}}), [Job(0, 10)])
    run.direct(np.inf)
    run.to(1e6)
    assert run.states == ["held"]


def test_a_directive_with_nan_is_refused() -> None:
    run = Small(scenario(TWO), [Job(0, 10)])
    with pytest.raises(ValueError, match="NaN"):
        run.kernel.direct(Directive(np.full((1, 2), np.nan), np.zeros(1)))
    with pytest.raises(ValueError, match="NaN"):
        run.kernel.direct(Directive(np.zeros((1, 2)), np.array([np.nan])))


def test_a_directive_that_says_the_same_again_is_no_event() -> None:
    run = Small(scenario(TWO), [Job(0, 10)])
    directive = Directive(np.array([[0.0, np.inf]]), np.ones(1))
    assert run.kernel.direct(directive)
    assert not run.kernel.direct(Directive(np.array([[0.0, np.inf]]), np.ones(1)))
    assert run.kernel.direct(Directive(np.zeros((1, 2)), np.ones(1)))
