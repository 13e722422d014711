"""Where the sun is at the middle of each hour, and what that makes of horizontal radiation. [pvlib]

Days here are days of fixed UTC+8. Left out: horizon shading, refraction beyond pvlib's own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np

from energy_models.psychrometrics import Floats, standard_pressure_pa

_ZONE = "Etc/GMT-8"  # POSIX sign: this is UTC+8, without the daylight saving Asia/Shanghai had (pvlib #1105)


@dataclass(frozen=True)
class Sun:
    """Position of the sun at mid-hour and the radiation outside the atmosphere, arrays of shape (hours,)."""

    day_of_year: Floats
    zenith_deg: Floats
    apparent_zenith_deg: Floats
    azimuth_deg: Floats
    extraterrestrial_w_per_m2: Floats

    @property
    def sin_elevation(self) -> Floats:
        """Sine of the elevation; below 0 at night."""
        return np.cos(np.radians(self.zenith_deg))

    @property
    def horizontal_w_per_m2(self) -> Floats:
        """Radiation on a level plane outside the atmosphere [W/m2]."""
        return self.extraterrestrial_w_per_m2 * np.maximum(self.sin_elevation, 0.0)


@lru_cache(maxsize=64)  # the sun of a place and year is the same at every point of a sweep
def sun_at_hours(
    start: datetime,
    hours: int,
    latitude: float,
    longitude: float,
    elevation_m: float,
    *,
    shift_h: float = 0.0,
) -> Sun:
    """
    Position of the sun in the middle of each hour.

    Parameters
    ----------
    start : datetime
        Beginning of the first hour; a zone, if given, must be UTC+8.
    hours : int
        Number of hours.
    latitude, longitude : float
        North and east positive. [deg]
    elevation_m : float
        Height above the sea. [m]
    shift_h : float
        Added to the middle of each hour. [h]

    Returns
    -------
    Sun
        Arrays of shape (hours,), kept and handed out again: read-only.

    Notes
    -----
    Reda and Andreas, Solar Energy 76(5), 2004 (NREL SPA), as in pvlib.
    """
    import pandas as pd
    from pvlib.irradiance import get_extra_radiation
    from pvlib.solarposition import spa_python

    first = naive_utc8(start) + timedelta(hours=0.5 + shift_h)
    times = pd.date_range(first, periods=hours, freq="h", tz=_ZONE)
    position = spa_python(times, latitude, longitude, elevation_m, standard_pressure_pa(elevation_m))
    # pvlib's own way to the day of the year warns under pandas 3: hand it the number
    day_of_year = times.day_of_year.to_numpy(dtype=float)
    return Sun(
        day_of_year=_kept(day_of_year),
        zenith_deg=_kept(position["zenith"].to_numpy()),
        apparent_zenith_deg=_kept(position["apparent_zenith"].to_numpy()),
        azimuth_deg=_kept(position["azimuth"].to_numpy()),
        extraterrestrial_w_per_m2=_kept(np.asarray(get_extra_radiation(day_of_year))),
    )


def _kept(values: Floats) -> Floats:
    """Return a copy nobody can write to."""
    copy = np.array(values, dtype=float)
    copy.setflags(write=False)
    return copy


def naive_utc8(start: datetime) -> datetime:
    """Return a start without its zone, after checking that it is UTC+8 (or none) and on a full hour."""
    if start.tzinfo is not None and start.utcoffset() != timedelta(hours=8):
        raise ValueError(f"start: got {start.isoformat()}; expected a time in UTC+8")
    if (start.minute, start.second, start.microsecond) != (0, 0, 0):
        raise ValueError(f"start: got {start.isoformat()}; expected a full hour")
    return start.replace(tzinfo=None)


def split_ghi(ghi_w_per_m2: Floats, sun: Sun) -> tuple[Floats, Floats]:
    """
    Split global radiation into direct normal and diffuse.

    Parameters
    ----------
    ghi_w_per_m2 : ndarray, shape (hours,)
        Global horizontal irradiance. [W/m2]
    sun : Sun
        The sun in the same hours.

    Returns
    -------
    tuple of ndarray, shape (hours,)
        Direct normal and diffuse horizontal irradiance; direct is 0 with the sun below 3 deg. [W/m2]

    Notes
    -----
    Erbs, Klein and Duffie, Solar Energy 28(4), 1982, as in pvlib.
    """
    from pvlib.irradiance import erbs

    parts = erbs(ghi_w_per_m2, sun.zenith_deg, sun.day_of_year)
    dni = np.nan_to_num(np.asarray(parts["dni"], dtype=float))
    # close by definition: global is kept, the diffuse part takes the rest
    dhi = np.maximum(ghi_w_per_m2 - dni * np.maximum(sun.sin_elevation, 0.0), 0.0)
    return dni, dhi


def clearness_to_ghi(clearness: Floats, sun: Sun, *, daily_sum: Floats) -> Floats:
    """
    Global radiation from clearness, scaled so that each whole day has a given sum.

    Parameters
    ----------
    clearness : ndarray, shape (days x 24,)
        Global over extraterrestrial horizontal radiation. [-]
    sun : Sun
        The sun in the same hours.
    daily_sum : ndarray, shape (days,)
        Sum of the 24 hourly means of each day. [Wh/m2]

    Returns
    -------
    ndarray, shape (days x 24,)
        Global horizontal irradiance. [W/m2]
    """
    shape = (clearness * sun.horizontal_w_per_m2).reshape(-1, 24)
    total = shape.sum(axis=1)
    factor = np.divide(daily_sum, total, out=np.zeros_like(total), where=total > 0.0)
    return (shape * factor[:, None]).ravel()
