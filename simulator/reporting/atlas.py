"""Pictures of a finished run beyond its report: ``figures/*.svg`` and ``.png`` with their data as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


def render_atlas(
    folder: Path, *, languages: Sequence[str], progress: Callable[[int, int], None] | None = None
) -> list[Path]:
    """
    Draw the pictures of a run into its folder.

    Parameters
    ----------
    folder : Path
        A complete run folder; only its files are read, and no number is changed.
    languages : sequence of {"zh", "en"}
    progress : callable, optional
        Called with (pictures done, pictures in all).

    Returns
    -------
    list of Path
        The files written: a day and a week of each hub, duration curves, clean share by hour and month, PUE against
        wet bulb, the map.

    Raises
    ------
    RunFolderError
        If the folder is no finished run.
    """
    from simulator.records import figures_folder
    from simulator.reporting.atlas_figures import draw_atlas
    from simulator.reporting.atlas_plots import atlas_plots
    from simulator.reporting.figures import save
    from simulator.reporting.study import read_study
    from simulator.reporting.style import style
    from simulator.reporting.texts import Texts
    from simulator.reporting.values import build_numbers

    study = read_study(folder, columns=None)
    data, numbers = atlas_plots(study), build_numbers(study)
    figures = figures_folder(folder)
    written = [plot.write_csv(figures) for plot in data]
    done = 0
    with style():
        for lang in languages:
            texts = Texts(lang, numbers)
            for plot in data:
                alt = texts(f"atlas.alt.{plot.kind}")
                written += save(draw_atlas(plot, study, texts), figures, f"{plot.name}.{lang}", alt)
                done += 1
                if progress:
                    progress(done, len(languages) * len(data))
    return written
