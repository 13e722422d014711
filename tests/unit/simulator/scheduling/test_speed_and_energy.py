"""Work and energy are exact to the instant: clocks under changing speed, and cases published by other systems."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.workload.model import KILLED
from tests.unit.simulator.scheduling.small_region import Job, Small, cap_for, scenario

# Speeds are solved to just below the cap (1e-9 of the power of the hub), so instants that follow from a slowed clock
# carry that much.
SLOWED = 2e-8


def slowed_to_half(**options: float) -> Small:
    """One server, one job of 1,000 s; from t = 100 on its clock runs at half the speed."""
    run = Small(scenario({"c": options}), [Job(0, 1000)]).to(100)
    run.open(cap_for(140))  # 100 W idle + 40 W: the lowest speed, 0.5
    return run


def test_a_job_slowed_to_half_speed_takes_twice_the_time_for_what_is_left() -> None:
    run = slowed_to_half().to(5000)
    assert run.world.clusters.speed[0] == pytest.approx(1.0)  # nothing runs any more: nothing to slow
    assert run.world.jobs.finish_s[0] == pytest.approx(100 + 900 / 0.5, rel=SLOWED)


def test_energy_follows_the_power_of_each_speed() -> None:
    run = slowed_to_half().to(5000)
    rows = run.close()
    expected = 100 * 100 + 40 * 1800  # dynamic: 100 W for 100 s, then 40 W for 1,800 s
    assert run.world.jobs.energy_j[0] == pytest.approx(expected, rel=SLOWED)
    assert rows.hub[0, 2] == pytest.approx(expected, rel=SLOWED)
    assert rows.hub[0, 1] == pytest.approx(100 * 5000, rel=1e-12)
    assert rows.hub[0, 0] == pytest.approx(rows.hub[0, 1] + rows.hub[0, 2], rel=1e-12)
    assert run.world.jobs.energy_j[0] == pytest.approx(rows.hub[0, 2], rel=1e-12)  # the ledger, to the last digits


def test_operations_done_do_not_depend_on_speed_and_the_rung_does() -> None:
    run = slowed_to_half().to(1000)
    rows = run.close()
    run.to(5000)
    assert run.world.jobs.flop[0] == pytest.approx(0.5e12 * 1000, rel=1e-12)
    assert rows.cluster[0, 3] == pytest.approx(1000)  # allocated device-seconds: the device is held all the time
    assert rows.cluster[0, 5] == pytest.approx(0.5 * (100 + 900 * 0.5), rel=SLOWED)  # effective: MFU x speed
    assert rows.at("speed") == pytest.approx(0.5)  # lowest speed of the interval


def test_speed_between_the_two_given_points_is_linear_in_power() -> None:
    run = Small(scenario({"c": {}}), [Job(0, 1000)]).to(100)
    run.open(cap_for(170))  # 70 of 100 W: half of the way from 40 up
    run.to(5000)
    assert run.world.jobs.finish_s[0] == pytest.approx(100 + 900 / 0.75, rel=SLOWED)
    assert run.world.jobs.energy_j[0] == pytest.approx(100 * 100 + 70 * 900 / 0.75, rel=SLOWED)


def test_jobs_that_start_at_different_readings_of_the_clock_all_end_right() -> None:
    jobs = [Job(0, 400), Job(50, 400), Job(150, 400)]
    run = Small(scenario({"c": {"servers": 3}}), jobs).to(100)
    run.open(cap_for(300 + 2 * 40))  # two run at half speed; the third needs 100 W, and 80 W is all there is
    run.to(9000)
    first = 100 + 300 / 0.5
    faster = 0.5 + 0.5 * 40 / 60  # when the first ends, 80 W are left for one: two thirds of the way up from 40 W
    second = first + (100 + 350 / 0.5 - first) * 0.5 / faster
    np.testing.assert_allclose(run.world.jobs.finish_s[:2], [first, second], rtol=SLOWED)
    assert run.states[2] == "waiting"


def test_two_changes_of_speed_within_one_run_add_up() -> None:
    run = slowed_to_half().to(300)
    run.open()
    run.to(500)
    run.open(cap_for(140))
    run.to(9000)
    done = 100 + 200 * 0.5 + 200
    assert run.world.jobs.finish_s[0] == pytest.approx(500 + (1000 - done) / 0.5, rel=SLOWED)


def test_a_faster_device_does_the_same_work_in_less_time() -> None:
    # the reference device is that of cluster a; b has twice the peak at the same MFU
    spec = scenario({"a": {}, "b": {"peak": "2 TFLOPS"}})
    run = Small(spec, [Job(0, 600)])
    run.direct([[1.0, 0.0]])
    run.to(1000)
    assert run.placed == ["b"]
    assert run.world.jobs.finish_s[0] == 300.0
    assert run.world.jobs.flop[0] == pytest.approx(0.5 * 2e12 * 300)
    assert run.world.jobs.executed_s[0] == 600.0


# OpenDC, ScenarioRunnerTest: a host of 100 W idle and 200 W full.
def test_opendc_host_at_half_and_full_load() -> None:
    spec = scenario({"c": {}}, {"half": {"duty": 0.5}})
    run = Small(spec, [Job(0, 600, kind="half"), Job(0, 300), Job(1200, 300)])
    reached = [run.to(t).close().hub[0, 0] for t in (600.0, 900.0)]
    assert sum(reached[:1]) == pytest.approx(90_000.0, rel=1e-12)
    assert sum(reached) == pytest.approx(150_000.0, rel=1e-12)
    # the case leaves the host off from 15 to 20 min; ours idles: 100 W x 300 s more
    rest = run.to(1500.0).close().hub[0, 0]
    assert sum(reached) + rest - 100 * 300 == pytest.approx(210_000.0, rel=1e-12)


# Batsim issue 51: hosts of 203 W while a job of 4 s runs under a wall time; 100 W of them idle here. What is cut at
# its wall time is cut in the workload, so the job comes with the shorter run and the outcome killed.
@pytest.mark.parametrize(("hosts", "wall_s", "joules"), [(2, 3.0, 1218.0), (2, 4.0, 1624.0), (1, 3.0, 609.0)])
def test_batsim_energy_of_a_killed_job(hosts: int, wall_s: float, joules: float) -> None:
    spec = scenario({"c": {"servers": hosts, "device_w": 103}})
    run = Small(spec, [Job(0, wall_s, hosts, requested_s=wall_s, outcome=KILLED)]).to(wall_s)
    assert run.close().hub[0, 0] == pytest.approx(joules, rel=1e-12)
    assert run.states == ["killed"]
    assert run.world.jobs.energy_j[0] == pytest.approx(hosts * 103 * wall_s, rel=1e-12)


# SimGrid issue 171: 200 W on, off at 10 s: 2,000 J at 10 s. Only a cap switches a server off, and off draws nothing
# here (8 W there), so the energy stays what it was.
def test_simgrid_energy_of_a_server_that_is_switched_off() -> None:
    run = Small(scenario({"c": {"idle_w": 200}})).to(10)
    run.open(100)
    assert run.power_w[0] == 0.0
    before = run.to(20.0).close().hub[0, 0]
    assert before == pytest.approx(2000.0, rel=1e-12)


def test_energy_does_not_depend_on_how_often_it_is_asked() -> None:
    # CloudSim Plus issue 153: the same load, sampled from every second to every hour
    def total(step_s: float) -> float:
        run = Small(scenario({"c": {"servers": 3}}), [Job(i * 7.3, 3.1 + 11.7 * (i % 5), 1 + i % 3) for i in range(60)])
        joules = 0.0
        for t in np.arange(step_s, 3600.0 + step_s, step_s):
            joules += run.to(float(t)).close().hub[0, 0]
        return joules

    whole = total(3600.0)
    assert [total(step) for step in (1.0, 60.0, 450.0, 900.0)] == pytest.approx([whole] * 4, rel=1e-9)
