"""What is measured. Each case gives figures and asserts counts; no case asserts a time."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from energy_models.dispatch import FLOW_DTYPE, OFFER_DTYPE, SITE_DTYPE, facility_cap_w, settle
from simulator import accounting, engine, experiments, region, scenario, workload
from simulator.scheduling import make_policy
from tests.bench.simpy_fcfs import fcfs_starts
from tests.unit.simulator.scheduling import one_cluster

ROOT = Path(__file__).resolve().parents[2]
NODES, LOAD = 1024, 0.8
CASES: dict[str, Callable[[], dict[str, float]]] = {}


def case(name: str) -> Callable[[Callable[[], dict[str, float]]], Callable[[], dict[str, float]]]:
    """Register a case under its name."""

    def put(function: Callable[[], dict[str, float]]) -> Callable[[], dict[str, float]]:
        CASES[name] = function
        return function

    return put


def batch_jobs(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return submission, run time and nodes of jobs that load `NODES` nodes to `LOAD` (seed 1)."""
    rng = np.random.default_rng(1)
    nodes = rng.integers(1, 16, count)
    run_s = rng.exponential(3600.0, count)
    mean_gap = run_s.mean() * nodes.mean() / (NODES * LOAD)
    return np.cumsum(rng.exponential(mean_gap, count)), run_s, nodes


def _kernel_starts(submit_s: np.ndarray, run_s: np.ndarray, nodes: np.ndarray) -> tuple[np.ndarray, float]:
    work = one_cluster.workload_of(submit_s, run_s, nodes)
    made = one_cluster.kernel(one_cluster.scenario(NODES), work)
    begin = time.perf_counter()
    made.advance(1e12)
    seconds = time.perf_counter() - begin
    assert made.world.clock[0].events == 3 * len(submit_s), "a submission, a start and an end a job"
    return made.world.jobs.start_s, seconds


@case("kernel FCFS beside bare SimPy, 100,000 jobs, 1,024 nodes, load 0.8")
def kernel_beside_simpy() -> dict[str, float]:
    """Both make the identical schedule; the kernel integrates power at every event besides."""
    jobs = batch_jobs(100_000)
    _kernel_starts(*(column[:100] for column in jobs))  # compiled before the clock starts
    ours, seconds = _kernel_starts(*jobs)
    begin = time.perf_counter()
    theirs = fcfs_starts(*jobs, NODES)
    simpy_seconds = time.perf_counter() - begin
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    count = len(ours)
    return {
        "kernel_jobs_per_s": count / seconds,
        "simpy_jobs_per_s": count / simpy_seconds,
        "ratio": simpy_seconds / seconds,
    }


@case("kernel FCFS, 1,000,000 jobs")
def kernel_million() -> dict[str, float]:
    """Cost a job from 1e5 to 1e6 jobs: flat is 1."""
    _, small = _kernel_starts(*batch_jobs(100_000))
    _, large = _kernel_starts(*batch_jobs(1_000_000))
    return {"kernel_jobs_per_s": 1e6 / large, "cost_per_job_1e6_over_1e5": large / small / 10.0}


@case("settlement of 105,120 hub-intervals")
def settlement() -> dict[str, float]:
    """A year of three hubs, call by call as the engine does."""
    sites, offers = np.zeros(3, SITE_DTYPE), np.zeros((35_040, 3), OFFER_DTYPE)
    sites["import_limit_w"], sites["facility_limit_w"] = 1e8, np.inf
    sites["charge_power_w"], sites["discharge_power_w"], sites["battery_capacity_j"] = 1e7, 1e7, 3.6e10
    sites["efficiency_charge"] = sites["efficiency_discharge"] = 0.95
    sites["battery_policy"] = 1
    offers["pv_w"] = np.abs(np.sin(np.arange(35_040) / 96.0 * np.pi))[:, None] * 4e7
    flows, caps, load = np.zeros((35_040, 3), FLOW_DTYPE), np.zeros(3), np.full(3, 3e7)
    settle(sites.copy(), offers[0], load, 900.0, flows[0])
    facility_cap_w(sites, offers[0], 900.0, caps)
    begin = time.perf_counter()
    for i in range(len(offers)):
        facility_cap_w(sites, offers[i], 900.0, caps)
        settle(sites, offers[i], load, 900.0, flows[i])
    seconds = time.perf_counter() - begin
    assert (flows["pv_used_w"] > 0).any()
    return {"seconds": seconds}


@case("default scenario, a year, three hubs, without figures")
def default_year() -> dict[str, float]:
    """Load, build, simulate, account and attribute, in this process, kernel compiled."""
    begin = time.perf_counter()
    loaded = scenario.load(ROOT / "scenarios" / "yrd_2025.yaml")
    experiments.check(loaded)
    fleet = region.build(loaded.scenario)
    capacity = workload.EnergisedCapacity(*region.energised_capacity(fleet, loaded.scenario))
    work = workload.build(loaded.scenario, capacity)
    records, _ = engine.simulate(
        loaded.scenario, fleet, work, make_policy(loaded.scenario.policy.name, loaded.scenario.policy.options)
    )
    summary = accounting.account(loaded, records)
    accounting.attribute(loaded, records)
    seconds = time.perf_counter() - begin
    assert summary["service"]["jobs_submitted"] >= 500_000
    return {"seconds": seconds, "simulated_jobs": float(len(work.jobs)), "jobs_per_s": len(work.jobs) / seconds}


@case("run.py --help")
def help_text() -> dict[str, float]:
    """A whole process; the median of five."""
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "run.py", "--help"], cwd=ROOT, check=True, capture_output=True)
        times.append(time.perf_counter() - begin)
    return {"seconds": float(np.median(times))}
