"""
Work that may wait fills hours to the brim and never over it (Carbon Explorer broke its bound on exact fill).

Servers of one device, hours of a signal, jobs of whole hours: what an hour holds is a whole number, so bounds are exact.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.scheduling import CLUSTER_COLUMNS, FIXED, INTERRUPTIBLE, Directive
from tests.unit.simulator.scheduling.small_region import NO_LIMIT_W, Job, Small, cap_for, scenario

HOUR, HOURS = 3600.0, 12
CAN_PAUSE = {"spare": {"preemptible": True, "checkpoint_interval": "1 h"}}
SIGNALS = st.lists(st.integers(0, 9), min_size=HOURS, max_size=HOURS)
SHIFTS = st.sampled_from([FIXED, INTERRUPTIBLE])
ALLOCATED = CLUSTER_COLUMNS.index("allocated_device_s")


def hourly(jobs: list[Job], signal: list[int], shift: int, *, cap_w: float = NO_LIMIT_W, servers: int = 3) -> Any:
    """Let the jobs wait by the signal; device-hours held in each of the hours, and the run."""
    run = Small(scenario({"c": {"servers": servers, "speed_min": 1.0}}, CAN_PAUSE), jobs, cap_w=cap_w)
    shape = run.world.routes.shape
    run.kernel.direct(
        Directive(
            np.zeros(shape),
            np.zeros(shape[0]),
            shift=np.full(shape[0], shift),
            plan_signal=np.array([signal], dtype=float),
            plan_step_s=HOUR,
        )
    )
    held = []
    for h in range(HOURS):
        run.to((h + 1) * HOUR)
        held.append(run.close().cluster[0, ALLOCATED] / HOUR)
    return np.array(held), run


@settings(max_examples=60, deadline=None)
@given(signal=SIGNALS, shift=SHIFTS)
def test_hours_that_must_be_full_are_exactly_full(signal: list[int], shift: int) -> None:
    # three jobs of an hour due at the end of each hour: there is one schedule
    jobs = [Job(h * HOUR, HOUR, kind="spare", deadline_s=(h + 1) * HOUR) for h in range(HOURS) for _ in range(3)]
    held, run = hourly(jobs, signal, shift)
    assert held.tolist() == [3.0] * HOURS
    assert run.states == ["finished"] * len(jobs)


@settings(max_examples=60, deadline=None)
@given(
    signal=SIGNALS,
    shift=SHIFTS,
    sizes=st.lists(st.tuples(st.integers(0, 6), st.integers(1, 4), st.integers(1, 3)), min_size=1, max_size=20),
    busy=st.sampled_from([None, 1, 2, 3]),
)
def test_no_hour_holds_more_than_devices_and_watts_allow_and_no_work_moves_before_its_submission(
    signal: list[int], shift: int, sizes: list[tuple[int, int, int]], busy: int | None
) -> None:
    jobs = [Job(h * HOUR, run * HOUR, devices, kind="spare") for h, run, devices in sorted(sizes)]
    # a cap that exactly so many busy devices reach: 100 W idle each of three, 100 W more each busy one
    cap_w = NO_LIMIT_W if busy is None else cap_for(300 + 100 * busy)
    held, run = hourly(jobs, signal, shift, cap_w=cap_w)
    most = 3 if busy is None else busy
    assert (held <= most).all()
    # by the end of each hour no more was done than had been submitted an hour's time at full width before
    asked = np.zeros(HOURS)
    for job in jobs:
        first = int(job.submit_s / HOUR)
        hours = min(int(job.work_s / HOUR), HOURS - first)
        asked[first : first + hours] += job.devices
    assert (np.cumsum(held) <= np.cumsum(asked) + 1e-9).all()
    done = run.world.jobs.executed_s @ run.world.jobs.devices + _running(run)
    assert held.sum() * HOUR == pytest.approx(done, rel=1e-12)


def _running(run: Small) -> float:
    """Device-seconds of the present runs."""
    jobs = run.world.jobs
    now = np.array([state == "running" for state in run.states])
    return float(((HOURS * HOUR - jobs.run_start_s) * jobs.devices)[now].sum())


def test_the_bounds_are_reached() -> None:
    held, _ = hourly([Job(0, HOUR, 3, kind="spare") for _ in range(HOURS)], [5, 1] * 6, FIXED)
    assert held.max() == 3.0
    assert held[0] == 0.0  # all waits for the second hour
