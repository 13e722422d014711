"""Parts of the kernel's world that follow from the region alone, and those of devices that jobs share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.scheduling.kernel import state
from simulator.scheduling.kernel.sharing import DEVICE_MILLI

if TYPE_CHECKING:
    from simulator.region import Region


def table(record: np.dtype, rows: int | tuple[int, ...], **columns: Any) -> np.recarray:
    """Make a table of zeros with some columns filled."""
    table = np.zeros(rows, dtype=record).view(np.recarray)
    for name, values in columns.items():
        table[name] = values
    return table


def most_running(region: Region, counted: np.ndarray, jobs: np.recarray) -> np.ndarray:
    """Return how many jobs may run on each cluster at once."""
    units = np.where(counted, region.servers, region.devices)
    shares = jobs.milli[jobs.milli > 0]
    if not len(shares):
        return units
    return units + np.minimum(len(shares), units * (DEVICE_MILLI // int(shares.min())))


def most_cards(region: Region, jobs: np.recarray) -> np.ndarray:
    """Return how many devices of each cluster may be shared at once."""
    return np.minimum(region.devices, int((jobs.milli > 0).sum()))


def shared_devices(jobs: np.recarray, clusters: np.recarray) -> dict[str, Any]:
    """Return the tables of shared devices: all cards unused, in one chain a cluster."""
    count = int(clusters.card_rows.sum())
    cards = table(state.CARD, count, next=np.arange(1, count + 1), first=-1)
    cards.next[clusters.card_offset[clusters.card_rows > 0] + clusters.card_rows[clusters.card_rows > 0] - 1] = -1
    return {
        "cards": cards,
        "card_levels": np.full((len(clusters), DEVICE_MILLI), -1, dtype=np.int64),
        "shares": table(state.SHARE, len(jobs) if count else 0, card=-1),
    }


def offsets(sizes: np.ndarray) -> np.ndarray:
    """Return where each of some blocks laid end to end begins."""
    return np.concatenate([[0], np.cumsum(sizes)[:-1]])


def _levels(named: np.ndarray, levels: int) -> np.recarray:
    made = table(state.LEVEL, (len(named), levels))
    made["servers"][:, 0] = named
    return made


def edges(region: Region) -> np.recarray:
    """Return the pipes of the data network, all free."""
    pipes = region.network.s_per_byte
    return table(state.EDGE, len(pipes), s_per_byte=pipes, free_s=-np.inf)


def paths(region: Region) -> np.recarray:
    """Return what moving data from hub to hub takes and costs."""
    network = region.network
    columns = {"edge": network.bottleneck, "j_per_byte": network.j_per_byte, "cny_per_byte": network.cny_per_byte}
    return table(state.PATH, network.bottleneck.shape, **columns)


def members(region: Region) -> np.ndarray:
    """Return the numbers of the clusters of each hub, -1 behind the last."""
    members = np.full((len(region.hubs), len(region.clusters) + 1), -1, dtype=np.int64)
    for h in range(len(region.hubs)):
        mine = np.flatnonzero(region.hub == h)
        members[h, : len(mine)] = mine
    return members


def named_servers(named: np.ndarray, levels: int) -> dict[str, Any]:
    """Return the tables of servers that have names, so many a cluster, and of their levels of free devices."""
    count = int(named.sum())
    return {
        "servers": table(state.SERVER, count, next_held=-1, holder=-1),
        "levels": _levels(named, levels),
        "level_heap": np.zeros(count * levels, dtype=np.int64),
        "in_heap": np.zeros((count, levels), dtype=np.bool_),
    }
