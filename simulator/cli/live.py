"""Progress of many runs on standard error: a live table on a terminal, a line a run elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.experiments import Batch, Event

RUNNING_SHOWN = 4  # names of runs under way
ERROR_SHOWN = 110  # characters of an error


@contextmanager
def sweep_shown(wanted: bool) -> Iterator[Callable[[Batch, Event], None]]:
    """Give a function that shows what becomes of the runs."""
    if not wanted:
        yield lambda _sweep, _event: None
        return
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines().tell
        return
    from rich.live import Live

    table = _Table()
    with Live(table, console=console, refresh_per_second=2, transient=False) as live:

        def tell(sweep: Batch, event: Event) -> None:
            table.take(sweep, event)
            live.update(table, refresh=event.outcome is None)  # however short a run, it is seen to run

        yield tell


def time_left(seconds: float) -> str:
    """
    Write a time that is left.

    Examples
    --------
    >>> time_left(42.0), time_left(95.0), time_left(7300.0)
    ('42 s', '1 min 35 s', '2 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


class _Clock:
    """How long the rest takes, by the runs that were made so far; runs that were there already do not count."""

    def __init__(self) -> None:
        self.began: float | None = None
        self.made = 0

    def take(self, event: Event) -> None:
        if event.outcome is None and self.began is None:
            self.began = monotonic()
        if event.outcome is not None and event.outcome.status != "kept":
            self.made += 1

    def left(self, sweep: Batch) -> str:
        rest = len(sweep.missing)
        if self.began is None or not self.made or not rest:
            return ""
        return time_left((monotonic() - self.began) / self.made * rest)


class _Lines:
    def __init__(self) -> None:
        self.clock = _Clock()

    def tell(self, sweep: Batch, event: Event) -> None:
        self.clock.take(event)
        if event.outcome is None:
            return
        run, total = sweep.runs[event.index], len(sweep.runs)
        ended = total - len(sweep.missing)
        left = self.clock.left(sweep)
        text = f"{ended}/{total} {run.name}: {event.outcome.status}"
        if event.outcome.status == "done":
            text += f" in {event.outcome.seconds:.1f} s"
        if event.outcome.status == "failed":
            text += f": {first_line(event.outcome.error)}"
        typer.echo(text + (f"; {left} left" if left else ""), err=True)


class _Table:
    def __init__(self) -> None:
        self.clock = _Clock()
        self.running: dict[int, str] = {}
        self.sweep: Batch | None = None

    def take(self, sweep: Batch, event: Event) -> None:
        self.clock.take(event)
        self.sweep = sweep
        if event.outcome is None:
            self.running[event.index] = sweep.runs[event.index].name
        else:
            self.running.pop(event.index, None)

    def __rich__(self) -> Any:
        from rich.markup import escape
        from rich.table import Table

        table = Table(box=None, show_header=False, pad_edge=False)
        if self.sweep is None:
            table.add_row("", "laying out the runs")
            return table
        sweep, waiting = self.sweep, len(self.sweep.missing) - len(self.running)
        made, kept, failed = sweep.count("done"), sweep.count("kept"), sweep.count("failed")
        counts = f"[green]{made} done[/], {kept} kept, {len(self.running)} running, "
        counts += f"[red]{failed} failed[/], " if failed else "0 failed, "
        table.add_row("runs", counts + f"{max(0, waiting)} waiting of {len(sweep.runs)}")
        table.add_row("time left", self.clock.left(sweep) or "-")
        names = list(self.running.values())
        shown = ", ".join(names[:RUNNING_SHOWN]) + (", ..." if len(names) > RUNNING_SHOWN else "")
        table.add_row("running", escape(shown))
        for what, point, value in sweep.best():
            table.add_row(what, escape(f"{point}  {value}"))
        for run in sweep.failed[-2:]:
            told = f"{run.name}: {first_line(run.outcome.error if run.outcome else '')}"
            table.add_row("[red]failed[/]", escape(told))  # units in brackets are no markup
        return table


def first_line(error: str) -> str:
    """Return the part of an error that says what is wrong, cut to a line; of a list of faults the first."""
    lines = [line.strip() for line in error.splitlines() if line.strip()]
    if len(lines) > 1 and "in the scenario" in lines[0]:
        lines = lines[1:]
    text = lines[0] if lines else ""
    return text if len(text) <= ERROR_SHOWN else text[: ERROR_SHOWN - 3] + "..."
