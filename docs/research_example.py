"""
A study from Python, cell by cell: does a policy matter, and by how much more than chance?

Open it in an editor that knows ``# %%`` cells, or run it whole: ``python docs/research_example.py``. Our tests do.
"""

# %% What is asked: two policies, three demands, three seeds of the default region, two days of it.
from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from simulator import experiments  # noqa: E402

FILL, POLICY = "workload.jobs.training.fill", "policy.name"
DELIVERED, ENERGY = "capacity.fp16.effective_eflops", "energy.facility_gwh"


def main() -> None:
    """Run the cells in order."""
    folder = Path(os.environ.get("STUDY_FOLDER", tempfile.mkdtemp(prefix="study-")))

    # %% The plan, as `sweep` reads it from its options. Nothing runs yet; a wrong path would be told here.
    plan = experiments.plan_of(
        ROOT / "scenarios" / "yrd_2025.yaml",
        vary=[f"{POLICY}=home,least_loaded", f"{FILL}=0.4,0.6,0.8"],
        mode=None, plots=[], name="study", replications=3, horizon="2 d",
        sets=("simulation.warm_up=1 d", 'simulation.start="2025-08-01T00:00:00+08:00"'),
    )  # fmt: skip
    sweep = experiments.prepare(plan, str(folder))

    # %% Run what is missing. Run this cell again: everything is kept.
    experiments.run_sweep(sweep, workers=0, tell=lambda _batch, _event: None)

    # %% One row a run, one column a figure.
    table = pd.read_parquet(folder / "points.parquet")
    print(table.groupby([POLICY, FILL])[[DELIVERED, ENERGY]].mean().round(3))

    # %% Common random numbers: with the same seed both policies saw the same weather and jobs, so pair by seed.
    wide = table.pivot_table(index=[FILL, "seed"], columns=POLICY, values=DELIVERED)
    gap = wide["least_loaded"] - wide["home"]
    for fill, values in gap.groupby(level=0):
        found = experiments.estimate(values.tolist())
        print(f"fill {fill}: {found.mean:+.3f} EFLOPS, 95 % from {found.low:+.3f} to {found.high:+.3f}")

    # %% The records are there, too: what the region drew over the day, by policy.
    files = sorted(folder.glob("point=*/seed=1/steps.parquet"))
    steps = pd.read_parquet(files, columns=["time_s", "facility_w", "point"], partitioning="hive")
    steps["hour"] = (steps["time_s"] % 86400 // 3600).astype(int)
    by_hour = steps[steps["time_s"] >= 0].groupby(["point", "hour"], observed=True)["facility_w"].mean().unstack(0)
    print((by_hour / 1e6).round(2).head())


# %%
if __name__ == "__main__":
    main()
