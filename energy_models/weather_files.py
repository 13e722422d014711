"""Readers of weather files other than EPW: TMY3, and csv by a map of columns. Each says what a stamp means.

Both give 8,760 hours from 1 January 0:00 in fixed UTC+8, hour beginning, and repair radiation as the EPW reader
does: from the global column. A TMY3 stamp marks the end of its hour (User's Manual for TMY3, NREL/TP-581-43156, 2008);
what a csv stamp marks the caller must say. 29 February is left out.
"""

import gzip
import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from energy_models.psychrometrics import (
    Floats,
    check_range,
    relative_humidity,
    saturation_pressure_pa,
    standard_pressure_pa,
)
from energy_models.weather import HOURS, Weather, column, weather_from

if TYPE_CHECKING:
    import pandas as pd

Stamp = Literal["hour_beginning", "hour_ending", "instant"]
# what a csv column may hold: believable values
CSV_RANGES = {
    "temp_air_c": (-60.0, 60.0),
    "relative_humidity_pct": (0.0, 120.0),
    "temp_dew_point_c": (-80.0, 40.0),
    "temp_wet_bulb_c": (-60.0, 45.0),
    "pressure_pa": (50e3, 110e3),
    "ghi_w_per_m2": (-10.0, 1_500.0),  # some instruments write a few watts below 0 at night
    "wind_speed_ms": (0.0, 60.0),
}
MOISTURE = ("relative_humidity_pct", "temp_dew_point_c", "temp_wet_bulb_c")
_TMY3_HEADER_LINES = 2
_MBAR_PA = 100.0


def read_tmy3(path: Path, radiation_shift_h: float = 0.0) -> Weather:
    """
    Read a typical year from a TMY3 file, gzip or not.

    Parameters
    ----------
    path : Path
        Two header lines, then 8,760 rows; a stamp marks the end of its hour.
    radiation_shift_h : float
        Hours by which the radiation of this file runs late, from -3 to 3. [h]

    Returns
    -------
    Weather
        8,760 hours from 1 January 0:00 UTC+8, hour beginning; a file of another zone is turned by whole hours.

    Raises
    ------
    ValueError
        If the file is no TMY3 of 8,760 rows or a value is missing or unbelievable; names the file and its line.
    """
    from pvlib.iotools import read_tmy3 as parse  # heavy: only where a file is read

    try:
        table, place = parse(io.StringIO(_text(path)), coerce_year=2021, map_variables=True)
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise ValueError(f"{path}: not a TMY3 file ({error})") from error
    if len(table) != HOURS:
        raise ValueError(f"{path}: got {len(table)} rows; expected {HOURS}, a year without 29 February")

    def values(name: str, factor: float, low: float, high: float) -> Floats:
        return column(path, table, name, low, high, _TMY3_HEADER_LINES) * factor

    return weather_from(
        temp_air_c=values("temp_air", 1.0, -60.0, 60.0),
        humidity=values("relative_humidity", 0.01, 0.0, 120.0),
        pressure_pa=values("pressure", _MBAR_PA, 500.0, 1_100.0),
        ghi_w_per_m2=values("ghi", 1.0, 0.0, 1_500.0),
        wind_speed_ms=values("wind_speed", 1.0, 0.0, 60.0),
        place=(float(place["latitude"]), float(place["longitude"]), float(place["altitude"])),
        utc_offset_h=float(place["TZ"]),
        radiation_shift_h=radiation_shift_h,
    )


def read_csv(
    path: Path,
    columns: Mapping[str, str],
    stamp: Stamp,
    place: tuple[float, float, float],
    *,
    time_column: str = "time",
    utc_offset_h: float = 8.0,
    radiation_shift_h: float = 0.0,
) -> Weather:
    """
    Read a year of hourly weather from a csv file, gzip or not.

    Parameters
    ----------
    path : Path
        csv in UTF-8 with a header line; rows in order of time, an hour apart.
    columns : mapping of str to str
        Our name to the file's: ``temp_air_c``, ``ghi_w_per_m2`` and one of ``relative_humidity_pct``,
        ``temp_dew_point_c``, ``temp_wet_bulb_c``; optional ``pressure_pa`` (else the standard atmosphere) and
        ``wind_speed_ms`` (else 2 m/s, which only cools the PV cells).
    stamp : {"hour_beginning", "hour_ending", "instant"}
        What the time of a row marks; instants are averaged with the next.
    place : tuple of float
        Latitude, longitude [deg], height above the sea [m].
    time_column : str
        Column with ISO 8601 times.
    utc_offset_h : float
        Zone of the times, whole hours. [h]
    radiation_shift_h : float
        Hours by which the radiation runs late, from -3 to 3. [h]

    Returns
    -------
    Weather
        8,760 hours from 1 January 0:00 UTC+8, hour beginning.

    Raises
    ------
    ValueError
        If a column is missing, a value is unbelievable, or the rows are not every hour of one calendar year.
    """
    table = _table(path, columns, time_column)
    keep = _hours_of_year(path, table[time_column], stamp)
    found = {name: column(path, table, given, *CSV_RANGES[name], 1) for name, given in columns.items()}
    if stamp == "instant":
        found = {name: 0.5 * (values + np.roll(values, -1)) for name, values in found.items()}
    found = {name: values[keep] for name, values in found.items()}
    temp = found["temp_air_c"]
    pressure = found.get("pressure_pa", np.full(HOURS, standard_pressure_pa(place[2])))
    return weather_from(
        temp_air_c=temp,
        humidity=_humidity(path, found, pressure),
        pressure_pa=pressure,
        ghi_w_per_m2=np.maximum(found["ghi_w_per_m2"], 0.0),
        wind_speed_ms=found.get("wind_speed_ms", np.full(HOURS, 2.0)),
        place=place,
        utc_offset_h=utc_offset_h,
        radiation_shift_h=radiation_shift_h,
    )


def _text(path: Path) -> str:
    raw = path.read_bytes()
    return (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig", errors="replace")


def _table(path: Path, columns: Mapping[str, str], time_column: str) -> "pd.DataFrame":
    import pandas as pd

    moist = [name for name in MOISTURE if name in columns]
    if not {"temp_air_c", "ghi_w_per_m2"} <= columns.keys() or len(moist) != 1 or columns.keys() - CSV_RANGES.keys():
        raise ValueError(
            f"{path}: got columns {', '.join(columns)}; expected temp_air_c, ghi_w_per_m2, one of "
            f"{', '.join(MOISTURE)}, and if there are any pressure_pa, wind_speed_ms"
        )
    try:
        table = pd.read_csv(io.StringIO(_text(path)))
    except ValueError as error:
        raise ValueError(f"{path}: not a csv file ({error})") from error
    for name in (time_column, *columns.values()):
        if name not in table.columns:
            raise ValueError(f"{path}:1: got no column {name!r}; expected one of {', '.join(table.columns[:12])}")
    for name in columns.values():
        table[name] = pd.to_numeric(table[name], errors="coerce")
    return table


def _hours_of_year(path: Path, stamps: "pd.Series[str]", stamp: Stamp) -> Floats:
    """Tell which rows to keep: all hours of one calendar year but those of 29 February."""
    try:
        times = [datetime.fromisoformat(str(text).strip()).replace(tzinfo=None) for text in stamps]
    except ValueError as error:
        raise ValueError(f"{path}: got a time that is not ISO 8601 ({error})") from error
    begins = [time - timedelta(hours=1 if stamp == "hour_ending" else 0) for time in times]
    first = datetime(begins[0].year if begins else 1, 1, 1)
    wanted = [first + timedelta(hours=i) for i in range(int((first.replace(year=first.year + 1) - first).days * 24))]
    if begins != wanted:
        pairs = zip(begins, wanted, strict=False)
        off = next((i for i, (got, due) in enumerate(pairs) if got != due), min(len(begins), len(wanted)))
        got = times[off].isoformat() if off < len(times) else "the end of the file"
        due = (first + (times[0] - begins[0])).isoformat() if times else first.isoformat()
        raise ValueError(
            f"{path}:{off + 2}: got {got} in {len(times)} rows; expected every hour of {first.year}, "
            f"with {stamp} stamps from {due}"
        )
    return np.array([(time.month, time.day) != (2, 29) for time in begins])


def _humidity(path: Path, found: Mapping[str, Floats], pressure: Floats) -> Floats:
    if "relative_humidity_pct" in found:
        return found["relative_humidity_pct"] * 0.01
    if "temp_dew_point_c" in found:
        humidity = saturation_pressure_pa(found["temp_dew_point_c"]) / saturation_pressure_pa(found["temp_air_c"])
    else:
        humidity = relative_humidity(found["temp_air_c"], found["temp_wet_bulb_c"], pressure)
    check_range(f"{path}: relative humidity from dew point or wet bulb", humidity, -0.02, 1.02, "-")
    return np.clip(humidity, 0.0, 1.0)
