"""What happens when a timer of the agenda is due: the one place that knows every code."""

from __future__ import annotations

from pathlib import Path

from energy_models.compiled import compiler
from simulator.scheduling.kernel import agenda
from simulator.scheduling.kernel.state import FIRST_SUBMISSION, NO_MORE, World

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def end_phase(world: World, now: float) -> None:
    """Handle the timers of this instant that come with the ends: failures and repairs."""
    while agenda.is_due(world, now, FIRST_SUBMISSION):
        agenda.pop(world)


@compiled
def submission_phase(world: World, now: float) -> None:
    """Handle the timers of this instant that come with the submissions; no other can be due by now."""
    while agenda.is_due(world, now, NO_MORE):
        agenda.pop(world)
