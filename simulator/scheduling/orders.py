"""A directive as the kernel takes it: every array whole, of the right shape, without NaN."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulator.scheduling.kernel.state import RUNNING, SUSPENDED, World
from simulator.scheduling.policies import INTERRUPTIBLE, NO_SHIFT, RUNNING_JOB

if TYPE_CHECKING:
    from simulator.scheduling.policies import Directive


class Orders(NamedTuple):
    """What holds until the next control step; `Directive` says what each array means."""

    score: np.ndarray
    load_weight: np.ndarray
    shift: np.ndarray
    rebind: np.ndarray
    cap_w: np.ndarray
    speed: np.ndarray

    def same_as(self, other: Orders) -> bool:
        """Tell whether nothing differs."""
        return all(np.array_equal(mine, its) for mine, its in zip(self, other, strict=True))


def standing(world: World) -> Orders:
    """Return copies of the orders in force."""
    return Orders(
        world.routes["score"].copy(),
        world.load_weight.copy(),
        world.shift.copy(),
        np.zeros(len(world.routes), dtype=np.bool_),
        world.hubs["policy_cap_w"].copy(),
        world.clusters["speed_wanted"].copy(),
    )


def orders_of(directive: Directive, world: World) -> Orders:
    """
    Fill in what a directive leaves out, and check it.

    Raises
    ------
    ValueError
        If an array has another shape, holds NaN, or a value out of range.
    """
    routes, clusters = world.routes.shape
    hubs = len(world.hubs)
    score = _whole(directive.score, float, (routes, clusters))
    weight = _whole(directive.load_weight, float, (routes,))
    shift = _whole(_or(directive.shift, NO_SHIFT), np.int64, (routes,))
    rebind = _whole(_or(directive.rebind, False), np.bool_, (routes,))
    cap_w = _whole(_or(directive.cap_w, np.inf), float, (hubs,))
    speed = _whole(_or(directive.speed, 1.0), float, (clusters,))
    for name, values in (("score", score), ("load_weight", weight), ("cap_w", cap_w), ("speed", speed)):
        if np.isnan(values.min(initial=np.inf)):  # the least of what holds NaN is NaN: one look, no array between
            raise ValueError(f"a directive holds NaN in {name}")
    if cap_w.min(initial=0.0) < 0.0 or speed.min(initial=0.0) < 0.0 or speed.max(initial=0.0) > 1.0:
        raise ValueError("a directive holds a negative cap, or a speed outside 0 to 1")
    if shift.min(initial=NO_SHIFT) < NO_SHIFT or shift.max(initial=NO_SHIFT) > INTERRUPTIBLE:
        raise ValueError("a directive holds a way to shift that is none of NO_SHIFT, FIXED, INTERRUPTIBLE")
    return Orders(score, weight, shift, rebind, cap_w, np.maximum(speed, world.clusters.view(np.ndarray)["speed_min"]))


def _whole(given: np.ndarray | float, kind: type, shape: tuple[int, ...]) -> np.ndarray:
    """Return an array of a type and shape; quickly if it is one, as it is at most control steps."""
    if given.__class__ is not np.ndarray and np.ndim(given) == 0:
        return np.full(shape, given, dtype=kind)  # a tenth of what `broadcast_to` takes
    array: np.ndarray = np.asarray(given, dtype=kind)
    return array if array.shape == shape else np.broadcast_to(array, shape)


def _or(given: np.ndarray | None, default: float) -> np.ndarray | float:
    return default if given is None else given


def plan_of(directive: Directive, hubs: int) -> dict[str, np.ndarray]:
    """
    Return the plan signal as the kernel keeps it: with its integral, its order and the place of each step in it.

    Raises
    ------
    ValueError
        If jobs are to be shifted without a signal, or it has another shape or a value that is not finite.
    """
    if directive.plan_signal is None or directive.plan_step_s <= 0.0:
        raise ValueError("a directive shifts jobs, but has no plan_signal with steps of some length")
    signal = np.array(directive.plan_signal, dtype=float, ndmin=2)
    if signal.shape[0] != hubs or not np.isfinite(signal).all() or not signal.shape[1]:
        raise ValueError(f"a directive's plan_signal must be finite, of shape ({hubs}, steps)")
    order = np.argsort(signal, axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(signal.shape[1])[None, :], axis=1)
    before = np.zeros_like(signal)
    np.cumsum(signal[:, :-1] * directive.plan_step_s, axis=1, out=before[:, 1:])
    return {"signal": signal, "signal_sum": before, "signal_order": order, "signal_rank": rank}


def checked_stops(stopped: set[int], asked: np.ndarray | None, world: World) -> list[int]:
    """
    Return the running jobs a directive stops now, in order; those that `min_run` spares only when that is over.

    Raises
    ------
    ValueError
        If it names a job that neither runs nor was stopped before, or that may not be suspended.
    """
    new = sorted({int(j) for j in asked} - stopped) if asked is not None else []
    for j in new:
        runs = 0 <= j < len(world.jobs) and world.jobs[j].state == RUNNING
        if not (runs and world.kinds[world.jobs[j].kind].preemptible):
            raise ValueError(f"a directive suspends job number {j}, which is not a running preemptible job")
    return [j for j in new if not _spared(world, world.jobs[j])]


def running_jobs(world: World, stopped: set[int]) -> np.ndarray:
    """Return the running jobs, and those a directive stopped, as `RUNNING_JOB` rows by number; a read-only copy."""
    heaps = [world.runs["job"][c.run_offset : c.run_offset + c.run_count] for c in world.clusters]
    number = np.sort(np.concatenate([*heaps, np.array(sorted(stopped), dtype=np.int64)]))
    jobs = world.jobs[number]
    rows = np.zeros(len(number), dtype=RUNNING_JOB)
    for name in ("route", "cluster", "devices", "priority", "run_start_s"):
        rows[name] = jobs[name]
    rows["number"] = number
    rows["preemptible"] = world.kinds["preemptible"][jobs["kind"]] & ~_spared(world, jobs)
    rows["stopped"] = jobs["state"] == SUSPENDED
    rows["requested_left_s"] = _left_s(world, jobs, world.nodes["request_s"][number])
    rows.flags.writeable = False
    return rows


def _spared(world: World, jobs: np.recarray | np.record) -> np.ndarray:
    """Tell which running jobs started again so lately that they are not to be suspended; as `running.is_spared`."""
    until = jobs["run_start_s"] + world.kinds["min_run_s"][jobs["kind"]]
    again: np.ndarray = (jobs["run_start_s"] > jobs["start_s"]) & (world.clock[0].now_s < until)
    return again


def _left_s(world: World, jobs: np.recarray, asked_s: np.ndarray) -> np.ndarray:
    """Return what is left of the wall seconds at full speed that jobs asked when they last queued."""
    clusters, now = world.clusters[jobs["cluster"]], world.clock[0].now_s
    clock = clusters["anchor_work"] + (now - clusters["anchor_s"]) * clusters["speed"]
    in_run = np.where(jobs["state"] == RUNNING, clock - jobs["run_work_clock"], 0.0)
    return np.maximum(0.0, asked_s - in_run)
