"""
Key figures of two runs, frozen. ``python -m tests.regression.kpis`` writes them anew; say why in why.md.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.pipeline import SCENARIOS, run

HERE = Path(__file__).resolve().parent
RUNS: dict[str, dict[str, Any]] = {
    "minimal": {"path": SCENARIOS / "minimal.yaml"},
    "yrd_2025_week": {"path": SCENARIOS / "yrd_2025.yaml", "horizon": "7 d"},
}
GROUPS = ("energy", "clean", "emissions", "cost", "service", "capacity")


def kpis(name: str) -> dict[str, float]:
    """Return the numbers of the summary's groups, and of the targets, by dotted path."""
    options = dict(RUNS[name])
    summary = run(options.pop("path"), **options).summary
    chosen = {group: summary[group] for group in GROUPS} | {"targets": summary["targets"]}
    return dict(sorted(_numbers(chosen, "")))


def _numbers(value: Any, where: str) -> Iterator[tuple[str, float]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _numbers(item, f"{where}.{key}" if where else str(key))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _numbers(item, f"{where}[{i}]")
    elif isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        yield where, value


def frozen(name: str) -> dict[str, float]:
    """Return the numbers as they were written down."""
    return dict(json.loads((HERE / f"{name}.json").read_text(encoding="utf-8")))


def write() -> None:
    """Write all files anew."""
    for name in RUNS:
        text = json.dumps(kpis(name), indent=0, ensure_ascii=False)
        (HERE / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
