"""
What stops a running job before its end: a lack of watts, a service, a higher priority, a failed server.

It stops at once. What it did since its last checkpoint is lost, unless a higher priority took its place (preemptive
resume: it goes on where it stopped) or a power limit was told early enough to write one. It queues again at its own
cluster with its old priority and submission, and pays its restore when it starts again. A job that a failure stopped
once too often is given up.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from energy_models.compiled import compiler
from simulator.scheduling.kernel import checkpoints, lifecycle, running, sizing
from simulator.scheduling.kernel.state import (
    BY_FAILURE,
    BY_PRIORITY,
    BY_SHIFT,
    FAILED,
    GIVE_UP,
    GIVEN_UP,
    REQUEUE,
    SUSPEND,
    SUSPENDED,
    World,
)

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def suspend(world: World, c: int, position: int, cause: int) -> None:
    """Stop the job at `position` of the heap of `c` at once; it queues again."""
    j = world.runs[world.clusters[c].run_offset + position].job
    lost_j = stop(world, c, position, cause)
    code = SUSPEND if world.kinds[world.jobs[j].kind].preemptible else REQUEUE
    queue_again(world, j, c, code, cause)
    lifecycle.log_energy(world, lost_j)


@compiled
def kill(world: World, c: int, position: int) -> None:
    """Stop the job at `position` of the heap of `c`, whose server has failed; after its last attempt it is given up."""
    jobs, kinds = world.jobs, world.kinds
    j = world.runs[world.clusters[c].run_offset + position].job
    lost_j = stop(world, c, position, BY_FAILURE)
    jobs[j].failures += 1
    if jobs[j].failures < kinds[jobs[j].kind].max_failures:
        queue_again(world, j, c, REQUEUE, BY_FAILURE)
        lifecycle.log_energy(world, lost_j)
        return
    jobs[j].state = FAILED
    jobs[j].reason = GIVEN_UP
    jobs[j].restore_s = 0.0
    jobs[j].finish_s = world.clock[0].now_s
    lifecycle.log(world, GIVE_UP, world.clusters[c].hub, c, j, BY_FAILURE, float(jobs[j].failures))
    lifecycle.log_energy(world, lost_j)


@compiled
def stop(world: World, c: int, position: int, cause: int) -> float:
    """
    Take the job at `position` of the heap of `c` off its servers and book what it keeps and what it loses.

    Returns
    -------
    float
        IT energy above idle of what it loses, as at full speed. [J]
    """
    jobs = world.jobs
    j = world.runs[world.clusters[c].run_offset + position].job
    executed = executed_s(world, c, j)
    if cause == BY_PRIORITY:
        kept, restore = checkpoints.reached_s(world, j, c, executed), 0.0
    elif cause == BY_SHIFT or was_told(world, world.clusters[c].hub, jobs[j].kind):  # there was time for a checkpoint
        kept, restore = checkpoints.reached_s(world, j, c, executed), world.kinds[jobs[j].kind].restore_s
    else:
        kept, restore = checkpoints.kept_s(world, j, c, executed), world.kinds[jobs[j].kind].restore_s
    lifecycle.leave(world, j, c, position, executed)
    lost = executed - (kept - jobs[j].done_s)
    checkpoints.book_lost(world, j, c, lost)
    jobs[j].done_s = kept
    jobs[j].restore_s = restore
    return jobs[j].width * world.pairs[jobs[j].kind, c].watts * lost / running.rate(world, j, c)


@compiled
def was_told(world: World, h: int, k: int) -> bool:
    """Tell whether a limit that comes into force at hub `h` now was told early enough to write a checkpoint."""
    kind, notice_s = world.kinds[k], world.hubs[h].notice_s
    return notice_s > 0.0 and kind.checkpoint_cost_s <= notice_s and kind.checkpoint_s < np.inf


@compiled
def queue_again(world: World, j: int, c: int, code: int, cause: int) -> None:
    """Put a stopped job back into its queue."""
    world.jobs[j].state = SUSPENDED
    lifecycle.enqueue(world, j, c)
    lifecycle.log(world, code, world.clusters[c].hub, c, j, cause, world.jobs[j].width)


@compiled
def yields_before(world: World, j: int, other: int) -> bool:
    """Tell whether job `j` is suspended before `other`."""
    jobs = world.jobs
    if jobs[j].priority != jobs[other].priority:
        return jobs[j].priority < jobs[other].priority
    if jobs[j].run_start_s != jobs[other].run_start_s:
        return jobs[j].run_start_s > jobs[other].run_start_s
    return j > other


@compiled
def executed_s(world: World, c: int, j: int) -> float:
    """Return what job `j` has executed in its present run on cluster `c`, reference work seconds."""
    work = running.work_clock(world, c, world.clock[0].now_s) - world.jobs[j].run_work_clock
    return min(work * running.rate(world, j, c), checkpoints.run_s(world, j, c))


@compiled
def work_of_running(
    world: World,
    done_s: np.ndarray,
    executed_s_of: np.ndarray,
    lost_s: np.ndarray,
    held_device_s: np.ndarray,
    energy_j: np.ndarray,
    flop: np.ndarray,
) -> None:
    """Add what running jobs have done in their present run to sums over their past runs; the world stays as it is."""
    jobs, clusters, now = world.jobs, world.clusters, world.clock[0].now_s
    for c in range(len(clusters)):
        for i in range(clusters[c].run_count):
            j = world.runs[clusters[c].run_offset + i].job
            k = jobs[j].kind
            work = running.work_clock(world, c, now) - jobs[j].run_work_clock
            energy = running.energy_clock(world, c, now) - jobs[j].run_energy_clock
            executed = executed_s(world, c, j)
            done = checkpoints.reached_s(world, j, c, executed) - jobs[j].done_s
            done_s[j] += done
            executed_s_of[j] += executed
            lost_s[j] += executed - done
            held_device_s[j] += lifecycle.booked_device_s(world, j, c)
            energy_j[j] += jobs[j].width * world.pairs[k, c].watts * energy
            flop[j] += sizing.useful_devices(world, j) * world.pairs[k, c].flops * work
