"""What is asked of the fleet, as arrays: routes, jobs, services, and the capacity their amount follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

FINISHED, FAILED, KILLED = 1, 2, 3
OUTCOMES = {"finished": FINISHED, "failed": FAILED, "killed": KILLED}


DEVICE_MILLI = 1000
ROUNDING_MILLI = 1e-6  # what a text such as 0.29 may be off when it has become thousandths


def shares(asked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    Return whole devices and thousandths of one for what jobs ask.

    Parameters
    ----------
    asked : ndarray, shape (jobs,)
        Above 0. [device]

    Returns
    -------
    devices, milli : ndarray of int64, shape (jobs,)
        Below one device 1 and its thousandths, rounded up to 1 to 999; else whole devices, rounded up, and 0.
    """
    milli = np.ceil(asked * DEVICE_MILLI - ROUNDING_MILLI)
    shared = milli < DEVICE_MILLI
    return np.where(shared, 1.0, np.ceil(asked)).astype(np.int64), np.where(shared, milli, 0.0).astype(np.int64)


def told_of_shares(asked: np.ndarray) -> dict[str, int]:
    """Return how many jobs share a device, and how many that ask more than one were rounded up, for a summary."""
    devices, milli = shares(asked)
    rounded_up = (milli == 0) & (devices > asked)
    return {"shares_of_a_device": int((milli > 0).sum()), "rounded_up_to_whole_devices": int(rounded_up.sum())}


def sizes(devices: np.ndarray, milli: np.ndarray) -> np.ndarray:
    """Return devices as fractions where jobs share one, shape (jobs,)."""
    return np.where(milli > 0, milli / DEVICE_MILLI, devices)


@dataclass(frozen=True)
class Routes:
    """
    Every distinct (class, origin) of the workload, sorted, so that a number means the same in every run.

    Attributes
    ----------
    job_class, origin : tuple of str, shape (routes,)
        Name of the job class, and of the hub its users are at. All else about a route follows from its class.
    """

    job_class: tuple[str, ...]
    origin: tuple[str, ...]


@dataclass(frozen=True)
class IdBlock:
    """Names of jobs that were made together: ``prefix + number``, or ``prefix + texts[number] + suffix``."""

    prefix: str
    texts: np.ndarray | None = None
    suffix: str = ""

    def names(self, number: np.ndarray) -> list[str]:
        """Return the names of some numbers of this block."""
        if self.texts is None:
            return [f"{self.prefix}{k}" for k in number.tolist()]
        if not self.prefix and not self.suffix:
            return self.texts[number].tolist()
        return [f"{self.prefix}{text}{self.suffix}" for text in self.texts[number].tolist()]


@dataclass(frozen=True)
class JobIds:
    """Names of jobs, written out only when somebody reads them: ten million texts need much memory."""

    blocks: tuple[IdBlock, ...]
    block: np.ndarray
    number: np.ndarray

    def __len__(self) -> int:
        return len(self.number)

    def names(self, rows: slice | np.ndarray = slice(None)) -> list[str]:
        """Return the names of some rows, all by default, in order."""
        block, number = self.block[rows], self.number[rows]
        out = np.empty(len(number), dtype=object)
        for k in np.unique(block):
            here = np.flatnonzero(block == k)
            out[here] = self.blocks[k].names(number[here])
        return out.tolist()


@dataclass(frozen=True)
class Jobs:
    """
    All jobs as columns of equal length n, sorted by (submit_s, original order); warm-up included.

    Attributes
    ----------
    job_id : JobIds
        Unique in the run; `ids` writes them out.
    submit_s : ndarray of float64
        Since the scenario's start, negative in the warm-up. [s]
    work_s : ndarray of float64
        Actual run, work seconds on the reference device, above 0; more than `requested_s` where a trace's overruns
        are kept. [s]
    requested_s : ndarray of float64
        What the user asked: all that a scheduler may know. [s]
    devices : ndarray of int64
        At least 1. [device]
    route : ndarray of int32
        Row of `Routes`.
    priority : ndarray of int32
    deadline_s : ndarray of float64
        inf = none. [s]
    outcome : ndarray of int8
        What happens when `work_s` has run: `FINISHED`, `FAILED` or `KILLED`.
    stands_for : ndarray of int64
        Real jobs this simulated job stands for. [-]
    milli : ndarray of int64 or None
        Thousandths of a device asked by a job that shares one, 1 to 999, with `devices` 1; 0 = whole devices; None = no
        job shares.
    """

    job_id: JobIds
    submit_s: np.ndarray
    work_s: np.ndarray
    requested_s: np.ndarray
    devices: np.ndarray
    route: np.ndarray
    priority: np.ndarray
    deadline_s: np.ndarray
    outcome: np.ndarray
    stands_for: np.ndarray
    milli: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.submit_s)

    @property
    def size(self) -> np.ndarray:
        """Devices asked, shares of one as fractions, shape (jobs,)."""
        return self.devices.astype(float) if self.milli is None else sizes(self.devices, self.milli)

    def ids(self, rows: slice | np.ndarray = slice(None)) -> list[str]:
        """Return the names of some rows, all by default."""
        return self.job_id.names(rows)


@dataclass(frozen=True)
class Services:
    """
    Online services, sorted by name.

    Attributes
    ----------
    name, hub, job_class : tuple of str, shape (services,)
    asked_flops : ndarray, shape (services, intervals)
        Effective FLOP/s asked, mean of the meter interval of 900 s that begins at -warm_up + 900 i s. Already
        divided by the scenario's `fleet_sample`, as the fleet is. [FLOP/s]
    """

    name: tuple[str, ...]
    hub: tuple[str, ...]
    job_class: tuple[str, ...]
    asked_flops: np.ndarray


@dataclass(frozen=True)
class EnergisedCapacity:
    """
    What the fleet is worth over time, as planned: the demand of a synthetic workload is a share of it.

    Parameters
    ----------
    times_s : ndarray, shape (m,)
        Increasing; the first is -warm_up or earlier. [s]
    reference_devices : ndarray, shape (m,)
        Energised devices times device factor from `times_s[i]` on, of the simulated fleet (already divided by
        `fleet_sample`). [device]

    Raises
    ------
    ValueError
        If the shapes differ, times do not increase, or a value is negative or not finite.
    """

    times_s: np.ndarray
    reference_devices: np.ndarray

    def __post_init__(self) -> None:
        times, devices = np.asarray(self.times_s, float), np.asarray(self.reference_devices, float)
        if times.ndim != 1 or times.shape != devices.shape or not times.size:
            raise ValueError(f"times_s {times.shape} and reference_devices {devices.shape} must be equal and not empty")
        if not (np.isfinite(times).all() and (np.diff(times) > 0).all()):
            raise ValueError("times_s must be finite and increase")
        if not (np.isfinite(devices) & (devices >= 0)).all():
            raise ValueError("reference_devices must be finite and not negative [device]")

    def device_s(self, edges_s: np.ndarray) -> np.ndarray:
        """
        Integrate over the spans between edges.

        Parameters
        ----------
        edges_s : ndarray, shape (n + 1,)
            Increasing, none before the first time. [s]

        Returns
        -------
        ndarray, shape (n,)
            [device s]
        """
        times, devices = np.asarray(self.times_s, float), np.asarray(self.reference_devices, float)
        if edges_s[0] < times[0]:
            raise ValueError(f"capacity begins at {times[0]:g} s, asked from {edges_s[0]:g} s")
        ends = np.append(times[1:], max(edges_s[-1], times[-1]) + 1.0)
        total = np.concatenate([[0.0], np.cumsum(devices * (ends - times))])
        return np.diff(np.interp(edges_s, np.append(times, ends[-1]), total))


@dataclass(frozen=True)
class Workload:
    """
    All that is asked in one run.

    Attributes
    ----------
    routes, jobs, services
    summary : dict
        For the manifest, plain JSON values: counts and device-hours by class, one part a source with what was
        read, left out, cut and invented.
    warnings : tuple of str
    """

    routes: Routes
    jobs: Jobs
    services: Services
    summary: dict[str, Any]
    warnings: tuple[str, ...]
