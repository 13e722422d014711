"""AC output of a fixed-tilt photovoltaic plant per unit of DC nameplate. [pvlib, PVWatts chain]

Left out: ageing and bifacial gain. Snow, soiling and shading are shares the caller declares, not modelled.
"""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt

from energy_models.psychrometrics import Floats
from energy_models.sun import naive_utc8, sun_at_hours
from energy_models.weather import Weather

ALBEDO = 0.2
GAMMA_PER_K = -0.0035  # crystalline silicon, PVWatts v5 premium to standard: -0.0035 to -0.0047
INVERTER_EFFICIENCY = 0.96
DC_AC_RATIO = 1.2


def pv_capacity_factor(
    weather: Weather,
    *,
    latitude: float,
    longitude: float,
    elevation_m: float,
    start: datetime,
    tilt_deg: float,
    azimuth_deg: float = 180.0,
    losses: float = 0.14,
    snow: Sequence[float] | None = None,
) -> Floats:
    """
    Hourly AC output over DC nameplate.

    Parameters
    ----------
    weather : Weather
        Irradiance, air temperature and wind of the place, shape (hours,).
    latitude, longitude : float
        North and east positive. [deg]
    elevation_m : float
        Height above the sea. [m]
    start : datetime
        Beginning of the first hour, UTC+8.
    tilt_deg, azimuth_deg : float
        From the horizontal; 180 is south. [deg]
    losses : float
        System losses on the DC side, from 0 to 1; PVWatts' default is 0.14. [-]
    snow : sequence of float, optional
        Shares lost to snow on the panels, January to December, from 0 to 1; none is no snow. [-]

    Returns
    -------
    ndarray, shape (hours,)
        From 0 to 1 / DC-AC ratio = 0.833. [-]

    Notes
    -----
    Hay-Davies transposition (albedo 0.2), physical incidence-angle modifier on the direct part, SAPM cell
    temperature (open rack, glass and polymer), PVWatts DC and inverter (Dobos, NREL/TP-6A20-62641, 2014),
    sun at mid-hour.
    """
    from pvlib import iam, inverter, irradiance, pvsystem, temperature

    sun = sun_at_hours(start, weather.hours, latitude, longitude, elevation_m)
    plane = irradiance.get_total_irradiance(
        tilt_deg,
        azimuth_deg,
        sun.apparent_zenith_deg,
        sun.azimuth_deg,
        weather.dni_w_per_m2,
        weather.ghi_w_per_m2,
        weather.dhi_w_per_m2,
        dni_extra=sun.extraterrestrial_w_per_m2,
        albedo=ALBEDO,
        model="haydavies",
    )
    angle = irradiance.aoi(tilt_deg, azimuth_deg, sun.apparent_zenith_deg, sun.azimuth_deg)
    effective = np.nan_to_num(plane["poa_direct"] * iam.physical(angle) + plane["poa_diffuse"])
    rack = temperature.TEMPERATURE_MODEL_PARAMETERS["sapm"]["open_rack_glass_polymer"]
    cell_c = temperature.sapm_cell(
        np.nan_to_num(plane["poa_global"]), weather.temp_air_c, weather.wind_speed_ms, **rack
    )
    dc = pvsystem.pvwatts_dc(effective, cell_c, 1.0, GAMMA_PER_K) * (1.0 - losses)
    if snow is not None:
        dc = dc * (1.0 - np.asarray(snow, dtype=float)[_month_of_hours(start, weather.hours)])
    # nameplate of the inverter on its DC side, so that its AC limit is 1 / DC-AC ratio
    limit_dc = 1.0 / DC_AC_RATIO / INVERTER_EFFICIENCY
    return np.maximum(np.nan_to_num(inverter.pvwatts(dc, limit_dc, INVERTER_EFFICIENCY)), 0.0)


def _month_of_hours(start: datetime, hours: int) -> npt.NDArray[np.int64]:
    """Month of each hour, 0 to 11, shape (hours,)."""
    stamps = np.datetime64(naive_utc8(start)) + np.arange(hours) * np.timedelta64(1, "h")
    return stamps.astype("datetime64[M]").astype(np.int64) % 12
