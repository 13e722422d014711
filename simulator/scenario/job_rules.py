"""Rules across the fields of job classes; see checks.py."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.scenario.parts import Finding, Parts


def checkpoint_cost_has_an_interval(parts: Parts) -> Iterator[Finding]:
    """A class that pays for checkpoints writes some."""
    for name, spec in parts.job_classes.items():
        if spec.checkpoint_cost > 0 and spec.checkpoint_interval is None:
            got = f"{spec.checkpoint_cost:g} s and no checkpoint_interval"
            hint = "give checkpoint_interval, the work between two checkpoints"
            expected = "0 s where no checkpoints are written [s]"
            yield Finding(("job_classes", name, "checkpoint_cost"), got, expected, hint)
