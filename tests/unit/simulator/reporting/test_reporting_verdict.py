"""What a target's rungs say about it."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.reporting.study import RUNGS
from simulator.reporting.verdict import judge


def target(
    increments: list[float | None],
    *,
    rung: str = "nameplate",
    met: bool | None = True,
) -> dict[str, Any]:
    by_rung = dict(zip(RUNGS, increments, strict=True))
    covering = [name for name, value in by_rung.items() if value is not None and value >= 18.0]
    return {
        "id": "zj",
        "rung": rung,
        "met": met,
        "increment_by_rung": by_rung,
        "rungs_covering_gap": covering,
    }


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (target([20, 20, 20, 19, 18, 18]), ("met", "available", "")),
        # allocated and below follow from demand: they do not decide
        (target([20, 20, 19, 9, 5, 2]), ("met", "available", "")),
        (target([20, 17, 16, 12, 6, 2]), ("paper", "nameplate", "energised")),
        (target([20, 19, 17, 12, 6, 2]), ("paper", "energised", "available")),
        (target([20, 19, 17, 12, 6, 2], rung="energised"), ("partly", "energised", "available")),
        (target([20, 19, 18, 18, 6, 2], rung="allocated"), ("met", "allocated", "")),
        (target([12, 12, 12, 9, 5, 2], met=False), ("missed", "", "")),
        (target([12, 12, None, None, None, None], met=False), ("missed_plan", "", "")),
        (target([20, 20, None, None, None, None]), ("plan", "energised", "")),
        (target([20, 20, None, None, None, None], rung="effective", met=None), ("unknown", "", "")),
    ],
)
def test_verdict_by_the_rungs_that_cover_the_gap(given: dict[str, Any], expected: tuple[str, str, str]) -> None:
    verdict = judge(given)
    assert (verdict.status, verdict.holds_at, verdict.fails_at) == expected
