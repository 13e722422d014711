"""
Ordered sets of jobs: treaps for the queue of a cluster (waiting.py) and one for its running jobs (promised.py).

A job waits or runs, never both, so each has one node. Nodes are ordered by (key, job); what a key means is up to the
caller. Each node keeps sums over its subtree: devices in all, fewest devices, shortest request. They answer in the
depth of the tree what a scan would answer in its length: the first waiting job that fits a hole, and the moment by
which enough devices will have been given back. Heights come from a hash of the job's number, so the same jobs always
make the same tree.
"""

from __future__ import annotations

from pathlib import Path

from energy_models.compiled import compiler
from simulator.scheduling.kernel.state import NONE, ZERO, World

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def _height(j: int) -> int:
    """Return a number that looks random and depends on the job alone; every product stays below 2**63."""
    x = (j + 1) * 2654435761 & 0xFFFFFFFF
    x = (x ^ (x >> 15)) * 1274126177 & 0xFFFFFFFF
    return x ^ (x >> 13)


@compiled
def before(world: World, j: int, other: int) -> bool:
    """Tell whether job `j` comes before `other` in the order of their tree."""
    a, b = world.nodes[j].key, world.nodes[other].key
    return a < b or (a == b and j < other)


@compiled
def earlier(world: World, j: int, other: int) -> int:
    """Return which of two jobs, either of which may be NONE, comes first."""
    if j < 0 or (other >= 0 and before(world, other, j)):
        return other
    return j


@compiled
def _sum_up(world: World, j: int) -> None:
    """Work out the sums of node `j` from its children."""
    node = world.nodes[j]
    node.devices, node.fewest, node.shortest = node.own_devices, node.own_devices, node.request_s
    if node.left >= 0:
        _add_child(world, j, node.left)
    if node.right >= 0:
        _add_child(world, j, node.right)


@compiled
def _add_child(world: World, j: int, child: int) -> None:
    node, below = world.nodes[j], world.nodes[child]
    node.devices += below.devices
    node.fewest = min(node.fewest, below.fewest)
    node.shortest = min(node.shortest, below.shortest)


@compiled
def insert(world: World, c: int, tree: int, j: int) -> None:
    """Put job `j`, whose key, own devices and request are set, into a tree of cluster `c`."""
    nodes = world.nodes
    nodes[j].left, nodes[j].right, nodes[j].parent = NONE, NONE, NONE
    _sum_up(world, j)
    at = world.roots[c, tree]
    if at < 0:
        world.roots[c, tree] = j
        return
    while True:
        below = nodes[at].left if before(world, j, at) else nodes[at].right
        if below < 0:
            break
        at = below
    nodes[j].parent = at
    if before(world, j, at):
        nodes[at].left = j
    else:
        nodes[at].right = j
    while nodes[j].parent >= 0 and _height(j) > _height(nodes[j].parent):
        _rotate_up(world, c, tree, j)
    _sum_ancestors(world, nodes[j].parent)


@compiled
def add_up(world: World, j: int) -> None:
    """Work out the sums of node `j`, whose own devices have changed, and of all above it."""
    _sum_ancestors(world, j)


@compiled
def _sum_ancestors(world: World, j: int) -> None:
    while j >= 0:
        _sum_up(world, j)
        j = world.nodes[j].parent


@compiled
def _rotate_up(world: World, c: int, tree: int, j: int) -> None:
    """Make `j` the parent of its parent."""
    nodes = world.nodes
    parent = nodes[j].parent
    grand = nodes[parent].parent
    if nodes[parent].left == j:
        inner = nodes[j].right
        nodes[parent].left, nodes[j].right = inner, parent
    else:
        inner = nodes[j].left
        nodes[parent].right, nodes[j].left = inner, parent
    if inner >= 0:
        nodes[inner].parent = parent
    nodes[parent].parent, nodes[j].parent = j, grand
    _hang(world, c, tree, grand, parent, j)
    _sum_up(world, parent)
    _sum_up(world, j)


@compiled
def remove(world: World, c: int, tree: int, j: int) -> None:
    """Take job `j` out of a tree of cluster `c`."""
    nodes = world.nodes
    while nodes[j].left >= 0 and nodes[j].right >= 0:
        left, right = nodes[j].left, nodes[j].right
        _rotate_up(world, c, tree, left if _height(left) > _height(right) else right)
    parent, child = nodes[j].parent, max(nodes[j].left, nodes[j].right)
    if child >= 0:
        nodes[child].parent = parent
    _hang(world, c, tree, parent, j, child)
    _sum_ancestors(world, parent)


@compiled
def _hang(world: World, c: int, tree: int, parent: int, j: int, other: int) -> None:
    """Let `parent` (NONE = the tree itself) have `other` for a child where it had `j`."""
    if parent < 0:
        world.roots[c, tree] = other
    elif world.nodes[parent].left == j:
        world.nodes[parent].left = other
    else:
        world.nodes[parent].right = other


@compiled
def first(world: World, c: int, tree: int) -> int:
    """Return the first job of a tree; NONE if it is empty."""
    j = world.roots[c, tree]
    while j >= 0 and world.nodes[j].left >= 0:
        j = world.nodes[j].left
    return j


@compiled
def successor(world: World, j: int) -> int:
    """Return the job behind `j` in its tree; NONE if it is the last."""
    nodes = world.nodes
    if nodes[j].right >= 0:
        j = nodes[j].right
        while nodes[j].left >= 0:
            j = nodes[j].left
        return j
    while nodes[j].parent >= 0 and nodes[nodes[j].parent].right == j:
        j = nodes[j].parent
    return nodes[j].parent


@compiled
def first_behind(world: World, c: int, tree: int, j: int) -> int:
    """Return the first job of a tree that comes behind `j`, a job of this or of another tree; NONE if none does."""
    found, at = NONE, world.roots[c, tree]
    while at >= 0:
        if before(world, j, at):
            found, at = at, world.nodes[at].left
        else:
            at = world.nodes[at].right
    return found


@compiled
def is_fit(world: World, j: int, devices: int, request_s: float) -> bool:
    """Tell whether job `j` needs at most `devices` and asks at most `request_s` of wall time."""
    return world.nodes[j].own_devices <= devices and world.nodes[j].request_s <= request_s


@compiled
def _possible(world: World, j: int, devices: int, request_s: float) -> bool:
    return j >= 0 and world.nodes[j].fewest <= devices and world.nodes[j].shortest <= request_s


@compiled
def first_fit(world: World, c: int, tree: int, devices: int, request_s: float) -> int:
    """Return the first job of at most `devices` that asks at most `request_s` of wall time; NONE if none does."""
    j = world.roots[c, tree]
    if not _possible(world, j, devices, request_s):
        return NONE
    return _leftmost_fit(world, j, devices, request_s)


@compiled
def next_fit(world: World, j: int, devices: int, request_s: float) -> int:
    """Return the first such job behind job `j` of the same tree; NONE if there is none."""
    nodes = world.nodes
    if _possible(world, nodes[j].right, devices, request_s):
        found = _leftmost_fit(world, nodes[j].right, devices, request_s)
        if found >= 0:
            return found
    return _fit_above(world, j, NONE, devices, request_s)


@compiled
def _leftmost_fit(world: World, top: int, devices: int, request_s: float) -> int:
    """Search below `top` in order; a subtree whose fewest devices or shortest request are too much is passed over."""
    nodes, j = world.nodes, top
    while True:
        while _possible(world, nodes[j].left, devices, request_s):
            j = nodes[j].left
        while True:
            if is_fit(world, j, devices, request_s):
                return j
            if _possible(world, nodes[j].right, devices, request_s):
                j = nodes[j].right
                break
            j = _up_from_right(world, j, top)
            if j < 0:
                return NONE


@compiled
def _up_from_right(world: World, j: int, top: int) -> int:
    """Return the next ancestor of `j` in order, not above `top`; NONE if there is none."""
    nodes = world.nodes
    while j != top:
        parent = nodes[j].parent
        if nodes[parent].left == j:
            return parent
        j = parent
    return NONE


@compiled
def _fit_above(world: World, j: int, stop: int, devices: int, request_s: float) -> int:
    """Search the ancestors of `j` that come behind it, and their right subtrees."""
    nodes = world.nodes
    while nodes[j].parent != stop:
        parent = nodes[j].parent
        if nodes[parent].left == j:
            if is_fit(world, parent, devices, request_s):
                return parent
            if _possible(world, nodes[parent].right, devices, request_s):
                found = _leftmost_fit(world, nodes[parent].right, devices, request_s)
                if found >= 0:
                    return found
        j = parent
    return NONE


@compiled
def prefix_end(world: World, c: int, tree: int, devices: int) -> int:
    """Return the first job by which the jobs in order hold at least `devices` together; NONE if all hold fewer."""
    j = world.roots[c, tree]
    if j < 0 or world.nodes[j].devices < devices:
        return NONE
    left_to_find = devices
    while True:
        left = world.nodes[j].left
        if left >= 0:
            if world.nodes[left].devices >= left_to_find:
                j = left
                continue
            left_to_find -= world.nodes[left].devices
        if world.nodes[j].own_devices >= left_to_find:
            return j
        left_to_find -= world.nodes[j].own_devices
        j = world.nodes[j].right


@compiled
def devices_until(world: World, c: int, tree: int, key: float) -> int:
    """Return the devices of all jobs whose key is at most `key`."""
    total, j = ZERO, world.roots[c, tree]
    while j >= 0:
        if world.nodes[j].key <= key:
            left = world.nodes[j].left
            total += world.nodes[j].own_devices
            if left >= 0:
                total += world.nodes[left].devices
            j = world.nodes[j].right
        else:
            j = world.nodes[j].left
    return total
