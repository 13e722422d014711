"""
A loaded scenario as plain JSON data for the manifest, and back, bit by bit.

Numbers are in the canonical unit of their field (the field reference names it). File fields below the data
folder become ``data:...``, those below the scenario's folder ``scenario:...``, so that a manifest holds no
machine's paths.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from simulator.errors import RunFolderError
from simulator.scenario.base import Title
from simulator.scenario.load import Loaded
from simulator.scenario.merge import Change
from simulator.scenario.provenance import Provenance, Source
from simulator.scenario.quantities import CANONICAL
from simulator.scenario.shape import Shape, shape_of, step_into
from simulator.scenario.spec import Scenario


def dump(loaded: Loaded) -> dict[str, Any]:
    """
    Return a loaded scenario as JSON data.

    Parameters
    ----------
    loaded : Loaded
        From `load` or `undump`.

    Returns
    -------
    dict
        Keys: scenario, provenance, sources, files, changes, numbers, variant, variants.
    """
    folder = loaded.files[0].parent if loaded.files and loaded.files[0].is_absolute() else None
    data_dir = Path(loaded.data_dir).resolve() if loaded.data_dir else None
    scenario = loaded.scenario.model_dump(mode="json")
    return {
        "scenario": _map_files(scenario, shape_of(Scenario), lambda text: _shortened(text, data_dir, folder)),
        "provenance": {
            path: asdict(item) | {"sources": list(item.sources)} for path, item in loaded.provenance.items()
        },
        "sources": {
            key: asdict(source) | {"title": source.title.model_dump()} for key, source in loaded.sources.items()
        },
        "files": [_relative(file, folder) for file in loaded.files],
        "changes": [_lists(asdict(change)) for change in loaded.changes],
        "variant": loaded.variant,
        "numbers": list(loaded.numbers),
        "variants": {name: title.model_dump() for name, title in loaded.variants.items()},
    }


def undump(data: dict[str, Any], *, data_dir: Path | None = None, folder: Path | None = None) -> Loaded:
    """
    Return the loaded scenario that `dump` wrote.

    Parameters
    ----------
    data : dict
        From `dump`, perhaps through JSON.
    data_dir, folder : Path, optional
        What ``data:`` and ``scenario:`` stand for now; without them such paths stay as they are.

    Returns
    -------
    Loaded
        Its scenario equals the one that was dumped.

    Raises
    ------
    RunFolderError
        If the data are not of this version.
    """
    try:
        fields = _map_files(
            _tuples(data["scenario"]), shape_of(Scenario), lambda text: _expanded(text, data_dir, folder)
        )
        scenario = Scenario.model_validate(fields, strict=True, context=CANONICAL)
        return Loaded(
            scenario,
            {
                path: Provenance(**item | {"sources": tuple(item["sources"])})
                for path, item in data["provenance"].items()
            },
            {key: Source(**item | {"title": Title(**item["title"])}) for key, item in data["sources"].items()},
            tuple(Path(file) for file in data["files"]),
            tuple(Change(**_tuples(change)) for change in data["changes"]),
            data["variant"],
            {name: Title(**title) for name, title in data["variants"].items()},
            data_dir,
            tuple(data["numbers"]),
        )
    except (ValidationError, KeyError, TypeError, AttributeError) as error:
        raise RunFolderError(
            f"the scenario of this run folder is of another version of this program: {_first(error)}\n"
            "    hint: run the scenario again"
        ) from error


def _first(error: Exception) -> str:
    """Name the first field that does not fit, and how many more there are."""
    if not isinstance(error, ValidationError):
        return f"{type(error).__name__} {error}"
    details = error.errors(include_url=False, include_input=False)
    more = f", and {len(details) - 1} more" if len(details) > 1 else ""
    return f"{'.'.join(map(str, details[0]['loc']))}: {details[0]['msg']}{more}"


def _tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _tuples(inner) for key, inner in value.items()}
    return tuple(_tuples(inner) for inner in value) if isinstance(value, list | tuple) else value


def _lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lists(inner) for key, inner in value.items()}
    return [_lists(inner) for inner in value] if isinstance(value, list | tuple) else value


def _map_files(value: Any, shape: Shape | None, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {key: _map_files(inner, step_into(shape, key, value), change) for key, inner in value.items()}
    return change(value) if shape is not None and shape.is_file and isinstance(value, str) else value


def _shortened(text: str, data_dir: Path | None, folder: Path | None) -> str:
    path = Path(text)
    for name, place in (("data", data_dir), ("scenario", folder)):
        if place is not None and path.is_relative_to(place):
            return f"{name}:{path.relative_to(place).as_posix()}"
    return text


def _expanded(text: str, data_dir: Path | None, folder: Path | None) -> str:
    for name, place in (("data:", data_dir), ("scenario:", folder)):
        if place is not None and text.startswith(name):
            return str(place.resolve() / text.removeprefix(name))
    return text


def _relative(file: Path, folder: Path | None) -> str:
    return Path(os.path.relpath(file, folder)).as_posix() if folder else file.as_posix()
