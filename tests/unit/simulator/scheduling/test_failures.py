"""
Failures, repairs and checkpoints, through the real kernel with its real power.

V15 to V17 are OpenDC's own tests (ScenarioRunnerTest, FailuresAndCheckpointingTest): one host that draws 100 W idle
and 200 W busy, a task that drives it half, so 150 W; a failed host goes on drawing its 100 W there. V21 is SimGrid
issue 171, V22 Batsim issue 51.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulator.scheduling import CLUSTER_COLUMNS, HUB_COLUMNS
from simulator.workload import Asked, as_workload, read_trace
from tests.unit.simulator.scheduling.conservation import assert_conserved
from tests.unit.simulator.scheduling.one_cluster import kernel
from tests.unit.simulator.scheduling.small_region import Job, Small, cap_for, scenario

MINUTE = 60.0
HALF = {"work": {"duty": 0.5}}


def outages(folder: Path, *rows: tuple[int, float, float], idle_while_down: bool = False) -> dict[str, object]:
    """A failure model read from a table of (server, failed_s, repaired_s)."""
    file = folder / "outages.csv"
    file.write_text("server,failed_s,repaired_s\n" + "".join(f"{s},{f},{r}\n" for s, f, r in rows), encoding="utf-8")
    return {"model": "trace", "file": str(file), "idle_while_down": idle_while_down}


def one_host(folder: Path, minutes: list[tuple[float, float]], **job_class: object) -> Small:
    """OpenDC's host with outages (failed, repaired) in minutes, and a task of ten minutes."""
    rows = [(0, failed * MINUTE, repaired * MINUTE) for failed, repaired in minutes]
    failures = outages(folder, *rows, idle_while_down=True)
    spec = scenario({"c": {"failures": failures, "speed_min": 1.0}}, {"work": {"duty": 0.5, **job_class}})
    return Small(spec, [Job(0, 600)])


def energy_j(run: Small, at_s: float) -> float:
    """IT energy of the hub up to an instant. [J]"""
    return float(run.to(at_s).close().hub[0, 0])


@pytest.mark.parametrize(("minutes", "end_s", "joule"), [
    ([(5, 10)], 1200, 165_000),
    ([(5, 10), (17, 27)], 2220, 288_000),
])  # fmt: skip
def test_v16_failures_without_checkpoints(
    tmp_path: Path, minutes: list[tuple[float, float]], end_s: float, joule: float
) -> None:
    run = one_host(tmp_path, minutes)
    assert energy_j(run, end_s) == joule
    assert (run.states, run.world.jobs.finish_s.tolist()) == (["finished"], [end_s])


def test_v16_given_up_after_the_tenth_failure(tmp_path: Path) -> None:
    run = one_host(tmp_path, [(10 * i + 5, 10 * i + 10) for i in range(20)], max_failures=10)
    assert energy_j(run, 5700) == 720_000
    run.to(20_000)
    assert (run.states, run.world.jobs.finish_s.tolist()) == (["failed"], [5700.0])
    assert run.world.jobs.failures.tolist() == [10]
    assert (run.world.jobs.executed_s.tolist(), run.world.jobs.lost_s.tolist()) == ([3000.0], [3000.0])
    assert [e.kind for e in run.events if e.job == 0] == ["requeue", "resume"] * 9 + ["give_up"]


def test_v17_a_checkpoint_a_minute_that_takes_a_second(tmp_path: Path) -> None:
    # 600 s of work + 300 s down + 9 checkpoints + 56 s since the one that was complete at 244 s
    run = one_host(tmp_path, [(5, 10)], checkpoint_interval="60 s", checkpoint_cost="1 s")
    assert energy_j(run, 965) == 129_750
    assert run.world.jobs.finish_s.tolist() == [965.0]
    job = run.world.jobs[0]
    assert (job.executed_s, job.lost_s, job.done_s) == (665.0, 9.0 + 56.0, 600.0)


def test_v15_opendc_host_and_its_gpu() -> None:
    classes = {"work": {"duty": 0.5}, "spare": {"duty": 1.0}}
    queued = Small(scenario({"c": {}}, classes), [Job(0, 600), Job(0, 300, kind="spare")])
    assert [energy_j(queued, 600), energy_j(queued, 900)] == [90_000, 150_000 - 90_000]
    later = Small(scenario({"c": {}}, classes), [Job(0, 600), Job(1200, 300, kind="spare")])
    assert energy_j(later, 1500) == 210_000
    # host and GPU as one device: 300 W idle, 600 W full; what is loaded decides the share of the 300 W above idle
    for duty, draw, joule in ((0.5, 2 / 3, 240_000), (0.5, 1.0, 270_000), (1.0, 5 / 6, 330_000)):
        spec = scenario({"c": {"idle_w": 300, "device_w": 300}}, {"work": {"duty": duty, "draw": draw}})
        assert energy_j(Small(spec, [Job(0, 600)]), 600) == pytest.approx(joule, rel=1e-12)


@pytest.mark.parametrize("by", ["cap", "failure"])
def test_v21_a_server_switched_off_keeps_the_energy_it_had(tmp_path: Path, by: str) -> None:
    given = {"failures": outages(tmp_path, (0, 10, 1000))} if by == "failure" else {}
    run = Small(scenario({"c": {"idle_w": 200, **given}})).to(10)
    if by == "cap":
        run.open(0.0)
    assert energy_j(run, 10) == 2000
    assert energy_j(run, 60) == 0


@pytest.mark.parametrize(("hosts", "walltime", "joule"), [(2, 3, 1218), (2, 4, 1624), (1, 3, 609)])
def test_v22_a_job_killed_at_its_request_stops_drawing_power(
    tmp_path: Path, hosts: int, walltime: int, joule: float
) -> None:
    trace = tmp_path / "trace.csv"
    trace.write_text(f"job_id,submit_time_s,duration_s,gpus,req_time_s\n1,0,4,{hosts},{walltime}\n", encoding="utf-8")
    work, cut = as_workload(read_trace(str(trace), "gpus"), Asked(), job_class="work", hub="h")
    made = kernel(scenario({"c": {"servers": hosts, "idle_w": 0, "device_w": 203}}), work)
    made.advance(10.0)
    rows = np.zeros((1, len(HUB_COLUMNS))), np.zeros((1, len(CLUSTER_COLUMNS)))
    made.close_interval(*rows)
    assert rows[0][0, 0] == joule
    assert cut.tolist() == [walltime == 3]


def test_a_failed_server_draws_nothing_and_is_neither_healthy_nor_available(tmp_path: Path) -> None:
    spec = scenario({"c": {"servers": 4, "failures": outages(tmp_path, (1, 100, 300))}})
    run = Small(spec).to(200)
    rows = run.close()
    assert rows.hub[0, 0] == 4 * 100 * 100 + 3 * 100 * 100
    assert rows.cluster[0, :4].tolist() == [800, 800, 700, 0]  # nameplate, energised, available, allocated
    assert_conserved(run.world)
    assert run.world.clusters.free_devices[0] == 3
    run.to(400)
    assert run.close().hub[0, 0] == 3 * 100 * 100 + 4 * 100 * 100
    assert [(e.time_s, e.kind, e.value, e.cause) for e in run.events] == [
        (100.0, "server_failed", 1.0, "failure"),
        (300.0, "server_repaired", 1.0, "failure"),
    ]


def test_a_large_job_dies_with_any_of_its_servers_and_its_neighbours_live(tmp_path: Path) -> None:
    spec = scenario({"c": {"servers": 6, "per_server": 2, "failures": outages(tmp_path, (2, 50, 60))}})
    run = Small(spec, [Job(0, 100, 4), Job(0, 100, 4), Job(0, 100, 1), Job(0, 100, 2)])
    assert_conserved(run.to(49).world)
    run.to(51)
    assert_conserved(run.world)
    assert run.world.jobs.failures.tolist() == [0, 1, 0, 0]
    run.to(1000)
    assert run.world.jobs.finish_s.tolist() == [100, 160, 100, 100]
    assert_conserved(run.world)


def test_small_jobs_on_one_server_die_together(tmp_path: Path) -> None:
    spec = scenario({"c": {"servers": 2, "per_server": 4, "failures": outages(tmp_path, (0, 50, 500))}})
    run = Small(spec, [Job(0, 100, 1), Job(0, 100, 2), Job(0, 100, 3)]).to(60)
    assert_conserved(run.world)
    assert run.world.jobs.failures.tolist() == [1, 1, 0]
    run.to(1000)
    assert run.world.jobs.finish_s.tolist() == [150, 200, 100]  # one fits beside the third, the other waits for it


def test_a_job_that_ends_as_its_server_fails_has_finished(tmp_path: Path) -> None:
    run = Small(scenario({"c": {"failures": outages(tmp_path, (0, 100, 200))}}), [Job(0, 100), Job(50, 10)])
    run.to(1000)
    assert run.world.jobs.finish_s.tolist() == [100, 210]


def test_a_submission_at_the_instant_of_a_repair_starts_there(tmp_path: Path) -> None:
    run = Small(scenario({"c": {"failures": outages(tmp_path, (0, 10, 200))}}), [Job(200, 10)]).to(1000)
    assert run.world.jobs.start_s.tolist() == [200]


def test_services_lose_the_devices_of_a_failed_server(tmp_path: Path) -> None:
    spec = scenario(
        {"c": {"servers": 2, "per_server": 2, "failures": outages(tmp_path, (0, 50, 100))}}, services={"s": {}}
    )
    run = Small(spec, asked_tflops=[1.5])  # three devices at MFU 0.5
    run.to(50)
    assert run.world.serving.devices.tolist() == [[1]]
    run.to(60)  # at the same instant it gets what is free elsewhere
    assert run.world.serving.devices.tolist() == [[2]]
    assert_conserved(run.world)
    run.to(101)
    assert run.world.serving.devices.tolist() == [[3]]
    assert_conserved(run.world)


def test_a_server_that_is_switched_off_fails_quietly_and_comes_back_off(tmp_path: Path) -> None:
    spec = scenario({"c": {"servers": 3, "failures": outages(tmp_path, (1, 50, 100), (0, 60, 70))}})
    run = Small(spec)
    run.open(cap_for(100))  # one server
    off = run.world.clusters.off[0]
    assert off == 2
    for time_s, expected in ((55, 1), (65, 0), (75, 1), (105, 2)):
        run.to(time_s)
        assert (run.world.clusters.off[0] + run.world.clusters.down[0], run.world.clusters.off[0]) == (2, expected)
        assert_conserved(run.world)
    run.open()
    assert_conserved(run.to(110).world)
    assert run.world.clusters.on[0] == 3


def test_a_repaired_server_waits_for_watts(tmp_path: Path) -> None:
    run = Small(scenario({"c": {"servers": 2, "speed_min": 1.0, "failures": outages(tmp_path, (0, 50, 100))}})).to(60)
    run.open(cap_for(100))
    run.to(110)
    assert (run.world.clusters.on[0], run.world.clusters.off[0]) == (1, 1)
    assert_conserved(run.world)


def test_a_trip_cuts_failed_servers_off_too(tmp_path: Path) -> None:
    failures = outages(tmp_path, (0, 50, 100), idle_while_down=True)
    run = Small(scenario({"c": {"servers": 2, "failures": failures}})).to(60)
    assert run.power_w[0] == 200
    run.open(0.0)
    assert run.power_w[0] == 0
    assert_conserved(run.world)
    run.to(110)
    run.open()
    assert run.power_w[0] == 200
    assert_conserved(run.to(120).world)


@pytest.mark.parametrize("discipline", ["easy", "conservative"])
def test_jobs_may_pass_a_head_that_cannot_start_before_a_repair(tmp_path: Path, discipline: str) -> None:
    given = {"servers": 2, "queue": {"discipline": discipline}, "failures": outages(tmp_path, (0, 10, 500))}
    run = Small(scenario({"c": given}), [Job(20, 100, 2), Job(30, 50, 1)]).to(2000)
    assert run.world.jobs.start_s.tolist() == [500, 30]


@pytest.mark.parametrize("model", [
    {"model": "exponential"}, {"model": "weibull", "shape": 0.7}, {"model": "lognormal", "sigma": 1.0},
])  # fmt: skip
def test_drawn_failures_have_their_means_and_do_not_depend_on_other_clusters(model: dict[str, object]) -> None:
    failures = model | {"mtbf": "2 h", "repair": {"model": "fixed", "mean": "30 min"}}
    alone = Small(scenario({"c": {"servers": 200, "failures": failures}})).region.outages
    two = Small(scenario({"a": {"failures": failures}, "c": {"servers": 200, "failures": failures}})).region.outages
    mine = two.cluster == 1
    assert alone.failed_s.tolist() == two.failed_s[mine].tolist()
    assert not np.isin(two.failed_s[~mine], alone.failed_s).any()
    assert np.unique(np.round(alone.repaired_s - alone.failed_s, 6)).tolist() == [1800.0]
    # 200 servers for a day, 2.5 h a cycle; renewals of a heavy-tailed cycle come a little early
    assert len(alone) == pytest.approx(200 * 24 / 2.5, rel=0.15)
