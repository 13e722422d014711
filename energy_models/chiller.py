"""Electric chillers by the three curves of EnergyPlus' Chiller:Electric:EIR; coefficients in ``chiller_curves.csv``.

Electric power = capacity available / COP x EIR-of-temperature x EIR-of-part-load. Beyond the temperatures a curve was
fitted for, the ratio of lifts carries on (Carnot at a constant share): data centres run warmer water than offices.
Left out: condenser flow control, heat recovery, ageing.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from energy_models.psychrometrics import Floats
from energy_models.tables import rows, scalars, value

_POWERS = ("0", "s", "ss", "c", "cc", "sc")


@dataclass(frozen=True)
class ChillerCurves:
    """
    One machine of the table.

    Parameters
    ----------
    name : str
    numbers : dict of str to float
        Columns of ``chiller_curves.csv``.
    capacity, power : tuple of float
        Biquadratic coefficients (constant, s, s^2, c, c^2, s c) in chilled supply s and condenser inlet c [degC].
    part_load : tuple of float
        Quadratic coefficients in the part-load ratio.
    """

    name: str
    numbers: dict[str, float]
    capacity: tuple[float, ...]
    power: tuple[float, ...]
    part_load: tuple[float, ...]


@cache
def chiller_curves(name: str) -> ChillerCurves:
    """
    Return a machine of the table.

    Raises
    ------
    ValueError
        If there is none of that name; the message lists those there are.
    """
    numbers = scalars("chiller_curves", "chiller", name)
    return ChillerCurves(
        name=name,
        numbers=numbers,
        capacity=tuple(numbers[f"cap_{power}"] for power in _POWERS),
        power=tuple(numbers[f"eir_{power}"] for power in _POWERS),
        part_load=tuple(numbers[f"plr_{power}"] for power in "012"),
    )


def chiller_names() -> tuple[str, ...]:
    """Names of the machines of the table."""
    return tuple(row["chiller"] for row in rows("chiller_curves"))


def capacity_share(curves: ChillerCurves, supply_c: Floats | float, condenser_c: Floats | float) -> Floats:
    """Return the capacity available over that at reference (CAPFT), at the nearest temperatures it holds for [-]."""
    return _biquadratic(curves.capacity, *_held(curves, supply_c, condenser_c))


def energy_input_ratio(
    curves: ChillerCurves, cop: float, supply_c: Floats | float, condenser_c: Floats | float, part_load: Floats | float
) -> Floats:
    """
    Electric power over heat carried.

    Parameters
    ----------
    curves : ChillerCurves
    cop : float
        Coefficient of performance at the reference temperatures and full load, above 0. [-]
    supply_c : float or ndarray
        Chilled water leaving. [degC]
    condenser_c : float or ndarray
        Tower water or outdoor air entering the condenser. [degC]
    part_load : float or ndarray
        Heat carried over the capacity available, above 0; below the least the machine cycles. [-]

    Returns
    -------
    ndarray
        1 / COP at these conditions. [-]

    Notes
    -----
    EnergyPlus Engineering Reference, Electric Chiller Model Based on Condenser Entering Temperature: power = Q_ref x
    CAPFT x EIRFT x EIRFPLR / COP, so that power over heat = EIRFT x EIRFPLR / (COP x PLR). Outside the fitted
    temperatures EIRFT is taken at the nearest and multiplied by the ratio of lifts.

    Examples
    --------
    >>> machine = chiller_curves("centrifugal_water")
    >>> round(1.0 / float(energy_input_ratio(machine, 5.5, 6.67, 29.4, 1.0)), 1)  # its reference point
    5.5
    """
    held_supply, held_condenser = _held(curves, supply_c, condenser_c)
    by_temperature = _biquadratic(curves.power, held_supply, held_condenser)
    lifts = _lift_k(supply_c, condenser_c) / _lift_k(held_supply, held_condenser)
    ratio = np.maximum(np.asarray(part_load, dtype=float), curves.numbers["least_part_load"])
    constant, linear, quadratic = curves.part_load
    return by_temperature * lifts * (constant + linear * ratio + quadratic * ratio**2) / ratio / cop


def _held(curves: ChillerCurves, supply_c: Floats | float, condenser_c: Floats | float) -> tuple[Floats, Floats]:
    n = curves.numbers
    return (
        np.clip(np.asarray(supply_c, dtype=float), n["supply_low_c"], n["supply_high_c"]),
        np.clip(np.asarray(condenser_c, dtype=float), n["condenser_low_c"], n["condenser_high_c"]),
    )


def _biquadratic(coefficients: tuple[float, ...], s: Floats, c: Floats) -> Floats:
    a0, a_s, a_ss, a_c, a_cc, a_sc = coefficients
    return a0 + a_s * s + a_ss * s**2 + a_c * c + a_cc * c**2 + a_sc * s * c


def _lift_k(supply_c: Floats | float, condenser_c: Floats | float) -> Floats:
    condensing = np.asarray(condenser_c, dtype=float) + value("facility", "tower_terminal_k")
    evaporating = np.asarray(supply_c, dtype=float) - value("facility", "evaporator_terminal_k")
    return np.maximum(condensing - evaporating, value("facility", "least_lift_k"))
