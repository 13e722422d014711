"""Synthetic weather against the statistics of the files it stands for.

The expected numbers are of weather-stats.yaml (2026-11-22), written out here: a table that went wrong must
not pass.
"""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

from energy_models.climate import synthetic_weather
from energy_models.solar import pv_capacity_factor
from energy_models.tables import rows

START = datetime(2025, 1, 1)
SITES = [row["site"] for row in rows("weather_sites")]
MONTH = np.repeat(np.arange(12), np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) * 24)
# GHI kWh/m2, PV kWh/kWp, tilt, daily GHI std and lag 1, wet bulb p99, wind lag 1, calms below 0.5 m/s
EXPECTED = {
    "Shanghai_CSWD": (1271.3, 1067.0, 26, 1.981, 0.549, 27.66, 0.915, 0.0356),
    "ShanghaiHongqiao_TMYx": (1470.8, 1248.2, 26, 1.919, 0.474, 27.9, 0.878, 0.0495),
    "Hangzhou_CSWD": (1202.0, 989.42, 25, 2.08, 0.598, 27.31, 0.696, 0.179),
    "Dinghai_CSWD": (1342.7, 1098.5, 25, 1.187, 0.832, 27.02, 0.755, 0.102),
    "Hefei_CSWD": (1155.3, 951.25, 27, 2.025, 0.567, 28.34, 0.902, 0.0799),
    "Yinchuan_CSWD": (1687.8, 1568.8, 38, 1.987, 0.582, 21.09, 0.642, 0.0765),
    "Guyuan_CSWD": (1549.4, 1421.8, 36, 2.164, 0.403, 17.74, 0.747, 0.141),
    "Xifeng_CSWD": (1514.6, 1369.0, 36, 1.62, 0.724, 20.31, 0.682, 0.0532),
    "Hohhot_CSWD": (1545.0, 1410.2, 41, 1.896, 0.739, 20.66, 0.88, 0.399),
    "Guiyang_CSWD": (1021.7, 813.55, 22, 1.882, 0.597, 22.34, 0.59, 0.0806),
    "Lusi_CSWD": (1344.8, 1152.2, 27, 1.962, 0.553, 27.15, 0.864, 0.0634),
}
HANGZHOU_WET_BULB_C = [3.327, 4.462, 8.024, 13.3, 17.91, 22.07, 24.74, 25.14, 20.97, 16.6, 10.52, 3.764]


@pytest.fixture(scope="module")
def year():
    made = synthetic_weather(SITES, START, 8760, np.random.default_rng(11))
    return dict(zip(SITES, made, strict=True))


def lag(series: np.ndarray, steps: int = 1) -> float:
    return float(np.corrcoef(series[steps:], series[:-steps])[0, 1])


def place(name: str) -> dict[str, float]:
    row = next(row for row in rows("weather_sites") if row["site"] == name)
    return {
        "latitude": float(row["latitude_deg"]),
        "longitude": float(row["longitude_deg"]),
        "elevation_m": float(row["elevation_m"]),
    }


def test_every_site_of_the_statistics_is_there() -> None:
    assert sorted(SITES) == sorted(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_yearly_radiation_and_pv(year, name: str) -> None:
    ghi, pv, tilt = EXPECTED[name][:3]
    weather = year[name]
    assert weather.ghi_w_per_m2.sum() / 1e3 == pytest.approx(ghi, rel=0.001)  # met by construction
    # the split of clear and cloudy hours decides the rest: 5 % is the target, 1 % is usual
    found = pv_capacity_factor(weather, start=START, tilt_deg=tilt, **place(name)).sum()
    assert found == pytest.approx(pv, rel=0.025)


@pytest.mark.parametrize("name", EXPECTED)
def test_spread_and_memory_of_daily_radiation(year, name: str) -> None:
    std, memory = EXPECTED[name][3:5]
    daily = year[name].ghi_w_per_m2.reshape(365, 24).sum(axis=1) / 1e3
    assert daily.std() == pytest.approx(std, rel=0.12)
    # 365 days: two standard errors of an autocorrelation are 0.1; the beta margin takes up to 0.1 off
    assert lag(daily) == pytest.approx(memory, abs=0.2)


@pytest.mark.parametrize("name", EXPECTED)
def test_monthly_temperatures_and_wind_are_met(year, name: str) -> None:
    weather = year[name]
    for quantity, series, tolerance in (
        ("dry_bulb", weather.temp_air_c, 0.3),
        ("wet_bulb", weather.temp_wet_bulb_c, 0.3),  # the target is 1 K
        ("wind_speed", weather.wind_speed_ms, 0.01),
    ):
        row = next(r for r in rows("weather_monthly") if r["site"] == name and r["quantity"] == quantity)
        means = [series[month == MONTH].mean() for month in range(12)]
        assert means == pytest.approx([float(row[f"m{month}"]) for month in range(1, 13)], abs=tolerance)


@pytest.mark.parametrize("name", EXPECTED)
def test_hot_damp_hours_are_as_damp_as_measured(year, name: str) -> None:
    # decides the compressor hours; 1.6 K covers the year-to-year spread of a 1 % quantile
    assert np.quantile(year[name].temp_wet_bulb_c, 0.99) == pytest.approx(EXPECTED[name][5], abs=1.6)


@pytest.mark.parametrize("name", EXPECTED)
def test_wind_memory_and_calms(year, name: str) -> None:
    memory, calm = EXPECTED[name][6:]
    speed = year[name].wind_speed_ms
    # the margin with its calms takes up to 0.1 off the memory of the Gaussian series (Hohhot, 40 % calm)
    assert lag(speed) == pytest.approx(memory, abs=0.1)
    # calms come in spells: where they are many, two standard errors are a fifth of their share
    assert (speed < 0.5).mean() == pytest.approx(calm, abs=max(0.04, 0.2 * calm))


def test_monthly_means_do_not_come_from_the_table_alone(year) -> None:
    # Hangzhou, typed from the statistics file
    means = [year["Hangzhou_CSWD"].temp_wet_bulb_c[month == MONTH].mean() for month in range(12)]
    assert means == pytest.approx(HANGZHOU_WET_BULB_C, abs=1.0)


def test_records_are_physical(year) -> None:
    for weather in year.values():
        assert (weather.temp_wet_bulb_c <= weather.temp_air_c).all()
        assert (weather.relative_humidity > 0.05).all()
        assert (weather.relative_humidity <= 1.0).all()
        assert (weather.dhi_w_per_m2 <= weather.ghi_w_per_m2 + 1e-9).all()
        assert weather.dni_w_per_m2.max() < 1100.0
        assert (weather.ghi_w_per_m2 >= 0.0).all()


def test_neighbours_share_their_weather_and_strangers_do_not(year) -> None:
    def tie(one: str, other: str, field: str) -> float:
        daily = [getattr(year[name], field).reshape(365, 24).mean(axis=1) for name in (one, other)]
        season = [d - np.convolve(np.pad(d, 15, mode="wrap"), np.ones(31) / 31, "valid") for d in daily]
        return float(np.corrcoef(*season)[0, 1])

    for field in ("ghi_w_per_m2", "temp_air_c"):
        assert tie("Shanghai_CSWD", "ShanghaiHongqiao_TMYx", field) > 0.85
        assert 0.6 < tie("Shanghai_CSWD", "Hangzhou_CSWD", field) < 0.95
        assert abs(tie("Shanghai_CSWD", "Yinchuan_CSWD", field)) < 0.4


def test_dry_bulb_follows_the_day(year) -> None:
    by_hour = year["Hangzhou_CSWD"].temp_air_c.reshape(365, 24).mean(axis=0)
    assert 4 <= by_hour.argmin() <= 7
    assert 13 <= by_hour.argmax() <= 16


def test_same_seed_same_weather_and_a_name_twice_is_one_place() -> None:
    def make(seed: int) -> list:
        return synthetic_weather(["Hangzhou_CSWD", "Hangzhou_CSWD"], START, 48, np.random.default_rng(seed))

    first, again, other = make(1), make(1), make(2)
    np.testing.assert_array_equal(first[0].temp_air_c, again[0].temp_air_c)
    np.testing.assert_array_equal(first[0].temp_air_c, first[1].temp_air_c)
    assert not np.array_equal(first[0].temp_air_c, other[0].temp_air_c)


def test_a_span_may_begin_and_end_inside_days_and_cross_new_year() -> None:
    start = datetime(2024, 12, 30, 17, tzinfo=timezone(timedelta(hours=8)))
    weather = synthetic_weather(["Shanghai_CSWD"], start, 50, np.random.default_rng(0))[0]
    assert weather.hours == 50
    # 17:00 to 18:00 on 30 December is dark in Shanghai, 11:00 (18 hours on) is not
    assert weather.ghi_w_per_m2[0] == 0.0
    assert weather.ghi_w_per_m2[18] > 0.0


def test_bad_requests_are_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="expected one of Shanghai_CSWD"):
        synthetic_weather(["Atlantis"], START, 24, rng)
    with pytest.raises(ValueError, match="UTC\\+8"):
        synthetic_weather(["Shanghai_CSWD"], START.replace(tzinfo=UTC), 24, rng)
    with pytest.raises(ValueError, match="full hour"):
        synthetic_weather(["Shanghai_CSWD"], START.replace(minute=30), 24, rng)
    with pytest.raises(ValueError, match="hours"):
        synthetic_weather(["Shanghai_CSWD"], START, 0, rng)
