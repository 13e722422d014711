"""From the kernel's and the meter's arrays to the tables of a run folder; the warm-up is left out here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from simulator.records import Records, table_from_arrays
from simulator.scenario import METER_S
from simulator.scheduling import (
    CAUSE_NAMES,
    CLUSTER_COLUMNS,
    EVENT_NAMES,
    HUB_COLUMNS,
    SHIFTS,
    STATE_NAMES,
    Orders,
    World,
)

if TYPE_CHECKING:
    from simulator.engine.meter import Meter
    from simulator.engine.signals import Signals
    from simulator.region import Region
    from simulator.scenario import Scenario
    from simulator.workload import Workload

REASONS = (
    "",
    "fits no cluster",
    "larger than any cluster it may use",
    "the queue of its cluster is full",
    "given up after its last failure",
)
FLOWS = (
    "grid_import_w", "contract_delivered_w", "direct_green_used_w", "pv_used_w", "wind_used_w", "battery_charge_w",
    "battery_discharge_w", "grid_export_w", "direct_green_exported_w", "curtailed_w", "battery_loss_w",
    "energy_stored_j", "green_stored_j", "clean_supply_w",
)  # fmt: skip


@dataclass
class Tape:
    """
    What is written down while the clock runs.

    Attributes
    ----------
    hub_rows : ndarray, shape (intervals, hubs, columns)
        `HUB_COLUMNS` of each meter interval.
    cluster_rows : ndarray, shape (intervals, clusters, columns)
        `CLUSTER_COLUMNS`, device-seconds.
    clean_headroom_w : ndarray, shape (intervals, hubs)
        Facility power the least clean share leaves each hub's pool; NaN without one. [W]
    directives : list of (time_s, orders)
        Each set of orders that differed from the one before.
    before : dict of str to ndarray, shape (jobs,)
        What each job had had when the window opened.
    """

    hub_rows: np.ndarray
    cluster_rows: np.ndarray
    clean_headroom_w: np.ndarray
    directives: list[tuple[float, Orders]]
    before: dict[str, np.ndarray]


def make_records(
    scenario: Scenario,
    region: Region,
    workload: Workload,
    signals: Signals,
    meter: Meter,
    tape: Tape,
    world: World,
    after: dict[str, np.ndarray],
) -> Records:
    """
    Return the five tables of a run.

    Parameters
    ----------
    scenario, region, workload, signals, meter, tape, world
        Of the finished run.
    after : dict of str to ndarray, shape (jobs,)
        What each job had had at the end.

    Returns
    -------
    Records
    """
    window = slice(round(-signals.begin_s / METER_S), signals.intervals)
    times = METER_S * np.arange(signals.intervals - window.start)
    return Records(
        jobs=_jobs(scenario, region, workload, world, tape.before, after),
        steps=_steps(region, signals, meter, tape, window, times),
        clusters=_clusters(region, tape, window, times),
        events=_events(region, workload, world),
        directives=_directives(region, tape),
    )


class _Rows:
    """Some rows of a table of records, read column by column: whole rows would be half of a run's memory."""

    def __init__(self, table: np.recarray, rows: np.ndarray) -> None:
        self._table, self._rows = table, rows

    def __getattr__(self, column: str) -> np.ndarray:
        values: np.ndarray = self._table[column][self._rows]
        return values


def _names(names: tuple[str, ...], codes: np.ndarray) -> pa.DictionaryArray:
    """Encode names by number; a negative number is empty."""
    codes = codes.astype(np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(list(names), type=pa.string()))


def _jobs(
    scenario: Scenario,
    region: Region,
    workload: Workload,
    world: World,
    before: dict[str, np.ndarray],
    after: dict[str, np.ndarray],
) -> pa.Table:
    inside = _inside(world.jobs)
    rows = np.flatnonzero(inside)
    jobs = _Rows(world.jobs, rows)
    columns = _identity(scenario, region, workload, world, jobs, rows) | _times(jobs, workload.jobs.deadline_s[inside])
    columns |= _work(
        jobs,
        _held_devices(region, world, jobs),
        {name: values[inside] for name, values in before.items()},
        {name: values[inside] for name, values in after.items()},
    )
    attributed = dict.fromkeys(("consumed_energy_j", "carbon_kg", "cost_cny"), np.zeros(len(rows)))
    return table_from_arrays("jobs", columns | attributed)


def _identity(
    scenario: Scenario, region: Region, workload: Workload, world: World, jobs: _Rows, rows: np.ndarray
) -> dict[str, object]:
    precisions = [scenario.job_classes[name].precision for name in region.job_class]
    return {
        "job_id": workload.jobs.ids(rows),
        "final_state": _names(STATE_NAMES, jobs.state),
        "reason": _reasons(region, workload, jobs),
        "refused_by": _names(CAUSE_NAMES, jobs.refused_by),
        "refused_time": np.where(np.isfinite(jobs.refused_s), jobs.refused_s, np.nan),
        "hub": _names(region.hubs, np.where(jobs.cluster >= 0, region.hub[jobs.cluster], -1)),
        "cluster": _names(region.clusters, jobs.cluster),
        "class": _names(region.kinds, jobs.kind),
        "origin": _names(region.hubs, world.origin[jobs.route]),
        "precision": _names(tuple(precisions), jobs.kind),
        "stands_for": workload.jobs.stands_for[rows],
    }


def _reasons(region: Region, workload: Workload, jobs: _Rows) -> pa.DictionaryArray:
    """Tell why jobs were rejected; those that fit nowhere, what each cluster lacks for their route."""
    routes, unreachable = workload.routes, REASONS[1]
    lacks = [
        "; ".join(dict.fromkeys(region.why_not.get((kind, origin, c), "") for c in region.clusters)).strip("; ")
        for kind, origin in zip(routes.job_class, routes.origin, strict=True)
    ]
    texts = (*REASONS, *(f"{unreachable}: {lack}" for lack in lacks))
    codes = jobs.reason
    return _names(texts, np.where(codes == 1, len(REASONS) + jobs.route, codes))


def _times(jobs: _Rows, deadline_s: np.ndarray) -> dict[str, object]:
    return {
        "submission_time": jobs.submit_s,
        "starting_time": jobs.start_s,
        "finish_time": jobs.finish_s,
        "waiting_time": jobs.start_s - jobs.submit_s,
        "turnaround_time": jobs.finish_s - jobs.submit_s,
        "deadline_time": np.where(np.isfinite(deadline_s), deadline_s, np.nan),
        "requested_s": jobs.requested_s,
        "work_s": jobs.work_s,
    }


def _work(
    jobs: _Rows, held: np.ndarray, before: dict[str, np.ndarray], after: dict[str, np.ndarray]
) -> dict[str, object]:
    had = {name: after[name] - before[name] for name in after}
    rejected, size = jobs.state == STATE_NAMES.index("rejected"), jobs.asked_width
    return {
        "devices": held,
        "milli_devices": jobs.milli,
        "asked_device_s": (jobs.work_s - before["done_s"]) * size,
        "executed_device_s": had["executed_s"] * size,
        "lost_device_s": had["lost_s"] * size,
        "remaining_device_s": np.where(rejected, 0.0, (jobs.work_s - after["done_s"]) * size),
        "held_device_s": had["held_device_s"],
        "flop": had["flop"],
        "dynamic_energy_j": had["energy_j"],
        "transfer_s": had["transfer_s"],
        "moved_byte": had["moved_bytes"],
        "network_energy_j": had["network_j"],
        "network_cost_cny": had["network_cny"],
    }


def _inside(jobs: np.recarray) -> np.ndarray:
    """Tell which jobs were in the system during the window: submitted by its end and not gone before it opened."""
    return (jobs.state != 0) & ~(jobs.finish_s < 0.0)


def _held_devices(region: Region, world: World, jobs: _Rows) -> np.ndarray:
    per_server = region.devices_per_server[jobs.cluster]
    whole = (world.clusters.counted[jobs.cluster] | (jobs.devices >= per_server)) & (jobs.cluster >= 0)
    return np.where(whole, -(-jobs.devices // per_server) * per_server, jobs.devices)


def _steps(region: Region, signals: Signals, meter: Meter, tape: Tape, window: slice, times: np.ndarray) -> pa.Table:
    hubs, rows = len(region.hubs), len(times)
    hour = signals.hour_of_interval[window]
    kernel = {name: tape.hub_rows[window, :, i] for i, name in enumerate(HUB_COLUMNS)}
    flows = meter.flows[window]
    columns: dict[str, object] = {
        "hub": _names(region.hubs, np.tile(np.arange(hubs), rows)),
        "time_s": np.repeat(times, hubs),
        "cap_w": meter.caps_w[window].ravel(),
        "cap_cause": _names(CAUSE_NAMES, meter.causes[window].ravel()),
        "clean_headroom_w": tape.clean_headroom_w[window].ravel(),
        "water_l": (signals.water_l_per_j[hour] * _heat_j(signals, hour, kernel)).ravel(),
    }
    columns |= {
        name.removesuffix("_j") + "_w": (kernel[name] / METER_S).ravel() for name in HUB_COLUMNS if name.endswith("_j")
    }
    columns |= {name: kernel[name].ravel() for name in HUB_COLUMNS if not name.endswith("_j")}
    columns |= {name: flows[name].ravel() for name in FLOWS}
    hourly = {
        "pv_available_w": signals.pv_w,
        "wind_available_w": signals.wind_w,
        "contract_available_w": signals.contracts.output_w,
        "contract_premium_cny_per_kwh": signals.contracts.premium,
        "wheeling_price_cny_per_kwh": signals.contracts.wheeling,
        "ci_traded_marginal_kg_per_kwh": signals.contracts.traded_marginal,
        "trade_blocked_w": signals.contracts.blocked_w,
        "temp_wet_bulb_c": signals.temp_wet_bulb_c,
        "temp_air_c": signals.temp_air_c,
        "direct_green_available_w": signals.direct_w,
        "delivery_price_cny_per_kwh": signals.delivery_price,
        "price_ratio": signals.price_ratio,
        "grid_clean_share": signals.grid_clean_share,
    }
    columns |= {name: series[hour].ravel() for name, series in hourly.items()}
    columns |= {
        "energy_price_cny_per_kwh": signals.exact["energy_price"][window].ravel(),
        "ci_location_kg_per_kwh": signals.exact["ci_location"][window].ravel(),
        "ci_marginal_kg_per_kwh": signals.exact["ci_marginal"][window].ravel(),
        "contract_price_gap_cny_per_kwh": _price_gap(signals, window).ravel(),
    }
    columns |= {name: flow.ravel() for name, flow in _trade(signals, hour, flows["contract_delivered_w"]).items()}
    return table_from_arrays("steps", columns)


def _price_gap(signals: Signals, window: slice) -> np.ndarray:
    """Agreed price less the tariff's, mean over the contract energy. [CNY/kWh]"""
    hour, contracts = signals.hour_of_interval[window], signals.contracts
    gap: np.ndarray = (
        contracts.agreed_price[hour] - contracts.agreed_share[hour] * signals.exact["energy_price"][window]
    )
    return gap


def _trade(signals: Signals, hour: np.ndarray, delivered_w: np.ndarray) -> dict[str, np.ndarray]:
    """Of the contract energy delivered, what came over interties and what was sent for it: all deliver alike."""
    contracts = signals.contracts
    output_w = contracts.output_w[hour]
    share = np.divide(delivered_w, output_w, out=np.zeros_like(output_w), where=output_w > 0.0)
    return {"trade_delivered_w": share * contracts.traded_w[hour], "trade_sent_w": share * contracts.sent_w[hour]}


def _heat_j(signals: Signals, hour: np.ndarray, kernel: dict[str, np.ndarray]) -> np.ndarray:
    """Heat that leaves through the towers: IT and UPS losses; fixed overhead (lighting, offices) does not."""
    return kernel["it_j"] + np.maximum(0.0, kernel["other_j"] - signals.fixed_w[hour] * METER_S)


def _clusters(region: Region, tape: Tape, window: slice, times: np.ndarray) -> pa.Table:
    clusters, rows = len(region.clusters), len(times)
    sums = tape.cluster_rows[window]
    columns: dict[str, object] = {
        "cluster": _names(region.clusters, np.tile(np.arange(clusters), rows)),
        "time_s": np.repeat(times, clusters),
    }
    return table_from_arrays(
        "clusters", columns | {name: sums[:, :, i].ravel() for i, name in enumerate(CLUSTER_COLUMNS)}
    )


def _events(region: Region, workload: Workload, world: World) -> pa.Table:
    log = world.log[: int(world.clock[0].logged)]
    log = log[log["time_s"] >= 0.0]
    named = np.flatnonzero(log["job"] >= 0)
    names = np.full(len(log), None, dtype=object)
    names[named] = workload.jobs.ids(log["job"][named])
    return table_from_arrays(
        "events",
        {
            "time_s": log["time_s"],
            "kind": _names(EVENT_NAMES, log["code"]),
            "hub": _names(region.hubs, log["hub"]),
            "cluster": _names(region.clusters, log["cluster"]),
            "job_id": pa.array(names, type=pa.string()),
            "cause": _names(CAUSE_NAMES, log["cause"]),
            "value": log["value"],
            "energy_j": log["energy_j"],
        },
    )


def _directives(region: Region, tape: Tape) -> pa.Table:
    """Lay the orders out by route and cluster; a row that says what the row before said is left out."""
    told = _told(region, tape)
    new = np.ones(told["score"].shape, dtype=np.bool_)
    new[1:] = False
    for values in told.values():
        new[1:] |= values[1:] != values[:-1]  # the smaller arrays are stretched here only, without a copy
    at, route, cluster = np.nonzero(new)
    rows = {name: np.broadcast_to(values, new.shape)[new] for name, values in told.items()}
    return table_from_arrays(
        "directives",
        {
            "time_s": np.array([time for time, _ in tape.directives])[at],
            "route": route.astype(np.int32),
            "cluster": _names(region.clusters, cluster),
            **rows | {"shift": _names(SHIFTS, rows["shift"])},
        },
    )


def _told(region: Region, tape: Tape) -> dict[str, np.ndarray]:
    """Return what all orders say, each array of shape (orders, routes or 1, clusters or 1)."""
    orders = [order for _, order in tape.directives]
    return {
        "score": np.stack([order.score for order in orders]),
        "load_weight": np.stack([order.load_weight for order in orders])[:, :, None],
        "shift": np.stack([order.shift for order in orders])[:, :, None],
        "rebind": np.stack([order.rebind for order in orders])[:, :, None],
        "cap_w": np.stack([order.cap_w for order in orders])[:, None, region.hub],
        "speed": np.stack([order.speed for order in orders])[:, None, :],
    }
