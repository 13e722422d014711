"""EPW files: the clock, what is missing, and the real ones."""

import gzip
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from energy_models.sun import sun_at_hours
from energy_models.weather import Weather, read_epw

HEADER = """LOCATION,Nowhere,Zhejiang,CHN,TEST,000000,30.0,120.0,8.0,10.0
DESIGN CONDITIONS,0
TYPICAL/EXTREME PERIODS,0
GROUND TEMPERATURES,0
HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0
COMMENTS 1,test
COMMENTS 2,test
DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31
"""
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def epw_row(month: int, day: int, hour: int, temp_c: str, ghi: float) -> str:
    rest = f"{temp_c},5.0,60,101000,0,0,300,{ghi:.0f},0,0" + ",0" * 4 + ",180,2.5" + ",0" * 13
    return f"2005,{month},{day},{hour},0,?9,{rest}"


def write_epw(path: Path, *, late_h: float = 0.0, temps: dict[int, str] | None = None) -> Path:
    """A year with clear mornings and hazy afternoons whose global radiation is written `late_h` late."""
    sun = sun_at_hours(datetime(2021, 1, 1), 8760, 30.0, 120.0, 10.0, shift_h=-late_h)
    clock = (np.arange(8760) + 0.5 - late_h) % 24
    ghi = np.interp(clock, [9.0, 15.0], [0.75, 0.35]) * sun.horizontal_w_per_m2
    stamps = [(m + 1, d + 1, h + 1) for m in range(12) for d in range(DAYS[m]) for h in range(24)]
    changed = temps or {}
    lines = [epw_row(*stamp, changed.get(i, f"{i % 24}.0"), ghi[i]) for i, stamp in enumerate(stamps)]
    path.write_text(HEADER + "\n".join(lines) + "\n")
    return path


def test_hours_begin_at_their_index_and_gzip_is_read(tmp_path: Path) -> None:
    plain = write_epw(tmp_path / "a.epw")
    packed = tmp_path / "a.epw.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    one, other = read_epw(plain), read_epw(packed)
    # the row "hour 1", the hour ending at 1:00, is hour 0
    np.testing.assert_array_equal(one.temp_air_c[:24], np.arange(24.0))
    np.testing.assert_array_equal(one.dni_w_per_m2, other.dni_w_per_m2)


def test_v28_the_sun_of_a_row_is_taken_half_an_hour_before_its_stamp() -> None:
    sun = sun_at_hours(datetime(2021, 1, 1), 8760, 30.0, 120.0, 10.0)
    hours = np.arange(24) + 0.5
    by_hour = sun.horizontal_w_per_m2.reshape(365, 24).sum(axis=0)
    # longitude 120 is the meridian of UTC+8; the equation of time averages to 0 within minutes
    assert (by_hour * hours).sum() / by_hour.sum() == pytest.approx(12.0, abs=0.02)


@pytest.mark.parametrize("late_h", [1.25, -0.5])
def test_late_radiation_is_moved_back(tmp_path: Path, late_h: float) -> None:
    true = read_epw(write_epw(tmp_path / "a.epw"))
    moved = read_epw(write_epw(tmp_path / "b.epw", late_h=late_h), radiation_shift_h=late_h)
    unrepaired = read_epw(tmp_path / "b.epw")

    def course(weather: Weather) -> np.ndarray:
        return weather.ghi_w_per_m2.reshape(365, 24).mean(axis=0)

    # mean some 190 W/m2; a straight line between hours and whole W/m2 in the file cost up to 4 in an hour
    assert np.abs(course(moved) - course(true)).max() < 4.0
    assert np.abs(course(unrepaired) - course(true)).max() > 40.0
    assert moved.dni_w_per_m2.sum() == pytest.approx(true.dni_w_per_m2.sum(), rel=0.015)


def test_parts_close_on_the_global_column(tmp_path: Path) -> None:
    weather = read_epw(write_epw(tmp_path / "a.epw"))
    sun = sun_at_hours(datetime(2021, 1, 1), 8760, 30.0, 120.0, 10.0)
    level = weather.dhi_w_per_m2 + weather.dni_w_per_m2 * np.maximum(sun.sin_elevation, 0.0)
    np.testing.assert_allclose(level, weather.ghi_w_per_m2, atol=1e-9)


@pytest.mark.parametrize("bad", ["99.9", "nan"])
def test_a_missing_value_names_file_and_line(tmp_path: Path, bad: str) -> None:
    path = write_epw(tmp_path / "broken.epw", temps={100: bad})
    # the 101st row after 8 header lines
    with pytest.raises(ValueError, match=r"broken\.epw:109: temp_air"):
        read_epw(path)


def test_a_short_or_foreign_file_is_refused(tmp_path: Path) -> None:
    path = write_epw(tmp_path / "short.epw")
    path.write_text("\n".join(path.read_text().splitlines()[:-24]) + "\n")
    with pytest.raises(ValueError, match="8736 rows"):
        read_epw(path)
    (tmp_path / "other.epw").write_text("hello\nworld\n")
    with pytest.raises(ValueError, match="not an EPW file"):
        read_epw(tmp_path / "other.epw")


def test_a_record_with_nan_or_unequal_lengths_is_refused() -> None:
    arrays = {name: np.zeros(3) for name in Weather.__dataclass_fields__}
    with pytest.raises(ValueError, match=r"ghi_w_per_m2\[0\]"):
        Weather(**arrays | {"ghi_w_per_m2": np.full(3, np.nan)})
    with pytest.raises(ValueError, match="wind_speed_ms has shape"):
        Weather(**arrays | {"wind_speed_ms": np.zeros(4)})


# yearly mean wet bulb and hours below 15 degC of it, measured apart from this code: weather-stats.yaml
@pytest.mark.parametrize(
    ("file", "mean_c", "hours_below_15"),
    [
        ("CHN_Shanghai.Shanghai.583620_CSWD.epw.gz", 14.13, 4499),
        ("CHN_Zhejiang.Hangzhou.584570_CSWD.epw.gz", 14.29, 4253),
        ("CHN_Nei.Mongol.Hohhot.534630_CSWD.epw.gz", 2.261, 7217),
    ],
)
def test_wet_bulb_of_the_real_files(data_dir: Path, file: str, mean_c: float, hours_below_15: int) -> None:
    weather = read_epw(data_dir / "weather-epw" / file)
    assert weather.temp_wet_bulb_c.mean() == pytest.approx(mean_c, abs=0.006)  # the digits printed there
    assert (weather.temp_wet_bulb_c < 15.0).sum() == pytest.approx(hours_below_15, abs=2)
