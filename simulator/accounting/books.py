"""
The records of a run as rectangular arrays: hub by interval, cluster by interval, and the jobs.

Everything that grows with the size of the fleet is scaled up here, once, so that all figures below are of the
whole region. What hubs draw, use and are asked (powers, energies, water, services) is multiplied by K of
``fleet_sample``. The rungs of a cluster are multiplied by its planned over its simulated servers: a sample holds
whole servers, so 1/K of a small cluster is rounded and K alone would add or lose devices nobody planned. Ratios,
prices and counts of jobs are not scaled: a real trace is never altered, so its jobs are counted as simulated and
as the real jobs they stand for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from energy_models.units import HOURS_PER_YEAR, SECONDS_PER_DAY, SECONDS_PER_HOUR
from simulator.errors import InvariantError
from simulator.records import FINAL_STATES, TABLES, Records
from simulator.scenario import METER_S, UTC8, Loaded, Scenario

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

YEAR_S = HOURS_PER_YEAR * SECONDS_PER_HOUR
EXTENSIVE_UNITS = {"W", "J", "L", "device s"}
JOB_TEXTS = ("hub", "cluster", "origin", "class", "final_state")


@dataclass(frozen=True)
class Books:
    """
    One run, ready to be added up.

    Attributes
    ----------
    scenario : Scenario
        What was simulated, whole region.
    sample : int
        K of ``fleet_sample``; `steps` are already times K, `jobs` are not.
    cluster_times : ndarray, shape (clusters,)
        Planned over simulated servers, by which `rungs` are already multiplied; about K. [-]
    hubs, clusters : tuple of str
        Names in the order of the scenario; the first axis of `steps` and `rungs`.
    steps : dict of ndarray, shape (hubs, intervals)
        The numeric columns of the steps table.
    rungs : dict of ndarray, shape (clusters, intervals)
        The numeric columns of the clusters table. [device s]
    jobs : dict of ndarray, shape (jobs,)
        Numeric columns (NaN = empty) and, for ``hub cluster origin class final_state``, numbers into the
        names of the scenario (-1 = none).
    job_ids : Arrow array
        The job ids, in the order of `jobs`.
    """

    scenario: Scenario
    sample: int
    cluster_times: Floats
    hubs: tuple[str, ...]
    clusters: tuple[str, ...]
    steps: dict[str, Floats]
    rungs: dict[str, Floats]
    jobs: dict[str, npt.NDArray[Any]]
    job_ids: pa.ChunkedArray

    @property
    def sampled_energised_device_s(self) -> Floats:
        """Device-time under power times K, as the jobs and the powers of the hubs are scaled. [device s]"""
        return self.rungs["energised_device_s"] * (self.sample / self.cluster_times)[:, None]

    @property
    def intervals(self) -> int:
        """Number of meter intervals."""
        return int(self.steps["it_w"].shape[1])

    @property
    def window_s(self) -> float:
        """Length of the horizon. [s]"""
        return self.intervals * METER_S

    @property
    def years(self) -> float:
        """Length of the horizon in years of 8,760 h. [-]"""
        return self.window_s / YEAR_S

    @cached_property
    def stamps(self) -> npt.NDArray[np.datetime64]:
        """Beginning of each interval, UTC+8 wall clock."""
        start = np.datetime64(self.scenario.simulation.start.astimezone(UTC8).replace(tzinfo=None), "s")
        return start + (np.arange(self.intervals) * int(METER_S)).astype("timedelta64[s]")

    @cached_property
    def hour(self) -> Ints:
        """Number of the clock hour of each interval, 0 for the first."""
        return _numbered(self.stamps, "h")[1]

    @cached_property
    def month(self) -> Ints:
        """Number of the calendar month of each interval, 0 for the first."""
        return _numbered(self.stamps, "M")[1]

    @cached_property
    def year(self) -> Ints:
        """Number of the calendar year of each interval, 0 for the first."""
        return _numbered(self.stamps, "Y")[1]

    @cached_property
    def months(self) -> tuple[str, ...]:
        """Names of the calendar months, ``2025-01``."""
        return tuple(str(month) for month in _numbered(self.stamps, "M")[0])

    @cached_property
    def month_share(self) -> Floats:
        """Share of each calendar month that lies in the horizon. [-]"""
        return self._share("M", self.month)

    @cached_property
    def year_share(self) -> Floats:
        """Share of each calendar year that lies in the horizon. [-]"""
        return self._share("Y", self.year)

    def _share(self, unit: str, number: Ints) -> Floats:
        first = _numbered(self.stamps, unit)[0]
        days = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(float)
        return np.bincount(number) * METER_S / (days * SECONDS_PER_DAY)

    @cached_property
    def cluster_hub(self) -> Ints:
        """Number of the hub of each cluster."""
        place = {name: i for i, name in enumerate(self.hubs)}
        return np.array([place[self.scenario.clusters[name].hub] for name in self.clusters], dtype=np.int64)

    def energy_j(self, column: str) -> Floats:
        """Energy of a power column, by hub and interval. [J]"""
        return self.steps[column] * METER_S

    def when(self, interval: int) -> str:
        """Beginning of an interval as people write it."""
        start = self.scenario.simulation.start.astimezone(UTC8)
        return (start + timedelta(seconds=interval * METER_S)).isoformat()


def _numbered(stamps: npt.NDArray[np.datetime64], unit: str) -> tuple[npt.NDArray[np.datetime64], Ints]:
    first, number = np.unique(stamps.astype(f"datetime64[{unit}]"), return_inverse=True)
    return first, number.astype(np.int64)


def by_block(values: Floats, block: Ints) -> Floats:
    """
    Add up the columns of a table by block.

    Parameters
    ----------
    values : ndarray, shape (rows, intervals)
    block : ndarray of int, shape (intervals,)
        Number of the block of each interval, sorted, every number used: hours, months or years.

    Returns
    -------
    ndarray, shape (rows, blocks)
    """
    first = np.flatnonzero(np.diff(block, prepend=-1))
    return np.add.reduceat(values, first, axis=1)


def add_up(number: Ints, values: Floats, size: int) -> Floats:
    """Add up values by their number, 0 to size - 1; shape (size,)."""
    return np.asarray(np.bincount(number, weights=values, minlength=size), dtype=np.float64)


def open_books(loaded: Loaded, records: Records) -> Books:
    """
    Arrange the records of a run for accounting.

    Parameters
    ----------
    loaded : Loaded
        The scenario the records were made from.
    records : Records
        The five tables.

    Returns
    -------
    Books

    Raises
    ------
    InvariantError
        If a hub or cluster lacks an interval of the horizon, or a table names something the scenario has not.
    """
    scenario = loaded.scenario
    hubs, clusters = tuple(scenario.hubs), tuple(scenario.clusters)
    intervals = round(scenario.simulation.horizon / METER_S)
    sample = scenario.simulation.fleet_sample
    cluster_times = _cluster_times(scenario)
    return Books(
        scenario=scenario,
        sample=sample,
        cluster_times=cluster_times,
        hubs=hubs,
        clusters=clusters,
        steps=_squares("steps", records.steps, "hub", hubs, intervals, np.full(len(hubs), float(sample))),
        rungs=_squares("clusters", records.clusters, "cluster", clusters, intervals, cluster_times),
        jobs=_jobs(records.jobs, scenario),
        job_ids=records.jobs["job_id"],
    )


def _cluster_times(scenario: Scenario) -> Floats:
    """Planned over simulated servers of each cluster, in the order of the scenario. [-]"""
    return np.array([c.servers / scenario.simulation.sampled(c.servers) for c in scenario.clusters.values()])


def _squares(
    table: str, content: pa.Table, key: str, names: tuple[str, ...], intervals: int, times: Floats
) -> dict[str, Floats]:
    """Columns as (name, interval) arrays, after checking that every name has every interval once."""
    codes = _codes(table, content, key, names)
    time_s = content["time_s"].to_numpy()
    order = np.lexsort((time_s, codes))
    _check_grid(table, key, names, codes[order], time_s[order], intervals)
    arrays = {}
    for column in TABLES[table]:
        if column.name in (key, "time_s") or pa.types.is_dictionary(column.type):
            continue
        values = content[column.name].to_numpy()[order].reshape(len(names), intervals)
        arrays[column.name] = values * times[:, None] if column.unit in EXTENSIVE_UNITS else values
    return arrays


def _check_grid(table: str, key: str, names: tuple[str, ...], codes: Ints, time_s: Floats, intervals: int) -> None:
    rows = np.bincount(codes, minlength=len(names))
    for name, count in zip(names, rows, strict=True):
        if count != intervals:
            raise InvariantError(
                f"table {table}: {key} {name} has {count} intervals; expected {intervals} of {METER_S:g} s"
            )
    wanted = np.tile(np.arange(intervals) * METER_S, len(names))
    wrong = np.flatnonzero(time_s != wanted)
    if wrong.size:
        row = int(wrong[0])
        raise InvariantError(
            f"table {table}: {key} {names[codes[row]]} has an interval at {time_s[row]:.15g} s; "
            f"expected {wanted[row]:.15g} s"
        )


def _codes(table: str, content: pa.Table, column: str, names: tuple[str, ...]) -> Ints:
    """Numbers into `names` of a text column, -1 where it is empty."""
    array = content[column].combine_chunks()
    place = {name: i for i, name in enumerate(names)}
    words = array.dictionary.to_pylist()
    unknown = [word for word in words if word not in place]
    if unknown:
        raise InvariantError(f"table {table}: column {column} names {unknown}; the scenario has {list(names)}")
    number = np.array([*(place[word] for word in words), -1], dtype=np.int64)
    return number[array.indices.fill_null(-1).to_numpy(zero_copy_only=False)]


def _jobs(content: pa.Table, scenario: Scenario) -> dict[str, npt.NDArray[Any]]:
    names = {
        "hub": tuple(scenario.hubs),
        "cluster": tuple(scenario.clusters),
        "origin": tuple(scenario.hubs),
        "class": tuple(scenario.job_classes),
        "final_state": FINAL_STATES,
    }
    jobs: dict[str, npt.NDArray[Any]] = {column: _codes("jobs", content, column, names[column]) for column in JOB_TEXTS}
    for column in TABLES["jobs"]:
        if column.name not in jobs and column.type in (pa.float64(), pa.int64()):
            jobs[column.name] = content[column.name].to_numpy()
    return jobs
