"""Cooling, losses and water of a data centre from its parts: economiser, chillers, tower, liquid loop, UPS.

Heat of IT, UPS and fans leaves by three ways: the liquid loop (never a compressor), the economiser as far as the
weather allows, chillers for the rest. PUE and WUE follow from weather and load; nothing is set. Left out: thermal
mass, humidity control, heat reuse, controls that are not at their set point. The older and simpler model with wet-bulb
limits is `energy_models.facility`.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from energy_models.chiller import capacity_share, chiller_curves, energy_input_ratio
from energy_models.psychrometrics import (
    Floats,
    check_range,
    humidity_ratio,
    humidity_ratio_from_wet_bulb,
    moist_air_enthalpy_j_per_kg,
    saturation_pressure_pa,
)
from energy_models.tables import value

Economiser = Literal["water", "air", "none"]
_RANGES = {
    "chiller_cop": (1.0, 20.0),
    "chillers": (1, 1000),
    "chilled_water_c": (4.0, 35.0),
    "supply_air_c": (10.0, 40.0),
    "approach": (0.0, 20.0),
    "exchanger": (0.0, 10.0),
    "design_wet_bulb_c": (-10.0, 40.0),
    "fan_share": (0.0, 1.0),
    "pump_share": (0.0, 1.0),
    "tower_fan_share": (0.0, 1.0),
    "liquid_share": (0.0, 1.0),
    "ups_loss_share": (0.0, 0.5),
    "ups_load": (0.1, 1.0),
    "transformer_loss_share": (0.0, 0.2),
    "fixed_share": (0.0, 1.0),
    "cycles": (1.05, 50.0),
}


@dataclass(frozen=True)
class PlantParams:
    """
    What a plant is like; shares are of design IT power unless said.

    Parameters
    ----------
    economiser : {"water", "air", "none"}
        Tower water through an exchanger, outdoor air through one, or compressors all year.
    chiller : str
        Machine of ``chiller_curves.csv``; its name ends in the condenser's medium, ``_water`` (tower) or ``_air``.
    chiller_cop : float
        At the machine's reference temperatures and full load. [-]
    chillers : int
        Equal machines that share the load, 1 or more. [-]
    chilled_water_c : float
        Supply. [degC]
    supply_air_c : float
        Into the servers. [degC]
    approach : float
        Tower water above wet bulb at full load. [K]
    exchanger : float
        Economiser's exchanger: hot side above cold side. [K]
    design_wet_bulb_c : float
        The chillers carry all the heat at this wet bulb. [degC]
    fan_share, pump_share : float
        White-space fans and pumps at full load. [-]
    tower_fan_share : float
        Tower (or condenser) fans over heat rejected at full load. [-]
    liquid_share : float
        Part of IT heat that a liquid loop takes, warm enough (40 degC) for a dry cooler all year, from 0 to 1. [-]
    ups_loss_share : float
        UPS loss over its rating at full load of the UPS. [-]
    ups_load : float
        Load of each UPS at design IT power: 1 for N, 0.5 for 2N. [-]
    transformer_loss_share : float
        At full load. [-]
    fixed_share : float
        Lighting, offices, standby. [-]
    cycles : float
        Concentration at which tower water is blown down, above 1. [-]
    """

    economiser: Economiser
    chiller: str
    chiller_cop: float
    chillers: int
    chilled_water_c: float
    supply_air_c: float
    approach: float
    exchanger: float
    design_wet_bulb_c: float
    fan_share: float
    pump_share: float
    tower_fan_share: float
    liquid_share: float
    ups_loss_share: float
    ups_load: float
    transformer_loss_share: float
    fixed_share: float
    cycles: float

    def __post_init__(self) -> None:
        """Refuse a plant that cannot be."""
        if self.economiser not in ("water", "air", "none"):
            raise ValueError(f"plant: got economiser {self.economiser}; expected water, air or none")
        chiller_curves(self.chiller)  # raises with the names there are
        for name, (low, high) in _RANGES.items():
            got = getattr(self, name)
            if not low <= got <= high:
                raise ValueError(f"plant: got {name} {got}; expected {low:g} to {high:g}")

    @property
    def is_water_cooled(self) -> bool:
        """Whether chillers give their heat to a tower rather than to outdoor air."""
        return self.chiller.endswith("_water")


@dataclass(frozen=True)
class PlantPower:
    """
    Power of a plant by hour and load, and its water by hour.

    Parameters
    ----------
    cooling_w, other_w : ndarray, shape (n, k)
        Fans, pumps, tower, compressors; UPS and transformer losses and fixed overhead. Neither falls with IT power. [W]
    water_l_per_j : ndarray, shape (n,)
        Evaporation and blow-down for each joule of `other_w - fixed_w` and IT, at the reference load. [L/J]
    fixed_w : float
        The part of `other_w` that is not heat in the white space. [W]
    """

    cooling_w: Floats
    other_w: Floats
    water_l_per_j: Floats
    fixed_w: float


@dataclass(frozen=True)
class _Sky:
    dry_c: Floats
    wet_c: Floats
    pressure_pa: Floats


@dataclass(frozen=True)
class _Heat:
    """Where the heat goes, (n, k), over design IT power."""

    free: Floats
    chilled: Floats
    compressor: Floats
    liquid: Floats


def plant_power(
    params: PlantParams,
    design_it_w: float,
    temp_air_c: Floats,
    wet_bulb_c: Floats,
    pressure_pa: Floats,
    it_fractions: Floats,
) -> PlantPower:
    """
    Work out the power and water of a plant.

    Parameters
    ----------
    params : PlantParams
    design_it_w : float
        IT power it is built for, 0 or more. [W]
    temp_air_c, wet_bulb_c : ndarray, shape (n,)
        Outdoor dry and wet bulb. [degC]
    pressure_pa : ndarray, shape (n,)
        Station pressure. [Pa]
    it_fractions : ndarray, shape (k,)
        IT power over `design_it_w`, growing, from 0 to 1.5. [-]

    Returns
    -------
    PlantPower

    Raises
    ------
    ValueError
        If an input is out of range or not a number.
    """
    check_range("design_it_w", design_it_w, 0.0, 1e12, "W")
    check_range("temp_air_c", temp_air_c, -60.0, 60.0, "degC")
    check_range("wet_bulb_c", wet_bulb_c, -60.0, 45.0, "degC")
    check_range("it_fractions", it_fractions, 0.0, 1.5, "-")
    sky, load = _Sky(temp_air_c, wet_bulb_c, pressure_pa), np.asarray(it_fractions, dtype=float)
    cooling = np.maximum.accumulate(_cooling(params, sky, load), axis=1)  # a machine more is never a saving here
    transformer = params.transformer_loss_share * value("facility", "transformer_constant_share")
    fixed = params.fixed_share + transformer
    other = np.broadcast_to(fixed + _ups_loss(params, load) + _transformer_load_loss(params, load), cooling.shape)
    return PlantPower(cooling * design_it_w, other * design_it_w, _water_l_per_j(params, sky), fixed * design_it_w)


def _ups_loss(params: PlantParams, load: Floats) -> Floats:
    on_ups = load * params.ups_load
    shape = (
        value("facility", "ups_constant_share")
        + value("facility", "ups_linear_share") * on_ups
        + value("facility", "ups_quadratic_share") * on_ups**2
    )
    return params.ups_loss_share * shape / params.ups_load


def _transformer_load_loss(params: PlantParams, load: Floats) -> Floats:
    return params.transformer_loss_share * (1.0 - value("facility", "transformer_constant_share")) * load**2


def _flow_power(load: Floats) -> Floats:
    """Power of a fan or pump over that at full load; the same split as in `energy_models.facility`."""
    return value("facility", "fan_pump_constant_share") + value("facility", "fan_pump_quadratic_share") * load**2


def _cooling(params: PlantParams, sky: _Sky, load: Floats) -> Floats:
    heat = _heat(params, sky, load)
    rejected = heat.free + heat.chilled + heat.compressor + heat.liquid
    fans = params.fan_share * (1.0 - params.liquid_share) * _flow_power(load)
    pumps = params.pump_share * _flow_power(load)
    # fans turn slower when there is less to reject: power over heat falls with the square of the load
    tower = params.tower_fan_share * rejected * np.minimum(load, 1.0) ** 2
    return fans + pumps + tower + heat.compressor


def _heat(params: PlantParams, sky: _Sky, load: Floats) -> _Heat:
    fans = params.fan_share * (1.0 - params.liquid_share) * _flow_power(load)
    liquid = np.broadcast_to(params.liquid_share * load, (sky.dry_c.size, load.size))
    air = np.broadcast_to((1.0 - params.liquid_share) * load + _ups_loss(params, load) + fans, liquid.shape)
    free = economiser_share(params, sky.dry_c, sky.wet_c)[:, None] * air
    return _Heat(free, air - free, _compressor(params, sky, air - free), liquid)


def economiser_share(params: PlantParams, temp_air_c: Floats, wet_bulb_c: Floats) -> Floats:
    """
    Share of the air-side heat that the economiser takes, from 0 to 1: straight between the return temperature, where it
    begins to help, and the supply temperature, where it does all; shape (n,) [-].
    """
    if params.economiser == "none":
        return np.zeros(np.shape(wet_bulb_c))
    if params.economiser == "water":
        cold = np.asarray(wet_bulb_c) + params.approach + params.exchanger
        supply, rise = params.chilled_water_c, value("facility", "return_rise_k")
    else:
        cold = np.asarray(temp_air_c) + params.exchanger
        supply, rise = params.supply_air_c, value("facility", "air_rise_k")
    return np.clip((supply + rise - cold) / rise, 0.0, 1.0)


def _compressor(params: PlantParams, sky: _Sky, chilled: Floats) -> Floats:
    """Electric power of the chillers over design IT power, (n, k): equal machines, no more of them on than needed."""
    curves = chiller_curves(params.chiller)
    condenser = _condenser_c(params, sky.dry_c, sky.wet_c)[:, None]
    # sized for all the air-side heat of full load on the design day
    full = (1.0 - params.liquid_share) * (1.0 + params.fan_share) + float(_ups_loss(params, np.array(1.0)))
    on_design_day = params.design_wet_bulb_c + (params.approach if params.is_water_cooled else 7.0)
    each = full / params.chillers / float(capacity_share(curves, params.chilled_water_c, on_design_day))
    available = each * capacity_share(curves, params.chilled_water_c, condenser)
    running = np.clip(np.ceil(chilled / available - 1e-9), 1.0, params.chillers)
    part_load = chilled / (running * available)
    return chilled * energy_input_ratio(curves, params.chiller_cop, params.chilled_water_c, condenser, part_load)


def _condenser_c(params: PlantParams, dry_c: Floats, wet_c: Floats) -> Floats:
    return wet_c + params.approach if params.is_water_cooled else dry_c


def _water_l_per_j(params: PlantParams, sky: _Sky) -> Floats:
    load = np.array([value("facility", "water_reference_load")])
    heat = _heat(params, sky, load)
    wet = np.zeros_like(heat.free)
    if params.is_water_cooled:
        wet = heat.chilled + heat.compressor
    if params.economiser == "water":
        wet = wet + heat.free
    dry_cold = sky.wet_c < value("facility", "tower_dry_below_c")
    drawn = evaporation_kg_per_j(params, sky.dry_c, sky.wet_c, sky.pressure_pa) * params.cycles / (params.cycles - 1.0)
    white_space = load + _ups_loss(params, load) + _transformer_load_loss(params, load)
    return np.where(dry_cold, 0.0, drawn * (wet / white_space)[:, 0])  # 1 kg of water is 1 L


def evaporation_kg_per_j(params: PlantParams, temp_air_c: Floats, wet_bulb_c: Floats, pressure_pa: Floats) -> Floats:
    """
    Water a tower evaporates for each joule it rejects: humidity over enthalpy gained by air that leaves saturated at
    the mean temperature of the tower's water; shape (n,) [kg/J].
    """
    leaving = np.maximum(wet_bulb_c + params.approach, 5.0) + 0.5 * value("facility", "tower_range_k")
    moist_in = np.maximum(humidity_ratio_from_wet_bulb(temp_air_c, wet_bulb_c, pressure_pa), 0.0)
    moist_out = humidity_ratio(saturation_pressure_pa(leaving), pressure_pa)
    gained = moist_air_enthalpy_j_per_kg(leaving, moist_out) - moist_air_enthalpy_j_per_kg(temp_air_c, moist_in)
    return np.maximum(moist_out - moist_in, 0.0) / gained


def gb40879_grade(pue: float) -> int:
    """
    Grade of a yearly PUE under GB 40879-2021: 1 (best) to 3, 0 for none.

    Parameters
    ----------
    pue : float
        Facility energy over IT energy of a year, 1 or more. [-]

    Examples
    --------
    >>> [gb40879_grade(pue) for pue in (1.18, 1.3, 1.42, 1.6)]
    [1, 2, 3, 0]
    """
    if not pue >= 1.0:
        raise ValueError(f"pue: got {pue}; expected 1 or more")
    return next((grade for grade in (1, 2, 3) if pue <= value("facility", f"gb40879_grade_{grade}")), 0)
