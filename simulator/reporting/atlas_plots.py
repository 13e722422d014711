"""
Data of the pictures beyond the report: balance of a hub by day and week, duration curves, clean hours, PUE, map.

As in the report, powers and energies of a sampled fleet are shown times K.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.reporting.plots import SOURCES, Plot, busiest_week
from simulator.reporting.study import DAY_S, METER_S, Study, hub_steps

if TYPE_CHECKING:
    from collections.abc import Mapping

HOUR_S, STEPS_AN_HOUR = 3600.0, 4
DURATION_POINTS = 400
PUE_BIN_K = 1.0
BALANCE = (*(f"{source}_w" for source in SOURCES), "facility_w", "battery_charge_w", "grid_export_w")


def atlas_plots(study: Study) -> list[Plot]:
    """Return the data of every picture, in the order they are drawn."""
    return [*balances(study), durations(study), clean_hours(study), pue_by_wet_bulb(study), region_map(study)]


def balances(study: Study) -> list[Plot]:
    """Supply against load, state of charge, price and carbon of each hub: its busiest week, and the day of its peak."""
    names = ("time_s", *BALANCE, "energy_stored_j", "energy_price_cny_per_kwh", "ci_location_kg_per_kwh")
    steps = hub_steps(study, names)
    week = busiest_week(steps, study)
    return [_balance(study, hub, table, week) for hub, table in steps.items()]


def _balance(study: Study, hub: str, table: dict[str, np.ndarray], week: tuple[float, float]) -> Plot:
    columns: dict[str, list[Any]] = {"panel": [], "time_s": []}
    inside = (table["time_s"] >= week[0]) & (table["time_s"] < week[1])
    peak = table["time_s"][inside][int(np.argmax(table["facility_w"][inside]))]
    day = peak // DAY_S * DAY_S
    for panel, (begin, end) in {"day": (day, day + DAY_S), "week": week}.items():
        rows = (table["time_s"] >= begin) & (table["time_s"] < end)
        columns["panel"] += [panel] * int(rows.sum())
        columns["time_s"] += table["time_s"][rows].tolist()
        for name in BALANCE:
            columns.setdefault(f"{name.removesuffix('_w')}_mw", []).extend(
                (table[name][rows] * study.sample / 1e6).tolist()
            )
        for name in ("energy_price_cny_per_kwh", "ci_location_kg_per_kwh"):
            columns.setdefault(name, []).extend(table[name][rows].tolist())
        columns.setdefault("soc", []).extend(_soc(study, hub, table["energy_stored_j"][rows]).tolist())
    return Plot(f"balance_{hub}", "balance", columns, {"hub": hub, "battery": _capacity_j(study, hub) > 0.0})


def _capacity_j(study: Study, hub: str) -> float:
    battery = study.scenario.hubs[hub].battery
    return float(battery.energy) if battery else 0.0


def _soc(study: Study, hub: str, stored_j: np.ndarray) -> np.ndarray:
    capacity = _capacity_j(study, hub)
    return stored_j * study.sample / capacity if capacity else np.zeros(len(stored_j))


def durations(study: Study) -> Plot:
    """Facility power and metered import of each hub, highest first, against the hours they are reached or exceeded."""
    steps = hub_steps(study, ("time_s", "facility_w", "grid_import_w", "contract_delivered_w"))
    columns: dict[str, list[Any]] = {"hub": [], "hours": [], "facility_mw": [], "import_mw": []}
    limits = {}
    for hub, table in steps.items():
        hours = np.linspace(0.0, len(table["time_s"]) * METER_S / HOUR_S, DURATION_POINTS)
        place = np.minimum((hours * STEPS_AN_HOUR).astype(np.int64), len(table["time_s"]) - 1)
        metered = table["grid_import_w"] + table["contract_delivered_w"]
        columns["hub"] += [hub] * DURATION_POINTS
        columns["hours"] += hours.tolist()
        for name, values in (("facility_mw", table["facility_w"]), ("import_mw", metered)):
            columns[name] += (np.sort(values)[::-1][place] * study.sample / 1e6).tolist()
        limits[hub] = float(study.scenario.hubs[hub].connection.limit_w) / 1e6
    return Plot("duration_curves", "durations", columns, {"limits_mw": limits})


def clean_hours(study: Study) -> Plot:
    """Share of the facilities' energy met by clean supply in the same clock hour, by hour of day and month."""
    steps = hub_steps(study, ("time_s", "facility_w", "clean_supply_w"))
    hourly = [(_hourly(table["facility_w"]), _hourly(table["clean_supply_w"])) for table in steps.values()]
    load = np.sum([facility for facility, _ in hourly], axis=0)
    matched = np.sum([np.minimum(facility, clean) for facility, clean in hourly], axis=0)
    moments = [study.start + timedelta(hours=i) for i in range(len(load))]
    months = sorted({(m.year, m.month) for m in moments})
    sums = np.zeros((2, len(months), 24))
    place = np.array([months.index((m.year, m.month)) for m in moments]), np.array([m.hour for m in moments])
    np.add.at(sums[0], place, matched)
    np.add.at(sums[1], place, load)
    share = np.divide(sums[0], sums[1], out=np.full(sums[0].shape, np.nan), where=sums[1] > 0.0)
    columns: dict[str, list[Any]] = {
        "month": [f"{year}-{month:02d}" for year, month in months for _ in range(24)],
        "hour": list(range(24)) * len(months),
        "clean_share": share.ravel().tolist(),
    }
    return Plot("clean_hours", "clean_hours", columns, {"months": [month for _, month in months]})


def _hourly(values: np.ndarray) -> np.ndarray:
    """Mean of each full clock hour; meter intervals start on the hour."""
    hours = len(values) // STEPS_AN_HOUR
    return values[: hours * STEPS_AN_HOUR].reshape(hours, STEPS_AN_HOUR).mean(axis=1)


def pue_by_wet_bulb(study: Study) -> Plot:
    """Facility over IT energy of each hub by wet bulb, in bins of 1 K: a ratio of energies, never a mean of ratios."""
    steps = hub_steps(study, ("time_s", "facility_w", "it_w", "temp_wet_bulb_c"))
    columns: dict[str, list[Any]] = {"hub": [], "wet_bulb_c": [], "pue": [], "hours": []}
    for hub, table in steps.items():
        bins = np.floor(table["temp_wet_bulb_c"] / PUE_BIN_K).astype(np.int64)
        first = int(bins.min())
        facility, it, count = (
            np.bincount(bins - first, weights=w) for w in (table["facility_w"], table["it_w"], np.ones(len(bins)))
        )
        for i in np.flatnonzero(it > 0.0):
            cells = (
                hub,
                float((first + i + 0.5) * PUE_BIN_K),
                float(facility[i] / it[i]),
                float(count[i]) / STEPS_AN_HOUR,
            )
            for key, cell in zip(columns, cells, strict=True):
                columns[key].append(cell)
    return Plot("pue_wet_bulb", "pue", columns)


def region_map(study: Study) -> Plot:
    """Hubs with their energy, the data links between them, and the interties that bring power to their provinces."""
    columns: dict[str, list[Any]] = {
        key: [] for key in ("kind", "name", "from", "to", "latitude", "longitude", "value", "unit")
    }

    def put(kind: str, name: str, place: tuple[str, str, float, float], value: float | None, unit: str) -> None:
        for key, cell in zip(columns, (kind, name, *place, value, unit), strict=True):
            columns[key].append(cell)

    for hub, spec in study.scenario.hubs.items():
        energy = study.summary["hubs"][hub]["energy"]["facility_gwh"]
        put("hub", hub, ("", "", spec.location.latitude, spec.location.longitude), energy, "GWh")
    for edge in study.scenario.data_network:
        put("link", "", (*edge.between, float("nan"), float("nan")), edge.latency_ms, "ms")
    for name, line in _interties(study).items():
        put("intertie", name, (line.sender, line.receiver, float("nan"), float("nan")), line.capacity / 1e6, "MW")
    return Plot("region_map", "map", columns)


def _interties(study: Study) -> Mapping[str, Any]:
    """Return the lines that end in a province with a hub."""
    provinces = {hub.province for hub in study.scenario.hubs.values()}
    return {n: line for n, line in study.scenario.interties.items() if line.receiver in provinces}
