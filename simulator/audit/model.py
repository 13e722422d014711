"""
What a claims file may say: published figures, the readings to try on them, and what to hold them against.

Claims are data. Nothing here computes; a field is optional unless no check could do without it, because a
published claim is often silent on what matters, and that silence is itself a finding.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

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
    parse_quantity,
)

SourceId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.]*$", description="id of an entry of `sources`")]
Measure = Literal["hpl", "dense_peak"]
GlossUnit = Literal["FLOPS", "FLOPS/W", "kWh", "kW", "CNY", "kg", "rack"]
Role = Literal["stated", "suspected", "basis"]
RIVAL_QUANTITIES = ("compute", "energy", "efficiency")


class Source(Spec):
    """Who published it, under what title, and when; the original body, never a repost."""

    title: Title
    body: Title = Field(description="the body that published it first")
    date: str = Field(min_length=4, description="quoted ISO date as exact as known, like '2024-06' or '2025-04-29'")
    note: Title | None = Field(None, description="what a reader must know before relying on it")


class Stated(Spec):
    """The figures of the claim exactly as published. What the publication does not say is left out."""

    compute: Compute | None = Field(None, gt=0, description="computing power [FLOP/s]")
    precision: Precision | None = Field(None, description="precision the computing power is stated in")
    measure: Measure | None = Field(
        None, description="hpl = measured by High-Performance Linpack; dense_peak = nameplate"
    )
    efficiency: Efficiency | None = Field(None, description="computing power per IT watt [FLOP/s/W]")
    energy: Energy | None = Field(None, gt=0, description="electricity of one period, facility included [J]")
    hours: Duration | None = Field(None, gt=0, description="hours of use in the period [s]")
    pue: Positive | None = Field(None, description="facility energy over IT energy [-]")
    power: Power | None = Field(None, gt=0, description="electrical power at full load [W]")
    power_of: Literal["it", "facility"] = Field(
        "it", description="what that power feeds: the IT, or the whole facility"
    )
    racks: int | None = Field(None, gt=0, description="racks [-]")
    rack_power: Power | None = Field(None, gt=0, description="rated IT power of one rack [W]")


class Gloss(Spec):
    """One number of the publication and the words or characters that explain it there."""

    unit: GlossUnit = Field("FLOPS", description="unit both sides are compared in")
    written: str = Field(description="the number, with its unit: '56.6 GFLOPS'")
    glossed: str = Field(description="the gloss, with its unit: '566亿次/秒'")

    @field_validator("written", "glossed")
    @classmethod
    def _is_a_quantity(cls, text: str, info: ValidationInfo) -> str:
        if "unit" not in info.data:  # the unit is at fault and told
            return text
        unit = info.data["unit"]
        try:
            parse_quantity(text, unit)
        except ValueError as error:
            example = "56.6 GFLOPS" if unit == "FLOPS" else f"1 {unit}"
            context = {
                "given": str(error),
                "expected": f"a quantity like '{example}' [{unit}]",
                "example": example,
                "unit": unit,
            }
            raise PydanticCustomError("quantity", "{given}", context) from error
        return text

    @property
    def written_value(self) -> float:
        """The number in `unit`."""
        return parse_quantity(self.written, self.unit)

    @property
    def glossed_value(self) -> float:
        """The gloss in `unit`."""
        return parse_quantity(self.glossed, self.unit)


class Reading(Spec):
    """
    One set of inputs to compute the energy from.

    What it leaves out is taken from `stated` and then from `assume`. `role` says whose inputs these are:
    ``stated``, the publication's own as written; ``suspected``, a misreading that may explain the figure;
    ``basis``, what the same computing power needs on a named kind of machine.
    """

    title: Title
    role: Role
    efficiency: Efficiency | None = Field(None, description="computing power per IT watt [FLOP/s/W]")
    precision: Precision | None = None
    measure: Measure | None = None
    hours: Duration | None = Field(None, gt=0, description="hours in the period [s]")
    pue: Positive | None = Field(None, description="facility energy over IT energy [-]")
    load: Share | None = Field(None, description="mean IT power over IT power at full load [-]")
    sources: tuple[SourceId, ...] = ()
    assumed: Title | None = Field(None, description="why this is taken without a source, or what of it is")

    @model_validator(mode="after")
    def _has_an_origin(self) -> Reading:
        if self.role == "basis" and not self.sources and self.assumed is None:
            hint = "a basis is a fact or an assumption of yours: say which"
            context = {
                "got": "neither sources nor assumed",
                "expected": "sources: [id], or assumed: {zh, en}",
                "hint": hint,
            }
            raise PydanticCustomError("rule", "{got}", context)
        return self


class Assume(Spec):
    """Inputs for readings that neither give nor inherit their own, and why."""

    hours: Duration | None = Field(None, gt=0, description="hours in the period [s]")
    pue: Positive | None = Field(None, description="facility energy over IT energy [-]")
    load: Share | None = Field(None, description="mean IT power over IT power at full load [-]")
    rack_power: Power | None = Field(None, gt=0, description="rated IT power of one rack [W]")
    sources: tuple[SourceId, ...] = ()
    why: Title


class Reference(Spec):
    """A measured total the claim should be a part of, or must not exceed by more than a stated factor."""

    title: Title
    energy: Energy = Field(gt=0, description="electricity of one period [J]")
    at_most: Positive = Field(1.0, description="largest ratio of claim to reference that is accepted [-]")
    why: Title | None = Field(None, description="why this limit holds, if the claim is no plain part of the reference")
    source: SourceId


class Envelope(Spec):
    """The lowest and highest efficiency measured or rated on one basis, at the time of the claim."""

    title: Title
    precision: Precision
    measure: Measure
    low: Efficiency = Field(description="least efficient machine of the envelope [FLOP/s/W]")
    high: Efficiency = Field(description="most efficient machine of the envelope [FLOP/s/W]")
    from_year: int = Field(1990, description="first year it describes")
    to_year: int = Field(2100, description="last year it describes")
    sources: tuple[SourceId, ...] = Field(min_length=1)
    assumed: Title | None = Field(None, description="what of it has no source")

    @model_validator(mode="after")
    def _low_below_high(self) -> Envelope:
        if self.low > self.high:
            got = f"low {self.low / 1e9:g} GFLOPS/W above high {self.high / 1e9:g} GFLOPS/W"
            raise PydanticCustomError("rule", "{got}", {"got": got, "expected": "low <= high [FLOPS/W]", "hint": ""})
        return self


class RackRange(Spec):
    """The lowest and highest rated power of one rack that is built."""

    low: Power = Field(gt=0, description="[W]")
    high: Power = Field(gt=0, description="[W]")
    sources: tuple[SourceId, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _low_below_high(self) -> RackRange:
        if self.low > self.high:
            got = f"low {self.low / 1e3:g} kW above high {self.high / 1e3:g} kW"
            raise PydanticCustomError("rule", "{got}", {"got": got, "expected": "low <= high [W]", "hint": ""})
        return self


class Part(Spec):
    """One of several figures that the publication adds up, or puts side by side as if they could be."""

    title: Title
    compute: Compute = Field(gt=0, description="computing power [FLOP/s]")
    precision: Precision | None = Field(None, description="precision it is stated in, or is usual for its kind")
    assumed: Title | None = Field(None, description="why this precision, if the publication does not say")


class Rival(Spec):
    """The same quantity from another source, in exactly one of the units of `stated`."""

    title: Title
    compute: Compute | None = Field(None, gt=0, description="computing power [FLOP/s]")
    energy: Energy | None = Field(None, gt=0, description="electricity of the same period [J]")
    efficiency: Efficiency | None = Field(None, description="computing power per IT watt [FLOP/s/W]")
    precision: Precision | None = Field(None, description="precision of a computing power; leave out if not said")
    why: Title | None = Field(None, description="what explains the difference, and whether that is an inference")
    source: SourceId

    @model_validator(mode="after")
    def _states_one_quantity(self) -> Rival:
        given = [name for name in RIVAL_QUANTITIES if getattr(self, name) is not None]
        if len(given) != 1:
            context = {
                "got": f"{len(given)} quantities" if given else "no quantity",
                "expected": f"exactly one of {', '.join(RIVAL_QUANTITIES)}",
                "hint": "a second quantity is a second rival",
            }
            raise PydanticCustomError("rule", "{got}", context)
        return self

    @property
    def quantity(self) -> str:
        """Name of the quantity it states."""
        return next(name for name in RIVAL_QUANTITIES if getattr(self, name) is not None)


class Total(Spec):
    """A computing power the claim is a part of, and the share the publication gives."""

    title: Title
    compute: Compute = Field(gt=0, description="computing power [FLOP/s]")
    precision: Precision | None = Field(None, description="precision of the total; leave out if not said")
    share: Share | None = Field(None, gt=0, description="share of the total, as the publication prints it [-]")
    source: SourceId


class Claim(Spec):
    """One published claim and everything it is held against."""

    title: Title
    statement: Title = Field(description="the claim in one sentence, as published")
    boundary: Title = Field(description="what the figure covers: place, period, which machines")
    year: int = Field(ge=1990, le=2100, description="year the claim speaks of")
    source: SourceId
    stated: Stated
    tolerance: Share = Field(0.005, description="relative difference up to which a figure counts as reproduced [-]")
    hours_in_period: Duration = Field(
        8760 * 3600.0, gt=0, description="no claim can use more hours than the period has [s]"
    )
    glosses: dict[Name, Gloss] = Field(default_factory=dict)
    readings: dict[Name, Reading] = Field(default_factory=dict)
    assume: Assume | None = None
    references: dict[Name, Reference] = Field(default_factory=dict)
    envelopes: dict[Name, Envelope] = Field(default_factory=dict)
    rack_range: RackRange | None = None
    parts: dict[Name, Part] = Field(default_factory=dict)
    rivals: dict[Name, Rival] = Field(default_factory=dict)
    totals: dict[Name, Total] = Field(default_factory=dict)
    notes: tuple[Title, ...] = Field((), description="what else a reader of the audit should know")


class ClaimsFile(Spec):
    """Claims, the sources they and their yardsticks come from, and yardsticks that all claims share."""

    sources: dict[SourceId, Source]
    envelopes: dict[Name, Envelope] = Field(
        default_factory=dict, description="for every claim whose year they describe, beside its own"
    )
    rack_range: RackRange | None = Field(None, description="for every claim that has none of its own")
    claims: dict[Name, Claim] = Field(min_length=1)

    def complete(self, name: str) -> Claim:
        """Return a claim with the yardsticks it shares with the others."""
        claim = self.claims[name]
        shared = {key: e for key, e in self.envelopes.items() if e.from_year <= claim.year <= e.to_year}
        return claim.model_copy(
            update={"envelopes": shared | claim.envelopes, "rack_range": claim.rack_range or self.rack_range}
        )
