"""When jobs come: calendar, day and week shape, clustering."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from simulator.scenario import UTC8
from simulator.workload import EnergisedCapacity, arrival_rows
from simulator.workload.arrivals import (
    Hours,
    autoregression,
    clustering,
    draw_times,
    lognormal_memory,
    solve_burst,
)
from tests.unit.simulator.workload.workload_cases import DAY_S

MONDAY = datetime(2025, 9, 1, tzinfo=UTC8)
FLAT = EnergisedCapacity(np.array([-1e9]), np.array([1000.0]))


def hours(days: float, start: datetime = MONDAY, begin_s: float = 0.0) -> Hours:
    return Hours.of(start, begin_s, days * DAY_S, FLAT)


def test_hours_know_the_local_calendar() -> None:
    grid = hours(31.0, begin_s=-DAY_S)
    assert len(grid.hour) == 32 * 24
    assert (grid.weekday[0], grid.weekday[24]) == (6, 0)  # a Sunday of warm-up, then Monday 1 September
    assert np.bincount(grid.month).tolist() == [24, 30 * 24, 24]  # 31 August, September, 1 October


def test_start_in_another_zone_is_the_same_instant() -> None:
    utc = datetime.fromisoformat("2025-08-31T16:00:00+00:00")
    assert np.array_equal(hours(3.0, utc).hour, hours(3.0).hour)


def test_hours_begin_and_end_inside_an_hour() -> None:
    grid = hours(1.0, MONDAY + timedelta(minutes=20), begin_s=-600.0)
    assert grid.edges_s[0] == -600.0
    assert grid.edges_s[1] == 2400.0  # 01:00 local
    assert grid.edges_s[-1] == DAY_S
    assert grid.hour[0] == 0
    assert grid.capacity_device_s.sum() == pytest.approx(1000.0 * (DAY_S + 600.0), rel=1e-12)


@pytest.mark.parametrize("name", ["venus", "philly"])
def test_day_and_week_have_the_measured_shape(name: str) -> None:
    row, grid = arrival_rows()[name], hours(364.0)
    months = grid.month[-1] + 1
    jobs = 4_000_000
    # as many jobs a month as it has days, so that months do not tilt the week
    monthly = np.round(jobs * np.bincount(grid.month) / len(grid.month)).astype(int)
    times = draw_times(np.random.default_rng(1), grid, grid.weights(row), monthly, together=0.0)
    assert len(monthly) == months
    hour = (times // 3600.0).astype(int)
    share = np.bincount(hour % 24) / len(times)
    # 364 d are 52 whole weeks; months cut weeks, so the hours are only proportional within 1 %
    np.testing.assert_allclose(share, row.by_hour / 24, rtol=0.01)
    week = np.bincount(hour // 24 % 7) / len(times)
    np.testing.assert_allclose(week, row.by_weekday / 7, rtol=0.02)


def test_venus_hours_are_the_published() -> None:
    # venus.hour: multiples of the mean, two digits printed
    published = [
        0.9, 0.66, 0.6, 0.38, 0.27, 0.21, 0.19, 0.22, 0.37, 0.8, 1.29, 1.47,
        1.16, 1.3, 1.56, 1.66, 1.73, 1.73, 1.28, 1.31, 1.34, 1.36, 1.15, 1.04,
    ]  # fmt: skip
    np.testing.assert_allclose(arrival_rows()["venus"].by_hour, published, atol=0.006)
    np.testing.assert_allclose(arrival_rows()["venus"].by_weekday, [1.02, 1.1, 1.27, 1.2, 0.95, 0.68, 0.77], atol=0.006)


def counts_of(seed: int, dispersion: float, mean: float, days: float = 182.0) -> dict[str, float]:
    row, grid = arrival_rows()["venus"], hours(days)
    monthly = np.round(mean * np.bincount(grid.month)).astype(int)
    weights = grid.weights(row)
    burst = solve_burst(weights * monthly[grid.month], dispersion, row.lag_1h)
    rng = np.random.default_rng(seed)
    weights = grid.normalised(weights * burst.draw(rng, len(weights)))
    return clustering(draw_times(rng, grid, weights, monthly, together=0.0), grid.edges_s)


def test_clustering_is_that_of_venus() -> None:
    # measured over 181 d at 28.82 jobs/h: index of dispersion 39.33, autocorrelation at one hour 0.479
    runs = [counts_of(seed, 39.33, 28.82) for seed in range(20)]
    index = np.array([run["index_of_dispersion"] for run in runs])
    lag = np.array([run["lag_1h"] for run in runs])
    # four standard errors of 20 runs, and 6 % that fixing the monthly totals takes away
    assert abs(index.mean() - 39.33) < 4 * index.std() / np.sqrt(20) + 0.06 * 39.33
    assert abs(lag.mean() - 0.479) < 4 * lag.std() / np.sqrt(20) + 0.02


def test_more_burstiness_is_more_clustering() -> None:
    assert counts_of(3, 139.0, 28.82)["index_of_dispersion"] > 2 * counts_of(3, 39.0, 28.82)["index_of_dispersion"]


def test_no_factor_where_the_shape_is_already_burstier() -> None:
    burst = solve_burst(np.tile([10.0, 1000.0], 12), 20.0, 0.5)
    assert burst.variance == 0.0
    # mean 505, variance 495^2
    assert burst.floor == pytest.approx(1.0 + 495.0**2 / 505.0, rel=1e-12)
    assert (burst.draw(np.random.default_rng(0), 5) == 1.0).all()


def test_nothing_expected_needs_no_factor() -> None:
    assert solve_burst(np.zeros(24), 20.0, 0.5).variance == 0.0
    assert solve_burst(np.array([5.0]), 20.0, 0.5).memory == 0.0


def test_autoregression_has_variance_one_and_its_memory() -> None:
    x = autoregression(np.random.default_rng(5), 200_000, 0.6)
    # standard error of the variance: sqrt(2 (1 + 0.36) / (1 - 0.36) / n) = 0.005
    assert x.var() == pytest.approx(1.0, abs=0.02)
    assert np.corrcoef(x[1:], x[:-1])[0, 1] == pytest.approx(0.6, abs=0.01)


def test_lognormal_memory_gives_the_asked_correlation() -> None:
    variance, asked = 0.8, 0.5
    sigma2 = np.log1p(variance)
    x = autoregression(np.random.default_rng(6), 400_000, lognormal_memory(variance, asked))
    g = np.exp(np.sqrt(sigma2) * x - sigma2 / 2)
    assert g.mean() == pytest.approx(1.0, abs=0.01)
    assert np.corrcoef(g[1:], g[:-1])[0, 1] == pytest.approx(asked, abs=0.02)


def test_share_of_jobs_comes_at_one_instant() -> None:
    grid = hours(30.0)
    times = draw_times(
        np.random.default_rng(2),
        grid,
        grid.weights(arrival_rows()["philly"]),
        np.array([100_000]),
        together=0.0584,
    )
    # the first of each of 720 hours never copies, so up to 0.7 % fewer
    assert (np.diff(times) == 0).mean() == pytest.approx(0.0584, abs=0.003)
    assert (np.diff(times) >= 0).all()


def test_times_stay_inside_and_months_keep_their_numbers() -> None:
    grid = hours(40.0)
    times = draw_times(
        np.random.default_rng(2),
        grid,
        grid.weights(arrival_rows()["venus"]),
        np.array([300, 0]),
        together=0.0,
    )
    assert len(times) == 300
    assert times[0] >= 0.0
    assert times[-1] < 30 * DAY_S  # all in September


def test_submissions_follow_the_capacity_within_a_month() -> None:
    step = EnergisedCapacity(np.array([0.0, 14 * DAY_S]), np.array([100.0, 300.0]))
    grid = Hours.of(MONDAY, 0.0, 28 * DAY_S, step)
    times = draw_times(
        np.random.default_rng(4),
        grid,
        grid.weights(arrival_rows()["venus"]),
        np.array([40_000]),
        together=0.0,
    )
    # two whole weeks each: 3/4 after the step, standard error 0.002
    assert (times >= 14 * DAY_S).mean() == pytest.approx(0.75, abs=0.009)
