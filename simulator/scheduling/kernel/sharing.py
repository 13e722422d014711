"""
Jobs that ask for less than a device share one.

They ask in thousandths, whole numbers, so that what is taken and given back is exact. A shared device is called a card.
To the rest of the kernel a card is one device: it is taken when its first share comes and given back when its last one
leaves. A share goes to the card in use with the fewest free thousandths that are enough (best fit; among equals the one
that changed last), and opens a new card only where there is none.

Under disciplines that look ahead a card comes back when the last of its shares has ended by its request. That job
stands in the tree of running jobs for the device, its neighbours for none; who it is is settled anew when a share comes
or goes.
"""

from __future__ import annotations

from pathlib import Path

from energy_models.compiled import compiler
from simulator.scheduling.kernel import packing, power, running, tree
from simulator.scheduling.kernel.state import EASY, IN_SERVICE, NONE, ONE, ZERO, World

compiled = compiler(Path(__file__).parent, allocates=False)

DEVICE_MILLI = 1000


@compiled
def fits(world: World, c: int, j: int) -> bool:
    """Tell whether job `j` can be placed on cluster `c` at once."""
    milli = world.jobs[j].milli
    if milli == 0:
        return packing.fits(world, c, world.jobs[j].devices)
    return best_card(world, c, milli) >= 0 or packing.fits(world, c, ONE)


@compiled
def best_card(world: World, c: int, milli: int) -> int:
    """Return the card in use on `c` with the fewest free thousandths, at least `milli`; NONE if there is none."""
    if world.clusters[c].cards > 0:
        for free in range(milli, DEVICE_MILLI):
            if world.card_levels[c, free] >= 0:
                return world.card_levels[c, free]
    return NONE


@compiled
def largest_room(world: World, c: int, free_devices: int) -> int:
    """Return the most thousandths that one share could have on `c` now."""
    if free_devices > 0:
        return DEVICE_MILLI
    if world.clusters[c].cards > 0:
        for below in range(1, DEVICE_MILLI):
            if world.card_levels[c, DEVICE_MILLI - below] >= 0:
                return DEVICE_MILLI - below
    return ZERO


@compiled
def sought(world: World, j: int, c: int) -> int:
    """
    Return what the trees of the queue of `c` know share `j` by, where whole jobs have their devices.

    Under `easy`, where shares have a band of their own, its thousandths; elsewhere none, as it may need no free device.
    """
    return world.jobs[j].milli if world.clusters[c].discipline == EASY else ZERO


@compiled
def take(world: World, c: int, j: int) -> None:
    """Place share `j`, which must fit."""
    job = world.jobs[j]
    card = best_card(world, c, job.milli)
    if card < 0:
        card = _open(world, c)
    else:
        _leave_level(world, c, card)
    world.cards[card].free -= job.milli
    _join_level(world, c, card)
    share, first = world.shares[j], world.cards[card].first
    share.card, share.next, share.previous = card, first, NONE
    if first >= 0:
        world.shares[first].previous = j
    world.cards[card].first = j
    job.server = world.cards[card].server
    power.set_busy_milli(world, c, job.kind, job.milli)
    world.clusters[c].run_milli += job.milli


@compiled
def give(world: World, c: int, j: int) -> None:
    """Take back what `take` gave."""
    job, share = world.jobs[j], world.shares[j]
    card = world.cards[share.card]
    _leave_level(world, c, share.card)
    card.free += job.milli
    if share.previous >= 0:
        world.shares[share.previous].next = share.next
    else:
        card.first = share.next
    if share.next >= 0:
        world.shares[share.next].previous = share.previous
    power.set_busy_milli(world, c, job.kind, -job.milli)
    world.clusters[c].run_milli -= job.milli
    if card.first < 0:
        _close(world, c, share.card)
        return
    _join_level(world, c, share.card)
    if card.last_to_leave == j:
        _settle_last(world, share.card)


@compiled
def _open(world: World, c: int) -> int:
    """Take a free device for shares; return its card, which is on no level yet."""
    cluster = world.clusters[c]
    number = cluster.unused_card
    card = world.cards[number]
    cluster.unused_card = card.next
    cluster.cards += 1
    cluster.held += 1
    card.server = packing.take(world, c, ONE)
    card.free, card.first, card.last_to_leave = DEVICE_MILLI, NONE, NONE
    return number


@compiled
def _close(world: World, c: int, number: int) -> None:
    """Give back the device of a card without shares, which is on no level any more."""
    cluster, card = world.clusters[c], world.cards[number]
    packing.give(world, c, ONE, card.server)
    card.next = cluster.unused_card
    cluster.unused_card = number
    cluster.cards -= 1
    cluster.held -= 1


@compiled
def _join_level(world: World, c: int, number: int) -> None:
    card = world.cards[number]
    behind = world.card_levels[c, card.free]
    card.next, card.previous = behind, NONE
    if behind >= 0:
        world.cards[behind].previous = number
    world.card_levels[c, card.free] = number


@compiled
def _leave_level(world: World, c: int, number: int) -> None:
    card = world.cards[number]
    if card.previous >= 0:
        world.cards[card.previous].next = card.next
    else:
        world.card_levels[c, card.free] = card.next
    if card.next >= 0:
        world.cards[card.next].previous = card.previous


@compiled
def promise(world: World, j: int) -> None:
    """Let running share `j`, whose key is its end by request, stand for its card if it is to leave last."""
    card = world.cards[world.shares[j].card]
    last = card.last_to_leave
    world.nodes[j].own_devices = ZERO
    if last >= 0 and world.nodes[j].key < world.nodes[last].key:
        return
    if last >= 0:
        _stand_for(world, last, ZERO)
    _stand_for(world, j, ONE)
    card.last_to_leave = j


@compiled
def _settle_last(world: World, number: int) -> None:
    """Find who stands for a card whose last share by request has left early."""
    last, j = NONE, world.cards[number].first
    while j >= 0:
        if last < 0 or world.nodes[j].key > world.nodes[last].key:
            last = j
        j = world.shares[j].next
    world.cards[number].last_to_leave = last
    _stand_for(world, last, ONE)


@compiled
def _stand_for(world: World, j: int, devices: int) -> None:
    world.nodes[j].own_devices = devices
    if world.nodes[j].column == IN_SERVICE:
        tree.add_up(world, j)


@compiled
def back_at(world: World, card: int) -> float:
    """Return the work clock at which a card in use comes back by the requests of its shares. [s]"""
    return world.nodes[world.cards[card].last_to_leave].key


@compiled
def room_beyond(world: World, c: int, time: float) -> int:
    """Return the most free thousandths of a card of `c` in use that comes back after a reading of the work clock."""
    room = ZERO
    if world.clusters[c].cards > 0:
        for i in range(world.clusters[c].card_rows):
            card = world.clusters[c].card_offset + i
            if world.cards[card].first >= 0 and back_at(world, card) > time:
                room = max(room, world.cards[card].free)
    return room


@compiled
def cards_below(world: World, c: int, priority: int) -> int:
    """Return how many cards of `c` would be free without the shares below a priority that may be suspended."""
    found = ZERO
    if world.clusters[c].cards > 0:
        for i in range(world.clusters[c].card_rows):
            card = world.clusters[c].card_offset + i
            if world.cards[card].first >= 0 and _room_without(world, card, priority) == DEVICE_MILLI:
                found += 1
    return found


@compiled
def has_room_without(world: World, c: int, j: int) -> bool:
    """Tell whether a card of `c` in use would hold share `j` without the shares of lower priority that may be."""
    if world.clusters[c].cards > 0 and world.jobs[j].milli > 0:
        for i in range(world.clusters[c].card_rows):
            card = world.clusters[c].card_offset + i
            room = _room_without(world, card, world.jobs[j].priority) if world.cards[card].first >= 0 else ZERO
            if room >= world.jobs[j].milli:
                return True
    return False


@compiled
def _room_without(world: World, card: int, priority: int) -> int:
    room, j = world.cards[card].free, world.cards[card].first
    while j >= 0:
        if world.jobs[j].priority < priority and not running.is_spared(world, j):
            room += world.jobs[j].milli
        j = world.shares[j].next
    return room
