"""The typer application, and what every verb shares: where results go, how errors are told, JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from simulator.errors import InvariantError, SuandianError

RESULTS = Path("results")
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


@contextmanager
def told_errors() -> Iterator[None]:
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


def command_line() -> str:
    """Return what the user typed, for a manifest."""
    return " ".join(["run.py", *sys.argv[1:]])


def print_json(content: Any) -> None:
    """Print JSON for other programs."""
    typer.echo(json.dumps(content, ensure_ascii=False, indent=1))
