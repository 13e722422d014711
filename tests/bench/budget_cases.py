"""Whole commands and the other budgets of the design."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from energy_models.dispatch import FLOW_DTYPE, OFFER_DTYPE, SITE_DTYPE, facility_cap_w, settle
from simulator import accounting, engine, experiments, region, scenario, workload
from simulator.scheduling import make_policy
from tests.bench.jobs import NODES, batch_jobs, whole_seconds
from tests.bench.registry import Figures, case
from tests.bench.swf import write_swf

ROOT = Path(__file__).resolve().parents[2]


def children_s() -> float:
    """Return the processor seconds of the commands that have ended, their system calls included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@case("replay", "run.py replay of an SWF trace of 1,000,000 jobs, EASY, without figures: the whole command")
def replay(quick: bool) -> Figures:
    """Reading, simulating and writing, and the start of Python itself; second of two runs."""
    jobs = 100_000 if quick else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        trace, out = Path(folder) / "trace.swf", Path(folder) / "out"
        write_swf(trace, whole_seconds(batch_jobs(jobs, 0.8)), NODES)
        command = [sys.executable, "run.py", "replay", str(trace), "--queue", "easy", "--no-figures", "--no-progress"]
        for _ in range(2):
            begin, before = time.perf_counter(), children_s()
            subprocess.run([*command, "-o", str(out)], cwd=ROOT, check=True, capture_output=True)
            seconds, processor = time.perf_counter() - begin, children_s() - before
        summary = json.loads((out / "summary.json").read_text())
        timing = json.loads((out / "manifest.json").read_text())["timing"]
    assert summary["service"]["jobs_finished"] == jobs
    parts = {f"{name}_seconds": timing[f"{name}_s"] for name in ("read", "start_kernel", "simulate", "write")}
    return {"seconds": seconds, "processor_seconds": processor, **parts}


@case("year", "default scenario, a year, three hubs, without figures")
def year(quick: bool) -> Figures:
    """Load, build, simulate, account and attribute, in this process; quick = a month."""
    begin = time.perf_counter()
    loaded = scenario.load(ROOT / "scenarios" / "yrd_2025.yaml", horizon="30d" if quick else None)
    experiments.check(loaded)
    fleet = region.build(loaded.scenario)
    capacity = workload.EnergisedCapacity(*region.energised_capacity(fleet, loaded.scenario))
    work = workload.build(loaded.scenario, capacity)
    built = time.perf_counter() - begin
    policy = make_policy(loaded.scenario.policy.name, loaded.scenario.policy.options)
    records, _ = engine.simulate(loaded.scenario, fleet, work, policy)
    simulated = time.perf_counter() - begin - built
    summary = accounting.account(loaded, records)
    accounting.attribute(loaded, records)
    seconds = time.perf_counter() - begin
    assert quick or summary["service"]["jobs_submitted"] >= 500_000
    return {
        "seconds": seconds,
        "build_seconds": built,
        "simulate_seconds": simulated,
        "account_seconds": seconds - built - simulated,
        "jobs": float(len(work.jobs)),
        "jobs_per_s": len(work.jobs) / seconds,
    }


@case("settlement", "settlement of 105,120 hub-intervals")
def settlement(quick: bool) -> Figures:
    """A year of three hubs, call by call as the engine does."""
    intervals = 3_504 if quick else 35_040
    sites, offers = np.zeros(3, SITE_DTYPE), np.zeros((intervals, 3), OFFER_DTYPE)
    sites["import_limit_w"], sites["facility_limit_w"] = 1e8, np.inf
    sites["charge_power_w"], sites["discharge_power_w"], sites["battery_capacity_j"] = 1e7, 1e7, 3.6e10
    sites["efficiency_charge"] = sites["efficiency_discharge"] = 0.95
    sites["battery_policy"] = 1
    offers["pv_w"] = np.abs(np.sin(np.arange(intervals) / 96.0 * np.pi))[:, None] * 4e7
    flows, caps, load = np.zeros((intervals, 3), FLOW_DTYPE), np.zeros(3), np.full(3, 3e7)
    settle(sites.copy(), offers[0], load, 900.0, flows[0])
    facility_cap_w(sites, offers[0], 900.0, caps)
    begin = time.perf_counter()
    for i in range(intervals):
        facility_cap_w(sites, offers[i], 900.0, caps)
        settle(sites, offers[i], load, 900.0, flows[i])
    seconds = time.perf_counter() - begin
    assert (flows["pv_used_w"] > 0).any()
    return {"seconds": seconds}


@case("help", "run.py --help, a whole process, median of five")
def help_text(_quick: bool) -> Figures:
    """What a user waits for before the first line."""
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "run.py", "--help"], cwd=ROOT, check=True, capture_output=True)
        times.append(time.perf_counter() - begin)
    return {"seconds": float(np.median(times))}
