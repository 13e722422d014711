"""
The queue of a cluster: who is first, who is behind, and who is the first that fits.

Jobs are ordered by (key, job). Under `easy` the queue is split into bands of like device counts, a tree each, because
one tree that has to find the first job which is both small and short enough may have to look at nearly every job: some
subtrees hold a small one, some a short one, few a job that is both. Within a band all jobs are small enough (or none,
but for the one band in which the limit lies), so that the shortest request of a subtree decides at once, and a search
costs the depth of the tree. Bands are exact up to 15 devices and then an eighth of a power of two wide. The band of no
devices holds the jobs that share one, by their thousandths (sharing.py); they are searched by themselves.
"""

from __future__ import annotations

from pathlib import Path

from energy_models.compiled import compiler
from simulator.scheduling.kernel import tree
from simulator.scheduling.kernel.state import EASY, FIRST_BAND, NONE, ZERO, World

compiled = compiler(Path(__file__).parent, allocates=False)

EXACT_BELOW = 16  # devices
BANDS_PER_DOUBLING = 8


@compiled
def band(devices: int) -> int:
    """Return the number of the band of a device count."""
    doublings = ZERO
    while devices >= EXACT_BELOW:
        devices = devices // 2
        doublings += 1
    return doublings * BANDS_PER_DOUBLING + devices


@compiled
def join(world: World, c: int, j: int) -> None:
    """Put job `j`, whose key, own devices and request are set, into the queue of `c` at its place."""
    cluster, node = world.clusters[c], world.nodes[j]
    node.column = FIRST_BAND + (
        band(node.own_devices) if cluster.discipline == EASY and world.jobs[j].milli == 0 else ZERO
    )
    tree.insert(world, c, node.column, j)
    world.heads[c, node.column] = tree.earlier(world, world.heads[c, node.column], j)
    cluster.head = tree.earlier(world, cluster.head, j)
    cluster.queue_count += 1


@compiled
def leave(world: World, c: int, j: int) -> None:
    """Take job `j` out of the queue of `c`."""
    cluster, column = world.clusters[c], world.nodes[j].column
    if world.heads[c, column] == j:
        world.heads[c, column] = tree.successor(world, j)
    tree.remove(world, c, column, j)
    cluster.queue_count -= 1
    if cluster.head == j:
        cluster.head = _first(world, c)


@compiled
def _first(world: World, c: int) -> int:
    """Return the first of the heads of the bands of `c`."""
    best = NONE
    if world.clusters[c].queue_count > 0:
        for column in range(FIRST_BAND, FIRST_BAND + world.clusters[c].bands):
            best = tree.earlier(world, best, world.heads[c, column])
    return best


@compiled
def behind(world: World, c: int, j: int) -> int:
    """Return the job behind `j` in the queue of `c`; NONE if it is the last."""
    if world.clusters[c].bands == 1:
        return tree.successor(world, j)
    best = NONE
    for column in range(FIRST_BAND, FIRST_BAND + world.clusters[c].bands):
        best = tree.earlier(world, best, tree.first_behind(world, c, column, j))
    return best


@compiled
def first_fit(world: World, c: int, devices: int, request_s: float) -> int:
    """Return the first waiting job of 1 to `devices` that asks at most `request_s` of wall time; NONE if none."""
    best = NONE
    for column in range(FIRST_BAND + 1, FIRST_BAND + min(band(devices) + 1, world.clusters[c].bands)):
        head = world.heads[c, column]
        if head >= 0 and (best < 0 or tree.before(world, head, best)):
            best = tree.earlier(world, best, tree.first_fit(world, c, column, devices, request_s))
    return best


@compiled
def fit_behind(world: World, c: int, j: int, devices: int, request_s: float) -> int:
    """Return the first such job behind job `j`, which need not fit itself."""
    best = NONE
    for column in range(FIRST_BAND + 1, FIRST_BAND + min(band(devices) + 1, world.clusters[c].bands)):
        after = tree.first_behind(world, c, column, j)
        if after >= 0 and not tree.is_fit(world, after, devices, request_s):
            after = tree.next_fit(world, after, devices, request_s)
        best = tree.earlier(world, best, after)
    return best


@compiled
def first_share(world: World, c: int, milli: int, request_s: float) -> int:
    """Return the first waiting share of at most `milli` that asks at most `request_s` of wall time; NONE if none."""
    return tree.first_fit(world, c, FIRST_BAND, milli, request_s)
