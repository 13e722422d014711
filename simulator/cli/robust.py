"""The verb `robust`: how sure a ranking is under the declared ranges of its inputs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from string import ascii_uppercase
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.cli.app import RESULTS, app, command_line, print_json, told_errors
from simulator.cli.compare import Names
from simulator.cli.live import sweep_shown
from simulator.cli.options import DataDir, Json, Langs, Sets, console_language, languages
from simulator.cli.sweep import Dask, Horizon, Progress, Workers

if TYPE_CHECKING:
    from simulator.experiments import Needs


@app.command()
def robust(
    names: Names,
    metric: Annotated[str, typer.Option(help="the figure that ranks, a key of summary.json")] = "cost.total_cny",
    maximise: Annotated[bool, typer.Option("--maximise", help="more is better")] = False,
    samples: Annotated[int, typer.Option(min=2, max=100_000, help="draws of all uncertain inputs together")] = 30,
    searched: Annotated[int, typer.Option("--search", min=0, max=50, help="inputs that are moved alone")] = 3,
    only: Annotated[list[str] | None, typer.Option("--input", help="only this uncertain input; may repeat")] = None,
    seed: Annotated[int | None, typer.Option(help="of all runs [default: that of the first scenario]")] = None,
    sets: Sets = None,
    horizon: Horizon = None,
    data_dir: DataDir = None,
    out: Annotated[Path | None, typer.Option("-o", "--output", help="folder [default: results/robust/ID]")] = None,
    workers: Workers = None,
    dask: Dask = None,
    lang: Langs = None,
    progress: Progress = True,
    as_json: Json = False,
) -> None:
    """
    Tell how sure a ranking is: who wins in which share of sampled inputs, and which single input turns it round.

    Uncertain are the inputs for which the scenario declares low and high.
    """
    with told_errors():
        from simulator import experiments
        from simulator.records import new_run_folder
        from simulator.reporting import render_robustness, robustness_sentences
        from simulator.scenario import UTC8

        started = datetime.now(UTC8)
        question = experiments.Question(metric, maximise, samples, searched, tuple(only or ()))
        options = experiments.Options(tuple(sets or ()), horizon, data_dir, seed)
        study = experiments.prepare_robust(experiments.sides_of(names, options), question, RESULTS)
        with sweep_shown(progress) as tell:
            count = experiments.default_workers() if workers is None else workers

            def work(needs: Needs) -> None:
                experiments.work_off(needs, needs.jobs(), workers=count, dask=dask, tell=tell)

            summary = experiments.run_robust(study, work)
        folder = out or RESULTS / "robust" / experiments.robust_id(study)
        with new_run_folder(folder) as partial:
            experiments.fill_study_folder(partial, "robustness", summary, command=command_line(), started=started)
            render_robustness(partial, languages=languages(lang))
        if as_json:
            print_json({"folder": str(folder), "summary": summary})
            return
        for letter, side, share in zip(ascii_uppercase, summary["sides"], summary["wins"], strict=False):
            typer.echo(f"  {letter} = {side['name']}: best in {share:.0%} of {summary['samples']} samples")
        for line in robustness_sentences(summary, console_language(lang)):
            typer.echo(f"  {line}")
        typer.echo(f"  {folder}")
