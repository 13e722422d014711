"""What `run`, `replay` and `report` end with: figures, and reports where a folder has any."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.experiments import Stage


def render_folder(folder: Path, asked: tuple[str, ...], formats: tuple[str, ...], stage: Stage) -> list[Path]:
    """Draw the figures of a folder, and write its reports where it has any."""
    from simulator.reporting import is_replay, render, render_replay

    stage("report", 0.0)

    def told(done: int, total: int) -> None:
        stage("report", done / total)

    if is_replay(folder):  # figures only: a replay has no report
        return render_replay(folder, languages=asked, progress=told)
    return render(folder, languages=asked, formats=formats, progress=told)
