"""Provinces, contracts and rules for direct lines: who sells the power, for how much, with which carbon."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simulator.scenario.base import InputFile, Instant, Name, RowName, Spec, Title
from simulator.scenario.quantities import CarbonFactor, Energy, EnergyPrice, Power, Share
from simulator.scenario.sky import CapacityFactors


class CarbonSeries(Spec):
    """A series of carbon factors, taken as it is: no shape is laid on it and nothing is scaled."""

    file: InputFile = Field(description="csv(.gz) with times and factors every 15, 30 or 60 minutes, without gaps")
    column: str = Field("value", description="column with the factors")
    time_column: str = Field("time", description="column with ISO 8601 times; without a zone they are UTC+8")
    stamp: Literal["beginning", "ending"] = Field("beginning", description="what a row's time marks of its interval")
    unit: CarbonFactor = Field(1.0, gt=0, description="what 1 in the file is [kg/kWh]")


class Plant(Spec):
    """One step of a merit order."""

    title: Title
    capacity: Power = Field(gt=0, description="what it can give [W]")
    factor: CarbonFactor = Field(description="CO2 of one more kWh from it [kg/kWh]")


class CleanParts(Spec):
    """Clean output of a province's plant in a year over its use: the shape of its carbon follows from it."""

    pv: Share = Field(description="of photovoltaics [-]")
    wind: Share = Field(description="of wind [-]")
    flat: Share = Field(0.0, description="of plant that runs through, such as nuclear [-]")


class Province(Spec):
    """What the grid of one province looks like from a meter."""

    title: Title
    carbon_location: CarbonFactor = Field(description="official yearly average factor [kg/kWh]")
    carbon_residual: CarbonFactor = Field(description="factor for what no contract covers [kg/kWh]")
    carbon_marginal: CarbonFactor = Field(description="yearly mean factor of the plant that answers a change [kg/kWh]")
    clean_share: Share = Field(description="carbon-free share of the grid mix, yearly mean [-]")
    clean_parts: CleanParts | None = Field(
        None,
        description="what of clean_share moves with sun and wind or runs through, for the hourly shape of carbon; more "
        "than clean_share is sent away in proportion, less follows the load; none = shares of Zhejiang",
    )
    demand: Energy = Field(description="electricity used in the province in the scenario's year [J]")
    load_shape: RowName = Field(description="name of the hourly load shape: a province of the coefficient table")
    wind_shape: RowName = Field(
        description="name of the wind capacity-factor statistics: a province of the coefficient table"
    )
    load_file: InputFile | None = Field(None, description="csv(.gz) with hourly demand; replaces the synthetic shape")
    load_column: str | None = Field(None, description="column of load_file")
    wind_cf: CapacityFactors | None = Field(None, description="a series of its own; replaces the synthetic wind")
    location_series: CarbonSeries | None = Field(
        None, description="location factors from a file; replaces carbon_location and its shape"
    )
    marginal_series: CarbonSeries | None = Field(
        None, description="marginal factors from a file; replaces carbon_marginal and its shape"
    )
    merit_order: tuple[Plant, ...] = Field(
        (), description="plant that answers a change, cheapest first; replaces carbon_marginal and its shape"
    )
    pv_cf: CapacityFactors | None = Field(None, description="a series of its own; replaces the synthetic PV")


class Contract(Spec):
    """A yearly contract for clean energy, delivered over the public grid unless it is certificates only."""

    title: Title
    kind: Literal["ppa_wind", "ppa_solar", "ppa_baseload", "certificates"]
    capacity: Power = Field(
        0.0, description="contracted share of the plant, nameplate; for baseload the flat power [W]"
    )
    price_premium: EnergyPrice = Field(
        0.0, description="paid on top of the energy price for each delivered kWh [CNY/kWh]"
    )
    volume: Energy = Field(0.0, description="certificates only: bought a year [J]")
    price: EnergyPrice = Field(0.0, description="certificates only: price [CNY/kWh]")
    province: Name | None = Field(
        None, description="where the plant stands; none = the hub's province, another needs a way over interties"
    )
    energy_price: EnergyPrice | None = Field(
        None, ge=0, description="paid at the plant for the energy; none = the energy part of the tariff [CNY/kWh]"
    )
    from_curtailment: Share = Field(
        0.0, description="other provinces only: share of the energy that would else be curtailed [-]"
    )


class DirectGreenRule(Spec):
    """What a direct green line must keep from a date on, until the next rule of its set."""

    title: Title
    since: Instant = Field(description="in force from this instant on")
    self_use_of_output_min: Share = Field(0.0, description="least share of its output used on site in a year [-]")
    self_use_of_load_min: Share = Field(0.0, description="least share of the site's use it covers in a year [-]")
    export_of_output_max: Share = Field(1.0, description="largest share of its output that may be exported [-]")
