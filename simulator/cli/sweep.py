"""The verb `sweep`: one scenario at many points, with curves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli.app import RESULTS, app, print_json, told_errors
from simulator.cli.live import first_line, sweep_shown
from simulator.cli.options import DataDir, Json, Langs, Sets, Variant, languages

if TYPE_CHECKING:
    from simulator.experiments import Plan, Sweep

SOME_FAILED = 3  # exit status: finished, but some runs failed
ERRORS_SHOWN = 10

Workers = Annotated[
    int | None,
    typer.Option(min=0, help="local processes [default: one a core]; 0 makes the runs in this process, one by one"),
]
Dask = Annotated[
    str | None,
    typer.Option("--dask", metavar="ADDRESS", help="a Dask scheduler, tcp://HOST:PORT, instead of local processes"),
]
Replications = Annotated[
    int | None,
    typer.Option(min=1, max=10_000, help="seeds of every point, the same for all: pairs and bands [default: 1]"),
]


Vary = Annotated[
    list[str] | None,
    typer.Option(
        "--vary", metavar="PATH=LIST", help="a,b,c or START:STOP:STEP with units, or variant=a,b,none; may repeat"
    ),
]
Zip = Annotated[bool, typer.Option("--zip", help="first with first, second with second, not all combinations")]
Plots = Annotated[
    list[str] | None,
    typer.Option("--plot", metavar="X,Y[,COLOUR]", help="one more figure of any summary keys or axes; may repeat"),
]
Output = Annotated[
    str | None,
    typer.Option("-o", "--output", help="folder or address (s3://...) of the experiment [default: results/NAME]"),
]
Horizon = Annotated[str | None, typer.Option(help="replaces simulation.horizon, e.g. 30d")]
Progress = Annotated[bool, typer.Option("--progress/--no-progress", help="show progress on standard error")]


@app.command()
def sweep(
    scenario: Annotated[Path, typer.Argument(help="a scenario, or an experiment, e.g. of scenarios/experiments/")],
    vary: Vary = None,
    zipped: Zip = False,
    replications: Replications = None,
    seed: Annotated[int | None, typer.Option(help="the first seed [default: that of the scenario]")] = None,
    variant: Variant = None,
    sets: Sets = None,
    horizon: Horizon = None,
    data_dir: DataDir = None,
    plots: Plots = None,
    name: Annotated[str | None, typer.Option(help="of the experiment [default: of the file, or NAME_sweep]")] = None,
    out: Output = None,
    workers: Workers = None,
    dask: Dask = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="check and list the points, run nothing")] = False,
    lang: Langs = None,
    figures: Annotated[bool, typer.Option(help="draw curves and write the page")] = True,
    progress: Progress = True,
    as_json: Json = False,
) -> None:
    """
    Run a scenario at many points: a grid of parameters, policies, variants, each with several seeds.

    Finished runs are kept: after a kill, a full disk or a mended scenario the same command makes what is missing.
    Exit status 3: finished, but some runs failed; they are listed.
    """
    with told_errors():
        from simulator import experiments

        plan = experiments.plan_of(
            scenario, vary=vary or (), mode="zip" if zipped else None, replications=replications, seed=seed,
            variant=variant, sets=tuple(sets or ()), horizon=horizon, data_dir=data_dir, plots=plots or (), name=name,
        )  # fmt: skip
        made = experiments.prepare(plan, out or str(RESULTS / plan.name))
        if dry_run:
            _list_points(made, as_json)
            return
        with sweep_shown(progress) as tell:
            count = experiments.default_workers() if workers is None else workers
            experiments.run_sweep(made, workers=count, dask=dask, tell=tell)
        written = _draw(made, plan, languages(lang)) if figures else []
        if as_json:
            print_json(experiments.told(made))
        else:
            _tell_outcome(made, written)
    if made.failed or made.missing:
        raise typer.Exit(SOME_FAILED)


def _list_points(made: Sweep, as_json: bool) -> None:
    if as_json:
        print_json([{"point": run.point.label, "seed": run.seed, **dict(run.point.values)} for run in made.runs])
        return
    for run in made.runs:
        typer.echo(f"{run.name}  {'  '.join(f'{path}={value}' for path, value in run.point.values)}")
    typer.echo(f"{len(made.runs)} runs; nothing was run")


def _draw(made: Sweep, plan: Plan, langs: tuple[str, ...]) -> list[Path]:
    from simulator import experiments

    return experiments.place_page(made, plan, langs, _render)


def _render(folder: Path, langs: tuple[str, ...]) -> list[Path]:
    from simulator.reporting import render_curves

    return render_curves(folder, languages=langs)


def _tell_outcome(made: Sweep, written: list[Path]) -> None:
    done, kept = made.count("done"), made.count("kept")
    typer.echo(
        f"{made.plan.name}: {done} runs made, {kept} kept, {len(made.failed)} failed, {len(made.missing)} not started"
    )
    tell_failures(made)
    typer.echo(f"  {made.root}")
    for path in written:
        if path.suffix == ".html":
            typer.echo(f"  {path}")


def tell_failures(made: Any) -> None:
    """List the runs that failed, on standard error."""
    for run in made.failed[:ERRORS_SHOWN]:
        typer.echo(f"  failed: {run.name}: {first_line(run.outcome.error)}", err=True)
    if len(made.failed) > ERRORS_SHOWN:
        typer.echo(f"  and {len(made.failed) - ERRORS_SHOWN} more, all of them in experiment.json", err=True)
    if made.stopped:
        typer.echo(f"  stopped: {made.stopped}", err=True)
