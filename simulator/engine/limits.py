"""
The power limits of the hubs over time: connection, phases, outages, calls to draw less.

Between two changes all limits are constant. A change within a meter interval is put in force at its true instant; the
interval is settled under the time-weighted mean of its import and export limits, as mean powers ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from simulator.scheduling import CAUSE_NAMES

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.scenario import Hub, Limit, Scenario

POWER, FACILITY, PHASE = (CAUSE_NAMES.index(name) for name in ("power", "facility_limit", "phase"))
RULE_DTYPE = np.dtype(
    [
        ("import_w", "f8"),
        ("export_w", "f8"),
        ("facility_w", "f8"),
        ("import_cause", "i8"),
        ("facility_cause", "i8"),
        ("notice_s", "f8"),  # of a limit that begins with this stretch of time, 0 if none does
    ]
)


@dataclass(frozen=True)
class Limits:
    """
    What holds when.

    Attributes
    ----------
    since_s : ndarray, shape (changes,)
        From when each row of `rules` holds; the first is -inf. [s]
    rules : ndarray of RULE_DTYPE, shape (changes, hubs)
        Of the sample, that is divided by ``fleet_sample``.
    """

    since_s: np.ndarray
    rules: np.ndarray

    def at(self, now_s: float) -> np.ndarray:
        """Return the rules in force at an instant, shape (hubs,); `notice_s` is 0 but at the instant of a change."""
        place = int(np.searchsorted(self.since_s, now_s, side="right")) - 1
        rules: np.ndarray = self.rules[place].copy()
        if self.since_s[place] != now_s:
            rules["notice_s"] = 0.0
        return rules

    def mean(self, column: str, begin_s: float, end_s: float) -> np.ndarray:
        """Return the time-weighted mean of a limit over a stretch of time, shape (hubs,). [W]"""
        first = int(np.searchsorted(self.since_s, begin_s, side="right")) - 1
        last = int(np.searchsorted(self.since_s, end_s, side="left"))
        if last - first == 1:
            return self.rules[column][first]
        edges = np.concatenate([[begin_s], self.since_s[first + 1 : last], [end_s]])
        mean: np.ndarray = (np.diff(edges)[:, None] * self.rules[column][first:last]).sum(axis=0) / (end_s - begin_s)
        return mean


def make_limits(scenario: Scenario, hubs: tuple[str, ...], sample: int) -> Limits:
    """
    Lay out the limits of all hubs.

    Parameters
    ----------
    scenario : Scenario
    hubs : tuple of str
        In the order of the region.
    sample : int
        K of ``fleet_sample``.

    Returns
    -------
    Limits
    """
    start = scenario.simulation.start
    specs = [scenario.hubs[name] for name in hubs]
    instants = {_seconds(start, when) for hub in specs for limit in hub.limits for when in _edges(limit)}
    since_s = np.array([-np.inf, *sorted(instants)])
    rules = np.zeros((len(since_s), len(hubs)), dtype=RULE_DTYPE)
    for row, since in enumerate(since_s):
        for place, hub in enumerate(specs):
            rules[row, place] = _rule(hub, start, float(since))
    for column in ("import_w", "export_w", "facility_w"):
        rules[column] /= sample
    return Limits(since_s, rules)


def _edges(limit: Limit) -> list[datetime]:
    return [limit.since] if limit.until is None else [limit.since, limit.until]


def _seconds(start: datetime, when: datetime) -> float:
    return (when - start) / timedelta(seconds=1)


def _rule(hub: Hub, start: datetime, now_s: float) -> tuple[float, ...]:
    """Return one RULE_DTYPE: the standing limits, then the latest phase, then what lowers them now."""
    connection = hub.connection
    import_w, import_cause, notices = connection.limit_w, POWER, []
    facility_w = np.inf if connection.facility_limit is None else connection.facility_limit
    facility_cause, export_w = FACILITY, connection.export_limit
    for limit in sorted(hub.limits, key=lambda one: (one.kind != "phase", one.since)):
        since_s = _seconds(start, limit.since)
        until_s = np.inf if limit.until is None else _seconds(start, limit.until)
        if not since_s <= now_s < until_s:
            continue
        cause = CAUSE_NAMES.index(limit.kind)
        notices += [limit.notice] if since_s == now_s else []
        if limit.kind == "phase":
            import_w, import_cause = limit.import_limit or 0.0, cause
            continue
        called_w = _called_w(limit)
        export_w = 0.0 if limit.kind == "outage" else export_w
        if called_w < import_w:
            import_w, import_cause = called_w, cause
        if limit.facility_limit is not None and limit.facility_limit < facility_w:
            facility_w, facility_cause = limit.facility_limit, cause
    return import_w, export_w, facility_w, import_cause, facility_cause, min(notices, default=0.0)


def _called_w(limit: Limit) -> float:
    if limit.import_limit is not None:
        return limit.import_limit
    return 0.0 if limit.kind == "outage" else np.inf
