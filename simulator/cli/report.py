"""The verb `report`: figures and reports again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.app import app, told_errors
from simulator.cli.options import Langs, console_language, languages
from simulator.cli.progress import progress_shown
from simulator.cli.rendering import render_folder


@app.command()
def report(
    folder: Annotated[
        Path, typer.Argument(metavar="RUN", help="a finished run, or the folder of a comparison, sweep or robust")
    ],
    lang: Langs = None,
    formats: Annotated[str, typer.Option("--format", help="html, md, docx; several with a comma")] = "html,md",
) -> None:
    """Write figures and reports again from the folder of a run, comparison, sweep or robust, without simulating."""
    with told_errors():
        from simulator.records import must_be_a_run

        if not (folder / "experiment.json").is_file():
            must_be_a_run(folder)
        wanted = tuple(dict.fromkeys(part.strip() for part in formats.split(",")))
        with progress_shown(True, console_language(lang)) as stage:
            paths = render_folder(folder, languages(lang), wanted, stage)
        for path in paths:
            if path.suffix in (".html", ".md", ".docx"):
                typer.echo(str(path))
