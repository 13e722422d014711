"""The verbs `query` and `clean`: looking into the results folder, and tidying it."""

from __future__ import annotations

import csv
import sys
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from simulator.cli.app import RESULTS, app, print_json, told_errors

Folder = Annotated[Path, typer.Option("--results", help="the folder that holds the run folders")]


class Form(str, Enum):  # noqa: UP042 - typer shows the values of a str Enum
    """How rows are printed."""

    table = "table"
    csv = "csv"
    json = "json"


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="one SELECT over runs, jobs, steps, clusters, events, directives")],
    results: Folder = RESULTS,
    form: Annotated[Form, typer.Option("--format", help="table, csv or json")] = Form.table,
) -> None:
    """
    Ask all finished runs with SQL (DuckDB): looking only, nothing but the results folder.

    `runs` has a row a run and a column a figure, quoted by its key: `select folder, "energy.pue" from runs`.
    """
    with told_errors():
        from simulator.experiments import run_query

        names, rows = run_query(sql, results)
        if form is Form.json:
            print_json([dict(zip(names, map(_plain, row), strict=True)) for row in rows])
        elif form is Form.csv:
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(names)
            writer.writerows(rows)
        else:
            _print_table(names, rows)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None.__class__) else str(value)


def _print_table(names: list[str], rows: list[tuple[Any, ...]]) -> None:
    cells = [[f"{v:.6g}" if isinstance(v, float) else "" if v is None else str(v) for v in row] for row in rows]
    widths = [max(len(name), *(len(row[i]) for row in cells), 0) for i, name in enumerate(names)]
    for line in (names, ["-" * width for width in widths], *cells):
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


@app.command()
def clean(
    results: Folder = RESULTS,
    yes: Annotated[bool, typer.Option("--yes", help="remove what is shown; without it nothing is removed")] = False,
) -> None:
    """Show what killed runs left unfinished in the results folder, and remove it with --yes."""
    with told_errors():
        from simulator.experiments import leftovers, remove

        found = leftovers(results)
        for item in found:
            state = "  (still being written)" if item.alive else ""
            typer.echo(f"{item.path}  {item.size_bytes / 1e6:.1f} MB{state}")
        idle = [item for item in found if not item.alive]
        if not idle:
            typer.echo("nothing to remove")
        elif yes:
            typer.echo(f"{len(idle)} removed, {remove(idle) / 1e6:.1f} MB freed")
        else:
            typer.echo(f"{len(idle)} can be removed: add --yes")
