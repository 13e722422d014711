"""
Running jobs in the order in which they asked to end, for disciplines that look ahead.

Nobody looks ahead while nobody waits, and most jobs end before anybody has looked. So a job that starts only goes on a
list, where it is taken off in one step, and `sort_in` brings the list into the tree when the tree is needed.
"""

from __future__ import annotations

from pathlib import Path

from energy_models.compiled import compiler
from simulator.scheduling.kernel import tree
from simulator.scheduling.kernel.state import IN_SERVICE, NONE, UNSORTED, World

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def enter(world: World, c: int, j: int) -> None:
    """Note job `j`, whose key is the work clock at which it ends by its request."""
    node, behind = world.nodes[j], world.clusters[c].unsorted
    node.column, node.left, node.right = UNSORTED, NONE, behind
    if behind >= 0:
        world.nodes[behind].left = j
    world.clusters[c].unsorted = j


@compiled
def leave(world: World, c: int, j: int) -> None:
    """Forget job `j`."""
    node = world.nodes[j]
    if node.column == IN_SERVICE:
        tree.remove(world, c, IN_SERVICE, j)
        return
    if node.left >= 0:
        world.nodes[node.left].right = node.right
    else:
        world.clusters[c].unsorted = node.right
    if node.right >= 0:
        world.nodes[node.right].left = node.left


@compiled
def sort_in(world: World, c: int) -> None:
    """Bring all running jobs of `c` into the tree."""
    j = world.clusters[c].unsorted
    world.clusters[c].unsorted = NONE
    while j >= 0:
        behind = world.nodes[j].right
        world.nodes[j].column = IN_SERVICE
        tree.insert(world, c, IN_SERVICE, j)
        j = behind
