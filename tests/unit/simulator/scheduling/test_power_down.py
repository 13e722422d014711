"""Idle servers are powered down after a while and boot for work that waits; a boot takes time and energy, once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.scheduling import CLUSTER_COLUMNS
from tests.unit.simulator.scheduling.conservation import assert_conserved
from tests.unit.simulator.scheduling.small_region import Interval, Job, Small, cap_for, scenario
from tests.unit.simulator.scheduling.test_failures import outages

# looks at t = 100, 200, ...; a boot takes 30 s at 200 W
DOWN = {"after": "100 s", "boot_time": "30 s", "boot_energy": "6000 J"}


def small(jobs: list[Job] | None = None, down: dict[str, Any] | None = None, **options: Any) -> Small:
    """Four servers of one device that power down; 100 W idle, 200 W busy."""
    given = {"servers": 4, "speed_min": 1.0, "power_down": DOWN | (down or {})} | options
    return Small(scenario({"c": given}), jobs or [])


def kinds(run: Small) -> list[tuple[float, str, float]]:
    return [(e.time_s, e.kind, e.value) for e in run.events]


def energy_j(rows: Interval, *parts: str) -> list[float]:
    return [rows.at(f"it_{part}_j") for part in parts]


def test_v21_power_counts_to_the_instant_of_switching_off_and_standby_from_there() -> None:
    # SimGrid #171 (200 W on, 8 W off, off at 10 s: 2,000 J by then, not 80) on our earliest look, at 60 s
    down = {"after": "60 s", "off_power": "8 W", "boot_energy": "6000 J"}
    run = small(down=down, servers=1, idle_w=200, device_w=0).to(60)
    assert run.close().at("it_idle_j") == 60 * 200
    assert energy_j(run.to(70).close(), "idle", "powered_down") == [10 * 8, 10 * 192]


def test_servers_that_were_idle_since_the_last_look_go_and_no_others() -> None:
    # one is busy to 150, so at 200 it has not been idle since 100; at 300 it has
    run = small([Job(0, 150)]).to(400)
    assert kinds(run) == [(100, "power_down", 3), (300, "power_down", 1)]
    assert energy_j(run.close(), "idle", "powered_down") == [100 * 400 + 200 * 100, 200 * 300 + 100 * 400]


@pytest.mark.parametrize(("keep", "asleep"), [(0, 4), (1, 3), (4, 0), (9, 0)])
def test_some_stay_on(keep: int, asleep: int) -> None:
    run = small(down={"keep": keep}).to(1000)
    assert run.world.clusters.asleep[0] == asleep
    assert_conserved(run.world)


def test_a_job_that_finds_all_asleep_waits_for_a_boot_whose_energy_is_booked_once() -> None:
    run = small([Job(250, 40)]).to(249)
    run.close()
    assert_conserved(run.to(260).world)
    run.to(399)
    assert run.world.jobs.start_s[0] == 250 + 30
    rows = run.close()
    assert energy_j(rows, "boot", "jobs") == [6000, 40 * 100]
    # idle: the boot, and the server from its end to the close: it is not idle since the look at 300
    assert rows.at("it_idle_j") == 6000 + (399 - 280) * 100
    assert rows.cluster[0, CLUSTER_COLUMNS.index("booting_device_s")] == 30
    assert rows.cluster[0, CLUSTER_COLUMNS.index("powered_down_device_s")] == 4 * 150 - 30 - (399 - 280)
    assert kinds(run)[1:] == [(250, "boot", 1), (280, "booted", 1)]


def test_without_an_energy_of_its_own_a_boot_draws_idle_power() -> None:
    run = Small(scenario({"c": {"servers": 1, "power_down": {"after": "100 s", "boot_time": "30 s"}}}), [Job(150, 40)])
    run.to(149).close()
    assert run.to(199).close().at("it_boot_j") == 30 * 100


def test_a_kept_server_takes_a_job_at_once_and_another_boots_for_the_next() -> None:
    run = small([Job(250, 500), Job(260, 10)], {"keep": 1}).to(1000)
    assert run.world.jobs.start_s.tolist() == [250, 290]


def test_servers_boot_for_all_that_wait_at_once_and_no_more_than_there_are() -> None:
    run = small([Job(250, 40), Job(250, 40, 2), Job(250, 40, 2)]).to(1000)
    assert kinds(run)[1] == (250, "boot", 4)
    assert run.world.jobs.start_s.tolist() == [280, 280, 320]


def test_none_goes_while_jobs_wait() -> None:
    # two jobs of three servers in turn: the fourth server stays on until the second has started
    run = small([Job(0, 150, 3), Job(0, 150, 3)]).to(299)
    assert kinds(run) == [(200, "power_down", 1)]


def test_a_boot_comes_only_within_the_cap_and_when_there_are_watts() -> None:
    run = small([Job(250, 40, 2)], {"boot_energy": "9000 J"}).to(240)
    run.open(cap_for(450))  # 300 W for one boot, two at once would take 600 W
    run.to(600)
    assert kinds(run)[1:5] == [(250, "boot", 1), (280, "booted", 1), (280, "boot", 1), (310, "booted", 1)]
    assert run.world.jobs.start_s[0] == 310
    assert run.close().at("facility_max_w") == 400


def test_a_cap_that_falls_gives_up_boots_before_anything_else() -> None:
    run = small([Job(0, 9000), Job(250, 40)], speed_min=0.5).to(260)
    assert run.power_w[0] == 200 + 200
    run.open(cap_for(210))
    assert run.states == ["running", "waiting"]
    assert kinds(run)[1:] == [(250, "boot", 1), (260, "boot_cancelled", 1)]
    assert run.world.clusters.speed[0] == 1.0  # nothing was slowed
    run.to(500)
    assert run.states == ["running", "waiting"]  # the timer of the boot that was given up wakes nobody
    run.open(cap_for(500))
    run.to(600)
    assert run.world.jobs.start_s[1] == 530
    assert_conserved(run.world)


def test_a_cap_below_standby_cuts_it_before_jobs_have_to_go() -> None:
    run = small([Job(0, 9000)], {"off_power": "50 W"}).to(150)
    assert run.power_w[0] == 200 + 3 * 50
    run.open(cap_for(200))
    assert (run.states, run.power_w[0]) == (["running"], 200)
    run.to(160)
    run.open()  # off for lack of watts, they come on with the cap
    assert run.power_w[0] == 500
    assert_conserved(run.to(170).world)


def test_a_trip_ends_sleep_and_boots_and_all_come_on_with_the_cap() -> None:
    run = small([Job(250, 40)], {"off_power": "5 W"}).to(260)
    run.open(0.0)
    assert run.power_w[0] == 0
    assert_conserved(run.world)
    run.to(300)
    run.open()
    assert run.world.clusters.on[0] == 4
    assert_conserved(run.to(900).world)
    assert run.states == ["finished"]


def test_a_service_that_lacks_devices_wakes_servers() -> None:
    spec = scenario({"c": {"servers": 4, "power_down": DOWN}}, services={"s": {}})
    run = Small(spec, asked_tflops=[0.5]).to(900)  # one device at MFU 0.5
    assert run.world.clusters.asleep[0] == 3
    run.open(asked_tflops=[1.5])
    run.to(1000)
    assert run.world.serving.devices.tolist() == [[3]]
    assert kinds(run)[1:] == [(900, "boot", 2), (930, "booted", 2)]
    assert run.close().at("service_unserved_device_s") == 30 * 2


def test_a_sleeping_server_may_fail_and_one_that_boots_too(tmp_path: Path) -> None:
    failures = outages(tmp_path, (0, 120, 500), (1, 260, 400))
    run = small([Job(250, 40, 3)], servers=3, failures=failures)
    for time_s, asleep, booting in ((110, 3, 0), (130, 2, 0), (255, 0, 2), (265, 0, 1)):
        run.to(time_s)
        assert (run.world.clusters.asleep[0], run.world.clusters.booting[0]) == (asleep, booting)
        assert_conserved(run.world)
    run.to(1000)
    assert run.world.jobs.start_s[0] == 500
    assert_conserved(run.world)


def test_load_is_weighed_over_servers_asleep_too() -> None:
    # cluster a sleeps; were it counted as dead, all jobs would queue at b
    spec = scenario({"a": {"servers": 2, "power_down": DOWN}, "b": {"servers": 1}})
    run = Small(spec, [Job(150, 100), Job(150, 100), Job(150, 100)])
    run.direct(0.0, load_weight=1.0)
    assert sorted(run.to(200).placed) == ["a", "a", "b"]
