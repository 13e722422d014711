"""
Everything a run takes from outside, laid out by hour or meter interval before the clock starts: weather, generation,
contracts, prices, carbon, the facility curve, limits. A fleet sample of 1/K divides every power here by K.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from simulator.engine.contracts import Contracts, region_contracts
from simulator.engine.direct import direct_line
from simulator.engine.markets import Span, hub_prices, province_carbon
from simulator.engine.plants import plant_of
from simulator.engine.supply import HubSupply, hub_supply, provincial_series
from simulator.scenario import METER_S

if TYPE_CHECKING:
    from simulator.region import Region
    from simulator.scenario import Scenario
    from simulator.workload import Workload

HOUR_S = 3600.0
# Shares of the design IT power at which the facility curve is worked out; linear between.
CURVE_POINTS = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
RANKS = {"deep_valley": -2, "valley": -1, "flat": 0, "peak": 1, "sharp": 2}


@dataclass(frozen=True)
class Signals:
    """
    Inputs on their own grids; hubs in the region's order.

    Attributes
    ----------
    begin_s : float
        First meter interval, minus the warm-up. [s]
    intervals : int
    hour_of_interval, month_of_interval : ndarray of int, shape (intervals,)
    curve_it_w, curve_cooling_w, curve_other_w : ndarray, shape (hours, hubs, points)
        Facility curve of each hour's weather and of the plant built by then. [W]
    water_l_per_j : ndarray, shape (hours, hubs)
        Site water for each joule of heat from IT and UPS. [L/J]
    fixed_w : ndarray, shape (hours, hubs)
        The part of other power that is neither UPS loss nor in the white space. [W]
    temp_air_c, temp_wet_bulb_c : ndarray, shape (hours, hubs)
    pv_w, wind_w : ndarray, shape (hours, hubs)
        Available. [W]
    direct_w, direct_export_w : ndarray, shape (hours, hubs)
        Direct green line: available, and the most of it that may be exported. [W]
    contracts : Contracts
        What the contracts deliver, powers divided by K like all others.
    energy_price, rank : ndarray, shape (hours, hubs)
        Energy part of the tariff [CNY/kWh] and its period from -2 (deep valley) to 2 (sharp).
    price_ratio, delivery_price : ndarray, shape (hours, hubs)
        Ratio of the period to flat [-] and the other parts of the tariff [CNY/kWh].
    ci_location, ci_marginal, grid_clean_share : ndarray, shape (hours, hubs)
        [kg/kWh], [kg/kWh], [-]
    exact : dict of ndarray, shape (intervals, hubs)
        ``energy_price``, ``ci_location`` and ``ci_marginal`` of each meter interval, which files may give finer than
        by the hour: settled on these; the hourly series are their means and what policies see.
    asked_flops : ndarray, shape (services, intervals)
        [FLOP/s]
    notes : tuple of str
        What a reader should know of these series (which are synthetic, which re-calendared).
    """

    begin_s: float
    intervals: int
    hour_of_interval: np.ndarray
    month_of_interval: np.ndarray
    curve_it_w: np.ndarray
    curve_cooling_w: np.ndarray
    curve_other_w: np.ndarray
    water_l_per_j: np.ndarray
    fixed_w: np.ndarray
    temp_air_c: np.ndarray
    temp_wet_bulb_c: np.ndarray
    pv_w: np.ndarray
    wind_w: np.ndarray
    direct_w: np.ndarray
    direct_export_w: np.ndarray
    contracts: Contracts
    energy_price: np.ndarray
    rank: np.ndarray
    price_ratio: np.ndarray
    delivery_price: np.ndarray
    ci_location: np.ndarray
    ci_marginal: np.ndarray
    grid_clean_share: np.ndarray
    exact: dict[str, np.ndarray]
    asked_flops: np.ndarray
    notes: tuple[str, ...]


def make_signals(scenario: Scenario, region: Region, workload: Workload) -> Signals:
    """
    Work out every series of a run.

    Parameters
    ----------
    scenario, region, workload
        As loaded and built.

    Returns
    -------
    Signals

    Raises
    ------
    TraceError
        If a weather or load file cannot be used.
    """
    grid = _Grid(scenario)
    provinces = provincial_series(scenario, grid.start, grid.hours)
    hubs = [scenario.hubs[name] for name in region.hubs]
    supplies = [hub_supply(scenario, name, provinces, grid.start, grid.hours) for name in region.hubs]
    curves = [_curve(scenario, region, name, supply, grid) for name, supply in zip(region.hubs, supplies, strict=True)]
    prices = [hub_prices(scenario, hub, grid.span) for hub in hubs]
    by_province = {name: province_carbon(scenario, name, provinces[name], grid.span) for name in provinces}
    carbons = [by_province[hub.province] for hub in hubs]
    lines = [direct_line(scenario, hub, provinces, grid.start, grid.hours) for hub in hubs]
    sample = region.fleet_sample

    def stack(arrays: list[np.ndarray]) -> np.ndarray:
        return np.ascontiguousarray(np.stack(arrays, axis=1))

    marginal = {name: series.marginal for name, series in by_province.items()}
    exact = (
        ("energy_price", [price.exact for price in prices]),
        ("ci_location", [c.exact_location for c in carbons]),
        ("ci_marginal", [c.exact_marginal for c in carbons]),
    )
    return Signals(
        begin_s=grid.begin_s,
        intervals=grid.intervals,
        hour_of_interval=grid.hour_of_interval,
        month_of_interval=grid.month_of_interval,
        curve_it_w=stack([curve[0] for curve in curves]) / sample,
        curve_cooling_w=stack([curve[1] for curve in curves]) / sample,
        curve_other_w=stack([curve[2] for curve in curves]) / sample,
        water_l_per_j=stack([curve[3] for curve in curves]),
        fixed_w=stack([curve[4] for curve in curves]) / sample,
        temp_air_c=stack([supply.weather.temp_air_c for supply in supplies]),
        temp_wet_bulb_c=stack([supply.weather.temp_wet_bulb_c for supply in supplies]),
        pv_w=stack([supply.pv_w for supply in supplies]) / sample,
        wind_w=stack([supply.wind_w for supply in supplies]) / sample,
        direct_w=stack([line[0] for line in lines]) / sample,
        direct_export_w=stack([line[1] for line in lines]) / sample,
        contracts=region_contracts(scenario, region.hubs, provinces, marginal).sampled(sample),
        energy_price=stack([price.energy for price in prices]),
        rank=stack([price.rank for price in prices]),
        price_ratio=stack([price.ratio for price in prices]),
        delivery_price=stack([price.delivery for price in prices]),
        ci_location=stack([c.location for c in carbons]),
        ci_marginal=stack([c.marginal for c in carbons]),
        grid_clean_share=stack([c.clean for c in carbons]),
        exact={name: stack(series)[grid.span.window] for name, series in exact},
        asked_flops=workload.services.asked_flops,
        notes=tuple(dict.fromkeys(note for supply in supplies for note in supply.notes)),
    )


class _Grid:
    """
    The hours and meter intervals of a run.

    Hours are those of the whole calendar years the run touches: yearly factors are scaled to years, and a week's run
    sees the same weather, generation and carbon as that week of a year's run.
    """

    def __init__(self, scenario: Scenario) -> None:
        simulation = scenario.simulation
        self.begin_s = -simulation.warm_up
        self.intervals = round((simulation.horizon + simulation.warm_up) / METER_S)
        first = simulation.start + timedelta(seconds=self.begin_s)
        last = first + timedelta(seconds=METER_S * self.intervals - 1.0)
        self.start = first.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
        self.first_hour_s = (self.start - simulation.start).total_seconds()
        starts = self.begin_s + METER_S * np.arange(self.intervals)
        self.hour_of_interval = ((starts - self.first_hour_s) // HOUR_S).astype(np.int64)
        stamps = np.datetime64(first.replace(tzinfo=None), "s") + (METER_S * np.arange(self.intervals)).astype("m8[s]")
        self.month_of_interval = stamps.astype("M8[M]").astype(np.int64)
        self.years: list[slice] = []
        self.hours = 0
        for year in range(first.year, last.year + 1):
            length = (self.start.replace(year=year + 1) - self.start.replace(year=year)) // timedelta(hours=1)
            self.years.append(slice(self.hours, self.hours + length))
            self.hours += length
        quarter = round((self.begin_s - self.first_hour_s) / METER_S)
        self.span = Span(self.start, self.hours, self.years, slice(quarter, quarter + self.intervals))


def _curve(scenario: Scenario, region: Region, name: str, supply: HubSupply, grid: _Grid) -> tuple[np.ndarray, ...]:
    """IT, cooling and other power at the curve points, (hours, points); water and fixed overhead, (hours,)."""
    spec, weather = scenario.hubs[name].facility, supply.weather
    built, design = _built_it_w(scenario, region, name, grid)
    if spec.design_it:
        design = np.full(grid.hours, spec.design_it)
    shape = (grid.hours, len(CURVE_POINTS))
    cooling, other, water, fixed = np.empty(shape), np.empty(shape), np.empty(grid.hours), np.empty(grid.hours)
    for level in np.unique(design):
        then = design == level
        cooling[then], other[then], water[then], fixed[then] = plant_of(spec, float(level), weather, then, CURVE_POINTS)
    cooling[~built], other[~built] = 0.0, 0.0
    return np.outer(design, CURVE_POINTS), cooling, other, water, built * fixed


def _built_it_w(scenario: Scenario, region: Region, name: str, grid: _Grid) -> tuple[np.ndarray, np.ndarray]:
    """
    Tell in which hours the hub has anything in service, and the full IT power of that, each of shape (hours,).

    The plant grows with its phases. Before the first the scale is that of the first, so that the curve has one, but an
    empty site draws nothing.
    """
    mine = [c for c, cluster in enumerate(region.clusters) if scenario.clusters[cluster].hub == name]
    if not mine:
        return np.zeros(grid.hours, dtype=np.bool_), np.ones(grid.hours)
    specs = [scenario.clusters[region.clusters[c]] for c in mine]
    full = np.array([spec.servers * scenario.devices[spec.device].server_max for spec in specs])
    since, hours_s = region.commissioned_s[mine], grid.first_hour_s + HOUR_S * np.arange(grid.hours)
    in_service = since[None, :] <= np.maximum(hours_s, since.min())[:, None]
    # an hour in which the first phase comes counts as built: its servers are cooled from their first instant
    return hours_s + HOUR_S > since.min(), (full[None, :] * in_service).sum(axis=1)
