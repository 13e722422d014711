"""Hourly carbon intensity: the official factor is kept, and the day has the shape sun and load give it."""

import csv
import gzip
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from energy_models.carbon import CleanParts, fossil_share, location_intensity, marginal_intensity
from energy_models.provinces import load_shape, synthetic_solar_cf, synthetic_wind_cf

OFFICIAL = 0.5153  # Zhejiang 2022, Ministry of Ecology and Environment [kg/kWh]


@pytest.fixture(scope="module")
def zhejiang() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    start, rng = datetime(2025, 1, 1), np.random.default_rng(4)
    load = load_shape("Zhejiang", start, 8760)
    sun = synthetic_solar_cf(["Zhejiang"], start, 8760, rng)[0]
    return load, sun, synthetic_wind_cf(["Zhejiang"], start, 8760, rng)[0]


def test_the_load_weighted_mean_is_the_official_factor(zhejiang) -> None:
    intensity = location_intensity(*zhejiang, OFFICIAL)
    assert np.average(intensity, weights=zhejiang[0]) == pytest.approx(OFFICIAL, rel=1e-12)
    assert (intensity > 0.0).all()
    # scaling the load does not matter: only its shape counts
    other = location_intensity(zhejiang[0] * 7e7, *zhejiang[1:], OFFICIAL)
    np.testing.assert_allclose(other, intensity, rtol=1e-9)


def test_the_marginal_factor_keeps_its_mean_and_is_another_series(zhejiang) -> None:
    average, marginal = location_intensity(*zhejiang, OFFICIAL), marginal_intensity(*zhejiang, 0.8273)
    assert np.average(marginal, weights=zhejiang[0]) == pytest.approx(0.8273, rel=1e-12)
    assert (marginal > average).mean() > 0.95
    assert marginal.std() < average.std()


def test_sunny_hours_are_cleaner(zhejiang) -> None:
    by_hour = location_intensity(*zhejiang, OFFICIAL).reshape(365, 24).mean(axis=0)
    assert by_hour[12] < 0.95 * by_hour[19]


def test_spread_and_memory_are_like_those_of_measured_asian_grids(zhejiang, data_dir: Path) -> None:
    with gzip.open(data_dir / "carbon-intensity" / "asia_hourly_2023.csv.gz", "rt") as file:
        rows = [row for row in csv.DictReader(file) if row["zone"] in ("KR", "JP-TK")]
    spread, memory = {}, {}
    for zone in ("KR", "JP-TK"):
        series = np.array([float(row["gco2eq_per_kwh_direct"]) for row in rows if row["zone"] == zone])
        spread[zone] = series.std() / series.mean()
        memory[zone] = np.corrcoef(series[1:], series[:-1])[0, 1]
    intensity = location_intensity(*zhejiang, OFFICIAL)
    # between a grid with little sun (Korea) and one with much (Tokyo), both with a tenth to spare
    assert 0.9 * spread["KR"] < intensity.std() / intensity.mean() < 1.1 * spread["JP-TK"]
    found = np.corrcoef(intensity[1:], intensity[:-1])[0, 1]
    assert min(memory.values()) - 0.02 < found < max(memory.values()) + 0.02


def test_fossil_plant_never_leaves_the_grid() -> None:
    load, sun, wind = np.array([1.4, 1.4, 0.2]), np.array([0.0, 0.0, 30.0]), np.array([0.0, 0.0, 3.0])
    share = fossil_share(load, sun, wind)
    assert share[2] == pytest.approx(0.1)
    # a flat 0.1 of the mean load, which is 1
    assert share[0] == pytest.approx(1.3 / 1.4)


def test_shares_of_a_province_give_its_hours_their_own_shape(zhejiang) -> None:
    sunny, windless = CleanParts(0.3, 0.0, 0.0), CleanParts(0.0, 0.0, 0.1)
    by_hour = [
        location_intensity(*zhejiang, OFFICIAL, parts).reshape(365, 24).mean(axis=0) for parts in (sunny, windless)
    ]
    assert by_hour[0][12] < 0.8 * by_hour[0][2]
    assert by_hour[1][12] > by_hour[1][2]  # without sun the shape is that of the load alone
    for parts in (sunny, windless):
        assert np.average(location_intensity(*zhejiang, OFFICIAL, parts), weights=zhejiang[0]) == pytest.approx(
            OFFICIAL
        )


def test_a_province_keeps_no_more_than_its_clean_share() -> None:
    made = CleanParts(pv=0.3, wind=0.2, flat=0.1)
    assert made.within(0.6) == made
    assert made.within(0.3) == CleanParts(pv=pytest.approx(0.15), wind=pytest.approx(0.1), flat=pytest.approx(0.05))


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="shapes"):
        location_intensity(np.ones(3), np.ones(2), np.ones(3), 0.5)
    with pytest.raises(ValueError, match="load"):
        location_intensity(np.array([1.0, 0.0]), np.ones(2), np.ones(2), 0.5)
