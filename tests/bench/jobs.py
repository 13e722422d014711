"""Jobs to measure with, and the kernel as `replay` drives it."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from simulator.experiments.replay_cluster import HUB, JOB_CLASS, cluster_scenario, start_kernel
from simulator.scheduling import Kernel, World
from simulator.workload.model import IdBlock, JobIds, Jobs, Routes, Services, Workload

NODES = 1024
YEAR_S = 365 * 86_400.0
LONGEST_S = 1e15  # later than any end


@dataclass(frozen=True)
class Trace:
    """Columns of equal length, by submission. Times in s; a job asks one to three times what it runs."""

    submit_s: np.ndarray
    run_s: np.ndarray
    nodes: np.ndarray
    requested_s: np.ndarray

    def head(self, count: int) -> Trace:
        """Return the first jobs."""
        return Trace(self.submit_s[:count], self.run_s[:count], self.nodes[:count], self.requested_s[:count])


def batch_jobs(count: int, load: float, *, mean_run_s: float = 3600.0, seed: int = 1) -> Trace:
    """Return jobs of 1 to 15 nodes, run times and gaps exponential, that load `NODES` nodes to `load`."""
    rng = np.random.default_rng(seed)
    nodes, run_s = rng.integers(1, 16, count), rng.exponential(mean_run_s, count)
    mean_gap_s = run_s.mean() * nodes.mean() / (NODES * load)
    return Trace(np.cumsum(rng.exponential(mean_gap_s, count)), run_s, nodes, run_s * rng.uniform(1.0, 3.0, count))


def whole_seconds(trace: Trace) -> Trace:
    """Return the trace with all times in whole seconds, as a trace file has them."""
    run_s = np.maximum(1.0, trace.run_s.round())
    return Trace(trace.submit_s.round(), run_s, trace.nodes, np.maximum(run_s, trace.requested_s.round()))


def kernel_of(trace: Trace, queue: str) -> Kernel:
    """Return a kernel over one cluster of `NODES`, as `replay` makes it: no power is kept."""
    n = len(trace.submit_s)
    jobs = Jobs(
        job_id=JobIds((IdBlock(""),), np.zeros(n, dtype=np.int16), np.arange(n)),
        submit_s=trace.submit_s,
        work_s=trace.run_s,
        requested_s=trace.requested_s,
        devices=trace.nodes.astype(np.int64),
        route=np.zeros(n, dtype=np.int32),
        priority=np.zeros(n, dtype=np.int32),
        deadline_s=np.full(n, np.inf),
        outcome=np.ones(n, dtype=np.int8),
        stands_for=np.ones(n, dtype=np.int64),
    )
    nothing = Services((), (), (), np.zeros((0, 0)))
    work = Workload(Routes((JOB_CLASS,), (HUB,)), jobs, nothing, {}, ())
    return start_kernel(cluster_scenario(NODES, 1, queue), work)


def run(trace: Trace, queue: str) -> tuple[World, float]:
    """Return the world after all jobs have ended, and the processor seconds of the kernel alone."""
    made = kernel_of(trace, queue)
    begin = time.process_time()
    made.advance(LONGEST_S)
    seconds = time.process_time() - begin
    assert made.world.clock[0].events == 3 * len(trace.submit_s), "a submission, a start and an end a job"
    return made.world, seconds


def queue_lengths(world: World) -> tuple[float, int]:
    """Return the mean and the longest queue over the time from the first submission to the last start."""
    submit, start = np.sort(world.jobs["submit_s"]), np.sort(world.jobs["start_s"])
    times = np.concatenate([start, submit])
    order = np.argsort(times, kind="stable")
    length = np.cumsum(np.repeat([-1, 1], len(submit))[order])
    mean = float((world.jobs["start_s"] - world.jobs["submit_s"]).sum() / (start[-1] - submit[0]))
    return mean, int(length.max())
