"""Many runs under way: what sweeps, comparisons and robustness share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.experiments.job import Job, Outcome, kept
from simulator.experiments.pool import Event, run_here, run_local


@dataclass
class Run:
    """One run of a batch: its name, and what became of it."""

    name: str
    outcome: Outcome | None = None


@dataclass
class Batch:
    """
    Runs and how far they are.

    Parameters
    ----------
    runs : sequence of Run
    stopped : str
        Why no more runs are started; "" as long as they are.
    """

    runs: Sequence[Run] = field(default_factory=list)
    stopped: str = ""

    def count(self, *statuses: str) -> int:
        """Return how many runs ended with one of these statuses."""
        return sum(run.outcome is not None and run.outcome.status in statuses for run in self.runs)

    @property
    def failed(self) -> list[Run]:
        """The runs that failed."""
        return [run for run in self.runs if run.outcome is not None and run.outcome.status == "failed"]

    @property
    def missing(self) -> list[Run]:
        """The runs that have not ended."""
        return [run for run in self.runs if run.outcome is None]

    def take(self, index: int, outcome: Outcome) -> None:
        """Note what became of a run; a full disk stops the rest."""
        self.runs[index].outcome = outcome
        if outcome.disk_full and not self.stopped:
            self.stopped = f"nothing more can be written: {outcome.error}"

    def best(self) -> list[tuple[str, str, str]]:
        """What is best so far, as (what, point, value); nothing where points are not ranked."""
        return []


Tell = Callable[[Any, Event], None]


def work_off(
    batch: Batch, jobs: Iterator[tuple[int, Job | Outcome]], *, workers: int, dask: str | None, tell: Tell
) -> None:
    """
    Make the runs that are not there yet.

    Parameters
    ----------
    batch : Batch
        Outcomes are filled in.
    jobs : iterator of (int, Job or Outcome)
        Asked for the next one whenever there is room; an outcome is that of a run that needs no making.
    workers : int
        Local processes; 0 makes the runs in this process.
    dask : str or None
        Address of a Dask scheduler, which takes the place of local processes.
    tell : callable
        Told every event.
    """
    wanted = _wanted(batch, jobs, tell)
    if dask:
        from simulator.experiments.cluster import run_dask

        events = run_dask(wanted, dask)
    else:
        events = run_local(wanted, workers) if workers else run_here(wanted)
    for event in events:
        if event.outcome is not None:
            batch.take(event.index, event.outcome)
        tell(batch, event)


def _wanted(batch: Batch, jobs: Iterator[tuple[int, Job | Outcome]], tell: Tell) -> Iterator[tuple[int, Job]]:
    for index, item in jobs:
        if batch.stopped:
            return
        there = item if isinstance(item, Outcome) else kept(item)
        if isinstance(item, Job) and there is None:
            yield index, item
        elif there is not None:
            batch.take(index, there)
            tell(batch, Event(index, there))
