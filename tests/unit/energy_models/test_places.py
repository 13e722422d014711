"""Places between the stations and places with normals of their own, against stations that were left out."""

from datetime import datetime

import numpy as np
import pytest

from energy_models import places
from energy_models.climate import synthetic_weather
from energy_models.places import blended, station, stations, with_normals
from energy_models.solar import pv_capacity_factor

START = datetime(2025, 1, 1)
MONTH = np.repeat(np.arange(12), np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) * 24)
# the hubs we ship: latitude, longitude, height; the station weather-stats.yaml names as their reference
HUBS = {
    "Jiaxing": (30.84, 120.93, 4.0, "Shanghai_CSWD"),
    "Wujiang": (31.16, 120.64, 4.0, "Shanghai_CSWD"),
    "Qingpu": (31.15, 121.12, 3.0, "ShanghaiHongqiao_TMYx"),
    "Wuhu": (31.35, 118.43, 8.0, "Hefei_CSWD"),
    "Hangzhou": (30.27, 120.16, 10.0, "Hangzhou_CSWD"),
    "Ningbo": (29.87, 121.55, 5.0, "Dinghai_CSWD"),
    "Zhongwei": (37.51, 105.19, 1225.0, "Yinchuan_CSWD"),
    "Qingyang": (35.73, 107.63, 1421.0, "Xifeng_CSWD"),
    "Horinger": (40.38, 111.82, 1258.0, "Hohhot_CSWD"),
    "Guian": (26.43, 106.63, 1118.0, "Guiyang_CSWD"),
}
# kWh per kWp and tilt of "pv_from_ghi", daily GHI lag 1, wind lag 1 and calms: weather-stats.yaml, 2026-11-22
MEASURED = {
    "Shanghai_CSWD": (1067.0, 26, 0.549, 0.915, 0.0356),
    "Hangzhou_CSWD": (989.42, 25, 0.598, 0.696, 0.179),
    "Hefei_CSWD": (951.25, 27, 0.567, 0.902, 0.0799),
    "Yinchuan_CSWD": (1568.8, 38, 0.582, 0.642, 0.0765),
    "Guyuan_CSWD": (1421.8, 36, 0.403, 0.747, 0.141),
    "Xifeng_CSWD": (1369.0, 36, 0.724, 0.682, 0.0532),
    "Hohhot_CSWD": (1410.2, 41, 0.739, 0.88, 0.399),
    "Guiyang_CSWD": (813.55, 22, 0.597, 0.59, 0.0806),
    "Lusi_CSWD": (1152.2, 27, 0.553, 0.864, 0.0634),
}


def lag(series: np.ndarray, steps: int = 1) -> float:
    return float(np.corrcoef(series[steps:], series[:-steps])[0, 1])


def monthly(hours: np.ndarray) -> np.ndarray:
    return np.bincount(MONTH, weights=hours) / np.bincount(MONTH)


def normals(name: str) -> dict[str, np.ndarray]:
    return {quantity: station(name).monthly[quantity] for quantity in places.NORMALS}


@pytest.fixture(scope="module")
def hub_years():
    sites = [blended(*place[:3]).site for place in HUBS.values()]
    return dict(zip(HUBS, synthetic_weather(sites, START, 8760, np.random.default_rng(3)), strict=True))


@pytest.mark.parametrize("hub", HUBS)
def test_every_hub_we_ship_meets_its_figures(hub_years, hub: str) -> None:
    blend, weather = blended(*HUBS[hub][:3]), hub_years[hub]
    site = blend.site
    assert blend.neighbours[0][0] in (HUBS[hub][3], "ShanghaiHongqiao_TMYx")
    assert monthly(weather.ghi_w_per_m2) * 0.024 == pytest.approx(site.monthly["ghi"], rel=0.01)
    assert monthly(weather.temp_air_c) == pytest.approx(site.monthly["dry_bulb"], abs=0.1)
    assert monthly(weather.temp_wet_bulb_c) == pytest.approx(site.monthly["wet_bulb"], abs=0.1)
    assert lag(weather.wind_speed_ms) == pytest.approx(site.numbers["wind_lag1"], abs=0.06)
    assert (weather.wind_speed_ms < 0.5).mean() == pytest.approx(site.numbers["wind_calm_share"], abs=0.05)
    # the station the hub is said to be like: within two of the expected errors, which do not count heights
    like = station(HUBS[hub][3])
    mean = {quantity: np.mean(like.monthly[quantity]) for quantity in places.NORMALS}
    assert weather.ghi_w_per_m2.mean() * 0.024 == pytest.approx(mean["ghi"], rel=2.0 * blend.ghi_error)
    assert weather.temp_wet_bulb_c.mean() == pytest.approx(mean["wet_bulb"], abs=2.0 * blend.wet_bulb_error_k + 0.3)


@pytest.mark.parametrize("name", MEASURED)
def test_another_site_from_its_twelve_normals(name: str) -> None:
    """What the measured year yields, made from its normals and the spread and courses of the nearest other station."""
    true = station(name)
    base = station(places._nearest(true.place, {name})[0][0])
    site = with_normals(base, "elsewhere", true.place, normals(name))
    year = synthetic_weather([site], START, 8760, np.random.default_rng(5))[0]
    yields, tilt, _, _, _ = MEASURED[name]
    place = dict(zip(("latitude", "longitude", "elevation_m"), true.place, strict=True))
    assert year.ghi_w_per_m2.mean() * 0.024 == pytest.approx(np.mean(true.monthly["ghi"]), rel=0.01)
    assert pv_capacity_factor(year, start=START, tilt_deg=tilt, **place).sum() == pytest.approx(yields, rel=0.05)
    assert monthly(year.temp_air_c) == pytest.approx(true.monthly["dry_bulb"], abs=0.1)
    assert monthly(year.temp_wet_bulb_c) == pytest.approx(true.monthly["wet_bulb"], abs=0.1)


def test_a_left_out_station_lies_within_the_expected_errors() -> None:
    squares = []
    for name in stations():
        near = places._nearest(station(name).place, {name})
        if near[0][1] > 250.0:
            continue
        found, true = places._mix(station(name).place, near), station(name)
        expected = np.sqrt(places._variogram() * near[0][1])
        miss = [
            np.mean(found.monthly["ghi"]) / np.mean(true.monthly["ghi"]) - 1.0,
            np.sqrt(np.mean((found.monthly["dry_bulb"] - true.monthly["dry_bulb"]) ** 2)),
            np.sqrt(np.mean((found.monthly["wet_bulb"] - true.monthly["wet_bulb"]) ** 2)),
            np.mean(found.monthly["wind_speed"]) / np.mean(true.monthly["wind_speed"]) - 1.0,
        ]
        squares.append((np.array(miss) / expected) ** 2)
    # their mean square is 1 by the fit; none is beyond three of them
    assert np.mean(squares, axis=0) == pytest.approx(1.0)
    assert np.max(squares) < 9.0


def test_at_a_station_the_blend_is_the_station_and_nearly_sure() -> None:
    blend = blended(*station("Xifeng_CSWD").place)
    assert blend.site.monthly["dry_bulb"] == pytest.approx(station("Xifeng_CSWD").monthly["dry_bulb"], abs=0.05)
    assert blend.ghi_error < 0.03
    assert blended(30.84, 120.93, 4.0).ghi_error > 2.0 * blend.ghi_error


def test_height_cools_along_the_lapse_rate() -> None:
    low, high = blended(35.73, 107.63, 1421.0).site, blended(35.73, 107.63, 2421.0).site
    assert low.monthly["dry_bulb"] - high.monthly["dry_bulb"] == pytest.approx(6.5)


def test_far_from_every_station_normals_are_asked_for() -> None:
    with pytest.raises(ValueError, match="give twelve monthly normals"):
        blended(39.9, 116.4, 50.0)  # Beijing is some 400 km from Hohhot
    beijing = with_normals(places.nearest_station(39.9, 116.4), "Beijing", (39.9, 116.4, 50.0), normals("Hohhot_CSWD"))
    assert beijing.monthly["linke_turbidity"].shape == (12,)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"ghi": np.ones(11)}, "11 values of ghi"),
        ({"rain": np.ones(12)}, "values of rain"),
        ({"ghi": np.full(12, 40.0)}, r"normals.ghi\[0\]"),
        ({"wet_bulb": np.full(12, 30.0)}, "wet bulb of month 1 is not below"),
    ],
)
def test_impossible_normals_are_refused(bad: dict[str, np.ndarray], message: str) -> None:
    base = station("Hefei_CSWD")
    with pytest.raises(ValueError, match=message):
        with_normals(base, "x", base.place, bad)
