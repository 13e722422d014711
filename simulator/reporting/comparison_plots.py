"""What the figures of a comparison show, read from its ``summary.json`` and the run folders it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.records import read_summary
from simulator.reporting.plots import CURVE_POINTS, Plot
from simulator.reporting.study import RUNGS, Study, hub_steps, read_study
from simulator.reporting.values import AT_ONCE_S, started_waits

if TYPE_CHECKING:
    from pathlib import Path

DURATION_POINTS = 200


def comparison_plots(folder: Path, told: dict[str, Any]) -> list[Plot]:
    """
    Return the data of all figures of a comparison.

    Parameters
    ----------
    folder : Path
        Of the comparison; the run folders are found from it.
    told : dict
        Its ``summary.json``.

    Returns
    -------
    list of Plot
        One waterfall a side behind the first, then rungs, load duration and waits of all sides, first seed each.
    """
    made = [_waterfall(told, chain) for chain in told["attribution"] if chain["steps"]]
    folders = [folder / side["runs"][0]["folder"] for side in told["sides"]]
    studies = [read_study(place.resolve()) for place in folders]
    return [*made, _rungs([read_summary(place.resolve()) for place in folders]), _duration(studies), _waits(studies)]


def _waterfall(told: dict[str, Any], chain: dict[str, Any]) -> Plot:
    """Start, the effect of each step in order with its interval and alone, and the end, for each key."""
    columns: dict[str, list[Any]] = {
        name: [] for name in ("key", "step", "in_order", "in_order_low", "in_order_high", "alone")
    }
    notes: dict[str, Any] = {"side": chain["side"], "starts": {}, "totals": {}, "interaction": {}}
    for item in chain["keys"]:
        key = item["key"]
        notes["starts"][key] = item["start"]["mean"]
        notes["totals"][key] = item["total"]["mean"]
        notes["interaction"][key] = item["interaction"]
        for step, order, alone in zip(chain["steps"], item["in_order"], item["alone"], strict=True):
            row = (
                key, step["name"], *((order or {}).get(part) for part in ("mean", "low", "high")),
                None if alone is None else alone["mean"],
            )  # fmt: skip
            for name, value in zip(columns, row, strict=True):
                columns[name].append(value)
    return Plot(f"effects_{chain['side']}", "effects", columns, notes)


def _rungs(summaries: list[dict[str, Any]]) -> Plot:
    targets = [target for summary in summaries for target in summary.get("targets", [])]
    known = [precision for summary in summaries for precision in summary["capacity"]]
    precision = targets[0]["precision"] if targets else "fp16" if "fp16" in known else known[0]
    columns: dict[str, list[Any]] = {"side": [], "rung": [], "capacity_eflops": []}
    for k, summary in enumerate(summaries):
        for rung in RUNGS:
            value = summary["capacity"].get(precision, {}).get(f"{rung}_eflops") or 0.0
            for name, cell in zip(columns, (k, rung, float(value)), strict=True):
                columns[name].append(cell)
    return Plot("rungs", "rungs", columns, {"precision": precision})


def _duration(studies: list[Study]) -> Plot:
    """Facility power of the region, sorted: in which share of the time it is above."""
    columns: dict[str, list[Any]] = {"side": [], "share_of_time": [], "facility_mw": []}
    shares = np.linspace(0.0, 1.0, DURATION_POINTS)
    for k, study in enumerate(studies):
        steps = hub_steps(study, ("time_s", "facility_w")).values()
        power = np.sum([table["facility_w"] for table in steps], axis=0) * study.sample / 1e6
        columns["side"] += [k] * DURATION_POINTS
        columns["share_of_time"] += shares.tolist()
        columns["facility_mw"] += np.quantile(power, 1.0 - shares).tolist()
    return Plot("duration", "duration", columns)


def _waits(studies: list[Study]) -> Plot:
    waits = [started_waits(study.records.jobs) for study in studies]
    longest = max(3600.0, *(float(values.max(initial=0.0)) for values in waits))
    grid = np.geomspace(AT_ONCE_S, longest, CURVE_POINTS)
    columns: dict[str, list[Any]] = {"side": [], "wait_s": [], "share_waiting_longer": []}
    for k, values in enumerate(waits):
        if len(values):
            longer = 1.0 - np.searchsorted(np.sort(values), grid, side="right") / len(values)
            columns["side"] += [k] * len(grid)
            columns["wait_s"] += grid.tolist()
            columns["share_waiting_longer"] += longer.tolist()
    return Plot("waits", "waits", columns)
