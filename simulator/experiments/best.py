"""The best points of a sweep so far."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from simulator.experiments.curves import THROUGHPUT, main_precision
from simulator.experiments.table import flat

BEST = (
    ("most EFLOPS", "", "EFLOPS"),
    ("least carbon", "emissions.location_tco2", "t"),
    ("least cost", "cost.total_cny", "CNY"),
)


def best_points(done: Sequence[tuple[str, Mapping[str, Any]]]) -> list[tuple[str, str, str]]:
    """
    Return what is best of some finished runs: means over the seeds.

    Parameters
    ----------
    done : sequence of (str, mapping)
        Point and summary of each. It is asked again and again while runs are made, so only what is shown is looked up.

    Returns
    -------
    list of (str, str, str)
        What, point, value with unit.
    """
    if not done:
        return []
    throughput = THROUGHPUT.format(precision=main_precision(dict(flat(done[0][1]))))
    found = []
    for what, key, unit in BEST:
        values: dict[str, list[float]] = {}
        for point, summary in done:
            value = _figure(summary, (key or throughput).split("."))
            if value is not None:
                values.setdefault(point, []).append(float(value))
        if values:
            means = {point: math.fsum(numbers) / len(numbers) for point, numbers in values.items()}
            point = (max if what.startswith("most") else min)(means, key=lambda name: means[name])
            found.append((what, point, f"{means[point]:,.4g} {unit}"))
    return found


def _figure(summary: Mapping[str, Any], steps: Sequence[str]) -> Any:
    found: Any = summary
    for step in steps:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found
