"""Packing on servers of several devices: against the plainest reference, and what must hold whatever happens."""

from __future__ import annotations

import heapq

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.scheduling import QUEUES, World
from simulator.scheduling.kernel.state import RUNNING
from tests.unit.simulator.scheduling.conservation import assert_conserved
from tests.unit.simulator.scheduling.small_region import Job, Small, scenario

SIZES = st.integers(1, 11)
ROWS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40), SIZES), min_size=1, max_size=30)


def servers_of(world: World, j: int, per_server: int) -> list[int]:
    """The servers a job has (or had) by its chain, sorted."""
    server, found = int(world.jobs.server[j]), []
    for _ in range(-(-int(world.jobs.devices[j]) // per_server)):
        found.append(server)
        server = int(world.servers.next_held[server])
    return sorted(found)


def best_fit(free: list[int], per_server: int, devices: int) -> list[int] | None:
    """The servers a job of `devices` gets by the rule; None if it does not fit."""
    if devices >= per_server:
        whole = [i for i, left in enumerate(free) if left == per_server]
        count = -(-devices // per_server)
        return whole[:count] if len(whole) >= count else None
    room = [(left, i) for i, left in enumerate(free) if left >= devices]
    return [min(room)[1]] if room else None


def reference(rows: list[Job], servers: int, per_server: int) -> list[tuple[float, list[int]]]:
    """FCFS with best fit: start and servers of each job."""
    free, running, now = [per_server] * servers, [], 0.0
    placed: list[tuple[float, list[int]]] = []

    def end_next() -> float:
        end, _, got, each = heapq.heappop(running)
        for server in got:
            free[server] += each
        return end

    for number, job in enumerate(rows):
        now = max(now, job.submit_s)
        while running and running[0][0] <= now:
            end_next()
        while (got := best_fit(free, per_server, job.devices)) is None:
            now = end_next()
            while running and running[0][0] <= now:  # all ends of an instant come before its starts
                end_next()
        each = min(job.devices, per_server)
        for server in got:
            free[server] -= each
        placed.append((now, got))
        heapq.heappush(running, (now + job.work_s, number, got, each))
    return placed


@settings(max_examples=150, deadline=None)
@given(ROWS, st.sampled_from([2, 3, 4, 8]))
def test_starts_and_servers_are_those_of_the_plain_reference(rows: list[tuple[int, int, int]], per_server: int) -> None:
    jobs = [Job(*row) for row in sorted([*rows, (0, 1, 1)], key=lambda row: row[0])]  # a single device: numbers matter
    jobs = [job for job in jobs if job.devices <= 4 * per_server]
    run = Small(scenario({"c": {"servers": 4, "per_server": per_server}}), jobs)
    assert not run.world.clusters.counted[0]
    expected, seen = reference(jobs, 4, per_server), {}
    for time_s in np.arange(0.5, 3000.0, 1.0):  # instants are whole seconds: look between them
        run.to(float(time_s))
        for j in np.flatnonzero(run.world.jobs.state == RUNNING).tolist():
            seen.setdefault(j, servers_of(run.world, j, per_server))
        if (run.world.jobs.state == 1).all():
            break
    assert run.world.jobs.start_s.tolist() == [start for start, _ in expected]
    assert [seen[j] for j in range(len(jobs))] == [servers for _, servers in expected]


@settings(max_examples=100, deadline=None)
@given(ROWS, st.sampled_from([2, 4, 8]))
def test_counting_servers_gives_the_schedule_of_naming_them(rows: list[tuple[int, int, int]], per_server: int) -> None:
    """Jobs of whole servers only: the short cut must change nothing. A last single device forces names."""
    jobs = [Job(s, w, min(n, 4) * per_server) for s, w, n in sorted(rows, key=lambda row: row[0])]
    spec = scenario({"c": {"servers": 4, "per_server": per_server}})
    counted, named = Small(spec, jobs), Small(spec, [*jobs, Job(1e6, 1, 1)])
    assert counted.world.clusters.counted[0]
    assert not named.world.clusters.counted[0]
    for time_s in (7.5, 40.0, 900.0):
        assert_conserved(counted.to(time_s).world)
        assert_conserved(named.to(time_s).world)
    counted.to(1e5)
    named.to(1e5)
    np.testing.assert_array_equal(counted.world.jobs.start_s, named.world.jobs.start_s[:-1])
    np.testing.assert_array_equal(counted.world.jobs.finish_s, named.world.jobs.finish_s[:-1])


CLUSTERS = st.lists(
    st.fixed_dictionaries(
        {
            "servers": st.integers(1, 4),
            "per_server": st.sampled_from([1, 2, 4]),
            "hub": st.sampled_from(["h", "g"]),
            "idle_w": st.sampled_from([0, 50, 100]),
            "speed_min": st.sampled_from([0.5, 0.8, 1.0]),
            "low_power": st.sampled_from([0.0, 0.4, 0.9]),
            "queue": st.fixed_dictionaries({"discipline": st.sampled_from(sorted(QUEUES))}),
        }
    ),
    min_size=1,
    max_size=3,
)
JOBS = st.lists(
    st.builds(
        Job,
        submit_s=st.integers(0, 60),
        work_s=st.integers(1, 40),
        devices=st.integers(1, 7),
        kind=st.sampled_from(["work", "spare", "saves"]),
        priority=st.integers(0, 2),
        origin=st.just("h"),
        requested_s=st.none(),
        outcome=st.sampled_from([1, 2, 3]),
        milli=st.sampled_from([0, 0, 1, 250, 499, 500, 999]),
    ).map(lambda job: job._replace(devices=1) if job.milli else job),
    min_size=1,
    max_size=25,
)
CAPS_W = st.sampled_from([0.0, 1e-3, 150.0, 300.0, 500.0, 800.0, 1e12])
SCORES = st.sampled_from([0.0, 1.0, np.inf])


@settings(max_examples=120, deadline=None)
@given(CLUSTERS, JOBS, st.integers(0, 2), st.data())
def test_whatever_happens_nothing_is_lost_or_taken_twice(
    clusters: list[dict[str, float]], jobs: list[Job], services: int, data: st.DataObject
) -> None:
    classes = {
        "spare": {"preemptible": True, "checkpoint_interval": "10 s", "restore": "3 s"},
        "saves": {"checkpoint_interval": "7 s"},
    }
    named = {f"c{i}": options for i, options in enumerate(clusters)}
    spec = scenario(named, classes, {f"s{i}": {} for i in range(services)}, hubs=("h",))
    run = Small(spec, sorted(jobs, key=lambda job: job.submit_s), commission=False)
    run.direct(0.0, load_weight=1.0)
    hubs, waiting = len(run.region.hubs), list(range(len(clusters)))
    time_s = 0.0
    for _ in range(data.draw(st.integers(1, 12))):
        happens = data.draw(st.sampled_from(["commission", "interval", "directive"]))
        if happens == "commission" and waiting:
            run.kernel.commission(waiting.pop())
        elif happens == "interval":
            run.close()
            caps = data.draw(st.lists(CAPS_W, min_size=hubs, max_size=hubs))
            run.open(caps, data.draw(st.lists(st.floats(0, 4), min_size=services, max_size=services)))
        elif happens == "directive":
            routes, columns = run.world.routes.shape
            table = data.draw(st.lists(SCORES, min_size=routes * columns, max_size=routes * columns))
            run.direct(np.reshape(table, (routes, columns)), data.draw(st.sampled_from([0.0, 1.0])))
        assert_conserved(run.world)
        time_s += data.draw(st.sampled_from([0.5, 1.0, 3.0, 7.25, 20.0]))
        assert_conserved(run.to(time_s).world)
    assert_all_ends_well(run, waiting, services)


def assert_all_ends_well(run: Small, waiting: list[int], services: int) -> None:
    """With every cluster in service, no cap and nothing forbidden, every job ends, with its work done once."""
    for cluster in waiting:
        run.kernel.commission(cluster)
    run.open(asked_tflops=[0.0] * services)
    run.direct(0.0, load_weight=1.0)
    run.to(1e5)
    assert_conserved(run.world)
    assert set(run.states) <= {"finished", "failed", "killed", "rejected"}
    done = run.world.jobs[run.world.jobs.state != 4]
    np.testing.assert_array_equal(done.state, done.outcome)
    np.testing.assert_allclose(done.executed_s - done.lost_s, done.work_s, rtol=1e-12)
    assert (run.world.clusters.held == 0).all()
