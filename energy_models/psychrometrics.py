"""Moist air: saturation pressure, humidity ratio, wet bulb. Equations of ASHRAE Handbook Fundamentals 2017,
chapter 1.

Left out: the enhancement factor of real gases (below 0.5 % at these pressures).
"""

import numpy as np
import numpy.typing as npt

from energy_models.units import KELVIN_OFFSET

Floats = npt.NDArray[np.float64]

# ASHRAE 2017 eq. 5 (ice, T^-1 to T^4 and ln T) and eq. 6 (water, T^-1 to T^3 and ln T), T in kelvin
_ICE = (-5.6745359e3, 6.3925247, -9.677843e-3, 6.2215701e-7, 2.0747825e-9, -9.484024e-13, 4.1635019)
_WATER = (-5.8002206e3, 1.3914993, -4.8640239e-2, 4.1764768e-5, -1.4452093e-8, 0.0, 6.5459673)
_MASS_RATIO = 0.621945  # water vapour over dry air, ASHRAE 2017 eq. 20
_BISECTIONS = 34  # 60 K / 2^34 is below 1e-8 K


def saturation_pressure_pa(temp_c: Floats) -> Floats:
    """
    Saturation vapour pressure over ice below 0 degC and over water from there on.

    Parameters
    ----------
    temp_c : ndarray
        Temperature, from -100 to 200. [degC]

    Returns
    -------
    ndarray
        Saturation pressure. [Pa]

    Notes
    -----
    Hyland and Wexler (1983) as printed in ASHRAE Handbook Fundamentals 2017, chapter 1, eqs. 5 and 6.

    Examples
    --------
    >>> round(float(saturation_pressure_pa(np.array(25.0))), 1)  # ASHRAE table 3: 3169.7, good to 300 ppm
    3169.2
    """
    kelvin = np.asarray(temp_c, dtype=float) + KELVIN_OFFSET
    return np.where(kelvin < KELVIN_OFFSET, _saturation(kelvin, _ICE), _saturation(kelvin, _WATER))


def _saturation(kelvin: Floats, c: tuple[float, ...]) -> Floats:
    powers = c[1] + kelvin * (c[2] + kelvin * (c[3] + kelvin * (c[4] + kelvin * c[5])))
    return np.exp(c[0] / kelvin + powers + c[6] * np.log(kelvin))


def humidity_ratio(vapour_pressure_pa: Floats, pressure_pa: Floats) -> Floats:
    """Mass of water vapour per mass of dry air [kg/kg] (ASHRAE 2017 eq. 20)."""
    return _MASS_RATIO * vapour_pressure_pa / (pressure_pa - vapour_pressure_pa)


def humidity_ratio_from_wet_bulb(temp_air_c: Floats, temp_wet_bulb_c: Floats, pressure_pa: Floats) -> Floats:
    """
    Humidity ratio of air with a dry bulb and a thermodynamic wet bulb.

    Parameters
    ----------
    temp_air_c, temp_wet_bulb_c : ndarray
        Dry and wet bulb. [degC]
    pressure_pa : ndarray
        Station pressure. [Pa]

    Returns
    -------
    ndarray
        Mass of water vapour per mass of dry air; negative where no air can have that wet bulb. [kg/kg]

    Notes
    -----
    ASHRAE 2017 eqs. 33 (from 0 degC) and 35 (below).
    """
    wet, dry = temp_wet_bulb_c, temp_air_c
    saturated = humidity_ratio(saturation_pressure_pa(wet), pressure_pa)
    over_water = ((2501.0 - 2.326 * wet) * saturated - 1.006 * (dry - wet)) / (2501.0 + 1.86 * dry - 4.186 * wet)
    over_ice = ((2830.0 - 0.24 * wet) * saturated - 1.006 * (dry - wet)) / (2830.0 + 1.86 * dry - 2.1 * wet)
    return np.where(wet >= 0.0, over_water, over_ice)


def moist_air_enthalpy_j_per_kg(temp_air_c: Floats, ratio: Floats) -> Floats:
    """Enthalpy of moist air for each kg of dry air, 0 for dry air of 0 degC [J/kg] (ASHRAE 2017 eq. 30)."""
    return 1e3 * (1.006 * temp_air_c + ratio * (2501.0 + 1.86 * temp_air_c))


def wet_bulb_c(temp_air_c: Floats, relative_humidity: Floats, pressure_pa: Floats) -> Floats:
    """
    Thermodynamic (psychrometric) wet bulb by bisection.

    Parameters
    ----------
    temp_air_c : ndarray, shape (n,)
        Dry bulb, from -60 to 60. [degC]
    relative_humidity : ndarray, shape (n,)
        From 0 to 1. [-]
    pressure_pa : ndarray, shape (n,)
        Station pressure. [Pa]

    Returns
    -------
    ndarray, shape (n,)
        Wet bulb, at most the dry bulb. [degC]

    Raises
    ------
    ValueError
        If a value is not a number or out of range; the message names the first.

    Examples
    --------
    >>> round(float(wet_bulb_c(np.array(40.0), np.array(0.14), np.array(101325.0))))  # ASHRAE example 1: 20
    20
    """
    dry = np.asarray(temp_air_c, dtype=float)
    check_range("temp_air_c", dry, -60.0, 60.0, "degC")
    check_range("relative_humidity", relative_humidity, 0.0, 1.0, "-")
    check_range("pressure_pa", pressure_pa, 30e3, 120e3, "Pa")
    ratio = humidity_ratio(relative_humidity * saturation_pressure_pa(dry), pressure_pa)
    low, high = dry - 60.0, dry.copy()
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        too_wet = humidity_ratio_from_wet_bulb(dry, middle, pressure_pa) > ratio
        high = np.where(too_wet, middle, high)
        low = np.where(too_wet, low, middle)
    return 0.5 * (low + high)


def relative_humidity(temp_air_c: Floats, temp_wet_bulb_c: Floats, pressure_pa: Floats) -> Floats:
    """Relative humidity from dry and wet bulb [-]; below 0 where no air can have that wet bulb."""
    ratio = humidity_ratio_from_wet_bulb(temp_air_c, temp_wet_bulb_c, pressure_pa)
    vapour_pa = pressure_pa * ratio / (_MASS_RATIO + ratio)
    return vapour_pa / saturation_pressure_pa(temp_air_c)


def standard_pressure_pa(elevation_m: float) -> float:
    """Pressure of the standard atmosphere at a height [Pa] (ASHRAE 2017 eq. 3)."""
    return 101_325.0 * (1.0 - 2.25577e-5 * elevation_m) ** 5.2559


def check_range(name: str, values: npt.ArrayLike, low: float, high: float, unit: str) -> None:
    """Refuse values outside a closed range, NaN included; the message names the first and counts them."""
    array = np.atleast_1d(np.asarray(values, dtype=float))
    bad = np.flatnonzero(~((array >= low) & (array <= high)))
    if bad.size:
        first = int(bad[0])
        raise ValueError(
            f"{name}[{first}]: got {array.flat[first]}; expected {low:g} to {high:g} [{unit}] "
            f"({bad.size} values are not)"
        )
