"""Hourly weather of one place: the record and the EPW reader. The generator is in `energy_models.climate`.

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

_HEADER_LINES = 8
# column of the reader, field of the record, factor, believable values (EPW writes 99.9, 999, 9999 for none)
_COLUMNS = (
    ("temp_air", "temp_air_c", 1.0, -60.0, 60.0),
    ("relative_humidity", "relative_humidity", 0.01, 0.0, 120.0),  # some stations write up to 116 in fog
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
        8,760 hours from 1 January 0:00, hour beginning.

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
    check_range("radiation_shift_h", radiation_shift_h, -3.0, 3.0, "h")
    table, place = _parse(path)
    values = {field: _column(path, table, column, low, high) * factor for column, field, factor, low, high in _COLUMNS}
    humidity = np.minimum(values["relative_humidity"], 1.0)
    ghi = _on_true_clock(values["ghi_w_per_m2"], place, radiation_shift_h)
    # the year only sets the date of each row: any common year will do
    sun = sun_at_hours(datetime(2021, 1, 1), ghi.size, *place)
    dni, dhi = split_ghi(ghi, sun)
    return Weather(
        temp_air_c=values["temp_air_c"],
        temp_wet_bulb_c=wet_bulb_c(values["temp_air_c"], humidity, values["pressure_pa"]),
        relative_humidity=humidity,
        pressure_pa=values["pressure_pa"],
        ghi_w_per_m2=ghi,
        dni_w_per_m2=dni,
        dhi_w_per_m2=dhi,
        wind_speed_ms=values["wind_speed_ms"],
    )


def _parse(path: Path) -> tuple["pd.DataFrame", tuple[float, float, float]]:
    from pvlib.iotools import read_epw as parse  # heavy: only where a file is read

    raw = path.read_bytes()
    text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8", errors="replace")
    try:
        table, place = parse(io.StringIO(text))
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise ValueError(f"{path}: not an EPW file ({error})") from error
    if len(table) != 8_760:
        raise ValueError(f"{path}: got {len(table)} rows; expected 8760, a year without 29 February")
    return table, (float(place["latitude"]), float(place["longitude"]), float(place["altitude"]))


def _column(path: Path, table: "pd.DataFrame", name: str, low: float, high: float) -> Floats:
    values = table[name].to_numpy(dtype=float)
    bad = np.flatnonzero(~((values >= low) & (values <= high)))
    if bad.size:
        row = int(bad[0])
        raise ValueError(
            f"{path}:{row + 1 + _HEADER_LINES}: {name}: got {values[row]}; expected {low:g} to {high:g} "
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
