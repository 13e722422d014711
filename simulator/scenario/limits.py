"""Limits that come and go: dated steps of the grid connection, outages, demand response, a least clean share."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simulator.scenario.base import Instant, Spec
from simulator.scenario.quantities import ApparentPower, Duration, Power, Share


class Transformers(Spec):
    """The transformers behind a connection; what they carry is a limit of its own."""

    count: int = Field(gt=0, description="equal transformers in parallel [-]")
    rating: ApparentPower = Field(gt=0, description="apparent power of one [VA]")
    power_factor: Share = Field(0.95, gt=0, description="of the metered import [-]")
    n_minus_1: bool = Field(True, description="one may be out: only count - 1 are relied on")

    @property
    def firm_w(self) -> float:
        """Real power that may be drawn with one transformer out, or with all if that need not be covered. [W]"""
        return (self.count - int(self.n_minus_1)) * self.rating * self.power_factor


class Limit(Spec):
    """
    One change of a hub's power limits, for some time.

    A phase replaces the standing import limit from its date on (the latest phase that has begun holds). An outage or
    a call lowers what holds then; of several, each limit is the least.
    """

    kind: Literal["phase", "outage", "demand_response"] = Field(
        description="dated step of the connection, loss of the grid, or call to draw less"
    )
    since: Instant = Field(description="from when it holds, ISO 8601 with zone")
    until: Instant | None = Field(None, description="until when; a phase has none [instant]")
    import_limit: Power | None = Field(None, description="metered import while it holds; outage: 0 W if not given [W]")
    facility_limit: Power | None = Field(None, description="facility power while it holds, whatever feeds the site [W]")
    notice: Duration = Field(
        0.0,
        description="how long before it is told; jobs whose checkpoint_cost is no more lose no work when it begins [s]",
    )


class GreenShare(Spec):
    """A least share of clean energy, kept by holding work back."""

    min: Share = Field(gt=0, description="least matched energy over facility energy [-]")
    matching: Literal["hourly", "monthly", "annual"] = Field(description="block in which load is matched")
    scope: Literal["hub", "region"] = Field("hub", description="each hub on its own, or all hubs together")
