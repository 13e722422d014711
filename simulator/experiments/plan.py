"""The plan of a sweep, from the command line or from an experiment file."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.errors import InputError
from simulator.experiments.axes import Axis, as_text, parse_values
from simulator.scenario import Node, Problem, Title, near, one_of, plain, raise_if_any, read_file

MODES = ("grid", "zip")
FIELDS = (
    "experiment", "title", "scenario", "variant", "horizon", "set", "vary", "mode", "replications", "seed", "plots",
)  # fmt: skip
MOST_REPLICATIONS = 10_000


@dataclass(frozen=True)
class PlotAsk:
    """A figure asked for: keys of the summary or axes for x, y and colour ("" for none)."""

    x: str
    y: str
    colour: str = ""


@dataclass(frozen=True)
class Plan:
    """
    What a sweep is to do.

    Parameters
    ----------
    name : str
        Of the experiment and its folder.
    scenario : Path
    title : Title or None
        Of the experiment file.
    axes : tuple of Axis
    mode : {"grid", "zip"}
    replications : int
        Seeds of every point, counted on from the first; the same for all, so that differences are paired.
    seed : int or None
        The first; None for that of the scenario.
    variant, horizon, data_dir
        As in `scenario.load`.
    sets : tuple of str
        ``path=value`` of all points.
    plots : tuple of PlotAsk
        Beside the standard figures.
    """

    name: str
    scenario: Path
    title: Title | None = None
    axes: tuple[Axis, ...] = ()
    mode: str = "grid"
    replications: int = 1
    seed: int | None = None
    variant: str | None = None
    horizon: str | None = None
    sets: tuple[str, ...] = ()
    data_dir: Path | None = None
    plots: tuple[PlotAsk, ...] = ()


def parse_plot(text: str, where: str = "--plot") -> PlotAsk:
    """
    Read ``x,y`` or ``x,y,colour``.

    Raises
    ------
    InputError
        If it is neither.
    """
    parts = [part.strip() for part in text.split(",")]
    if len(parts) not in (2, 3) or not all(parts):
        raise InputError(f"{where}: got {text!r}; expected X,Y or X,Y,COLOUR, each a key of summary.json or an axis")
    return PlotAsk(*parts)


def is_experiment(path: Path) -> bool:
    """Whether a file is an experiment, not a scenario."""
    root, _ = read_file(path, what="scenario or experiment", dates_as_text=True)
    return root is not None and "experiment" in root.value


def read_plan(path: Path) -> Plan:
    """
    Read an experiment file.

    Parameters
    ----------
    path : Path
        YAML with ``experiment`` (its name), ``scenario`` (a path from this file) and what is to be varied.

    Returns
    -------
    Plan

    Raises
    ------
    ScenarioError
        With all faults at once, each with file and line.
    """
    root, problems = read_file(path, what="experiment", dates_as_text=True)
    raise_if_any(problems)
    assert root is not None  # no problems, so it was read
    reader = _Reader(path, root)
    plan = reader.plan()
    raise_if_any(reader.problems)
    return plan


class _Reader:
    def __init__(self, path: Path, root: Node) -> None:
        self.path, self.root = path, root
        self.problems: list[Problem] = []
        for key, node in root.value.items():
            if key not in FIELDS:
                self.fault(node, key, "an unknown field", one_of(FIELDS), near(key, FIELDS))

    def fault(self, node: Node, field: str, got: str, expected: str, hint: str = "") -> None:
        self.problems.append(Problem(node.file, node.line, field, got, expected, hint))

    def plan(self) -> Plan:
        scenario = self.text("scenario")
        place = self.path.parent / scenario if scenario else self.path
        if scenario and not place.is_file():
            names = [p.name for p in place.parent.glob("*.yaml")] if place.parent.is_dir() else []
            hint = near(place.name, names) or "paths are relative to the file that writes them"
            self.fault(self.root.value["scenario"], "scenario", f"{scenario!r}, which is no file", "a scenario", hint)
        if not scenario:
            self.fault(self.root, "scenario", "no scenario", "the path of a scenario file")
        return Plan(
            name=self.name(),
            scenario=place,
            title=self.title(),
            axes=tuple(self.axes()),
            mode=self.mode(),
            replications=self.count("replications", 1, 1, MOST_REPLICATIONS),
            seed=self.count("seed", None, 0, 2**32 - 1),
            variant=self.text("variant") or None,
            horizon=self.text("horizon") or None,
            sets=tuple(self.sets()),
            plots=tuple(self.plots()),
        )

    def text(self, key: str) -> str:
        node = self.root.value.get(key)
        if node is None:
            return ""
        if not isinstance(node.value, str) or not node.value.strip():
            self.fault(node, key, "no text", "a text")
            return ""
        return str(node.value)

    def name(self) -> str:
        name = self.text("experiment")
        if name and not all(c.isalnum() or c in "_-" for c in name):
            self.fault(self.root.value["experiment"], "experiment", f"the text {name!r}", "letters, digits, _ and -")
        return name

    def title(self) -> Title | None:
        node = self.root.value.get("title")
        if node is None:
            return None
        found = plain(node)
        if (
            not isinstance(found, dict)
            or found.keys() != {"zh", "en"}
            or not all(isinstance(t, str) for t in found.values())
        ):
            self.fault(node, "title", "a title without zh and en", "a mapping of zh and en")
            return None
        return Title(**found)

    def mode(self) -> str:
        mode = self.text("mode") or "grid"
        if mode not in MODES:
            self.fault(self.root.value["mode"], "mode", f"the text {mode!r}", one_of(MODES), near(mode, MODES))
        return mode

    def count(self, key: str, default: Any, low: int, high: int) -> Any:
        node = self.root.value.get(key)
        if node is None:
            return default
        if isinstance(node.value, bool) or not isinstance(node.value, int) or not low <= node.value <= high:
            self.fault(node, key, str(plain(node)), f"a whole number from {low} to {high:,}")
            return default
        return node.value

    def axes(self) -> Iterable[Axis]:
        node = self.root.value.get("vary")
        if node is None:
            return
        if not isinstance(node.value, dict):
            self.fault(node, "vary", "no mapping", "a mapping of paths to lists or 'start:stop:step'")
            return
        for path, values in node.value.items():
            where = f"{values.file}:{values.line}"
            try:
                if isinstance(values.value, tuple):
                    texts = tuple(as_text(item) for item in values.value)
                else:
                    texts = parse_values(as_text(values), path, where)
            except InputError as error:
                self.fault(
                    values, f"vary.{path}", str(error).split(": got ")[-1].split(";")[0], "a list or 'start:stop:step'"
                )
                continue
            if not texts:
                self.fault(values, f"vary.{path}", "an empty list", "at least one value")
            yield Axis(path, texts, where)

    def sets(self) -> Iterable[str]:
        node = self.root.value.get("set")
        if node is None:
            return
        if not isinstance(node.value, dict):
            self.fault(node, "set", "no mapping", "a mapping of paths to values, as --set takes them")
            return
        for path, value in node.value.items():
            yield f"{path}={as_text(value)}"

    def plots(self) -> Iterable[PlotAsk]:
        node = self.root.value.get("plots")
        if node is None:
            return
        if not isinstance(node.value, tuple):
            self.fault(node, "plots", "no list", "a list of 'x,y' or 'x,y,colour'")
            return
        for item in node.value:
            try:
                yield parse_plot(as_text(item))
            except InputError:
                self.fault(item, "plots", f"the text {as_text(item)!r}", "'x,y' or 'x,y,colour'")


def near_key(word: str, names: Iterable[str]) -> str:
    """Return a hint with the nearest of many keys, or with those that hold its last step."""
    known = sorted(names)
    last = word.rsplit(".", maxsplit=1)[-1]
    close = (
        difflib.get_close_matches(word, known, n=3, cutoff=0.6)
        or [name for name in known if name.endswith(f".{last}")][:3]
    )
    return f"did you mean {' or '.join(close)}?" if close else ""


def with_options(plan: Plan, **options: Any) -> Plan:
    """Return the plan with what the command line gives beside it; None and empty leave it as it is."""
    given = {key: value for key, value in options.items() if value not in (None, (), [])}
    if "axes" in given:  # a --vary replaces the axis of its path, or is added
        named = {axis.path for axis in given["axes"]}
        given["axes"] = (*(axis for axis in plan.axes if axis.path not in named), *given["axes"])
    if "sets" in given:
        given["sets"] = (*plan.sets, *given["sets"])
    if "plots" in given:
        given["plots"] = (*plan.plots, *given["plots"])
    return dataclasses.replace(plan, **given)
