"""Rules across the fields of job classes; see checks.py."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.scenario.parts import Finding, Parts


def malleable_jobs_meet_no_plan(parts: Parts) -> Iterator[Finding]:
    """Where every waiting job has a reservation, no running job may change its size."""
    names = [name for name, spec in parts.job_classes.items() if spec.malleable is not None]
    for name, cluster in parts.clusters.items():
        if names and cluster.queue.discipline == "conservative":
            expected = "another discipline, as reservations hold only while running jobs keep their size"
            got = f"conservative and the malleable class {names[0]}"
            yield Finding(("clusters", name, "queue", "discipline"), got, expected)


def checkpoint_cost_has_an_interval(parts: Parts) -> Iterator[Finding]:
    """A class that pays for checkpoints writes some."""
    for name, spec in parts.job_classes.items():
        if spec.checkpoint_cost > 0 and spec.checkpoint_interval is None:
            got = f"{spec.checkpoint_cost:g} s and no checkpoint_interval"
            hint = "give checkpoint_interval, the work between two checkpoints"
            expected = "0 s where no checkpoints are written [s]"
            yield Finding(("job_classes", name, "checkpoint_cost"), got, expected, hint)
