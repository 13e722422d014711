"""Judges a run by the rules of its scenario: pure, from the summary, the manifest and the resolved scenario."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.reporting.formats import Number
from simulator.reporting.study import FULL_YEAR_DAYS
from simulator.reporting.units import unit_of
from simulator.scenario import NOT_MODELLED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simulator.reporting.study import Study

HOLDS: dict[str, Callable[[float, float], bool]] = {
    "at_most": lambda value, limit: value <= limit,
    "at_least": lambda value, limit: value >= limit,
    "below": lambda value, limit: value < limit,
    "above": lambda value, limit: value > limit,
}


@dataclass(frozen=True)
class Judgement:
    """
    What one rule says of one place.

    Parameters
    ----------
    rule : str
        Its id.
    place : str
        A hub; "" for the region.
    status : {"pass", "fail", "unknown"}
        Unknown is not assessable.
    value : Number
        The figure that was judged, with its origin.
    limit : Number
        What it was held against.
    reason : str
        Why it is not assessable: ``not_modelled``, ``not_in_force``, ``short`` or ``no_number``.
    """

    rule: str
    place: str
    status: str
    value: Number
    limit: Number
    reason: str = ""


def judge_rules(study: Study) -> list[Judgement]:
    """
    Judge every rule at every place it applies to, in the order of the scenario.

    A rule that applies to no hub of the scenario has no judgement; `idle_rules` names it.
    """
    return [
        _judged(study, name, rule, place)
        for name, rule in study.scenario.rules.items()
        for place in _places(study, rule)
    ]


def idle_rules(study: Study) -> list[str]:
    """Return the rules that apply to no hub of the scenario."""
    return [name for name, rule in study.scenario.rules.items() if not _places(study, rule)]


def rule_numbers(study: Study) -> Iterator[tuple[str, Number]]:
    """Yield the figures of the judgements for the report, and how many there are of each outcome."""
    judged = judge_rules(study)
    for item in judged:
        yield f"rules.{item.rule}.limit", item.limit
        yield f"rules.{item.rule}.value.{item.place or 'all'}", item.value
    if judged:
        duties = [item for item in judged if study.scenario.rules[item.rule].kind == "requirement"]
        origin = tuple(f"scenario:rules.{name}" for name in study.scenario.rules)
        for status in ("pass", "fail", "unknown"):
            yield f"rules.count.{status}", Number(sum(d.status == status for d in duties), "count", origin)


def _judged(study: Study, name: str, rule: Any, place: str) -> Judgement:
    value = _value(study, rule.metric, place)
    limit = Number(rule.limit, unit_of(rule.metric), (f"scenario:rules.{name}.limit",))
    reason = _unknown(study, rule, value)
    if reason:
        return Judgement(name, place, "unknown", value, limit, reason)
    holds = HOLDS[rule.comparison](value.value or 0.0, rule.limit)
    return Judgement(name, place, "pass" if holds else "fail", value, limit)


def _unknown(study: Study, rule: Any, value: Number) -> str:
    """Return why a rule cannot be judged on this run, or ""."""
    if rule.metric in NOT_MODELLED:
        return "not_modelled"
    if rule.since >= study.end or (rule.until is not None and rule.until <= study.start):
        return "not_in_force"
    if rule.period == "year" and study.days < FULL_YEAR_DAYS:
        return "short"
    return "" if value.known else "no_number"


def _places(study: Study, rule: Any) -> list[str]:
    hubs = [name for name in study.scenario.hubs if _applies(study, rule.applies_to, name)]
    return hubs if rule.scope == "hub" else [""] * bool(hubs)


def _applies(study: Study, scope: Any, name: str) -> bool:
    clusters = _clusters(study, name)
    started = [cluster.commissioned for cluster in clusters]
    return (
        (not scope.hubs or name in scope.hubs)
        and (not scope.provinces or study.scenario.hubs[name].province in scope.provinces)
        and (scope.commissioned_from is None or any(s is not None and s >= scope.commissioned_from for s in started))
        and (scope.commissioned_before is None or any(s is None or s < scope.commissioned_before for s in started))
        and sum(cluster.racks for cluster in clusters) > scope.racks_above
    )


def _clusters(study: Study, hub: str) -> list[Any]:
    """Return the clusters of a hub ("" = all) that are energised by the end of the run."""
    end: datetime = study.end
    return [
        cluster
        for cluster in study.scenario.clusters.values()
        if hub in ("", cluster.hub) and (cluster.commissioned is None or cluster.commissioned < end)
    ]


def _value(study: Study, metric: str, place: str) -> Number:
    """Find a metric: of the summary, or worked out from the plan (racks) or the manifest (latency)."""
    if metric in NOT_MODELLED:
        return Number(None, unit_of(metric), (f"scenario:rules.{metric}",))
    if metric == "racks.equipped_share":
        return _equipped(study, place)
    if metric.startswith("latency."):
        return _latency(study, place)
    path = f"hubs.{place}.{metric}" if place else metric
    node: Any = study.summary
    for step in path.split("."):
        node = node.get(step) if isinstance(node, dict) else None
    return Number(None if node is None else float(node), unit_of(metric), (f"summary:{path}",))


def _equipped(study: Study, place: str) -> Number:
    """Racks that the servers need over the racks built: as many servers a rack as its rated power carries."""
    needed = built = 0
    for cluster in _clusters(study, place):
        fit = int(cluster.rack_power // study.scenario.devices[cluster.device].server_max)
        if not cluster.racks or not fit:
            return Number(None, "share", ("scenario:clusters",))
        needed += min(cluster.racks, math.ceil(cluster.servers / fit))
        built += cluster.racks
    return Number(needed / built if built else None, "share", ("scenario:clusters",))


def _latency(study: Study, place: str) -> Number:
    """Return the longest round trip from a hub (or between any two) to another, as the manifest states it. [ms]"""
    trips: dict[str, dict[str, float]] = study.manifest.get("round_trip_ms", {})
    found = [
        float(ms)
        for here, others in trips.items()
        for there, ms in others.items()
        if here != there and place in ("", here)
    ]
    return Number(max(found) if found else None, "ms", ("manifest:round_trip_ms",))
