"""A year of six hubs under a policy that is asked at every step, and what one step of a policy costs."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from unittest import mock

import numpy as np

from simulator import engine, region, scenario, workload
from simulator.engine.view import Viewer
from simulator.scheduling import Kernel, make_policy
from tests.bench.budget_cases import ROOT, children_s
from tests.bench.registry import Figures, case

SIX_HUBS = ROOT / "tests" / "bench" / "six_hubs.yaml"
POLICIES = ("cheapest", "lowest_carbon", "follow_the_sun", "wait_awhile", "drift_plus_penalty")  # asked at every step


@case("year-six-hubs", "six hubs, a year, 1,000,000 jobs, drift_plus_penalty, without figures: the whole command")
def year_six_hubs(quick: bool) -> Figures:
    """Second of two runs: the first may compile. Quick = a month."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "run.py",
            "run",
            str(SIX_HUBS),
            "--no-figures",
            "--no-progress",
            "-o",
            folder + "/out",
        ]
        for _ in range(2):
            begin, before = time.perf_counter(), children_s()
            limit = ["--horizon", "30d" if quick else "365d"]
            subprocess.run([*command, *limit], cwd=ROOT, check=True, capture_output=True)
            seconds, processor = time.perf_counter() - begin, children_s() - before
        jobs = json.loads(Path(folder, "out", "summary.json").read_text())["service"]["jobs_submitted"]
    assert quick or jobs >= 900_000
    return {"seconds": seconds, "processor_seconds": processor, "jobs": float(jobs)}


@case(
    "policy-step",
    "one step of each policy, six hubs: seeing, deciding, putting in force; median [us of processor time]",
)
def policy_step(quick: bool) -> Figures:
    """Over a week (quick: a day) after a day of warm-up, with the jobs and queues of the scenario."""
    loaded = scenario.load(SIX_HUBS, overrides=("simulation.warm_up=1 d",), horizon="1d" if quick else "7d")
    fleet = region.build(loaded.scenario)
    capacity = workload.EnergisedCapacity(*region.energised_capacity(fleet, loaded.scenario))
    work = workload.build(loaded.scenario, capacity)
    figures: Figures = {}
    for name in POLICIES:
        taken = _steps_of(loaded.scenario, fleet, work, make_policy(name, {}))
        figures[f"{name}_us"] = float(np.median(taken)) * 1e6
    return figures


def _steps_of(spec, fleet, work, policy) -> np.ndarray:  # type: ignore[no-untyped-def]
    """Return the processor seconds of each step of a run."""
    taken: list[float] = []

    def timed(call, opens):  # type: ignore[no-untyped-def]
        def measured(*args, **options):  # type: ignore[no-untyped-def]
            begin = time.process_time()
            answer = call(*args, **options)
            spent = time.process_time() - begin
            if opens:
                taken.append(spent)
            else:
                taken[-1] += spent
            return answer

        return measured

    with (
        mock.patch.object(Viewer, "view", timed(Viewer.view, opens=True)),
        mock.patch.object(type(policy), "decide", timed(type(policy).decide, opens=False)),
        mock.patch.object(Kernel, "direct", timed(Kernel.direct, opens=False)),
    ):
        engine.simulate(spec, fleet, work, policy)
    return np.array(taken)
