"""What a finished folder is of: a run of a scenario, or another kind, which its files name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def folder_kind(folder: Path) -> str:
    """
    Tell the kind of a finished folder: run, replay, comparison, robustness or experiment.

    Raises
    ------
    RunFolderError
        If the folder is of no finished work, or of another version.
    """
    if (folder / "experiment.json").is_file():
        return "experiment"
    from simulator.records import read_manifest

    return str(read_manifest(folder).get("kind") or "run")
