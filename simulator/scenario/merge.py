"""
How files, variants and options become one tree. Later wins:

1. the parents named in ``extends:``, left to right, each with its own parents first;
2. the file itself;
3. the chosen variant's ``set:``;
4. ``--set path=value`` from left to right, then ``--horizon`` and ``--seed``.

Mappings merge entry by entry, lists and scalars replace. ``null`` removes an entry; a mapping that comes
after a removal (or replaces a scalar) starts afresh, which makes merging associative.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator.scenario.kinds import other_kind
from simulator.scenario.problems import Problem, Steps, dotted, near, one_of, shown
from simulator.scenario.provenance import Provenance, SourceUse, attach
from simulator.scenario.shape import Shape, step_into
from simulator.scenario.source import Node, at, plain, read_file, read_text


@dataclass(frozen=True)
class Change:
    """A value that a variant or an option changed: path, old and new as written (None = absent), by whom."""

    path: str
    old: Any
    new: Any
    by: str = ""


def merge(base: Node, patch: Node) -> Node:
    """
    Merge a patch onto a base; neither is altered.

    Parameters
    ----------
    base, patch : Node
        Trees; nulls are kept, so that merging stays associative (see `prune`).

    Returns
    -------
    Node
        The merged tree.
    """
    if not isinstance(patch.value, dict) or patch.whole:
        return patch
    if not isinstance(base.value, dict):
        return patch.with_(whole=True)
    entries = dict(base.value)
    for key, node in patch.value.items():
        entries[key] = merge(entries[key], node) if key in entries else node
    return base.with_(value=entries)


def prune(node: Node) -> Node:
    """Return the tree without the entries that are null."""
    if isinstance(node.value, dict):
        kept = {key: prune(child) for key, child in node.value.items() if child.value is not None}
        return node.with_(value=kept)
    if isinstance(node.value, tuple):
        return node.with_(value=tuple(prune(child) for child in node.value))
    return node


@dataclass
class FileReader:
    """Reads a file with all its parents; collects the files and faults met on the way."""

    problems: list[Problem] = field(default_factory=list)
    files: dict[Path, Node | None] = field(default_factory=dict)
    uses: list[SourceUse] = field(default_factory=list)
    incomplete: bool = False  # a parent could not be read: what it holds would seem to be missing

    def read(self, path: Path, trail: tuple[Path, ...] = ()) -> Node | None:
        """Return the file merged onto its parents, or None if it cannot be read."""
        path = path.resolve()
        if path not in self.files:
            self.files[path] = self._load(path)
        document = self.files[path]
        if document is None:
            return None
        merged: Node | None = None
        for node in self._parents(document):
            parent = self._parent(path, node, (*trail, path))
            if parent is not None:
                merged = parent if merged is None else merge(merged, parent)
        own = document.with_(value={k: v for k, v in document.value.items() if k != "extends"})
        return own if merged is None else merge(merged, own)

    def _load(self, path: Path) -> Node | None:
        document, faults = read_file(path)
        other = other_kind(document, path, "scenario") if document is not None else None
        if other is not None:  # its fields would all be unknown: one fault is enough
            document, faults = None, [other]
        self.problems += faults
        self.incomplete |= document is None
        return None if document is None else attach(document, self.problems, self.uses)

    def _parents(self, document: Node) -> Iterable[Node]:
        extends = document.value.get("extends")
        if extends is None or extends.value is None:
            return ()
        nodes = extends.value if isinstance(extends.value, tuple) else (extends,)
        if all(isinstance(node.value, str) for node in nodes):
            return nodes
        self._fault(extends, shown(plain(extends)), "the path of a scenario file, or a list of paths")
        return ()

    def _parent(self, path: Path, node: Node, trail: tuple[Path, ...]) -> Node | None:
        target = (path.parent / node.value).resolve()
        if target in trail:
            chain = " -> ".join(file.name for file in (*trail[trail.index(target) :], target))
            self._fault(node, f"a circle ({chain})", "parents that end")
            return None
        if not target.is_file():
            names = sorted(p.name for p in target.parent.glob("*.yaml")) if target.parent.is_dir() else []
            hint = near(target.name, names) or "paths are relative to the file that writes them"
            self._fault(node, f"{node.value!r}, which is no file", "a scenario file to extend", hint)
            return None
        return self.read(target, trail)

    def _fault(self, node: Node, got: str, expected: str, hint: str = "") -> None:
        self.incomplete = True
        problem = Problem(node.file, node.line, "extends", got, expected, hint)
        if problem not in self.problems:  # a parent shared by two files is met twice
            self.problems.append(problem)


def take_variant(root: Node, name: str | None, problems: list[Problem]) -> tuple[Node, dict[str, Node]]:
    """
    Split the variants from the tree and apply one.

    Parameters
    ----------
    root : Node
        Merged tree, ``variants`` included.
    name : str or None
        The variant to apply.
    problems : list of Problem
        Faults are added here.

    Returns
    -------
    root : Node
        The tree without ``variants``, patched.
    variants : dict of Node
        The title of each variant.
    """
    node = root.value.get("variants")
    entries = dict(root.value)
    entries.pop("variants", None)
    root = root.with_(value=entries)
    variants = _variants(node, problems) if node is not None and node.value is not None else {}
    if name is not None and name not in variants:
        place = node or root
        got, hint = f"the variant {name!r}", near(name, variants)
        problems.append(Problem(place.file, place.line, "variants", got, one_of(variants), hint))
    elif name is not None:
        root = merge(root, variants[name].value["set"])
    return root, {key: variant.value["title"] for key, variant in variants.items()}


def _variants(node: Node, problems: list[Problem]) -> dict[str, Node]:
    expected = "a mapping of variants, each with title {zh, en} and set (a patch)"
    if not isinstance(node.value, dict):
        problems.append(Problem(node.file, node.line, "variants", shown(plain(node)), expected))
        return {}
    good = {}
    for key, variant in node.value.items():
        if variant.value is None:
            continue  # a variant of a parent, removed
        fault = _variant_fault(variant)
        if fault:
            problems.append(Problem(variant.file, variant.line, f"variants.{key}", fault, expected))
        else:
            good[key] = variant
    return good


def _variant_fault(variant: Node) -> str:
    if not isinstance(variant.value, dict):
        return shown(plain(variant))
    if extra := variant.value.keys() - {"title", "set"}:
        return f"the unknown field {sorted(extra)[0]!r}"
    if missing := {"title", "set"} - variant.value.keys():
        return f"no {sorted(missing)[0]}"
    title, patch = plain(variant.value["title"]), variant.value["set"].value
    if not isinstance(title, dict) or title.keys() != {"zh", "en"} or not all(map(_is_text, title.values())):
        return "a title without zh and en"
    if not isinstance(patch, dict) or patch.keys() & {"variants", "extends"}:
        return "a set that is no plain patch"
    return ""


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def parse_override(text: str, problems: list[Problem], uses: list[SourceUse]) -> tuple[Steps, Node] | None:
    """
    Read one ``path=value`` of ``--set``.

    Parameters
    ----------
    text : str
        Dotted path, ``=``, and the value as YAML; times need no quotes here, as the shell eats them.
    problems, uses : list
        Faults and source ids are added here.

    Returns
    -------
    tuple of (Steps, Node), or None
        The path and the value; None if it is no override.
    """
    path, sign, value = text.partition("=")
    path = path.strip()
    if not sign or not path or not all(path.split(".")):
        hint = "for example --set hubs.jiaxing.connection.import_limit='120 MW'"
        problems.append(Problem("--set", 0, "", repr(text), "path=value", hint))
        return None
    steps = tuple(int(step) if step.isdecimal() else step for step in path.split("."))
    return steps, option(path, value, "--set", problems, uses)


def option(path: str, value: str, name: str, problems: list[Problem], uses: list[SourceUse]) -> Node:
    """Read the value of a command-line option as a node whose numbers are assumptions of the caller."""
    node, faults = read_text(value, name, first_line=0, dates_as_text=True)
    problems += [Problem(name, 0, path, p.got, p.expected, p.hint) for p in faults]
    node = attach(node or Node(value, name, 0), problems, uses)
    return _assumed(
        node, Provenance("assumed", why=f"由命令行给出（{name}） | given on the command line ({name})", file=name)
    )


def _assumed(node: Node, origin: Provenance) -> Node:
    if isinstance(node.value, dict):
        return node.with_(value={key: _assumed(child, origin) for key, child in node.value.items()})
    if isinstance(node.value, tuple):
        return node.with_(value=tuple(_assumed(child, origin) for child in node.value))
    return node if node.origin else node.with_(origin=Provenance(**{**origin.__dict__, "written": node.text}))


def put(root: Node, steps: Steps, value: Node, shape: Shape, problems: list[Problem]) -> Node:
    """
    Merge a value into the tree at a path, which must lead through what exists or what the models know.

    Parameters
    ----------
    root : Node
        The tree.
    steps : tuple
        Path of the value.
    value : Node
        What to put there; a mapping merges, null removes.
    shape : Shape
        Shape of the root.
    problems : list of Problem
        A path that leads nowhere is added here, and the tree returned as it was.

    Returns
    -------
    Node
        The new tree.
    """
    if not _leads_somewhere(root, steps, value, shape, problems):
        return root
    return _put(root, steps, value)


def _put(node: Node, steps: Steps, value: Node) -> Node:
    if not steps:
        return merge(node, value)
    step, rest = steps[0], steps[1:]
    if isinstance(node.value, tuple) and isinstance(step, int):
        return node.with_(
            value=tuple(_put(item, rest, value) if i == step else item for i, item in enumerate(node.value))
        )
    inside = node.value if isinstance(node.value, dict) else {}
    child = inside.get(str(step)) or Node({} if rest else None, value.file, value.line)
    return node.with_(value={**inside, str(step): _put(child, rest, value)})


def _leads_somewhere(root: Node, steps: Steps, value: Node, shape: Shape, problems: list[Problem]) -> bool:
    here: Node | None = root
    form: Shape | None = shape
    for index, step in enumerate(steps):
        names = _names(here, form)
        inner = step_into(form, step, plain(here) if here else None)
        last = index == len(steps) - 1
        may_be_new = last and value.value is not None and form is not None and form.kind in ("mapping", "any")
        if str(step) not in names and not may_be_new:
            got = f"{str(step)!r}, which is not there"
            path = dotted(steps)
            problems.append(Problem(value.file, 0, path, got, one_of(names), near(str(step), names)))
            return False
        here, form = (at(here, (step,)) if here else None), inner
    return True


def _names(node: Node | None, shape: Shape | None) -> set[str]:
    inside = node.value if node else None
    names: set[str] = set()
    if isinstance(inside, dict):
        names |= inside.keys()
    elif isinstance(inside, tuple):
        names |= {str(index) for index in range(len(inside))}
    if shape is not None:
        tag = inside["model"].value if isinstance(inside, dict) and "model" in inside else shape.default_option
        names |= shape.options.get(tag, shape).fields.keys()
    return names


def changes_between(old: Node, new: Node, by: str, steps: Steps = ()) -> Iterable[Change]:
    """Yield what changed between two trees, lists as a whole, in the order of the new tree."""
    if isinstance(old.value, dict) and isinstance(new.value, dict):
        for key in dict.fromkeys([*old.value, *new.value]):
            before, after = old.value.get(key), new.value.get(key)
            if before is None or after is None:
                old_value, new_value = plain(before) if before else None, plain(after) if after else None
                yield Change(dotted((*steps, key)), old_value, new_value, by)
            else:
                yield from changes_between(before, after, by, (*steps, key))
    elif old is not new and plain(old) != plain(new):
        yield Change(dotted(steps), plain(old), plain(new), by)
