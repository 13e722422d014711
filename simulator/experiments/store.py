"""
Where the folders of points are: on a file system, or in an object store named by an address such as ``s3://bucket/x``.

On a file system a folder takes its name when it is complete, as every run folder does. An object store knows no
renaming: the files of a run are put there one by one, the manifest last, and a folder without one is unfinished.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from simulator.errors import InputError, RunFolderError
from simulator.records import new_run_folder, read_manifest, read_summary

MANIFEST = "manifest.json"


def is_address(place: str) -> bool:
    """Whether a place is an address for fsspec, not a path."""
    return "://" in place


def join(place: str, *names: str) -> str:
    """Return a place below another."""
    return "/".join([place.rstrip("/"), *names])


@contextmanager
def new_folder(place: str) -> Iterator[Path]:
    """
    Give a local folder whose files are at `place` once the block has ended well.

    Raises
    ------
    RunFolderError
        If files of others are there.
    """
    if not is_address(place):
        with new_run_folder(Path(place)) as partial:
            yield partial
        return
    with tempfile.TemporaryDirectory(prefix="suandian-") as name:
        yield Path(name)
        _put_all(Path(name), place)


def _put_all(folder: Path, place: str) -> None:
    system, root = _system(place)
    if system.exists(f"{root}/{MANIFEST}"):
        system.rm(f"{root}/{MANIFEST}")  # unfinished from here on
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in sorted(files, key=lambda path: path.name == MANIFEST):
        there = f"{root}/{path.relative_to(folder).as_posix()}"
        system.makedirs(there.rpartition("/")[0], exist_ok=True)
        system.put_file(str(path), there)


def finished(place: str, run_id: str) -> dict[str, Any] | None:
    """Return the summary of a finished run of this id; None if there is none at that place."""
    if not is_address(place):
        folder = Path(place)
        try:
            same = read_manifest(folder)["run_id"] == run_id
            return read_summary(folder) if same else None
        except RunFolderError:
            return None
    system, root = _system(place)
    try:
        manifest = json.loads(system.cat_file(f"{root}/{MANIFEST}"))
        if manifest.get("status") != "complete" or manifest.get("run_id") != run_id:
            return None
        content: dict[str, Any] = json.loads(system.cat_file(f"{root}/summary.json"))
    except (FileNotFoundError, ValueError):
        return None
    return content


def put_files(folder: Path, place: str) -> None:
    """Put the files of a local folder to an address."""
    _put_all(folder, place)


def _system(place: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError as error:
        raise InputError(
            f"{place}: an object store needs the group [cluster]: pip install -e '.[cluster]' in the project's folder"
        ) from error
    try:
        system, root = fsspec.core.url_to_fs(place)
    except (ValueError, ImportError) as error:
        raise InputError(
            f"{place}: got an address fsspec cannot open ({error}); expected for example s3://bucket/x"
        ) from error
    return system, root
