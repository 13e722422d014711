"""How close each hub came to its connection limit, found from the meter intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.reporting.formats import Number
from simulator.reporting.study import METER_S, hub_steps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.reporting.study import Study

COLUMNS = ("time_s", "grid_import_w", "contract_delivered_w", "power_refusals", "speed")
AT_LIMIT = 0.999  # import this close to the limit is at it: control leaves a sliver
ORIGIN = "table:steps.grid_import_w"


def connections(study: Study) -> Iterable[tuple[str, Number]]:
    """
    Yield by hub the highest import [MW], its limit [MW] and the time at the limit [h].

    An interval is at the limit when the import comes within a thousandth of it, or when jobs were refused or
    slowed for want of power. Together the hubs have a highest import of their own (their peaks need not
    coincide) but no common limit.
    """
    total: np.ndarray | float = 0.0
    last: tuple[float | None, float | None] = (None, None)
    for hub, steps in hub_steps(study, COLUMNS).items():
        import_w = (steps["grid_import_w"] + steps["contract_delivered_w"]) * study.sample
        limit_w = study.scenario.hubs[hub].connection.limit_w
        short = (steps["power_refusals"] > 0) | (steps["speed"] < 1.0)
        hours = float(np.sum(short | (import_w >= AT_LIMIT * limit_w))) * METER_S / 3600.0
        total = total + import_w
        yield from _numbers(f"hubs.{hub}.", import_w, limit_w, hours, f"scenario:hubs.{hub}.connection.import_limit")
        last = (limit_w, hours)
    own = last if len(study.scenario.hubs) == 1 else (None, None)
    yield from _numbers("", np.asarray(total), *own, "scenario:hubs")


def _numbers(
    place: str, import_w: np.ndarray, limit_w: float | None, hours: float | None, origin: str
) -> Iterable[tuple[str, Number]]:
    limit_mw = None if limit_w is None else limit_w / 1e6
    yield f"{place}connection.peak_import_mw", Number(float(import_w.max(initial=0.0)) / 1e6, "MW", (ORIGIN,))
    yield f"{place}connection.import_limit_mw", Number(limit_mw, "MW", (origin,))
    yield f"{place}connection.hours_at_limit", Number(hours, "hours", ("table:steps.power_refusals", ORIGIN))
