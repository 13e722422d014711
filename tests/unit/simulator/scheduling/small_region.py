"""A real scenario of few clusters, in round numbers, driven through the real kernel; facility power is IT power."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from simulator import region as region_room
from simulator.region import Region
from simulator.scenario import Scenario
from simulator.scheduling import (
    CAUSE_NAMES,
    CLUSTER_COLUMNS,
    EVENT_NAMES,
    HUB_COLUMNS,
    STATE_NAMES,
    Directive,
    Kernel,
    World,
    make_world,
)
from simulator.scheduling.kernel.power import CAP_MARGIN
from simulator.workload.model import FINISHED, IdBlock, JobIds, Jobs, Routes, Services, Workload

T = {"zh": "测试", "en": "test"}
NO_LIMIT_W = 1e12
CLUSTER_KEYS = ("commissioned", "queue", "frequency", "power_cap", "power_down", "failures")
TERA = 1e12
Options = Mapping[str, Any]


def scenario(
    clusters: Mapping[str, Options] | None = None,
    classes: Mapping[str, Options] | None = None,
    services: Mapping[str, Options] | None = None,
    **more: Any,
) -> Scenario:
    """
    Clusters of servers of one device each, 100 W idle and 100 W more a busy device, at hub "h" unless said.

    A device does 1 TFLOPS at MFU 0.5, slows to half the speed at 0.4 of the dynamic power, and is the reference
    device. Class "work" is not preemptible, "spare" is; class "serve" is for services.
    """
    clusters = clusters or {"c": {}}
    classes = {"work": {}, "spare": {"preemptible": True}, "serve": {}} | dict(classes or {})
    services = services or {}
    hubs = sorted({options.get("hub", "h") for options in clusters.values()} | set(more.pop("hubs", ())))
    return Scenario.model_validate(
        {
            "name": "small",
            "title": T,
            "question": T,
            "simulation": {"start": "2025-01-01T00:00:00+08:00", "horizon": "1 d", "warm_up": "0 s"},
            "provinces": {"p": _province()},
            "tariffs": {"t": {"title": T, "parts": {"energy": {"price": "1 CNY/kWh"}}}},
            "hubs": {name: _hub() for name in hubs},
            "devices": {f"d_{name}": _device(options, classes) for name, options in clusters.items()},
            "clusters": {name: _cluster(name, options) for name, options in clusters.items()},
            "job_classes": {
                name: {"title": T, "precision": "fp16", "duty": 1.0, **options} for name, options in classes.items()
            },
            "workload": {
                "reference_device": f"d_{min(clusters)}",
                "services": {name: _service(options) for name, options in services.items()},
            },
            **more,
        }
    )


def _province() -> dict[str, Any]:
    factors = {f"carbon_{name}": "0.5 kg/kWh" for name in ("location", "residual", "marginal")}
    shapes = {"load_shape": "zhejiang", "wind_shape": "zhejiang"}
    return {"title": T, "clean_share": 0.3, "demand": "100 TWh"} | shapes | factors


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


def _device(options: Options, classes: Mapping[str, Options]) -> dict[str, Any]:
    per_server, idle_w = options.get("per_server", 1), options.get("idle_w", 100)
    return {
        "title": T,
        "stack": "cuda",
        "peak": {"fp16": options.get("peak", "1 TFLOPS")},
        "memory": "1 GB",
        "memory_bandwidth": "1 GB/s",
        "devices_per_server": per_server,
        "server_idle": f"{idle_w} W",
        "server_max": f"{idle_w + options.get('device_w', 100) * per_server} W",
        "speed_min": options.get("speed_min", 0.5),
        "power_at_speed_min": options.get("low_power", 0.4),
        "mfu": {name: {"value": 0.5} for name in options.get("runs", classes)},
    }


def _cluster(name: str, options: Options) -> dict[str, Any]:
    given = {"title": T, "hub": options.get("hub", "h"), "device": f"d_{name}", "servers": options.get("servers", 1)}
    return given | {key: options[key] for key in CLUSTER_KEYS if key in options}


def _service(options: Options) -> dict[str, Any]:
    given = {"title": T, "hub": "h", "job_class": "serve", "demand": "1 TFLOPS", "day_shape": "flat"}
    return given | {"target_duty": 1.0} | options


class Job(NamedTuple):
    """A job as a test writes it."""

    submit_s: float
    work_s: float
    devices: int = 1
    kind: str = "work"
    origin: str = "h"
    requested_s: float | None = None
    priority: int = 0
    outcome: int = FINISHED
    deadline_s: float = np.inf
    milli: int = 0


def workload(spec: Scenario, jobs: Sequence[Job]) -> Workload:
    """The jobs in the order given, which must be that of submission; services ask nothing until told."""
    routes = sorted({(job.kind, job.origin) for job in jobs})
    count = len(jobs)
    columns = Jobs(
        job_id=JobIds((IdBlock(""),), np.zeros(count, dtype=np.int16), np.arange(count)),
        submit_s=np.array([job.submit_s for job in jobs], dtype=float),
        work_s=np.array([job.work_s for job in jobs], dtype=float),
        requested_s=np.array([job.requested_s or job.work_s for job in jobs], dtype=float),
        devices=np.array([job.devices for job in jobs], dtype=np.int64),
        route=np.array([routes.index((job.kind, job.origin)) for job in jobs], dtype=np.int32),
        priority=np.array([job.priority for job in jobs], dtype=np.int32),
        deadline_s=np.array([job.deadline_s for job in jobs], dtype=float),
        outcome=np.array([job.outcome for job in jobs], dtype=np.int8),
        stands_for=np.ones(count, dtype=np.int64),
        milli=np.array([job.milli for job in jobs], dtype=np.int64),
    )
    named = sorted(spec.workload.services.items())
    asked = np.zeros((len(named), 96))
    services = Services(tuple(n for n, _ in named), tuple(s.hub for _, s in named), ("serve",) * len(named), asked)
    return Workload(Routes(tuple(r[0] for r in routes), tuple(r[1] for r in routes)), columns, services, {}, ())


class Event(NamedTuple):
    """One line of the log; `job` is -1 and `cluster` "" where there is none."""

    time_s: float
    kind: str
    cluster: str
    job: int
    cause: str
    value: float


@dataclass
class Interval:
    """What an interval that was closed says: rows by hub and by cluster."""

    hub: np.ndarray
    cluster: np.ndarray

    def at(self, column: str, hub: int = 0) -> float:
        """Return one of `HUB_COLUMNS` of a hub."""
        return float(self.hub[hub, HUB_COLUMNS.index(column)])


class Small:
    """
    A kernel on a small region.

    Parameters
    ----------
    spec : Scenario
    jobs : sequence of Job
    cap_w : float or sequence of float
        Of the first interval, one for all hubs or one a hub. [W]
    commission : bool
        Put all clusters into service at once.
    """

    def __init__(
        self,
        spec: Scenario,
        jobs: Sequence[Job] = (),
        *,
        cap_w: float | Sequence[float] = NO_LIMIT_W,
        asked_tflops: Sequence[float] = (),
        commission: bool = True,
    ) -> None:
        self.region: Region = region_room.build(spec)
        self.kernel = Kernel(make_world(spec, self.region, workload(spec, jobs), 2))
        self.open(cap_w, asked_tflops)
        if commission:
            for cluster in range(len(self.region.clusters)):
                self.kernel.commission(cluster)
            self.open(cap_w, asked_tflops)

    @property
    def world(self) -> World:
        """The world as it is now."""
        return self.kernel.world

    @property
    def power_w(self) -> np.ndarray:
        """IT power by hub. [W]"""
        return self.world.power[:, 0].copy()

    @property
    def states(self) -> list[str]:
        """State of each job."""
        return [STATE_NAMES[code] for code in self.world.jobs.state]

    @property
    def placed(self) -> list[str]:
        """Cluster of each job, "" where it has none."""
        return [self.region.clusters[c] if c >= 0 else "" for c in self.world.jobs.cluster]

    @property
    def events(self) -> list[Event]:
        """The log so far, commissioning left out."""
        log = self.world.log[: self.world.clock[0].logged]
        lines = [
            Event(
                float(line.time_s),
                EVENT_NAMES[line.code],
                self.region.clusters[line.cluster] if line.cluster >= 0 else "",
                int(line.job),
                CAUSE_NAMES[line.cause],
                float(line.value),
            )
            for line in log
        ]
        return [line for line in lines if line.kind != "commission"]

    def open(self, cap_w: float | Sequence[float] = NO_LIMIT_W, asked_tflops: Sequence[float] = ()) -> None:
        """Start an interval with a facility that adds nothing to IT power; effective demand by service."""
        hubs = len(self.region.hubs)
        asked = np.zeros(len(self.world.services))
        asked[: len(asked_tflops)] = np.asarray(asked_tflops, dtype=float) * TERA
        curve = (np.tile([0.0, 1e6], (hubs, 1)), np.zeros((hubs, 2)), np.zeros((hubs, 2)))
        self.kernel.open_interval(np.broadcast_to(np.asarray(cap_w, dtype=float), (hubs,)).copy(), curve, asked)

    def to(self, time_s: float) -> Small:
        """Let time pass up to an instant whose ends are done and whose starts are not."""
        self.kernel.advance(time_s)
        return self

    def direct(self, score: Any, load_weight: float = 0.0) -> None:
        """Put a directive in force."""
        routes, clusters = self.world.routes.shape
        table = np.broadcast_to(np.asarray(score, dtype=float), (routes, clusters))
        self.kernel.direct(Directive(table, np.full(routes, load_weight)))

    def close(self) -> Interval:
        """Close the interval."""
        hubs, clusters = len(self.region.hubs), len(self.region.clusters)
        rows = Interval(np.zeros((hubs, len(HUB_COLUMNS))), np.zeros((clusters, len(CLUSTER_COLUMNS))))
        self.kernel.close_interval(rows.hub, rows.cluster)
        return rows


def cap_for(power_w: float) -> float:
    """Return a cap under which a power just fits: the kernel aims at caps from 1e-9 below. [W]"""
    return power_w * (1.0 + 2.0 * CAP_MARGIN)
