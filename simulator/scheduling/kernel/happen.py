"""What happens when a timer of the agenda is due: the one place that knows every code."""

from __future__ import annotations

from pathlib import Path

from energy_models.compiled import compiler
from simulator.scheduling.kernel import agenda, binding, failures, pausing, sleeping
from simulator.scheduling.kernel.state import (
    ARRIVE,
    BOOT_END,
    FAIL,
    FIRST_SUBMISSION,
    IDLE_LOOK,
    LATEST,
    NO_MORE,
    NOT_SPARED,
    PAUSE,
    RELEASE,
    REPAIR,
    World,
)

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def end_phase(world: World, now: float) -> None:
    """Handle the timers of this instant that come with the ends: failures, repairs, pauses, boots, ends of sparing."""
    while agenda.is_due(world, now, FIRST_SUBMISSION):
        code, a, b = agenda.pop(world)
        if code == FAIL:
            failures.fail(world, a, b)
        elif code == REPAIR:
            failures.repair(world, a, b)
        elif code == PAUSE:
            pausing.pause(world, a)
        elif code == BOOT_END:
            sleeping.end_boot(world, a, b)
        elif code == IDLE_LOOK:
            sleeping.look(world, a)
        elif code == NOT_SPARED:  # a higher priority may have waited for this
            world.hubs[world.clusters[a].hub].dirty = True


@compiled
def submission_phase(world: World, now: float) -> None:
    """Handle the timers of this instant that come with the submissions; no other can be due by now."""
    while agenda.is_due(world, now, NO_MORE):
        code, a, _b = agenda.pop(world)
        if code == ARRIVE:
            binding.arrive(world, a)
        elif code == RELEASE:
            binding.release(world, a)
        elif code == LATEST:
            binding.release_at_latest(world, a)
