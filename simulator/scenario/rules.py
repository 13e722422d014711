"""
Compliance rules: a limit, who set it and when, and which figure of a run it judges.

A pack is a part of a scenario that holds ``rules:`` and nothing else, such as those of ``scenarios/rules/``; a
scenario takes it in with ``extends:``. The rules travel in the manifest, so a run folder can be judged alone.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simulator.scenario.base import Instant, Name, Spec, Title

Metric = Literal[
    "energy.pue",
    "energy.facility_gwh",
    "energy.peak_facility_mw",
    "energy.peak_import_mw",
    "energy.share_of_province_demand",
    "energy.wue_l_per_kwh",
    "energy.water_m3",
    "clean.cfe_score_hourly",
    "clean.match_monthly",
    "clean.match_annual_without_certificates",
    "clean.match_annual",
    "clean.cover_annual",
    "emissions.location_tco2",
    "emissions.market_tco2",
    "emissions.cue_kg_per_kwh",
    "cost.total_cny",
    "service.utilization",
    "service.wait_p95_s",
    "service.services_unserved_share",
    "racks.equipped_share",
    "latency.to_other_hubs_ms",
    "latency.in_city_ms",
    "latency.to_city_ms",
]
# what the model does not know: a rule on it is kept in sight, as not assessable
NOT_MODELLED = ("latency.in_city_ms", "latency.to_city_ms")


class AppliesTo(Spec):
    """Which hubs a rule is about: those that fit all that is said here."""

    hubs: tuple[Name, ...] = Field(default=(), description="hubs of this scenario; empty = all")
    provinces: tuple[Name, ...] = Field(default=(), description="provinces of this scenario; empty = all")
    commissioned_from: Instant | None = Field(
        default=None, description="hubs with a cluster energised at or after this: new centres"
    )
    commissioned_before: Instant | None = Field(
        default=None, description="hubs with a cluster energised before this: existing centres"
    )
    racks_above: int = Field(default=-1, ge=-1, description="hubs with more racks than this; -1 = all [-]")


class Rule(Spec):
    """A dated requirement, grade or reference value that the report holds the run against."""

    title: Title
    body: Title = Field(description="who issued it")
    document: Title = Field(description="the document it stands in, with its number if it has one")
    since: Instant = Field(description="in force from")
    until: Instant | None = Field(default=None, description="in force until; none = still in force")
    metric: Metric = Field(description="the public figure that is judged, at a hub or of the region")
    comparison: Literal["at_most", "at_least", "below", "above"] = Field(description="how it must lie to the limit")
    limit: float = Field(description="in the unit of the metric; shares are fractions")
    scope: Literal["hub", "region"] = Field("hub", description="each hub by itself, or all hubs together")
    kind: Literal["requirement", "grade", "reference"] = Field(
        "requirement", description="a duty; a grade one may reach; a published value to stand beside"
    )
    period: Literal["any", "year"] = Field(
        "any", description="year: a yearly figure, not assessable on a run of less than 360 days"
    )
    applies_to: AppliesTo = AppliesTo()
    note: Title | None = Field(default=None, description="what a reader should know about it")
