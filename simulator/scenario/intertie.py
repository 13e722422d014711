"""The power network between provinces: lines whose capacity is mostly spoken for."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simulator.scenario.base import Name, Spec, Title
from simulator.scenario.quantities import EnergyPrice, Power, Share


class Intertie(Spec):
    """One line between two provinces, in the direction it sends; what its base schedule leaves may be traded."""

    title: Title
    sender: Name = Field(description="province the energy leaves")
    receiver: Name = Field(description="province it arrives in")
    capacity: Power = Field(description="what the line can take in at the sender [W]")
    base: Power = Field(description="mean of the schedule of others, at the sender [W]")
    base_shape: Literal["flat", "receiver_load"] = Field(
        "flat", description="how the schedule moves: not at all, or with the receiver's load, up to capacity"
    )
    loss: Share = Field(0.0, description="share of the energy taken in that does not arrive [-]")
    wheeling: EnergyPrice = Field(0.0, ge=0, description="price of transport, on the energy that arrives [CNY/kWh]")
