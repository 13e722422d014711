"""The shipped tables: made as told, complete, and near the published figures they are fitted to."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import simulator.workload
from simulator.workload import arrival_rows, day_shapes, job_rows, provenance
from tests.unit.simulator.workload.make_calibration import HEADS, make

# AcmeTrace, Seren: shares of jobs and of GPU time by type [%] (labels of the tree map)
JOB_PCT = {"eval": 64.9, "sft": 14.9, "other": 14.6, "mllm": 2.9, "debug": 1.9, "pretrain": 0.9}
TIME_PCT = {"eval": 6.2, "sft": 6.4, "other": 7.6, "mllm": 8.6, "debug": 1.7, "pretrain": 69.5}
# the same, cumulative over GPU counts: jobs and GPU time [%]
SIZE_JOB_PCT = {1: 54.04, 2: 65.43, 4: 67.94, 8: 96.75, 32: 98.82, 128: 99.55, 512: 99.82}
SIZE_TIME_PCT = {1: 1.35, 2: 1.793, 8: 11.92, 32: 19.12, 128: 41.69, 256: 56.3, 512: 69.69}


def seren() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return types x sizes: sizes [GPU], share of jobs and GPU-seconds per job of the trace [-], [GPU s]."""
    sizes = np.array([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 768, 1024])
    jobs = np.zeros((len(JOB_PCT), len(sizes)))
    work = np.zeros_like(jobs)
    for k, (name, pct) in enumerate(JOB_PCT.items()):
        row = job_rows()[f"seren_{name}"]
        at = np.searchsorted(sizes, row.gpus)
        jobs[k, at] = row.share * pct / sum(JOB_PCT.values())
        work[k, at] = jobs[k, at] * row.gpus * row.run_times[0].mean_s()
    return sizes, jobs, work


def test_tables_are_made_as_told(data_dir: Path) -> None:
    folder = Path(simulator.workload.__file__).parent / "calibration"
    for table, rows in make(data_dir).items():
        with (folder / f"{table}.csv").open() as lines:
            shipped = list(csv.reader(lines))
        assert shipped[0] == HEADS[table]
        assert [row[0] for row in shipped[1:]] == [row[0] for row in rows]
        made = np.array([[float(x) for x in row[-2:] if not str(x).isalpha()] for row in rows])
        kept = np.array([[float(x) for x in row[-2:] if not x.isalpha()] for row in shipped[1:]])
        # the fit stops where its loss is flat: other linear algebra may move a share in the third digit
        np.testing.assert_allclose(kept, made, rtol=2e-2, atol=2e-3)


def test_every_row_has_its_source() -> None:
    names = {("jobs", n) for n in job_rows()} | {("arrivals", n) for n in arrival_rows()}
    names |= {("day_shapes", n) for n in day_shapes()}
    assert set(provenance()) == names
    assert all(r["source"] and r["date"] and r["status"] in {"measured", "fitted"} for r in provenance().values())


@pytest.mark.parametrize("name", sorted(job_rows()))
def test_row_is_complete(name: str) -> None:
    row = job_rows()[name]
    assert row.share.sum() == pytest.approx(1.0, rel=1e-12)
    for size, band in zip(row.gpus, row.band(), strict=True):
        assert row.run_times[band].gpus_min <= size <= row.run_times[band].gpus_max
    for curve in row.run_times:
        assert (curve.cdf[0], curve.cdf[-1]) == (0.0, 1.0)
        assert (np.diff(curve.cdf) >= 0).all()
        assert (np.diff(curve.ln_s) >= 0).all()
        assert np.exp(curve.ln_s[0]) > 0


def test_gpu_time_by_type_is_near_the_published() -> None:
    _, _, work = seren()
    share = 100 * work.sum(axis=1) / work.sum()
    # 1.2 points at the most: the residual of the fit, which also has to meet the two size curves
    assert np.abs(share - list(TIME_PCT.values())).max() < 1.5


def test_sizes_by_jobs_and_by_gpu_time_are_near_the_published() -> None:
    sizes, jobs, work = seren()
    by_jobs, by_time = (100 * np.cumsum(x.sum(axis=0) / x.sum()) for x in (jobs, work))
    at = {size: k for k, size in enumerate(sizes.tolist())}
    # residuals of the fit, in points: sizes and run times independent within a type cannot meet all margins
    assert max(abs(by_jobs[at[s]] - pct) for s, pct in SIZE_JOB_PCT.items()) < 1.5
    assert max(abs(by_time[at[s]] - pct) for s, pct in SIZE_TIME_PCT.items()) < 5.0


def test_mean_job_is_near_the_published() -> None:
    sizes, jobs, work = seren()
    # cluster_summary.csv: 21.51e9 GPU-s over 663,813 GPU jobs; mean GPUs 6.63 by the curves, 5.68 there
    assert work.sum() == pytest.approx(32_405, rel=0.05)
    assert jobs.sum(axis=0) @ sizes == pytest.approx(6.63, rel=0.06)


def test_large_sizes_belong_to_pretraining() -> None:
    sizes, _, work = seren()
    pretrain = list(JOB_PCT).index("pretrain")
    large = sizes >= 64
    assert work[pretrain, large].sum() / work[:, large].sum() > 0.8
    assert job_rows()["seren_eval"].gpus.max() <= 16


def test_mean_of_a_curve_is_the_mean_of_its_draws() -> None:
    curve = job_rows()["seren_eval"].run_times[0]
    u = (np.arange(2_000_000) + 0.5) / 2_000_000  # midpoint rule: only the last steep part is coarse
    assert curve.mean_s() == pytest.approx(np.exp(np.interp(u, curve.cdf, curve.ln_s)).mean(), rel=1e-3)


def test_philly_sizes_carry_the_measured_gpu_hours() -> None:
    row = job_rows()["philly"]
    means = np.array([curve.mean_s() for curve in row.run_times])[row.band()]
    share = row.share * row.gpus * means
    by_class = np.histogram(row.gpus, [1, 2, 5, 9, 33, 129], weights=share / share.sum())[0]
    # gpu_hour_share by GPU class, counted in the job table; curves of some 40 points, so a few percent
    np.testing.assert_allclose(by_class[:4], [0.2398, 0.2165, 0.4538, 0.08844], rtol=0.05)
    # nine jobs of 64 and 128 GPUs share one curve
    assert by_class[4] == pytest.approx(0.001536, rel=0.25)
