"""What must hold at every instant in the kernel's world, checked the plainest way."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.scheduling import STATE_NAMES, World
from simulator.scheduling.kernel.state import EASY, FIRST_BAND, IN_SERVICE, UP

QUEUED = {"waiting", "suspended"}
GONE = {"finished", "failed", "killed", "rejected"}


def assert_conserved(world: World, *, powered: bool = True) -> None:
    """No device twice, none lost, every job in one place; if powered, power is its parts and not above the cap."""
    for c in range(len(world.clusters)):
        _devices(world, c)
        _busy(world, c)
        _trees(world, c)
        _cards(world, c)
        _malleable(world, c)
        if not world.clusters[c].counted:
            _servers(world, c)
    _jobs(world)
    if powered:
        _power(world)


def running(world: World, c: int) -> list[int]:
    """Numbers of the running jobs of a cluster, from its heap of ends."""
    cluster = world.clusters[c]
    return world.runs.job[cluster.run_offset : cluster.run_offset + cluster.run_count].tolist()


def queue(world: World, c: int) -> list[int]:
    """Numbers of the queued jobs of a cluster, in order."""
    found = [j for column in _bands(world, c) for j in _in_order(world, int(world.roots[c, column]))]
    return sorted(found, key=lambda j: (float(world.nodes.key[j]), j))


def _bands(world: World, c: int) -> range:
    return range(int(FIRST_BAND), int(FIRST_BAND + world.clusters[c].bands))


def _in_order(world: World, top: int, parent: int = -1) -> list[int]:
    """The jobs of a tree in order, its links and sums checked on the way."""
    if top < 0:
        return []
    node = world.nodes[top]
    assert node.parent == parent
    below = _in_order(world, int(node.left), top), _in_order(world, int(node.right), top)
    found = [*below[0], top, *below[1]]
    assert node.devices == world.nodes.own_devices[found].sum()
    assert node.fewest == world.nodes.own_devices[found].min()
    assert node.shortest == world.nodes.request_s[found].min()
    return found


def _trees(world: World, c: int) -> None:
    """Bands and running jobs in order of (key, number); only disciplines that look ahead keep running jobs so."""
    for column in (int(IN_SERVICE), *_bands(world, c)):
        found = _in_order(world, int(world.roots[c, column]))
        keys = [(float(world.nodes.key[j]), j) for j in found]
        assert keys == sorted(keys)
        assert (world.nodes.column[found] == column).all()
        assert column == IN_SERVICE or world.heads[c, column] == next(iter(found), -1)
    assert world.clusters[c].head == next(iter(queue(world, c)), -1)
    kept = _in_order(world, int(world.roots[c, IN_SERVICE])) + _unsorted(world, c)
    assert sorted(kept) == (sorted(running(world, c)) if world.clusters[c].discipline >= EASY else [])


def _unsorted(world: World, c: int) -> list[int]:
    found, before, j = [], -1, int(world.clusters[c].unsorted)
    while j >= 0:
        assert world.nodes.left[j] == before
        found.append(j)
        before, j = j, int(world.nodes.right[j])
    return found


def _held(world: World, c: int, devices: int) -> int:
    per_server = world.clusters[c].devices_per_server
    whole = world.clusters[c].counted or devices >= per_server
    return -(-devices // per_server) * per_server if whole else devices


def _devices(world: World, c: int) -> None:
    cluster = world.clusters[c]
    if not cluster.commissioned:
        assert (cluster.free_devices, cluster.held, cluster.on, cluster.off) == (0, 0, 0, 0)
        return
    by_jobs = sum(_held(world, c, world.jobs.devices[j]) for j in running(world, c) if world.jobs.milli[j] == 0)
    by_jobs += len(cards_in_use(world, c))
    if cluster.discipline >= EASY:
        assert world.nodes.own_devices[running(world, c)].sum() == by_jobs
    by_services = int(world.serving.devices[:, c].sum()) if len(world.serving) else 0
    assert cluster.held == by_jobs + by_services
    assert cluster.on + cluster.off + cluster.down == cluster.servers
    assert min(cluster.free_devices, cluster.free_servers, cluster.held, cluster.off) >= 0
    assert min(cluster.asleep, cluster.booting, cluster.off - cluster.asleep - cluster.booting) >= 0
    assert cluster.free_devices + cluster.held == cluster.on * cluster.devices_per_server


def cards_in_use(world: World, c: int) -> dict[int, list[int]]:
    """Running jobs by the card of a cluster that they share."""
    found: dict[int, list[int]] = {}
    for j in running(world, c):
        if world.jobs.milli[j] > 0:
            found.setdefault(int(world.shares.card[j]), []).append(j)
    return found


def _cards(world: World, c: int) -> None:
    """No card is shared out beyond its thousandths, each is on its level, and one job stands for it in plans."""
    cluster, used = world.clusters[c], cards_in_use(world, c)
    assert cluster.cards == len(used)
    on_level: dict[int, int] = {}
    for free, card in enumerate(world.card_levels[c].tolist()):
        while card >= 0:
            on_level[card] = free
            card = int(world.cards.next[card])
    assert sorted(on_level) == sorted(used)
    for card, jobs in used.items():
        free = 1000 - int(world.jobs.milli[jobs].sum())
        assert free >= 0
        assert free == world.cards.free[card] == on_level[card]
        assert (world.jobs.server[jobs] == world.cards.server[card]).all()
        if cluster.discipline >= EASY:
            last = int(world.cards.last_to_leave[card])
            assert world.nodes.own_devices[jobs].tolist() == [int(j == last) for j in jobs]
            assert world.nodes.key[last] == world.nodes.key[jobs].max()


def _busy(world: World, c: int) -> None:
    expected, milli = np.zeros(len(world.kinds), dtype=np.int64), np.zeros(len(world.kinds), dtype=np.int64)
    for j in running(world, c):
        expected[world.jobs.kind[j]] += world.jobs.devices[j] if world.jobs.milli[j] == 0 else 0
        milli[world.jobs.kind[j]] += world.jobs.milli[j]
    for s in range(len(world.services)):
        expected[world.services.kind[s]] += world.serving.devices[s, c]
    np.testing.assert_array_equal(world.busy[c], expected)
    np.testing.assert_array_equal(world.busy_milli[c], milli)
    assert world.clusters[c].run_milli == milli.sum()


def _chain(world: World, first: int, count: int) -> list[int]:
    found = []
    for _ in range(count):
        found.append(first)
        first = world.servers.next_held[first]
    return found


def _malleable(world: World, c: int) -> None:
    """Sizes are within their range, and the cluster's counts and what it loses to parallel work are those of its jobs."""
    found = [j for j in running(world, c) if world.kinds.malleable[world.jobs.kind[j]] and world.jobs.milli[j] == 0]
    asked, devices = world.jobs.asked_width[found], world.jobs.devices[found]
    kinds = world.kinds[world.jobs.kind[found]]
    least, most = np.ceil(kinds.least_share * asked - 1e-9), np.floor(kinds.most_share * asked + 1e-9)
    assert ((least <= devices) & (devices <= np.maximum(least, most))).all()
    assert world.clusters[c].malleable_runs == len(found)
    assert world.clusters[c].can_shrink == (devices > least).sum()
    assert world.clusters[c].can_grow == (devices < most).sum()
    loss = (devices - asked * world.jobs.pace[found]) * world.pairs.effective[world.jobs.kind[found], c]
    assert world.clusters[c].parallel_loss == pytest.approx(loss.sum(), rel=1e-9, abs=1e-9)


def _servers(world: World, c: int) -> None:
    cluster = world.clusters[c]
    if not cluster.commissioned:
        return
    per_server, first = cluster.devices_per_server, cluster.server_offset
    used = np.zeros(cluster.servers, dtype=np.int64)
    for server in _chain(world, cluster.off_chain, cluster.off):
        used[server - first] += per_server
    broken = np.flatnonzero(world.servers.status[first : first + cluster.servers] != UP)
    assert len(broken) == cluster.down
    used[broken] += per_server
    for j in running(world, c):
        devices = world.jobs.devices[j]
        if world.jobs.milli[j] > 0:
            continue
        if devices < per_server:
            used[world.jobs.server[j] - first] += devices
            continue
        for server in _chain(world, world.jobs.server[j], -(-devices // per_server)):
            used[server - first] += per_server  # exclusive: anything else on it would pass the number of devices
    for card in cards_in_use(world, c):
        used[world.cards.server[card] - first] += 1
    for s in range(len(world.services)):
        used += world.service_on[s, first : first + cluster.servers]
    free = world.servers.free[first : first + cluster.servers]
    np.testing.assert_array_equal(free + used, np.full(cluster.servers, per_server))
    assert free.sum() == cluster.free_devices
    assert (free == per_server).sum() == cluster.free_servers
    levels = np.bincount(free, minlength=per_server + 1)
    np.testing.assert_array_equal(world.levels.servers[c, 1 : per_server + 1], levels[1:])


def _jobs(world: World) -> None:
    seen: dict[int, str] = {}
    for c in range(len(world.clusters)):
        for j in running(world, c):
            assert seen.setdefault(j, "running") == "running"
            assert world.jobs.cluster[j] == c
        waiting = queue(world, c)
        assert len(waiting) == world.clusters[c].queue_count
        for j in waiting:
            assert j not in seen
            seen[j] = "queued"
            assert world.jobs.cluster[j] == c
    for j in world.held_jobs[: world.clock[0].held_count].tolist():
        assert j not in seen
        seen[j] = "held"
    arrived = int(world.clock[0].arrived)
    for j, code in enumerate(world.jobs.state.tolist()):
        state = STATE_NAMES[code]
        place = seen.get(j, "gone" if j < arrived else "not here")
        allowed = {"running": {"running"}, "queued": QUEUED, "held": {"held"}, "not here": {""}, "gone": GONE}
        assert state in allowed[place], (j, state, place)


def _power(world: World) -> None:
    for h in range(len(world.hubs)):
        if world.hubs[h].tripped:
            assert world.power[h, 6] == 0.0
            continue
        total = 0.0
        for c in np.flatnonzero(world.clusters.hub == h):
            cluster = world.clusters[c]
            share = 1.0
            if cluster.speed_min < 1.0:
                above = (cluster.speed - cluster.speed_min) / (1.0 - cluster.speed_min)
                share = cluster.power_at_speed_min + (1.0 - cluster.power_at_speed_min) * above
            total += cluster.booting * cluster.boot_w + cluster.asleep * cluster.off_w
            total += (cluster.on + cluster.down_drawing) * cluster.idle_w + share * float(
                (world.busy[c] + world.busy_milli[c] / 1000.0) @ world.pairs.watts[:, c]
            )
        if not world.hubs[h].dirty:  # ends of this instant are done, its starts and sums not yet
            assert world.power[h, 0] == pytest.approx(total, rel=1e-12, abs=1e-9)
        assert total <= world.hubs[h].cap_w
        assert world.power[h, 6] <= world.hubs[h].cap_w
