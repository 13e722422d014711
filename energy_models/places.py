"""The climate of a place in twelve normals and a few numbers: a station, a blend of its neighbours, or normals given.

A blend weighs the nearest stations by the inverse square of distance, carries radiation as clearness and temperature
along the standard lapse rate, and says how wrong it is likely to be: the same blend, tried at each station with that
station left out. Left out: coasts, valleys and cities between stations.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

import numpy as np

from energy_models.psychrometrics import Floats, check_range
from energy_models.stochastic import great_circle_km
from energy_models.sun import sun_at_hours
from energy_models.tables import rows, scalars, value, wide

MONTHLY = ("ghi", "dry_bulb", "wet_bulb", "wind_speed", "temp_range", "temp_daily_std", "linke_turbidity")
HOURLY = ("dry_bulb_shape", "wind_speed_shape")
# what normals may give, with the believable range and unit of a month
NORMALS = {
    "ghi": (0.1, 12.0, "kWh/m2/d"),
    "dry_bulb": (-50.0, 50.0, "degC"),
    "wet_bulb": (-50.0, 40.0, "degC"),
    "wind_speed": (0.1, 20.0, "m/s"),
}
_PLACE = ("latitude_deg", "longitude_deg", "elevation_m")


@dataclass(frozen=True, eq=False)
class Site:
    """
    What the weather generator knows of a place.

    Parameters
    ----------
    name : str
        Two sites of one name have the same weather.
    place : tuple of float
        Latitude and longitude, north and east positive [deg]; height above the sea [m].
    numbers : mapping of str to float
        Columns of ``weather_sites.csv`` but the place.
    monthly : mapping of str to ndarray, shape (12,)
        Rows of ``weather_monthly.csv``: `MONTHLY`.
    hourly : mapping of str to ndarray, shape (24,)
        Rows of ``weather_hourly.csv``: `HOURLY`.
    """

    name: str
    place: tuple[float, float, float]
    numbers: Mapping[str, float]
    monthly: Mapping[str, Floats]
    hourly: Mapping[str, Floats]


@dataclass(frozen=True)
class Blend:
    """
    A site made from its neighbours, and how far to trust it.

    Parameters
    ----------
    site : Site
        The blend.
    neighbours : tuple of (str, float)
        Stations and their distances, nearest first. [km]
    ghi_error : float
        Standard error expected of yearly radiation, as a share. [-]
    dry_bulb_error_k, wet_bulb_error_k : float
        Of monthly means. [K]
    wind_error : float
        Of the yearly mean, as a share. [-]
    """

    site: Site
    neighbours: tuple[tuple[str, float], ...]
    ghi_error: float
    dry_bulb_error_k: float
    wet_bulb_error_k: float
    wind_error: float


@cache
def stations() -> tuple[str, ...]:
    """Names of the measured stations, in the order of their table."""
    return tuple(row["site"] for row in rows("weather_sites"))


@cache
def station(name: str) -> Site:
    """
    Climate of a measured station.

    Raises
    ------
    ValueError
        If no table has it; the message lists the names there are.
    """
    numbers = scalars("weather_sites", "site", name)
    latitude, longitude, elevation = (numbers.pop(key) for key in _PLACE)
    return Site(
        name=name,
        place=(latitude, longitude, elevation),
        numbers=numbers,
        monthly={quantity: wide("weather_monthly", site=name, quantity=quantity) for quantity in MONTHLY},
        hourly={quantity: wide("weather_hourly", site=name, quantity=quantity) for quantity in HOURLY},
    )


def blended(latitude: float, longitude: float, elevation_m: float) -> Blend:
    """
    Climate of a place between the stations.

    Parameters
    ----------
    latitude, longitude : float
        North and east positive. [deg]
    elevation_m : float
        Height above the sea. [m]

    Returns
    -------
    Blend
        From the nearest ``blend_stations`` stations; Linke turbidity is pvlib's at the place.

    Raises
    ------
    ValueError
        If the nearest station is farther than ``blend_farthest_km``: give normals instead.

    Notes
    -----
    Expected errors: a linear variogram, error^2 = s^2 x distance to the nearest station, with s^2 the mean of
    error^2 / distance over the stations with a neighbour in reach, each left out in turn.
    """
    place = (latitude, longitude, elevation_m)
    near = _nearest(place, frozenset())
    if near[0][1] > value("climate", "blend_farthest_km"):
        raise ValueError(
            f"the nearest weather station, {near[0][0]}, is {near[0][1]:.0f} km off; expected at most "
            f"{value('climate', 'blend_farthest_km'):g} km: give twelve monthly normals instead"
        )
    turbidity = _linke_turbidity(latitude, longitude)
    site = _mix(place, near)
    site = replace(site, monthly={**site.monthly, "linke_turbidity": turbidity})
    errors = np.sqrt(_variogram() * max(near[0][1], 1.0))
    return Blend(site, near, *(float(error) for error in errors))


def nearest_station(latitude: float, longitude: float) -> Site:
    """Return the station nearest to a place, however far."""
    return station(_nearest((latitude, longitude, 0.0), frozenset())[0][0])


def with_normals(base: Site, name: str, place: tuple[float, float, float], normals: Mapping[str, Floats]) -> Site:
    """
    Climate of a place whose monthly normals are known.

    Parameters
    ----------
    base : Site
        Whose spread, memory and courses of the day it takes.
    name : str
        Its name.
    place : tuple of float
        Latitude, longitude [deg], height [m].
    normals : mapping of str to ndarray, shape (12,)
        Any of `NORMALS`: daily radiation [kWh/m2/d], dry and wet bulb [degC], wind speed at 10 m [m/s].

    Returns
    -------
    Site
        Radiation spreads from day to day as that of `base` does, in proportion.

    Raises
    ------
    ValueError
        If a name is unknown, there are not twelve values, one is unbelievable, or wet bulb is above dry bulb.
    """
    for quantity, months in normals.items():
        if quantity not in NORMALS or np.shape(months) != (12,):
            got = f"{np.size(months)} values of {quantity}"
            raise ValueError(f"normals: got {got}; expected 12 of {', '.join(NORMALS)}")
        check_range(f"normals.{quantity}", months, *NORMALS[quantity])
    monthly = {**base.monthly, **normals, "linke_turbidity": _linke_turbidity(place[0], place[1])}
    if not (monthly["wet_bulb"] < monthly["dry_bulb"]).all():
        month = int(np.argmax(monthly["wet_bulb"] - monthly["dry_bulb"])) + 1
        raise ValueError(f"normals: wet bulb of month {month} is not below the dry bulb; expected a drier air")
    sunnier = float(np.mean(monthly["ghi"]) / np.mean(base.monthly["ghi"]))
    numbers = {**base.numbers, "ghi_daily_std_kwh_m2": base.numbers["ghi_daily_std_kwh_m2"] * sunnier}
    return Site(name, place, numbers, monthly, base.hourly)


def _nearest(place: tuple[float, float, float], without: Collection[str]) -> tuple[tuple[str, float], ...]:
    known = [name for name in stations() if name not in without]
    latitude, longitude = (np.array([place[i], *(station(name).place[i] for name in known)]) for i in (0, 1))
    distance = great_circle_km(latitude, longitude)[0, 1:]
    order = np.argsort(distance, kind="stable")[: int(value("climate", "blend_stations"))]
    near = [i for i in order if distance[i] <= value("climate", "blend_farthest_km")]
    return tuple((known[i], float(distance[i])) for i in (near or order[:1]))


def _mix(place: tuple[float, float, float], near: tuple[tuple[str, float], ...]) -> Site:
    weight = 1.0 / np.maximum([distance for _, distance in near], 1.0) ** 2
    weight = weight / weight.sum()
    sites = [station(name) for name, _ in near]
    monthly = {q: weight @ np.stack([site.monthly[q] for site in sites]) for q in MONTHLY if q != "linke_turbidity"}
    clearness = weight @ np.stack([site.monthly["ghi"] / _outside_kwh_m2(site.place[0]) for site in sites])
    monthly["ghi"] = clearness * _outside_kwh_m2(place[0])
    lapse_k = value("climate", "lapse_rate_k_per_m") * (weight @ [site.place[2] - place[2] for site in sites])
    depression = monthly["dry_bulb"] - monthly["wet_bulb"]
    monthly["dry_bulb"] = monthly["dry_bulb"] + lapse_k
    monthly["wet_bulb"] = monthly["dry_bulb"] - depression
    return Site(
        name=f"{place[0]:.3f}N {place[1]:.3f}E {place[2]:.0f}m",
        place=place,
        numbers={key: float(weight @ [site.numbers[key] for site in sites]) for key in sites[0].numbers},
        monthly=monthly,
        hourly={q: weight @ np.stack([site.hourly[q] for site in sites]) for q in HOURLY},
    )


@cache
def _variogram() -> Floats:
    """Squared errors of a left-out station over its distance to the nearest other: ghi, dry bulb, wet bulb, wind."""
    squares = []
    for name in stations():
        true = station(name)
        near = _nearest(true.place, {name})
        if near[0][1] > value("climate", "blend_farthest_km"):
            continue  # no blend would be offered here
        found = _mix(true.place, near)
        miss = {q: found.monthly[q] - true.monthly[q] for q in NORMALS}
        error = (
            miss["ghi"].mean() / true.monthly["ghi"].mean(),
            float(np.sqrt(np.mean(miss["dry_bulb"] ** 2))),
            float(np.sqrt(np.mean(miss["wet_bulb"] ** 2))),
            miss["wind_speed"].mean() / true.monthly["wind_speed"].mean(),
        )
        squares.append(np.square(error) / near[0][1])
    return np.mean(squares, axis=0)


@cache
def _outside_kwh_m2(latitude: float) -> Floats:
    """Daily radiation on a level plane outside the atmosphere by month, shape (12,) [kWh/m2/d]."""
    by_day = (
        sun_at_hours(datetime(2021, 1, 1), 8760, latitude, 120.0, 0.0).horizontal_w_per_m2.reshape(365, 24).sum(axis=1)
    )
    months = np.array([datetime(2021, 1 + month, 1).timetuple().tm_yday - 1 for month in range(12)])
    return np.add.reduceat(by_day, months) / np.diff([*months, 365]) / 1e3


@cache
def _linke_turbidity(latitude: float, longitude: float) -> Floats:
    import pandas as pd
    from pvlib.clearsky import lookup_linke_turbidity

    middles = pd.DatetimeIndex([datetime(2021, 1 + month, 15) for month in range(12)])
    return np.asarray(lookup_linke_turbidity(middles, latitude, longitude, interp_turbidity=False), dtype=float)
