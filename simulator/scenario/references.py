"""Names that must exist elsewhere and shares that sum to 1: one table each, read from the tree as written."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.scenario.parts import Finding, Parts
from simulator.scenario.problems import Steps, near, one_of
from simulator.scenario.shape import shape_of
from simulator.scenario.source import Node
from simulator.scenario.spec import Scenario

KEYS = "{keys}"  # in a pattern: the keys of the mapping are the names
# where a name is used -> section that must have it, and what a message calls it
REFERENCES: dict[str, tuple[str, str]] = {
    "hubs.*.province": ("provinces", "province"),
    "hubs.*.tariff": ("tariffs", "tariff"),
    "hubs.*.contracts.*.province": ("provinces", "province"),
    "hubs.*.direct_green.province": ("provinces", "province"),
    "hubs.*.direct_green.rules": ("direct_green_rules", "set of rules"),
    "interties.*.sender": ("provinces", "province"),
    "interties.*.receiver": ("provinces", "province"),
    "clusters.*.hub": ("hubs", "hub"),
    "clusters.*.device": ("devices", "device"),
    "clusters.*.counts_for.*": ("targets", "target"),
    "targets.*.shares.{keys}": ("clusters", "cluster"),
    "job_classes.*.residency.*": ("provinces", "province"),
    "workload.reference_device": ("devices", "device"),
    "workload.jobs.*.mix.{keys}": ("job_classes", "job class"),
    "workload.jobs.*.origins.{keys}": ("hubs", "hub"),
    "workload.jobs.*.job_class": ("job_classes", "job class"),
    "workload.jobs.*.class_by_queue.*": ("job_classes", "job class"),
    "workload.services.*.hub": ("hubs", "hub"),
    "workload.services.*.job_class": ("job_classes", "job class"),
    "data_network.*.between.*": ("hubs", "hub"),
    "rules.*.applies_to.hubs.*": ("hubs", "hub"),
    "rules.*.applies_to.provinces.*": ("provinces", "province"),
}
# mappings whose values sum to 1, and the field of each value that counts ("" for the value itself)
SUMS = {"workload.jobs.*.mix": "device_hours_share", "workload.jobs.*.origins": ""}
REQUIRED = {name for name, field in shape_of(Scenario).fields.items() if field.required}
SUM_TOLERANCE = 1e-9  # rounding of decimal fractions; a forgotten share is far larger


def unknown_names(parts: Parts) -> Iterator[Finding]:
    """A name that is used must be defined."""
    for pattern, (section, kind) in REFERENCES.items():
        if not parts.names(section) and section in REQUIRED:
            continue  # that the whole section is missing is told already
        known = parts.names(section)
        for steps, name in _matches(parts.root, pattern):
            if name not in known:
                hint = near(name, known) or (f"define it under `{section}:` or extend a file that does")
                yield Finding(steps, f"the {kind} {name!r}", one_of(known), hint)


def shares_sum_to_one(parts: Parts) -> Iterator[Finding]:
    """Shares of a whole sum to 1."""
    for pattern, field in SUMS.items():
        for steps, node in _walk(parts.root, tuple(pattern.split(".")), ()):
            values = (
                [_number(share, field) for share in node.value.values()] if isinstance(node.value, dict) else [None]
            )
            numbers = [value for value in values if value is not None]
            if len(numbers) < len(values):
                continue  # that fault is told where it is
            if abs(sum(numbers) - 1.0) > SUM_TOLERANCE:
                total = f"{sum(numbers):.12g}"
                what = f"{field or 'share'}s that sum to {total}"
                yield Finding(steps, what, "a sum of 1 [-]", "" if numbers else "name at least one")


def _number(node: Node, field: str) -> float | None:
    if field:
        inner = node.value.get(field) if isinstance(node.value, dict) else None
        return _number(inner, "") if inner is not None else None
    is_number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
    return float(node.value) if is_number and abs(node.value) < 1e300 else None


def _matches(root: Node, pattern: str) -> Iterator[tuple[Steps, str]]:
    for steps, node in _walk(root, tuple(pattern.split(".")), ()):
        if isinstance(node.value, str):
            yield steps, node.value
        elif isinstance(node.value, dict) and pattern.endswith(KEYS):
            yield from (((*steps, key), key) for key in node.value)


def _walk(node: Node, pattern: tuple[str, ...], steps: Steps) -> Iterator[tuple[Steps, Node]]:
    if not pattern or pattern[0] == KEYS:
        yield steps, node
    elif isinstance(node.value, dict):
        for key, child in node.value.items():
            if pattern[0] in ("*", key):
                yield from _walk(child, pattern[1:], (*steps, key))
    elif isinstance(node.value, tuple) and pattern[0] == "*":
        for index, child in enumerate(node.value):
            yield from _walk(child, pattern[1:], (*steps, index))
