"""File fields: found beside the YAML file that names them, else in the data folder; absolute from then on."""

from __future__ import annotations

from pathlib import Path

from simulator.scenario.problems import Problem, Steps, display, dotted, near
from simulator.scenario.shape import Shape, find
from simulator.scenario.source import Node, leaves, plain


def resolve_files(root: Node, shape: Shape, data_dir: Path | None) -> tuple[Node, list[Problem]]:
    """
    Make every file field absolute.

    Parameters
    ----------
    root : Node
        The merged tree; each value still knows the file that wrote it.
    shape : Shape
        Shape of the root.
    data_dir : Path or None
        Where to look when the file is not beside the YAML file that names it.

    Returns
    -------
    root : Node
        The tree with absolute paths.
    problems : list of Problem
        Files that are nowhere, with where they were looked for.
    """
    value, problems = plain(root), []
    for steps, node in list(leaves(root)):
        form = find(shape, steps, value)
        if form is None or not form.is_file or not isinstance(node.value, str):
            continue
        places = _places(node, data_dir)
        found = next((place for place in places if place.is_file()), None)
        if found is None:
            problems.append(_missing(node, steps, places, data_dir))
        else:
            root = _replace(root, steps, str(found.resolve()))
    return root, problems


def _places(node: Node, data_dir: Path | None) -> list[Path]:
    beside = node.file.parent if isinstance(node.file, Path) else Path.cwd()
    return [beside / node.value, *([data_dir / node.value] if data_dir else [])]


def _missing(node: Node, steps: Steps, places: list[Path], data_dir: Path | None) -> Problem:
    looked = " and ".join(display(place) for place in places)
    names = [path.name for place in places if place.parent.is_dir() for path in place.parent.iterdir()]
    hint = near(Path(node.value).name, names)
    if not hint and data_dir is None:
        hint = "give the folder that holds it by --data-dir"
    got = f"the file {node.value!r}, which does not exist"
    return Problem(node.file, node.line, dotted(steps), got, f"a file (looked for {looked})", hint)


def _replace(node: Node, steps: Steps, text: str) -> Node:
    if not steps:
        return node.with_(value=text)
    if isinstance(node.value, tuple):
        items = (_replace(item, steps[1:], text) if i == steps[0] else item for i, item in enumerate(node.value))
        return node.with_(value=tuple(items))
    step = str(steps[0])
    return node.with_(value={**node.value, step: _replace(node.value[step], steps[1:], text)})
