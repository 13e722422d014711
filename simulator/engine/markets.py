"""Prices of every hub and carbon of every province, hour by hour."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from energy_models import carbon, tariff

if TYPE_CHECKING:
    from simulator.scenario import Hub, Scenario


def hub_prices(scenario: Scenario, hub: Hub, start: datetime, hours: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the energy price [CNY/kWh] and the period from -2 (deep valley) to 2 (sharp), each of shape (hours,)."""
    spec = scenario.tariffs[hub.tariff]
    periods = [(p.period, p.months, p.hours, p.holidays_only) for p in spec.periods]
    ratio, rank = tariff.price_ratio_by_hour(
        periods, {str(name): ratio for name, ratio in spec.ratios.items()}, start, hours
    )
    return spec.flat_energy * ratio, rank


def province_carbon(
    scenario: Scenario, name: str, series: dict[str, np.ndarray], years: list[slice]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    Return location factor, marginal factor and clean share of a province's grid, hour by hour.

    Parameters
    ----------
    scenario : Scenario
    name : str
        Province.
    series : dict of ndarray
        Its ``load``, ``pv_cf`` and ``wind_cf``, shape (hours,).
    years : list of slice
        Hours of each calendar year: yearly factors hold in each.

    Returns
    -------
    tuple of ndarray, shape (hours,)
        [kg/kWh], [kg/kWh], [-]
    """
    province = scenario.provinces[name]
    location, marginal = np.empty(len(series["load"])), np.empty(len(series["load"]))
    for year in years:
        shapes = (series["load"][year], series["pv_cf"][year], series["wind_cf"][year])
        location[year] = carbon.location_intensity(*shapes, province.carbon_location)
        marginal[year] = carbon.marginal_intensity(*shapes, province.carbon_marginal)
    # the cleaner the hour, the larger the carbon-free share: same shape, mean as declared
    clean = np.clip(1.0 - (1.0 - province.clean_share) * location / province.carbon_location, 0.0, 1.0)
    return location, marginal, clean
