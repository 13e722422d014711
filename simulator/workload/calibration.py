"""
Measured statistics the generators draw from, read from the tables in `calibration/`.

``rows.csv`` says where each row comes from and what of it is measured or fitted; how the fitted tables were
made is in ``tests/unit/simulator/workload/make_calibration.py``.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files

import numpy as np

from simulator.workload.model import OUTCOMES


@dataclass(frozen=True)
class RunTimes:
    """
    Run times of the sizes from `gpus_min` to `gpus_max`: a curve that is straight in ln s between its points.

    Attributes
    ----------
    gpus_min, gpus_max : int
    ln_s, cdf : ndarray, shape (points,)
        Not decreasing; `cdf` from 0 to 1.
    """

    gpus_min: int
    gpus_max: int
    ln_s: np.ndarray
    cdf: np.ndarray

    def mean_s(self) -> float:
        """Return the mean of the curve. [s]"""
        seconds, width = np.exp(self.ln_s), np.diff(self.ln_s)
        level = width < 1e-12
        inside = np.where(level, seconds[1:], np.diff(seconds) / np.where(level, 1.0, width))
        return float((np.diff(self.cdf) * inside).sum())


@dataclass(frozen=True)
class JobRow:
    """
    How jobs of one kind look: sizes, run times by size, and how they end.

    Attributes
    ----------
    name : str
    gpus : ndarray of int, shape (sizes,)
    share : ndarray, shape (sizes,)
        Share of the jobs; sums to 1. [-]
    run_times : tuple of RunTimes
    intercept, slope : ndarray, shape (2,)
        ln odds of (failed, killed) over finished = intercept + slope x ln GPU-seconds. [-]
    """

    name: str
    gpus: np.ndarray
    share: np.ndarray
    run_times: tuple[RunTimes, ...]
    intercept: np.ndarray
    slope: np.ndarray

    def band(self) -> np.ndarray:
        """Return the index of the run-time curve of each size, shape (sizes,)."""
        lows = [curve.gpus_min for curve in self.run_times]
        return np.searchsorted(lows, self.gpus, side="right") - 1

    def mean_gpu_s(self) -> float:
        """Return the mean GPU-seconds of a job. [GPU s]"""
        means = np.array([curve.mean_s() for curve in self.run_times])
        return float((self.share * self.gpus * means[self.band()]).sum())

    def up_to(self, devices_max: int | None) -> JobRow:
        """Return the row without the sizes above `devices_max`; None = all sizes, as measured."""
        if devices_max is None:
            return self
        keep = self.gpus <= devices_max
        if not keep.any():
            raise ValueError(f"{self.name} has no size up to {devices_max}")
        share = self.share[keep] / self.share[keep].sum()
        return replace(self, gpus=self.gpus[keep], share=share)


@dataclass(frozen=True)
class ArrivalRow:
    """
    When jobs come.

    Attributes
    ----------
    by_hour, by_weekday : ndarray, shape (24,) and (7,)
        Over their mean; hour 0 to 23, Monday first. [-]
    lag_1h : float
        Autocorrelation of hourly counts. [-]
    share_same_instant : float
        Share of jobs submitted together with the one before. [-]
    """

    by_hour: np.ndarray
    by_weekday: np.ndarray
    lag_1h: float
    share_same_instant: float


@dataclass(frozen=True)
class DayShape:
    """Request rate by hour of day over its mean, and the autocorrelation of its deviations at one hour."""

    by_hour: np.ndarray
    lag_1h: float


def _read(table: str) -> list[dict[str, str]]:
    text = (files("simulator.workload") / "calibration" / f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@lru_cache(maxsize=1)
def job_rows() -> dict[str, JobRow]:
    """Return the job rows by name."""
    sizes: dict[str, list[tuple[int, float]]] = defaultdict(list)
    curves: dict[str, dict[tuple[int, int], list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    states: dict[str, dict[int, tuple[float, float]]] = defaultdict(dict)
    for r in _read("sizes"):
        sizes[r["row"]].append((int(r["gpus"]), float(r["job_share"])))
    for r in _read("durations"):
        curves[r["row"]][int(r["gpus_min"]), int(r["gpus_max"])].append((float(r["duration_s"]), float(r["cdf"])))
    for r in _read("end_states"):
        states[r["row"]][OUTCOMES[r["state"]]] = (float(r["intercept"]), float(r["slope_ln_gpu_s"]))
    return {name: _job_row(name, sizes[name], curves[name], states[name]) for name in sorted(sizes)}


def _job_row(
    name: str,
    sizes: list[tuple[int, float]],
    curves: dict[tuple[int, int], list[tuple[float, float]]],
    states: dict[int, tuple[float, float]],
) -> JobRow:
    gpus, share = (np.array(column) for column in zip(*sorted(sizes), strict=True))
    run_times = []
    for (low, high), points in sorted(curves.items()):
        seconds, cdf = (np.array(column) for column in zip(*points, strict=True))
        run_times.append(RunTimes(low, high, np.log(seconds), cdf))
    odds = np.array([states[OUTCOMES["failed"]], states[OUTCOMES["killed"]]])
    return JobRow(name, gpus, share / share.sum(), tuple(run_times), odds[:, 0], odds[:, 1])


def _items(table: str) -> dict[str, dict[str, list[float]]]:
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for r in _read(table):
        found[r["row"]][r["item"]].append(float(r["value"]))
    return found


def _over_mean(values: list[float]) -> np.ndarray:
    return np.array(values) / np.mean(values)


@lru_cache(maxsize=1)
def arrival_rows() -> dict[str, ArrivalRow]:
    """Return the arrival rows by name."""
    return {
        name: ArrivalRow(_over_mean(i["hour"]), _over_mean(i["weekday"]), i["lag_1h"][0], i["share_same_instant"][0])
        for name, i in sorted(_items("arrivals").items())
    }


@lru_cache(maxsize=1)
def day_shapes() -> dict[str, DayShape]:
    """Return the day shapes of request rates by name."""
    return {name: DayShape(_over_mean(i["hour"]), i["lag_1h"][0]) for name, i in sorted(_items("day_shapes").items())}


@lru_cache(maxsize=1)
def provenance() -> dict[tuple[str, str], dict[str, str]]:
    """Return where rows come from: (table, row) to source and note; tables jobs, arrivals, day_shapes."""
    return {(r.pop("table"), r.pop("row")): r for r in _read("rows")}
