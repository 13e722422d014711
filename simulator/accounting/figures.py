"""Small helpers all groups of the summary share: plain numbers, and undefined ones with their reason."""

from __future__ import annotations

from typing import Any

Group = dict[str, Any]


def put_ratio(group: Group, key: str, numerator: float, denominator: float, reason: str) -> None:
    """
    Put a ratio into a group of the summary.

    JSON knows no NaN: where the denominator is 0 the value is None and ``<key>_reason`` says why.
    """
    if denominator > 0.0:
        group[key] = float(numerator / denominator)
    else:
        put_undefined(group, key, reason)


def put_undefined(group: Group, key: str, reason: str) -> None:
    """Put None and the reason why there is no number."""
    group[key] = None
    group[f"{key}_reason"] = reason
