"""Tariffs: parts of the price, dated rules for time of use, the two-part charge, spot prices."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulator.scenario.base import InputFile, Instant, Name, Spec, Title
from simulator.scenario.quantities import CapacityPrice, DemandPrice, EnergyPrice, Power, Share

PeriodName = Literal["sharp", "peak", "flat", "valley", "deep_valley"]
PartName = Literal["energy", "line_losses", "network", "system_operation", "government_funds"]
Voltage = Literal["kv10", "kv35", "kv110", "kv220"]
Hour = Annotated[int, Field(ge=0, le=24)]


class Period(Spec):
    """Hours of the day in some months that share a price ratio."""

    period: PeriodName
    months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = Field(description="months of the year it applies to")
    hours: tuple[tuple[Hour, Hour], ...] = Field(description="[from, to) hours of the day; 22 to 8 crosses midnight")
    days: Literal["all", "workdays", "days_off", "holidays"] = Field(
        "all",
        description="workdays and days_off replace all, public holidays replace both; weekends worked for a holiday "
        "are workdays",
    )


class TimeOfUse(Spec):
    """Rules of one notice: in force from a date until the next rules of the tariff begin."""

    title: Title
    since: Instant = Field(description="in force from this instant on")
    ratios: dict[PeriodName, float] = Field(description="price ratio of each period to flat [-]")
    periods: tuple[Period, ...] = Field((), description="of two for one hour the later wins; hours of none are flat")


class TariffPart(Spec):
    """One part of the price."""

    price: EnergyPrice = Field(description="at the flat ratio [CNY/kWh]")
    floats: bool = Field(False, description="true: times the ratio of the hour's period")


class VoltageLevel(Spec):
    """What differs by the voltage a user is connected at; what is left out is as for all."""

    network: EnergyPrice | None = Field(default=None, description="price of the part network [CNY/kWh]")
    demand_charge: DemandPrice | None = Field(default=None, description="[CNY/kW]")
    capacity_charge: CapacityPrice | None = Field(default=None, description="[CNY/kVA]")


class HighUse(Spec):
    """Demand charge of users who draw much from the capacity they hold."""

    energy_per_kva: float = Field(
        gt=0, description="metered in a month over billed capacity, from which it holds [kWh/kVA]"
    )
    factor: Share = Field(description="on the demand charge of that month [-]")


class SpotPrices(Spec):
    """A series of prices that stands in place of the energy part."""

    file: InputFile = Field(description="csv(.gz) with times and prices every 15, 30 or 60 minutes, without gaps")
    column: str = Field("value", description="column with the prices")
    time_column: str = Field("time", description="column with ISO 8601 times; without a zone they are UTC+8")
    stamp: Literal["beginning", "ending"] = Field("beginning", description="what a row's time marks of its interval")
    unit: EnergyPrice = Field(1.0, gt=0, description="what 1 in the file is [CNY/kWh]")


class Tariff(Spec):
    """A two-part tariff with time of use."""

    title: Title
    parts: dict[PartName, TariffPart] = Field(description="parts of the price; what is not named costs nothing")
    time_of_use: dict[Name, TimeOfUse] = Field(
        default_factory=dict, description="dated rules; none = one price at all hours"
    )
    demand_charge: DemandPrice = Field(
        0.0, description="per month and kW of the highest 15-minute mean import [CNY/kW]"
    )
    capacity_charge: CapacityPrice | None = Field(
        None, description="per month and kVA held, instead of the demand charge; none = not offered [CNY/kVA]"
    )
    basis: Literal["cheaper", "demand", "capacity"] = Field(
        "cheaper", description="which of the two is paid; cheaper: chosen for each quarter of a year, in hindsight"
    )
    high_use: HighUse | None = Field(None, description="rebate on the demand charge; none = none")
    voltages: dict[Voltage, VoltageLevel] = Field(
        default_factory=dict, description="prices by voltage, for hubs that name theirs"
    )
    export_price: EnergyPrice = Field(0.0, description="paid for exported energy [CNY/kWh]")
    spot: SpotPrices | None = Field(None, description="prices from a file in place of the energy part")

    def prices(self, voltage: Voltage | None) -> dict[PartName, TariffPart]:
        """Return the parts of the price at a voltage; None is a hub that names none."""
        network = self.voltages[voltage].network if voltage in self.voltages else None
        if network is None:
            return self.parts
        floats = "network" in self.parts and self.parts["network"].floats
        return self.parts | {"network": TariffPart.model_construct(price=network, floats=floats)}

    def charges(self, voltage: Voltage | None) -> tuple[float, float | None]:
        """Return demand charge [CNY/kW] and capacity charge [CNY/kVA, None if not offered] at a voltage."""
        level = self.voltages[voltage] if voltage in self.voltages else VoltageLevel()
        demand = self.demand_charge if level.demand_charge is None else level.demand_charge
        return demand, self.capacity_charge if level.capacity_charge is None else level.capacity_charge


class Billing(Spec):
    """What the grid company bills a hub by."""

    voltage: Voltage | None = Field(
        default=None, description="level the hub is connected at; none = the tariff's common prices"
    )
    capacity: Power | None = Field(
        default=None, gt=0, description="transformer capacity held, in VA; none = the import limit read as VA [W]"
    )
