"""The weather of hubs: each source and each of its keys changes what a run sees, and the note says what it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from simulator.engine import Signals
from simulator.errors import ScenarioError
from simulator.experiments.preflight import check
from simulator.scenario import load
from tests.pipeline import build, child, signals_of

FIRST = datetime(2021, 1, 1)
WARM = "dry_bulb_c: [9, 10, 14, 20, 25, 28, 32, 32, 28, 23, 17, 11]"
NORMALS = f"""{WARM}, wet_bulb_c: [5, 6, 10, 15, 20, 24, 26, 26, 23, 18, 12, 7],
 ghi_kwh_m2_day: [4, 4, 4, 5, 5, 5, 5, 5, 4, 4, 4, 4], wind_speed_ms: [5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5]"""


def hub(folder: Path, weather: str, rest: str = "") -> Signals:
    path = child(
        folder, f"hubs: {{demo: {{weather: {weather}{rest}}}}}\n", name=f"case{len(list(folder.iterdir()))}.yaml"
    )
    return signals_of(build(load(path)))


def write_weather(path: Path) -> Path:
    rows = [
        f"{(FIRST + timedelta(hours=i)).isoformat()},{10 + i % 24},{100 * (9 < i % 24 < 15)},60,{5 + i % 24},"
        f"{4 + i % 24},99000,{i % 9}"
        for i in range(8760)
    ]
    path.write_text("time,T,G,RH,TD,TW,P,W\n" + "\n".join(rows) + "\n")
    return path


def test_without_a_site_the_hub_is_blended_from_its_neighbours_and_says_how_well(tmp_path: Path) -> None:
    blend = hub(tmp_path, "{model: synthetic, site: null}")
    station = hub(tmp_path, "{model: synthetic, site: Hangzhou_CSWD}")
    assert not np.allclose(blend.temp_air_c.mean(), station.temp_air_c.mean(), atol=1e-3)
    note = next(note for note in blend.notes if "interpolated" in note)
    assert "ShanghaiHongqiao_TMYx 5" in note
    assert "expected error: yearly radiation 1" in note
    assert "预计误差" in note
    moved = hub(tmp_path, "{model: synthetic, site: null}", ", location: {elevation: 1004 m}")
    # a typical year's mean is met by construction, to the fit of the monthly means
    assert (blend.temp_air_c.mean() - moved.temp_air_c.mean()) == pytest.approx(6.5, abs=0.05)


@pytest.mark.parametrize(
    ("key", "values", "quantity"),
    [
        ("dry_bulb_c", "[9, 10, 14, 20, 25, 28, 32, 32, 28, 23, 17, 11]", "temp_air_c"),
        ("wet_bulb_c", "[1, 2, 5, 10, 15, 19, 22, 22, 18, 13, 8, 3]", "temp_wet_bulb_c"),
        ("ghi_kwh_m2_day", "[4, 4, 4, 5, 5, 5, 5, 5, 4, 4, 4, 4]", "pv_w"),
        ("wind_speed_ms", "[5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5]", "wind_w"),
    ],
)
def test_each_normal_moves_what_it_stands_for(tmp_path: Path, key: str, values: str, quantity: str) -> None:
    wind = ", wind: {capacity: 1 MW}"
    base = hub(tmp_path, "{model: synthetic, site: Hangzhou_CSWD}", wind)
    other = hub(tmp_path, f"{{model: synthetic, site: Hangzhou_CSWD, normals: {{{key}: {values}}}}}", wind)
    assert abs(getattr(other, quantity).mean() / getattr(base, quantity).mean() - 1.0) > 0.05


def test_twelve_normals_stand_in_for_a_station_anywhere(tmp_path: Path) -> None:
    beijing = ", location: {latitude: 39.9 deg, longitude: 116.4 deg, elevation: 50 m}"
    made = hub(tmp_path, f"{{model: synthetic, site: null, normals: {{{NORMALS}}}}}", beijing)
    assert made.temp_air_c[: 31 * 24].mean() == pytest.approx(9.0, abs=0.1)
    assert any("monthly normals of the scenario" in note for note in made.notes)


@pytest.mark.parametrize(
    ("weather", "place", "message"),
    [
        ("{model: synthetic, site: null}", "39.9", "expected at most 250 km"),
        (
            "{model: synthetic, site: Hangzhou_CSWD, normals: {wet_bulb_c: [30,30,30,30,30,30,30,30,30,30,30,30]}}",
            "30.8",
            "drier air",
        ),
        ("{model: synthetic, site: Atlantis}", "30.8", "expected one of"),
    ],
)
def test_what_cannot_be_made_is_told_before_the_run(tmp_path: Path, weather: str, place: str, message: str) -> None:
    text = f"hubs: {{demo: {{weather: {weather}, location: {{latitude: {place} deg}}}}}}\n"
    loaded = load(child(tmp_path, text))
    with pytest.raises(ScenarioError, match=message):
        check(loaded)


def csv(
    tmp_path: Path, columns: str = "temp_air_c: T, ghi_w_per_m2: G, relative_humidity_pct: RH", rest: str = ""
) -> Signals:
    path = write_weather(tmp_path / "w.csv")
    return hub(
        tmp_path, f"{{model: csv, site: null, file: {path}, stamp: hour_beginning, columns: {{{columns}}}{rest}}}",
        ", wind: {capacity: 1 MW}",
    )  # fmt: skip


def test_a_csv_of_weather_is_laid_on_the_year_by_date(tmp_path: Path) -> None:
    signals = csv(tmp_path)
    np.testing.assert_array_equal(signals.temp_air_c[:24, 0], 10.0 + np.arange(24))
    assert any("csv file" in note for note in signals.notes)


def test_the_time_column_of_a_csv_may_have_any_name(tmp_path: Path) -> None:
    usual = csv(tmp_path).temp_air_c
    path = tmp_path / "when.csv"
    path.write_text((tmp_path / "w.csv").read_text().replace("time,", "when,", 1))
    columns = "temp_air_c: T, ghi_w_per_m2: G, relative_humidity_pct: RH"
    model = (
        f"{{model: csv, site: null, file: {path}, stamp: hour_beginning, time_column: when, columns: {{{columns}}}}}"
    )
    np.testing.assert_array_equal(hub(tmp_path, model, "").temp_air_c, usual)


@pytest.mark.parametrize(
    ("columns", "rest", "quantity"),
    [
        ("temp_air_c: T, ghi_w_per_m2: G, temp_dew_point_c: TD", "", "temp_wet_bulb_c"),
        ("temp_air_c: T, ghi_w_per_m2: G, temp_wet_bulb_c: TW", "", "temp_wet_bulb_c"),
        ("temp_air_c: T, ghi_w_per_m2: G, relative_humidity_pct: RH, pressure_pa: P", "", "temp_wet_bulb_c"),
        ("temp_air_c: T, ghi_w_per_m2: G, relative_humidity_pct: RH, wind_speed_ms: W", "", "wind_w"),
        ("temp_air_c: T, ghi_w_per_m2: W, relative_humidity_pct: RH", "", "pv_w"),
        ("temp_air_c: TD, ghi_w_per_m2: G, relative_humidity_pct: RH", "", "temp_air_c"),
        ("temp_air_c: T, ghi_w_per_m2: G, relative_humidity_pct: RH", ", utc_offset_h: 0", "temp_air_c"),
        ("temp_air_c: T, ghi_w_per_m2: G, relative_humidity_pct: RH", ", radiation_shift_h: 1.5", "pv_w"),
    ],
)
def test_each_key_of_a_csv_changes_what_it_stands_for(tmp_path: Path, columns: str, rest: str, quantity: str) -> None:
    assert not np.allclose(getattr(csv(tmp_path), quantity), getattr(csv(tmp_path, columns, rest), quantity), rtol=1e-6)


@pytest.fixture
def pv_sums(tmp_path: Path) -> dict[str, np.ndarray]:
    cases = {
        "none": "",
        "soiling": ", soiling: 0.05",
        "shading": ", shading: 0.1",
        "snow": ", snow: [0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]",
    }
    weather = "{model: synthetic, site: Hangzhou_CSWD}"
    return {
        name: hub(tmp_path, weather, f", pv: {{capacity: 200 kW, tilt: 26 deg{rest}}}").pv_w[:, 0]
        for name, rest in cases.items()
    }


def test_soiling_shading_and_snow_take_their_share(pv_sums: dict[str, np.ndarray]) -> None:
    # the inverter loses a little more at part load, so a share of DC is a little more of AC
    assert pv_sums["soiling"].sum() / pv_sums["none"].sum() == pytest.approx(0.95, abs=0.003)
    assert pv_sums["shading"].sum() / pv_sums["none"].sum() == pytest.approx(0.90, abs=0.006)
    january = slice(0, 31 * 24)
    assert pv_sums["snow"][january].sum() / pv_sums["none"][january].sum() == pytest.approx(0.5, abs=0.02)
    np.testing.assert_array_equal(pv_sums["snow"][31 * 24 :], pv_sums["none"][31 * 24 :])


def test_wind_comes_from_a_turbine_or_the_province_less_its_losses(tmp_path: Path) -> None:
    weather = "{model: synthetic, site: Hangzhou_CSWD}"

    def wind(rest: str) -> np.ndarray:
        return hub(tmp_path, weather, f", wind: {{capacity: 1 MW{rest}}}").wind_w[:, 0]

    turbine, rough, province, lossy = (
        wind(r) for r in ("", ", hellman_exponent: 0.2", ", source: province", ", losses: 0.1")
    )
    assert rough.mean() > 1.1 * turbine.mean()
    # fact: Zhejiang's ERA5 factor is 0.178, that of the Hangzhou station 0.054
    assert province.mean() / 1e6 == pytest.approx(0.178, rel=0.01)
    np.testing.assert_allclose(lossy, 0.9 * turbine)


def test_a_province_takes_its_factors_from_a_file(tmp_path: Path) -> None:
    rows = "".join(f"{i},{(i % 24) / 24:.4f}\n" for i in range(8784))
    (tmp_path / "cf.csv").write_text("hour,Zhejiang\n" + rows)
    wind = ", wind: {capacity: 1 MW, source: province}}}\nprovinces: {zhejiang: {wind_cf: {file: cf.csv, column: Zhejiang, stamp: "
    weather = "{model: synthetic, site: Hangzhou_CSWD}"
    found = {}
    for stamp in ("hour_beginning", "hour_ending"):
        found[stamp] = hub(tmp_path, weather, wind + stamp + "}").wind_w[:, 0] / 1e6
    np.testing.assert_allclose(found["hour_beginning"][:24], np.arange(24) / 24, atol=1e-4)
    # the row stamped 1:00 that ends there is the hour from 0:00
    np.testing.assert_allclose(found["hour_ending"][:23], np.arange(1, 24) / 24, atol=1e-4)


def test_the_real_provincial_factors_are_read_as_hours_that_end_at_their_stamp(tmp_path: Path, data_dir: Path) -> None:
    file = data_dir / "grid-china" / "pv_cf_2020.csv.gz"
    given = f"wind: null}}}}\nprovinces: {{zhejiang: {{pv_cf: {{file: {file}, column: Zhejiang, stamp: hour_ending}}"
    contract = ", contracts: {sun: {title: {zh: 光, en: sun}, kind: ppa_solar, capacity: 1 MW}}, "
    signals = hub(tmp_path, "{model: synthetic, site: Hangzhou_CSWD}", contract + given)
    by_hour = signals.contracts.output_w[:, 0].reshape(-1, 24).mean(axis=0) / 1e6
    assert by_hour.sum() / 24 == pytest.approx(0.1189, rel=0.01)  # weather-stats.yaml, 2020
    # solar noon of Zhejiang is about 12:00 in UTC+8: with mid-hours the centre of gravity is there
    assert (by_hour * (np.arange(24) + 0.5)).sum() / by_hour.sum() == pytest.approx(12.0, abs=0.35)
