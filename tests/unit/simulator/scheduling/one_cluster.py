"""A real scenario of one hub and one cluster, small enough to work out by hand, driven through the real kernel."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator import region as region_room
from simulator.scenario import Scenario
from simulator.scheduling import CLUSTER_COLUMNS, HUB_COLUMNS, Kernel, make_world
from simulator.workload.model import IdBlock, JobIds, Jobs, Routes, Services, Workload

T = {"zh": "测试", "en": "test"}


def scenario(servers: int = 8, per_server: int = 1, services: int = 0, **job_class: Any) -> Scenario:
    """One cluster of `servers`; 100 W idle a server, 100 W more a device at duty 1; work seconds are wall seconds."""
    classes = {"work": {"title": T, "precision": "fp16", "duty": 1.0} | job_class}
    classes["serve"] = {"title": T, "precision": "fp16", "duty": 1.0}
    device = {
        "title": T,
        "stack": "cuda",
        "peak": {"fp16": "1 TFLOPS"},
        "memory": "1 GB",
        "memory_bandwidth": "1 GB/s",
        "devices_per_server": per_server,
        "server_idle": "100 W",
        "server_max": f"{100 + 100 * per_server} W",
        "speed_min": 0.5,
        "power_at_speed_min": 0.4,
        "mfu": {"work": {"value": 0.5}, "serve": {"value": 0.5}},
    }
    return Scenario.model_validate(
        {
            "name": "one",
            "title": T,
            "question": T,
            "simulation": {"start": "2025-01-01T00:00:00+08:00", "horizon": "1 d", "warm_up": "0 s"},
            "provinces": {"p": _province()},
            "tariffs": {"t": {"title": T, "parts": {"energy": {"price": "1 CNY/kWh"}}}},
            "hubs": {"h": _hub()},
            "devices": {"d": device},
            "clusters": {"c": {"title": T, "hub": "h", "device": "d", "servers": servers}},
            "job_classes": classes,
            "workload": {
                "reference_device": "d",
                "services": {f"s{i}": _service() for i in range(services)},
            },
        }
    )


def _province() -> dict[str, Any]:
    factors = {f"carbon_{name}": "0.5 kg/kWh" for name in ("location", "residual", "marginal")}
    return {
        "title": T,
        "clean_share": 0.3,
        "demand": "100 TWh",
        "load_shape": "zhejiang",
        "wind_shape": "zhejiang",
    } | factors


def _hub() -> dict[str, Any]:
    facility = {
        "free_cooling_wet_bulb_c": 10.0,
        "chiller_wet_bulb_c": 25.0,
        "chiller_cop": 5.0,
        "fan_pump_share": 0.05,
        "ups_loss_share": 0.05,
        "fixed_share": 0.02,
    }
    return {
        "title": T,
        "province": "p",
        "tariff": "t",
        "location": {"latitude": "30 deg", "longitude": "120 deg"},
        "weather": {"model": "synthetic", "site": "Hangzhou_CSWD"},
        "connection": {"import_limit": "1 GW"},
        "facility": facility,
    }


def _service() -> dict[str, Any]:
    return {
        "title": T,
        "hub": "h",
        "job_class": "serve",
        "demand": "1 TFLOPS",
        "day_shape": "flat",
        "target_duty": 1.0,
    }


def workload(
    rows: list[tuple[float, float, int]],
    *,
    requested: list[float] | None = None,
    priority: list[int] | None = None,
    services: int = 0,
) -> Workload:
    """Jobs as (submit, run time, devices), ids 0, 1, 2 ... in the order given."""
    submit, work, devices = (np.array(column) for column in zip(*rows, strict=True)) if rows else (np.zeros(0),) * 3
    return workload_of(submit, work, devices, requested=requested, priority=priority, services=services)


def workload_of(
    submit_s: np.ndarray,
    work_s: np.ndarray,
    devices: np.ndarray,
    *,
    requested: list[float] | None = None,
    priority: list[int] | None = None,
    services: int = 0,
) -> Workload:
    """The same from columns."""
    n = len(submit_s)
    jobs = Jobs(
        job_id=JobIds((IdBlock(""),), np.zeros(n, dtype=np.int16), np.arange(n)),
        submit_s=submit_s.astype(float),
        work_s=work_s.astype(float),
        requested_s=np.array(requested if requested is not None else work_s, dtype=float),
        devices=devices.astype(np.int64),
        route=np.zeros(n, dtype=np.int32),
        priority=np.array(priority if priority is not None else [0] * n, dtype=np.int32),
        deadline_s=np.full(n, np.inf),
        outcome=np.ones(n, dtype=np.int8),
        stands_for=np.ones(n, dtype=np.int64),
    )
    names = tuple(f"s{i}" for i in range(services))
    given = Services(names, ("h",) * services, ("serve",) * services, np.zeros((services, 96)))
    return Workload(Routes(("work",), ("h",)), jobs, given, {}, ())


def kernel(spec: Scenario, work: Workload, *, cap_w: float = 1e12) -> Kernel:
    """A kernel whose cluster is in service under a cap, with a facility that adds nothing to IT power."""
    made = Kernel(make_world(spec, region_room.build(spec), work, 2))
    open_interval(made, cap_w)
    made.commission(0)
    return made


def open_interval(made: Kernel, cap_w: float, asked_flops: float = 0.0) -> None:
    """Start an interval with no cooling and no losses, so that facility power is IT power."""
    asked = np.full(len(made.world.services.hub), asked_flops)
    curve = (np.array([[0.0, 1e6]]), np.zeros((1, 2)), np.zeros((1, 2)))
    made.open_interval(np.array([cap_w]), curve, asked)


def close(made: Kernel) -> tuple[np.ndarray, np.ndarray]:
    """Close the interval: the hub's row and the cluster's."""
    hub, cluster = np.zeros((1, len(HUB_COLUMNS))), np.zeros((1, len(CLUSTER_COLUMNS)))
    made.close_interval(hub, cluster)
    return hub[0], cluster[0]
