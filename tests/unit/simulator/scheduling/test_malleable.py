"""Malleable jobs: sizes, speed-up by Amdahl, who grows and who gives back, worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.simulator.scheduling.conservation import assert_conserved
from tests.unit.simulator.scheduling.small_region import Job, Small, scenario


def classes(least: float = 0.5, most: float = 4.0, serial_share: float = 0.0, **more: Any) -> dict[str, Any]:
    """Class "work" malleable, the others not."""
    return {"work": {"malleable": {"least": least, "most": most, "serial_share": serial_share}, **more}}


def small(jobs: list[Job], servers: int = 8, kinds: Any = None, cluster: Any = None, **options: Any) -> Small:
    """One cluster of servers of one device."""
    return Small(scenario({"c": {"servers": servers, **(cluster or {})}}, kinds or classes(), **options), jobs)


def sizes(run: Small) -> list[tuple[float, int, float, str]]:
    """Time, job, size and cause of every change of size."""
    return [(e.time_s, e.job, e.value, e.cause) for e in run.events if e.kind == "resize"]


def test_alone_it_grows_to_its_most_and_does_the_same_work_in_less_time() -> None:
    run = small([Job(0, 100, 2)]).to(1000)
    assert sizes(run) == [(0.0, 0, 8.0, "idle")]  # 4 x 2, from the 1 it started with
    assert run.world.jobs.finish_s.tolist() == [25.0]  # 200 device-seconds of 8 devices
    progress = run.kernel.progress()
    assert progress["executed_s"].tolist() == [100.0]
    assert progress["held_device_s"].tolist() == [200.0]


def test_it_gives_back_what_the_head_of_the_queue_lacks_and_grows_again() -> None:
    run = small([Job(0, 1000, 2), Job(50, 100, 6, "spare")]).to(5000)
    # 400 device-seconds by 50 s; then 2 devices, until 8 again at 150 s: 2000 = 400 + 200 + 8 x 175
    assert sizes(run) == [(0.0, 0, 8.0, "idle"), (50.0, 0, 2.0, "demand"), (150.0, 0, 8.0, "idle")]
    assert run.world.jobs.start_s.tolist() == [0.0, 50.0]
    assert run.world.jobs.finish_s.tolist() == [325.0, 150.0]


def test_speed_up_is_amdahls() -> None:
    run = small([Job(0, 110, 2)], kinds=classes(serial_share=0.1)).to(1000)
    # times over one device: 0.55 with the 2 it asks, 0.2125 with 8
    assert run.world.jobs.finish_s[0] == pytest.approx(110 * 0.2125 / 0.55)
    assert run.kernel.progress()["held_device_s"][0] == pytest.approx(8 * 110 * 0.2125 / 0.55)


def test_operations_are_those_of_the_work_whatever_the_size() -> None:
    rigid = small([Job(0, 110, 2, "spare")]).to(1000).kernel.progress()["flop"][0]
    bent = small([Job(0, 110, 2)], kinds=classes(serial_share=0.1)).to(1000).kernel.progress()["flop"][0]
    assert bent == pytest.approx(rigid)


def test_the_last_submitted_gives_back_first_and_the_first_grows_first() -> None:
    jobs = [Job(0, 1000, 2), Job(0, 1000, 2), Job(100, 10, 3, "spare")]
    run = small(jobs, servers=12, kinds=classes(least=1.0)).to(105)
    assert sizes(run) == [
        (0.0, 0, 8.0, "idle"),
        (0.0, 1, 4.0, "idle"),
        (100.0, 1, 2.0, "demand"),
        (100.0, 0, 7.0, "demand"),
    ]


def test_nobody_gives_back_for_a_head_that_could_not_start_even_so() -> None:
    run = small([Job(0, 1000, 2), Job(10, 10, 7, "spare")], kinds=classes(least=1.0)).to(20)
    assert run.states == ["running", "waiting"]
    assert sizes(run) == [(0.0, 0, 8.0, "idle")]


def test_it_waits_for_its_least_only() -> None:
    run = small([Job(0, 100, 5, "spare"), Job(0, 100, 6)]).to(1)
    assert run.states == ["running", "running"]
    assert run.world.jobs.devices.tolist() == [5, 3]


def test_a_job_larger_than_its_cluster_runs_if_its_least_is_not() -> None:
    run = small([Job(0, 100, 10)]).to(1000)
    assert run.states == ["finished"]
    assert run.world.jobs.finish_s.tolist() == [125.0]  # 1000 device-seconds of 8 devices


@pytest.mark.parametrize(("asked", "least", "most"), [(1, 1, 2), (3, 1, 7), (10, 3, 25), (30, 9, 75)])
def test_least_is_rounded_up_and_most_down(asked: int, least: int, most: int) -> None:
    # 0.3 x 10 and 0.3 x 30 are a last bit above whole numbers
    busy = small([Job(0, 100, asked), Job(0, 1, 200, "spare")], servers=200, kinds=classes(0.3, 2.5)).to(0.5)
    assert busy.world.jobs.devices[0] == least
    free = small([Job(0, 100, asked)], servers=200, kinds=classes(0.3, 2.5)).to(0.5)
    assert free.world.jobs.devices[0] == most


def test_it_grows_no_further_than_the_watts_of_its_hub() -> None:
    run = small([Job(0, 1000, 2)])  # 8 servers idle at 100 W, 100 W more a busy device
    run.open(1350.0)
    run.to(10)
    assert run.world.jobs.devices.tolist() == [5]
    assert_conserved(run.world)


def test_a_lower_cap_shrinks_it_before_anyone_is_suspended() -> None:
    run = small(
        [Job(0, 1000, 2), Job(0, 1000, 2, "spare")], kinds=classes(least=0.5, most=3.0), cluster={"speed_min": 1.0}
    )
    run.to(10)
    run.open(1150.0)
    run.to(20)
    assert run.states == ["running", "running"]
    assert [line[1:] for line in sizes(run)] == [(0, 6.0, "idle"), (0, 1.0, "power")]


def test_a_head_that_lacks_watts_gets_them() -> None:
    run = small([Job(0, 1000, 2), Job(50, 10, 2, "spare")], cluster={"speed_min": 1.0})
    run.open(1550.0)
    run.to(55)
    assert run.states == ["running", "running"]
    assert run.world.jobs.devices.tolist() == [5, 2]
    assert_conserved(run.world)


def test_a_service_gets_devices_from_it_first() -> None:
    run = small([Job(0, 1000, 2)], services={"s": {}})
    run.to(10)
    run.open(asked_tflops=[1.5])  # at MFU 0.5 a device serves 0.5
    run.to(20)
    assert run.world.serving.devices[0, 0] == 3
    assert run.states == ["running"]
    assert run.world.jobs.devices.tolist() == [5]


def test_small_jobs_grow_within_a_server_and_onto_whole_ones() -> None:
    # servers of 4: one device each, then one of them may have all of the free servers
    jobs = [Job(0, 100, 1), Job(0, 100, 3, "spare")]
    run = small(jobs, servers=3, kinds=classes(1.0, 8.0), cluster={"per_server": 4}).to(1)
    assert run.world.jobs.devices.tolist() == [8, 3]
    assert_conserved(run.world)


def test_a_change_of_size_is_no_checkpoint_and_no_second_restore() -> None:
    kinds = classes(preemptible=True, checkpoint_interval="10 s", restore="8 s", least=1.0)
    run = small([Job(0, 100, 2), Job(24, 1, 7, "spare")], kinds=kinds)
    run.to(2)  # 8 devices, 4 times as fast
    run.open(0.0)
    run.to(3)
    run.open()
    run.to(1000)
    job = run.world.jobs[0]
    assert job.executed_s == pytest.approx(job.done_s + job.lost_s)
    # by 2 s it has done 8 work seconds and written no checkpoint: shrinking for the cap saves nothing; then its restore
    assert job.lost_s == 8.0 + 8.0


@pytest.mark.parametrize("discipline", ["fcfs", "easy", "sjf", "priority"])
def test_with_linear_speed_up_nothing_is_idle_while_there_is_work(discipline: str) -> None:
    jobs = [Job(10 * i, 60 + 7 * i, 1 + i % 3) for i in range(12)]
    run = small(jobs, kinds=classes(1.0, 8.0), cluster={"queue": {"discipline": discipline}})
    for t in range(0, 400, 5):
        run.to(float(t))
        assert_conserved(run.world)
    asked = sum(job.work_s * job.devices for job in jobs)
    run.to(5000)
    assert run.kernel.progress()["held_device_s"].sum() == pytest.approx(asked)
    assert (run.world.jobs.finish_s.max()) == pytest.approx(asked / 8, rel=0.15)
