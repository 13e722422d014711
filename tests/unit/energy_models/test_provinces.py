"""Provincial wind, PV and demand shapes against the statistics and data they come from.

Expected numbers: weather-stats.yaml (2026-11-22, ERA5 2020) and facts section 5, written out here.
"""

import gzip
import io
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest

from energy_models.calendars import covered_years, is_day_off, is_public_holiday, spring_festival
from energy_models.provinces import load_shape, synthetic_solar_cf, synthetic_wind_cf

START = datetime(2025, 1, 1)
# mean, std, lag 1, lag 24 of wind; mean of PV
EXPECTED = {
    "Zhejiang": (0.1778, 0.1457, 0.9867, 0.316, 0.1189),
    "Shanghai": (0.2509, 0.2387, 0.9818, 0.282, 0.1261),
    "Jiangsu": (0.1473, 0.1472, 0.9828, 0.255, 0.1308),
    "Anhui": (0.1009, 0.1072, 0.9801, 0.267, 0.1255),
    "Ningxia": (0.1642, 0.1915, 0.9793, 0.184, 0.1631),
    "InnerMongolia": (0.2989, 0.1814, 0.9875, 0.482, 0.1692),
}
NAMES = list(EXPECTED)
# hourly wind correlations of fact cf.corr, to two digits
WIND_TIES = {
    ("Zhejiang", "Shanghai"): 0.81,
    ("Zhejiang", "Jiangsu"): 0.52,
    ("Zhejiang", "Anhui"): 0.35,
    ("Zhejiang", "Ningxia"): -0.07,
    ("Zhejiang", "InnerMongolia"): -0.03,
}
WIND_ZHEJIANG = [0.202, 0.166, 0.177, 0.16, 0.149, 0.146, 0.157, 0.231, 0.121, 0.185, 0.198, 0.238]
MONTH = np.repeat(np.arange(12), np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) * 24)


@pytest.fixture(scope="module")
def wind() -> dict[str, np.ndarray]:
    return dict(zip(NAMES, synthetic_wind_cf(NAMES, START, 8760, np.random.default_rng(5)), strict=True))


@pytest.fixture(scope="module")
def sun() -> dict[str, np.ndarray]:
    return dict(zip(NAMES, synthetic_solar_cf(NAMES, START, 8760, np.random.default_rng(6)), strict=True))


def lag(series: np.ndarray, steps: int) -> float:
    return float(np.corrcoef(series[steps:], series[:-steps])[0, 1])


@pytest.mark.parametrize("name", NAMES)
def test_wind_margin_and_memory(wind: dict[str, np.ndarray], name: str) -> None:
    mean, std, lag1, lag24, _ = EXPECTED[name]
    series = wind[name]
    assert series.mean() == pytest.approx(mean, rel=0.01)
    assert series.std() == pytest.approx(std, rel=0.25)  # tails above quantile 99.5 are straight lines
    assert lag(series, 1) == pytest.approx(lag1, abs=0.015)
    # one year holds some 200 independent days: two standard errors are 0.14
    assert lag(series, 24) == pytest.approx(lag24, abs=0.15)
    assert series.min() >= 0.0
    assert series.max() <= 1.0


def test_calm_share_of_zhejiang_wind(wind: dict[str, np.ndarray]) -> None:
    assert (wind["Zhejiang"] < 0.05).mean() == pytest.approx(0.188, abs=0.04)  # fact cf.wind.stat


def test_wind_of_zhejiang_by_month(wind: dict[str, np.ndarray]) -> None:
    means = [wind["Zhejiang"][month == MONTH].mean() for month in range(12)]
    assert means == pytest.approx(WIND_ZHEJIANG, abs=0.001)


@pytest.mark.parametrize(("pair", "expected"), WIND_TIES.items(), ids=lambda item: str(item))
def test_wind_is_tied_in_space(wind: dict[str, np.ndarray], pair: tuple[str, str], expected: float) -> None:
    # the Gaussian copula takes up to 0.1 off, sampling of one year adds 0.1
    assert np.corrcoef(wind[pair[0]], wind[pair[1]])[0, 1] == pytest.approx(expected, abs=0.17)


@pytest.mark.parametrize("name", NAMES)
def test_pv_mean_and_clock(sun: dict[str, np.ndarray], name: str) -> None:
    series = sun[name]
    assert series.mean() == pytest.approx(EXPECTED[name][4], rel=0.01)
    assert series.max() <= 0.85
    by_hour = series.reshape(365, 24).sum(axis=0)
    centroid = (by_hour * (np.arange(24) + 0.5)).sum() / by_hour.sum()
    if name == "Shanghai":
        assert centroid == pytest.approx(11.88, abs=0.1)  # README of the data: at mid-hour
    assert by_hour[[0, 1, 2, 3, 22, 23]].sum() == 0.0


def test_daily_pv_of_zhejiang_is_spread_as_measured(sun: dict[str, np.ndarray]) -> None:
    daily = sun["Zhejiang"].reshape(365, 24).mean(axis=1)
    # fact cf.solar.daily: p5, p25, p50, p75, p95
    found = np.quantile(daily, [0.05, 0.25, 0.5, 0.75, 0.95])
    assert found == pytest.approx([0.026, 0.069, 0.121, 0.166, 0.216], abs=0.02)


def test_neighbours_share_cloudy_days(sun: dict[str, np.ndarray]) -> None:
    daily = {name: sun[name].reshape(365, 24).mean(axis=1) for name in NAMES}
    assert np.corrcoef(daily["Zhejiang"], daily["Shanghai"])[0, 1] == pytest.approx(0.803, abs=0.12)
    assert np.corrcoef(daily["Zhejiang"], daily["Ningxia"])[0, 1] == pytest.approx(0.056, abs=0.2)


def test_series_repeat_with_the_seed_and_keep_the_order_of_names() -> None:
    one = synthetic_wind_cf(["Shanghai", "Zhejiang", "Shanghai"], START, 100, np.random.default_rng(3))
    same = synthetic_wind_cf(["Shanghai", "Zhejiang"], START, 100, np.random.default_rng(3))
    np.testing.assert_array_equal(one[:2], same)
    np.testing.assert_array_equal(one[0], one[2])


@pytest.mark.parametrize("make", [synthetic_wind_cf, synthetic_solar_cf])
def test_an_unknown_province_is_refused(make) -> None:
    with pytest.raises(ValueError, match="Atlantis"):
        make(["Atlantis"], START, 24, np.random.default_rng(0))


# province, least correlation with the 2018 series, largest mean error: what a shape without weather can do
@pytest.mark.parametrize(
    ("province", "least", "error"),
    [("Zhejiang", 0.94, 0.05), ("Jiangsu", 0.92, 0.05), ("Shanghai", 0.94, 0.06)],
)
def test_demand_shape_follows_the_2018_series(data_dir: Path, province: str, least: float, error: float) -> None:
    with gzip.open(data_dir / "grid-china" / "hourly_demand_2018_mw.csv.gz") as file:
        text = file.read().decode()
    column = text.splitlines()[0].split(",").index(province)
    real = np.loadtxt(io.StringIO(text), delimiter=",", skiprows=1, usecols=column)
    made = load_shape(province, datetime(2018, 1, 1), 8760)
    assert np.corrcoef(made, real)[0, 1] > least
    assert np.abs(made / (real / real.mean()) - 1).mean() < error


def test_demand_has_mean_one_over_each_year_and_is_sliced_true() -> None:
    whole = load_shape("Zhejiang", START, 8760)
    assert whole.mean() == pytest.approx(1.0, rel=1e-12)
    np.testing.assert_array_equal(load_shape("Zhejiang", datetime(2025, 3, 2, 5), 30), whole[60 * 24 + 5 :][:30])
    across = load_shape("Zhejiang", datetime(2024, 12, 31, 20), 8)
    np.testing.assert_array_equal(across[4:], whole[:4])


def test_demand_dips_at_spring_festival_and_on_days_off() -> None:
    by_day = load_shape("Zhejiang", START, 8760).reshape(365, 24).mean(axis=1)
    festival = (spring_festival(2025) - date(2025, 1, 1)).days
    assert by_day[festival : festival + 5].mean() < 0.6 * by_day[5:9].mean()
    may_day, workday = (date(2025, 5, 1) - date(2025, 1, 1)).days, (date(2025, 5, 8) - date(2025, 1, 1)).days
    assert by_day[may_day] < 0.98 * by_day[workday]


def test_calendar_knows_moved_days() -> None:
    assert is_public_holiday(date(2025, 10, 1))
    assert not is_public_holiday(date(2025, 10, 18))  # a plain Saturday
    assert not is_day_off(date(2025, 1, 26))  # a Sunday worked for Spring Festival
    assert is_day_off(date(2040, 1, 1))  # not covered: weekends only
    assert not is_day_off(date(2040, 5, 1 + 1))
    with pytest.raises(ValueError, match=f"covers {covered_years()[0]}"):
        is_public_holiday(date(2040, 1, 1))
    with pytest.raises(ValueError, match="1999"):
        spring_festival(1999)
