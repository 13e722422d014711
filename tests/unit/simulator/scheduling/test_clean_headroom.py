"""The clean headroom in the kernel: what may start, what is suspended, what one hub leaves to another."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.scenario import Scenario
from tests.unit.simulator.scheduling.conservation import assert_conserved
from tests.unit.simulator.scheduling.small_region import Job, Small, scenario

NOTHING = -1e9  # a budget or a volume that allows nothing


def pool(scope: str = "hub", least: float = 0.5, **clusters: dict[str, Any]) -> Scenario:
    return scenario(clusters, green_share={"min": least, "matching": "hourly", "scope": scope}, hubs=("h",))


def limit(run: Small, drawn_w: list[float], budget_w: float = NOTHING, volume_w: float = NOTHING) -> None:
    hubs = len(drawn_w)
    run.kernel.limit_clean(np.array(drawn_w), np.full(hubs, budget_w), np.full(hubs, volume_w))


def test_a_job_starts_on_clean_power_alone_and_what_is_refused_is_named() -> None:
    # 3 servers idle at 300 W, 100 W more a busy one: clean power of 500 W carries two
    run = Small(pool(c={"servers": 3}), [Job(10, 50), Job(10, 80), Job(10, 10)])
    limit(run, [500.0])
    run.to(20)
    assert run.states == ["running", "running", "waiting"]
    assert [int(cause) for cause in run.world.jobs.refused_by] == [-1, -1, 12]
    assert run.world.jobs.refused_s[2] == 10.0
    run.to(200)
    np.testing.assert_array_equal(run.world.jobs.start_s, [10.0, 10.0, 60.0])
    assert run.close().at("power_refusals") == 0  # not for want of watts
    assert_conserved(run.world)


def test_a_running_share_with_room_lets_more_start_than_clean_power_carries() -> None:
    # budget + drawn >= 0.5 x power: 100 + 200 W carry 600 W, one more would need 350 W
    run = Small(pool(c={"servers": 4}), [Job(10, 50) for _ in range(4)])
    limit(run, [200.0], budget_w=100.0)
    run.to(20)
    assert run.states == ["running", "running", "waiting", "waiting"]
    assert run.power_w[0] == 600.0


def test_what_a_block_was_given_by_volume_is_used_up_before_anything_is_refused() -> None:
    run = Small(pool(c={"servers": 4}), [Job(10, 50) for _ in range(4)])
    limit(run, [200.0], volume_w=350.0)  # 550 W in all
    run.to(20)
    assert run.states == ["running"] + ["waiting"] * 3


def test_when_the_headroom_falls_preemptible_jobs_go_and_the_others_stay() -> None:
    run = Small(pool(c={"servers": 3}), [Job(0, 500), Job(1, 500, kind="spare"), Job(2, 500, kind="spare")])
    limit(run, [600.0])
    run.to(100)
    assert run.states == ["running"] * 3
    limit(run, [500.0])
    assert run.states == ["running", "running", "suspended"]  # the youngest
    limit(run, [0.0])
    assert run.states == ["running", "suspended", "suspended"]  # what may not be stopped is overdraft
    assert {(event.kind, event.cause) for event in run.events} == {("suspend", "clean")}
    limit(run, [600.0])
    run.to(200)
    assert run.states == ["running"] * 3
    assert_conserved(run.world)


def two_hubs(scope: str, jobs: list[Job]) -> Small:
    """Work runs at hub h, spare at the other; each hub idles at 100 W."""
    run = Small(pool(scope, a={}, z={"hub": "other"}), jobs)
    score = np.full((2, 2), np.inf)
    score[1, 0] = score[0, 1] = 0.0  # routes are sorted: spare, work
    run.direct(score)
    return run


def test_clean_power_of_one_hub_carries_no_load_of_another_until_it_is_drawn() -> None:
    # of 300 W of clean power at h 100 are drawn: half of 200 W, and not of 300
    run = two_hubs("region", [Job(10, 500, kind="spare"), Job(20, 500)])
    limit(run, [300.0, 0.0], budget_w=0.0)
    run.to(15)
    assert run.states[0] == "waiting"
    run.to(30)  # at 20 work draws 200 W of them: half of 400 W
    assert run.placed == ["z", "a"]
    np.testing.assert_array_equal(run.world.jobs.start_s, [20.0, 20.0])
    limit(run, [200.0, 0.0], budget_w=-1.0)
    assert run.states == ["suspended", "running"]  # only what draws no clean power helps


def test_hubs_of_a_region_share_what_is_left_and_hubs_of_their_own_do_not() -> None:
    for scope, states in (("region", ["running", "running"]), ("hub", ["running", "waiting"])):
        run = two_hubs(scope, [Job(10, 500), Job(10, 500, kind="spare")])
        limit(run, [200.0, 0.0], budget_w=0.0)
        run.to(20)
        assert run.placed == ["a", "z"]
        # the region: 200 W of 400 W are clean; the other hub by itself has none
        assert run.states == states
