"""From a file to a `Loaded` scenario, or to one error with all its faults."""

from __future__ import annotations

import dataclasses
import os
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from simulator.errors import InvariantError
from simulator.scenario.base import Title
from simulator.scenario.checks import check
from simulator.scenario.explain import explain, near_values
from simulator.scenario.files import resolve_files
from simulator.scenario.merge import (
    Change,
    FileReader,
    changes_between,
    option,
    parse_override,
    prune,
    put,
    take_variant,
)
from simulator.scenario.problems import Problem, dotted, raise_if_any
from simulator.scenario.provenance import Provenance, Source, find_sources, unknown_sources
from simulator.scenario.shape import NUMERIC, find, shape_of
from simulator.scenario.source import Node, leaves, plain
from simulator.scenario.spec import Scenario


@dataclass(frozen=True)
class Loaded:
    """
    A resolved scenario and where it comes from.

    Parameters
    ----------
    scenario : Scenario
        Validated; file fields are absolute paths.
    provenance : dict of Provenance by dotted path
        Of every number (and other value) that has one.
    sources : dict of Source by id
        The sources of all ``sources.yaml`` above the files.
    files : tuple of Path
        Files read, the scenario first; empty after `undump`.
    changes : tuple of Change
        What the variant and the options changed.
    variant : str or None
        The variant that was applied.
    variants : dict of Title by name
        The variants there are.
    data_dir : Path or None
        Where file fields were looked for.
    numbers : tuple of str
        Dotted paths of all numbers that the files (not the defaults) give.
    places : dict of (file, line) by dotted path
        Where each value was written; empty after `undump`.
    """

    scenario: Scenario
    provenance: dict[str, Provenance] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    changes: tuple[Change, ...] = ()
    variant: str | None = None
    variants: dict[str, Title] = field(default_factory=dict)
    data_dir: Path | None = None
    numbers: tuple[str, ...] = ()
    places: dict[str, tuple[Path | str, int]] = field(default_factory=dict)

    def locate(self, problems: Iterable[Problem]) -> list[Problem]:
        """Give problems that other rooms found the file and line of their field, or of the first value below it."""
        located = []
        for problem in problems:
            below = (place for path, place in self.places.items() if path.startswith(f"{problem.path}."))
            file, line = self.places.get(problem.path) or next(below, (problem.file, problem.line))
            located.append(dataclasses.replace(problem, file=file, line=line))
        return located


def load(
    path: Path | str,
    *,
    variant: str | None = None,
    overrides: Iterable[str] = (),
    horizon: str | None = None,
    seed: int | str | None = None,
    data_dir: Path | str | None = None,
) -> Loaded:
    """
    Read a scenario with everything that patches it; `merge` says in which order.

    Parameters
    ----------
    path : Path or str
        The scenario file.
    variant : str, optional
        Name of a variant of the file or its parents.
    overrides : iterable of str
        ``path=value``, as ``--set`` takes them.
    horizon : str, optional
        Replaces ``simulation.horizon``, e.g. ``7d``. [s when read]
    seed : int or str, optional
        Replaces ``simulation.seed``.
    data_dir : Path or str, optional
        Where file fields are looked for when they are not beside the file that names them.

    Returns
    -------
    Loaded
        The resolved scenario.

    Raises
    ------
    ScenarioError
        With all faults, each with file and line; a folder of data that does not exist is told alone.
    """
    if data_dir is not None and not Path(data_dir).is_dir():
        # told alone: every file field of the scenario would be missing because of it
        raise_if_any([Problem("--data-dir", 0, "", f"{str(data_dir)!r}, which does not exist", "a folder")])
    reader = FileReader()
    root = reader.read(Path(path))
    if root is None or reader.incomplete:
        raise_if_any(reader.problems)
        raise InvariantError(f"{path} cannot be read, and no problem says why")
    root = root.with_(file=Path(path).resolve(), line=1)  # what misses at the top misses in this file
    problems = reader.problems
    base, _ = take_variant(root, None, [])
    patched, titles = take_variant(root, variant, problems)
    resolved = _apply_options(patched, overrides, horizon, seed, reader)
    changes = tuple(changes_between(base, patched, f"variant {variant}")) + tuple(
        changes_between(patched, resolved, "options")
    )
    tree = _lift_mfu(prune(resolved))
    tree, scenario = _validated(tree, Path(data_dir) if data_dir else None, problems)
    sources = find_sources(reader.files, problems)
    if sources is not None:
        problems += unknown_sources(reader.uses, sources)
    raise_if_any(problems)
    if scenario is None:
        raise InvariantError(f"{path} is not valid, and no problem says why")
    return Loaded(
        scenario,
        _provenance(tree, Path(path).resolve().parent),
        sources or {},
        tuple(reader.files),
        changes,
        variant,
        {name: Title(**plain(node)) for name, node in titles.items()},
        Path(data_dir) if data_dir else None,
        _numbers(tree),
        {dotted(steps): (node.file, node.line) for steps, node in leaves(tree)},
    )


def _apply_options(
    root: Node,
    overrides: Iterable[str],
    horizon: str | None,
    seed: int | str | None,
    reader: FileReader,
) -> Node:
    shape, problems, uses = shape_of(Scenario), reader.problems, reader.uses
    for text in overrides:
        parsed = parse_override(text, problems, uses)
        if parsed:
            root = put(root, *parsed, shape, problems)
    for name, value in (("horizon", horizon), ("seed", seed)):
        if value is not None:
            path = f"simulation.{name}"
            root = put(
                root,
                ("simulation", name),
                option(path, str(value), f"--{name}", problems, uses),
                shape,
                problems,
            )
    return root


def _lift_mfu(root: Node) -> Node:
    """Write out an MFU that was given as one number with its source, low and high."""
    devices = root.value.get("devices")
    if devices is None or not isinstance(devices.value, dict):
        return root
    lifted = {name: _lift_device(node) for name, node in devices.value.items()}
    return root.with_(value={**root.value, "devices": devices.with_(value=lifted)})


def _lift_device(device: Node) -> Node:
    mfu = device.value.get("mfu") if isinstance(device.value, dict) else None
    if mfu is None or not isinstance(mfu.value, dict):
        return device
    lifted = {name: _lift_number(node) for name, node in mfu.value.items()}
    return device.with_(value={**device.value, "mfu": mfu.with_(value=lifted)})


def _lift_number(node: Node) -> Node:
    if isinstance(node.value, dict | tuple):
        return node
    entries = {"value": node}
    for key in ("low", "high"):
        bound = getattr(node.origin, key, None)
        if bound is not None:
            entries[key] = node.with_(value=bound, text=str(bound))
    return node.with_(value=entries, origin=None)


def _validated(root: Node, data_dir: Path | None, problems: list[Problem]) -> tuple[Node, Scenario | None]:
    shape = shape_of(Scenario)
    root, file_problems = resolve_files(root, shape, data_dir)
    found: list[Problem] = []
    scenario = None
    try:
        scenario = Scenario.model_validate(plain(root), strict=True)
    except ValidationError as error:
        found = explain(error, root, shape)
    found = near_values(found, [*file_problems, *check(root, scenario)])
    problems[:] = near_values(problems, found)
    return root, scenario


def _provenance(root: Node, folder: Path) -> dict[str, Provenance]:
    """Return what is known of every value; an `about` speaks of numbers and instants only, not of titles."""
    shape, value = shape_of(Scenario), plain(root)
    found = {}
    for steps, node in leaves(root):
        if node.origin is None:
            continue
        form = find(shape, steps, value)
        if node.origin.shared and (form is None or form.kind not in (*NUMERIC, "instant")):
            continue
        file = node.origin.file
        if isinstance(file, Path):
            file = Path(os.path.relpath(file, folder)).as_posix()
        found[dotted(steps)] = dataclasses.replace(node.origin, file=file)
    return found


def _numbers(root: Node) -> tuple[str, ...]:
    shape, value = shape_of(Scenario), plain(root)
    forms = ((steps, find(shape, steps, value)) for steps, _ in leaves(root))
    return tuple(dotted(steps) for steps, form in forms if form is not None and form.kind in NUMERIC)


def stream(seed: int, name: str) -> np.random.Generator:
    """
    Return the independent random stream of a name.

    Parameters
    ----------
    seed : int
        The one seed of the scenario.
    name : str
        What the chance is for, e.g. ``weather.jiaxing``; a new name never shifts the other streams.

    Returns
    -------
    numpy.random.Generator
        The stream, at its start.
    """
    return np.random.default_rng(np.random.SeedSequence([seed, zlib.crc32(name.encode())]))
