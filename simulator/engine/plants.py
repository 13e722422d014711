"""The facility a scenario names, as power by hour of weather and load."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from energy_models import facility, plant
from simulator.scenario import ChillerPlant

if TYPE_CHECKING:
    from energy_models.weather import Weather
    from simulator.scenario import EconomiserChiller

PlantCurve = tuple[np.ndarray, np.ndarray, np.ndarray, float]


def plant_of(
    spec: EconomiserChiller | ChillerPlant, design_it_w: float, weather: Weather, hours: np.ndarray, points: np.ndarray
) -> PlantCurve:
    """
    Work out a plant's curve in some hours.

    Parameters
    ----------
    spec : EconomiserChiller or ChillerPlant
    design_it_w : float
        IT power it is built for. [W]
    weather : Weather
    hours : ndarray
        Index or mask of the hours wanted, n of them.
    points : ndarray, shape (k,)
        IT power over `design_it_w`. [-]

    Returns
    -------
    cooling_w, other_w : ndarray, shape (n, k)
        [W]
    water_l_per_j : ndarray, shape (n,)
        For each joule of heat from IT and UPS. [L/J]
    fixed_w : float
        The part of other power that is no heat in the white space. [W]
    """
    wet_bulb = weather.temp_wet_bulb_c[hours]
    if isinstance(spec, ChillerPlant):
        params = plant.PlantParams(**{field: getattr(spec, field) for field in plant.PlantParams.__dataclass_fields__})
        dry, pressure = weather.temp_air_c[hours], weather.pressure_pa[hours]
        made = plant.plant_power(params, design_it_w, dry, wet_bulb, pressure, points)
        return made.cooling_w, made.other_w, made.water_l_per_j, made.fixed_w
    simple = facility.FacilityParams(
        **{field: getattr(spec, field) for field in facility.FacilityParams.__dataclass_fields__}
    )
    cooling, other = facility.facility_curve(simple, design_it_w, wet_bulb, points)
    return cooling, other, facility.water_l_per_j(simple, wet_bulb), design_it_w * spec.fixed_share
