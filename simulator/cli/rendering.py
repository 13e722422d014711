"""What `run`, `replay` and `report` end with: figures, and reports where a folder has any."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.experiments import Stage


def render_folder(folder: Path, asked: tuple[str, ...], formats: tuple[str, ...], stage: Stage) -> list[Path]:
    """
    Draw the figures of a folder, and write its reports where it has any.

    Raises
    ------
    RunFolderError
        If the folder is of no finished work.
    InputError
        If a language or format is unknown.
    """
    from simulator import reporting

    stage("report", 0.0)

    def told(done: int, total: int) -> None:
        stage("report", done / total)

    pages = {
        "comparison": reporting.render_comparison,
        "robustness": reporting.render_robustness,
        "experiment": reporting.render_curves,
    }
    kind = reporting.folder_kind(folder)
    if kind in pages:
        return pages[kind](folder, languages=asked, formats=formats)
    if kind == "replay":  # figures only: a replay has no report
        return reporting.render_replay(folder, languages=asked, progress=told)
    return reporting.render(folder, languages=asked, formats=formats, progress=told)
