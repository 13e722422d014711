"""A job's life on a cluster: queued, started, ended; what stops it on the way is in stopping.py."""

from __future__ import annotations

from pathlib import Path

from energy_models.compiled import compiler
from simulator.scheduling.kernel import agenda, checkpoints, packing, power, promised, running, sharing, sizing, waiting
from simulator.scheduling.kernel.state import (
    BY_PLAN,
    EASY,
    LJF,
    NONE,
    NOT_SPARED,
    ONE,
    PRIORITY,
    RESUME,
    RUNNING,
    SJF,
    SUSPENDED,
    ZERO,
    World,
)

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def log(world: World, code: int, hub: int, cluster: int, job: int, cause: int, value: float) -> None:
    """Write one line of the event log; `advance` has made sure that there is room."""
    i = world.clock[0].logged
    world.log[i].time_s, world.log[i].code, world.log[i].hub = world.clock[0].now_s, code, hub
    world.log[i].cluster, world.log[i].job, world.log[i].cause, world.log[i].value = (
        cluster,
        job,
        cause,
        value,
    )
    world.clock[0].logged = i + 1


@compiled
def log_energy(world: World, energy_j: float) -> None:
    """Add to the last line of the log the IT energy it is about."""
    world.log[world.clock[0].logged - 1].energy_j = energy_j


@compiled
def device_seconds(world: World, j: int, c: int) -> float:
    """Return the device-seconds job `j` asks of cluster `c` by its request, work already kept left out."""
    jobs = world.jobs
    left = max(0.0, jobs[j].requested_s - jobs[j].done_s) + jobs[j].restore_s
    left += checkpoints.writing_s(world, j, c, jobs[j].requested_s)
    return world.jobs[j].width * left / running.rate(world, j, c)


@compiled
def wall_s(world: World, j: int, asked_device_s: float) -> float:
    """Return how long a request of device-seconds keeps job `j` busy. [s]"""
    return asked_device_s / world.jobs[j].width


@compiled
def enqueue(world: World, j: int, c: int) -> None:
    """Put a job into the queue of `c` at its place: by the key of the discipline, then by (submit, id)."""
    if sizing.is_malleable(world, j):
        sizing.set_size(world, j, sizing.least(world, j))
    world.nodes[j].key = queue_key(world, j, c)
    tell_request(world, j, c)
    waiting.join(world, c, j)
    world.clusters[c].queue_milli += world.jobs[j].milli
    world.clusters[c].queued_device_s += world.nodes[j].asked_device_s
    world.hubs[world.clusters[c].hub].dirty = True


@compiled
def tell_request(world: World, j: int, c: int) -> None:
    """Write down what job `j` asks of cluster `c` with the devices it has or waits for."""
    node, asked = world.nodes[j], device_seconds(world, j, c)
    node.own_devices = sharing.sought(world, j, c) if world.jobs[j].milli > 0 else held_devices(world, j, c)
    node.asked_device_s = asked
    node.request_s = wall_s(world, j, asked)


@compiled
def queue_key(world: World, j: int, c: int) -> float:
    """
    Return what the queue of `c` orders job `j` by, lowest first; equal keys go by (submit, id).

    Ageing adds the same rate to everyone's priority for each second waited, so the order of two jobs never changes
    and the key can be fixed at submission.
    """
    job, discipline = world.jobs[j], world.clusters[c].discipline
    if discipline == SJF:
        return job.requested_s
    if discipline == LJF:
        return -job.requested_s
    if discipline == PRIORITY:
        return world.clusters[c].ageing_per_s * job.submit_s - job.priority
    return 0.0


@compiled
def dequeue(world: World, j: int, c: int) -> None:
    """Take a job out of the queue of `c`."""
    waiting.leave(world, c, j)
    world.clusters[c].queue_milli -= world.jobs[j].milli
    world.clusters[c].queued_device_s -= world.nodes[j].asked_device_s
    if world.clusters[c].queue_count == 0:
        world.clusters[c].queued_device_s = 0.0  # an empty queue asks nothing: forget rounding


@compiled
def plans(world: World, c: int) -> bool:
    """Tell whether the discipline of `c` looks ahead, so that running jobs are kept by their requested ends."""
    return world.clusters[c].discipline >= EASY


@compiled
def start(world: World, j: int, c: int) -> None:
    """Start (or resume) job `j`, which fits, on cluster `c`."""
    jobs, clusters, now = world.jobs, world.clusters, world.clock[0].now_s
    dequeue(world, j, c)
    if jobs[j].state == SUSPENDED:
        log(world, RESUME, clusters[c].hub, c, j, BY_PLAN, world.jobs[j].width)
        if clusters[c].preemptive and world.kinds[jobs[j].kind].min_run_s > 0.0:
            agenda.add(world, now + world.kinds[jobs[j].kind].min_run_s, NOT_SPARED, c, j)
    else:
        jobs[j].start_s = now
    jobs[j].state = RUNNING
    jobs[j].run_start_s, jobs[j].saved_s = now, jobs[j].done_s
    run(world, j, c)
    world.clock[0].events += 1


@compiled
def run(world: World, j: int, c: int) -> None:
    """Let job `j` work on cluster `c` with its devices, from now until its end or a change of its size."""
    jobs, clusters, now = world.jobs, world.clusters, world.clock[0].now_s
    take_devices(world, j, c)
    jobs[j].booked_s = now
    jobs[j].run_work_clock = running.work_clock(world, c, now)
    jobs[j].run_energy_clock = running.energy_clock(world, c, now)
    clusters[c].run_end_sum += requested_end(world, j)
    running.add_run(world, c, j, jobs[j].run_work_clock + checkpoints.run_s(world, j, c) / running.rate(world, j, c))
    if plans(world, c):
        world.nodes[j].key = jobs[j].run_work_clock + world.nodes[j].request_s
        promised.enter(world, c, j)
        if jobs[j].milli > 0:
            sharing.promise(world, j)


@compiled
def take_devices(world: World, j: int, c: int) -> None:
    """Give job `j`, which fits, its devices on cluster `c`, or its share of one."""
    job, cluster = world.jobs[j], world.clusters[c]
    if job.milli > 0:
        sharing.take(world, c, j)
        return
    job.server = packing.take(world, c, job.devices)
    if cluster.may_fail:
        packing.mark(world, c, job.devices, job.server, j)
    power.set_busy(world, c, job.kind, job.devices)
    cluster.held += world.nodes[j].own_devices
    cluster.run_devices += job.devices
    if sizing.is_malleable(world, j):
        sizing.count(world, c, j, ONE)


@compiled
def give_devices(world: World, j: int, c: int) -> None:
    """Take back what `take_devices` gave."""
    job, cluster = world.jobs[j], world.clusters[c]
    if job.milli > 0:
        sharing.give(world, c, j)
        return
    cluster.run_devices -= job.devices
    if sizing.is_malleable(world, j):
        sizing.count(world, c, j, NONE)
    power.set_busy(world, c, job.kind, -job.devices)
    cluster.held -= world.nodes[j].own_devices
    if cluster.may_fail:
        packing.mark(world, c, job.devices, job.server, NONE)
    packing.give(world, c, job.devices, job.server)


@compiled
def held_devices(world: World, j: int, c: int) -> int:
    """Return the devices job `j`, which shares none, keeps others from: its own, or whole servers."""
    return packing.held_for(world, c, world.jobs[j].devices)


@compiled
def needed_devices(world: World, j: int) -> int:
    """Return the free devices that are surely enough for waiting job `j`: one for a share of one."""
    return ONE if world.jobs[j].milli > 0 else world.nodes[j].own_devices


@compiled
def booked_device_s(world: World, j: int, c: int) -> float:
    """Return the device-seconds running job `j` has kept from others since it was last booked; of a share its own."""
    held = world.jobs[j].width if world.jobs[j].milli > 0 else float(world.nodes[j].own_devices)
    return (world.clock[0].now_s - world.jobs[j].booked_s) * held


@compiled
def requested_end(world: World, j: int) -> float:
    """Return devices x the work clock at which running job `j` ends by its request."""
    return world.jobs[j].width * world.jobs[j].run_work_clock + world.nodes[j].asked_device_s


@compiled
def leave(world: World, j: int, c: int, position: int, executed: float) -> None:
    """Take running job `j` off its servers; `executed` reference work seconds were done in this run."""
    jobs, clusters, now = world.jobs, world.clusters, world.clock[0].now_s
    k = jobs[j].kind
    energy = running.energy_clock(world, c, now) - jobs[j].run_energy_clock
    work = running.work_clock(world, c, now) - jobs[j].run_work_clock
    jobs[j].energy_j += jobs[j].width * world.pairs[k, c].watts * energy
    jobs[j].flop += sizing.useful_devices(world, j) * world.pairs[k, c].flops * work
    jobs[j].held_device_s += booked_device_s(world, j, c)
    jobs[j].executed_s += executed
    clusters[c].run_end_sum -= requested_end(world, j)
    give_devices(world, j, c)
    if clusters[c].run_devices + clusters[c].run_milli == 0:
        clusters[c].run_end_sum = 0.0
    if plans(world, c):
        promised.leave(world, c, j)
    running.remove_run(world, c, position)


@compiled
def end(world: World, c: int) -> None:
    """End the job of cluster `c` that is next to end."""
    jobs = world.jobs
    j = world.runs[world.clusters[c].run_offset].job
    overhead = jobs[j].restore_s + checkpoints.writing_s(world, j, c, jobs[j].work_s)
    leave(world, j, c, ZERO, checkpoints.run_s(world, j, c))
    if overhead > 0.0:
        checkpoints.book_lost(world, j, c, overhead)
    jobs[j].restore_s = 0.0
    jobs[j].done_s = jobs[j].work_s
    jobs[j].state = jobs[j].outcome
    jobs[j].finish_s = world.clock[0].now_s
    world.clock[0].events += 1
