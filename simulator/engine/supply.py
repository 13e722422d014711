"""Weather and generation of each hub, and the load, wind and sun of its province."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from energy_models import climate, solar, wind
from energy_models.weather import Weather, read_epw
from simulator.engine.calendar import day_type_hours, same_date_hours
from simulator.errors import TraceError
from simulator.scenario import stream

if TYPE_CHECKING:
    from simulator.scenario import Hub, Scenario

LOAD_YEAR = 2018  # base year of the provincial load series, by its weekend pattern and totals


@dataclass(frozen=True)
class HubSupply:
    """Hourly series of one hub, each of shape (hours,); powers of the whole hub, before any fleet sample. [W]"""

    weather: Weather
    pv_w: np.ndarray
    wind_w: np.ndarray
    notes: tuple[str, ...]


def provincial_series(scenario: Scenario, start: datetime, hours: int) -> dict[str, dict[str, np.ndarray]]:
    """
    Return load shape, wind and sun of every province of the scenario.

    Returns
    -------
    dict of dict
        province -> ``load`` (over its mean), ``wind_cf``, ``pv_cf``, each of shape (hours,). [-]
    """
    names = sorted(scenario.provinces)
    shapes = [scenario.provinces[name].wind_shape for name in names]
    distinct = sorted(set(shapes))
    seed = scenario.simulation.seed
    wind_cf = climate.synthetic_wind_cf(distinct, start, hours, stream(seed, "weather.wind"))
    pv_cf = climate.synthetic_solar_cf(distinct, start, hours, stream(seed, "weather.sun"))
    return {
        name: {
            "load": _load(scenario, name, start, hours),
            "wind_cf": wind_cf[distinct.index(shape)],
            "pv_cf": pv_cf[distinct.index(shape)],
        }
        for name, shape in zip(names, shapes, strict=True)
    }


def _load(scenario: Scenario, name: str, start: datetime, hours: int) -> np.ndarray:
    province = scenario.provinces[name]
    if province.load_file is None:
        return climate.load_shape(province.load_shape, start, hours)
    series = read_column(Path(province.load_file), province.load_column or province.load_shape)
    if len(series) != 8760:
        raise TraceError(
            f"{province.load_file}: got {len(series)} hours; expected 8760, one year of hourly demand [MW]"
        )
    taken = series[day_type_hours(start, hours, LOAD_YEAR)]
    return taken / series.mean()


def read_column(path: Path, column: str) -> np.ndarray:
    """
    Read one numeric column of a csv file, gzip or not.

    Raises
    ------
    TraceError
        If the file is no text, the column is missing or a value is not a positive number; names file, line and column.
    """
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise TraceError(f"{path}: cannot be read: {error}; expected csv in UTF-8, or the same gzipped") from error
    rows = csv.reader(io.StringIO(text))
    header = next(rows, [])
    if column not in header:
        raise TraceError(f"{path}:1: got no column {column!r}; expected one of {', '.join(header[:12])} ...")
    at, values = header.index(column), []
    for line, row in enumerate(rows, start=2):
        try:
            value = float(row[at])
        except (ValueError, IndexError):
            value = float("nan")
        if not 0.0 < value < np.inf:
            given = row[at] if at < len(row) else "nothing"
            raise TraceError(f"{path}:{line}: {column}: got {given!r}; expected a positive number [MW]")
        values.append(value)
    return np.array(values)


def hub_supply(
    scenario: Scenario, name: str, provinces: dict[str, dict[str, np.ndarray]], start: datetime, hours: int
) -> HubSupply:
    """
    Return the weather, on-site generation and contract output of one hub.

    Parameters
    ----------
    scenario : Scenario
    name : str
        Hub.
    provinces : dict
        From `provincial_series`.
    start : datetime
        A full hour.
    hours : int

    Returns
    -------
    HubSupply
    """
    hub = scenario.hubs[name]
    weather, notes = _weather(scenario, name, start, hours)
    return HubSupply(
        weather=weather,
        pv_w=_pv(hub, weather, start),
        wind_w=_wind(hub, weather),
        notes=notes,
    )


def _weather(scenario: Scenario, name: str, start: datetime, hours: int) -> tuple[Weather, tuple[str, ...]]:
    source, title = scenario.hubs[name].weather, scenario.hubs[name].title
    if source.model == "epw":
        try:
            year = read_epw(Path(source.file), source.radiation_shift_h)
        except (ValueError, OSError) as error:
            raise TraceError(str(error)) from error
        index = same_date_hours(start, hours)
        return _take(year, index), (
            f"{title.zh}的天气取自典型年EPW文件，不是情景年份的实测 | "
            f"weather of {title.en}: a typical year from an EPW file, not that of the scenario's year",
        )
    names = sorted({h.weather.site for h in scenario.hubs.values() if h.weather.model == "synthetic"})
    made = _synthetic(tuple(names), start, hours, scenario.simulation.seed)
    return made[names.index(source.site)], (
        f"{title.zh}的天气是合成的，按{source.site}的月统计率定 | "
        f"weather of {title.en}: synthetic, calibrated to the monthly statistics of {source.site}",
    )


_MADE: dict[tuple[object, ...], list[Weather]] = {}


def _synthetic(names: tuple[str, ...], start: datetime, hours: int, seed: int) -> list[Weather]:
    # all sites are drawn together, because neighbours share their weather; kept for the other hubs of the run
    key = (names, start, hours, seed)
    if key not in _MADE:
        _MADE.clear()
        _MADE[key] = climate.synthetic_weather(list(names), start, hours, stream(seed, "weather.sites"))
    return _MADE[key]


def _take(year: Weather, index: np.ndarray) -> Weather:
    return Weather(**{field: getattr(year, field)[index] for field in Weather.__dataclass_fields__})


def _pv(hub: Hub, weather: Weather, start: datetime) -> np.ndarray:
    if hub.pv is None:
        return np.zeros(len(weather.temp_air_c))
    return hub.pv.capacity * solar.pv_capacity_factor(
        weather,
        latitude=hub.location.latitude,
        longitude=hub.location.longitude,
        elevation_m=hub.location.elevation,
        start=start,
        tilt_deg=hub.pv.tilt,
        azimuth_deg=hub.pv.azimuth,
        losses=hub.pv.losses,
    )


def _wind(hub: Hub, weather: Weather) -> np.ndarray:
    if hub.wind is None:
        return np.zeros(len(weather.temp_air_c))
    return hub.wind.capacity * wind.turbine_capacity_factor(
        weather, turbine=hub.wind.turbine, hub_height_m=hub.wind.hub_height
    )
