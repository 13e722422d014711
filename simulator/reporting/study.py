"""A finished run as the report sees it: what was asked, what came out, and the tables behind it."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator import records, scenario
from simulator.errors import RunFolderError
from simulator.reporting.replications import Replications, find_replications

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

RUNGS = ("nameplate", "energised", "available", "allocated", "utilised", "effective")
DAY_S = 86400.0
METER_S = 900.0
FULL_YEAR_DAYS = 360.0  # shorter runs are not compared with yearly totals as they stand


@dataclass(frozen=True)
class Study:
    """
    Everything a report reads, and nothing else.

    Parameters
    ----------
    manifest, summary : dict
        ``manifest.json`` and ``summary.json``.
    loaded : simulator.scenario.Loaded
        The resolved scenario with the provenance of its numbers.
    records : simulator.records.Records
        The tables.
    replications : Replications, optional
        The same run with other seeds, found beside it.
    """

    manifest: dict[str, Any]
    summary: dict[str, Any]
    loaded: Any
    records: Any
    replications: Replications | None = None

    @property
    def scenario(self) -> Any:
        """The resolved scenario."""
        return self.loaded.scenario

    @property
    def run_id(self) -> str:
        """Name of the run, on every figure."""
        return str(self.manifest["run_id"])

    @property
    def variant(self) -> Any:
        """Title of the variant that was applied, in both languages; None for the scenario itself."""
        return self.loaded.variants.get(self.loaded.variant) if self.loaded.variant else None

    @property
    def outcomes_known(self) -> bool:
        """Whether the work says how its jobs ended; a trace without end states has them all as finished."""
        works = self.manifest.get("workload", {}).get("sources", {}).values()
        states = [set(work.get("status") or ()) for work in works if work.get("model") == "trace"]
        return not states or len(states) < len(works) or any(found != {"unknown"} for found in states)

    @property
    def start(self) -> datetime:
        """First instant that counts."""
        return self.scenario.simulation.start

    @property
    def end(self) -> datetime:
        """Instant at which work is cut."""
        return self.start + timedelta(seconds=self.scenario.simulation.horizon)

    @property
    def days(self) -> float:
        """Length of the run. [d]"""
        return float(self.scenario.simulation.horizon) / DAY_S

    @property
    def sample(self) -> int:
        """K of ``fleet_sample``: the tables hold 1/K of the fleet, the summary all of it."""
        return int(self.scenario.simulation.fleet_sample)


# what every report stands on
GROUPS = ("capacity", "energy", "clean", "emissions", "cost", "service", "windows")
HUB_GROUPS = ("capacity", "energy", "clean", "service")
# the columns reports and figures read of the tables; the rest of some 100 MB stays on disk
COLUMNS: dict[str, tuple[str, ...]] = {
    "jobs": ("submission_time", "waiting_time", "final_state", "reason", "hub", "class"),
    "steps": (
        *("hub", "time_s", "facility_w", "facility_max_w", "cap_w", "power_refusals", "speed"),
        *("grid_import_w", "contract_delivered_w", "direct_green_used_w", "pv_used_w", "wind_used_w"),
        "battery_discharge_w",
    ),
    "events": ("kind", "cause", "hub", "energy_j"),
}


def read_study(folder: Path, columns: Mapping[str, Sequence[str]] | None = COLUMNS) -> Study:
    """
    Read a finished run folder.

    Parameters
    ----------
    folder : Path
        A complete run folder.
    columns : mapping or None
        The columns to read by table; None for all.

    Raises
    ------
    RunFolderError
        If the run is not complete or a file is missing.
    """
    manifest = records.read_manifest(folder)
    if manifest.get("status") != "complete":
        raise RunFolderError(
            f"{folder}: got a run whose status is {manifest.get('status')!r}; expected 'complete'\n"
            "    hint: run the scenario again; only finished runs are reported"
        )
    loaded = scenario.undump(manifest["scenario"])
    summary = records.read_summary(folder)
    _must_hold(folder, summary, loaded)
    replications = find_replications(folder, manifest, summary)
    return Study(manifest, summary, loaded, records.read_tables(folder, columns), replications)


def _must_hold(folder: Path, summary: dict[str, Any], loaded: scenario.Loaded) -> None:
    """Refuse a summary without what every report stands on; single numbers may be missing and are told as a dash."""
    hubs = [f"hubs.{hub}.{group}" for hub in loaded.scenario.hubs for group in HUB_GROUPS]
    for path in (*GROUPS, *hubs):
        node: Any = summary
        for step in path.split("."):
            node = node.get(step) if isinstance(node, dict) else None
        if not node:
            raise RunFolderError(
                f"{folder / 'summary.json'}: {path}: missing; every run writes it\n    hint: run the scenario again"
            )


def main_precision(study: Study) -> str:
    """Return the precision the report leads with: the first target's, else fp16, else the first reported."""
    targets, capacity = study.summary.get("targets", []), study.summary["capacity"]
    if targets:
        return str(targets[0]["precision"])
    return "fp16" if "fp16" in capacity else next(iter(capacity))


def hub_steps(study: Study, names: tuple[str, ...]) -> dict[str, dict[str, np.ndarray]]:
    """Split the step table by hub, in scenario order, each by time."""
    steps = study.records.steps
    arrays = {name: values_of(steps[name]) for name in names}
    result = {}
    for hub in study.scenario.hubs:
        rows = np.flatnonzero(equals(steps["hub"], hub))
        rows = rows[np.argsort(arrays["time_s"][rows], kind="stable")]
        result[hub] = {name: values[rows] for name, values in arrays.items()}
    return result


def equals(column: Any, word: str) -> np.ndarray:
    """Return where a text column equals a word; empty cells do not."""
    array = column.combine_chunks()
    words = array.dictionary.to_pylist()
    codes = values_of(array.indices)
    return codes == words.index(word) if word in words else np.zeros(len(codes), dtype=bool)


def values_of(column: Any) -> np.ndarray:
    """
    Return the numbers of a column, NaN where there is none.

    Arrow's own `to_numpy` gives the same and imports pandas first, which takes longer than all of this.
    """
    array = column.combine_chunks() if hasattr(column, "combine_chunks") else column
    if not array.null_count:
        return np.from_dlpack(array)
    valid = np.from_dlpack(array.is_valid().cast("uint8")) > 0
    raw = np.frombuffer(array.buffers()[1], dtype=array.type.to_pandas_dtype(), count=array.offset + len(array))
    return np.where(valid, raw[array.offset :], np.nan)


@dataclass(frozen=True)
class Comparison:
    """A published yearly total of one province."""

    id: str
    province: str
    gwh: float
    published: str
    date: str
    title: dict[str, str]
    source: dict[str, str]


@functools.cache
def comparisons() -> tuple[Comparison, ...]:
    """Return the published totals of ``comparisons.toml``."""
    text = (resources.files("simulator.reporting") / "comparisons.toml").read_text(encoding="utf-8")
    return tuple(
        Comparison(
            id=name,
            province=row["province"],
            gwh=row["gwh"],
            published=row["published"],
            date=row["date"],
            title={"zh": row["title_zh"], "en": row["title_en"]},
            source={"zh": row["source_zh"], "en": row["source_en"]},
        )
        for name, row in tomllib.loads(text).items()
    )
