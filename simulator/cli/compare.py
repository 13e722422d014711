"""The verb `compare`: scenarios, variants and finished runs side by side."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli.app import RESULTS, app, command_line, print_json, told_errors
from simulator.cli.live import first_line, sweep_shown
from simulator.cli.options import DataDir, Json, Langs, Sets, languages
from simulator.cli.sweep import Dask, Horizon, Progress, Replications, Workers

if TYPE_CHECKING:
    from simulator.experiments import Comparison

Names = Annotated[
    list[str],
    typer.Argument(
        metavar="A B ...", help="scenario files, FILE@VARIANT, or finished run folders; the first is the base"
    ),
]


@app.command()
def compare(
    names: Names,
    replications: Replications = None,
    seed: Annotated[int | None, typer.Option(help="the first seed [default: that of the first scenario]")] = None,
    sets: Sets = None,
    horizon: Horizon = None,
    data_dir: DataDir = None,
    attribution: Annotated[
        bool, typer.Option(help="put the changed inputs in one by one: which of them moved what")
    ] = True,
    out: Annotated[
        Path | None, typer.Option("-o", "--output", help="folder of the page [default: results/compare/ID]")
    ] = None,
    workers: Workers = None,
    dask: Dask = None,
    lang: Langs = None,
    progress: Progress = True,
    as_json: Json = False,
) -> None:
    """
    Compare scenarios: what differs in the inputs, what comes of it, and which input moved cost, carbon and energy.

    Runs what is missing and keeps what is there. A variant is written FILE@VARIANT, as in
    `compare scenarios/yrd_2025.yaml scenarios/yrd_2025.yaml@gap_at_jiaxing`.
    """
    with told_errors():
        from simulator import experiments
        from simulator.records import new_run_folder
        from simulator.scenario import UTC8

        started = datetime.now(UTC8)
        options = experiments.Options(tuple(sets or ()), horizon, data_dir, seed)
        made = experiments.prepare_comparison(
            names, options, replications=replications or 1, attribute=attribution, results=RESULTS
        )
        folder = out or experiments.comparison_folder(made, RESULTS)
        with sweep_shown(progress) as tell:
            count = experiments.default_workers() if workers is None else workers
            experiments.run_comparison(made, workers=count, dask=dask, tell=tell)
        with new_run_folder(folder) as partial:
            summary = experiments.fill_comparison_folder(partial, made, command=command_line(), started=started)
            _render(partial, languages(lang))
        _tell_failed_steps(made)
        if as_json:
            print_json({"folder": str(folder), "summary": summary})
        else:
            _tell(summary, made, folder, languages(lang))


def _render(folder: Path, langs: tuple[str, ...]) -> None:
    from simulator.reporting import render_comparison

    render_comparison(folder, languages=langs)


def _tell_failed_steps(made: Comparison) -> None:
    for need in made.needs.failed:
        error = need.outcome.error if need.outcome else ""
        typer.echo(f"left out of the attribution: {need.name}: {first_line(error)}", err=True)


def _tell(summary: dict[str, Any], made: Comparison, folder: Path, langs: tuple[str, ...]) -> None:
    """Print the few outcomes people ask for first, a line a side."""
    typer.echo(f"{made.needs.count('done')} runs made, {made.needs.count('kept')} kept")
    shown = {item["key"]: item for item in summary["outcomes"]}
    keys = (
        ("energy.facility_gwh", "GWh", 1.0),
        ("emissions.location_tco2", "t CO2", 1.0),
        ("cost.total_cny", "million CNY", 1e-6),
    )
    for k, side in enumerate(summary["sides"]):
        parts = []
        for key, unit, factor in keys:
            value, gap = shown[key]["sides"][k], shown[key]["differences"][k]
            change = "" if gap is None else f" ({gap['mean'] * factor:+,.4g})"
            parts.append(f"{value['mean'] * factor:,.5g} {unit}{change}")
        typer.echo(f"  {side['name']}: {', '.join(parts)}")
    typer.echo(f"  {folder}")
    for lang in langs:
        typer.echo(f"  {folder / f'report.{lang}.html'}")
