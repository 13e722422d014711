"""
Curves of a sweep: what is delivered against what it takes, with bands over seeds, the Pareto front and its knee.

The data of every figure are worked out here and written beside it; reporting only draws them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from simulator.errors import InputError
from simulator.experiments.axes import VARIANT
from simulator.experiments.plan import PlotAsk, near_key
from simulator.experiments.stats import Estimate, estimate

THROUGHPUT = "capacity.{precision}.effective_eflops"
# what it takes, each with the factor to the unit it is drawn in; the units themselves go by the key
COSTS = ("energy.facility_gwh", "energy.mean_facility_mw", "emissions.location_tco2", "cost.total_cny")
AXIS_FIELDS = {"point", "seed", "run_id", "status", "error"}
COLUMNS = (
    "series", "line", "point", "x", "x_low", "x_high", "y", "y_low", "y_high", "seeds", "pareto", "knee",
)  # fmt: skip

BySeed = Mapping[int, tuple[float, float]]  # x and y of each seed


@dataclass(frozen=True)
class Dot:
    """One point of a curve: where it stands, over how many seeds, on the front or not."""

    series: str
    line: str
    point: str
    x: Estimate
    y: Estimate
    runs: BySeed = field(default_factory=dict)
    pareto: bool = False
    knee: bool = False


@dataclass(frozen=True)
class Curve:
    """
    The data of one figure.

    Parameters
    ----------
    name : str
        File name without language and ending.
    x, y, colour : str
        Keys; colour "" for none.
    dots : tuple of Dot
        In the order of the plan; dots of one line are joined.
    units : dict
        Unit of x and y where they are axes of the sweep.
    """

    name: str
    x: str
    y: str
    colour: str
    dots: tuple[Dot, ...]
    units: dict[str, str] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """Return what a reader of ``experiment.json`` should know of this figure."""
        knee = next((dot.point for dot in self.dots if dot.knee), None)
        front = [dot.point for dot in self.dots if dot.pareto]
        return {
            "name": self.name, "x": self.x, "y": self.y, "colour": self.colour, "units": self.units,
            "pareto": front, "knee": knee,
        }  # fmt: skip

    def write(self, folder: Path) -> Path:
        """Write the dots as CSV and return the path."""
        path = folder / f"{self.name}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(COLUMNS)
            for dot in self.dots:
                ends = (dot.x.mean, dot.x.low, dot.x.high, dot.y.mean, dot.y.low, dot.y.high)
                cells = ["" if value is None else f"{value:.10g}" for value in ends]
                writer.writerow([dot.series, dot.line, dot.point, *cells, dot.y.count, int(dot.pareto), int(dot.knee)])
        return path


def curves(
    rows: Sequence[Mapping[str, Any]], axes: Sequence[Mapping[str, Any]], asks: Iterable[PlotAsk]
) -> list[Curve]:
    """
    Work out the figures of a sweep.

    Parameters
    ----------
    rows : sequence of mapping
        One a run, as in ``points.parquet``; runs that failed have no figures and are left out.
    axes : sequence of mapping
        ``path``, ``values`` and ``unit`` of each axis, as in ``experiment.json``.
    asks : iterable of PlotAsk
        Figures beside the standard ones.

    Returns
    -------
    list of Curve
        Energy, power, carbon and cost against the EFLOPS delivered, then what was asked for.

    Raises
    ------
    InputError
        If a key that was asked for is no figure and no axis; with the nearest.
    """
    done = [row for row in rows if row["status"] == "done"]
    if not done:
        return []
    paths = [str(axis["path"]) for axis in axes]
    units = {str(axis["path"]): str(axis["unit"]) for axis in axes}
    x, colour = THROUGHPUT.format(precision=main_precision(done[0])), series_axis(done, paths)
    wanted = [PlotAsk(x, y, colour) for y in COSTS]
    wanted += [PlotAsk(ask.x, ask.y, ask.colour or colour) for ask in asks]
    made = []
    for ask in dict.fromkeys(wanted):
        _check_keys(ask, done)
        dots = _dots(done, ask, paths)
        if dots:
            own = {key: units[key] for key in (ask.x, ask.y) if key in units}
            made.append(Curve(_name(ask, x), ask.x, ask.y, ask.colour, tuple(_marked(dots)), own))
    return made


def main_precision(row: Mapping[str, Any]) -> str:
    """Return the precision of the first target, else fp16, else the first there is."""
    targets = [str(row[key]) for key in row if key.startswith("targets.") and key.endswith(".precision") and row[key]]
    found = [key.split(".")[1] for key in row if key.startswith("capacity.") and key.endswith(".effective_eflops")]
    return targets[0] if targets else "fp16" if "fp16" in found or not found else found[0]


def series_axis(rows: Sequence[Mapping[str, Any]], paths: Sequence[str]) -> str:
    """Return the axis that makes the series: policies first, then variants, then the first whose values are texts."""
    for path in ("policy.name", VARIANT):
        if path in paths:
            return path
    return next((path for path in paths if any(isinstance(row.get(path), str) for row in rows)), "")


def _check_keys(ask: PlotAsk, rows: Sequence[Mapping[str, Any]]) -> None:
    known = {key for row in rows for key in row} - AXIS_FIELDS
    numbers = {key for key in known if any(_number(row.get(key)) is not None for row in rows)}
    for key, names in ((ask.x, numbers), (ask.y, numbers), (ask.colour, known | {""})):
        if key not in names:
            hint = near_key(key, names - {""})
            what = "which is no number of a run" if key in known else "which is no key of summary.json and no axis"
            told = f"--plot: got {key!r}, {what}; expected for example energy.pue or cost.total_cny"
            raise InputError(told + (f"\n    hint: {hint}" if hint else ""))


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _dots(rows: Sequence[Mapping[str, Any]], ask: PlotAsk, paths: Sequence[str]) -> list[Dot]:
    along = _along(rows, ask, paths)
    others = [path for path in paths if path not in (along, ask.colour)]
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(str(row["point"]), []).append(row)
    dots = []
    for point, runs in groups.items():
        pairs = {int(run["seed"]): (_number(run.get(ask.x)), _number(run.get(ask.y))) for run in runs}
        both = {seed: (x, y) for seed, (x, y) in pairs.items() if x is not None and y is not None}
        if both:
            series = _shown(runs[0].get(ask.colour)) if ask.colour else ""
            line = ", ".join(f"{path.split('.')[-1]} {_shown(runs[0].get(path))}" for path in others)
            xs, ys = zip(*both.values(), strict=True)
            dots.append(Dot(series, line, point, estimate(xs), estimate(ys), both))
    return dots


def _along(rows: Sequence[Mapping[str, Any]], ask: PlotAsk, paths: Sequence[str]) -> str:
    """Return the axis along which dots are joined: of the numbers the one with most values."""
    numeric = [path for path in paths if path != ask.colour and _number(rows[0].get(path)) is not None]
    return max(numeric, key=lambda path: len({row.get(path) for row in rows}), default="")


def _shown(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _name(ask: PlotAsk, throughput: str) -> str:
    if ask.x == throughput and ask.y in COSTS:
        return f"{ask.y.split('.')[-1].rpartition('_')[0]}_throughput"
    return re.sub(r"[^a-z0-9]+", "_", f"{ask.y}_over_{ask.x}".lower()).strip("_")


def _marked(dots: list[Dot]) -> list[Dot]:
    """Mark the front of most x for least y, and its knee where the seeds agree that there is one."""
    front = pareto([(dot.x.mean, dot.y.mean) for dot in dots])
    bend = knee([(dots[i].x.mean, dots[i].y.mean) for i in front])
    at = front[bend] if bend is not None and bends(*(dots[front[i]].runs for i in (0, bend, -1))) else None
    return [replace(dot, pareto=i in set(front), knee=i == at) for i, dot in enumerate(dots)]


def pareto(points: Sequence[tuple[float, float]]) -> list[int]:
    """
    Return the points that no other beats, by rising x: none has as much x for less y, or more x for as much y.

    Examples
    --------
    >>> pareto([(1.0, 1.0), (2.0, 3.0), (2.0, 2.0), (1.5, 2.5)])
    [0, 2]
    """
    order = sorted(range(len(points)), key=lambda i: (-points[i][0], points[i][1]))
    front: list[int] = []
    least = float("inf")
    for i in order:
        if points[i][1] < least:
            front.append(i)
            least = points[i][1]
    return front[::-1]


def bends(
    first: Mapping[int, tuple[float, float]],
    at: Mapping[int, tuple[float, float]],
    last: Mapping[int, tuple[float, float]],
) -> bool:
    """
    Whether a front bends at a point for more than chance: the interval of its distance below the chord holds no zero.

    Parameters
    ----------
    first, at, last : mapping of int to (float, float)
        x and y of each seed, at the ends of the front and at the point. The distance is taken seed by seed, so what
        moves all three together drops out. A single seed tells nothing against the bend.

    Examples
    --------
    >>> bends({1: (0.0, 0.0), 2: (0.0, 5.0)}, {1: (1.0, 0.1), 2: (1.0, 5.2)}, {1: (2.0, 2.0), 2: (2.0, 7.0)})
    True
    >>> bends({1: (0.0, 0.0), 2: (0.0, 5.0)}, {1: (1.0, 0.1), 2: (1.0, 6.5)}, {1: (2.0, 2.0), 2: (2.0, 7.0)})
    False
    """
    below = []
    for seed in first.keys() & at.keys() & last.keys():
        (x0, y0), (x, y), (x1, y1) = first[seed], at[seed], last[seed]
        if x1 != x0 and y1 != y0:
            below.append((x - x0) / (x1 - x0) - (y - y0) / (y1 - y0))
    return bool(below) and (len(below) == 1 or (estimate(sorted(below)).low or 0.0) > 0.0)


def knee(front: Sequence[tuple[float, float]]) -> int | None:
    """
    Return the point of a front that bends most: farthest below the chord of its ends, both axes scaled to 1.

    From there on more x costs more y for each unit. After Satopaa et al., "Finding a Kneedle in a Haystack",
    ICDCS workshops 2011, without its smoothing: a front has few points.

    Returns
    -------
    int or None
        None if there are fewer than three points or none is below the chord.

    Examples
    --------
    >>> knee([(0.0, 0.0), (1.0, 0.1), (2.0, 2.0)])
    1
    """
    if len(front) < 3:
        return None
    (x0, y0), (x1, y1) = front[0], front[-1]
    if x1 == x0 or y1 == y0:
        return None
    below = [(x - x0) / (x1 - x0) - (y - y0) / (y1 - y0) for x, y in front]
    best = max(range(len(front)), key=lambda i: below[i])
    return best if below[best] > 1e-9 else None
