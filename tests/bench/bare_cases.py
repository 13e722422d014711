"""The lower limit: a compiled loop that can do nothing but FCFS on counted nodes, on the same jobs."""

from __future__ import annotations

import heapq
import time

import numba
import numpy as np

from tests.bench.jobs import NODES, YEAR_S, batch_jobs, run
from tests.bench.registry import Figures, case

REPEATS = 3  # the best of so many


@numba.njit
def bare_fcfs(submit_s: np.ndarray, run_s: np.ndarray, nodes: np.ndarray, capacity: int) -> np.ndarray:
    """Return when each job starts. No power, no places, no estimates, no states: a heap of ends and a pointer."""
    starts = np.zeros(len(submit_s))
    ends = [(np.inf, 0)]
    free, now = capacity, 0.0
    for j in range(len(submit_s)):
        now = max(now, submit_s[j])
        while ends[0][0] <= now or free < nodes[j]:
            end, given = heapq.heappop(ends)
            now = max(now, end)
            free += given
        free -= nodes[j]
        starts[j] = now
        heapq.heappush(ends, (now + run_s[j], nodes[j]))
    return starts


@case("lower-limit", "FCFS, 1,000,000 jobs, load 0.8: the kernel beside a compiled loop that can do nothing else")
def lower_limit(quick: bool) -> Figures:
    """Both start every job at the same instant."""
    jobs = 100_000 if quick else 1_000_000
    trace = batch_jobs(jobs, 0.8, mean_run_s=0.8 * NODES / 8.0 * YEAR_S / jobs)
    columns = (trace.submit_s, trace.run_s, trace.nodes)
    bare_fcfs(*(column[:100] for column in columns), NODES)
    run(trace.head(100), "fcfs")
    bare = ours = np.inf
    for _ in range(REPEATS):
        begin = time.process_time()
        starts = bare_fcfs(*columns, NODES)
        bare = min(bare, time.process_time() - begin)
        world, seconds = run(trace, "fcfs")
        ours = min(ours, seconds)
    np.testing.assert_allclose(starts, world.jobs["start_s"], rtol=1e-12)
    return {"bare_jobs_per_s": jobs / bare, "jobs_per_s": jobs / ours, "times_slower_than_bare": ours / bare}
