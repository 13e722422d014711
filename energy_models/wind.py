"""Output of one wind turbine type per unit of nameplate. [windpowerlib]

Left out: wakes, icing, cut-out hysteresis, availability, turbulence. Wind of city and airport stations reads
low: for wind supply use `energy_models.climate.synthetic_wind_cf`; this is for a turbine at a hub whose wind
is known.
"""

from functools import cache

import numpy as np

from energy_models.psychrometrics import Floats
from energy_models.units import KELVIN_OFFSET
from energy_models.weather import Weather

HELLMAN_EXPONENT = 0.14  # 1/7 law, open land; 0.2 is used over towns and hedges
_MEASURED_AT_M = 10.0


def turbine_capacity_factor(
    weather: Weather, *, turbine: str, hub_height_m: float, hellman_exponent: float = HELLMAN_EXPONENT
) -> Floats:
    """
    Hourly output of a turbine over its nameplate.

    Parameters
    ----------
    weather : Weather
        Wind at 10 m, air temperature and station pressure, shape (hours,).
    turbine : str
        Type in windpowerlib's turbine library, for example ``V126/3450``.
    hub_height_m : float
        Hub above ground, above 0. [m]
    hellman_exponent : float
        Exponent of the power law from 10 m to hub height. [-]

    Returns
    -------
    ndarray, shape (hours,)
        From 0 to 1. [-]

    Raises
    ------
    ValueError
        If the type has no power curve in the library or the height is not above 0.

    Notes
    -----
    Power law profile, ideal-gas density at hub height, power curve with density correction (Svenningsen
    2010), all as in windpowerlib.
    """
    if not hub_height_m > 0.0:
        raise ValueError(f"hub_height_m: got {hub_height_m}; expected above 0 [m]")
    from windpowerlib import density, power_output, temperature, wind_speed

    speeds, powers, nominal_w = power_curve(turbine)
    at_hub_ms = wind_speed.hellman(
        weather.wind_speed_ms, _MEASURED_AT_M, hub_height_m, hellman_exponent=hellman_exponent
    )
    kelvin = temperature.linear_gradient(weather.temp_air_c + KELVIN_OFFSET, 2.0, hub_height_m)
    air = density.ideal_gas(weather.pressure_pa, 0.0, hub_height_m, kelvin)
    output_w = power_output.power_curve(at_hub_ms, speeds, powers, density=air, density_correction=True)
    return np.clip(np.nan_to_num(np.asarray(output_w, dtype=float)) / nominal_w, 0.0, 1.0)


@cache
def power_curve(turbine: str) -> tuple[Floats, Floats, float]:
    """
    Power curve of a type: wind speeds [m/s], powers [W], nameplate [W].

    Raises
    ------
    ValueError
        If the library has no power curve of that type.
    """
    from windpowerlib import WindTurbine, get_turbine_types

    types = get_turbine_types(print_out=False, filter_=False)
    known = set(types.loc[types["has_power_curve"], "turbine_type"])
    if turbine not in known:
        near = ", ".join(sorted(known)[:12])
        raise ValueError(f"turbine: got {turbine}; expected a type with a power curve, such as {near}")
    data = WindTurbine(hub_height=100.0, turbine_type=turbine)
    curve = data.power_curve
    return curve["wind_speed"].to_numpy(), curve["value"].to_numpy(), float(data.nominal_power)
