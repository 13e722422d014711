"""
Where numbers come from: written beside them in YAML, taken out before validation, kept for the reports.

A value may be written ``{value: 120 MW, source: id}`` (one id or a list) or ``{value: 120 MW, assumed: why,
low: .., high: ..}``. A mapping may carry ``about: {source: id}`` or ``about: {assumed: why}``, which covers
every value below it *in the same file* that has none of its own; so a patch that replaces a number never
inherits the old source.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from simulator.scenario.base import Title
from simulator.scenario.problems import Problem, Steps, dotted, near, one_of, shown
from simulator.scenario.source import Node, plain, read_file

WRAPPER_KEYS = ("value", "source", "assumed", "low", "high", "note")
ABOUT_KEYS = ("source", "assumed", "note")
_ABOUT_EXPECTED = "one of source (an id or a list of ids) or assumed (why)"


@dataclass(frozen=True)
class Provenance:
    """
    Where one value comes from.

    Parameters
    ----------
    kind : {"source", "assumed"}
        A published value, or an assumption of ours.
    sources : tuple of str
        Ids in ``sources.yaml``; empty for an assumption.
    why : str
        Reason of an assumption.
    low, high : str or float or None
        Range as written, with unit.
    note : str
        Remark for readers.
    written : str
        The value as written, with unit: what a report shows.
    shared : bool
        From an ``about`` of a mapping, not beside the value itself.
    file : Path or str
        File that wrote it; in a `Loaded` relative to the folder of the scenario, or the option (``--set``).
    line : int
        Line of the value; 0 for options.
    """

    kind: Literal["source", "assumed"]
    sources: tuple[str, ...] = ()
    why: str = ""
    low: str | float | None = None
    high: str | float | None = None
    note: str = ""
    written: str = ""
    shared: bool = False
    file: Path | str = ""
    line: int = 0


@dataclass(frozen=True)
class Source:
    """One published source: its title in both languages, the body that published it, the date and a note."""

    id: str
    title: Title
    body: str = ""
    date: str = ""
    note: str = ""


class SourceUse(NamedTuple):
    """A source id where a file names it."""

    id: str
    file: Path | str
    line: int
    path: str


def attach(root: Node, problems: list[Problem], uses: list[SourceUse]) -> Node:
    """
    Unwrap sourced values and push ``about`` down to the values it covers.

    Parameters
    ----------
    root : Node
        One file, before merging.
    problems : list of Problem
        Faults are added here.
    uses : list of SourceUse
        The source ids met are added here.

    Returns
    -------
    Node
        The tree without wrappers and ``about``; each covered scalar has its `Provenance` in ``origin``.
    """
    return _Attacher(problems, uses).walk(root, (), None)


@dataclass
class _Attacher:
    problems: list[Problem]
    uses: list[SourceUse]

    def walk(self, node: Node, steps: Steps, about: Provenance | None) -> Node:
        inside = node.value
        if isinstance(inside, tuple):
            return node.with_(value=tuple(self.walk(item, (*steps, i), about) for i, item in enumerate(inside)))
        if not isinstance(inside, dict):
            return _marked(node, about)
        if "value" in inside and ("source" in inside or "assumed" in inside):
            return self._unwrap(node, steps)
        if "about" in inside:
            about = self._read(inside["about"], (*steps, "about"), ABOUT_KEYS) or about
        return node.with_(
            value={key: self.walk(child, (*steps, key), about) for key, child in inside.items() if key != "about"}
        )

    def _unwrap(self, node: Node, steps: Steps) -> Node:
        origin = self._read(node, steps, WRAPPER_KEYS)
        value: Node = node.value["value"]
        items = value.value if isinstance(value.value, tuple) else (value,)
        if isinstance(value.value, dict) or any(isinstance(item.value, dict | tuple) for item in items):
            hint = "put `about: {source: ...}` into a mapping to cover all its numbers"
            self._fault(value, steps, shown(plain(value)), "a number, a quantity or a list", hint)
        value = value.with_(line=node.line)
        if isinstance(value.value, tuple):
            return value.with_(value=tuple(_marked(item, origin, shared=False) for item in value.value))
        return value if isinstance(value.value, dict) else _marked(value, origin, shared=False)

    def _read(self, node: Node, steps: Steps, keys: tuple[str, ...]) -> Provenance | None:
        if not isinstance(node.value, dict):
            self._fault(node, steps, shown(plain(node)), _ABOUT_EXPECTED)
            return None
        entries: dict[str, Node] = node.value
        count = len(self.problems)
        for key in entries.keys() - set(keys):
            got = "an unknown field beside a source"
            self._fault(entries[key], (*steps, key), got, one_of(keys), near(key, keys))
        if ("source" in entries) == ("assumed" in entries):
            got = "both source and assumed" if "source" in entries else "neither source nor assumed"
            self._fault(node, steps, got, _ABOUT_EXPECTED)
        sources = self._ids(entries["source"], (*steps, "source")) if "source" in entries else ()
        texts = {key: self._text(entries.get(key), (*steps, key)) for key in ("assumed", "note")}
        bounds = {key: self._bound(entries.get(key), (*steps, key)) for key in ("low", "high")}
        if len(self.problems) > count:
            return None
        kind: Literal["source", "assumed"] = "source" if sources else "assumed"
        low, high = bounds["low"], bounds["high"]
        return Provenance(kind, sources, texts["assumed"], low, high, texts["note"], file=node.file, line=node.line)

    def _ids(self, node: Node, steps: Steps) -> tuple[str, ...]:
        items = node.value if isinstance(node.value, tuple) else (node,)
        if not items or not all(isinstance(item.value, str) and item.value for item in items):
            self._fault(node, steps, shown(plain(node)), "the id of a source, or a list of ids")
            return ()
        self.uses += [SourceUse(item.value, item.file, item.line, dotted(steps)) for item in items]
        return tuple(item.value for item in items)

    def _text(self, node: Node | None, steps: Steps) -> str:
        if node is None:
            return ""
        if not isinstance(node.value, str) or not node.value.strip():
            self._fault(node, steps, shown(plain(node)), "a text that says why")
            return ""
        return node.value

    def _bound(self, node: Node | None, steps: Steps) -> Any:
        if node is None:
            return None
        if isinstance(node.value, bool) or not isinstance(node.value, str | int | float):
            self._fault(node, steps, shown(plain(node)), "a number, or a quantity with its unit")
            return None
        return node.value

    def _fault(self, node: Node, steps: Steps, got: str, expected: str, hint: str = "") -> None:
        self.problems.append(Problem(node.file, node.line, dotted(steps), got, expected, hint))


def _marked(node: Node, origin: Provenance | None, *, shared: bool = True) -> Node:
    if origin is None:
        return node
    fields = {**origin.__dict__, "written": node.text, "shared": shared, "file": node.file, "line": node.line}
    return node.with_(origin=Provenance(**fields))


def find_sources(files: Iterable[Path], problems: list[Problem]) -> dict[str, Source] | None:
    """
    Read the ``sources.yaml`` nearest above each file; the file of the scenario itself comes first and wins.

    Parameters
    ----------
    files : iterable of Path
        Files of the scenario, the scenario itself first.
    problems : list of Problem
        Faults are added here.

    Returns
    -------
    dict of Source by id, or None
        None if there is no such file: then ids are not checked.
    """
    found: dict[str, Source] = {}
    lists = dict.fromkeys(place for file in files if (place := _above(file)))
    for place in lists:
        node, faults = read_file(place, what="list of sources", dates_as_text=True)
        problems += faults
        for key, entry in (node.value if node else {}).items():
            source = _source(key, entry, problems)
            if source:
                found.setdefault(key, source)
    return found if lists else None


def _above(file: Path) -> Path | None:
    folders = file.resolve().parents
    return next((folder / "sources.yaml" for folder in folders if (folder / "sources.yaml").is_file()), None)


def _source(key: str, node: Node, problems: list[Problem]) -> Source | None:
    entry = plain(node)
    names = ("title", "body", "date", "note")
    if not isinstance(entry, dict) or "title" not in entry or entry.keys() - set(names):
        expected = "title (a text, or zh and en), and body, date, note where known"
        got = one_of(entry)[7:] if isinstance(entry, dict) else shown(entry)
        problems.append(Problem(node.file, node.line, key, got, expected))
        return None
    texts = {name: _bare(entry.get(name)) for name in names[1:]}
    title = entry["title"]
    zh, en = (title.get("zh"), title.get("en")) if isinstance(title, dict) else (title, title)
    if not (isinstance(zh, str) and isinstance(en, str)) or None in texts.values():
        problems.append(Problem(node.file, node.line, key, "other than texts", "texts in all fields"))
        return None
    return Source(key, Title(zh=zh, en=en), **texts)  # type: ignore[arg-type]


def _bare(value: Any) -> str | None:
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # a year needs no quotes here
    return value if isinstance(value, str) else None


def unknown_sources(uses: Iterable[SourceUse], known: dict[str, Source]) -> list[Problem]:
    """Return a fault for each use of a source id that no ``sources.yaml`` lists."""
    problems = []
    for use in uses:
        if use.id not in known:
            hint = near(use.id, known) or "add it to sources.yaml with title, body and date"
            got = f"the source id {use.id!r}"
            problems.append(Problem(use.file, use.line, use.path, got, "an id of sources.yaml", hint))
    return problems
