"""Two results of the bench beside each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

# Of these less is better; of all others more, or neither.
COSTS = ("seconds", "peak_gib")


def load(path: Path) -> dict[str, Any]:
    """Return the figures of each case in a file of ``bench/out``."""
    return dict(json.loads(path.read_text())["results"])


def lines(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return a line for each figure of speed or memory that both have: how many times as good it is now."""
    out = []
    for name, figures in after.items():
        for figure, now in figures.items():
            then = before.get(name, {}).get(figure)
            if not isinstance(now, float) or not isinstance(then, float) or now <= 0.0 or then <= 0.0:
                continue
            cost = figure.endswith(COSTS)
            if cost or figure.endswith("jobs_per_s"):
                ratio = then / now if cost else now / then
                out.append(f"{name:16} {figure:28} {then:>14,.3f} {now:>14,.3f}   {ratio:5.2f}")
    return out
