"""
The command line: verbs, options, exit codes, progress. The only file that prints.

Exit status: 0 done; 1 a ledger did not close or something else of ours broke; 2 the input is wrong; 130 interrupted.
Heavy packages are imported inside the verbs that need them, so that ``--help`` answers at once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.errors import InputError, InvariantError, SuandianError

if TYPE_CHECKING:
    from simulator.experiments import Stage
    from simulator.scenario import Loaded

app = typer.Typer(
    name="suandian",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""算电: what happens to jobs, watts, carbon and money when compute hubs must reach an EFLOPS target under
grid-connection and clean-energy limits.

Start with `run.py run scenarios/minimal.yaml`, then read `results/minimal/*/report.en.html`.""",
)


RESULTS = Path("results")


class Lang(str, Enum):  # noqa: UP042 - typer shows the values of a str Enum
    """Languages of reports."""

    zh = "zh"
    en = "en"


class Listing(str, Enum):  # noqa: UP042
    """What can be listed."""

    policies = "policies"
    queues = "queues"
    devices = "devices"
    scenarios = "scenarios"
    runs = "runs"


ScenarioFile = Annotated[Path, typer.Argument(help="a scenario file, e.g. scenarios/yrd_2025.yaml")]
Variant = Annotated[str | None, typer.Option("--variant", help="a named variant of the scenario")]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="change one value, e.g. hubs.jiaxing.pv.capacity='40 MW'"),
]
DataDir = Annotated[Path | None, typer.Option("--data-dir", help="where traces, weather and load files are")]
Json = Annotated[bool, typer.Option("--json", help="print JSON for programs instead of text for people")]


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
    lang: Annotated[list[Lang] | None, typer.Option(help="languages of the report [default: both]")] = None,
    figures: Annotated[bool, typer.Option(help="draw figures and write reports")] = True,
    progress: Annotated[bool, typer.Option("--progress/--no-progress", help="show progress on standard error")] = True,
    as_json: Json = False,
) -> None:
    """Simulate a scenario, account for it, and write report, figures, summary and records."""
    with _told_errors():
        loaded = _load(scenario, variant, sets, horizon, seed, data_dir)
        from simulator.experiments import fill_run_folder, run_id
        from simulator.records import new_run_folder

        folder = out or RESULTS / loaded.scenario.name / run_id(loaded)
        languages = tuple(item.value for item in lang or list(Lang))
        with _progress(progress) as stage, new_run_folder(folder) as partial:
            summary = fill_run_folder(partial, loaded, command=_command(), stage=stage)
            if figures:
                _render(partial, languages, ("md", "html"), stage)
        if as_json:
            _print_json({"folder": str(folder), "summary": summary})
        else:
            _print_outcome(loaded, summary, folder, languages if figures else ())


@app.command()
def validate(
    scenarios: Annotated[list[Path], typer.Argument(help="scenario files")],
    data_dir: DataDir = None,
    sets: Sets = None,
) -> None:
    """Check scenarios and all their variants: every fault at once, with file and line. Nothing is run."""
    faults = []
    for path in scenarios:
        try:
            for name in _validate_one(path, data_dir, sets):
                typer.echo(f"{path}{f' (variant {name})' if name else ''}: valid")
        except InputError as error:
            faults.append(str(error))
    if faults:
        typer.echo("\n\n".join(dict.fromkeys(faults)), err=True)
        raise typer.Exit(2)


@app.command()
def audit(
    claims: Annotated[Path, typer.Argument(help="a claims file, e.g. scenarios/claims/zhejiang_18eflops.yaml")],
    lang: Annotated[Lang, typer.Option(help="language of the text")] = Lang.zh,
    as_json: Json = False,
) -> None:
    """Check published claims against arithmetic: unit algebra, implied ratios, slips of ten thousand."""
    with _told_errors():
        from simulator import audit as room

        result = room.audit(room.load_claims(claims))
        if as_json:
            _print_json(result.to_dict())
        else:
            typer.echo(result.to_text(lang.value))


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="a finished run folder")],
    lang: Annotated[list[Lang] | None, typer.Option(help="languages [default: both]")] = None,
    formats: Annotated[str, typer.Option("--format", help="html, md, or both with a comma")] = "html,md",
) -> None:
    """Write figures and reports again from a run folder, without simulating."""
    with _told_errors():
        wanted = tuple(part.strip() for part in formats.split(","))
        languages = tuple(item.value for item in lang or list(Lang))
        with _progress(True) as stage:
            paths = _render(folder, languages, wanted, stage)
        for path in paths:
            if path.suffix in (".html", ".md"):
                typer.echo(str(path))


@app.command(name="list")
def list_(
    what: Annotated[Listing, typer.Argument(help="policies, queues, devices, scenarios or runs")],
) -> None:
    """List what there is to choose from."""
    with _told_errors():
        from simulator.experiments import list_rows

        rows = list_rows(what.value, results=RESULTS)
        width = max((len(name) for name, _ in rows), default=0)
        for name, text in rows:
            typer.echo(f"{name:{width}}  {text}")


@app.command()
def show(scenario: ScenarioFile, variant: Variant = None, sets: Sets = None, data_dir: DataDir = None) -> None:
    """Print a scenario as it is after extends, variant and options, every number with its source."""
    with _told_errors():
        loaded = _load(scenario, variant, sets, None, None, data_dir)
        from simulator.scenario import show_yaml

        typer.echo(show_yaml(loaded))


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from simulator.scenario import json_schema

    _print_json(json_schema())


def main() -> None:
    """Entry point of ``run.py`` and of the ``suandian`` script."""
    app(prog_name=Path(sys.argv[0]).name)


@contextmanager
def _told_errors() -> Iterator[None]:
    """Print what the user can act on and leave with the right status; no traceback for wrong input."""
    try:
        yield
    except InvariantError as error:
        typer.echo(f"internal error, please report: {error}", err=True)
        raise typer.Exit(1) from error
    except SuandianError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    except KeyboardInterrupt as error:
        typer.echo("interrupted; nothing unfinished was left behind", err=True)
        raise typer.Exit(130) from error
    except OSError as error:
        typer.echo(f"{error.filename or 'file'}: {error.strerror or error}", err=True)
        raise typer.Exit(1) from error


def _load(
    path: Path,
    variant: str | None,
    sets: list[str] | None,
    horizon: str | None,
    seed: int | None,
    data_dir: Path | None,
) -> Loaded:
    from simulator.scenario import load

    return load(path, variant=variant, overrides=sets or (), horizon=horizon, seed=seed, data_dir=data_dir)


def _validate_one(path: Path, data_dir: Path | None, sets: list[str] | None) -> list[str]:
    from simulator.experiments import check

    loaded = _load(path, None, sets, None, None, data_dir)
    check(loaded)
    for name in loaded.variants:
        check(_load(path, name, sets, None, None, data_dir))
    return ["", *loaded.variants]


def _render(folder: Path, languages: tuple[str, ...], formats: tuple[str, ...], stage: Stage) -> list[Path]:
    from simulator.reporting import render

    stage("report", 0.0)
    return render(
        folder,
        languages=languages,
        formats=formats,
        progress=lambda done, total: stage("report", done / total),
    )


def _command() -> str:
    return " ".join(["run.py", *sys.argv[1:]])


def _print_json(content: Any) -> None:
    typer.echo(json.dumps(content, ensure_ascii=False, indent=1))


STAGES = {
    "workload": "jobs and fleet",
    "simulate": "simulating",
    "account": "accounting",
    "write": "writing records",
    "report": "figures and reports",
}


@contextmanager
def _progress(wanted: bool) -> Iterator[Stage]:
    """Give a function that shows a bar with the time left on a terminal, and a line a stage elsewhere."""
    if not wanted:
        yield lambda _name, _share: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines()
        return
    columns = (
        TextColumn("{task.description:20}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bar:
        tasks: dict[str, Any] = {}

        def stage(name: str, share: float) -> None:
            for other, task in tasks.items():
                if other != name:
                    bar.update(task, completed=1.0)
            if name not in tasks:
                tasks[name] = bar.add_task(_stage_text(name), total=1.0)
            bar.update(tasks[name], completed=share)

        yield stage


def _lines() -> Stage:
    said: set[tuple[str, int]] = set()

    def stage(name: str, share: float) -> None:
        quarter = int(share * 4) if name == "simulate" else 0
        if (name, quarter) not in said:
            said.add((name, quarter))
            done = f" {quarter * 25} %" if quarter else ""
            typer.echo(f"{_stage_text(name)}{done}", err=True)

    return stage


def _stage_text(name: str) -> str:
    from simulator.scheduling import is_compiled

    text = STAGES[name]
    if name == "simulate" and not is_compiled():
        text += " (the first run on a machine compiles the kernel: up to a minute)"
    return text


def _print_outcome(loaded: Loaded, summary: dict[str, Any], folder: Path, languages: tuple[str, ...]) -> None:
    energy, clean, service = summary["energy"], summary["clean"], summary["service"]
    typer.echo(f"{loaded.scenario.title.zh} | {loaded.scenario.title.en}")
    for target in summary["targets"]:
        verdict = "met" if target["met"] else "not met"
        increments = "  ".join(
            f"{rung} +{value:.2f}" for rung, value in target["increment_by_rung"].items() if value is not None
        )
        typer.echo(
            f"  target {target['id']}: {verdict}: {target['counted_eflops']:.2f} of {target['required_eflops']:g} "
            f"EFLOPS {target['precision']} {target['rung']}; "
            f"gap {target['gap_before_eflops']:g} -> {target['gap_after_eflops']:.2f}"
        )
        typer.echo(f"    increment by rung [EFLOPS]: {increments}")
    typer.echo(
        f"  energy: {energy['facility_gwh']:.4g} GWh, PUE {energy['pue']:.3f}, "
        f"peak {energy['peak_facility_mw']:.4g} MW; "
        f"clean by the hour {clean['cfe_score_hourly']:.1%}, by the year {clean['match_annual']:.1%}"
    )
    typer.echo(
        f"  carbon: {summary['emissions']['location_tco2']:.4g} t location-based; "
        f"jobs: {service['jobs_submitted']} simulated for {service['jobs_real']} real, "
        f"p95 wait {(service['wait_p95_s'] or 0.0) / 3600:.3g} h"
    )
    typer.echo(f"  {folder}")
    for language in languages:
        typer.echo(f"  {folder / f'report.{language}.html'}")
