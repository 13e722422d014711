"""The weather of each hub: from its file, or made for all hubs together from station statistics, blends or normals."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from energy_models import climate, places
from energy_models.weather import Weather, read_epw
from energy_models.weather_files import read_csv, read_tmy3
from simulator.engine.calendar import same_date_hours
from simulator.errors import TraceError
from simulator.scenario import CsvWeather, EpwWeather, SyntheticWeather, stream

if TYPE_CHECKING:
    from simulator.scenario import Hub, Location, Scenario, Tmy3Weather


def hub_weather(scenario: Scenario, name: str, start: datetime, hours: int) -> tuple[Weather, tuple[str, ...]]:
    """
    Return the weather of a hub and what a reader should know of it.

    Parameters
    ----------
    scenario : Scenario
    name : str
        Hub.
    start : datetime
        A full hour.
    hours : int

    Returns
    -------
    Weather, tuple of str

    Raises
    ------
    TraceError
        If a weather file cannot be used.
    """
    hub = scenario.hubs[name]
    if isinstance(hub.weather, SyntheticWeather):
        return _synthetic(scenario, start, hours)[name], (_synthetic_note(hub, hub.weather),)
    year = _read(hub.weather, hub.location)
    return _take(year, same_date_hours(start, hours)), (_file_note(hub),)


def site_of(source: SyntheticWeather, location: Location, name: str) -> tuple[places.Site, places.Blend | None]:
    """
    Return the climate of a hub with synthetic weather, and the blend it comes from if it does.

    Parameters
    ----------
    source : SyntheticWeather
    location : Location
    name : str
        Of the hub.

    Raises
    ------
    ValueError
        If there is no station near enough to blend and the normals leave something open, or normals are impossible.
    """
    place, given = (location.latitude, location.longitude, location.elevation), _normals(source)
    blend = None
    if source.site is not None:
        base = places.station(source.site)
    elif len(given) == len(places.NORMALS):
        base = places.nearest_station(place[0], place[1])
    else:
        blend = places.blended(*place)
        base = blend.site
    if not given:
        return base, blend
    return places.with_normals(base, f"normals of {name}", place, given), blend


def _normals(source: SyntheticWeather) -> dict[str, np.ndarray]:
    given = source.normals
    if given is None:
        return {}
    fields = {
        "ghi": given.ghi_kwh_m2_day,
        "dry_bulb": given.dry_bulb_c,
        "wet_bulb": given.wet_bulb_c,
        "wind_speed": given.wind_speed_ms,
    }
    return {quantity: np.array(values) for quantity, values in fields.items() if values is not None}


def _read(source: EpwWeather | Tmy3Weather | CsvWeather, location: Location) -> Weather:
    try:
        if isinstance(source, CsvWeather):
            return read_csv(
                Path(source.file),
                source.columns.model_dump(exclude_none=True),
                source.stamp,
                (location.latitude, location.longitude, location.elevation),
                time_column=source.time_column,
                utc_offset_h=source.utc_offset_h,
                radiation_shift_h=source.radiation_shift_h,
            )
        read = read_epw if isinstance(source, EpwWeather) else read_tmy3
        return read(Path(source.file), source.radiation_shift_h)
    except (ValueError, OSError) as error:
        raise TraceError(str(error)) from error


def _file_note(hub: Hub) -> str:
    if hub.weather.model == "csv":
        return (
            f"{hub.title.zh}的天气取自CSV文件，按日期对应到情景年份 | "
            f"weather of {hub.title.en}: from a csv file, laid on the scenario's year by date"
        )
    kind, article = hub.weather.model.upper(), "an" if hub.weather.model == "epw" else "a"
    return (
        f"{hub.title.zh}的天气取自典型年{kind}文件，不是情景年份的实测 | "
        f"weather of {hub.title.en}: a typical year from {article} {kind} file, not that of the scenario's year"
    )


def _synthetic_note(hub: Hub, source: SyntheticWeather) -> str:
    zh, en = f"{hub.title.zh}的天气是合成的，", f"weather of {hub.title.en}: synthetic, "
    blend = site_of(source, hub.location, "")[1]
    if blend is not None:
        but = source.normals is not None
        return f"{zh}{_blend_zh(blend, but)} | {en}{_blend_en(blend, but)}"
    if source.normals is not None:
        return f"{zh}按情景给出的月平均值率定 | {en}calibrated to the monthly normals of the scenario"
    return f"{zh}按{source.site}的月统计率定 | {en}calibrated to the monthly statistics of {source.site}"


def _blend_zh(blend: places.Blend, but: bool) -> str:
    near = "、".join(f"{name} {distance:.0f} km" for name, distance in blend.neighbours)
    errors = (
        f"年辐射 {100 * blend.ghi_error:.0f} %，月均干球 {blend.dry_bulb_error_k:.1f} K、"
        f"湿球 {blend.wet_bulb_error_k:.1f} K，风速 {100 * blend.wind_error:.0f} %"
    )
    return f"由邻近站插值（{near}）；预计误差：{errors}" + ("，情景给出的月值除外" if but else "")


def _blend_en(blend: places.Blend, but: bool) -> str:
    near = ", ".join(f"{name} {distance:.0f} km" for name, distance in blend.neighbours)
    errors = (
        f"yearly radiation {100 * blend.ghi_error:.0f} %, monthly dry bulb {blend.dry_bulb_error_k:.1f} K, "
        f"wet bulb {blend.wet_bulb_error_k:.1f} K, wind speed {100 * blend.wind_error:.0f} %"
    )
    return f"interpolated from {near}; expected error: {errors}" + (", what the scenario gives excepted" if but else "")


_MADE: dict[tuple[object, ...], dict[str, Weather]] = {}


def _synthetic(scenario: Scenario, start: datetime, hours: int) -> dict[str, Weather]:
    # all sites are drawn together, because neighbours share their weather; kept for the other hubs of the run
    asked = {
        name: (hub.weather, hub.location)
        for name, hub in sorted(scenario.hubs.items())
        if isinstance(hub.weather, SyntheticWeather)
    }
    seed = scenario.simulation.seed
    key = (tuple(asked.items()), start, hours, seed)
    if key not in _MADE:
        sites = {name: site_of(source, location, name)[0] for name, (source, location) in asked.items()}
        distinct = {site.name: site for site in sites.values()}
        order = [distinct[name] for name in sorted(distinct)]
        made = climate.synthetic_weather(order, start, hours, stream(seed, "weather.sites"))
        by_site = dict(zip(sorted(distinct), made, strict=True))
        _MADE.clear()
        _MADE[key] = {name: by_site[site.name] for name, site in sites.items()}
    return _MADE[key]


def _take(year: Weather, index: np.ndarray) -> Weather:
    return Weather(**{field: getattr(year, field)[index] for field in Weather.__dataclass_fields__})
