"""The verb `run`: simulate, account, report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.app import RESULTS, app, command_line, print_json, told_errors
from simulator.cli.options import (
    DataDir,
    Json,
    Langs,
    ScenarioFile,
    Sets,
    Variant,
    console_language,
    languages,
    load_scenario,
)
from simulator.cli.progress import progress_shown
from simulator.cli.rendering import render_folder


@app.command()
def run(
    scenario: ScenarioFile,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="the run folder itself [default: results/NAME/RUN_ID]"),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="replaces simulation.seed")] = None,
    sets: Sets = None,
    variant: Variant = None,
    horizon: Annotated[str | None, typer.Option(help="replaces simulation.horizon, e.g. 7d")] = None,
    data_dir: DataDir = None,
    allow_plugin: Annotated[
        bool, typer.Option("--allow-plugin", help="run a policy of your own, named module:Class")
    ] = False,
    lang: Langs = None,
    figures: Annotated[bool, typer.Option(help="draw figures and write reports")] = True,
    progress: Annotated[bool, typer.Option("--progress/--no-progress", help="show progress on standard error")] = True,
    as_json: Json = False,
) -> None:
    """Simulate a scenario, account for it, and write report, figures, summary and records."""
    with told_errors():
        loaded = load_scenario(scenario, variant, sets, horizon, seed, data_dir)
        from simulator.experiments import fill_run_folder, run_id, run_lines
        from simulator.records import new_run_folder

        identity, tongue = run_id(loaded), console_language(lang)
        folder = out or RESULTS / loaded.scenario.name / identity
        written = _languages_to_write(folder, identity, languages(lang) if figures else ())
        with progress_shown(progress, tongue) as stage, new_run_folder(folder) as partial:
            summary = fill_run_folder(partial, loaded, command=command_line(), stage=stage, allow_plugin=allow_plugin)
            if written:
                render_folder(partial, written, ("md", "html"), stage)
        if as_json:
            print_json({"folder": str(folder), "summary": summary})
        else:
            reports = (f"  {folder / f'report.{language}.html'}" for language in written)
            typer.echo("\n".join([*run_lines(loaded, summary, tongue), f"  {folder}", *reports]))


def _languages_to_write(folder: Path, identity: str, asked: tuple[str, ...]) -> tuple[str, ...]:
    """Return the languages asked for and those of the reports this very run already has, which it would lose."""
    from simulator.experiments import languages_kept

    kept = tuple(lang for lang in languages_kept(folder, identity, languages(None)) if lang not in asked)
    if kept:
        typer.echo(f"{folder} has reports of this run in {', '.join(kept)}: kept, and written anew", err=True)
    return (*asked, *kept)
