"""How far the declared range of an assumption could pull each headline number, to first order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simulator.reporting.assumptions import Assumption, class_share, fleet_share, width
from simulator.reporting.study import main_precision

if TYPE_CHECKING:
    from simulator.reporting.study import Study, main_precision

# which fields move a headline number, by pattern of their path; the strongest is shown for each, none of them twice
HEADLINES = {
    "target": r"clusters\.[^.]+\.servers$|devices\.[^.]+\.peak\.",
    "energy": r"devices\.[^.]+\.server_(idle|max)$|job_classes\.[^.]+\.(draw|duty)$|clusters\.[^.]+\.servers$"
    r"|workload\.jobs\.[^.]+\.fill$|workload\.services\.[^.]+\.demand$",
    "clean": r"hubs\.[^.]+\.contracts\.[^.]+\.capacity$|hubs\.[^.]+\.(pv|wind)\.capacity$"
    r"|hubs\.[^.]+\.battery\.energy$",
}


def strongest(study: Study, assumed: list[Assumption]) -> list[tuple[str, Assumption, float]]:
    """
    Choose for each headline number the assumption that could pull it furthest.

    Parameters
    ----------
    study : Study
        The run.
    assumed : list of Assumption
        All of them, as `assumptions` gives them.

    Returns
    -------
    list of (str, Assumption, float)
        ``target``, ``energy`` or ``clean``, its assumption, and the pull: the width of the declared range over the
        value, times the part of the headline number that rests on the field. This is a straight line through one
        run, not a run at the low and the high.
    """
    found: list[tuple[str, Assumption, float]] = []
    for headline, pattern in HEADLINES.items():
        best, pull = None, 0.0
        for item in assumed:
            paths = [path for path in item.paths if re.match(pattern, path)]
            part = sum(_part(headline, path.split("."), study) for path in paths)
            strength = width(item.written, item.low, item.high) * min(1.0, part)
            if strength > pull and item not in (chosen for _, chosen, _ in found):
                best, pull = item, strength
        if best:
            found.append((headline, best, pull))
    return found


def _part(headline: str, steps: list[str], study: Study) -> float:
    """Return the part of a headline number that rests on a field, 0 to 1."""
    parts = {"target": _of_target, "energy": _of_energy, "clean": _of_clean}
    return parts[headline](steps, study)


def counted_eflops(study: Study) -> dict[str, float]:
    """Return what each cluster adds at nameplate to the first target, or to the main precision without one. [EFLOPS]"""
    targets = study.summary.get("targets", [])
    scenario, precision = study.scenario, main_precision(study)
    shares = targets[0].get("clusters", {}) if targets else dict.fromkeys(scenario.clusters, 1.0)
    worth = {}
    for name, share in shares.items():
        cluster = scenario.clusters[name]
        device = scenario.devices[cluster.device]
        worth[name] = share * cluster.servers * device.devices_per_server * device.peak.get(precision, 0.0) / 1e18
    return worth


def _of_target(steps: list[str], study: Study) -> float:
    targets, counted = study.summary.get("targets", []), counted_eflops(study)
    total = float(targets[0]["counted_eflops"] or 0.0) if targets else sum(counted.values())
    if steps[0] == "clusters":
        part = counted.get(steps[1], 0.0)
    else:
        on_device = [name for name in counted if study.scenario.clusters[name].device == steps[1]]
        part = sum(counted[name] for name in on_device) if steps[3] == main_precision(study) else 0.0
    return part / total if total else 0.0


def _of_energy(steps: list[str], study: Study) -> float:
    """Overhead follows the IT load, so the part of the IT energy is the part of the facility's."""
    energy = study.summary["energy"]
    it = energy["it_gwh"] or 1.0
    idle, jobs, services = (energy.get(f"it_{kind}_gwh") or 0.0 for kind in ("idle", "jobs", "services"))
    if steps[0] == "clusters":
        return fleet_share(study, cluster=steps[1])
    if steps[0] == "devices" and steps[2] == "server_idle":
        return idle / it * _idle_share(study, steps[1])
    if steps[0] == "devices":
        return (jobs + services) / it * fleet_share(study, device=steps[1])
    if steps[0] == "job_classes":
        served = {service.job_class for service in study.scenario.workload.services.values()}
        return services / it if steps[1] in served else jobs / it * class_share(steps[1], study)
    return (services if steps[1] == "services" else jobs) / it


def _idle_share(study: Study, device: str) -> float:
    """Return the part of all servers' idle power that stands in one kind of device."""
    power = dict.fromkeys(study.scenario.devices, 0.0)
    for cluster in study.scenario.clusters.values():
        power[cluster.device] += cluster.servers * study.scenario.devices[cluster.device].server_idle
    return power[device] / (sum(power.values()) or 1.0)


def _of_clean(steps: list[str], study: Study) -> float:
    """Return the part of all clean energy used that a plant or battery gives; contracts of a hub by their capacity."""
    total = study.summary["energy"]
    used = sum(total.get(f"{kind}_gwh") or 0.0 for kind in ("contract", "direct_green", "pv_used", "wind_used"))
    hub: dict[str, Any] = study.summary["hubs"][steps[1]]["energy"]
    if steps[2] == "contracts":
        capacities = {name: contract.capacity for name, contract in study.scenario.hubs[steps[1]].contracts.items()}
        gwh = (hub.get("contract_gwh") or 0.0) * capacities[steps[3]] / (sum(capacities.values()) or 1.0)
    else:
        keys = {"pv": "pv_used_gwh", "wind": "wind_used_gwh", "battery": "battery_discharge_gwh"}
        gwh = hub.get(keys[steps[2]]) or 0.0
    return gwh / used if used else 0.0
