"""
YAML text to a tree of nodes that remember their file and line.

PyYAML's event stream is read instead of a loaded document: a plain load drops repeated keys and lines in
silence. Plain texts that YAML 1.1 turns into something unexpected (``12:30``, ``0123``, unquoted dates) are
faults here, with a hint; ``1e3`` and ``yes`` are told where a field refuses them, because a text or a boolean
may be meant.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from simulator.scenario.problems import Problem, Steps, display, dotted

DEPTH_MAX = 60  # a scenario nests about ten deep; beyond this somebody is playing
NODES_MAX = 200_000  # aliases expanded; a large scenario has some thousand
FILES_SHOWN = 20  # of a folder, in a hint
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAB = re.compile(r" *\t")
_SCALAR_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "float", "timestamp", "str")}


@dataclass(frozen=True, slots=True)
class Node:
    """
    One value of a YAML file.

    Parameters
    ----------
    value : dict of Node, tuple of Node, or scalar
        The content.
    file : Path or str
        File that wrote it, or the option (``--set``).
    line : int
        Line from 1; that of the key for an entry of a mapping. 0 for options.
    text : str
        A scalar as written.
    quoted : bool
        The scalar stood in quotes.
    whole : bool
        A mapping that replaces what it is merged onto (see `merge`).
    origin : Any
        Provenance of a leaf, attached by `provenance`.
    size : int
        Nodes below and including this one, aliases expanded.
    """

    value: Any
    file: Path | str
    line: int
    text: str = ""
    quoted: bool = False
    whole: bool = False
    origin: Any = None
    size: int = 1

    def with_(self, **changes: Any) -> Node:
        """Return a copy with some fields changed."""
        return dataclasses.replace(self, **changes)


def plain(node: Node) -> Any:
    """Return the bare value: dictionaries, tuples and scalars."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, tuple):
        return tuple(plain(child) for child in node.value)
    return node.value


def leaves(node: Node, steps: Steps = ()) -> Iterator[tuple[Steps, Node]]:
    """Yield every scalar with its path, in the order of the file."""
    if isinstance(node.value, dict):
        for key, child in node.value.items():
            yield from leaves(child, (*steps, key))
    elif isinstance(node.value, tuple):
        for index, child in enumerate(node.value):
            yield from leaves(child, (*steps, index))
    else:
        yield steps, node


def at(node: Node, steps: Steps) -> Node | None:
    """Return the node at a path, or None."""
    for step in steps:
        child = _child(node, step)
        if child is None:
            return None
        node = child
    return node


def _child(node: Node, step: str | int) -> Node | None:
    inside = node.value
    if isinstance(inside, dict):
        return inside.get(str(step))
    is_item = isinstance(inside, tuple) and isinstance(step, int) and step < len(inside)
    return inside[step] if is_item else None


def nearest(node: Node, steps: Steps) -> Node:
    """Return the deepest existing node on the way to a path."""
    for end in range(len(steps), 0, -1):
        found = at(node, steps[:end])
        if found is not None:
            return found
    return node


def read_file(path: Path, *, what: str = "scenario", dates_as_text: bool = False) -> tuple[Node | None, list[Problem]]:
    """
    Read one YAML file.

    Parameters
    ----------
    path : Path
        The file.
    what : str
        What messages call its content.
    dates_as_text : bool
        Unquoted dates are texts instead of faults: for files whose dates are only shown.

    Returns
    -------
    node : Node or None
        The mapping of the file; None if it cannot be used.
    problems : list of Problem
        What is wrong with it.
    """
    expected = f"a YAML file with a {what}"
    if not path.is_file():
        got = "a folder" if path.is_dir() else "no such file"
        return None, [Problem(path, 0, "", got, expected, _files_near(path))]
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        return None, [Problem(path, 0, "", f"{error.strerror or error}", "a file that can be read")]
    except UnicodeDecodeError as error:
        return None, [Problem(path, 0, "", f"bytes that are not UTF-8 (at byte {error.start})", expected)]
    node, faults = _read_kept(text, path, dates_as_text)
    problems = list(faults)
    if node is not None and not isinstance(node.value, dict):
        got = "an empty file" if node.value is None else _kind(node)
        return None, [*problems, Problem(path, node.line, "", got, f"a mapping of {what} fields")]
    return node, problems


@functools.lru_cache(maxsize=128)
def _read_kept(text: str, path: Path, dates_as_text: bool) -> tuple[Node | None, tuple[Problem, ...]]:
    """Read a text once: the points of a sweep share their files, and nodes are never altered."""
    node, problems = read_text(text, path, dates_as_text=dates_as_text)
    return node, tuple(problems)


def _files_near(path: Path) -> str:
    """Return the hint for a path that is no file: the file that is meant, or the files of the folder."""
    if path.is_dir():
        places = [path]
    else:
        places = list(dict.fromkeys(folder for folder in (path.parent, Path("scenarios")) if folder.is_dir()))
    files = {file.stem: file for folder in reversed(places) for file in sorted(folder.glob("*.yaml"))}
    meant = difflib.get_close_matches(path.stem, sorted(files), n=1, cutoff=0.6) if not path.is_dir() else []
    if meant:
        return f"did you mean {display(files[meant[0]])}?"
    listed = sorted(display(file) for file in files.values())[:FILES_SHOWN]
    return f"files there: {', '.join(listed)}" if listed else ""


def _kind(node: Node) -> str:
    return "a list" if isinstance(node.value, tuple) else f"the text {node.text[:60]!r}"


def read_text(
    text: str, file: Path | str, *, first_line: int = 1, dates_as_text: bool = False
) -> tuple[Node | None, list[Problem]]:
    """
    Read YAML text; options of the command line come through here too.

    Parameters
    ----------
    text : str
        YAML, one document.
    file : Path or str
        What messages call it.
    first_line : int
        Line number of the first line; 0 marks text without lines.
    dates_as_text : bool
        As in `read_file`.

    Returns
    -------
    node, problems
        As in `read_file`; an empty text is a node of value None.
    """
    builder = _Builder(file, first_line, dates_as_text)
    try:
        builder.read(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + first_line if mark and first_line else 0
        what = f"text that is not YAML ({error.problem or error.context})"
        at_tab = mark and text.splitlines()[mark.line : mark.line + 1] and _TAB.match(text.splitlines()[mark.line])
        hint = "indent with spaces, not tabs" if at_tab else ""
        return None, [*builder.problems, Problem(file, line, "", what, "YAML", hint)]
    except yaml.YAMLError as error:
        what = " ".join(str(error).split())[:120]
        return None, [*builder.problems, Problem(file, 0, "", f"text that is not YAML ({what})", "YAML")]
    except _TooMuchError as error:
        return None, [*builder.problems, error.problem]
    return builder.root, builder.problems


class _TooMuchError(Exception):
    """The file nests or expands beyond any scenario: reading stops."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass
class _Builder:
    """Builds nodes from the events of one document."""

    file: Path | str
    first_line: int
    dates_as_text: bool = False
    problems: list[Problem] = field(default_factory=list)
    anchors: dict[str, Node | None] = field(default_factory=dict)
    root: Node | None = None

    def read(self, text: str) -> None:
        self.loader = _Loader(text)
        try:
            self._document()
        finally:
            self.loader.dispose()

    def _document(self) -> None:
        self.loader.get_event()  # stream start
        if self.loader.check_event(yaml.StreamEndEvent):
            self.root = Node(None, self.file, self.first_line)
            return
        self.loader.get_event()  # document start
        self.root = self._node(())
        self.loader.get_event()  # document end
        if not self.loader.check_event(yaml.StreamEndEvent):
            event = self.loader.peek_event()
            self._problem(event, (), "a second document", "one document a file", "remove the line '---'")

    def _problem(self, event: Any, steps: Steps, got: str, expected: str, hint: str = "") -> None:
        self.problems.append(Problem(self.file, self._line(event), dotted(steps), got, expected, hint))

    def _line(self, event: Any) -> int:
        return event.start_mark.line + self.first_line if self.first_line else 0

    def _node(self, steps: Steps) -> Node:
        event = self.loader.get_event()
        if len(steps) > DEPTH_MAX:
            raise _TooMuchError(
                Problem(self.file, self._line(event), "", f"more than {DEPTH_MAX} levels", "a scenario")
            )
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, steps)
        if event.anchor:
            self.anchors[event.anchor] = None
        if isinstance(event, yaml.MappingStartEvent):
            node = self._mapping(event, steps)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self._sequence(event, steps)
        else:
            node = self._scalar(event, steps)
        if node.size > NODES_MAX:
            got = f"more than {NODES_MAX} values once aliases are expanded"
            raise _TooMuchError(Problem(self.file, self._line(event), dotted(steps), got, "a scenario"))
        if event.anchor:
            self.anchors[event.anchor] = node
        return node

    def _alias(self, event: Any, steps: Steps) -> Node:
        if event.anchor not in self.anchors:
            got = f"the alias *{event.anchor}"
            self._problem(event, steps, got, f"an anchor &{event.anchor} above it")
        elif (node := self.anchors[event.anchor]) is None:
            self._problem(event, steps, f"the alias *{event.anchor} inside its own anchor", "values that end")
        else:
            return node
        return Node(None, self.file, self._line(event))

    def _sequence(self, event: Any, steps: Steps) -> Node:
        items: list[Node] = []
        while not self.loader.check_event(yaml.SequenceEndEvent):
            items.append(self._node((*steps, len(items))))
        self.loader.get_event()
        return Node(tuple(items), self.file, self._line(event), size=1 + sum(item.size for item in items))

    def _mapping(self, event: Any, steps: Steps) -> Node:
        entries: dict[str, Node] = {}
        while not self.loader.check_event(yaml.MappingEndEvent):
            key_event = self.loader.peek_event()
            key = self._key(steps)
            node = self._node((*steps, key))
            if key in entries:
                got, first = "a second definition", f"one definition (first is on line {entries[key].line})"
                self._problem(key_event, (*steps, key), got, first)
            else:
                entries[key] = node.with_(line=self._line(key_event))
        self.loader.get_event()
        return Node(entries, self.file, self._line(event), size=1 + sum(n.size for n in entries.values()))

    def _key(self, steps: Steps) -> str:
        event = self.loader.peek_event()
        count = len(self.problems)
        node = self._node(steps)
        if isinstance(node.value, str) and node.text != "<<":
            return node.value
        del self.problems[count:]  # one fault for a key is enough
        if node.text == "<<":
            self._problem(event, steps, "the merge key '<<'", "plain fields", "use `extends:` or write them out")
        elif isinstance(node.value, dict | tuple):
            self._problem(event, steps, f"{_kind(node)[:6].strip()} as a key", "a name")
        else:
            hint = f"YAML reads a bare {node.text} as {node.value!r}; put it in quotes"
            self._problem(event, steps, f"the key {node.text or 'null'}", "a name", hint)
        return node.text or f"key on line {self._line(event)}"

    def _scalar(self, event: Any, steps: Steps) -> Node:
        quoted = event.style in ("'", '"', "|", ">")
        where = {"file": self.file, "line": self._line(event), "text": event.value, "quoted": quoted}
        if event.tag not in (None, "!"):
            self._problem(event, steps, f"the tag {event.tag}", "a value without a tag")
            return Node(event.value, **where)
        tag = self.loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag not in _SCALAR_TAGS:
            return Node(event.value, **where)
        try:
            value = self.loader.construct_object(yaml.ScalarNode(tag, event.value, event.start_mark))
        except ValueError:
            self._problem(event, steps, f"{event.value[:60]!r}", "a value YAML can read", "put it in quotes")
            value = event.value
        if isinstance(value, date) and self.dates_as_text:
            return Node(event.value, **where)
        trap = _trap(event.value, value) if not quoted else None
        if trap:
            self._problem(event, steps, *trap)
            value = event.value
        return Node(value, **where)


def _trap(text: str, value: Any) -> tuple[str, str, str] | None:
    """Return got, expected and hint if YAML 1.1 reads an unquoted text as something nobody means."""
    if isinstance(value, date):
        hint = "YAML reads an unquoted date as an object and drops its zone; "
        stamp = value.isoformat() if ":" in value.isoformat() else f"{value.isoformat()}T00:00:00"
        stamp = stamp if re.search(r"[-+]\d\d:\d\d$", stamp) else f"{stamp}+08:00"
        return (
            f"the unquoted date {text}",
            "a quoted ISO 8601 instant with its zone",
            f"{hint}write '{stamp}'",
        )
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if ":" in text:
        return (
            f"{text}",
            "a number, or a text in quotes",
            f"YAML reads {text} as the number {value} (base 60)",
        )
    if isinstance(value, int) and re.match(r"[-+]?0[\d_]+$", text):
        return f"{text}", "a number without a leading 0", f"YAML reads {text} as the octal number {value}"
    return None
