"""Queue disciplines: schedules other systems publish, and backfilling against brute-force references."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.scenario import Scenario
from tests.unit.simulator.scheduling.one_cluster import kernel, scenario, workload

Row = tuple[float, float, int]
# 8 processors, (submit, run, processors). AccaSim agrees on FCFS, on every EASY start, on SJF and LJF.
V7: list[Row] = [(0, 20, 3), (10, 30, 8), (20, 40, 3), (35, 20, 6), (45, 30, 4), (60, 30, 8), (75, 20, 6), (85, 80, 2)]


def queued(discipline: str, servers: int, per_server: int = 1, **queue: object) -> Scenario:
    """The one-cluster scenario with another queue."""
    made = scenario(servers, per_server)
    cluster = made.clusters["c"]
    queue_spec = cluster.queue.model_copy(update={"discipline": discipline, **queue})
    return made.model_copy(update={"clusters": {"c": cluster.model_copy(update={"queue": queue_spec})}})


def run(
    discipline: str, rows: list[Row], servers: int, requested: list[float] | None = None, **queue: object
) -> np.recarray:
    """All jobs after a run to the end."""
    made = kernel(queued(discipline, servers, **queue), workload(rows, requested=requested))
    made.advance(1e9)
    return made.world.jobs


@pytest.mark.parametrize(("discipline", "wait", "makespan"), [
    ("fcfs", 52.5, 250), ("easy", 30.0, 195), ("conservative", 33.75, 220), ("sjf", 41.25, 230), ("ljf", 65.0, 240),
])  # fmt: skip
def test_v7_mean_waits_and_makespans(discipline: str, wait: float, makespan: float) -> None:
    jobs = run(discipline, V7, 8)
    assert np.mean(jobs.start_s - [row[0] for row in V7]) == wait
    assert jobs.finish_s.max() == makespan


def test_v7_easy_starts() -> None:
    assert run("easy", V7, 8).start_s.tolist() == [0, 20, 50, 90, 50, 165, 110, 85]


def test_v7_conservative_starts() -> None:
    assert run("conservative", V7, 8).start_s.tolist() == [0, 20, 50, 90, 50, 110, 140, 140]


def test_v5_conservative_completions() -> None:
    rows: list[Row] = [(0, 6000, 1), (0, 70, 2), (0, 20, 4), (0, 20, 5), (0, 6000, 1)]
    assert run("conservative", rows, 6).finish_s.tolist() == [6000, 70, 90, 110, 6110]


def test_v5b_wrench_conservative_with_requests() -> None:
    rows: list[Row] = [(0, 60, 2), (0, 60, 2), (0, 60, 4), (0, 60, 2)]
    assert run("conservative", rows, 4, [600, 120, 120, 300]).finish_s.tolist() == [60, 60, 120, 180]


def test_a_full_queue_turns_the_newest_away() -> None:
    rows: list[Row] = [(0, 100, 1), (1, 10, 1), (2, 10, 1), (3, 10, 1)]
    jobs = run("fcfs", rows, 1, max_waiting=1)
    assert jobs.state.tolist() == [1, 1, 4, 4]
    assert jobs.reason.tolist() == [0, 0, 3, 3]
    loss = run("fcfs", rows, 1, max_waiting=0)
    assert loss.state.tolist() == [1, 4, 4, 4]


def test_preemptive_priority_suspends_the_lower_and_resumes_it_where_it_stopped() -> None:
    spec = queued("priority", 2, preemptive=True)
    made = kernel(spec, workload([(0, 100, 2), (10, 5, 1), (40, 20, 2)], priority=[0, 0, 5]))
    made.advance(1e9)
    assert made.world.jobs.start_s.tolist() == [0, 120, 40]
    assert made.world.jobs.finish_s.tolist() == [120, 125, 60]
    assert made.world.jobs.lost_s.tolist() == [0, 0, 0]


@pytest.mark.parametrize(("nodes", "rows", "ends"), [
    (4, [(0, 60, 2), (0, 30, 4), (0, 30, 2), (0, 50, 2)], [60, 90, 30, 140]),
    # (b) tells EASY from conservative backfilling, which would end the fourth at 110
    (6, [(0, 6000, 1), (0, 70, 2), (0, 20, 4), (0, 20, 5), (0, 6000, 1)], [6000, 70, 90, 6020, 6000]),
    (6, [(0, 660, 3), (1, 120, 1), (2, 1740, 3), (3, 1080, 1)], [660, 121, 1861, 1740]),
])  # fmt: skip
def test_v5_wrench_easy_completions(nodes: int, rows: list[Row], ends: list[float]) -> None:
    assert run("easy", rows, nodes).finish_s.tolist() == ends


@pytest.mark.parametrize(("machines", "runs", "makespan"), [
    (3, [5, 5, 4, 4, 3, 3, 3], 11), (4, [7, 7, 6, 6, 5, 5, 4, 4, 4], 15), (2, [3, 3, 2, 2, 2], 7),
])  # fmt: skip
def test_v10_longest_first_on_its_worst_cases(machines: int, runs: list[int], makespan: float) -> None:
    assert run("ljf", [(0, length, 1) for length in runs], machines).finish_s.max() == makespan


def test_priority_goes_first_and_ageing_lets_the_old_pass() -> None:
    rows: list[Row] = [(0, 100, 1), (1, 10, 1), (50, 10, 1)]

    def starts(ageing: str) -> list[float]:
        spec = queued("priority", 1, ageing=float(ageing))
        made = kernel(spec, workload(rows, priority=[0, 0, 5]))
        made.advance(1e9)
        return made.world.jobs.start_s.tolist()

    assert starts("0") == [0, 110, 100]  # five points beat nothing
    assert starts("0.2") == [0, 100, 110]  # 49 s older at 0.2 a second is 9.8 points


def easy_reference(rows: list[Row], requested: list[float], servers: int) -> list[float]:
    """EASY written the plainest way: all lists sorted anew at every event."""
    starts: dict[int, float] = {}
    events = sorted({row[0] for row in rows})
    while events:
        now = events.pop(0)
        queue = [j for j, row in enumerate(rows) if row[0] <= now and j not in starts]
        running = [j for j in starts if starts[j] + rows[j][1] > now]
        free = servers - sum(rows[j][2] for j in running)

        def begin(j: int, now: float = now, running: list[int] = running, queue: list[int] = queue) -> None:
            starts[j] = now
            running.append(j)
            queue.remove(j)
            if now + rows[j][1] not in events:
                events.append(now + rows[j][1])

        while queue and rows[queue[0]][2] <= free:
            free -= rows[queue[0]][2]
            begin(queue[0])
        if queue:
            back, shadow, available = sorted((starts[j] + requested[j], rows[j][2]) for j in running), now, free
            for end, devices in back:
                if available >= rows[queue[0]][2]:
                    break
                shadow, available = end, available + devices
            extra = free + sum(devices for end, devices in back if end <= shadow) - rows[queue[0]][2]
            for j in queue[1:]:
                size = rows[j][2]
                if size <= free and (now + requested[j] <= shadow or size <= extra):
                    extra -= size if now + requested[j] > shadow else 0
                    free -= size
                    begin(j)
        events.sort()
    return [starts[j] for j in range(len(rows))]


JOBS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 30), st.integers(1, 6), st.integers(0, 20)), min_size=1, max_size=30
)


@settings(max_examples=300, deadline=None)
@given(JOBS)
def test_easy_on_random_traces_starts_as_the_plain_reference_says(drawn: list[tuple[int, int, int, int]]) -> None:
    drawn = sorted(drawn, key=lambda row: row[0])
    rows: list[Row] = [(submit, length, size) for submit, length, size, _ in drawn]
    requested = [float(length + more) for _, length, _, more in drawn]
    assert run("easy", rows, 6, requested).start_s.tolist() == easy_reference(rows, requested, 6)


def conservative_reference(rows: list[Row], requested: list[float], servers: int) -> list[float]:
    """Conservative backfilling with integer times: the plan is a list of free processors second by second."""
    starts: dict[int, float] = {}
    events = sorted({row[0] for row in rows})
    horizon = int(max(row[0] for row in rows) + sum(requested) + 1)
    while events:
        now = int(events.pop(0))
        free = [servers] * horizon
        for j, begun in starts.items():
            if begun + rows[j][1] > now:
                for t in range(now, int(begun + requested[j])):
                    free[t] -= rows[j][2]
        for j, (submit, length, size) in enumerate(rows):
            if submit > now or j in starts:
                continue
            asked = int(requested[j])
            at = next(t for t in range(now, horizon) if min(free[t : t + asked]) >= size)
            for t in range(at, at + asked):
                free[t] -= size
            if at == now:
                starts[j] = now
                if now + length not in events:
                    events.append(now + length)
        events.sort()
    return [starts[j] for j in range(len(rows))]


@settings(max_examples=150, deadline=None)
@given(JOBS)
def test_conservative_on_random_traces_starts_as_the_plain_reference_says(
    drawn: list[tuple[int, int, int, int]],
) -> None:
    drawn = sorted(drawn, key=lambda row: row[0])
    rows: list[Row] = [(submit, length, size) for submit, length, size, _ in drawn]
    requested = [float(length + more) for _, length, _, more in drawn]
    assert run("conservative", rows, 6, requested).start_s.tolist() == conservative_reference(rows, requested, 6)
