"""
The data network: transfers in FIFO pipes.

A transfer is served on the edge of its path that needs longest for it, behind the transfers given to that edge before;
so its end is fixed when it is dispatched. No device is held meanwhile. The energy and the price of every edge of the
path are booked on the job at once. Data stay where they were sent: a job that is there costs nothing.
"""

from __future__ import annotations

from pathlib import Path

from energy_models.compiled import compiler
from simulator.scheduling.kernel import agenda
from simulator.scheduling.kernel.state import ARRIVE, NONE, World

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def transfer_s(world: World, j: int, h: int) -> float:
    """Return how long the data of job `j` would take to hub `h` if sent now, the pipe's queue included. [s]"""
    path = world.paths[world.jobs[j].data_hub, h]
    if path.edge < 0 or world.jobs[j].data_bytes <= 0.0:
        return 0.0
    return max(0.0, world.edges[path.edge].free_s - world.clock[0].now_s) + pipe_s(world, j, h)


@compiled
def pipe_s(world: World, j: int, h: int) -> float:
    """Return how long the data of job `j` alone would take to hub `h`, with nothing in the pipe before them. [s]"""
    path = world.paths[world.jobs[j].data_hub, h]
    if path.edge < 0 or world.jobs[j].data_bytes <= 0.0:
        return 0.0
    return world.jobs[j].data_bytes * world.edges[path.edge].s_per_byte


@compiled
def dispatch(world: World, j: int, h: int) -> bool:
    """Send the data of job `j` to hub `h`; return whether that takes time."""
    job, path = world.jobs[j], world.paths[world.jobs[j].data_hub, h]
    if job.data_bytes <= 0.0 or job.data_hub == h:
        return False
    taking = transfer_s(world, j, h)
    job.network_j += job.data_bytes * path.j_per_byte
    job.network_cny += job.data_bytes * path.cny_per_byte
    job.moved_bytes += job.data_bytes
    job.data_hub = h
    if path.edge < 0:
        return False
    end = world.clock[0].now_s + taking
    job.transfer_s += taking
    world.edges[path.edge].free_s = end
    agenda.add(world, end, ARRIVE, j, NONE)
    return True
