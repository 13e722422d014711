"""
A world small enough for pencil and paper: two hubs, two days across a month's end, constant powers.

Hub a: 4.5 MW facility; PV 1 MW from 6 to 18 h; contract 2 MW; battery takes 0.2 MW from 0 to 6 h and gives
0.18 MW from 18 to 24 h. Hub b: 1 MW facility; contract 3 MW from 0 to 12 h (1 MW of it delivered); 0.5 MW of
wind, exported.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from simulator.records import TABLES, Records, table_from_arrays
from simulator.scenario import Loaded, Scenario

DAYS = 2
N = DAYS * 96
WINDOW_S = N * 900.0
MW = 1e6
TITLE = {"zh": "甲", "en": "A"}
DELIVERY = {"a": 0.2, "b": 0.1}
EXTENSIVE = {"W", "J", "L", "device s", "FLOP"}


def facility() -> dict[str, Any]:
    return {
        "free_cooling_wet_bulb_c": 5.0,
        "chiller_wet_bulb_c": 20.0,
        "chiller_cop": 5.0,
        "fan_pump_share": 0.05,
        "ups_loss_share": 0.05,
        "fixed_share": 0.02,
    }


def parts(energy: str, network: str) -> dict[str, Any]:
    return {"energy": {"price": f"{energy} 元/kWh"}, "network": {"price": f"{network} 元/kWh"}}


def province(**changed: Any) -> dict[str, Any]:
    return {
        "title": TITLE,
        "carbon_location": "0.5 kg/kWh",
        "carbon_residual": "0.6 kg/kWh",
        "carbon_marginal": "0.8 kg/kWh",
        "clean_share": 0.25,
        "demand": "6000 亿kWh",
        "load_shape": "zhejiang",
        "wind_shape": "zhejiang",
    } | changed


def hub(**changed: Any) -> dict[str, Any]:
    return {
        "title": TITLE,
        "province": "zhejiang",
        "tariff": "zj",
        "location": {"latitude": "30 deg", "longitude": "120 deg"},
        "weather": {"model": "synthetic", "site": "Hangzhou_CSWD"},
        "connection": {"import_limit": "50 MW"},
        "facility": facility(),
    } | changed


def device(**changed: Any) -> dict[str, Any]:
    return {
        "title": TITLE,
        "stack": "cuda",
        "peak": {"fp16": "300 TFLOPS", "fp32": "20 TFLOPS"},
        "memory": "80 GB",
        "memory_bandwidth": "2 TB/s",
        "devices_per_server": 8,
        "server_idle": "1 kW",
        "server_max": "6 kW",
        "embodied_server": "1500 kg",
        "capex_server": "100 万元",
        "mfu": {"train": {"value": 0.4}},
    } | changed


def cluster(**changed: Any) -> dict[str, Any]:
    return {"title": TITLE, "hub": "a", "device": "x", "servers": 100, "racks": 20} | changed


def target(**changed: Any) -> dict[str, Any]:
    return {
        "title": TITLE,
        "precision": "fp16",
        "rung": "nameplate",
        "date": "2025-02-02T00:00:00+08:00",
        "required": "1 EFLOPS",
        "baseline": "0.7 EFLOPS",
    } | changed


def scenario_dict(sample: int = 1) -> dict[str, Any]:
    certificates = {"title": TITLE, "kind": "certificates", "volume": "3650 MWh", "price": "0.02 元/kWh"}
    battery = {"energy": "4 MWh", "power": "1 MW", "wear_cost": "0.1 元", "capex": "146 万元"}
    return {
        "name": "world",
        "title": TITLE,
        "question": TITLE,
        "simulation": {
            "start": "2025-01-31T00:00:00+08:00",
            "horizon": f"{DAYS} d",
            "fleet_sample": sample,
        },
        "provinces": {
            "zhejiang": province(),
            "jiangsu": province(carbon_residual="0.65 kg/kWh", demand="8000 亿kWh"),
        },
        "tariffs": {
            "zj": {"title": TITLE, "parts": parts("0.5", "0.2"), "demand_charge": "40 元/kW"},
            "js": {
                "title": TITLE,
                "parts": parts("0.4", "0.1"),
                "demand_charge": "30 元/kW",
                "export_price": "0.3 元/kWh",
            },
        },
        "hubs": {
            "a": hub(battery=battery, contracts={"gec": certificates}),
            "b": hub(
                province="jiangsu",
                tariff="js",
                contracts={"gec": certificates | {"volume": "365 MWh", "price": "0.01 元/kWh"}},
            ),
        },
        "devices": {
            "x": device(),
            "y": device(peak={"fp32": "10 TFLOPS"}, devices_per_server=4, capex_server="0 元"),
        },
        "clusters": {
            "a_new": cluster(commissioned="2025-02-01T00:00:00+08:00", counts_for=["zj", "paper"]),
            "a_old": cluster(servers=50, in_baseline=True, counts_for=["zj"], racks=10),
            "b_new": cluster(hub="b", device="y", servers=10, counts_for=["zj"], racks=0),
            "b_x": cluster(hub="b", servers=20, counts_for=["zj"], racks=4),
        },
        "job_classes": {"train": {"title": TITLE, "precision": "fp16", "duty": 0.8}},
        "workload": {"reference_device": "x"},
        "targets": {
            "zj": target(shares={"b_x": 0.25}),
            "paper": target(required="0.2 EFLOPS", baseline="0 EFLOPS"),
        },
        "finance": {"discount_rate": 0.08},
    }


def loaded(sample: int = 1, **changed: Any) -> Loaded:
    return Loaded(Scenario.model_validate(scenario_dict(sample) | changed))


def hours() -> np.ndarray:
    """Hour of the day in which each interval lies."""
    return (np.arange(N) // 4) % 24


def hub_a() -> dict[str, Any]:
    h = hours()
    day, early, late = (h >= 6) & (h < 18), h < 6, h >= 18
    stored_mwh = np.where(early, 1.0 + 0.18 * (np.arange(N) % 96 + 1) / 4, 2.08)
    stored_mwh = np.where(late, 2.08 - 0.18 * (np.arange(N) % 96 - 71) / 4, stored_mwh)
    return {
        "it_w": 3.5 * MW,
        "it_idle_w": 1.0 * MW,
        "it_jobs_w": 2.0 * MW,
        "it_services_w": 0.5 * MW,
        "cooling_w": 0.7 * MW,
        "other_w": 0.3 * MW,
        "facility_w": 4.5 * MW,
        "facility_max_w": 4.6 * MW,
        "cap_w": 50 * MW,
        "pv_available_w": day * MW,
        "pv_used_w": day * MW,
        "contract_available_w": 2 * MW,
        "contract_delivered_w": 2 * MW,
        "contract_premium_cny_per_kwh": 0.03,
        "grid_import_w": np.select([early, day], [2.7 * MW, 1.5 * MW], 2.32 * MW),
        "battery_charge_w": early * 0.2 * MW,
        "battery_discharge_w": late * 0.18 * MW,
        "battery_loss_w": early * 0.02 * MW,
        "energy_stored_j": stored_mwh * 3.6e9,
        "clean_supply_w": np.where(day, 3.0, 2.0) * MW,
        "energy_price_cny_per_kwh": 0.5,
        "ci_location_kg_per_kwh": 0.5,
        "ci_marginal_kg_per_kwh": 0.8,
        "grid_clean_share": 0.25,
        "water_l": 875.0,
        "service_asked_device_s": 50 * 900.0,
        "service_unserved_device_s": 5 * 900.0,
        "running_jobs": 1,
        "held_jobs": 1,
    }


def hub_b() -> dict[str, Any]:
    first = hours() < 12
    return {
        "it_w": 0.8 * MW,
        "it_idle_w": 0.3 * MW,
        "it_jobs_w": 0.5 * MW,
        "cooling_w": 0.15 * MW,
        "other_w": 0.05 * MW,
        "facility_w": 1.0 * MW,
        "facility_max_w": 1.0 * MW,
        "cap_w": 50 * MW,
        "wind_available_w": 0.5 * MW,
        "wind_used_w": 0.5 * MW,
        "grid_export_w": 0.5 * MW,
        "contract_available_w": first * 3 * MW,
        "contract_delivered_w": first * 1 * MW,
        "contract_premium_cny_per_kwh": 0.05,
        "grid_import_w": ~first * 1 * MW,
        "clean_supply_w": first * 1 * MW,
        "energy_price_cny_per_kwh": np.where(first, 0.4, 0.8),
        "ci_location_kg_per_kwh": 0.6,
        "ci_marginal_kg_per_kwh": 0.7,
        "grid_clean_share": 0.25,
        "waiting_jobs": 2,
    }


def stacked(table: str, key: str, parts: dict[str, dict[str, Any]], rows: int = N) -> dict[str, Any]:
    """Columns of a table from what each hub or cluster has; what is not said is 0."""
    columns: dict[str, Any] = {
        key: [name for name in parts for _ in range(rows)],
        "time_s": np.tile(np.arange(rows) * 900.0, len(parts)),
    }
    for column in TABLES[table]:
        if column.name == "cap_cause":
            columns[column.name] = ["power"] * (rows * len(parts))
        elif column.name not in columns:
            # what a hub pays for delivery is in its tariff too: a ledger compares them
            price = DELIVERY if column.name == "delivery_price_cny_per_kwh" else {}
            values = [
                np.broadcast_to(part.get(column.name, price.get(name, 0.0)), rows) for name, part in parts.items()
            ]
            columns[column.name] = np.concatenate(values).astype(float)
    return columns


def rungs(devices: tuple[float, ...], on: np.ndarray | float = 1.0) -> dict[str, Any]:
    names = ("nameplate", "energised", "available", "allocated", "utilised", "effective", "lost")
    return {f"{name}_device_s": count * 900.0 * on for name, count in zip(names, devices, strict=True)}


def cluster_columns() -> dict[str, Any]:
    second_day = (np.arange(N) >= 96) * 1.0
    return stacked(
        "clusters",
        "cluster",
        {
            "a_new": rungs((800, 800, 700, 400, 300, 120, 10), second_day),
            "a_old": rungs((400, 400, 400, 200, 100, 50, 0)),
            "b_new": rungs((40, 40, 40, 40, 20, 10, 0)),
            "b_x": rungs((160, 160, 150, 80, 40, 20, 0)),
        },
    )


JOB_DEFAULTS: dict[str, Any] = {
    "starting_time": None,
    "finish_time": None,
    "deadline_time": None,
    "reason": None,
    "refused_by": None,
    "refused_time": None,
    "hub": None,
    "cluster": None,
    "class": "train",
    "origin": "a",
    "precision": "fp16",
    "devices": 1,
    "milli_devices": 0,
    "stands_for": 1,
    "requested_s": 100.0,
    "work_s": 100.0,
    "asked_device_s": 0.0,
    "executed_device_s": 0.0,
    "lost_device_s": 0.0,
    "held_device_s": 0.0,
    "flop": 0.0,
    "dynamic_energy_j": 0.0,
    "transfer_s": 0.0,
    "moved_byte": 0.0,
    "network_energy_j": 0.0,
    "network_cost_cny": 0.0,
    "consumed_energy_j": None,
    "carbon_kg": None,
    "cost_cny": None,
}


def job_rows() -> list[dict[str, Any]]:
    a, b = {"hub": "a", "cluster": "a_old"}, {"hub": "b", "cluster": "b_x", "origin": "b"}
    return [
        {
            "job_id": "j1",
            "submission_time": 0.0,
            "starting_time": 3600.0,
            "finish_time": 90000.0,
            **a,
            "final_state": "finished",
            "devices": 100,
            "stands_for": 10,
            "asked_device_s": 8.64e6,
            "executed_device_s": 8.64e6 + 500,
            "lost_device_s": 500.0,
            "held_device_s": 8.64e6,
            "dynamic_energy_j": 1.0e11,
            "deadline_time": 80000.0,
        },
        {
            "job_id": "j2",
            "submission_time": -7200.0,
            "starting_time": -3600.0,
            **a,
            "final_state": "running",
            "devices": 100,
            "asked_device_s": 1e8,
            "executed_device_s": 1.728e7,
            "held_device_s": 1.728e7,
            "dynamic_energy_j": 2.456e11,
        },
        {
            "job_id": "j3",
            "submission_time": 500.0,
            "starting_time": 1000.0,
            "finish_time": 101000.0,
            **b,
            "final_state": "killed",
            "reason": "walltime",
            "devices": 4,
            "asked_device_s": 1e6,
            "executed_device_s": 4e5,
            "lost_device_s": 1e5,
            "held_device_s": 4e5,
            "dynamic_energy_j": 8.64e10,
        },
        {
            "job_id": "j4",
            "submission_time": 170000.0,
            **b,
            "final_state": "waiting",
            "asked_device_s": 5000.0,
        },
        {
            "job_id": "j5",
            "submission_time": 100.0,
            "final_state": "rejected",
            "reason": "too large",
            "asked_device_s": 9e9,
            "finish_time": 100.0,
        },
        {
            "job_id": "j6",
            "submission_time": 200.0,
            "final_state": "held",
            "asked_device_s": 70.0,
            "deadline_time": 300.0,
        },
        {
            "job_id": "j7",
            "submission_time": 10.0,
            "starting_time": 20.0,
            **b,
            "final_state": "suspended",
            "held_device_s": 1000.0,
            "executed_device_s": 1000.0,
            "asked_device_s": 4000.0,
        },
        {
            "job_id": "j8",
            "submission_time": 2000.0,
            "starting_time": 2006.0,
            "finish_time": 2010.0,
            **b,
            "final_state": "finished",
            "held_device_s": 4.0,
            "asked_device_s": 4.0,
            "executed_device_s": 4.0,
            "deadline_time": 2010.0,
        },
    ]


def job_columns(rows: list[dict[str, Any]]) -> dict[str, Any]:
    whole = [JOB_DEFAULTS | row for row in rows]
    for row in whole:
        start, finish, submit = row["starting_time"], row["finish_time"], row["submission_time"]
        undone = row["asked_device_s"] - row["executed_device_s"] + row["lost_device_s"]
        row.setdefault("remaining_device_s", 0.0 if row["final_state"] == "rejected" else undone)
        row["waiting_time"] = None if start is None else start - submit
        row["turnaround_time"] = None if finish is None else finish - submit
    return {column.name: [row[column.name] for row in whole] for column in TABLES["jobs"]}


def step_columns() -> dict[str, Any]:
    return stacked("steps", "hub", {"a": hub_a(), "b": hub_b()})


def sampled_servers(clusters: list[str], sample: int) -> np.ndarray | int:
    """Planned over simulated servers of the cluster of each row."""
    if sample == 1:
        return 1
    planned = {name: cluster["servers"] for name, cluster in scenario_dict()["clusters"].items()}
    return np.array([planned[name] / max(1, round(planned[name] / sample)) for name in clusters])


def empty(table: str) -> pa.Table:
    return table_from_arrays(table, {column.name: [] for column in TABLES[table]})


def records(
    *,
    steps: dict[str, Any] | None = None,
    clusters: dict[str, Any] | None = None,
    jobs: list[dict[str, Any]] | None = None,
    sample: int = 1,
) -> Records:
    """
    Records of the world; `sample` divides all that grows with the fleet, as a sampled run emits it.

    The devices of a cluster are divided by its planned over its simulated servers: a sample holds whole servers.
    """
    columns = {
        "steps": step_columns() if steps is None else steps,
        "clusters": cluster_columns() if clusters is None else clusters,
        "jobs": job_columns(job_rows() if jobs is None else jobs),
    }
    for table, content in columns.items():
        divisor = sampled_servers(content["cluster"], sample) if table == "clusters" else sample
        for column in TABLES[table]:
            if column.unit in EXTENSIVE and column.name != "consumed_energy_j":
                content[column.name] = np.asarray(content[column.name], dtype=float) / divisor
    made = {table: table_from_arrays(table, content) for table, content in columns.items()}
    return Records(**made, events=empty("events"), directives=empty("directives"))
