"""The power cap is a hard limit: what gives way, in which order, and how it comes back."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.scheduling.kernel.power import CAP_MARGIN
from tests.unit.simulator.scheduling.conservation import assert_conserved
from tests.unit.simulator.scheduling.small_region import Job, Small, cap_for, scenario

# A cap is aimed at from just below; what is solved exactly to the cap lies this much under it, and rounding.
AT_CAP = 2.0 * CAP_MARGIN
FIXED = {"speed_min": 1.0}  # a device that cannot be slowed


def test_a_start_that_would_pass_the_cap_waits_until_an_end_frees_its_watts() -> None:
    # 3 servers idle at 300 W; each busy device adds 100 W; 550 W carry two jobs
    run = Small(scenario({"c": {"servers": 3, **FIXED}}), [Job(0, 50), Job(0, 80), Job(0, 10)], cap_w=550).to(10)
    assert run.states == ["running", "running", "waiting"]
    assert run.power_w[0] == 500.0
    run.to(200)
    np.testing.assert_array_equal(run.world.jobs.start_s, [0.0, 0.0, 50.0])
    np.testing.assert_array_equal(run.world.jobs.finish_s, [50.0, 80.0, 60.0])
    assert run.close().at("power_refusals") > 0  # refused passes are counted
    assert run.events == []


def test_a_head_that_lacks_watts_blocks_the_smaller_jobs_behind_it() -> None:
    jobs = [Job(0, 50), Job(1, 10, 2), Job(2, 10, 1)]
    run = Small(scenario({"c": {"servers": 4, **FIXED}}), jobs, cap_w=650).to(200)
    np.testing.assert_array_equal(run.world.jobs.start_s, [0.0, 50.0, 60.0])


def test_a_start_exactly_at_the_cap_is_allowed_and_one_above_is_not() -> None:
    cap_w = 500.0 / (1.0 - CAP_MARGIN)
    for cap, states in ((cap_w, ["running", "running"]), (cap_w - 1e-3, ["running", "waiting"])):
        run = Small(scenario({"c": {"servers": 3, **FIXED}}), [Job(0, 50), Job(0, 50)], cap_w=cap).to(10)
        assert run.states == states


def test_a_higher_cap_lets_the_refused_start_at_the_instant_the_interval_opens() -> None:
    run = Small(scenario({"c": {"servers": 2, **FIXED}}), [Job(0, 9000), Job(0, 10)], cap_w=350).to(900)
    run.open(450)
    run.to(1000)
    assert run.world.jobs.start_s[1] == 900.0
    assert run.world.jobs.finish_s[1] == 910.0


def test_watts_freed_in_one_cluster_start_a_job_in_another_of_the_same_hub_only() -> None:
    spec = scenario({"a": FIXED, "b": FIXED, "z": {"hub": "other", **FIXED}}, hubs=("other",))
    jobs = [Job(0, 50), Job(0, 10, kind="spare"), Job(0, 10, kind="serve")]
    run = Small(spec, jobs, cap_w=[350.0, 150.0])  # hubs h and other
    run.direct([[np.inf, np.inf, 0.0], [np.inf, 0.0, np.inf], [0.0, np.inf, np.inf]])  # routes: serve, spare, work
    run.to(200)
    assert run.placed == ["a", "b", "z"]
    np.testing.assert_array_equal(run.world.jobs.start_s[:2], [0.0, 50.0])
    assert run.states[2] == "waiting"  # the other hub has no watts of its own to spare


def busy(priorities: list[int], kinds: list[str], **options: float) -> Small:
    """Four servers, three jobs that began one second apart, at t = 10: 400 W idle and 300 W of jobs."""
    jobs = [
        Job(i, 5000.0, kind=kind, priority=priority)
        for i, (priority, kind) in enumerate(zip(priorities, kinds, strict=True))
    ]
    return Small(scenario({"c": {"servers": 4, **options}}), jobs).to(10)


def test_a_lower_cap_first_slows_the_cluster_down_exactly_to_the_cap() -> None:
    run = busy([0, 0, 0], ["work"] * 3)
    run.open(610)  # 400 W idle + 210 W; 120 W are left at the lowest speed, so half of the way up from it
    assert run.states == ["running"] * 3
    assert run.world.clusters.speed[0] == pytest.approx(0.5 + 0.5 * (210 - 120) / (300 - 120), rel=1e-8)
    assert run.power_w[0] == pytest.approx(610.0, rel=AT_CAP)
    assert run.power_w[0] <= 610.0
    assert [(e.kind, e.cause) for e in run.events] == [("slow", "power")]
    assert run.events[0].value == run.world.clusters.speed[0]


def test_two_clusters_are_slowed_by_the_same_share_of_what_each_can_give() -> None:
    spec = scenario({"a": {"servers": 2}, "b": {"servers": 2, "speed_min": 0.8, "low_power": 0.9}})
    run = Small(spec, [Job(0, 9000, 2), Job(0, 9000, 2, kind="spare")])
    run.direct([[np.inf, 0.0], [0.0, np.inf]])  # routes: spare, work
    run.to(10)
    run.open(730)  # 400 W idle; 400 W of jobs can fall to 80 + 180; 330 W are left: half of the way
    np.testing.assert_allclose(run.world.clusters.speed, [0.75, 0.9], rtol=1e-8)
    assert run.power_w[0] == pytest.approx(730.0, rel=AT_CAP)


def test_then_preemptible_jobs_go_lowest_priority_first_then_youngest_then_highest_number() -> None:
    kinds = ["spare"] * 4
    jobs = [Job(0, 5000, kind=kinds[0], priority=1)] + [Job(t, 5000, kind="spare") for t in (1, 2, 2)]
    run = Small(scenario({"c": {"servers": 4, **FIXED}}), jobs).to(10)
    gone = []
    for cap_w in (750, 550, 350, 150):  # each job that leaves takes its idle server along
        run.open(cap_w)
        gone += [e.job for e in run.events if e.kind == "suspend" and e.job not in gone]
    assert gone == [3, 2, 1, 0]  # of the two of t = 2 the higher number; the important one last, though the oldest
    assert run.states == ["suspended"] * 4


def test_others_are_requeued_only_when_no_preemptible_job_is_left() -> None:
    run = busy([0, 9, 0], ["work", "spare", "work"], **FIXED)
    run.open(550)  # the idle fourth server goes first, then the preemptible job, however important
    assert run.states == ["running", "suspended", "running"]
    run.open(350)  # its server goes, then the younger of the other two jobs
    assert run.states == ["running", "suspended", "suspended"]
    assert [(e.kind, e.job) for e in run.events if e.kind != "server_off"] == [("suspend", 1), ("requeue", 2)]


def test_at_the_lowest_speed_jobs_go_one_by_one_and_the_rest_runs_as_fast_as_it_may() -> None:
    run = busy([0, 0, 0], ["spare"] * 3)
    run.open(400)  # with the idle server off three need 300 + 120 W at least; two have 300 + 100 W: (100 - 80) / 120
    assert run.states == ["running", "running", "suspended"]
    assert run.world.clusters.speed[0] == pytest.approx(0.5 + 0.5 * 20 / 120, rel=1e-8)
    assert run.power_w[0] == pytest.approx(400.0, rel=AT_CAP)
    assert [e.kind for e in run.events] == ["slow", "server_off", "suspend", "restore_speed"]


def test_idle_servers_are_switched_off_before_jobs_and_no_more_than_needed() -> None:
    run = busy([0, 0, 0], ["work"] * 3, **FIXED)
    run.open(650)
    assert run.states == ["running"] * 3
    assert run.power_w[0] == 600.0
    assert (run.world.clusters.on[0], run.world.clusters.off[0]) == (3, 1)
    run.open(250)  # as jobs leave, their servers go too: one job and its server are left instead of idle servers
    assert run.states == ["running", "suspended", "suspended"]
    assert run.power_w[0] == 200.0
    assert_conserved(run.world)


def test_a_hub_whose_idle_draw_is_the_cap_still_works() -> None:
    run = Small(scenario({"c": {"servers": 10, **FIXED}}), [Job(0, 600) for _ in range(40)]).to(10)
    run.open(1050)
    assert run.power_w[0] == 1000.0
    assert run.states.count("running") == 5
    for t in range(900, 9001, 900):
        run.to(t)
        run.open(1050)
    assert run.states.count("finished") >= 30  # none at all if idle servers kept all the watts


def test_at_last_the_hub_trips_and_draws_nothing() -> None:
    run = busy([0, 0, 0], ["work"] * 3)
    run.close()
    run.kernel.open_interval(  # an overhead of 50 W that no IT power can go under
        np.array([40.0]),
        (np.array([[0.0, 1e6]]), np.zeros((1, 2)), np.full((1, 2), 50.0)),
        np.zeros(0),
    )
    assert run.world.hubs.tripped[0]
    assert run.world.power[0].tolist() == [0.0] * 8 + [400.0, 0.0, 0.0]  # what the servers that are off would draw
    assert [e.kind for e in run.events][-1] == "trip"
    run.to(900)
    rows = run.close()
    assert rows.at("facility_max_w") == 0.0  # highest facility power of the interval
    assert rows.cluster[0, 1] == rows.cluster[0, 2] == 0.0  # nothing is energised or available ...
    assert rows.cluster[0, 0] > 0.0  # ... but all of it is on paper
    assert_conserved(run.world)


def test_after_an_outage_servers_and_jobs_come_back_at_the_instant_the_cap_does() -> None:
    run = busy([0, 0, 0], ["work"] * 3)
    run.open(1e-6)
    run.to(900)
    assert run.world.clusters.on[0] == 0
    run.open(650)
    run.to(910)
    assert run.states == ["running", "running", "suspended"]  # 400 W idle, two jobs: the older ones first
    assert run.world.jobs.run_start_s[:2].tolist() == [900.0, 900.0]
    assert run.world.clusters.speed[0] == 1.0
    assert_conserved(run.world)


def test_servers_come_back_only_as_far_as_the_cap_allows() -> None:
    run = Small(scenario({"c": {"servers": 4, **FIXED}})).to(10)
    run.open(150)
    assert run.world.clusters.on[0] == 1
    run.to(900)
    run.open(350)
    assert run.world.clusters.on[0] == 3
    assert [(e.kind, e.value) for e in run.events] == [("server_off", 3.0), ("server_on", 2.0)]


def test_speed_comes_back_when_a_job_ends_within_the_interval() -> None:
    run = Small(scenario({"c": {"servers": 4}}), [Job(0, 100), Job(0, 5000), Job(0, 5000)]).to(10)
    run.open(610)
    slow = float(run.world.clusters.speed[0])
    run.to(800)
    assert run.world.clusters.speed[0] == 1.0
    assert run.world.jobs.finish_s[0] == pytest.approx(10 + 90 / slow, rel=1e-12)
    assert run.events[-1].kind == "restore_speed"
    assert run.events[-1].time_s == run.world.jobs.finish_s[0]


def test_no_job_starts_while_its_cluster_is_slowed() -> None:
    # at half speed there is room for the fourth device, had it to run at half speed too
    run = Small(scenario({"c": {"servers": 4}}), [Job(0, 5000, 3), Job(20, 10)]).to(10)
    run.open(400 + 4 * 100 * 0.4 + 10)
    run.to(500)
    assert run.states == ["running", "waiting"]
    assert 0.5 < run.world.clusters.speed[0] < 1.0


def test_the_highest_power_of_an_interval_is_never_above_the_cap_and_outlives_a_breach() -> None:
    # cluster b comes into service in mid-interval and would break the cap: what came before is not forgotten
    spec = scenario({"a": {"servers": 2, **FIXED}, "b": {"servers": 8, "idle_w": 150, **FIXED}})
    run = Small(spec, [Job(0, 60, 2)], cap_w=450, commission=False)
    run.direct(0.0)
    run.kernel.commission(0)
    run.to(100)
    run.kernel.commission(1)
    assert run.power_w[0] == 300.0
    run.to(900)
    assert run.close().at("facility_max_w") == 400.0


def test_servers_without_idle_power_survive_an_outage() -> None:
    run = Small(scenario({"c": {"servers": 2, "idle_w": 0}}), [Job(0, 100, 2)]).to(10)
    run.kernel.open_interval(
        np.array([1.0]),
        (np.array([[0.0, 1e6]]), np.zeros((1, 2)), np.full((1, 2), 50.0)),
        np.zeros(0),
    )
    assert run.world.hubs.tripped[0]
    run.to(900)
    run.open()
    run.to(2000)
    assert run.states == ["finished"]


def test_devices_that_need_no_dynamic_power_at_their_lowest_speed_can_be_slowed_and_come_back() -> None:
    run = Small(scenario({"c": {"servers": 2, "low_power": 0.0}}), [Job(0, 1000, 2)]).to(10)
    run.open(cap_for(200))
    run.to(900)
    assert run.states == ["running"]
    assert run.world.clusters.speed[0] == pytest.approx(0.5)
    run.open()
    run.to(2000)
    assert run.world.jobs.finish_s[0] == pytest.approx(900 + (1000 - 10 - 890 * 0.5), rel=1e-9)


def test_every_cap_from_nothing_to_plenty_is_kept() -> None:
    jobs = [Job(0, 5000, 1 + i % 3, ("work", "spare")[i % 2], priority=i % 4) for i in range(8)]
    spec = scenario({"a": {"servers": 6, "per_server": 2}, "b": {"servers": 5, "speed_min": 0.7, "low_power": 0.6}})
    for cap_w in np.linspace(1.0, 3000.0, 61):
        run = Small(spec, jobs)
        run.direct(0.0, load_weight=1.0)
        run.to(10)
        run.open(float(cap_w))
        run.to(900)
        assert_conserved(run.world)
        assert run.close().at("facility_max_w") <= cap_w
