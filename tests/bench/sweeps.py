"""Cases of sweeps: 200 points of a month, one worker beside two, and what a run costs beside the simulation."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from simulator import experiments
from tests.bench.budget_cases import ROOT
from tests.bench.registry import Figures, case

MONTH = {"horizon": "30 d", "sets": ("simulation.warm_up=7 d",)}


def swept(points: int, workers: int) -> tuple[float, float]:
    """Wall time of a sweep of a month of the default scenario, and the time its runs took in their workers. [s]"""
    step = 0.4 / (points - 1)
    with tempfile.TemporaryDirectory() as name:
        plan = experiments.plan_of(
            ROOT / "scenarios" / "yrd_2025.yaml", mode=None, plots=[], name="bench",
            vary=[f"workload.jobs.training.fill={','.join(f'{0.3 + i * step:.6f}' for i in range(points))}"], **MONTH,
        )  # fmt: skip
        sweep = experiments.prepare(plan, str(Path(name) / "x"))
        begin = time.perf_counter()
        experiments.run_sweep(sweep, workers=workers, tell=lambda _batch, _event: None)
        seconds = time.perf_counter() - begin
        assert sweep.count("done") == points
        return seconds, sum(run.outcome.seconds for run in sweep.runs if run.outcome is not None)


@case("sweep-200", "200 points of a month of the default scenario, two workers")
def two_hundred_points(quick: bool) -> Figures:
    """To be within 300 s on two cores."""
    points = 20 if quick else 200
    seconds, busy = swept(points, 2)
    return {"seconds": seconds, "a_point_in_its_worker_s": busy / points}


@case("sweep-speed-up", "one worker beside two, 40 points of a month")
def one_beside_two(quick: bool) -> Figures:
    """Speed-up of the second worker, start of the processes included; overhead of a point in the main process."""
    points = 4 if quick else 40
    one, busy = swept(points, 1)
    two, _ = swept(points, 2)
    return {"one_s": one, "two_s": two, "speed_up": one / two, "overhead_a_point_s": (one - busy) / points}
