"""Cooling and losses of a data centre with a tower-side economiser and chillers, by wet bulb and IT load.

facility = IT + cooling + other. Cooling is fans and pumps plus compressors; other is the UPS loss and a
fixed overhead. All heat of IT and UPS leaves through the tower. Left out: thermal mass, staging of machines,
humidity control, heat reuse. No published wet-bulb coefficients for Chinese plants were found (fact
pue.model.climate): the split of losses is assumed, see ``coefficients/facility.csv``; the levels come from
the caller.
"""

from dataclasses import dataclass

import numpy as np

from energy_models.psychrometrics import Floats, check_range
from energy_models.tables import value
from energy_models.units import J_PER_KWH


@dataclass(frozen=True)
class FacilityParams:
    """
    What a plant is like.

    Parameters
    ----------
    free_cooling_wet_bulb_c : float
        At or below this wet bulb no compressor runs. [degC]
    chiller_wet_bulb_c : float
        At or above this wet bulb compressors carry all heat; above `free_cooling_wet_bulb_c`. [degC]
    chiller_cop : float
        Coefficient of performance of the chillers at `chiller_wet_bulb_c`. [-]
    fan_pump_share : float
        Fans and pumps over IT power at full load. [-]
    ups_loss_share : float
        UPS and transformer loss over IT power at full load. [-]
    fixed_share : float
        Fixed overhead over design IT power. [-]
    approach : float
        Tower water above wet bulb. [K]
    evaporation_l_per_kwh : float
        Water evaporated and blown down per kWh of heat rejected wet. [L/kWh]
    """

    free_cooling_wet_bulb_c: float
    chiller_wet_bulb_c: float
    chiller_cop: float
    fan_pump_share: float
    ups_loss_share: float
    fixed_share: float
    approach: float = 4.0
    evaporation_l_per_kwh: float = 1.6

    def __post_init__(self) -> None:
        """Refuse a plant that cannot be."""
        if not self.free_cooling_wet_bulb_c < self.chiller_wet_bulb_c:
            raise ValueError(
                f"facility: got free cooling up to {self.free_cooling_wet_bulb_c} degC and chillers from "
                f"{self.chiller_wet_bulb_c} degC; expected the first to be lower"
            )
        if not self.chiller_cop > 0.0:
            raise ValueError(f"facility: got chiller_cop {self.chiller_cop}; expected above 0")
        for name in ("fan_pump_share", "ups_loss_share", "fixed_share", "approach", "evaporation_l_per_kwh"):
            if not getattr(self, name) >= 0.0:
                raise ValueError(f"facility: got {name} {getattr(self, name)}; expected 0 or more")


def compressor_share(params: FacilityParams, wet_bulb_c: Floats) -> Floats:
    """Share of the heat that compressors carry, from 0 (free cooling) to 1, straight between [-]."""
    span = params.chiller_wet_bulb_c - params.free_cooling_wet_bulb_c
    return np.clip((np.asarray(wet_bulb_c) - params.free_cooling_wet_bulb_c) / span, 0.0, 1.0)


def chiller_cop(params: FacilityParams, wet_bulb_c: Floats) -> Floats:
    """
    Coefficient of performance of the chillers, falling with wet bulb as the Carnot ratio does.

    Parameters
    ----------
    params : FacilityParams
        The plant; its `chiller_cop` holds at its `chiller_wet_bulb_c`.
    wet_bulb_c : ndarray, shape (n,)
        Wet bulb. [degC]

    Returns
    -------
    ndarray, shape (n,)
        Heat carried over compressor power. [-]

    Notes
    -----
    COP = chiller_cop x lift at chiller_wet_bulb_c / lift; lift = wet bulb + approach + terminal difference -
    evaporating temperature: a constant share of the Carnot COP with a fixed evaporating temperature.
    """
    return params.chiller_cop * _lift_k(params, np.asarray(params.chiller_wet_bulb_c)) / _lift_k(params, wet_bulb_c)


def _lift_k(params: FacilityParams, wet_bulb_c: Floats) -> Floats:
    condensing_c = wet_bulb_c + params.approach + value("facility", "tower_terminal_k")
    return np.maximum(condensing_c - value("facility", "evaporating_c"), value("facility", "least_lift_k"))


def facility_curve(
    params: FacilityParams, design_it_w: float, wet_bulb_c: Floats, it_fractions: Floats
) -> tuple[Floats, Floats]:
    """
    Cooling and other power by wet bulb and IT load.

    Parameters
    ----------
    params : FacilityParams
        The plant.
    design_it_w : float
        IT power it is built for, 0 or more. [W]
    wet_bulb_c : ndarray, shape (n,)
        Wet bulb, from -60 to 45. [degC]
    it_fractions : ndarray, shape (k,)
        IT power over `design_it_w`, from 0 to 1.5. [-]

    Returns
    -------
    cooling_w, other_w : ndarray, shape (n, k)
        Fans, pumps and compressors; UPS loss and fixed overhead. Neither falls with IT power. [W]

    Raises
    ------
    ValueError
        If an input is out of range or not a number.

    Examples
    --------
    >>> plant = FacilityParams(12.0, 22.0, 6.0, 0.05, 0.04, 0.02)
    >>> cooling_w, other_w = facility_curve(plant, 1e6, np.array([10.0]), np.array([1.0]))
    >>> round(float((1e6 + cooling_w + other_w)[0, 0] / 1e6), 2)  # no compressor: 1 + 0.05 + 0.04 + 0.02
    1.11
    """
    check_range("design_it_w", design_it_w, 0.0, 1e12, "W")
    check_range("wet_bulb_c", wet_bulb_c, -60.0, 45.0, "degC")
    check_range("it_fractions", it_fractions, 0.0, 1.5, "-")
    load = np.asarray(it_fractions, dtype=float)
    ups = _ups_loss(params, load)
    fans = params.fan_pump_share * (
        value("facility", "fan_pump_constant_share") + value("facility", "fan_pump_quadratic_share") * load**2
    )
    per_heat = compressor_share(params, wet_bulb_c) / chiller_cop(params, wet_bulb_c)
    cooling = fans + per_heat[:, None] * (load + ups)
    other = np.broadcast_to(params.fixed_share + ups, cooling.shape)
    return cooling * design_it_w, other * design_it_w


def _ups_loss(params: FacilityParams, load: Floats) -> Floats:
    return params.ups_loss_share * (
        value("facility", "ups_constant_share")
        + value("facility", "ups_linear_share") * load
        + value("facility", "ups_quadratic_share") * load**2
    )


def water_l_per_j(params: FacilityParams, wet_bulb_c: Floats) -> Floats:
    """
    Site water for each joule of heat from the white space, compressor heat included.

    Parameters
    ----------
    params : FacilityParams
        The plant.
    wet_bulb_c : ndarray, shape (n,)
        Wet bulb. [degC]

    Returns
    -------
    ndarray, shape (n,)
        Evaporation and blow-down; 0 where the tower runs dry for fear of ice. [L/J]
    """
    rejected = 1.0 + compressor_share(params, wet_bulb_c) / chiller_cop(params, wet_bulb_c)
    wet = np.asarray(wet_bulb_c) >= value("facility", "tower_dry_below_c")
    return np.where(wet, params.evaporation_l_per_kwh / J_PER_KWH * rejected, 0.0)


def water_rate(params: FacilityParams, wet_bulb_c: Floats, heat_w: Floats) -> Floats:
    """Site water drawn for a heat flow from the white space [L/s]; see `water_l_per_j`."""
    return water_l_per_j(params, wet_bulb_c) * heat_w


def pue(it_j: float, facility_j: float) -> float:
    """
    Power usage effectiveness: facility energy over IT energy of one period (ISO/IEC 30134-2).

    Parameters
    ----------
    it_j, facility_j : float
        Energies of the same period, never means of instantaneous ratios. [J]

    Returns
    -------
    float
        1 or more. [-]

    Raises
    ------
    ValueError
        If IT energy is not above 0 or facility energy is below it.
    """
    if not it_j > 0.0 or not facility_j >= it_j:
        raise ValueError(f"pue: got {facility_j} J over {it_j} J; expected facility energy at least IT energy, above 0")
    return facility_j / it_j
