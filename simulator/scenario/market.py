"""Provinces, tariffs and contracts: who sells the power, for how much, with which carbon."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulator.scenario.base import InputFile, Instant, Name, RowName, Spec, Title
from simulator.scenario.quantities import CarbonFactor, DemandPrice, Energy, EnergyPrice, Power, Share
from simulator.scenario.sky import CapacityFactors

PeriodName = Literal["sharp", "peak", "flat", "valley", "deep_valley"]


class Period(Spec):
    """Hours of the day in some months that share a price ratio."""

    period: PeriodName
    months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = Field(description="months of the year it applies to")
    hours: tuple[tuple[Annotated[int, Field(ge=0, le=24)], Annotated[int, Field(ge=0, le=24)]], ...] = Field(
        description="[from, to) hours of the day; 22 to 8 crosses midnight"
    )
    holidays_only: bool = Field(False, description="applies on public holidays and then replaces the others")


class Tariff(Spec):
    """A time-of-use tariff; hours that no period names are flat."""

    title: Title
    flat_energy: EnergyPrice = Field(description="energy part at the flat ratio [CNY/kWh]")
    ratios: dict[PeriodName, float] = Field(description="price ratio of each period to flat [-]")
    periods: tuple[Period, ...] = ()
    delivery: EnergyPrice = Field(0.0, description="network, losses, system and fund parts, not floating [CNY/kWh]")
    demand_charge: DemandPrice = Field(
        0.0, description="per month and kW of the highest 15-minute mean import [CNY/kW]"
    )
    export_price: EnergyPrice = Field(0.0, description="paid for exported energy [CNY/kWh]")


class Province(Spec):
    """What the grid of one province looks like from a meter."""

    title: Title
    carbon_location: CarbonFactor = Field(description="official yearly average factor [kg/kWh]")
    carbon_residual: CarbonFactor = Field(description="factor for what no contract covers [kg/kWh]")
    carbon_marginal: CarbonFactor = Field(description="yearly mean factor of the plant that answers a change [kg/kWh]")
    clean_share: Share = Field(description="carbon-free share of the grid mix, yearly mean [-]")
    demand: Energy = Field(description="electricity used in the province in the scenario's year [J]")
    load_shape: RowName = Field(description="name of the hourly load shape: a province of the coefficient table")
    wind_shape: RowName = Field(
        description="name of the wind capacity-factor statistics: a province of the coefficient table"
    )
    load_file: InputFile | None = Field(None, description="csv(.gz) with hourly demand; replaces the synthetic shape")
    load_column: str | None = Field(None, description="column of load_file")
    wind_cf: CapacityFactors | None = Field(None, description="a series of its own; replaces the synthetic wind")
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
