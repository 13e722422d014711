"""The verb `levers`: one demand met in several ways."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.app import RESULTS, app, command_line, print_json, told_errors
from simulator.cli.options import DataDir, Json, Langs, ScenarioFile, Sets, console_language, languages
from simulator.cli.progress import progress_shown


@app.command()
def levers(
    scenario: ScenarioFile,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="folder of the runs and the page [default: results/NAME_levers]"),
    ] = None,
    work: Annotated[str, typer.Option(help="job source whose waits and data are told")] = "extra",
    horizon: Annotated[str | None, typer.Option(help="replaces simulation.horizon, e.g. 7d")] = None,
    sets: Sets = None,
    data_dir: DataDir = None,
    lang: Langs = None,
    progress: Annotated[bool, typer.Option("--progress/--no-progress", help="show progress on standard error")] = True,
    as_json: Json = False,
) -> None:
    """Run a scenario and all its variants, and set them side by side: electricity, money, carbon, minutes, data."""
    with told_errors():
        from simulator.experiments import Ways, levers_page, run_levers
        from simulator.reporting import render_levers

        folder = out or RESULTS / f"{scenario.stem}_levers"
        ways = Ways(scenario, work, horizon, tuple(sets or ()), data_dir)
        with progress_shown(progress, console_language(lang)) as stage:
            told = run_levers(ways, folder, command=command_line(), stage=stage)
        for tongue in languages(lang):
            (folder / f"levers.{tongue}.md").write_text(levers_page(told, tongue), encoding="utf-8")
        render_levers(folder, languages=languages(lang))
        if as_json:
            print_json(told)
        else:
            typer.echo(levers_page(told, console_language(lang)))
            typer.echo(f"  {folder}")
