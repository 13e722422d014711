"""
What the figures show: each `Plot` is written to ``figures/<name>.csv`` and drawn from the same columns.

Powers and energies of the step table are of the simulated fleet; with ``fleet_sample: K`` they are shown
times K, as in the summary.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.reporting.study import DAY_S, METER_S, RUNGS, Study, hub_steps, main_precision
from simulator.reporting.values import AT_ONCE_S, started_waits

if TYPE_CHECKING:
    from pathlib import Path

STEPS_A_DAY = 96
SHORT_RUN_DAYS = 14.0  # up to here every meter interval is drawn; a longer run gets a week and its daily means
SOURCES = (
    "grid_import",
    "contract_delivered",
    "direct_green_used",
    "pv_used",
    "wind_used",
    "battery_discharge",
)
CURVE_POINTS = 160


@dataclass(frozen=True)
class Plot:
    """
    The data of one figure.

    Parameters
    ----------
    name : str
        File name without language and ending.
    kind : str
        Which drawing it gets.
    columns : dict
        Column name, unit included, to values; all of one length.
    notes : dict
        Single values the drawing needs.
    """

    name: str
    kind: str
    columns: dict[str, list[Any]]
    notes: dict[str, Any] = field(default_factory=dict)

    def write_csv(self, folder: Path) -> Path:
        """Write the columns as CSV with a header line and return the path."""
        path = folder / f"{self.name}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(self.columns)
            writer.writerows(zip(*(map(_cell, values) for values in self.columns.values()), strict=True))
        return path


def _cell(value: Any) -> Any:
    return f"{value:.8g}" if isinstance(value, float) else value


def plots(study: Study) -> list[Plot]:
    """Return the data of all figures of a run, in report order."""
    return [*ladders(study), power(study), supply(study), waits(study)]


def ladders(study: Study) -> list[Plot]:
    """Increment by rung against the gap, one figure a target; without a target the capacity by hub."""
    targets = study.summary.get("targets", [])
    if not targets:
        return [_capacity(study)]
    names = ["ladder"] if len(targets) == 1 else [f"ladder_{target['id']}" for target in targets]
    return [_ladder(target, name) for target, name in zip(targets, names, strict=True)]


def _ladder(target: dict[str, Any], name: str) -> Plot:
    columns: dict[str, list[Any]] = {
        "rung": list(RUNGS),
        "increment_eflops": [_known(target["increment_by_rung"].get(rung)) for rung in RUNGS],
    }
    for field_name in ("baseline_eflops", "required_eflops", "gap_before_eflops"):
        columns[field_name] = [float(target[field_name])] * len(RUNGS)
    return Plot(
        name,
        "ladder",
        columns,
        {"target": target["id"], "rung": target["rung"], "precision": target["precision"]},
    )


def _known(value: float | None) -> float | None:
    """Keep what is not known apart from nothing: a date outside the run has no increment on the lower rungs."""
    return None if value is None else float(value)


def _capacity(study: Study) -> Plot:
    precision = main_precision(study)
    columns: dict[str, list[Any]] = {"hub": [], "rung": [], "capacity_eflops": []}
    for hub, groups in study.summary["hubs"].items():
        for rung in RUNGS:
            value = groups["capacity"].get(precision, {}).get(f"{rung}_eflops") or 0.0
            for key, cell in zip(columns, (hub, rung, float(value)), strict=True):
                columns[key].append(cell)
    return Plot("ladder", "capacity", columns, {"precision": precision})


def power(study: Study) -> Plot:
    """Facility power against the cap: a week of meter intervals and, for longer runs, the days of the run."""
    steps = hub_steps(study, ("time_s", "facility_w", "facility_max_w", "cap_w"))
    week = busiest_week(steps, study)
    columns: dict[str, list[Any]] = {
        key: [] for key in ("hub", "panel", "time_s", "facility_mw", "facility_max_mw", "cap_mw")
    }
    for hub, table in steps.items():
        parts = [("week", _fine(table, *week))]
        if study.days > SHORT_RUN_DAYS:
            parts.append(("run", _daily(table)))
        for panel, part in parts:
            count = len(part["time_s"])
            columns["hub"] += [hub] * count
            columns["panel"] += [panel] * count
            columns["time_s"] += part["time_s"].tolist()
            for key in ("facility", "facility_max", "cap"):
                columns[f"{key}_mw"] += (part[f"{key}_w"] * study.sample / 1e6).tolist()
    return Plot("hub_power", "power", columns, {"start": study.start, "days": study.days, "week_start_s": week[0]})


def busiest_week(steps: dict[str, dict[str, np.ndarray]], study: Study) -> tuple[float, float]:
    """Return begin and end of the week, in whole weeks from the start, in which the region draws most. [s]"""
    if study.days <= SHORT_RUN_DAYS:
        return 0.0, study.days * DAY_S
    total = np.sum([table["facility_w"] for table in steps.values()], axis=0)
    length = 7 * STEPS_A_DAY
    weeks = total[: len(total) // length * length].reshape(-1, length).mean(axis=1)
    begin = float(np.argmax(weeks)) * 7 * DAY_S
    return begin, begin + 7 * DAY_S


def _fine(table: dict[str, np.ndarray], begin: float, end: float) -> dict[str, np.ndarray]:
    rows = (table["time_s"] >= begin) & (table["time_s"] < end)
    return {name: values[rows] for name, values in table.items()}


def _daily(table: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Mean and maximum of the facility power and the lowest cap of each day."""
    days = len(table["time_s"]) // STEPS_A_DAY

    def by_day(name: str) -> np.ndarray:
        return table[name][: days * STEPS_A_DAY].reshape(days, STEPS_A_DAY)

    return {
        "time_s": by_day("time_s")[:, 0],
        "facility_w": by_day("facility_w").mean(axis=1),
        "facility_max_w": by_day("facility_max_w").max(axis=1),
        "cap_w": by_day("cap_w").min(axis=1),
    }


def supply(study: Study) -> Plot:
    """Energy by source and month (by day or hour in shorter runs) beside what the facilities used."""
    names = ("time_s", "facility_w", *(f"{source}_w" for source in SOURCES))
    steps = hub_steps(study, names)
    times = next(iter(steps.values()))["time_s"]
    step, bins = _bins(study, times)
    unit, factor = ("GWh", 3.6e12) if step != "hour" else ("MWh", 3.6e9)
    columns: dict[str, list[Any]] = {"period_start": [moment.isoformat() for moment in bins[1]]}
    for name in names[1:]:
        total = np.sum([table[name] for table in steps.values()], axis=0) * METER_S * study.sample / factor
        energy = np.bincount(bins[0], weights=total, minlength=len(bins[1]))
        columns[f"{name.removesuffix('_w')}_{unit.lower()}"] = energy.tolist()
    return Plot("supply_mix", "supply", columns, {"unit": unit, "step": step, "moments": bins[1]})


def _bins(study: Study, times: np.ndarray) -> tuple[str, tuple[np.ndarray, list[Any]]]:
    """Number each interval by the month, day or hour it is in."""
    step = "month" if study.days > 62 else "day" if study.days > 3 else "hour"
    if step == "month":
        clock = np.datetime64(study.start.replace(tzinfo=None), "ms") + (times * 1000.0).astype("timedelta64[ms]")
        months, index = np.unique(clock.astype("datetime64[M]"), return_inverse=True)
        firsts = [datetime.fromisoformat(f"{month}-01").replace(tzinfo=study.start.tzinfo) for month in months]
        return step, (index, firsts)
    length = DAY_S if step == "day" else 3600.0
    index = (times // length).astype(np.int64)
    return step, (index, [study.start + timedelta(seconds=length * i) for i in range(int(index.max()) + 1)])


def waits(study: Study) -> Plot:
    """Share of started jobs that waited longer than x, for all and by hub, on a logarithmic grid."""
    jobs = study.records.jobs
    everyone = started_waits(jobs)
    longest = max(float(everyone.max(initial=0.0)), 3600.0)
    grid = np.geomspace(AT_ONCE_S, longest, CURVE_POINTS)
    groups = {"all": everyone}
    if len(study.scenario.hubs) > 1:
        groups |= {hub: started_waits(jobs, hub) for hub in study.scenario.hubs}
    columns: dict[str, list[Any]] = {"hub": [], "wait_s": [], "share_waiting_longer": []}
    for name, values in groups.items():
        if len(values):
            longer = 1.0 - np.searchsorted(np.sort(values), grid, side="right") / len(values)
            columns["hub"] += [name] * len(grid)
            columns["wait_s"] += grid.tolist()
            columns["share_waiting_longer"] += longer.tolist()
    at_once = float(np.mean(everyone <= AT_ONCE_S)) if len(everyone) else None
    return Plot("wait_times", "waits", columns, {"at_once": at_once, "started": len(everyone)})
