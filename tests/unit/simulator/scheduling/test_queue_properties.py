"""What queues must do on any small trace: starts against a plain reference, promises kept, devices not made up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.simulator.scheduling.conservation import queue, running
from tests.unit.simulator.scheduling.plain_queue import PlainQueue, most_in_use, order_of
from tests.unit.simulator.scheduling.small_region import Job, Small, scenario

DEVICES = 6
JOBS = st.lists(
    st.builds(
        lambda submit, work, devices, more, priority: Job(
            submit, work, devices, requested_s=float(work + more), priority=priority
        ),
        submit=st.integers(0, 60),
        work=st.integers(1, 30),
        devices=st.integers(1, DEVICES),
        more=st.integers(0, 20),
        priority=st.integers(0, 2),
    ),
    min_size=1,
    max_size=30,
).map(lambda jobs: sorted(jobs, key=lambda job: job.submit_s))
# 8 processors: VALIDATION V7. FCFS is given start by start; of SJF and LJF the mean waits are, and these starts have them
V7_ROWS = ((0, 20, 3), (10, 30, 8), (20, 40, 3), (35, 20, 6), (45, 30, 4), (60, 30, 8), (75, 20, 6), (85, 80, 2))
V7 = [Job(*row) for row in V7_ROWS]


def small(discipline: str, jobs: list[Job], devices: int = DEVICES, **queue_keys: object) -> Small:
    return Small(scenario({"c": {"servers": devices, "queue": {"discipline": discipline, **queue_keys}}}), jobs)


@pytest.mark.parametrize(("discipline", "wait", "starts"), [
    ("fcfs", 52.5, [0, 20, 50, 90, 110, 140, 170, 170]),
    ("sjf", 41.25, None),
    ("ljf", 65.0, None),
])  # fmt: skip
def test_v7_every_start(discipline: str, wait: float, starts: list[float] | None) -> None:
    got = small(discipline, V7, 8).to(1e6).world.jobs.start_s.tolist()
    plain = PlainQueue(V7, 8, order_of(discipline)).run().start_s
    assert np.mean([start - job.submit_s for start, job in zip(got, V7, strict=True)]) == wait
    assert got == [plain[j] for j in range(len(V7))]
    assert starts is None or got == starts


@pytest.mark.parametrize("discipline", ["fcfs", "sjf", "ljf", "priority"])
@settings(max_examples=100, deadline=None)
@given(jobs=JOBS, ageing=st.sampled_from([0.0, 0.0625, 0.5]))
def test_jobs_start_and_end_when_the_plain_queue_says(discipline: str, jobs: list[Job], ageing: float) -> None:
    run = small(discipline, jobs, ageing=ageing).to(1e6)
    plain = PlainQueue(jobs, DEVICES, order_of(discipline, ageing)).run()
    assert run.world.jobs.start_s.tolist() == [plain.start_s[j] for j in range(len(jobs))]
    assert run.world.jobs.finish_s.tolist() == [plain.end_s[j] for j in range(len(jobs))]


@settings(max_examples=150, deadline=None)
@given(JOBS)
def test_preemptive_priority_resumes_as_the_plain_queue_says(jobs: list[Job]) -> None:
    run = small("priority", jobs, preemptive=True).to(1e6)
    plain = PlainQueue(jobs, DEVICES, order_of("priority"), preemptive=True).run()
    assert run.world.jobs.start_s.tolist() == [plain.start_s[j] for j in range(len(jobs))]
    assert run.world.jobs.finish_s.tolist() == [plain.end_s[j] for j in range(len(jobs))]
    assert run.world.jobs.lost_s.max() == 0.0


@pytest.mark.parametrize("discipline", ["fcfs", "sjf", "ljf", "priority", "easy", "conservative"])
@settings(max_examples=60, deadline=None)
@given(jobs=JOBS)
def test_there_are_never_more_devices_in_use_than_there_are_and_every_job_ends_once(
    discipline: str, jobs: list[Job]
) -> None:
    run = small(discipline, jobs).to(1e6)
    done = run.world.jobs
    assert most_in_use(jobs, done.start_s.tolist(), done.finish_s.tolist()) <= DEVICES
    assert run.states == ["finished"] * len(jobs)
    assert (done.start_s >= done.submit_s).all()
    np.testing.assert_array_equal(done.finish_s - done.start_s, [job.work_s for job in jobs])


def shadow_s(run: Small, head: int) -> float:
    """When running jobs will have given back enough devices for a job, if they run as long as they asked."""
    jobs, free = run.world.jobs, DEVICES
    ends = sorted((jobs.start_s[j] + jobs.requested_s[j], int(jobs.devices[j])) for j in running(run.world, 0))
    free -= sum(devices for _, devices in ends)
    for end, devices in ends:
        free += devices
        if free >= jobs.devices[head]:
            return float(end)
    raise AssertionError("the head does not fit an empty cluster")


@settings(max_examples=150, deadline=None)
@example([Job(0, 100, 4), Job(1, 50, 5), Job(2, 200, 1), Job(2, 200, 1)])  # one of the small may pass, not both
@given(JOBS)
def test_the_head_under_easy_starts_at_its_reservation_at_the_latest(jobs: list[Job]) -> None:
    run, promised = small("easy", jobs), dict[int, float]()
    for second in range(62 + sum(int(job.requested_s or job.work_s) for job in jobs)):
        run.to(second + 0.5)  # starts of the second are done, nothing else happens before the next
        if waiting := queue(run.world, 0):
            promised.setdefault(waiting[0], shadow_s(run, waiting[0]))
    for head, latest_s in promised.items():
        assert run.world.jobs.start_s[head] <= latest_s


@settings(max_examples=100, deadline=None)
@given(JOBS)
def test_nobody_passes_anybody_under_fcfs(jobs: list[Job]) -> None:
    starts = small("fcfs", jobs).to(1e6).world.jobs.start_s
    assert (np.diff(starts) >= 0).all()
