"""What killed runs left behind: found, shown, and removed when asked."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_LEFT = re.compile(r"^\..+\.(?:partial|old)-(\d+)$")


@dataclass(frozen=True)
class Leftover:
    """One unfinished folder or file: its path, size, and whether the process that writes it still lives."""

    path: Path
    size_bytes: int
    alive: bool


def leftovers(results: Path) -> list[Leftover]:
    """
    Return what unfinished runs left below a results folder, by path.

    Only names that this program gives are looked at: a dot, the name of a folder, ``.partial-`` or ``.old-`` and a
    process number. A link is never followed.
    """
    return sorted(_found(results, depth=4), key=lambda item: item.path)


def _found(folder: Path, depth: int) -> Iterator[Leftover]:
    for entry in os.scandir(folder) if folder.is_dir() else ():
        path = Path(entry.path)
        match = _LEFT.match(entry.name)
        if match and not entry.is_symlink():
            yield Leftover(path, _size(path), _alive(int(match[1])))
        elif depth > 1 and entry.is_dir(follow_symlinks=False):
            yield from _found(path, depth - 1)


def _size(path: Path) -> int:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files)


def _alive(pid: int) -> bool:
    """Whether a process of this machine has the number; one of another machine on shared storage cannot be seen."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def remove(items: list[Leftover]) -> int:
    """Remove what no living process writes; return how many bytes were freed."""
    freed = 0
    for item in items:
        if item.alive:
            continue
        if item.path.is_dir():
            shutil.rmtree(item.path)
        else:
            item.path.unlink()
        freed += item.size_bytes
    return freed
