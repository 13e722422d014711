"""
The smallest world a replay needs: one hub, one cluster of devices that cost next to nothing to run.

The kernel always thinks in hubs, watts and job classes. Here they are chosen so that they never bind: one work second
is one wall second, the connection is far above what all devices draw, and no figure of power is written. Quantities
are numbers in the canonical unit, as in a manifest: a replay then needs no units package, which is slow to load.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator import region
from simulator.scenario import CANONICAL, Scenario
from simulator.scheduling import Kernel, make_world
from simulator.workload import Workload

HUB, CLUSTER, JOB_CLASS = "site", "cluster", "job"
_TITLE = {"zh": "回放", "en": "replay"}
_CAP_W = 1e12  # far above the 1 W a device draws


def cluster_scenario(servers: int, per_server: int, queue: str) -> Scenario:
    """
    Return a scenario of one cluster, checked by the same models as any scenario file.

    Parameters
    ----------
    servers, per_server : int
    queue : str
        Discipline.

    Returns
    -------
    Scenario
    """
    return Scenario.model_validate(
        {
            "name": "replay",
            "title": _TITLE,
            "question": _TITLE,
            "simulation": {"start": "2000-01-01T00:00:00+08:00", "horizon": 86_400.0, "warm_up": 0.0},
            "provinces": {"province": _province()},
            "tariffs": {"tariff": {"title": _TITLE, "parts": {"energy": {"price": 1.0}}}},
            "hubs": {HUB: _hub()},
            "devices": {"device": _device(per_server)},
            "clusters": {
                CLUSTER: {
                    "title": _TITLE,
                    "hub": HUB,
                    "device": "device",
                    "servers": servers,
                    "queue": {"discipline": queue},
                }
            },
            "job_classes": {JOB_CLASS: {"title": _TITLE, "precision": "fp16", "duty": 1.0}},
            "workload": {"reference_device": "device"},
        },
        context=CANONICAL,
    )


def _device(per_server: int) -> dict[str, Any]:
    return {
        "title": _TITLE,
        "stack": "cuda",
        "peak": {"fp16": 1e12},
        "memory": 1e9,
        "memory_bandwidth": 1e9,
        "devices_per_server": per_server,
        "server_idle": 0.0,
        "server_max": float(per_server),
        "mfu": {JOB_CLASS: {"value": 1.0}},
    }


def _province() -> dict[str, Any]:
    carbon = {f"carbon_{basis}": 0.5 for basis in ("location", "residual", "marginal")}
    shapes = {"load_shape": "zhejiang", "wind_shape": "zhejiang"}
    return {"title": _TITLE, "clean_share": 0.3, "demand": 3.6e17} | carbon | shapes


def _hub() -> dict[str, Any]:
    shares = dict.fromkeys(("fan_pump_share", "ups_loss_share", "fixed_share"), 0.01)
    plant = {"free_cooling_wet_bulb_c": 10.0, "chiller_wet_bulb_c": 25.0, "chiller_cop": 5.0}
    return {
        "title": _TITLE,
        "province": "province",
        "tariff": "tariff",
        "location": {"latitude": 30.0, "longitude": 120.0},
        "weather": {"model": "synthetic", "site": "Hangzhou_CSWD"},
        "connection": {"import_limit": _CAP_W},
        "facility": plant | shares,
    }


def start_kernel(scenario: Scenario, workload: Workload) -> Kernel:
    """
    Return a kernel whose cluster is in service from time 0.

    Parameters
    ----------
    scenario : Scenario
        From `cluster_scenario`.
    workload : Workload
        Submissions from time 0 on.

    Returns
    -------
    Kernel
    """
    kernel = Kernel(make_world(scenario, region.build(scenario), workload, 2, metered=False))
    curve = (np.array([[0.0, 2.0 * _CAP_W]]), np.zeros((1, 2)), np.zeros((1, 2)))  # no cooling, no losses
    kernel.open_interval(np.array([_CAP_W]), curve, np.zeros(0))
    kernel.commission(0)
    kernel.advance(0.0)  # loads the compiled code, and starts what is submitted at 0
    return kernel
