"""
What a YAML file of this project is, told from its top-level fields, so that a file given to the wrong verb is named.

All kinds are mappings: a scenario (or a part of one), an experiment for ``sweep``, a claims file for ``audit``, a
file for ``outlook``, a ``sources.yaml``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from simulator.scenario.problems import Problem, display
from simulator.scenario.source import Node
from simulator.scenario.spec import Scenario

Kind = Literal["scenario", "experiment", "claims file", "outlook file", "list of sources"]
_SOURCE_FIELDS = {"title", "body", "date", "note"}
_SCENARIO_FIELDS = {"extends", "variants", "about", *Scenario.model_fields}
_USES = {
    "scenario": "check it with `validate {path}`, simulate it with `run {path}`",
    "experiment": "run it with `sweep {path}`, look at its plan with `sweep {path} --dry-run`",
    "claims file": "check it with `audit {path}`",
    "outlook file": "work it out with `outlook {path}`",
    "list of sources": "scenarios beside and below it cite its entries; there is nothing to run",
}


def kind_of(root: Node) -> Kind | None:
    """
    Return what a file is.

    Parameters
    ----------
    root : Node
        The mapping of the file.

    Returns
    -------
    {"scenario", "experiment", "claims file", "outlook file", "list of sources"} or None
        None if its fields are of no kind.
    """
    names = set(root.value)
    if "experiment" in names:
        return "experiment"
    if "claims" in names:
        return "claims file"
    if "outlook" in names:
        return "outlook file"
    if names & _SCENARIO_FIELDS:
        return "scenario"
    entries = [entry.value for entry in root.value.values()]
    is_list = entries and all(isinstance(e, dict) and "title" in e and e.keys() <= _SOURCE_FIELDS for e in entries)
    return "list of sources" if is_list else None


def other_kind(root: Node, path: Path, wanted: Kind) -> Problem | None:
    """Return the one fault of a file of another kind, with what to do with it; None if it may be what is wanted."""
    kind = kind_of(root)
    if kind in (None, wanted):
        return None
    return Problem(path, 0, "", _a(kind), _a(wanted), _USES[kind].format(path=display(path)))


def _a(kind: str | None) -> str:
    return f"an {kind}" if kind in ("experiment", "outlook file") else f"a {kind}"
