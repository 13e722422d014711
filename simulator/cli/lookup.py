"""Verbs that look and change nothing: `validate`, `list`, `show`, `schema`."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.app import RESULTS, app, print_json, told_errors
from simulator.cli.options import DataDir, ScenarioFile, Sets, Variant, load_scenario
from simulator.errors import InputError


class Listing(str, Enum):  # noqa: UP042
    """What can be listed."""

    policies = "policies"
    queues = "queues"
    devices = "devices"
    scenarios = "scenarios"
    runs = "runs"


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


@app.command(name="list")
def list_(
    what: Annotated[Listing, typer.Argument(help="policies, queues, devices, scenarios or runs")],
) -> None:
    """List what there is to choose from."""
    with told_errors():
        from simulator.experiments import list_rows

        rows = list_rows(what.value, results=RESULTS)
        width = max((len(name) for name, _ in rows), default=0)
        for name, text in rows:
            typer.echo(f"{name:{width}}  {text}")


@app.command()
def show(scenario: ScenarioFile, variant: Variant = None, sets: Sets = None, data_dir: DataDir = None) -> None:
    """Print a scenario as it is after extends, variant and options, every number with its source."""
    with told_errors():
        loaded = load_scenario(scenario, variant, sets, None, None, data_dir)
        from simulator.scenario import show_yaml

        typer.echo(show_yaml(loaded))


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from simulator.scenario import json_schema

    print_json(json_schema())


def _validate_one(path: Path, data_dir: Path | None, sets: list[str] | None) -> list[str]:
    """Return what to say behind the path: a line for the scenario and one for each variant."""
    from simulator.experiments import check
    from simulator.scenario import kind_of, read_file

    root, _ = read_file(path)
    if root is not None and kind_of(root) == "list of sources":  # meets whoever writes scenarios/*.yaml
        return [": a list of sources, checked with the scenarios that cite it"]
    loaded = load_scenario(path, None, sets, None, None, data_dir)
    check(loaded)
    for name in loaded.variants:
        check(load_scenario(path, name, sets, None, None, data_dir))
    return [": valid", *(f" (variant {name}): valid" for name in loaded.variants)]
