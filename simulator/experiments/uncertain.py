"""Uncertain inputs: the numbers of a scenario that declare a low and a high, and scenarios with some of them moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.experiments.attribution import changed
from simulator.experiments.inputs import Difference, leaf
from simulator.scenario import format_quantity, parse_quantity, stream

if TYPE_CHECKING:
    from simulator.scenario import Loaded


@dataclass(frozen=True)
class Uncertain:
    """
    One uncertain input.

    Parameters
    ----------
    path : str
    low, high : float
        Declared range, in `unit`.
    unit : str
        Canonical unit, "" for none.
    whole : bool
        Takes whole numbers only.
    """

    path: str
    low: float
    high: float
    unit: str = ""
    whole: bool = False

    def at(self, share: float) -> float | int:
        """Return the value at a share of the range, 0 for low and 1 for high."""
        value = self.low + share * (self.high - self.low)
        return round(value) if self.whole else value

    def written(self, value: float) -> str:
        """Write a value with its unit, in four digits."""
        short = float(f"{value:.4g}")
        return f"{short:g}" if not self.unit or self.unit == "-" else format_quantity(short, self.unit)


def uncertain_inputs(scenarios: Iterable[Loaded]) -> list[Uncertain]:
    """
    Return the inputs that declare a range and that a scenario uses, each once, by path.

    Ranges of devices, provinces and tariffs that nothing stands on are passed over.
    """
    found: dict[str, Uncertain] = {}
    for loaded in scenarios:
        for path, origin in loaded.provenance.items():
            if origin.low is None or origin.high is None or not _is_used(loaded, path):
                continue
            made = _read(loaded, path, origin.low, origin.high)
            if made is not None:
                found.setdefault(path, made)
    return [found[path] for path in sorted(found)]


def _is_used(loaded: Loaded, path: str) -> bool:
    scenario, steps = loaded.scenario, path.split(".")
    used = {
        "devices": {cluster.device for cluster in scenario.clusters.values()},
        "provinces": {hub.province for hub in scenario.hubs.values()},
        "tariffs": {hub.tariff for hub in scenario.hubs.values()},
    }
    return steps[0] not in used or steps[1] in used[steps[0]]


def _read(loaded: Loaded, path: str, low: Any, high: Any) -> Uncertain | None:
    value, unit = leaf(loaded.scenario, path)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        ends = [parse_quantity(end, unit) if isinstance(end, str) else float(end) for end in (low, high)]
    except ValueError:  # a remark such as "about half", which no reader of ranges can use
        return None
    return Uncertain(path, ends[0], ends[1], unit, isinstance(value, int)) if ends[0] < ends[1] else None


def sampled(inputs: list[Uncertain], count: int, seed: int) -> np.ndarray:
    """
    Draw shares of the ranges, a Latin hypercube: each input takes every one of `count` equal parts of its range once.

    Returns
    -------
    ndarray, shape (count, inputs)
        From 0 (low) to 1 (high), uniform and independent.
    """
    chance = stream(seed, "robust")
    places = np.stack([chance.permutation(count) for _ in inputs], axis=1)
    return (places + chance.random(places.shape)) / count


def moved(loaded: Loaded, values: Mapping[str, float]) -> Loaded | None:
    """Return a scenario with inputs set, those it has; None if that breaks a rule of scenarios."""
    changes = []
    for path, value in values.items():
        old, unit = leaf(loaded.scenario, path)
        if old is not None:
            changes.append(Difference(path, "", "", unit, old, value))
    return changed(loaded, changes)
