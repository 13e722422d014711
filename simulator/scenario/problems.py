"""Faults with their place, and the one error that tells all of them."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.errors import ScenarioError

Steps = tuple[str | int, ...]


def dotted(steps: Iterable[str | int]) -> str:
    """Return a path as people write it: ``hubs.jiaxing.connection``, list positions as numbers from 0."""
    return ".".join(str(step) for step in steps)


@dataclass(frozen=True)
class Problem:
    """
    One fault of a scenario and where it is.

    Parameters
    ----------
    file : Path or str
        The file, or the option (``--set``) that wrote the value.
    line : int
        Line from 1; 0 where there are no lines.
    path : str
        Dotted path of the field; empty for the whole file.
    got, expected, hint : str
        What was given, what is allowed with its unit in brackets, and how to repair it ("" for none).
    """

    file: Path | str
    line: int
    path: str
    got: str
    expected: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{display(self.file)}:{self.line}" if self.line else display(self.file)
        field = f"{self.path}: " if self.path else ""
        text = f"{place}: {field}got {self.got}; expected {self.expected}"
        return f"{text}\n    hint: {self.hint}" if self.hint else text


def display(file: Path | str) -> str:
    """Return a file as the user would type it: relative to the working folder where that is shorter."""
    if isinstance(file, str):
        return file
    relative = os.path.relpath(file)
    return relative if len(relative) < len(str(file)) else str(file)


def shown(value: Any) -> str:
    """Return a YAML value as a message quotes it: texts in quotes, containers by kind, long texts cut."""
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}" if value else "an empty list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the boolean {'true' if value else 'false'}"
    if isinstance(value, str):
        return f"the text {value if len(value) <= 60 else value[:57] + '...'!r}"
    return str(value)


def one_of(names: Iterable[str]) -> str:
    """Return the allowed names of a message, sorted."""
    listed = sorted(names)
    return f"one of {', '.join(listed)}" if listed else "a name that is defined (there is none)"


def near(word: str, names: Iterable[str]) -> str:
    """Return the hint with the nearest name, or "" if none is near."""
    match = difflib.get_close_matches(str(word), sorted(names), n=1, cutoff=0.6)
    return f"did you mean {match[0]!r}?" if match else ""


def raise_if_any(problems: Iterable[Problem]) -> None:
    """
    Raise all faults in one error, sorted by file and line; a path is told once per kind of fault.

    Raises
    ------
    ScenarioError
        If there is any fault.
    """
    unique = dict.fromkeys(sorted(problems, key=lambda p: (display(p.file), p.line, p.path, p.got)))
    if not unique:
        return
    lines = "\n".join(str(problem) for problem in unique).replace("\n", "\n  ")
    head = "1 problem in the scenario" if len(unique) == 1 else f"{len(unique)} problems in the scenario"
    raise ScenarioError(f"{head}\n  {lines}")
