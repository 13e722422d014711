"""TMY3 and csv weather: what a stamp marks, zones, moisture in three ways, and what is refused."""

import gzip
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from energy_models.sun import sun_at_hours
from energy_models.weather_files import read_csv, read_tmy3

PLACE = (30.0, 120.0, 10.0)
YEAR = datetime(2021, 1, 1)
COLUMNS = {"temp_air_c": "T", "ghi_w_per_m2": "G", "relative_humidity_pct": "RH"}
GHI = 0.6 * sun_at_hours(YEAR, 8760, *PLACE).horizontal_w_per_m2
TMY3_COLUMNS = "Date (MM/DD/YYYY),Time (HH:MM),GHI (W/m^2),Dry-bulb (C),RHum (%),Pressure (mbar),Wspd (m/s)"


def write_csv(
    path: Path, stamp: str, *, year: int = 2021, moist: bool = False, changes: dict[int, str] | None = None
) -> Path:
    """Temperature is the number of the hour in its day, radiation is symmetric about noon."""
    first = datetime(year, 1, 1)
    hours = (datetime(year + 1, 1, 1) - first) // timedelta(hours=1)
    late = timedelta(hours=1 if stamp == "hour_ending" else 0)
    rows = [
        f"{(first + timedelta(hours=i) + late).isoformat()},{i % 24},{GHI[i % 8760]:.3f},50"
        + (f",{i % 24 * 0.7:.2f}" if moist else "")
        for i in range(hours)
    ]
    for i, row in (changes or {}).items():
        rows[i] = row
    path.write_text("time,T,G,RH" + (",X" if moist else "") + "\n" + "\n".join(rows) + "\n")
    return path


def write_tmy3(path: Path, *, zone: int = 8, temps: dict[int, str] | None = None) -> Path:
    lines = [f'999999,"NOWHERE",XX,{zone},30.0,120.0,10', TMY3_COLUMNS]
    for i in range(8760):
        day = YEAR + timedelta(hours=i // 24 * 24)
        temp = (temps or {}).get(i, f"{i % 24}.0")
        lines.append(f"{day:%m/%d/%Y},{i % 24 + 1:02d}:00,{GHI[i]:.0f},{temp},50,1010,2.5")
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("stamp", ["hour_beginning", "hour_ending"])
def test_csv_hours_begin_at_their_index_whatever_the_stamp_marks(tmp_path: Path, stamp: str) -> None:
    weather = read_csv(write_csv(tmp_path / "a.csv", stamp), COLUMNS, stamp, PLACE)
    np.testing.assert_array_equal(weather.temp_air_c[:24], np.arange(24.0))
    np.testing.assert_allclose(weather.ghi_w_per_m2, GHI, atol=1e-3)
    assert (weather.wind_speed_ms == 2.0).all()


def test_csv_instants_are_averaged_with_the_next(tmp_path: Path) -> None:
    weather = read_csv(write_csv(tmp_path / "a.csv", "instant"), COLUMNS, "instant", PLACE)
    np.testing.assert_array_equal(weather.temp_air_c[:3], [0.5, 1.5, 2.5])


def test_a_wrong_stamp_is_told(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", "hour_ending")
    with pytest.raises(
        ValueError, match=r"a\.csv:2: got 2021-01-01T01:00:00 .* hour_beginning stamps from 2021-01-01T00"
    ):
        read_csv(path, COLUMNS, "hour_beginning", PLACE)


def test_a_leap_year_loses_its_29_february_and_gzip_is_read(tmp_path: Path) -> None:
    plain = write_csv(tmp_path / "a.csv", "hour_beginning", year=2020)
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_csv(packed, COLUMNS, "hour_beginning", PLACE).hours == 8760


def test_a_file_in_another_zone_is_turned(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", "hour_beginning")
    # 0:00 UTC is 8:00 here, so the hour from midnight here is the 16th of the file's day
    assert read_csv(path, COLUMNS, "hour_beginning", PLACE, utc_offset_h=0.0).temp_air_c[0] == 16.0
    assert read_tmy3(write_tmy3(tmp_path / "t.csv", zone=0)).temp_air_c[0] == 16.0
    with pytest.raises(ValueError, match="whole hours"):
        read_csv(path, COLUMNS, "hour_beginning", PLACE, utc_offset_h=5.5)


@pytest.mark.parametrize(("name", "humidity"), [("temp_dew_point_c", 0.745), ("temp_wet_bulb_c", 0.578)])
def test_moisture_comes_in_three_ways(tmp_path: Path, name: str, humidity: float) -> None:
    path = write_csv(tmp_path / "a.csv", "hour_beginning", moist=True)
    columns = {"temp_air_c": "T", "ghi_w_per_m2": "G", name: "X"}
    weather = read_csv(path, columns, "hour_beginning", PLACE)
    # dew point or wet bulb at the dry bulb: saturated
    assert weather.relative_humidity[0] == pytest.approx(1.0, abs=1e-3)
    assert weather.temp_wet_bulb_c[0] == pytest.approx(0.0, abs=0.02)
    # 15 degC with a dew point or wet bulb of 10.5 degC, read off a psychrometric chart to a point or two
    assert weather.relative_humidity[15] == pytest.approx(humidity, abs=0.02)


@pytest.mark.parametrize(
    ("columns", "changes", "message"),
    [
        ({"temp_air_c": "T", "ghi_w_per_m2": "G"}, {}, "one of relative_humidity_pct"),
        (COLUMNS | {"temp_air_c": "Q"}, {}, r"a\.csv:1: got no column 'Q'"),
        (COLUMNS, {5: "2021-01-01T05:00:00,x,0,50"}, r"a\.csv:7: T: got nan"),
        (COLUMNS, {5: "2021-01-01T06:00:00,5,0,50"}, r"a\.csv:7: got 2021-01-01T06"),
        (COLUMNS, {5: "yesterday,5,0,50"}, "not ISO 8601"),
    ],
)
def test_what_is_wrong_with_a_csv_is_told(
    tmp_path: Path, columns: dict[str, str], changes: dict[int, str], message: str
) -> None:
    path = write_csv(tmp_path / "a.csv", "hour_beginning", changes=changes)
    with pytest.raises(ValueError, match=message):
        read_csv(path, columns, "hour_beginning", PLACE)


def test_tmy3_rows_end_their_hour(tmp_path: Path) -> None:
    weather = read_tmy3(write_tmy3(tmp_path / "t.csv"))
    np.testing.assert_array_equal(weather.temp_air_c[:24], np.arange(24.0))
    np.testing.assert_allclose(weather.ghi_w_per_m2, GHI, atol=0.51)  # whole W/m2 in the file
    assert weather.pressure_pa[0] == 101_000.0
    assert weather.wind_speed_ms[0] == 2.5


def test_a_bad_tmy3_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"t\.csv:8: temp_air: got -9900"):
        read_tmy3(write_tmy3(tmp_path / "t.csv", temps={5: "-9900.0"}))
    short = write_tmy3(tmp_path / "s.csv")
    short.write_text("\n".join(short.read_text().splitlines()[:100]) + "\n")
    with pytest.raises(ValueError, match="got 98 rows"):
        read_tmy3(short)
    (tmp_path / "o.csv").write_text("hello\nworld\n")
    with pytest.raises(ValueError, match="not a TMY3 file"):
        read_tmy3(tmp_path / "o.csv")
