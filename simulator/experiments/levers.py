"""`levers`: one demand met in several ways. A scenario and its variants are run and held against each other."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from energy_models.levers import break_even_gb_per_mwh
from simulator.errors import InputError, RunFolderError
from simulator.experiments.single import Stage, fill_run_folder, run_id
from simulator.records import new_run_folder, read_manifest, read_summary, read_tables, write_json
from simulator.scenario import load, parse_quantity

if TYPE_CHECKING:
    from simulator.scenario import Loaded

NOW = "now"  # the scenario itself
AS_IT_IS = {"zh": "情景本身", "en": "the scenario as it is"}
GB, KWH, MWH, GWH = 1e9, 3.6e6, 3.6e9, 1e3  # bytes; joules; megawatt-hours in a gigawatt-hour
LEFT = ("held", "transferring", "waiting", "suspended", "running")
JOB_COLUMNS = (
    "job_id", "class", "hub", "origin", "final_state", "submission_time", "waiting_time", "executed_device_s",
    "transfer_s", "moved_byte", "consumed_energy_j", "stands_for",
)  # fmt: skip


@dataclass(frozen=True)
class Ways:
    """
    What is to be compared.

    Attributes
    ----------
    path : Path
        The scenario; each of its variants is a lever.
    work : str
        Name of the job source whose waits and data are told; its job ids begin with it.
    horizon, sets, data_dir
        As in `scenario.load`.
    """

    path: Path
    work: str = "extra"
    horizon: str | None = None
    sets: tuple[str, ...] = ()
    data_dir: Path | None = None

    def load(self, lever: str) -> Loaded:
        """Return the scenario of a lever."""
        variant = None if lever == NOW else lever
        return load(self.path, variant=variant, overrides=self.sets, horizon=self.horizon, data_dir=self.data_dir)


def run_levers(ways: Ways, out: Path, *, command: str, stage: Stage) -> dict[str, Any]:
    """
    Run a scenario and all its variants, and write what each lever takes.

    Parameters
    ----------
    ways : Ways
    out : Path
        A run folder for each lever and ``levers.json``, ``levers.csv`` go here. Runs that are there are kept.
    command : str
        What the user typed, for the manifests.
    stage : callable
        Told what is being done and how far it is.

    Returns
    -------
    dict
        As ``levers.json`` holds it: ``levers`` with a row each, ``differences`` from the scenario, ``break_even``.

    Raises
    ------
    InputError
        If the scenario has no variants, or no jobs of the work asked for.
    """
    base = ways.load(NOW)
    if not base.variants:
        raise InputError(f"{ways.path}: it has no variants, so there is nothing to hold it against")
    if ways.work not in base.scenario.workload.jobs:
        known = ", ".join(sorted(base.scenario.workload.jobs))
        raise InputError(f"{ways.path}: no work {ways.work!r}; it has {known}")
    titles = {NOW: AS_IT_IS} | {name: title.model_dump() for name, title in base.variants.items()}
    rows: dict[str, dict[str, float | None]] = {}
    classes: dict[str, float] = {}
    for lever in titles:
        folder = _run(ways.load(lever), out / lever, command, stage)
        rows[lever], of_class = measure(folder, ways.work)
        classes |= of_class
    told = {
        "scenario": base.scenario.name,
        "title": base.scenario.title.model_dump(),
        "work": ways.work,
        "titles": titles,
        "levers": rows,
        "differences": {lever: _less(row, rows[NOW]) for lever, row in rows.items() if lever != NOW},
        "classes_gb_per_mwh": classes,
        "class_titles": {name: base.scenario.job_classes[name].title.model_dump() for name in classes},
        "break_even": break_even(rows, _network_range(ways, rows)),
    }
    write_json(out / "levers.json", told)
    _write_csv(out / "levers.csv", rows)
    return told


def _run(loaded: Loaded, folder: Path, command: str, stage: Stage) -> Path:
    """Make a run, unless the very same is there."""
    try:
        if read_manifest(folder)["run_id"] == run_id(loaded):
            return folder
    except RunFolderError:
        pass
    with new_run_folder(folder) as partial:
        fill_run_folder(partial, loaded, command=command, stage=stage)
    return folder


def measure(folder: Path, work: str) -> tuple[dict[str, float | None], dict[str, float]]:
    """
    Read what a lever took from its run folder.

    Returns
    -------
    dict
        Energies in MWh, money in CNY, carbon in t, times in minutes, data in GB; None where there was nothing.
    dict
        GB moved for each MWh of work that ran away from its users, by class of the work; none where nothing moved.
    """
    summary = read_summary(folder)
    energy, cost, carbon = summary["energy"], summary["cost"], summary["emissions"]
    table = read_tables(folder, {"jobs": JOB_COLUMNS}).jobs.to_pandas()
    jobs = table[table["job_id"].str.startswith(f"{work}-")]
    sample = summary["scale"]["fleet_sample"]
    away = jobs[jobs["hub"].astype(str) != jobs["origin"].astype(str)]
    waits = jobs["waiting_time"].to_numpy()
    row: dict[str, float | None] = {
        "facility_mwh": energy["facility_gwh"] * GWH,
        "network_mwh": summary["network"]["energy_gwh"] * GWH,
        "line_loss_mwh": (energy["trade_sent_gwh"] - energy["trade_gwh"]) * GWH,
        "battery_loss_mwh": summary["attributed"]["meter"]["storage_loss_gwh"] * GWH,
        "trade_mwh": energy["trade_gwh"] * GWH,
        "cost_cny": cost["total_cny"],
        "network_cny": cost["network_cny"],
        "capital_cny": cost["capex_annuity_cny"],
        "location_tco2": carbon["location_tco2"],
        "market_tco2": carbon["market_tco2"],
        "marginal_tco2": carbon["marginal_tco2"],
        "moved_gb": summary["network"]["moved_tb"] * 1e3,
        "work_mwh": float(jobs["consumed_energy_j"].sum()) * sample / MWH,
        "away_mwh": float(away["consumed_energy_j"].sum()) * sample / MWH,
        "work_device_h": float(jobs["executed_device_s"].sum()) * sample / 3600.0,
        "jobs": float(len(jobs)),
        "unfinished_jobs": float(np.isin(jobs["final_state"].astype(str), LEFT).sum()),
        "wait_min": _mean(waits[(jobs["submission_time"] >= 0.0) & ~np.isnan(waits)] / 60.0),
        "transfer_min": _mean(away["transfer_s"].to_numpy() / 60.0),
    }
    spent = ("facility_mwh", "network_mwh", "line_loss_mwh", "battery_loss_mwh")
    row["electricity_mwh"] = sum(float(row[name] or 0.0) for name in spent)
    by_class = away.groupby(away["class"].astype(str))[["moved_byte", "consumed_energy_j"]].sum()
    moved = {str(name): one["moved_byte"] / GB / (one["consumed_energy_j"] / MWH) for name, one in by_class.iterrows()}
    return row, moved


def _mean(values: np.ndarray) -> float | None:
    return float(values.mean()) if len(values) else None


def _less(row: dict[str, float | None], base: dict[str, float | None]) -> dict[str, float | None]:
    return {
        name: None if value is None or (other := base[name]) is None else value - other for name, value in row.items()
    }


def break_even(rows: dict[str, dict[str, float | None]], span: tuple[float, float]) -> dict[str, float] | None:
    """
    Hold the lever that moved most data against the one that bought most power elsewhere.

    Parameters
    ----------
    rows : dict of dict
        From `measure`, by lever.
    span : pair of float
        Lowest and highest electricity of the network declared, over what was used. [-]

    Returns
    -------
    dict or None
        ``kwh_per_gb`` with ``_low _high``, ``loss_share``; ``energy_gb_per_mwh`` with ``_low _high``: data that a
        megawatt-hour of work may need before its transfer takes more electricity than the line loses;
        ``money_gb_per_mwh``: before it costs more than buying the power, by the totals of the two runs;
        ``measured_gb_per_mwh``: what the work needed here. None where nothing was moved or nothing bought.
    """
    bits = max(rows, key=lambda name: rows[name]["moved_gb"] or 0.0)
    electrons = max(rows, key=lambda name: rows[name]["trade_mwh"] or 0.0)
    moved, traded, away = rows[bits]["moved_gb"], rows[electrons]["trade_mwh"], rows[bits]["away_mwh"]
    if not moved or not traded or not away:
        return None
    per_gb = float(rows[bits]["network_mwh"] or 0.0) * 1e3 / moved
    lost = float(rows[electrons]["line_loss_mwh"] or 0.0)
    loss = lost / (traded + lost)
    low, high = span[0] * per_gb, span[1] * per_gb
    told = {
        "kwh_per_gb": per_gb,
        "kwh_per_gb_low": low,
        "kwh_per_gb_high": high,
        "loss_share": loss,
        "energy_gb_per_mwh": break_even_gb_per_mwh(loss, per_gb),
        "energy_gb_per_mwh_low": break_even_gb_per_mwh(loss, high),
        "energy_gb_per_mwh_high": break_even_gb_per_mwh(loss, low),
        "measured_gb_per_mwh": moved / away,
    }
    paid = float(rows[bits]["network_cny"] or 0.0)
    if paid > 0.0:
        told["cny_per_gb"] = paid / moved
        told["money_gb_per_mwh"] = _spared_cny(rows[bits], rows[electrons]) / away / (paid / moved)
    return told


def _spared_cny(bits: dict[str, float | None], electrons: dict[str, float | None]) -> float:
    """Return what moving the work costs less than moving the power, the data network left out. [CNY]"""
    without = float(bits["cost_cny"] or 0.0) - float(bits["network_cny"] or 0.0)
    return float(electrons["cost_cny"] or 0.0) - without


def _network_range(ways: Ways, rows: dict[str, dict[str, float | None]]) -> tuple[float, float]:
    """Return the widest declared range of the links' electricity, over its value, of the lever that moved most."""
    bits = max(rows, key=lambda name: rows[name]["moved_gb"] or 0.0)
    known = ways.load(bits).provenance
    ratios = [1.0]
    for path, item in known.items():
        if path.startswith("data_network.") and path.endswith(".energy"):
            value = parse_quantity(item.written, "kWh/GB")
            ratios += [parse_quantity(str(end), "kWh/GB") / value for end in (item.low, item.high) if end is not None]
    return min(ratios), max(ratios)


def _write_csv(path: Path, rows: dict[str, dict[str, float | None]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["lever", *next(iter(rows.values()))])
        writer.writerows([name, *("" if v is None else f"{v:.8g}" for v in row.values())] for name, row in rows.items())
