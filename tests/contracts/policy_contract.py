"""
What every policy promises, as a function that raises where one does not.

It plays two days of a region with hubs in the west, once as it is and once with another future from an instant on: all
true series and all jobs that come after it are replaced. What a policy said up to that instant must not differ.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any

import numpy as np

from simulator.engine import Signals
from simulator.engine.run import Run
from simulator.scenario import load
from simulator.scheduling import Directive, Kernel, Policy, View
from simulator.workload import Workload
from tests.pipeline import SCENARIOS, Built, build, signals_of

TURN_S = 30 * 3600.0  # the future is another one after this instant
SETS = (
    "simulation.warm_up=6 h",
    "simulation.control_step=1 h",
    "simulation.fleet_sample=32",
    "workload.services={}",
)
Make = Callable[[], Policy]


class ContractError(AssertionError):
    """A policy broke its contract."""


@cache
def region() -> tuple[Built, Signals]:
    """Two days of the region with the west, small, with a forecast that knows the past only."""
    loaded = load(SCENARIOS / "yrd_2025.yaml", variant="gap_part_west", horizon="2 d", overrides=SETS)
    assert loaded.scenario.forecast.model == "seasonal_naive"
    built = build(loaded)
    return built, signals_of(built)


@dataclass
class Play:
    """One run: what was said when, and the run itself."""

    said: list[tuple[float, dict[str, Any]]]
    run: Run


class _Watched(Policy):
    """A policy that is looked over the shoulder of."""

    name = "watched"

    def __init__(self, policy: Policy) -> None:
        super().__init__()
        self.policy, self.said, self.kernel = policy, [], None  # type: ignore[assignment]

    def decide(self, view: View) -> Directive:
        before = (_sum_of_world(self.kernel), _sum_of_view(view))
        directive = self.policy.decide(view)
        if _sum_of_world(self.kernel) != before[0]:
            raise ContractError(f"{self.policy.name} changed the state of the simulation")
        if _sum_of_view(view) != before[1]:
            raise ContractError(f"{self.policy.name} changed what it was shown")
        copied = {f.name: np.array(getattr(directive, f.name)) for f in fields(directive)}
        self.said.append((view.now_s, copied))
        return directive


def _sum_of_world(kernel: Kernel | None) -> int:
    total = 0
    for f in fields(kernel.world):  # type: ignore[union-attr]
        table = getattr(kernel.world, f.name)  # type: ignore[union-attr]
        if isinstance(table, np.ndarray):
            total = zlib.crc32(table.tobytes(), total)
    return total


def _sum_of_view(view: View) -> int:
    total = 0
    for value in vars(view).values():
        for array in value.values() if isinstance(value, dict) else [value]:
            if isinstance(array, np.ndarray):
                total = zlib.crc32(array.tobytes(), total)
    return total


def play(policy: Policy, built: Built, signals: Signals, workload: Workload) -> Play:
    """Run a policy and keep what it said."""
    watched = _Watched(policy)
    run = Run(built.loaded.scenario, built.region, workload, signals, watched)
    watched.kernel = run.kernel
    run.go(None)
    return Play(watched.said, run)


def other_future(built: Built, signals: Signals) -> tuple[Signals, Workload]:
    """Return the same past with other series after the turn, and other jobs."""
    rng = np.random.default_rng(7)
    first_hour = int(signals.hour_of_interval[round((TURN_S - signals.begin_s) / 900.0)]) + 1
    contracts = replace(signals.contracts, **_from(signals.contracts, first_hour, rng))
    changed = _from(signals, first_hour, rng) | {"contracts": contracts}
    jobs = built.workload.jobs
    later = jobs.submit_s > TURN_S
    factor = np.where(later, rng.uniform(0.1, 5.0, len(jobs)), 1.0)
    moved = replace(jobs, work_s=jobs.work_s * factor, requested_s=jobs.requested_s * factor)
    return replace(signals, **changed), replace(built.workload, jobs=moved)


def _from(series: Any, first_hour: int, rng: np.random.Generator) -> dict[str, Any]:
    """Return the hourly arrays of an object, by hub, with other values from an hour on."""
    changed = {}
    for f in fields(series):
        values = getattr(series, f.name)
        if isinstance(values, np.ndarray) and values.ndim == 2 and values.dtype == float and len(values) > 8000:
            changed[f.name] = values.copy()
            changed[f.name][first_hour:] *= rng.uniform(0.2, 3.0, values[first_hour:].shape)
    return changed


def assert_contract(make: Make) -> None:
    """
    Play a policy and raise where it breaks the contract.

    Raises
    ------
    ContractError
        If it answers differently when asked again, depends on what is yet to come, changes what it is shown or the
        state, or a job runs where it may not.
    ValueError
        If it writes to read-only arrays, or its directive has a wrong shape or holds NaN.
    """
    built, signals = region()
    one = play(make(), built, signals, built.workload)
    _same(one, play(make(), built, signals, built.workload), np.inf, "answers differently when it is played again")
    _same(one, play(make(), built, *other_future(built, signals)), TURN_S, "knows what is yet to come")
    world = one.run.kernel.world
    bound = np.flatnonzero(world.jobs["cluster"] >= 0)
    if not world.routes["eligible"][world.jobs["route"][bound], world.jobs["cluster"][bound]].all():
        raise ContractError("a job was bound where it may not run")
    if not len(bound):
        raise ContractError("no job was ever bound")


def _same(one: Play, other: Play, until_s: float, fault: str) -> None:
    for (time_s, mine), (_, its) in zip(one.said, other.said, strict=True):
        if time_s > until_s:
            break
        for name in mine:
            if not np.array_equal(mine[name], its[name]):
                raise ContractError(f"the policy {fault}: {name} at {time_s:g} s")
