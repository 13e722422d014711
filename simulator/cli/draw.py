"""The verb `draw`: pictures of a finished run beyond its report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.app import app, told_errors
from simulator.cli.options import Langs, console_language, languages
from simulator.cli.progress import progress_shown


@app.command()
def draw(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="a finished run folder")],
    lang: Langs = None,
) -> None:
    """Draw a day and a week of each hub, duration curves, clean hours, PUE and a map into a run's figures."""
    with told_errors():
        from simulator.records import must_be_a_run
        from simulator.reporting import render_atlas

        must_be_a_run(folder)
        with progress_shown(True, console_language(lang)) as stage:
            stage("report", 0.0)
            paths = render_atlas(
                folder, languages=languages(lang), progress=lambda done, total: stage("report", done / total)
            )
        for path in paths:
            if path.suffix == ".svg":
                typer.echo(str(path))
