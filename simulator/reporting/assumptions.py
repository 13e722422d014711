"""The declared assumptions of a scenario, which of them are in use, and how much each can move the answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.reporting.study import DAY_S, main_precision

if TYPE_CHECKING:
    from simulator.reporting.study import Study

# what moves money, embodied carbon, water or waits, but neither EFLOPS nor power nor the clean share
BESIDE_THE_ANSWER = (
    "capex",
    "embodied",
    "lifetime",
    "wear_cost",
    "price",
    "evaporation",
    "carbon_",
    "demand_charge",
    "delivery",
    "voltages",
    "high_use",
    "discount_rate",
    "capacity_charge",
    "parts",
    "ratios",
    "rack",
    "memory",
    "noise",
    "burstiness",
    "request_factor",
    "latency",
    "checkpoint",
    "restore",
    "slack",
    "speed_min",
)
BOUNDS = ("low", "high")
QUANTITY = re.compile(r"\s*([-+]?\d[\d,_]*\.?\d*(?:[eE][-+]?\d+)?)\s*([^\d-]*)$")


@dataclass(frozen=True)
class Assumption:
    """Equal assumptions of some fields: value, range and reason as written; weight 0 = beside the answer."""

    paths: tuple[str, ...]
    written: str
    low: str
    high: str
    why: str
    weight: float


def assumptions(study: Study) -> list[Assumption]:
    """
    Collect the declared assumptions that are in use, the strongest first.

    Strength is the relative width of the declared range times the part of the fleet or the work that it
    touches; fields that touch neither EFLOPS nor power nor clean energy have none.
    """
    groups: dict[tuple[str, str, str, str], list[str]] = {}
    for path, origin in study.loaded.provenance.items():
        if origin.kind == "assumed" and in_use(path, study) and not _is_bound(path, study):
            low, high = (_bound(path, origin, bound, study) for bound in BOUNDS)
            groups.setdefault((str(origin.written), low, high, origin.why), []).append(path.removesuffix(".value"))
    found = [
        Assumption(tuple(paths), *key, weight=width(*key[:3]) * min(1.0, sum(_reach(path, study) for path in paths)))
        for key, paths in groups.items()
    ]
    return sorted(found, key=lambda item: (-item.weight, item.paths))


def in_use(path: str, study: Study) -> bool:
    """Return whether a field belongs to something the scenario uses; catalogues hold more than that."""
    scenario, steps = study.scenario, path.split(".")
    used = {
        "devices": {c.device for c in scenario.clusters.values()} | {scenario.workload.reference_device},
        "provinces": {hub.province for hub in scenario.hubs.values()},
        "tariffs": {hub.tariff for hub in scenario.hubs.values()},
        "job_classes": _classes(scenario),
    }
    if steps[0] == "devices" and len(steps) > 3 and steps[2] == "mfu" and steps[3] not in used["job_classes"]:
        return False
    return steps[0] not in used or steps[1] in used[steps[0]]


def _classes(scenario: Any) -> set[str]:
    """Return the job classes that jobs or services of the scenario have."""
    names = {service.job_class for service in scenario.workload.services.values()}
    for work in scenario.workload.jobs.values():
        names |= set(work.mix) if work.model == "synthetic" else {work.job_class, *work.class_by_queue.values()}
    return names


def _is_bound(path: str, study: Study) -> bool:
    """Return whether a path is the low or high beside a value that is a field of its own (MFU)."""
    stem, _, last = path.rpartition(".")
    return last in BOUNDS and f"{stem}.value" in study.loaded.provenance


def _bound(path: str, origin: Any, which: str, study: Study) -> str:
    found = getattr(origin, which)
    if found is None and path.endswith(".value"):
        beside = study.loaded.provenance.get(f"{path.removesuffix('.value')}.{which}")
        found = beside.written if beside else None
    return "" if found is None else str(found)


def width(written: str, low: str, high: str) -> float:
    """Return (high - low) / value of texts in one unit, else 0."""
    parts = [QUANTITY.match(text) for text in (written, low, high)]
    if not all(parts) or len({part[2].strip() for part in parts if part}) > 1:
        return 0.0
    value, least, most = (float(part[1].replace(",", "").replace("_", "")) for part in parts if part)
    return (most - least) / abs(value) if value else 0.0


def _reach(path: str, study: Study) -> float:
    """Return which part of the fleet or work a field touches, 0 to 1."""
    steps = path.split(".")
    if any(word in step for step in steps for word in BESIDE_THE_ANSWER):
        return 0.0
    if steps[0] == "devices":
        return _device_reach(steps, study)
    if steps[0] == "job_classes":
        return class_share(steps[1], study)
    if steps[0] == "clusters":
        return fleet_share(study, cluster=steps[1])
    if steps[0] == "hubs":
        return fleet_share(study, hub=steps[1]) * _hub_reach(steps, study)
    if steps[0] == "workload":
        return _work_reach(steps, study)
    return 0.0 if steps[0] in ("simulation", "provinces", "rules") else 1.0


def _hub_reach(steps: list[str], study: Study) -> float:
    """Return how much of a hub's power or energy a field of its site touches."""
    hub, horizon_s = study.scenario.hubs[steps[1]], study.scenario.simulation.horizon
    limit_w = hub.connection.limit_w
    if steps[2] == "facility":
        return 1.0 - 1.0 / float(study.summary["energy"]["pue"])  # it moves the overhead, not the IT load
    if steps[2] == "battery":
        return min(1.0, hub.battery.energy / (limit_w * DAY_S))
    if steps[2] in ("pv", "wind"):
        return min(1.0, getattr(hub, steps[2]).capacity / limit_w)
    if steps[2] == "contracts":
        contract = hub.contracts[steps[3]]
        return min(1.0, contract.capacity / limit_w + contract.volume / (limit_w * horizon_s))
    return 1.0


def _device_reach(steps: list[str], study: Study) -> float:
    if steps[2] == "peak" and steps[3] != main_precision(study):
        return 0.0
    share = class_share(steps[3], study) if steps[2] == "mfu" else 1.0
    return share * fleet_share(study, device=steps[1])


def fleet_share(study: Study, **chosen: str) -> float:
    """Return the part of all servers' full power in a hub, a cluster or of a device."""
    scenario, total, part = study.scenario, 0.0, 0.0
    for name, cluster in scenario.clusters.items():
        power = cluster.servers * scenario.devices[cluster.device].server_max
        total += power
        if chosen in ({"cluster": name}, {"hub": cluster.hub}, {"device": cluster.device}):
            part += power
    return part / total if total else 0.0


def class_share(name: str, study: Study) -> float:
    mixes = [getattr(work, "mix", {}) for work in study.scenario.workload.jobs.values()]
    return max((mix[name].device_hours_share for mix in mixes if name in mix), default=0.0)


def _work_reach(steps: list[str], study: Study) -> float:
    """Return the part of the work: of a service the devices that it asks for, of jobs what they fill."""
    scenario = study.scenario
    if steps[1] == "services":
        service = scenario.workload.services[steps[2]]
        kind = scenario.job_classes[service.job_class]
        peak = 0.0
        for cluster in scenario.clusters.values():
            device = scenario.devices[cluster.device]
            mfu = device.mfu.get(service.job_class)
            count = cluster.servers * device.devices_per_server
            peak += count * device.peak.get(kind.precision, 0.0) * (mfu.value if mfu else 0.0)
        return min(1.0, service.demand / service.target_duty / peak) if peak else 0.0
    return float(getattr(scenario.workload.jobs[steps[2]], "fill", 1.0)) if steps[1] == "jobs" else 1.0
