"""What must hold across the fields of a compliance rule."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.scenario.parts import Finding, Parts


def rules_are_sound(parts: Parts) -> Iterator[Finding]:
    """A rule ends after it begins, and the limit of a share is a fraction."""
    for name, rule in parts.rules.items():
        if rule.until is not None and rule.until <= rule.since:
            got = f"{rule.until.isoformat()}, not after {rule.since.isoformat()}"
            yield Finding(("rules", name, "until"), got, "an instant after `since`")
        share = rule.metric.endswith("_share") or rule.metric.startswith(("clean.", "service.utilization"))
        if share and not 0.0 <= rule.limit <= 1.0:
            hint = f"write {rule.limit / 100:g} for {rule.limit:g} %" if 1.0 < rule.limit <= 100.0 else ""
            yield Finding(("rules", name, "limit"), f"{rule.limit:g}", "a fraction from 0 to 1 [-]", hint)
        new, old = rule.applies_to.commissioned_from, rule.applies_to.commissioned_before
        if new is not None and old is not None and new >= old:
            got = f"commissioned_from {new.isoformat()} and commissioned_before {old.isoformat()}"
            yield Finding(("rules", name, "applies_to"), got, "commissioned_from before commissioned_before")
