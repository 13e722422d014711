"""Rules of what limits a hub: its connection, the limits that come and go."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.scenario.limits import Limit
from simulator.scenario.parts import Finding, Parts


def can_import(parts: Parts) -> Iterator[Finding]:
    """A hub can import power, over a contract's limit or transformers."""
    for name, hub in parts.hubs.items():
        connection, steps = hub.connection, ("hubs", name, "connection")
        if connection.import_limit is None and connection.transformers is None:
            yield Finding((*steps, "import_limit"), "nothing", "import_limit or transformers")
        elif connection.import_limit is not None and connection.import_limit <= 0:
            hint = "a hub without a grid connection is not modelled"
            yield Finding((*steps, "import_limit"), "0 W", "a power > 0 [W]", hint)
        elif connection.limit_w <= 0:
            hint = "with n_minus_1 one of them is not relied on: two, or n_minus_1: false"
            yield Finding((*steps, "transformers", "count"), "transformers that carry 0 W", "a power > 0 [W]", hint)


def limits_make_sense(parts: Parts) -> Iterator[Finding]:
    """A limit limits something for some time; only phases are for ever."""
    for name, hub in parts.hubs.items():
        for index, limit in enumerate(hub.limits):
            for field, got, expected in _faults(limit):
                yield Finding(("hubs", name, "limits", index, field), got, expected)


def _faults(limit: Limit) -> Iterator[tuple[str, str, str]]:
    if limit.kind == "phase":
        if limit.until is not None:
            yield "until", limit.until.isoformat(), "nothing: a phase holds until the next"
        if limit.import_limit is None:
            yield "import_limit", "nothing", "the import limit from then on [W]"
        if limit.facility_limit is not None:
            yield "facility_limit", f"{limit.facility_limit:g} W", "nothing: a phase is a step of the import limit"
    elif limit.until is None or limit.until <= limit.since:
        got = "nothing" if limit.until is None else limit.until.isoformat()
        yield "until", got, f"an instant after since, {limit.since.isoformat()}"
    if limit.kind == "demand_response" and limit.import_limit is None and limit.facility_limit is None:
        yield "import_limit", "nothing", "import_limit or facility_limit [W]"
