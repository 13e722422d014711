"""The door to the figures of a replay; what draws them is loaded when it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.reporting.document import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


def render_replay(
    folder: Path, *, languages: Sequence[str] = LANGUAGES, progress: Callable[[int, int], None] | None = None
) -> list[Path]:
    """Draw the figures of a replay into its folder; see `replay_figures.draw_replay`."""
    from simulator.reporting.replay_figures import draw_replay

    return draw_replay(folder, languages=languages, progress=progress)
