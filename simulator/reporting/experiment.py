"""The results of a sweep as its page sees them: what was varied, the runs, the dots of the curves."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.errors import RunFolderError

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.reporting.texts import Texts


@dataclass(frozen=True)
class Dot:
    """One point of a curve; ends of an interval are None where there is one seed."""

    series: str
    line: str
    point: str
    x: float
    x_low: float | None
    x_high: float | None
    y: float
    y_low: float | None
    y_high: float | None
    seeds: int
    pareto: bool
    knee: bool


@dataclass(frozen=True)
class Drawn:
    """One curve: what it shows, and its dots."""

    name: str
    x: str
    y: str
    colour: str
    units: dict[str, str]
    dots: list[Dot]


@dataclass(frozen=True)
class Experiment:
    """A sweep's folder, read."""

    told: dict[str, Any]
    curves: list[Drawn]

    def named(self, point: str, texts: Texts) -> str:
        """Return a point by its values, as people say it."""
        return self._said(self.told["points"].get(point, {}), texts) or point

    def line_name(self, dots: list[Dot], curve: Drawn, texts: Texts) -> str:
        """Return what the dots of one line share and others of the curve do not, as people say it."""
        own, every = ([self.told["points"].get(dot.point, {}) for dot in some] for some in (dots, curve.dots))
        shared = {
            path: value
            for path, value in own[0].items()
            if path != curve.x and all(o.get(path) == value for o in own) and any(o.get(path) != value for o in every)
        }
        return self._said(shared, texts)

    @staticmethod
    def _said(values: dict[str, Any], texts: Texts) -> str:
        words = {path: texts.get(f"keys.short.{_short(path)}", _short(path)) for path in values}
        return texts("keys.list").join(f"{words[path]} {value}" for path, value in values.items())


def _short(path: str) -> str:
    steps = path.split(".")
    return steps[-2] if steps[-1] in ("name", "value", "model") and len(steps) > 1 else steps[-1]


def read_experiment(folder: Path) -> Experiment:
    """
    Read ``experiment.json`` and the data of its curves.

    Raises
    ------
    RunFolderError
        If the folder is that of no experiment, or a file is missing.
    """
    try:
        told = json.loads((folder / "experiment.json").read_text(encoding="utf-8"))
        drawn = [
            Drawn(
                item["name"],
                item["x"],
                item["y"],
                item["colour"],
                item["units"],
                _dots(folder / "figures" / f"{item['name']}.csv"),
            )
            for item in told["curves"]
        ]
    except (OSError, ValueError, KeyError) as error:
        raise RunFolderError(f"{folder}: cannot be read as a finished experiment: {error}; sweep again") from error
    return Experiment(told, drawn)


def _dots(path: Path) -> list[Dot]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            Dot(
                line["series"], line["line"], line["point"],
                float(line["x"]), _maybe(line["x_low"]), _maybe(line["x_high"]),
                float(line["y"]), _maybe(line["y_low"]), _maybe(line["y_high"]),
                int(line["seeds"]), line["pareto"] == "1", line["knee"] == "1",
            )
            for line in csv.DictReader(stream)
        ]  # fmt: skip


def _maybe(cell: str) -> float | None:
    return float(cell) if cell else None
