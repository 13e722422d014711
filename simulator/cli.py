"""
The command line: verbs, options, exit codes, progress. The only file that prints.

Exit status: 0 done; 1 a ledger did not close or something else of ours broke; 2 the input is wrong; 130 interrupted.
Heavy packages are imported inside the verbs that need them, so that ``--help`` answers at once.
"""

from __future__ import annotations

import json
import os
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
    typer.Option(
        "--set", metavar="PATH=VALUE", help="change one value, e.g. hubs.jiaxing.pv.capacity='40 MW'; may repeat"
    ),
]
DataDir = Annotated[Path | None, typer.Option("--data-dir", help="where traces, weather and load files are")]
Langs = Annotated[list[Lang] | None, typer.Option("--lang", help="language of reports [default: both]; may repeat")]
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
    lang: Langs = None,
    figures: Annotated[bool, typer.Option(help="draw figures and write reports")] = True,
    progress: Annotated[bool, typer.Option("--progress/--no-progress", help="show progress on standard error")] = True,
    as_json: Json = False,
) -> None:
    """Simulate a scenario, account for it, and write report, figures, summary and records."""
    with _told_errors():
        loaded = _load(scenario, variant, sets, horizon, seed, data_dir)
        from simulator.experiments import fill_run_folder, run_id, run_lines
        from simulator.records import new_run_folder

        identity, tongue = run_id(loaded), _console_language(lang)
        folder = out or RESULTS / loaded.scenario.name / identity
        languages = _languages_to_write(folder, identity, _languages(lang) if figures else ())
        with _progress(progress, tongue) as stage, new_run_folder(folder) as partial:
            summary = fill_run_folder(partial, loaded, command=_command(), stage=stage)
            if languages:
                _render(partial, languages, ("md", "html"), stage)
        if as_json:
            _print_json({"folder": str(folder), "summary": summary})
        else:
            reports = (f"  {folder / f'report.{language}.html'}" for language in languages)
            typer.echo("\n".join([*run_lines(loaded, summary, tongue), f"  {folder}", *reports]))


@app.command()
def replay(
    trace: Annotated[Path, typer.Argument(help="SWF, job table, openb pods or OpenDC tasks; csv and SWF also gzipped")],
    devices: Annotated[int | None, typer.Option(help="size of the cluster [default: MaxProcs of an SWF]")] = None,
    per_server: Annotated[int, typer.Option("--devices-per-server", help="larger jobs get whole servers")] = 1,
    queue: Annotated[str, typer.Option(help="who is next, a name of `list queues`")] = "fcfs",
    estimate: Annotated[str | None, typer.Option(help="requested times: requested, actual, factor:F, limit:7d")] = None,
    overrun: Annotated[str, typer.Option(help="a job past its requested time: kill or keep")] = "kill",
    resource: Annotated[str | None, typer.Option(help="what the trace counts as devices: gpus or cpus")] = None,
    scale_arrivals: Annotated[float, typer.Option(help="submissions come F times as fast")] = 1.0,
    limit_jobs: Annotated[int | None, typer.Option(help="only the first N jobs by submission")] = None,
    out: Annotated[Path | None, typer.Option("-o", "--output", help="the run folder itself")] = None,
    figures: Annotated[bool, typer.Option(help="draw figures")] = True,
    progress: Annotated[bool, typer.Option("--progress/--no-progress", help="show progress on standard error")] = True,
    as_json: Json = False,
) -> None:
    """Replay a trace on one cluster: per-job records and waits, no energy."""
    with _told_errors():
        from simulator.experiments import Replay, fill_replay_folder, outcome_lines
        from simulator.records import new_run_folder
        from simulator.workload import Asked

        asked = Asked(estimate, overrun, scale_arrivals, limit_jobs)
        plan = Replay(trace, devices, per_server, queue, resource, asked)
        folder = out or RESULTS / "replay" / plan.run_id()
        with _progress(progress) as stage, new_run_folder(folder) as partial:
            summary = fill_replay_folder(partial, plan, command=_command(), stage=stage)
            if figures:
                _render(partial, tuple(item.value for item in Lang), (), stage)
        if as_json:
            _print_json({"folder": str(folder), "summary": summary})
        else:
            typer.echo("\n".join([*outcome_lines(summary), f"  {folder}"]))


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
            for line in _validate_one(path, data_dir, sets):
                typer.echo(f"{path}{line}")
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
    """Check published claims against arithmetic: unit algebra, implied ratios, slips by 10, 1,000 or 10,000 times."""
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
    lang: Langs = None,
    formats: Annotated[str, typer.Option("--format", help="html, md, or both with a comma")] = "html,md",
) -> None:
    """Write figures and reports again from a run folder, without simulating."""
    with _told_errors():
        from simulator.experiments import must_be_a_run

        must_be_a_run(folder)
        wanted = tuple(part.strip() for part in formats.split(","))
        with _progress(True, _console_language(lang)) as stage:
            paths = _render(folder, _languages(lang), wanted, stage)
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
    """Return what to say behind the path: a line for the scenario and one for each variant."""
    from simulator.experiments import check
    from simulator.scenario import kind_of, read_file

    root, _ = read_file(path)
    if root is not None and kind_of(root) == "list of sources":  # meets whoever writes scenarios/*.yaml
        return [": a list of sources, checked with the scenarios that cite it"]
    loaded = _load(path, None, sets, None, None, data_dir)
    check(loaded)
    for name in loaded.variants:
        check(_load(path, name, sets, None, None, data_dir))
    return [": valid", *(f" (variant {name}): valid" for name in loaded.variants)]


def _languages(asked: list[Lang] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.value for item in asked or list(Lang)))


def _console_language(asked: list[Lang] | None) -> str:
    """Return the language asked for first; else Chinese where the terminal's is, English elsewhere."""
    if asked:
        return asked[0].value
    setting = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return "zh" if setting.lower().startswith("zh") else "en"


def _languages_to_write(folder: Path, identity: str, asked: tuple[str, ...]) -> tuple[str, ...]:
    """Return the languages asked for and those of the reports this very run already has, which it would lose."""
    from simulator.experiments import languages_kept

    kept = tuple(lang for lang in languages_kept(folder, identity, _languages(None)) if lang not in asked)
    if kept:
        typer.echo(f"{folder} has reports of this run in {', '.join(kept)}: kept, and written anew", err=True)
    return (*asked, *kept)


def _render(folder: Path, languages: tuple[str, ...], formats: tuple[str, ...], stage: Stage) -> list[Path]:
    from simulator.reporting import is_replay, render, render_replay

    stage("report", 0.0)

    def told(done: int, total: int) -> None:
        stage("report", done / total)

    if is_replay(folder):  # figures only: a replay has no report
        return render_replay(folder, languages=languages, progress=told)
    return render(folder, languages=languages, formats=formats, progress=told)


def _command() -> str:
    return " ".join(["run.py", *sys.argv[1:]])


def _print_json(content: Any) -> None:
    typer.echo(json.dumps(content, ensure_ascii=False, indent=1))


@contextmanager
def _progress(wanted: bool, lang: str = "en") -> Iterator[Stage]:
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
        yield _lines(lang)
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
                tasks[name] = bar.add_task(_stage_text(name, lang), total=1.0)
            bar.update(tasks[name], completed=share)

        yield stage


def _lines(lang: str) -> Stage:
    said: set[tuple[str, int]] = set()

    def stage(name: str, share: float) -> None:
        quarter = int(share * 4) if name == "simulate" else 0
        if (name, quarter) not in said:
            said.add((name, quarter))
            done = f" {quarter * 25} %" if quarter else ""
            typer.echo(f"{_stage_text(name, lang)}{done}", err=True)

    return stage


def _stage_text(name: str, lang: str) -> str:
    from simulator.experiments import stage_text
    from simulator.scheduling import is_compiled

    return stage_text(name, lang, compiles=name == "simulate" and not is_compiled())
