"""
The least clean share of a scenario: what was reached, what was left undone, and what clean power would have done.

The share is that of settled flows in the matching the scenario asks, of each hub or of all hubs together; matched in a
block is the lesser of load and clean supply (`accounting.clean` says what counts in which block). Work left is that of
jobs that wait or are suspended at the end, whatever they wait for: who queues behind a refused job is not named by it.

Clean power that is lacking is found as if the work left had been done evenly over the horizon: the least flat power X
with which

    sum over blocks of min(load, clean + X x hours) = min x sum over blocks of load

It is a size to try next, not a promise: bursts of work may want more, and work that would wait anyhow less.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from energy_models.units import SECONDS_PER_HOUR, W_PER_MW
from simulator.accounting.books import Books, Floats, Ints, add_up, by_block
from simulator.accounting.clean import Matching
from simulator.accounting.figures import Group, put_ratio
from simulator.records import FINAL_STATES
from simulator.scenario import METER_S, Device, GreenShare

LEFT = tuple(FINAL_STATES.index(name) for name in ("held", "transferring", "waiting", "suspended"))


@dataclass(frozen=True)
class _Pool:
    """Load and clean supply by block [J] and the length of the blocks within the horizon [s]."""

    hubs: Ints
    load_j: Floats
    clean_j: Floats
    seconds: Floats

    @property
    def matched_j(self) -> float:
        return float(np.minimum(self.load_j, self.clean_j).sum())


def green_share(books: Books, matching: Matching, hubs: Ints) -> Group:
    """
    Judge the least clean share of the scenario.

    Parameters
    ----------
    books : Books
    matching : Matching
    hubs : ndarray of int
        All hubs, or one.

    Returns
    -------
    dict
        Empty if the scenario asks no share, or asks it of all hubs together and one is given. Else what is asked;
        ``reached_share``, of several pools the least [-]; ``met``; ``jobs_left``, with ``work_left_device_h`` in hours
        of the reference device [h]; ``lacking_mw``, the flat clean power that would have been enough [MW].
    """
    share = books.scenario.green_share
    if share is None or (share.scope == "region" and len(hubs) < len(books.hubs)):
        return {}
    pools = [_pool(books, matching, share, part) for part in (hubs[:, None] if share.scope == "hub" else [hubs])]
    reached = [pool.matched_j / pool.load_j.sum() for pool in pools if pool.load_j.sum() > 0.0]
    group: Group = {"matching": share.matching, "scope": share.scope, "required_share": share.min}
    put_ratio(
        group, "reached_share", min(reached, default=0.0), float(bool(reached)), "no facility energy in the horizon"
    )
    left = _left(books, hubs)
    work_s = np.where(left, books.jobs["remaining_device_s"], 0.0)
    return group | {
        "met": all(one >= share.min for one in reached),
        "jobs_left": int(left.sum()),
        "work_left_device_h": float(work_s.sum()) * books.sample / SECONDS_PER_HOUR,
        "lacking_mw": sum(
            lacking_w(pool.load_j, pool.clean_j, pool.seconds, _left_j(books, pool), share.min) for pool in pools
        )
        / W_PER_MW,
    }


def lacking_w(load_j: Floats, clean_j: Floats, seconds: Floats, left_j: float, least: float) -> float:
    """
    Return the least flat clean power that brings the share of some blocks to a least one.

    Parameters
    ----------
    load_j, clean_j, seconds : ndarray, shape (blocks,)
        Energy used, clean energy, and length of each block. [J, J, s]
    left_j : float
        Energy of further load, taken evenly over the blocks. [J]
    least : float
        Matched over used energy that is wanted, 0 to 1. [-]

    Returns
    -------
    float
        [W]

    Examples
    --------
    >>> lacking_w(np.array([10.0, 10.0]), np.array([0.0, 8.0]), np.array([1.0, 1.0]), 0.0, 0.7)
    4.0
    """
    load_j = load_j + left_j * seconds / seconds.sum()
    gap_j = np.maximum(load_j - clean_j, 0.0)
    need_j = float(least * load_j.sum() - np.minimum(load_j, clean_j).sum())
    if need_j <= 0.0:
        return 0.0
    order = np.argsort(gap_j / seconds)
    level_w = (gap_j / seconds)[order]  # at this power the block is full
    filled_j, open_s = np.cumsum(gap_j[order]), np.cumsum(seconds[order][::-1])[::-1]
    before_j = np.concatenate([[0.0], filled_j[:-1]])
    reach_j = before_j + level_w * open_s  # matched by the power that fills this block, and no less by all before
    place = min(int(np.searchsorted(reach_j, need_j)), len(order) - 1)
    return float((need_j - before_j[place]) / open_s[place])


def _pool(books: Books, matching: Matching, share: GreenShare, hubs: Ints) -> _Pool:
    block = {"hourly": books.hour, "monthly": books.month, "annual": books.year}[share.matching]
    load_j = by_block(books.energy_j("facility_w")[hubs], block).sum(axis=0)
    clean_j = by_block(books.energy_j("clean_supply_w")[hubs], block).sum(axis=0)
    if share.matching != "hourly":
        surplus_w = books.steps["contract_available_w"] - books.steps["contract_delivered_w"]
        clean_j = clean_j + by_block(surplus_w[hubs] * METER_S, block).sum(axis=0)
    if share.matching == "annual":
        clean_j = clean_j + matching.certificates.bought_j[hubs].sum(axis=0)
    return _Pool(hubs, load_j, clean_j, np.bincount(block).astype(np.float64) * METER_S)


def _left(books: Books, hubs: Ints) -> npt.NDArray[np.bool_]:
    """Tell which jobs of some hubs are left undone and not running; those bound to no hub count where all hubs do."""
    here = np.isin(books.jobs["hub"], hubs) | (len(hubs) == len(books.hubs))
    left: npt.NDArray[np.bool_] = here & np.isin(books.jobs["final_state"], LEFT)
    return left


def _left_j(books: Books, pool: _Pool) -> float:
    """
    Facility energy of the work left in a pool, idle power apart. [J]

    Work takes the energy above idle that its class took in this run, or all of a device's where none ran, and no more
    than the devices that were free could have drawn.
    """
    jobs, times = books.jobs, float(books.sample)
    kinds = len(books.scenario.job_classes)
    done_s = add_up(jobs["class"], jobs["executed_device_s"], kinds)
    spent_j = add_up(jobs["class"], jobs["dynamic_energy_j"], kinds)
    clusters = np.flatnonzero(np.isin(books.cluster_hub, pool.hubs))
    active_w = np.array(
        [_active_w(books.scenario.devices[books.scenario.clusters[books.clusters[c]].device]) for c in clusters]
    )
    each_j = np.divide(spent_j, done_s, out=np.full(kinds, active_w.max(initial=0.0)), where=done_s > 0.0)
    left = _left(books, pool.hubs)
    asked_j = float((jobs["remaining_device_s"] * each_j[jobs["class"]])[left].sum()) * times
    rungs = books.rungs
    free_s = (rungs["available_device_s"] - rungs["allocated_device_s"])[clusters].sum(axis=1)
    it_j = books.energy_j("it_w")[pool.hubs].sum()
    overhead = books.energy_j("facility_w")[pool.hubs].sum() / it_j if it_j > 0.0 else 1.0
    return min(asked_j, float((free_s * active_w).sum())) * float(overhead)


def _active_w(device: Device) -> float:
    return (device.server_max - device.server_idle) / device.devices_per_server
