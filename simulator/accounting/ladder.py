"""
The EFLOPS ladder: the same devices, valued at their dense peak of one precision, from paper down to useful
work.

A rung over a window is device-seconds on that rung, over the seconds of the window, times the peak of one
device. A device that has no peak at the precision contributes nothing: it cannot do such arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from simulator.accounting.books import Books, Floats, Ints
from simulator.accounting.figures import Group
from simulator.scenario import METER_S, Precision

RUNGS = ("nameplate", "energised", "available", "allocated", "utilised", "effective")
INSTANT_RUNGS = ("nameplate", "energised")
FLOPS_PER_EFLOPS = 1e18
TARGET_WINDOW = timedelta(days=30)


@dataclass(frozen=True)
class Window:
    """A run of whole meter intervals, [first, last)."""

    first: int
    last: int

    @property
    def seconds(self) -> float:
        """Length. [s]"""
        return (self.last - self.first) * METER_S

    def as_dict(self, books: Books) -> Group:
        """Return the window as people read it."""
        return {
            "from": books.when(self.first),
            "to": books.when(self.last),
            "days": self.seconds / 86_400.0,
        }


def horizon(books: Books) -> Window:
    """Return the whole horizon."""
    return Window(0, books.intervals)


def target_window(books: Books, when: datetime) -> Window | None:
    """
    Return the last 30 d to a target's date, as far as they were simulated.

    None if the date is outside the horizon: what devices do at a date nobody simulated is not known.
    """
    end_s = (when - books.scenario.simulation.start).total_seconds()
    if not 0.0 < end_s <= books.window_s + METER_S:
        return None
    last = min(int(np.ceil(end_s / METER_S)), books.intervals)
    first = max(last - int(TARGET_WINDOW.total_seconds() / METER_S), 0)
    return Window(first, last)


def mean_devices(books: Books, window: Window) -> dict[str, Floats]:
    """
    Return the mean number of devices on each rung.

    Effective devices are less the work rolled back in the window.

    Returns
    -------
    dict of ndarray, shape (clusters,)
        By rung. [device]
    """
    rows = slice(window.first, window.last)
    total = {name: books.rungs[f"{name}_device_s"][:, rows].sum(axis=1) for name in RUNGS}
    total["effective"] = total["effective"] - books.rungs["lost_device_s"][:, rows].sum(axis=1)
    return {name: value / window.seconds for name, value in total.items()}


def devices_at(books: Books, when: datetime) -> dict[str, Floats]:
    """
    Return the devices on paper and the devices under power at an instant.

    Nameplate is the plan: servers of every cluster commissioned by then. Energised is the same plan, times
    the share of it that was under power in the interval that ends at the instant, where that was simulated.

    Returns
    -------
    dict of ndarray, shape (clusters,)
        For the rungs nameplate and energised. [device]
    """
    planned = np.array([_planned(books, name, when) for name in books.clusters])
    since_start_s = (when - books.scenario.simulation.start).total_seconds()
    energised = planned
    if 0.0 < since_start_s <= books.window_s + METER_S:
        interval = min(int(np.ceil(since_start_s / METER_S)), books.intervals) - 1
        nameplate = books.rungs["nameplate_device_s"][:, interval]
        built = books.rungs["energised_device_s"][:, interval]
        share = np.divide(built, nameplate, out=np.ones_like(built), where=nameplate > 0.0)
        energised = planned * share
    return {"nameplate": planned, "energised": energised}


def _planned(books: Books, name: str, when: datetime) -> float:
    cluster = books.scenario.clusters[name]
    if cluster.commissioned is not None and cluster.commissioned > when:
        return 0.0
    return float(cluster.servers * books.scenario.devices[cluster.device].devices_per_server)


def peak_flops(books: Books, precision: Precision) -> Floats:
    """Return the dense peak of one device of each cluster at a precision, 0 where it has none. [FLOP/s]"""
    devices = books.scenario.devices
    peaks = [devices[books.scenario.clusters[name].device].peak for name in books.clusters]
    return np.array([peak.get(precision, 0.0) for peak in peaks])


def precisions(books: Books) -> tuple[Precision, ...]:
    """Return the precisions some device or target of the scenario names, in a fixed order."""
    used = {p for c in books.scenario.clusters.values() for p in books.scenario.devices[c.device].peak}
    used |= {target.precision for target in books.scenario.targets.values()}
    order: tuple[Precision, ...] = ("fp64", "fp32", "tf32", "fp16", "fp8", "fp4", "int8")
    return tuple(p for p in order if p in used)


def capacity(books: Books, window: Window, clusters: Ints) -> Group:
    """
    Value the ladder of some clusters at every precision.

    Parameters
    ----------
    books : Books
    window : Window
    clusters : ndarray of int
        Numbers of the clusters to add up.

    Returns
    -------
    dict
        ``{precision: {"<rung>_eflops": value}}``. [EFLOPS of that precision]
    """
    devices = mean_devices(books, window)
    values: Group = {}
    for precision in precisions(books):
        peak = peak_flops(books, precision)[clusters]
        values[precision] = {
            f"{rung}_eflops": float(devices[rung][clusters] @ peak) / FLOPS_PER_EFLOPS for rung in RUNGS
        }
    return values
