"""Weather and generation of each hub, and the load, wind and sun of its province."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from energy_models import climate, solar, wind
from energy_models.weather import Weather
from simulator.engine.calendar import day_type_hours, same_date_hours
from simulator.engine.series import read_text
from simulator.engine.weather import hub_weather
from simulator.errors import TraceError
from simulator.scenario import stream

if TYPE_CHECKING:
    from simulator.scenario import CapacityFactors, Hub, Scenario

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
            "wind_cf": _factors(scenario.provinces[name].wind_cf, wind_cf[distinct.index(shape)], start, hours),
            "pv_cf": _factors(scenario.provinces[name].pv_cf, pv_cf[distinct.index(shape)], start, hours),
        }
        for name, shape in zip(names, shapes, strict=True)
    }


def _factors(given: CapacityFactors | None, synthetic: np.ndarray, start: datetime, hours: int) -> np.ndarray:
    """Return a province's capacity factors: those of its file, by date and hour, else the synthetic ones."""
    if given is None:
        return synthetic
    path = Path(given.file)
    series = read_column(path, given.column, 0.0, 1.0, "a number from 0 to 1 [-]")
    if len(series) not in (8760, 8784):
        raise TraceError(f"{path}: got {len(series)} hours; expected 8760 or 8784, one year from 1 January")
    if len(series) == 8784:  # a leap year: its 29 February is left out
        series = np.delete(series, np.arange(59 * 24, 60 * 24))
    # a row whose stamp says 0:00 but ends there is the last hour of the day before
    series = np.roll(series, -1) if given.stamp == "hour_ending" else series
    return series[same_date_hours(start, hours)]


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


def read_column(
    path: Path,
    column: str,
    low: float = np.nextafter(0.0, 1.0),
    high: float = np.finfo(float).max,
    expected: str = "a positive number [MW]",
) -> np.ndarray:
    """
    Read one numeric column of a csv file, gzip or not.

    Parameters
    ----------
    path, column
        File and name of the column.
    low, high : float
        Allowed values, both included; the default is any positive number.
    expected : str
        The same in words, for the message.

    Raises
    ------
    TraceError
        If the file is no text, the column is missing or a value is out of range; names file, line and column.
    """
    rows = csv.reader(io.StringIO(read_text(path)))
    header = next(rows, [])
    if column not in header:
        raise TraceError(f"{path}:1: got no column {column!r}; expected one of {', '.join(header[:12])} ...")
    at, values = header.index(column), []
    for line, row in enumerate(rows, start=2):
        try:
            value = float(row[at])
        except (ValueError, IndexError):
            value = float("nan")
        if not low <= value <= high:
            given = row[at] if at < len(row) else "nothing"
            raise TraceError(f"{path}:{line}: {column}: got {given!r}; expected {expected}")
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
    weather, notes = hub_weather(scenario, name, start, hours)
    return HubSupply(
        weather=weather,
        pv_w=_pv(hub, weather, start),
        wind_w=_wind(hub, weather, provinces),
        notes=notes,
    )


def _pv(hub: Hub, weather: Weather, start: datetime) -> np.ndarray:
    if hub.pv is None:
        return np.zeros(weather.hours)
    factor = solar.pv_capacity_factor(
        weather,
        latitude=hub.location.latitude,
        longitude=hub.location.longitude,
        elevation_m=hub.location.elevation,
        start=start,
        tilt_deg=hub.pv.tilt,
        azimuth_deg=hub.pv.azimuth,
        losses=1.0 - (1.0 - hub.pv.losses) * (1.0 - hub.pv.soiling) * (1.0 - hub.pv.shading),
        snow=hub.pv.snow,
    )
    return hub.pv.capacity * factor


def _wind(hub: Hub, weather: Weather, provinces: dict[str, dict[str, np.ndarray]]) -> np.ndarray:
    if hub.wind is None:
        return np.zeros(weather.hours)
    if hub.wind.source == "province":
        factor = provinces[hub.province]["wind_cf"]
    else:
        factor = wind.turbine_capacity_factor(
            weather,
            turbine=hub.wind.turbine,
            hub_height_m=hub.wind.hub_height,
            hellman_exponent=hub.wind.hellman_exponent,
        )
    return hub.wind.capacity * (1.0 - hub.wind.losses) * factor
