"""
Queueing theory: means of many independent replications within four standard errors of the closed form.

Each case runs 20 replications of 50,000 jobs, a million in all; the first tenth of each is cut.
What is asserted is theory, never our own output.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.simulator.scheduling.one_cluster import kernel, workload_of
from tests.unit.simulator.scheduling.test_queues import queued

REPLICATIONS, JOBS, CUT = 20, 50_000, 5_000


def replicate(rate: float, servers: int, draw, measure, **queue: object) -> tuple[float, float]:  # type: ignore[no-untyped-def]
    """Mean and standard error of `measure(jobs, submit)` over the replications; `draw(rng, n)` gives run times."""
    discipline = str(queue.pop("discipline", "fcfs"))
    priorities = queue.pop("priorities", None)
    figures = []
    for seed in range(REPLICATIONS):
        rng = np.random.default_rng([seed, servers])
        submit, run_s = np.cumsum(rng.exponential(1.0 / rate, JOBS)), draw(rng, JOBS)
        levels = None if priorities is None else rng.choice(len(priorities), JOBS, p=priorities).tolist()
        work = workload_of(submit, run_s, np.ones(JOBS, dtype=np.int64), priority=levels)
        made = kernel(queued(discipline, servers, **queue), work)
        made.advance(1e12)
        figures.append(measure(made.world.jobs[CUT:], submit[CUT:]))
    return float(np.mean(figures)), float(np.std(figures, ddof=1) / np.sqrt(REPLICATIONS))


def exponential(rng: np.random.Generator, n: int) -> np.ndarray:
    """Unit mean."""
    return rng.exponential(1.0, n)


def wait(jobs: np.recarray, submit: np.ndarray) -> float:
    """Mean wait."""
    return float(np.mean(jobs["start_s"] - submit))


def agrees(found: tuple[float, float], theory: float) -> bool:
    """Within four standard errors."""
    return abs(found[0] - theory) <= 4.0 * found[1]


@pytest.mark.parametrize(("rate", "servers", "waiting_share", "mean_wait"), [
    (0.8, 1, 0.8, 4.0),
    (1.6, 2, 0.71111111, 1.77777778),
    (3.2, 4, 0.59643247, 0.74554059),
    (18, 20, 0.550769, 0.2753845),
])  # fmt: skip
def test_v1_erlang_c(rate: float, servers: int, waiting_share: float, mean_wait: float) -> None:
    assert agrees(replicate(rate, servers, exponential, wait), mean_wait)
    share = replicate(rate, servers, exponential, lambda jobs, submit: np.mean(jobs["start_s"] > submit))
    assert agrees(share, waiting_share)


@pytest.mark.parametrize(("servers", "load", "blocked"), [
    (4, 3.2, 0.22814493), (5, 4, 0.19906687), (10, 8, 0.12166106), (20, 18, 0.10921285), (100, 90, 0.02695738),
])  # fmt: skip
def test_v2_erlang_loss(servers: int, load: float, blocked: float) -> None:
    found = replicate(load, servers, exponential, lambda jobs, _: np.mean(jobs["state"] == 4), max_waiting=0)
    assert agrees(found, blocked)


def erlang4(rng: np.random.Generator, n: int) -> np.ndarray:
    """Unit mean, squared coefficient of variation 1/4."""
    return rng.gamma(4.0, 0.25, n)


def hyperexponential(rng: np.random.Generator, n: int) -> np.ndarray:
    """Unit mean, squared coefficient of variation 4, two balanced branches."""
    p = 0.5 * (1 + np.sqrt(3 / 5))
    first = rng.random(n) < p
    return np.where(first, rng.exponential(0.5 / p, n), rng.exponential(0.5 / (1 - p), n))


@pytest.mark.parametrize(("draw", "mean_wait"), [
    (lambda _rng, n: np.ones(n), 2.0), (erlang4, 2.5), (exponential, 4.0), (hyperexponential, 10.0),
])  # fmt: skip
def test_v3_pollaczek_khinchine(draw, mean_wait: float) -> None:  # type: ignore[no-untyped-def]
    assert agrees(replicate(0.8, 1, draw, wait), mean_wait)


@pytest.mark.parametrize(
    ("preemptive", "high", "low"), [(False, 1.14285714, 5.71428571), (True, 1.42857143, 7.14285714)]
)
def test_v4_two_classes(preemptive: bool, high: float, low: float) -> None:
    def figure(level: int):  # type: ignore[no-untyped-def]
        # without preemption theory gives waits, with preemptive resume sojourn times
        column = "finish_s" if preemptive else "start_s"

        def measure(jobs: np.recarray, submit: np.ndarray) -> float:
            mine = jobs["priority"] == level
            return float(np.mean(jobs[column][mine] - submit[mine]))

        return measure

    options = {"discipline": "priority", "priorities": [0.5 / 0.8, 0.3 / 0.8], "preemptive": preemptive}
    assert agrees(replicate(0.8, 1, exponential, figure(1), **options), high)
    assert agrees(replicate(0.8, 1, exponential, figure(0), **options), low)
