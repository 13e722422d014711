"""
How the calibration tables of the workload room were made from the published statistics and the real tables.

Run ``python tests/unit/simulator/workload/make_calibration.py DATA_DIR OUT_DIR`` to make them again;
`test_workload_calibration.py` does so and compares with what is shipped.

The releases give, for each job type, the run-time curve and the shares of jobs and of GPU time, but the
GPU-count curves only over all types. The split of sizes by type is therefore *fitted*: the table ``n[type,
size]`` of least relative error against four published margins (jobs by type: exact; GPU time by type, jobs by
size, GPU time by size), with sizes and run times independent within a type and a pull (relative entropy)
towards "every type has the overall sizes" where the margins leave it free.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize, root

SHORTEST_S = 0.5  # the curves begin at "at or below 1 s"
SIZES = {
    "Seren": [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 768, 1024],
    "Kalos": [1, 2, 8, 16, 32, 64, 128, 256, 512, 1024],
}
ROWS = {
    "Seren": {t: f"seren_{t.lower()}" for t in ("Pretrain", "MLLM", "SFT", "Eval", "Debug", "Other")},
    "Kalos": {"Pretrain": "kalos_pretrain"},
}
PHILLY_CLASSES = [(1, 1), (2, 2), (3, 4), (5, 8), (9, 16), (17, 32), (33, 128)]
PHILLY_CDF = np.unique(
    [
        0,
        0.01,
        0.02,
        *np.arange(0.05, 0.9, 0.05),
        *np.arange(0.9, 0.99, 0.01),
        0.99,
        *np.arange(0.991, 1, 0.001),
        0.9995,
        1,
    ]
).round(4)


def curves(folder: Path) -> dict[tuple[str, str, str], list[tuple[float, float]]]:
    """Read the curves of the release: (figure, panel, series) to (x, cdf)."""
    found = defaultdict(list)
    with (folder / "trace-acme-2023" / "figure_cdfs.csv").open() as lines:
        for row in csv.DictReader(lines):
            found[row["figure"], row["panel"], row["series"]].append((float(row["x"]), float(row["cdf_pct"]) / 100))
    return found


def shares(folder: Path, cluster: str) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Read the job types of a cluster with their shares of jobs and of GPU time."""
    share: dict[str, dict[str, float]] = {"job_count_pct": {}, "gpu_time_pct": {}}
    with (folder / "trace-acme-2023" / "job_type_shares.csv").open() as lines:
        for row in csv.DictReader(lines):
            if row["cluster"] == cluster:
                share[row["measure"]][row["job_type"]] = float(row["pct"])
    types = sorted(share["job_count_pct"])
    jobs, time = (np.array([share[m][t] for t in types]) for m in ("job_count_pct", "gpu_time_pct"))
    return types, jobs / jobs.sum(), time / time.sum()


def summary(folder: Path, cluster: str) -> dict[str, float]:
    """Read the released summary of a cluster."""
    with (folder / "trace-acme-2023" / "cluster_summary.csv").open() as lines:
        row = next(row for row in csv.DictReader(lines) if row["id"] == cluster)
    return {key: float(value) for key, value in row.items() if value and key != "id"}


def run_times(points: list[tuple[float, float]], longest_s: float) -> tuple[np.ndarray, np.ndarray]:
    """Close a curve at both ends; points that add nothing are left out."""
    inner = [(x, c) for x, c in points if x < longest_s]
    inner = [p for p, after in zip(inner, [*inner[1:], (longest_s, 1.0)], strict=True) if after[1] > 2e-5]
    x = np.array([SHORTEST_S if inner[0][1] > 2e-5 else inner[0][0] / 2, *[p[0] for p in inner], longest_s])
    return x, np.array([0.0, *[p[1] for p in inner], 1.0])


def mean_s(x: np.ndarray, cdf: np.ndarray) -> float:
    """Mean of a curve that is straight in ln x between its points."""
    return float((np.diff(cdf) * np.diff(x) / np.log(x[1:] / x[:-1])).sum())


def by_size(points: list[tuple[float, float]], sizes: list[int]) -> np.ndarray:
    """Put each step of a GPU-count curve to the nearest size (in the logarithm)."""
    step = np.diff([0.0, *[c for _, c in points]])
    at = [int(np.argmin(abs(np.log(np.array(sizes) / x)))) for x, _ in points]
    share = np.bincount(at, weights=step, minlength=len(sizes))
    return share / share.sum()


def fit_sizes(
    jobs: np.ndarray,
    time: np.ndarray,
    size_jobs: np.ndarray,
    size_time: np.ndarray,
    *,
    sizes: list[int],
    mean: np.ndarray,
) -> np.ndarray:
    """Return the share of each size within each type, shape (types, sizes)."""
    gpus, prior = np.array(sizes, float), np.outer(jobs, size_jobs)
    mean_gpus = size_jobs @ gpus

    def table(z: np.ndarray) -> np.ndarray:
        z = z.reshape(prior.shape)
        p = np.exp(z - z.max(axis=1, keepdims=True))
        return p / p.sum(axis=1, keepdims=True) * jobs[:, None]

    def loss(z: np.ndarray) -> float:
        n = table(z)
        work = n * gpus * mean[:, None]
        work /= work.sum()
        error = (((n.sum(axis=0) - size_jobs) / np.maximum(size_jobs, 0.003)) ** 2).sum()
        error += 3 * (((work.sum(axis=1) - time) / np.maximum(time, 0.003)) ** 2).sum()
        error += (((work.sum(axis=0) - size_time) / np.maximum(size_time, 0.02)) ** 2).sum()
        error += 20 * (n.sum(axis=0) @ gpus / mean_gpus - 1) ** 2
        return float(error + (n * np.log(n / prior + 1e-300)).sum())

    start = np.log(prior / prior.sum(axis=1, keepdims=True)).ravel()
    best = minimize(loss, start, method="L-BFGS-B", options={"maxiter": 20_000, "maxfun": 4_000_000})
    return table(best.x) / jobs[:, None]


def fit_end_states(ln_work: np.ndarray, weight: np.ndarray, released: dict[str, float]) -> list[list[float]]:
    """Fit P(state | ln GPU-s), logistic, to the shares of jobs and of GPU time (completed = base)."""
    by_job = np.array([released["fail_rate_gpu"], released["cancel_rate_gpu"]])
    by_time = np.array([released["fail_rate_gpu_time"], released["cancel_rate_gpu_time"]])
    by_job = by_job / (by_job.sum() + released["complete_rate_gpu"])
    by_time = by_time / (by_time.sum() + released["complete_rate_gpu_time"])
    weight = weight / weight.sum()
    time = weight * np.exp(ln_work)
    time /= time.sum()

    def miss(k: np.ndarray) -> np.ndarray:
        odds = np.exp(np.clip(k[:2, None] + k[2:, None] * ln_work, -50, 50))
        p = odds / (1 + odds.sum(axis=0))
        return np.concatenate([p @ weight / by_job - 1, p @ time / by_time - 1])

    found = root(miss, np.array([0.0, -3.0, 0.0, 0.2]), tol=1e-9)
    if not found.success:
        raise RuntimeError(found.message)
    return [[0.0, 0.0], [found.x[0], found.x[2]], [found.x[1], found.x[3]]]


def acme(folder: Path, cluster: str) -> dict[str, list[list]]:
    """Make the rows of one Acme cluster."""
    found, released, sizes = curves(folder), summary(folder, cluster), SIZES[cluster]
    types, jobs, time = shares(folder, cluster)
    runs = [run_times(found["duration_cdf_by_type", cluster, t], released["max_run_time_gpu"]) for t in types]
    margins = [by_size(found["gpu_count_cdf", panel, cluster], sizes) for panel in ("job_pct", "gpu_time_pct")]
    table = fit_sizes(jobs, time, *margins, sizes=sizes, mean=np.array([mean_s(*run) for run in runs]))
    u = (np.arange(2000) + 0.5) / 2000
    ln_run = np.array([np.interp(u, cdf, np.log(x)) for x, cdf in runs])
    ln_work = (np.log(sizes)[None, :, None] + ln_run[:, None, :]).ravel()
    weight = np.broadcast_to((jobs[:, None] * table)[:, :, None], (*table.shape, u.size)).ravel()
    states = fit_end_states(ln_work, weight, released)
    out: dict[str, list[list]] = {"durations": [], "sizes": [], "end_states": []}
    for t, name in ((t, ROWS[cluster][t]) for t in types if t in ROWS[cluster]):
        k = types.index(t)
        keep = table[k] >= 5e-5
        share = table[k][keep] / table[k][keep].sum()
        out["durations"] += [[name, 1, max(sizes), f"{x:g}", f"{c:.5f}"] for x, c in zip(*runs[k], strict=True)]
        out["sizes"] += [[name, g, f"{s:.5f}"] for g, s in zip(np.array(sizes)[keep], share, strict=True)]
        out["end_states"] += _state_rows(name, states)
    return out


def philly(folder: Path) -> dict[str, list[list]]:
    """Make the rows of Philly: sizes and run times by size class from the table, end states as released."""
    jobs = pd.read_csv(folder / "trace-philly-2017" / "jobs.csv.gz")
    out: dict[str, list[list]] = {"durations": [], "sizes": [], "end_states": []}
    for low, high in PHILLY_CLASSES:
        runs = jobs.duration_s[jobs.gpus.between(low, high)].quantile(PHILLY_CDF)
        points = zip(runs.clip(lower=SHORTEST_S), PHILLY_CDF, strict=True)
        out["durations"] += [["philly", low, high, f"{x:.6g}", f"{c:.4f}"] for x, c in points]
    for gpus, share in jobs.gpus.value_counts(normalize=True).sort_index().items():
        out["sizes"].append(["philly", gpus, f"{share:.6f}"])
    ln_work = np.log(jobs.duration_s * jobs.gpus).to_numpy()
    released = summary(folder, "Philly")
    out["end_states"] = _state_rows("philly", fit_end_states(ln_work, np.ones(len(jobs)), released))
    return out


def _state_rows(name: str, states: list[list[float]]) -> list[list]:
    labels = ("finished", "failed", "killed")
    return [[name, label, f"{a:.4f}", f"{b:.5f}"] for label, (a, b) in zip(labels, states, strict=True)]


HEADS = {
    "durations": ["row", "gpus_min", "gpus_max", "duration_s", "cdf"],
    "sizes": ["row", "gpus", "job_share"],
    "end_states": ["row", "state", "intercept", "slope_ln_gpu_s"],
}


def make(data_dir: Path) -> dict[str, list[list]]:
    """Make the three fitted tables: name to rows."""
    parts = [acme(data_dir, "Seren"), acme(data_dir, "Kalos"), philly(data_dir)]
    return {table: [row for part in parts for row in part[table]] for table in HEADS}


if __name__ == "__main__":
    for table, rows in make(Path(sys.argv[1])).items():
        with (Path(sys.argv[2]) / f"{table}.csv").open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([HEADS[table], *rows])
