"""The verb `report`, and the rendering that others end with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.cli.app import app, told_errors
from simulator.cli.options import Langs, console_language, languages
from simulator.cli.progress import progress_shown

if TYPE_CHECKING:
    from simulator.experiments import Stage


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="a finished run folder")],
    lang: Langs = None,
    formats: Annotated[str, typer.Option("--format", help="html, md, or both with a comma")] = "html,md",
) -> None:
    """Write figures and reports again from a run folder, without simulating."""
    with told_errors():
        from simulator.experiments import must_be_a_run

        must_be_a_run(folder)
        wanted = tuple(part.strip() for part in formats.split(","))
        with progress_shown(True, console_language(lang)) as stage:
            paths = render_folder(folder, languages(lang), wanted, stage)
        for path in paths:
            if path.suffix in (".html", ".md"):
                typer.echo(str(path))


def render_folder(folder: Path, asked: tuple[str, ...], formats: tuple[str, ...], stage: Stage) -> list[Path]:
    """Draw the figures of a folder, and write its reports where it has any."""
    from simulator.reporting import is_replay, render, render_replay

    stage("report", 0.0)

    def told(done: int, total: int) -> None:
        stage("report", done / total)

    if is_replay(folder):  # figures only: a replay has no report
        return render_replay(folder, languages=asked, progress=told)
    return render(folder, languages=asked, formats=formats, progress=told)
