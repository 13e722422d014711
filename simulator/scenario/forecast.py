"""What a policy may know of the hours to come."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simulator.scenario.base import Spec
from simulator.scenario.quantities import Share


class ForecastChoice(Spec):
    """How prices, carbon, generation and demand are forecast for the policy."""

    model: Literal["perfect", "persistence", "seasonal_naive", "learned"] = Field(
        default="seasonal_naive",
        description="perfect knows the future; the others only the past: all stays, as yesterday, learned from it",
    )
    error: Share = Field(
        default=0.0, description="perfect only: standard deviation of the relative error a day ahead, less before [-]"
    )
