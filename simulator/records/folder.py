"""
The run folder: written under a hidden temporary name, renamed when complete.

A reader never meets a half-written run: until the last byte is on disk the folder is called
``.<name>.partial-<pid>``. An earlier run under the same name is replaced only when the new one is complete,
and a folder that holds anything else is never touched.
"""

from __future__ import annotations

import json
import math
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from simulator.errors import RunFolderError
from simulator.records.schema import TABLES

OWN_NAMES = {"manifest.json", "summary.json", "figures", *(f"{name}.parquet" for name in TABLES)}
OWN_PREFIX = "report."


def package_version() -> str:
    """Return the version of the installed distribution, as the manifest states it."""
    return version("suandian")


@contextmanager
def new_run_folder(final: Path, *, force: bool = False) -> Iterator[Path]:
    """
    Give a temporary folder beside `final` that takes its name when the block ends well.

    Parameters
    ----------
    final : Path
        The run folder to be. An empty folder or an earlier run there is replaced at the very end.
    force : bool
        Also accept a folder with other files in it: it is kept as ``<name>.before-<n>``, never deleted.

    Yields
    ------
    Path
        The temporary folder to write into.

    Raises
    ------
    RunFolderError
        If `final` is a file or holds anything that is not of a run; raised before any work is done.
    """
    final = final.resolve()  # a link is followed: what it points to is replaced, the link stays
    _check_replaceable(final, force)
    partial = final.parent / f".{final.name}.partial-{os.getpid()}"
    if partial.exists():  # left by a killed run whose process number came round again
        shutil.rmtree(partial)
    partial.mkdir(parents=True)
    try:
        yield partial
        _sync(partial)
        _check_replaceable(final, force)
        _put_in_place(partial, final)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _check_replaceable(final: Path, force: bool) -> None:
    if not final.exists() or (final.is_dir() and (force or _only_ours(final))):
        return
    what = "it holds files that are not of a run" if final.is_dir() else "it is a file"
    raise RunFolderError(f"{final}: {what}; choose another folder, nothing was written or lost")


def _only_ours(folder: Path) -> bool:
    entries = sorted(entry.name for entry in folder.iterdir())
    if not entries:
        return True
    foreign = [name for name in entries if name not in OWN_NAMES and not name.startswith(OWN_PREFIX)]
    return not foreign and "suandian" in _read_object(folder / "manifest.json", missing_ok=True)


def _put_in_place(partial: Path, final: Path) -> None:
    """Rename; an earlier run steps aside first and is put back should the rename fail."""
    aside = _aside(final) if final.exists() else None
    if aside:
        final.rename(aside)
    try:
        partial.rename(final)
    except OSError:
        if aside:
            aside.rename(final)
        raise
    _sync_path(final.parent)
    if aside and _only_ours(aside):
        shutil.rmtree(aside)


def _aside(final: Path) -> Path:
    if _only_ours(final):
        return final.parent / f".{final.name}.old-{os.getpid()}"
    number = 1
    while (kept := final.parent / f"{final.name}.before-{number}").exists():
        number += 1
    return kept


def _sync(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        _sync_path(path)
    _sync_path(folder)


def _sync_path(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """
    Write a JSON object: keys in the order given, floats as Python prints them, UTF-8, one final newline.

    Raises
    ------
    ValueError
        If a number is NaN or infinite, which JSON does not know; the message names the key.
    """
    bad = next(_not_finite(content, ""), None)
    if bad is not None:
        raise ValueError(f"{path.name}: {bad} is not a finite number")
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _not_finite(value: Any, where: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _not_finite(item, f"{where}.{key}" if where else str(key))
    elif isinstance(value, list | tuple):
        for i, item in enumerate(value):
            yield from _not_finite(item, f"{where}[{i}]")
    elif isinstance(value, float) and not math.isfinite(value):
        yield where


def read_manifest(folder: Path) -> dict[str, Any]:
    """
    Read the manifest of a finished run.

    Raises
    ------
    RunFolderError
        If there is no such folder, no manifest, the run did not finish, or it was written by another version
        (the first two numbers of the version differ).
    """
    if not folder.is_dir():
        raise RunFolderError(f"{folder}: no such run folder")
    path = folder / "manifest.json"
    manifest = _read_object(path)
    status = manifest.get("status")
    if status != "complete":
        raise RunFolderError(f"{path}: status is {status!r}; expected 'complete'. Run the scenario again")
    theirs, ours = str(manifest.get("suandian")), package_version()
    if theirs.split(".")[:2] != ours.split(".")[:2]:
        raise RunFolderError(f"{path}: written by version {theirs}, this is {ours}. Run the scenario again")
    return manifest


def must_be_a_run(folder: Path) -> None:
    """
    Refuse a folder that holds runs but is none.

    Raises
    ------
    RunFolderError
        With the runs below it, newest last.
    """
    if not folder.is_dir() or (folder / "manifest.json").exists():
        return
    found = [path for pattern in ("*/manifest.json", "*/*/manifest.json") for path in folder.glob(pattern)]
    runs = [path for path in found if not path.parent.name.startswith(".")]
    if runs:
        listed = "\n  ".join(str(path.parent) for path in sorted(runs, key=lambda path: path.stat().st_mtime))
        raise RunFolderError(f"{folder}: no run folder, but it holds runs (newest last); name one of them\n  {listed}")


def figures_folder(folder: Path) -> Path:
    """
    Return the folder ``figures`` of a folder, made if there is none.

    Raises
    ------
    RunFolderError
        If a file of that name is in the way.
    """
    path = folder / "figures"
    if path.exists() and not path.is_dir():
        raise RunFolderError(
            f"{path}: got a file; expected a folder, or nothing\n    hint: move it away; figures are written there"
        )
    path.mkdir(exist_ok=True)
    return path


def read_summary(folder: Path) -> dict[str, Any]:
    """Read ``summary.json`` of a finished run; raises `RunFolderError` as `read_manifest` does."""
    read_manifest(folder)
    return _read_object(folder / "summary.json")


def _read_object(path: Path, *, missing_ok: bool = False) -> dict[str, Any]:
    if not path.is_file():
        if missing_ok:
            return {}
        raise RunFolderError(f"{path}: missing; a finished run folder holds it")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise RunFolderError(f"{path}: cannot be read as JSON: {error}") from error
    if not isinstance(content, dict):
        raise RunFolderError(f"{path}: got a {type(content).__name__}; expected a JSON object")
    return content
