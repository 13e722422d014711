"""Prices of every hub and carbon of every province, hour by hour, and finer where a file is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from energy_models import carbon, tariff
from energy_models.units import HOURS_PER_YEAR, SECONDS_PER_HOUR
from simulator.engine.rules import in_force
from simulator.engine.series import QUARTERS, hourly, on_quarters, read_series

if TYPE_CHECKING:
    from simulator.scenario import CarbonSeries, Hub, Province, Scenario, SpotPrices, Tariff


@dataclass(frozen=True)
class Span:
    """The hours of a run's calendar years, and the quarter hours of them that the run needs."""

    start: datetime
    hours: int
    years: list[slice]
    window: slice


@dataclass(frozen=True)
class HubPrices:
    """
    Prices at one hub's meter.

    Attributes
    ----------
    energy, delivery : ndarray, shape (hours,)
        Energy part and all other parts. [CNY/kWh]
    ratio : ndarray, shape (hours,)
        By which the parts that float are multiplied. [-]
    rank : ndarray of int8, shape (hours,)
        -2 deep valley to 2 sharp; from the price itself under spot prices.
    exact : ndarray, shape (4 hours,)
        Energy part of each quarter of an hour. [CNY/kWh]
    """

    energy: np.ndarray
    delivery: np.ndarray
    ratio: np.ndarray
    rank: np.ndarray
    exact: np.ndarray


@dataclass(frozen=True)
class ProvinceCarbon:
    """Carbon of one province's grid, shape (hours,), and (4 hours,) where exact. [kg/kWh], clean share [-]."""

    location: np.ndarray
    marginal: np.ndarray
    clean: np.ndarray
    exact_location: np.ndarray
    exact_marginal: np.ndarray


def hub_prices(scenario: Scenario, hub: Hub, span: Span) -> HubPrices:
    """Work out what a hub pays for each kWh from the meter."""
    spec = scenario.tariffs[hub.tariff]
    ratio, rank = _time_of_use(spec, span)
    parts = spec.prices(hub.billing.voltage)
    by_part = {name: part.price * (ratio if part.floats else np.ones(span.hours)) for name, part in parts.items()}
    energy = by_part.pop("energy", np.zeros(span.hours))
    delivery = np.sum([np.zeros(span.hours), *by_part.values()], axis=0)
    exact = np.repeat(energy, QUARTERS)
    if spec.spot is not None:
        exact = _series(spec.spot, span)
        energy = hourly(exact)
        rank = tariff.rank_of_prices(energy)
    return HubPrices(energy, delivery, ratio, rank, exact)


def _time_of_use(spec: Tariff, span: Span) -> tuple[np.ndarray, np.ndarray]:
    """Ratio and rank of each hour by the rules in force; flat where none is yet, which no run sees."""
    names, place = in_force(spec.time_of_use, span.start, span.hours)
    ratio, rank = np.ones(span.hours), np.zeros(span.hours, dtype=np.int8)
    for i, name in enumerate(names):
        rules, mine = spec.time_of_use[name], place == i
        if mine.any():
            periods = [(p.period, p.months, p.hours, p.days) for p in rules.periods]
            ratios = {str(period): value for period, value in rules.ratios.items()}
            ratio_then, rank_then = tariff.price_ratio_by_hour(periods, ratios, span.start, span.hours)
            ratio[mine], rank[mine] = ratio_then[mine], rank_then[mine]
    return ratio, rank


def _series(spec: SpotPrices | CarbonSeries, span: Span) -> np.ndarray:
    path = Path(spec.file)
    series = read_series(path, spec.time_column, spec.column, spec.stamp)
    return spec.unit * on_quarters(path, series, span.start, span.hours, span.window)


def province_carbon(scenario: Scenario, name: str, series: dict[str, np.ndarray], span: Span) -> ProvinceCarbon:
    """
    Work out location factor, marginal factor and clean share of a province's grid.

    Parameters
    ----------
    scenario : Scenario
    name : str
        Province.
    series : dict of ndarray
        Its ``load``, ``pv_cf`` and ``wind_cf``, shape (hours,).
    span : Span
        Yearly factors hold in each of its calendar years.
    """
    province = scenario.provinces[name]
    location, marginal = np.empty(span.hours), np.empty(span.hours)
    for year in span.years:
        shapes = (series["load"][year], series["pv_cf"][year], series["wind_cf"][year])
        location[year] = carbon.location_intensity(*shapes, province.carbon_location, _clean_parts(province))
        marginal[year] = _marginal(province, shapes)
    exact_location, exact_marginal = np.repeat(location, QUARTERS), np.repeat(marginal, QUARTERS)
    if province.location_series is not None:
        exact_location = _series(province.location_series, span)
        location = hourly(exact_location)
    if province.marginal_series is not None:
        exact_marginal = _series(province.marginal_series, span)
        marginal = hourly(exact_marginal)
    # the cleaner the hour, the larger the carbon-free share: same shape, mean as declared
    clean = np.clip(1.0 - (1.0 - province.clean_share) * location / province.carbon_location, 0.0, 1.0)
    return ProvinceCarbon(location, marginal, clean, exact_location, exact_marginal)


def _clean_parts(province: Province) -> carbon.CleanParts | None:
    declared = province.clean_parts
    if declared is None:
        return None
    return carbon.CleanParts(declared.pv, declared.wind, declared.flat).within(province.clean_share)


def _marginal(province: Province, shapes: tuple[np.ndarray, np.ndarray, np.ndarray]) -> np.ndarray:
    if not province.merit_order:
        return carbon.marginal_intensity(*shapes, province.carbon_marginal, _clean_parts(province))
    mean_w = province.demand / (HOURS_PER_YEAR * SECONDS_PER_HOUR)
    residual_w = mean_w * carbon.fossil_share(*shapes, _clean_parts(province)) * shapes[0] / shapes[0].mean()
    plants = [(plant.capacity, plant.factor) for plant in province.merit_order]
    return carbon.merit_order_intensity(residual_w, plants)
