"""Hubs: place, weather, connection, facility and what stands on site."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulator.scenario.base import Name, Spec, Title
from simulator.scenario.limits import Limit, Transformers
from simulator.scenario.market import Contract
from simulator.scenario.plant import Facility
from simulator.scenario.quantities import (
    Angle,
    Bandwidth,
    Duration,
    Energy,
    EnergyPerData,
    EnergyPrice,
    Length,
    Mass,
    Money,
    Positive,
    Power,
    PricePerData,
    Share,
)
from simulator.scenario.sky import Weather
from simulator.scenario.tariff import Billing


class Location(Spec):
    """Where a hub stands."""

    latitude: Angle = Field(ge=-90, le=90, description="north positive [deg]")
    longitude: Angle = Field(ge=-180, le=180, description="east positive [deg]")
    elevation: Length = Field(0.0, description="above sea level [m]")


class Connection(Spec):
    """The hard limits of a hub."""

    import_limit: Power | None = Field(
        None, description="all metered import, battery charging included; none = what the transformers carry [W]"
    )
    transformers: Transformers | None = Field(None, description="limit the import too; none = not looked at")
    facility_limit: Power | None = Field(None, description="facility power, whatever feeds it; none = no own limit [W]")
    export_limit: Power = Field(0.0, description="what may flow back to the grid [W]")
    ramp_up: Power | None = Field(
        None,
        gt=0,
        description="most that facility power may rise within a meter interval above its value when that opened; "
        "none = any [W]",
    )

    @property
    def limit_w(self) -> float:
        """The standing limit of all metered import: the lesser of the contract's and the transformers'. [W]"""
        given = [self.import_limit] if self.import_limit is not None else []
        return min([*given, self.transformers.firm_w] if self.transformers else given, default=0.0)


class Pv(Spec):
    """On-site photovoltaics, fixed tilt."""

    capacity: Power = Field(description="DC nameplate [W]")
    tilt: Angle = Field(ge=0, le=90, description="from the horizontal [deg]")
    azimuth: Angle = Field(180.0, description="180 = south [deg]")
    losses: Share = Field(0.14, description="system losses, PVWatts default, light soiling among them [-]")
    soiling: Share = Field(0.0, description="lost to dust beyond what `losses` holds [-]")
    shading: Share = Field(0.0, description="lost to shading beyond what `losses` holds [-]")
    snow: Annotated[tuple[Share, ...], Field(min_length=12, max_length=12)] | None = Field(
        None, description="lost to snow on the panels, January to December; none = no snow [-]"
    )


class Wind(Spec):
    """On-site or directly wired wind."""

    capacity: Power = Field(description="nameplate [W]")
    source: Literal["turbine", "province"] = Field(
        "turbine",
        description="turbine: a power curve in the hub's own wind, which reads low where it is a city station's; "
        "province: the capacity factor of the hub's province",
    )
    turbine: str = Field("V126/3450", description="turbine type of the windpowerlib library")
    hub_height: Length = Field(100.0, description="[m]")
    hellman_exponent: float = Field(
        0.14, ge=0, le=0.6, description="power law from 10 m to hub height: 0.14 open land, 0.2 towns and hedges [-]"
    )
    losses: Share = Field(0.0, description="wakes, availability, lines; provincial factors hold theirs already [-]")


class Battery(Spec):
    """A battery behind the meter."""

    energy: Energy = Field(description="usable capacity [J]")
    power: Power = Field(description="largest charge and discharge at the site bus [W]")
    efficiency_charge: Share = Field(0.97, description="stored over taken from the bus [-]")
    efficiency_discharge: Share = Field(0.96, description="given to the bus over taken from store [-]")
    soc_min: Share = Field(0.1, description="[-]")
    soc_initial: Share = Field(0.5, description="[-]")
    standing_loss_per_h: float = Field(0.0, ge=0, lt=1, description="share of the stored energy lost an hour [1/h]")
    charge_rate: Positive | None = Field(
        None, description="C-rate: largest charge over energy; none = power only [1/h]"
    )
    discharge_rate: Positive | None = Field(None, description="C-rate: the same of discharge [1/h]")
    policy: Literal["self_consumption", "tariff", "green_first", "peak_shaving"] = Field(
        "self_consumption", description="what moves it: own deficits, prices, clean supply, the highest import"
    )
    peak_target: Power | None = Field(None, description="peak_shaving only: import it tries to hold [W]")
    wear_cost: Money = Field(
        0.0, description="per kWh discharged; the tariff policy moves nothing that does not pay for it [CNY]"
    )
    embodied: Mass = Field(0.0, description="CO2 of making the whole battery, spread over its lifetime [kg]")
    capex: Money = Field(0.0, description="price of the whole battery [CNY]")
    lifetime: Duration = Field(15 * 365 * 86400.0, description="service life for the annuity [s]")


class DirectGreen(Spec):
    """A direct green line (绿电直连): plant of others, wired to the hub alone and metered on site."""

    title: Title
    wind: Power = Field(0.0, description="wind behind the line, nameplate [W]")
    solar: Power = Field(0.0, description="PV behind the line, nameplate [W]")
    line_limit: Power | None = Field(None, description="what the line can carry; none = all [W]")
    province: Name | None = Field(None, description="whose wind and sun it has; none = the hub's province")
    price: EnergyPrice = Field(0.0, ge=0, description="paid for each kWh used on site or stored [CNY/kWh]")
    delivery: EnergyPrice = Field(
        0.0, ge=0, description="network, system and fund charges due on it all the same [CNY/kWh]"
    )
    export_price: EnergyPrice = Field(0.0, description="received for each kWh of it exported [CNY/kWh]")
    rules: Name | None = Field(None, description="dated rules it must keep; none = none")


class Hub(Spec):
    """One compute hub behind one grid connection."""

    title: Title
    province: Name
    tariff: Name
    location: Location
    weather: Weather
    connection: Connection
    billing: Billing = Field(Billing(), description="what the grid company bills by")
    facility: Facility
    pv: Pv | None = None
    wind: Wind | None = None
    battery: Battery | None = None
    direct_green: DirectGreen | None = None
    contracts: dict[Name, Contract] = Field(default_factory=dict)
    limits: tuple[Limit, ...] = Field((), description="phases of the connection, outages, demand response calls")


class Edge(Spec):
    """One data link between two hubs: a pipe that serves one transfer after the other, in the order they come."""

    between: tuple[Name, Name]
    latency_ms: Positive | None = Field(None, description="round trip; none = 1.5 x fibre rule [ms]")
    bandwidth: Bandwidth | None = Field(None, gt=0, description="for moving data; none = no limit [bit/s]")
    energy: EnergyPerData = Field(0.0, description="electricity of the network to move data over it [kWh/GB]")
    price: PricePerData = Field(0.0, description="paid to move data over it [CNY/GB]")
