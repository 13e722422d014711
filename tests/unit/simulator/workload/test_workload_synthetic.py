"""The generator against the statistics it claims, its budgets, and its streams of chance."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from simulator.errors import ScenarioError
from simulator.scenario import Scenario
from simulator.workload import FAILED, FINISHED, KILLED, EnergisedCapacity, Workload, build, job_rows
from simulator.workload.synthetic import draw_jobs
from tests.unit.simulator.workload.workload_cases import DAY_S, one, synthetic

Make = Callable[..., Scenario]
Fleet = Callable[..., EnergisedCapacity]

# percentiles_from_curve [s]: AcmeTrace by type, Philly by GPU class 1 (own count)
QUANTILES = {
    "seren_pretrain": {0.5: 296.8, 0.9: 24640.0, 0.99: 313500.0},
    "seren_mllm": {0.5: 252.7, 0.9: 5374.0, 0.99: 75690.0},
    "seren_sft": {0.5: 196.9, 0.9: 1128.0, 0.99: 13300.0},
    "seren_eval": {0.5: 129.3, 0.9: 1208.0, 0.99: 15600.0},
    "seren_debug": {0.5: 114.1, 0.9: 935.1, 0.99: 22650.0},
    "seren_other": {0.5: 76.86, 0.9: 2288.0, 0.99: 55560.0},
    "kalos_pretrain": {0.5: 706.6, 0.9: 43160.0, 0.99: 280800.0},
}


def device_s(w: Workload) -> float:
    return float((w.jobs.devices * w.jobs.work_s).sum())


@pytest.mark.parametrize("name", sorted(QUANTILES))
def test_run_times_have_the_measured_quantiles(name: str) -> None:
    n = 200_000
    _, work_s, _ = draw_jobs(np.random.default_rng(7), job_rows()[name], n)
    for p, seconds in QUANTILES[name].items():
        # four standard errors of a share, and four digits printed (0.05 points of the curve)
        assert (work_s <= seconds).mean() == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / n) + 5e-4)


def test_philly_run_times_follow_the_size() -> None:
    gpus, work_s, _ = draw_jobs(np.random.default_rng(8), job_rows()["philly"], 400_000)
    # medians by GPU class counted in the job table; shares as in `gpu_count_distribution`
    for low, high, median in ((1, 1, 973.5), (2, 4, 152.0), (5, 8, 22580.0)):
        here = work_s[(gpus >= low) & (gpus <= high)]
        assert (here <= median).mean() == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(len(here)) + 0.01)
    assert (gpus == 1).mean() == pytest.approx(0.9337, abs=0.002)
    assert (gpus == 8).mean() == pytest.approx(0.01907, abs=0.001)


@pytest.mark.parametrize("name", ["seren_pretrain", "seren_other"])
def test_sizes_have_the_shares_of_the_table(name: str) -> None:
    row, n = job_rows()[name], 300_000
    gpus, _, _ = draw_jobs(np.random.default_rng(9), row, n)
    for size, share in zip(row.gpus, row.share, strict=True):
        assert (gpus == size).mean() == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / n))


def test_end_states_are_the_published_by_jobs_and_by_gpu_time() -> None:
    counts = {"eval": 64.9, "sft": 14.9, "other": 14.6, "mllm": 2.9, "debug": 1.9, "pretrain": 0.9}
    rng = np.random.default_rng(10)
    parts = [draw_jobs(rng, job_rows()[f"seren_{name}"], int(40_000 * pct)) for name, pct in counts.items()]
    gpus, work, outcome = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    # Seren, cluster_summary.csv: finished, failed, cancelled
    for state, by_job, by_time in ((FINISHED, 0.497, 0.212), (FAILED, 0.429, 0.124), (KILLED, 0.075, 0.664)):
        here = outcome == state
        assert here.mean() == pytest.approx(by_job, abs=0.004)  # 4e6 jobs; the published shares sum to 1.001
        # GPU time sits in the longest of 36,000 pre-training jobs: two points are three standard errors
        assert (gpus * work)[here].sum() / (gpus * work).sum() == pytest.approx(by_time, abs=0.02)


def test_demand_is_the_asked_share_of_the_fleet(scenario_of: Make, fleet: Fleet) -> None:
    mix = {
        "sft": {"device_hours_share": 0.7, "calibration": "seren_sft", "devices_max": 8},
        "eval": {"device_hours_share": 0.3, "calibration": "seren_eval"},
    }
    w = build(scenario_of({"batch": synthetic(mix)}), fleet(5000.0))
    capacity = 5000.0 * 28 * DAY_S
    largest = (w.jobs.devices * w.jobs.work_s).max()
    assert abs(device_s(w) - 0.6 * capacity) <= 2 * largest / 2  # half a job a class
    sft = np.array([c == "sft" for c in w.routes.job_class])[w.jobs.route]
    assert (w.jobs.devices * w.jobs.work_s)[sft].sum() / device_s(w) == pytest.approx(0.7, abs=largest / device_s(w))


def test_every_month_is_within_one_job_of_its_budget(scenario_of: Make) -> None:
    grow = EnergisedCapacity(np.array([0.0, 30 * DAY_S]), np.array([1000.0, 4000.0]))  # from 1 October on
    w = build(scenario_of({"batch": synthetic(one("seren_sft", devices_max=8))}, horizon=61 * DAY_S), grow)
    work = w.jobs.devices * w.jobs.work_s
    september = w.jobs.submit_s < 30 * DAY_S
    assert abs(work[september].sum() - 0.6 * 1000 * 30 * DAY_S) <= work.max() / 2
    assert abs(work[~september].sum() - 0.6 * 4000 * 31 * DAY_S) <= work.max()


def test_budget_is_met_on_average_by_few_large_jobs(scenario_of: Make, fleet: Fleet) -> None:
    capacity = 2000.0 * 28 * DAY_S
    asked = [
        device_s(build(scenario_of({"b": synthetic(one("seren_mllm", devices_max=64))}, seed=s), fleet(2000.0)))
        for s in range(40)
    ]
    ratio = np.array(asked) / (0.6 * capacity)
    assert ratio.mean() == pytest.approx(1.0, abs=4 * ratio.std() / np.sqrt(40))
    assert ratio.std() < 0.1


def test_gangs_stand_for_real_jobs(scenario_of: Make, fleet: Fleet) -> None:
    w = build(scenario_of({"b": synthetic(one("seren_eval", granularity=16, devices_max=8))}), fleet(50_000.0))
    assert set(np.unique(w.jobs.devices).tolist()) == {16, 32, 64, 128}
    assert (w.jobs.stands_for == 16).all()
    assert w.summary["jobs_real"] == 16 * len(w.jobs)
    assert device_s(w) == pytest.approx(0.6 * 50_000 * 28 * DAY_S, rel=1e-3)


def test_devices_max_leaves_the_other_sizes_in_proportion() -> None:
    row = job_rows()["seren_other"].up_to(4)
    assert row.gpus.tolist() == [1, 2, 4]
    whole = job_rows()["seren_other"]
    np.testing.assert_allclose(row.share, whole.share[:3] / whole.share[:3].sum(), rtol=1e-12)


def test_requests_and_deadlines(scenario_of: Make, fleet: Fleet) -> None:
    source = synthetic(one("seren_sft", devices_max=8, slack="2 h"), request_factor=3.0)
    jobs = build(scenario_of({"b": source}), fleet(1000.0)).jobs
    factor = jobs.requested_s / jobs.work_s
    assert factor.min() >= 1.0
    assert factor.max() <= 3.0 * (1 + 1e-12)
    assert factor.mean() == pytest.approx(2.0, abs=4 * 2 / np.sqrt(12 * len(jobs)))
    np.testing.assert_allclose(jobs.deadline_s, jobs.submit_s + jobs.requested_s + 7200.0, rtol=1e-12)


def test_no_slack_is_no_deadline(scenario_of: Make, fleet: Fleet) -> None:
    assert np.isinf(build(scenario_of({"b": synthetic(one("seren_sft"))}), fleet(100.0)).jobs.deadline_s).all()


def test_origins_have_their_shares(scenario_of: Make, fleet: Fleet) -> None:
    source = synthetic(one("seren_eval", devices_max=8), origins={"west": 0.3, "east": 0.7, "none": 0.0})
    w = build(scenario_of({"b": source}), fleet(5000.0))
    assert list(zip(w.routes.job_class, w.routes.origin, strict=True)) == [("sft", "east"), ("sft", "west")]
    assert w.jobs.route.mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / len(w.jobs)))


def same(a: Workload, b: Workload) -> bool:
    columns = ("submit_s", "work_s", "requested_s", "devices", "route", "outcome")
    return a.jobs.ids() == b.jobs.ids() and all(np.array_equal(getattr(a.jobs, c), getattr(b.jobs, c)) for c in columns)


def test_one_seed_gives_one_workload(scenario_of: Make, fleet: Fleet) -> None:
    source = {"b": synthetic(one("seren_sft", devices_max=8))}
    first = build(scenario_of(source), fleet(500.0))
    assert same(first, build(scenario_of(source), fleet(500.0)))
    assert not same(first, build(scenario_of(source, seed=2), fleet(500.0)))


def test_another_source_moves_nothing(scenario_of: Make, fleet: Fleet) -> None:
    b = synthetic(one("seren_sft", devices_max=8))
    alone = build(scenario_of({"b": b}), fleet(500.0)).jobs
    both = build(scenario_of({"a": synthetic(one("seren_eval"), burstiness=90.0), "b": b}), fleet(500.0)).jobs
    mine = np.array([name.startswith("b-") for name in both.ids()])
    assert [name for name in both.ids() if name.startswith("b-")] == alone.ids()
    assert np.array_equal(both.submit_s[mine], alone.submit_s)
    assert np.array_equal(both.work_s[mine], alone.work_s)


def test_order_of_the_mix_in_the_file_changes_nothing(scenario_of: Make, fleet: Fleet) -> None:
    shares = {"eval": 0.1, "sft": 0.2, "debug": 0.3, "other": 0.4}
    mix = {c: {"device_hours_share": s, "calibration": f"seren_{c}"} for c, s in shares.items()}
    one_way = build(scenario_of({"s": synthetic(mix)}), fleet(500.0))
    other_way = build(scenario_of({"s": synthetic(dict(reversed(mix.items())))}), fleet(500.0))
    assert same(one_way, other_way)


def test_two_sources_of_one_class_draw_different_jobs(scenario_of: Make, fleet: Fleet) -> None:
    source = synthetic(one("seren_eval"))
    jobs = build(scenario_of({"a": source, "b": source}), fleet(200.0)).jobs
    mine = np.array([name.startswith("a-") for name in jobs.ids()])
    assert not np.isin(jobs.work_s[mine], jobs.work_s[~mine]).any()


def test_warm_up_is_filled_too(scenario_of: Make, fleet: Fleet) -> None:
    source = {"b": synthetic(one("seren_sft", devices_max=8))}
    w = build(scenario_of(source, warm_up=14 * DAY_S), fleet(1000.0, -14 * DAY_S))
    early = w.jobs.submit_s < 0
    work = w.jobs.devices * w.jobs.work_s
    # a budget of its own only because 1 September begins a month
    assert work[early].sum() == pytest.approx(0.6 * 1000 * 14 * DAY_S, abs=work.max())
    assert w.jobs.submit_s[0] >= -14 * DAY_S
    assert w.summary["jobs_in_window"] == int((~early).sum())


def test_too_large_jobs_are_not_hidden(scenario_of: Make, fleet: Fleet) -> None:
    w = build(scenario_of({"b": synthetic(one("seren_pretrain"))}), fleet(20_000.0))
    assert w.jobs.devices.max() == 1024


def test_single_jobs_larger_than_the_budget_warn(scenario_of: Make, fleet: Fleet) -> None:
    w = build(scenario_of({"b": synthetic(one("kalos_pretrain"))}, horizon=DAY_S), fleet(100.0))
    assert any(
        "workload.jobs.b.mix.sft" in text and "device-hours where the budget is 1440" in text for text in w.warnings
    )


def test_burstiness_below_the_day_shape_warns(scenario_of: Make, fleet: Fleet) -> None:
    w = build(scenario_of({"b": synthetic(one("seren_eval"), burstiness=1.5)}), fleet(5000.0))
    assert any("workload.jobs.b.burstiness: 1.5 asked" in text for text in w.warnings)


def test_a_forgotten_granularity_is_refused(scenario_of: Make, fleet: Fleet) -> None:
    with pytest.raises(ScenarioError, match=r"workload.jobs.b.mix.sft.granularity: got .* simulated jobs.*\n.*hint"):
        build(scenario_of({"b": synthetic(one("seren_eval"))}), fleet(1e8))


def test_no_capacity_is_no_job(scenario_of: Make, fleet: Fleet) -> None:
    w = build(scenario_of({"b": synthetic(one("seren_eval"))}), fleet(0.0))
    assert len(w.jobs) == 0
    assert w.jobs.ids() == []
    assert "no job is submitted" in w.warnings[-1]


def test_summary_counts_and_can_be_json(scenario_of: Make, fleet: Fleet) -> None:
    w = build(scenario_of({"b": synthetic(one("seren_sft", devices_max=8))}), fleet(500.0))
    summary = json.loads(json.dumps(w.summary))
    assert summary["jobs"] == len(w.jobs) == summary["classes"]["sft"]["jobs"]
    assert summary["device_hours"] == pytest.approx(device_s(w) / 3600, rel=1e-12)
    assert sum(summary["end_states"].values()) == len(w.jobs)
    assert "synthetic" in summary["sources"]["b"]["model"]
    assert summary["sources"]["b"]["from"]["jobs.seren_sft"]["status"] == "fitted"
