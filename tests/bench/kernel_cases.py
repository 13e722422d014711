"""The kernel on queues short and long, beside SimPy that makes the same schedule."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from tests.bench.jobs import NODES, YEAR_S, Trace, batch_jobs, queue_lengths, run
from tests.bench.registry import CASES, Case, Figures, case
from tests.bench.simpy_queue import callbacks, processes

REPEATS = 3  # the best of so many


def measure(trace: Trace, queue: str) -> tuple[Figures, np.ndarray]:
    """Return the figures of the kernel alone, and the starts."""
    count = len(trace.submit_s)
    run(trace.head(100), queue)  # machine code loaded before the clock starts
    world, seconds = run(trace, queue)
    for _ in range(REPEATS - 1 if seconds < 2.0 else 0):
        seconds = min(seconds, run(trace, queue)[1])
    mean, longest = queue_lengths(world)
    rates: Figures = {"jobs_per_s": count / seconds, "events_per_s": 3 * count / seconds}
    return rates | {"mean_queue": mean, "longest_queue": float(longest)}, world.jobs["start_s"]


def beside_simpy(trace: Trace, queue: str, how: dict[str, Callable[..., np.ndarray]]) -> Figures:
    """Return the figures of the kernel and how many times as fast as SimPy it is on the same jobs."""
    figures, starts = measure(trace, queue)
    for name, simulate in how.items():
        begin = time.process_time()
        theirs = simulate(trace, NODES, easy=queue == "easy")
        seconds = time.process_time() - begin
        np.testing.assert_allclose(starts, theirs, rtol=1e-12)  # SimPy adds up delays
        figures[f"simpy_{name}_jobs_per_s"] = len(starts) / seconds
        figures[f"times_simpy_{name}"] = figures["jobs_per_s"] * seconds / len(starts)  # type: ignore[operator]
    return figures


def _loaded(name: str, queue: str, load: float, count: int, how: dict[str, Callable[..., np.ndarray]]) -> None:
    def figures(quick: bool) -> Figures:
        return beside_simpy(batch_jobs(count // 10 if quick else count, load), queue, how)

    beside = f", beside SimPy ({', '.join(how)})" if how else ""
    about = f"{queue.upper()}, {count:,} jobs, {NODES:,} nodes, load {load:g}{beside}"
    CASES[name] = Case(name, about, figures)


BOTH = {"callbacks": callbacks, "processes": processes}
_loaded("fcfs-light", "fcfs", 0.8, 200_000, BOTH)
_loaded("fcfs-overload", "fcfs", 2.0, 1_000_000, {})
_loaded("easy-80", "easy", 0.8, 200_000, BOTH)
_loaded("easy-95", "easy", 0.95, 200_000, {"callbacks": callbacks})
_loaded("easy-overload", "easy", 2.0, 1_000_000, {})
_loaded("conservative", "conservative", 0.9, 100_000, {})


def _scaled(name: str, queue: str, count: int) -> None:
    def figures(quick: bool) -> Figures:
        jobs = count // 10 if quick else count
        return measure(batch_jobs(jobs, 0.8, mean_run_s=0.8 * NODES / 8.0 * YEAR_S / jobs), queue)[0]

    CASES[name] = Case(name, f"{queue.upper()}, {count:,} jobs in a year, {NODES:,} nodes, load 0.8", figures)


for exponent in (5, 6, 7):
    for discipline in ("fcfs", "easy"):
        _scaled(f"{discipline}-1e{exponent}", discipline, 10**exponent)


@case("ten-million", "EASY, 10,000,000 jobs in a year: job table, kernel and per-job results, the whole process")
def ten_million(quick: bool) -> Figures:
    """Wall time from nothing to every job's times, and processor time with the start of Python; memory of the process."""
    jobs = 1_000_000 if quick else 10_000_000
    begin = time.perf_counter()
    world, seconds = run(batch_jobs(jobs, 0.8, mean_run_s=0.8 * NODES / 8.0 * YEAR_S / jobs), "easy")
    assert (world.jobs["finish_s"] > world.jobs["submit_s"]).all()
    return {
        "seconds": time.perf_counter() - begin,
        "processor_seconds": time.process_time(),
        "kernel_seconds": seconds,
    }
