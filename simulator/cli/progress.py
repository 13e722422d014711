"""Progress on standard error: a bar with the time left on a terminal, a line a stage elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from simulator.cli.stages import stage_text

if TYPE_CHECKING:
    from simulator.experiments import Stage


@contextmanager
def progress_shown(wanted: bool, lang: str = "en") -> Iterator[Stage]:
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
    if name != "simulate":
        return stage_text(name, lang)
    from simulator.scheduling import is_compiled

    return stage_text(name, lang, compiles=not is_compiled())
