"""Runs of the same scenario with other seeds that lie beside a run folder: how much chance there is in its numbers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.reporting.formats import Number
from simulator.reporting.units import unit_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST = 64  # siblings looked at; a folder with more of them is a sweep, not replications
FIGURES = (
    "energy.facility_gwh",
    "energy.peak_facility_mw",
    "energy.pue",
    "clean.cfe_score_hourly",
    "clean.match_annual",
    "emissions.location_tco2",
    "cost.total_cny",
    "service.utilization",
    "service.wait_mean_s",
    "service.wait_p95_s",
)


@dataclass(frozen=True)
class Replications:
    """Summaries of one scenario by seed, the run itself among them."""

    summaries: dict[int, dict[str, Any]]

    def numbers(self) -> Iterator[tuple[str, Number]]:
        """Yield how many there are and, for each figure, the mean, the lowest and the highest."""
        count = len(self.summaries)
        if count < 2:
            return
        seeds = tuple(f"replication:{seed}" for seed in sorted(self.summaries))
        yield "replications.count", Number(count, "count", seeds)
        for key in FIGURES:
            group, field = key.split(".")
            found = [(summary.get(group) or {}).get(field) for summary in self.summaries.values()]
            values = [float(value) for value in found if value is not None]
            if len(values) == count:
                sides = {"mean": sum(values) / count, "lowest": min(values), "highest": max(values)}
                for side, value in sides.items():
                    yield f"replications.{side}.{key}", Number(value, unit_of(key), seeds)


def find_replications(folder: Path, manifest: dict[str, Any], summary: dict[str, Any]) -> Replications:
    """
    Look for the same run with other seeds in the folders beside one.

    Parameters
    ----------
    folder : Path
        The run folder; its siblings are looked at, none where there are more than 64.
    manifest, summary : dict
        Of the run itself.

    Returns
    -------
    Replications
        With the run itself; only runs of the same resolved scenario (seed apart), data and code count.
    """
    found = {int(manifest["seed"]): summary}
    beside = [path.parent for path in folder.resolve().parent.glob("*/manifest.json")]
    for place in sorted(beside) if len(beside) <= MOST else ():
        other = _read(place / "manifest.json")
        if place != folder.resolve() and _key(other) == _key(manifest) and (place / "summary.json").is_file():
            found.setdefault(int(other["seed"]), _read(place / "summary.json"))
    return Replications(dict(sorted(found.items())))


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError):  # not a run of ours, or one that is being written
        return {}
    return content if isinstance(content, dict) else {}


def _key(manifest: dict[str, Any]) -> str:
    """Return what must agree for two runs to be one experiment with two seeds; "" where there is no finished run."""
    if manifest.get("status") != "complete":
        return ""
    scenario = dict(manifest.get("scenario", {}).get("scenario", {}))
    scenario["simulation"] = {k: v for k, v in scenario.get("simulation", {}).items() if k != "seed"}
    return json.dumps([scenario, manifest.get("hashes")], sort_keys=True)
