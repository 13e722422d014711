"""
How sure a ranking is: which scenario wins in which share of sampled inputs, and which single input turns it round.

Screening first: of all uncertain inputs, those whose sampled values go most with the difference. Only these are then
moved alone over their range, and where the ranking turns, the place is found by halving.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from simulator.errors import InputError
from simulator.experiments.sides import Needs, Side
from simulator.experiments.table import flat
from simulator.experiments.uncertain import Uncertain, moved, sampled, uncertain_inputs

HALVINGS = 5  # a place is found to 1/32 of the range
TIE = 1e-9  # relative; closer than that nobody wins
Work = Callable[[Needs], None]


@dataclass(frozen=True)
class Question:
    """What is asked: a figure, whether more of it is better, how many samples, how many inputs are searched alone."""

    metric: str
    maximise: bool
    samples: int
    searched: int
    only: tuple[str, ...] = ()


@dataclass
class Robust:
    """A study of robustness: sides, inputs, and all runs that were asked for."""

    sides: list[Side]
    inputs: list[Uncertain]
    question: Question
    base: Path
    needs: Needs = field(default_factory=Needs)

    def __post_init__(self) -> None:
        """Note the ranges of each side: what one side fixes stays, though another is unsure of it."""
        self.own = [{item.path: item for item in uncertain_inputs([side.loaded])} for side in self.sides]

    def ask(self, k: int, name: str, shares: Mapping[str, float]) -> int | None:
        """Ask for a run of a side with inputs at shares of its own ranges; None if that is no valid scenario."""
        values = {path: self.own[k][path].at(share) for path, share in shares.items() if path in self.own[k]}
        loaded = self.sides[k].loaded if not values else moved(self.sides[k].loaded, values)
        command = "\0".join(("robust", *(side.name for side in self.sides)))
        return None if loaded is None else self.needs.add(f"{self.sides[k].name}, {name}", loaded, self.base, command)

    def figure(self, index: int | None) -> float | None:
        """Return the figure of a run, None if it failed or there is none."""
        if index is None or not self.needs.summary(index):
            return None
        figures = dict(flat(self.needs.summary(index)))
        value = figures.get(self.question.metric)
        if not isinstance(value, int | float) or isinstance(value, bool):
            from simulator.experiments.plan import near_key

            hint = near_key(self.question.metric, [key for key, v in figures.items() if isinstance(v, float)])
            told = (
                f"--metric: got {self.question.metric!r}, which is no number of a run; expected a key of summary.json"
            )
            raise InputError(told + (f"\n    hint: {hint}" if hint else ""))
        return float(value)


def prepare_robust(sides: list[Side], question: Question, results: Path) -> Robust:
    """
    Find the uncertain inputs of some scenarios.

    Raises
    ------
    InputError
        If they declare no ranges, or an input that was asked for declares none.
    """
    if any(side.folder is not None for side in sides):
        raise InputError("robust: got a finished run, whose inputs cannot be moved; name its scenario")
    inputs = uncertain_inputs(side.loaded for side in sides)
    known = {item.path for item in inputs}
    for path in question.only:
        if path not in known:
            from simulator.experiments.plan import near_key

            hint = near_key(path, known)
            told = f"--input: got {path!r}, which declares no low and high; expected an input with a range"
            raise InputError(told + (f"\n    hint: {hint}" if hint else ""))
    if question.only:
        inputs = [item for item in inputs if item.path in question.only]
    if not inputs:
        raise InputError("robust: the scenarios declare no low and high for any input: there is nothing to sample")
    return Robust(sides, inputs, question, results / "compare" / "steps")


def run_robust(study: Robust, work: Work) -> dict[str, Any]:
    """
    Make the runs in three rounds (samples, ends of ranges, halvings) and return what came out, as JSON data.

    Parameters
    ----------
    study : Robust
    work : callable
        Makes the runs of `Needs` that are not there yet.
    """
    count = range(len(study.sides))
    shares = sampled(study.inputs, study.question.samples, study.sides[0].seed)
    plain = [study.ask(k, "as it is", {}) for k in count]
    runs = []
    for s, row in enumerate(shares):
        values = {item.path: float(share) for item, share in zip(study.inputs, row, strict=True)}
        runs.append([study.ask(k, f"sample {s + 1}", values) for k in count])
    work(study.needs)
    nominal = [study.figure(index) for index in plain]
    if any(value is None for value in nominal):
        failed = next((need for need in study.needs.failed), None)
        raise InputError(
            f"robust: a scenario as it is could not be run: {failed.outcome.error if failed and failed.outcome else ''}"
        )
    figures = [[study.figure(index) for index in row] for row in runs]
    complete = [i for i, row in enumerate(figures) if all(value is not None for value in row)]
    table = np.array([figures[i] for i in complete], dtype=float).reshape(len(complete), len(study.sides))
    return {
        "metric": study.question.metric,
        "maximise": study.question.maximise,
        "sides": [
            {"name": side.name, "title": side.title.model_dump(), "nominal": nominal[k]}
            for k, side in enumerate(study.sides)
        ],
        "inputs": [item.path for item in study.inputs],
        "samples": len(complete),
        "left_out": len(runs) - len(complete),
        "wins": wins(table, study.question.maximise),
        "pairs": [_pair(study, k, table, shares[complete], nominal, work) for k in count if k],
    }


def wins(table: np.ndarray, maximise: bool) -> list[float]:
    """
    Return the share of samples in which each side is best; where several are equal none wins.

    Examples
    --------
    >>> wins(np.array([[1.0, 2.0], [3.0, 1.0], [2.0, 2.0], [1.0, 5.0]]), False)
    [0.5, 0.25]
    """
    if not len(table):
        return [0.0] * table.shape[1]
    signed = -table if maximise else table
    order = np.sort(signed, axis=1)
    clear = order[:, 1] - order[:, 0] > TIE * np.abs(order).max(axis=1)
    best = signed.argmin(axis=1)
    return [float((clear & (best == k)).mean()) for k in range(table.shape[1])]


def screened(shares: np.ndarray, gaps: np.ndarray) -> list[tuple[int, float]]:
    """Return the inputs by how much their sampled values go with the difference: number and correlation, most first."""
    found = []
    for i in range(shares.shape[1]):
        x, y = shares[:, i] - shares[:, i].mean(), gaps - gaps.mean()
        size = float(np.sqrt((x * x).sum() * (y * y).sum())) if len(gaps) > 1 else 0.0
        found.append((i, float((x * y).sum() / size) if size else 0.0))
    return sorted(found, key=lambda pair: (-abs(pair[1]), pair[0]))


def _pair(
    study: Robust, k: int, table: np.ndarray, shares: np.ndarray, nominal: Sequence[float | None], work: Work
) -> dict[str, Any]:
    """Search the inputs that matter for the ranking of the first side and another."""
    order = screened(shares, table[:, k] - table[:, 0])[: study.question.searched]
    searches = [_Search(study, k, study.inputs[i], r) for i, r in order]
    for _ in range(1 + HALVINGS):  # the ends first; all searches go on together, so that workers are busy
        if not any(search.ask() for search in searches):
            break
        work(study.needs)
        for search in searches:
            search.take()
    gap = float(nominal[k] or 0.0) - float(nominal[0] or 0.0)
    return {"side": k, "nominal_gap": gap, "searched": [search.told() for search in searches]}


@dataclass
class _Search:
    """One input moved alone: the difference at both ends, then the place where its sign turns."""

    study: Robust
    k: int
    item: Uncertain
    correlation: float
    gaps: dict[float, float | None] = field(default_factory=dict)
    asked: dict[float, tuple[int | None, int | None]] = field(default_factory=dict)

    def ask(self) -> bool:
        wanted = [share for share in self._wanted() if share not in self.gaps]
        for share in wanted:
            values = {self.item.path: share}
            name = f"{self.item.path} {self.item.written(self.item.at(share))}"
            self.asked[share] = (self.study.ask(0, name, values), self.study.ask(self.k, name, values))
        return bool(wanted)

    def _wanted(self) -> list[float]:
        if not self.gaps:
            return [0.0, 1.0]
        bracket = self._bracket()
        return [sum(bracket) / 2.0] if bracket is not None else []

    def _bracket(self) -> tuple[float, float] | None:
        """The closest two shares between which the sign turns."""
        known = sorted((share, gap) for share, gap in self.gaps.items() if gap is not None)
        turns = [(a, b) for (a, x), (b, y) in itertools.pairwise(known) if (x < 0) != (y < 0)]
        return turns[0] if turns else None

    def take(self) -> None:
        for share, (one, other) in self.asked.items():
            old, new = self.study.figure(one), self.study.figure(other)
            self.gaps[share] = None if old is None or new is None else new - old
        self.asked = {}

    def told(self) -> dict[str, Any]:
        item, bracket = self.item, self._bracket()
        told: dict[str, Any] = {
            "path": item.path,
            "low": item.written(item.low),
            "high": item.written(item.high),
            "correlation": self.correlation,
            "gap_low": self.gaps.get(0.0),
            "gap_high": self.gaps.get(1.0),
            "flips_at": None,
        }
        if bracket is not None:
            after = self.gaps[bracket[1]] or 0.0
            leader = self.k if (after > 0) == self.study.question.maximise else 0
            told |= {"flips_at": item.written(item.at(sum(bracket) / 2.0)), "leader_above": leader}
            told["to_within"] = item.written((bracket[1] - bracket[0]) / 2.0 * (item.high - item.low))
        return told


def robust_id(study: Robust) -> str:
    """Return the name of a study: the hash of its question and runs."""
    words = [repr(study.question), *(need.folder.name for need in study.needs.runs)]
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:12]
