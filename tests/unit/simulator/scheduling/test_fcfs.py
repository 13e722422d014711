"""FCFS to the second: cases published by other systems, and a brute-force reference on random traces."""

from __future__ import annotations

import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.scheduling import HUB_COLUMNS
from tests.unit.simulator.scheduling.one_cluster import close, kernel, scenario, workload

# V7 of the validation cases: 8 processors, jobs (submit, run, processors); AccaSim gives the same FCFS starts.
V7 = [(0, 20, 3), (10, 30, 8), (20, 40, 3), (35, 20, 6), (45, 30, 4), (60, 30, 8), (75, 20, 6), (85, 80, 2)]
V7_STARTS = [0, 20, 50, 90, 110, 140, 170, 170]


def starts(rows: list[tuple[float, float, int]], servers: int) -> tuple[list[float], list[float]]:
    made = kernel(scenario(servers), workload(rows))
    made.advance(1e9)
    return made.world.jobs.start_s.tolist(), made.world.jobs.finish_s.tolist()


def test_accasim_eight_jobs_on_eight_processors() -> None:
    begun, ended = starts(V7, 8)
    assert begun == V7_STARTS
    assert max(ended) == 250
    assert np.mean(np.array(begun) - [row[0] for row in V7]) == 52.5


def test_a_job_that_ends_frees_its_processors_for_a_start_at_the_same_instant() -> None:
    assert starts([(0, 10, 2), (10, 5, 2)], 2)[0] == [0, 10]


def test_ends_come_before_submissions_within_an_instant() -> None:
    # at 10 the first job ends, two are submitted; the older one starts at once, the younger waits for it
    assert starts([(0, 10, 2), (10, 5, 2), (10, 5, 2)], 2)[0] == [0, 10, 15]


def reference(rows: list[tuple[float, float, int]], servers: int) -> list[float]:
    """FCFS written the plainest way: the next job starts when it is submitted, after its forerunner, and fits."""
    running: list[tuple[float, int]] = []
    free, now, begun = servers, 0.0, []
    for submit, work, devices in rows:
        now = max(now, submit)
        while running and (running[0][0] <= now or free < devices):
            end, gave = heapq.heappop(running)
            now, free = max(now, end), free + gave
        begun.append(now)
        heapq.heappush(running, (now + work, devices))
        free -= devices
    return begun


JOBS = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 30), st.integers(1, 6)), min_size=1, max_size=25)


@settings(max_examples=200, deadline=None)
@given(JOBS)
def test_random_traces_start_as_the_plain_reference_says(rows: list[tuple[int, int, int]]) -> None:
    rows = sorted(rows, key=lambda row: row[0])
    assert starts(rows, 6)[0] == reference(rows, 6)


def test_instants_between_events_change_nothing() -> None:
    rows = [(i * 7.3, 3.1 + 11.7 * (i % 5), 1 + i % 4) for i in range(60)]
    whole = kernel(scenario(6), workload(rows))
    whole.advance(2000.0)
    stepped = kernel(scenario(6), workload(rows))
    for t in np.arange(1.7, 2000.0, 1.7):
        stepped.advance(float(t))
    stepped.advance(2000.0)
    for name in ("start_s", "finish_s", "state"):
        np.testing.assert_array_equal(getattr(whole.world.jobs, name), getattr(stepped.world.jobs, name))


def test_one_interval_closes_its_energy_to_the_last_digit() -> None:
    made = kernel(scenario(2), workload([(100, 300, 1)]))
    made.advance(900.0)
    hub, cluster = close(made)
    assert hub[0] == pytest.approx(2 * 100 * 900 + 100 * 300, rel=1e-12)
    assert hub[2] == pytest.approx(100 * 300, rel=1e-12)
    assert hub[HUB_COLUMNS.index("facility_max_w")] == 300.0
    assert cluster[3] == 300.0  # allocated device-seconds
    assert cluster[5] == pytest.approx(0.5 * 300.0)  # x duty 1 x MFU 0.5
    assert made.world.jobs.energy_j[0] == pytest.approx(100 * 300)
    assert made.world.jobs.flop[0] == pytest.approx(0.5e12 * 300)


@pytest.mark.parametrize(("per_server", "sizes", "expected"), [
    (4, [1, 2, 1, 4, 3], [0, 0, 0, 1, 2]),  # 1, 2 and 1 fill server 0; 4 takes server 1; 3 opens server 2
    (4, [3, 2, 1, 2], [0, 1, 0, 1]),  # the last single goes to the fullest with room (0), the pair to server 1
    (4, [6, 1], [1, 2]),  # six devices take two whole servers; the chain begins with the last one taken
])  # fmt: skip
def test_best_fit_packs_the_fullest_server_with_room(per_server: int, sizes: list[int], expected: list[int]) -> None:
    made = kernel(scenario(4, per_server), workload([(0, 100, size) for size in sizes]))
    made.advance(10.0)
    assert made.world.jobs.server.tolist() == expected


def test_a_job_larger_than_the_cluster_is_rejected_and_the_rest_runs() -> None:
    made = kernel(scenario(4), workload([(0, 10, 5), (0, 10, 4)]))
    made.advance(100.0)
    assert made.world.jobs.state.tolist() == [4, 1]
    assert made.world.jobs.reason.tolist() == [2, 0]
