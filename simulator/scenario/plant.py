"""The facility of a hub: cooling and losses, what PUE and WUE come from."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from simulator.scenario.base import DefaultModel, RowName, Spec
from simulator.scenario.quantities import Positive, Power, Share, TemperatureGap


class EconomiserChiller(Spec):
    """Cooling and losses by two wet-bulb limits and shares of IT power: few numbers, each of which can be set."""

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


class ChillerPlant(Spec):
    """Cooling and losses from the parts: economiser, chillers by EnergyPlus curves, tower, liquid loop, UPS."""

    model: Literal["chiller_plant"]
    design_it: Power | None = Field(
        None, description="IT power the plant is built for; none = all clusters at full power [W]"
    )
    economiser: Literal["water", "air", "none"] = Field(
        "water", description="tower water or outdoor air through an exchanger, or compressors all year"
    )
    chiller: RowName = Field(
        "centrifugal_water", description="machine of the table of chiller curves: centrifugal_water or screw_air"
    )
    chiller_cop: float = Field(
        ge=1,
        le=20,
        description="coefficient of performance at the machine's reference point (6.67 degC supply) and full load [-]",
    )
    chillers: int = Field(4, ge=1, le=1000, description="equal machines that share the load [-]")
    chilled_water_c: float = Field(18.0, ge=4, le=35, description="chilled water supply [degC]")
    supply_air_c: float = Field(24.0, ge=10, le=40, description="air into the servers [degC]")
    approach: TemperatureGap = Field(4.0, le=20, description="tower water above wet bulb [K]")
    exchanger: TemperatureGap = Field(1.5, le=10, description="economiser's exchanger, hot above cold side [K]")
    design_wet_bulb_c: float = Field(28.0, ge=-10, le=40, description="at it the chillers carry all heat [degC]")
    fan_share: Share = Field(description="white-space fans over design IT power at full load [-]")
    pump_share: Share = Field(description="pumps over design IT power at full load [-]")
    tower_fan_share: Share = Field(0.01, description="tower or condenser fans over heat rejected at full load [-]")
    liquid_share: Share = Field(0.0, description="part of IT heat taken by a liquid loop with a dry cooler [-]")
    ups_loss_share: float = Field(ge=0, le=0.5, description="UPS loss over its rating at full load [-]")
    ups_load: float = Field(0.5, ge=0.1, le=1, description="of each UPS at design IT power: 1 for N, 0.5 for 2N [-]")
    transformer_loss_share: float = Field(0.01, ge=0, le=0.2, description="over design IT power at full load [-]")
    fixed_share: Share = Field(description="fixed overhead over design IT power: lighting, offices, standby [-]")
    cycles: float = Field(5.0, ge=1.05, le=50, description="concentration at which tower water is blown down [-]")


DEFAULT_FACILITY = "economiser_chiller"


def _with_model(value: Any) -> Any:
    return {"model": DEFAULT_FACILITY, **value} if isinstance(value, dict) else value


Facility = Annotated[
    EconomiserChiller | ChillerPlant,
    Field(discriminator="model"),
    BeforeValidator(_with_model),
    DefaultModel(DEFAULT_FACILITY),
]
