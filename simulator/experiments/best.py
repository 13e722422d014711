"""The best points of a sweep so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.experiments.curves import THROUGHPUT, main_precision
from simulator.experiments.stats import estimate

BEST = (
    ("most EFLOPS", "", "EFLOPS"),
    ("least carbon", "emissions.location_tco2", "t"),
    ("least cost", "cost.total_cny", "CNY"),
)


def best_points(done: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """Return what is best of some finished runs, as (what, point, value): means over the seeds."""
    if not done:
        return []
    found = []
    for what, key, unit in BEST:
        key = key or THROUGHPUT.format(precision=main_precision(done[0]))
        values: dict[str, list[float]] = {}
        for row in done:
            if row.get(key) is not None:
                values.setdefault(str(row["point"]), []).append(float(row[key]))
        if values:
            means = {point: estimate(numbers).mean for point, numbers in values.items()}
            point = (max if what.startswith("most") else min)(means, key=lambda name: means[name])
            found.append((what, point, f"{means[point]:,.4g} {unit}"))
    return found
