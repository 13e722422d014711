"""
What an outlook file may say: how a fleet grows, what machines it buys, how it is cooled and used, what to compare with.

Every figure is a point in time with one value or with low, middle and high, and says where it comes from.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from simulator.audit.model import Source, SourceId
from simulator.scenario import (
    Compute,
    Duration,
    Efficiency,
    Energy,
    Name,
    Positive,
    Power,
    Precision,
    Share,
    Spec,
    Title,
)

CASES = ("low", "middle", "high")
DecimalYear = Annotated[float, Field(ge=1990, le=2100)]


class Point(Spec):
    """A figure at an instant: one value, or low, middle and high; from a source, or assumed with the reason."""

    year: DecimalYear = Field(description="decimal year: 2025.0 is the beginning of 2025, 2025.5 its middle")
    source: SourceId | None = None
    assumed: Title | None = Field(None, description="why this is taken without a source, or what of it is")

    @model_validator(mode="after")
    def _is_whole(self) -> Point:
        given = [name for name in ("value", *CASES) if self.get(name) is not None]
        if given not in (["value"], list(CASES)):
            _fault(", ".join(given) or "no figure", "value alone, or low, middle and high")
        if given != ["value"] and not self.get("low") <= self.get("middle") <= self.get("high"):
            _fault("figures out of order", "low <= middle <= high")
        if self.source is None and self.assumed is None:
            _fault("neither source nor assumed", "source: id, or assumed: {zh, en}")
        return self

    def get(self, name: str) -> Any:
        """Return a field by name; None where it is not given."""
        return getattr(self, name)

    def of(self, case: str) -> float:
        """Return the figure of a case; the one value serves all three."""
        value = self.get("value")
        return float(self.get(case) if value is None else value)


def _fault(got: str, expected: str) -> None:
    raise PydanticCustomError("rule", "{got}", {"got": got, "expected": expected, "hint": ""})


class ComputePoint(Point):
    """Computing power of a fleet. [FLOP/s]"""

    value: Compute | None = None
    low: Compute | None = None
    middle: Compute | None = None
    high: Compute | None = None


class EfficiencyPoint(Point):
    """Computing power per IT watt of machines bought at that time. [FLOP/s/W]"""

    value: Efficiency | None = None
    low: Efficiency | None = None
    middle: Efficiency | None = None
    high: Efficiency | None = None


class RackPoint(Point):
    """Racks of a fleet. [-]"""

    value: Positive | None = None
    low: Positive | None = None
    middle: Positive | None = None
    high: Positive | None = None


class PuePoint(Point):
    """Facility energy over IT energy. [-]"""

    value: Annotated[float, Field(ge=1)] | None = None
    low: Annotated[float, Field(ge=1)] | None = None
    middle: Annotated[float, Field(ge=1)] | None = None
    high: Annotated[float, Field(ge=1)] | None = None


class LoadPoint(Point):
    """Mean IT power over IT power at full load. [-]"""

    value: Share | None = None
    low: Share | None = None
    middle: Share | None = None
    high: Share | None = None


class RackFleet(Spec):
    """A fleet counted in racks of one rating."""

    model: Literal["rack_count"]
    title: Title
    racks: tuple[RackPoint, ...] = Field(min_length=1)
    rack_power: Power = Field(gt=0, description="rated IT power of one rack [W]")
    rack_source: SourceId
    pue: tuple[PuePoint, ...] = Field(min_length=1)
    load: tuple[LoadPoint, ...] = Field(min_length=1)


class ComputeFleet(Spec):
    """A fleet counted in computing power of one precision, bought in generations."""

    model: Literal["machines"]
    title: Title
    precision: Precision
    compute: tuple[ComputePoint, ...] = Field(min_length=1)
    standing: EfficiencyPoint = Field(description="efficiency of the fleet that stands when the outlook begins")
    generations: tuple[EfficiencyPoint, ...] = Field(min_length=1, description="efficiency of what is bought when")
    lifetime: Duration = Field(gt=0, description="machines are replaced after it [s]")
    pue: tuple[PuePoint, ...] = Field(min_length=1)
    load: tuple[LoadPoint, ...] = Field(min_length=1)


Fleet = Annotated[RackFleet | ComputeFleet, Field(discriminator="model")]


class Published(Spec):
    """A published figure or range to hold the outlook against."""

    title: Title
    year: int = Field(ge=1990, le=2100)
    low: Energy = Field(gt=0, description="electricity of that year [J]")
    high: Energy = Field(gt=0, description="the same where one figure is published [J]")
    fleets: tuple[Name, ...] = Field((), description="the fleets it covers; none named = all")
    source: SourceId

    @model_validator(mode="after")
    def _low_below_high(self) -> Published:
        if self.low > self.high:
            _fault("low above high", "low <= high [J]")
        return self


class OutlookFile(Spec):
    """One outlook."""

    title: Title
    sources: dict[SourceId, Source]
    from_year: int = Field(ge=1990, le=2100)
    to_year: int = Field(ge=1990, le=2100)
    outlook: dict[Name, Fleet] = Field(min_length=1, description="the fleets, each counted once")
    published: dict[Name, Published] = Field(default_factory=dict)
    notes: tuple[Title, ...] = Field((), description="what a reader must know")

    @model_validator(mode="after")
    def _years_in_order(self) -> OutlookFile:
        if self.to_year < self.from_year:
            _fault(f"to_year {self.to_year}", f"from_year {self.from_year} or later")
        return self
