"""Hubs: place, weather, connection, facility and what stands on site."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulator.scenario.base import InputFile, Name, RowName, Spec, Title
from simulator.scenario.market import Contract
from simulator.scenario.quantities import (
    Angle,
    Bandwidth,
    Duration,
    Energy,
    EnergyPerData,
    Length,
    Money,
    Positive,
    Power,
    PricePerData,
    Share,
    TemperatureGap,
)


class SyntheticWeather(Spec):
    """Weather made from monthly statistics; no file needed."""

    model: Literal["synthetic"] = "synthetic"
    site: RowName = Field(description="a site of the weather coefficient table, e.g. Hangzhou_CSWD")


class EpwWeather(Spec):
    """A typical year from an EPW file."""

    model: Literal["epw"]
    file: InputFile = Field(description="path, relative to this scenario file or to --data-dir")
    radiation_shift_h: float = Field(
        0.0, description="hours the radiation of this file runs late (see the weather page) [h]"
    )


Weather = Annotated[SyntheticWeather | EpwWeather, Field(discriminator="model")]


class Location(Spec):
    """Where a hub stands."""

    latitude: Angle = Field(ge=-90, le=90, description="north positive [deg]")
    longitude: Angle = Field(ge=-180, le=180, description="east positive [deg]")
    elevation: Length = Field(0.0, description="above sea level [m]")


class Connection(Spec):
    """The hard limits of a hub."""

    import_limit: Power = Field(description="all metered import, battery charging included [W]")
    facility_limit: Power | None = Field(None, description="facility power, whatever feeds it; none = no own limit [W]")
    export_limit: Power = Field(0.0, description="what may flow back to the grid [W]")


class Facility(Spec):
    """Cooling and losses: what PUE and WUE come from; one model so far."""

    model: Literal["economiser_chiller"] = "economiser_chiller"
    design_it: Power | None = Field(
        None, description="IT power the plant is built for; none = all clusters at full power [W]"
    )
    free_cooling_wet_bulb_c: float = Field(description="at or below this wet bulb no compressor runs [degC]")
    chiller_wet_bulb_c: float = Field(description="at or above this wet bulb compressors carry all heat [degC]")
    chiller_cop: Positive = Field(description="coefficient of performance of the chillers at chiller_wet_bulb_c [-]")
    fan_pump_share: Share = Field(description="fans and pumps over IT power at full load [-]")
    ups_loss_share: Share = Field(description="UPS and transformer loss over IT power at full load [-]")
    fixed_share: Share = Field(description="fixed overhead over design IT power: standby losses, lighting, offices [-]")
    approach: TemperatureGap = Field(4.0, description="cooling-tower approach [K]")
    evaporation_l_per_kwh: float = Field(
        1.6, ge=0, description="water evaporated and blown down per kWh of heat rejected wet [L/kWh]"
    )


class Pv(Spec):
    """On-site photovoltaics, fixed tilt."""

    capacity: Power = Field(description="DC nameplate [W]")
    tilt: Angle = Field(ge=0, le=90, description="from the horizontal [deg]")
    azimuth: Angle = Field(180.0, description="180 = south [deg]")
    losses: Share = Field(0.14, description="system losses, PVWatts default [-]")


class Wind(Spec):
    """On-site or directly wired wind."""

    capacity: Power = Field(description="nameplate [W]")
    turbine: str = Field("V126/3450", description="turbine type of the windpowerlib library")
    hub_height: Length = Field(100.0, description="[m]")


class Battery(Spec):
    """A battery behind the meter."""

    energy: Energy = Field(description="usable capacity [J]")
    power: Power = Field(description="largest charge and discharge at the site bus [W]")
    efficiency_charge: Share = Field(0.97, description="stored over taken from the bus [-]")
    efficiency_discharge: Share = Field(0.96, description="given to the bus over taken from store [-]")
    soc_min: Share = Field(0.1, description="[-]")
    soc_initial: Share = Field(0.5, description="[-]")
    standing_loss_per_h: float = Field(0.0, ge=0, lt=1, description="share of the stored energy lost an hour [1/h]")
    policy: Literal["self_consumption", "tariff"] = Field("self_consumption", description="who decides when it moves")
    wear_cost: Money = Field(0.0, description="per kWh discharged [CNY]")
    capex: Money = Field(0.0, description="price of the whole battery [CNY]")
    lifetime: Duration = Field(15 * 365 * 86400.0, description="service life for the annuity [s]")


class Hub(Spec):
    """One compute hub behind one grid connection."""

    title: Title
    province: Name
    tariff: Name
    location: Location
    weather: Weather
    connection: Connection
    facility: Facility
    pv: Pv | None = None
    wind: Wind | None = None
    battery: Battery | None = None
    contracts: dict[Name, Contract] = Field(default_factory=dict)


class Edge(Spec):
    """One data link between two hubs: a pipe that serves one transfer after the other, in the order they come."""

    between: tuple[Name, Name]
    latency_ms: Positive | None = Field(None, description="round trip; none = 1.5 x fibre rule [ms]")
    bandwidth: Bandwidth | None = Field(None, gt=0, description="for moving data; none = no limit [bit/s]")
    energy: EnergyPerData = Field(0.0, description="electricity of the network to move data over it [kWh/GB]")
    price: PricePerData = Field(0.0, description="paid to move data over it [CNY/GB]")
