"""The verb `explain`: why a job of a finished run went where it went."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.app import app, print_json, told_errors
from simulator.cli.options import DataDir, Json, Lang, console_language
from simulator.cli.progress import progress_shown


@app.command()
def explain(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="a finished run folder")],
    job: Annotated[str, typer.Argument(help="job_id as jobs.parquet names it")],
    data_dir: DataDir = None,
    scenario_dir: Annotated[
        Path | None, typer.Option("--scenario-dir", help="folder of the scenario, if data files stand beside it")
    ] = None,
    allow_plugin: Annotated[
        bool, typer.Option("--allow-plugin", help="run a policy of your own, named module:Class")
    ] = False,
    lang: Annotated[Lang | None, typer.Option(help="language of the text")] = None,
    as_json: Json = False,
) -> None:
    """Play a run again up to a job's decision: candidates, scores, loads, the choice, the next best and its cost."""
    with told_errors():
        from simulator.experiments import explain_job, explanation_lines
        from simulator.records import must_be_a_run

        must_be_a_run(folder)
        tongue = console_language([lang] if lang else None)
        with progress_shown(not as_json, tongue) as stage:
            explanation = explain_job(
                folder, job, stage=stage, data_dir=data_dir, scenario_dir=scenario_dir, allow_plugin=allow_plugin
            )
        if as_json:
            print_json(explanation.to_dict())
        else:
            typer.echo("\n".join(explanation_lines(explanation, tongue)))
