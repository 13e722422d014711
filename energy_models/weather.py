"""Hourly weather of one place: the record and the EPW reader. The generator is in `energy_models.climate`, other
readers in `energy_models.weather_files`.

Hours begin at their index (hour 0 is 0:00 to 1:00 of the first day), fixed UTC+8. Left out: wind direction,
cloud, precipitation.
"""

import gzip
import io
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from energy_models.psychrometrics import Floats, check_range, wet_bulb_c
from energy_models.sun import clearness_to_ghi, split_ghi, sun_at_hours

if TYPE_CHECKING:
    import pandas as pd

HOURS = 8_760
_HEADER_LINES = 8
# column of the reader, argument of weather_from, factor, believable values (EPW writes 99.9, 999, 9999 for none)
_COLUMNS = (
    ("temp_air", "temp_air_c", 1.0, -60.0, 60.0),
    ("relative_humidity", "humidity", 0.01, 0.0, 120.0),  # some stations write up to 116 in fog
    ("atmospheric_pressure", "pressure_pa", 1.0, 50e3, 110e3),
    ("ghi", "ghi_w_per_m2", 1.0, 0.0, 1_500.0),
    ("wind_speed", "wind_speed_ms", 1.0, 0.0, 60.0),
)


@dataclass(frozen=True)
class Weather:
    """
    Hourly means of the weather at one place, each array of shape (hours,).

    Parameters
    ----------
    temp_air_c, temp_wet_bulb_c : ndarray
        Dry bulb and psychrometric wet bulb. [degC]
    relative_humidity : ndarray
        From 0 to 1. [-]
    pressure_pa : ndarray
        Station pressure. [Pa]
    ghi_w_per_m2, dni_w_per_m2, dhi_w_per_m2 : ndarray
        Global horizontal, direct normal, diffuse horizontal irradiance. [W/m2]
    wind_speed_ms : ndarray
        At 10 m. [m/s]
    """

    temp_air_c: Floats
    temp_wet_bulb_c: Floats
    relative_humidity: Floats
    pressure_pa: Floats
    ghi_w_per_m2: Floats
    dni_w_per_m2: Floats
    dhi_w_per_m2: Floats
    wind_speed_ms: Floats

    def __post_init__(self) -> None:
        """Refuse arrays of unequal length or with values that are not finite."""
        for field in fields(self):
            values = getattr(self, field.name)
            if values.shape != self.temp_air_c.shape:
                raise ValueError(f"weather: {field.name} has shape {values.shape}; expected {self.temp_air_c.shape}")
            if not np.isfinite(values).all():
                first = int(np.flatnonzero(~np.isfinite(values))[0])
                raise ValueError(f"weather: {field.name}[{first}] is {values[first]}; expected a finite number")

    @property
    def hours(self) -> int:
        """Number of hours."""
        return int(self.temp_air_c.size)


def read_epw(path: Path, radiation_shift_h: float = 0.0) -> Weather:
    """
    Read a typical year from an EPW file, gzip or not, and repair its radiation.

    Parameters
    ----------
    path : Path
        ``*.epw`` or ``*.epw.gz``; 8,760 rows, row N of a day is the hour ending at N:00.
    radiation_shift_h : float
        Hours by which the radiation of this file runs late (negative: early), from -3 to 3. [h]

    Returns
    -------
    Weather
        8,760 hours from 1 January 0:00 UTC+8, hour beginning.

    Raises
    ------
    ValueError
        If the file is no EPW of 8,760 rows or a value is missing or unbelievable; names the file and its
        line.

    Notes
    -----
    The direct and diffuse columns of many Chinese typical years do not add up to the global one and its
    clock is off. So the clearness of the global column is moved onto the true clock, keeping each day's sum,
    and split by the Erbs model (Solar Energy 28, 1982) with the sun at mid-hour. Files whose radiation is on
    time keep their global column.
    """
    table, place, utc_offset_h = _parse(path)
    values = {
        field: column(path, table, name, low, high, _HEADER_LINES) * factor
        for name, field, factor, low, high in _COLUMNS
    }
    return weather_from(**values, place=place, utc_offset_h=utc_offset_h, radiation_shift_h=radiation_shift_h)


def weather_from(
    *,
    temp_air_c: Floats,
    humidity: Floats,
    pressure_pa: Floats,
    ghi_w_per_m2: Floats,
    wind_speed_ms: Floats,
    place: tuple[float, float, float],
    utc_offset_h: float,
    radiation_shift_h: float,
) -> Weather:
    """
    Make the record from what a file holds: clock to UTC+8, wet bulb, and radiation repaired and split.

    Parameters
    ----------
    temp_air_c, humidity, pressure_pa, ghi_w_per_m2, wind_speed_ms : ndarray, shape (8760,)
        Means of the hours from 1 January 0:00 of the file's zone; humidity as a fraction, cut at 1.
    place : tuple of float
        Latitude, longitude [deg], height above the sea [m].
    utc_offset_h : float
        Zone of the file; whole hours. [h]
    radiation_shift_h : float
        Hours by which the radiation runs late, from -3 to 3. [h]

    Returns
    -------
    Weather
        8,760 hours from 1 January 0:00 UTC+8.

    Raises
    ------
    ValueError
        If the shift is out of range or the zone is not a whole number of hours.
    """
    check_range("radiation_shift_h", radiation_shift_h, -3.0, 3.0, "h")
    given = (temp_air_c, np.minimum(humidity, 1.0), pressure_pa, ghi_w_per_m2, wind_speed_ms)
    temp, wet_share, pressure, radiation, wind = (to_utc8(values, utc_offset_h) for values in given)
    ghi = _on_true_clock(radiation, place, radiation_shift_h)
    # the year only sets the date of each row: any common year will do
    dni, dhi = split_ghi(ghi, sun_at_hours(datetime(2021, 1, 1), ghi.size, *place))
    return Weather(
        temp_air_c=temp,
        temp_wet_bulb_c=wet_bulb_c(temp, wet_share, pressure),
        relative_humidity=wet_share,
        pressure_pa=pressure,
        ghi_w_per_m2=ghi,
        dni_w_per_m2=dni,
        dhi_w_per_m2=dhi,
        wind_speed_ms=wind,
    )


def to_utc8(values: Floats, utc_offset_h: float) -> Floats:
    """Turn a typical year of another zone onto fixed UTC+8: its last hours come first, or the other way round."""
    if utc_offset_h != round(utc_offset_h) or not -12 <= utc_offset_h <= 14:
        raise ValueError(f"got a file in UTC{utc_offset_h:+g}; expected a zone of whole hours from -12 to 14 [h]")
    return np.roll(values, 8 - round(utc_offset_h))


def _parse(path: Path) -> tuple["pd.DataFrame", tuple[float, float, float], float]:
    from pvlib.iotools import read_epw as parse  # heavy: only where a file is read

    raw = path.read_bytes()
    text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8", errors="replace")
    try:
        table, place = parse(io.StringIO(text))
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise ValueError(f"{path}: not an EPW file ({error})") from error
    if len(table) != HOURS:
        raise ValueError(f"{path}: got {len(table)} rows; expected {HOURS}, a year without 29 February")
    return table, (float(place["latitude"]), float(place["longitude"]), float(place["altitude"])), float(place["TZ"])


def column(path: Path, table: "pd.DataFrame", name: str, low: float, high: float, header_lines: int) -> Floats:
    """Return a column of a file's table; a value outside `low` to `high` raises ValueError with its line."""
    values = table[name].to_numpy(dtype=float)
    bad = np.flatnonzero(~((values >= low) & (values <= high)))
    if bad.size:
        row = int(bad[0])
        raise ValueError(
            f"{path}:{row + 1 + header_lines}: {name}: got {values[row]}; expected {low:g} to {high:g} "
            f"({bad.size} rows are missing or unbelievable)"
        )
    return values


def _on_true_clock(ghi: Floats, place: tuple[float, float, float], late_h: float) -> Floats:
    if late_h == 0.0:
        return ghi
    start = datetime(2021, 1, 1)
    as_written = sun_at_hours(start, ghi.size, *place, shift_h=-late_h)
    lit = as_written.horizontal_w_per_m2 > 0.0
    clearness = np.where(lit, ghi / np.where(lit, as_written.horizontal_w_per_m2, 1.0), np.nan)
    hours = np.arange(ghi.size, dtype=float)
    known = as_written.sin_elevation > 0.1  # near the horizon the ratio is noise: take the neighbours'
    moved = np.interp(hours + late_h, hours[known], np.clip(clearness[known], 0.0, 0.85))
    return clearness_to_ghi(moved, sun_at_hours(start, ghi.size, *place), daily_sum=ghi.reshape(-1, 24).sum(axis=1))
