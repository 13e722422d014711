"""From a scenario's hubs, clusters and devices to arrays: one row a cluster, one column a kind of work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from energy_models import server
from simulator.region.clocks import clock_of, power_share, range_left, work_speed
from simulator.region.network import Network, data_network
from simulator.region.outages import Outages, draw_outages

if TYPE_CHECKING:
    from simulator.scenario import Cluster, Device, JobClass, Scenario


@dataclass(frozen=True)
class Region:
    """
    The fleet as arrays. Hubs and clusters are sorted by name, so that the order of a YAML file decides nothing.

    A *kind* is a job class or, after the classes, an online service: what decides power, duty and speed.

    Attributes
    ----------
    hubs, clusters, kinds : tuple of str
    job_class, service : tuple of str, shape (kinds,)
        The class each kind behaves like; the service it is, "" for jobs.
    fleet_sample : int
        K of the scenario; `servers` is already divided by it.
    hub, devices_per_server, servers : ndarray of int, shape (clusters,)
    commissioned_s : ndarray, shape (clusters,)
        Since the scenario's start; -inf if before everything. [s]
    idle_w : ndarray, shape (clusters,)
        One server. [W]
    speed_min, power_at_speed_min : ndarray, shape (clusters,)
        [-]
    factor : ndarray, shape (kinds, clusters)
        Work seconds of the reference device done in one second; 0 = cannot run here. [-]
    watts : ndarray, shape (kinds, clusters)
        Above idle, one device at full speed. [W]
    duty : ndarray, shape (kinds,)
    mfu : ndarray, shape (kinds, clusters)
    peak_flops : ndarray, shape (kinds, clusters)
        Dense peak of one device at the kind's precision. [FLOP/s]
    reachable : ndarray of bool, shape (kinds, hubs, clusters)
        By stack, precision, memory, latency from the origin hub, and residency.
    network : Network
    outages : Outages
        When servers fail and are repaired.
    why_not : dict
        (kind, origin, cluster) -> reason, for each False of `reachable`.
    """

    hubs: tuple[str, ...]
    clusters: tuple[str, ...]
    kinds: tuple[str, ...]
    job_class: tuple[str, ...]
    service: tuple[str, ...]
    fleet_sample: int
    hub: np.ndarray
    devices_per_server: np.ndarray
    servers: np.ndarray
    commissioned_s: np.ndarray
    idle_w: np.ndarray
    speed_min: np.ndarray
    power_at_speed_min: np.ndarray
    factor: np.ndarray
    watts: np.ndarray
    duty: np.ndarray
    mfu: np.ndarray
    peak_flops: np.ndarray
    reachable: np.ndarray
    network: Network
    outages: Outages
    why_not: dict[tuple[str, str, str], str]

    @property
    def devices(self) -> np.ndarray:
        """Devices of each cluster when built, shape (clusters,)."""
        return self.servers * self.devices_per_server


def build(scenario: Scenario) -> Region:
    """
    Lay a scenario's fleet out as arrays.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    Region
    """
    hubs, clusters = tuple(sorted(scenario.hubs)), tuple(sorted(scenario.clusters))
    specs = [scenario.clusters[name] for name in clusters]
    devices = [scenario.devices[spec.device] for spec in specs]
    kinds = _kinds(scenario)
    clocks = np.array([clock_of(spec, device) for spec, device in zip(specs, devices, strict=True)])
    tables = _kind_tables(scenario, kinds, devices, clocks)
    speed_min, power_at_speed_min = range_left(clocks, devices)
    network = data_network(scenario)
    reachable, why_not = _reachable(scenario, network, hubs, clusters, kinds)
    sample = scenario.simulation.fleet_sample
    servers = np.array([scenario.simulation.sampled(spec.servers) for spec in specs], dtype=np.int64)
    commissioned_s = np.array([_since_start(scenario, spec) for spec in specs])
    return Region(
        hubs=hubs,
        clusters=clusters,
        kinds=tuple(kind.name for kind in kinds),
        job_class=tuple(kind.class_name for kind in kinds),
        service=tuple(kind.service for kind in kinds),
        fleet_sample=sample,
        hub=np.array([hubs.index(spec.hub) for spec in specs], dtype=np.int64),
        devices_per_server=np.array([d.devices_per_server for d in devices], dtype=np.int64),
        servers=servers,
        commissioned_s=commissioned_s,
        idle_w=np.array([d.server_idle for d in devices]),
        speed_min=speed_min,
        power_at_speed_min=power_at_speed_min,
        reachable=reachable,
        network=network,
        outages=draw_outages(scenario, clusters, servers, commissioned_s),
        why_not=why_not,
        **tables,
    )


def energised_capacity(region: Region, scenario: Scenario) -> tuple[np.ndarray, np.ndarray]:
    """
    Return how many reference devices the fleet is worth over time, as planned.

    A device counts as its mean device factor over the scenario's synthetic mix (1 where there is none).

    Returns
    -------
    times_s : ndarray, shape (m,)
        From -warm_up on; the last value holds to the horizon. [s]
    reference_devices : ndarray, shape (m,)
        [device]
    """
    weights = _mix_weights(region, scenario)
    worth = region.devices * (weights @ region.factor)
    begin = -scenario.simulation.warm_up
    since = np.maximum(region.commissioned_s, begin)
    times = np.unique(np.append(since[since < scenario.simulation.horizon], begin))
    return times, np.array([worth[since <= t].sum() for t in times])


def _mix_weights(region: Region, scenario: Scenario) -> np.ndarray:
    weights = np.zeros(len(region.kinds))
    for source in scenario.workload.jobs.values():
        if source.model == "synthetic":
            for name, mix in source.mix.items():
                weights[region.kinds.index(name)] += source.fill * mix.device_hours_share
        else:
            weights[region.kinds.index(source.job_class)] += 1.0
    return weights / weights.sum() if weights.sum() > 0 else weights + 1.0 / len(weights)


def _since_start(scenario: Scenario, spec: Cluster) -> float:
    if spec.commissioned is None:
        return -np.inf
    return (spec.commissioned - scenario.simulation.start).total_seconds()


@dataclass(frozen=True)
class _Kind:
    """A job class, or a service that behaves like one but drives its devices as hard as it plans."""

    name: str
    class_name: str
    spec: JobClass
    service: str
    duty: float

    @property
    def power_share(self) -> float:
        """Mean power of a held device above idle, over the span from idle to full."""
        return self.duty * self.spec.draw


def _kinds(scenario: Scenario) -> list[_Kind]:
    classes = scenario.job_classes
    kinds = [_Kind(name, name, classes[name], "", classes[name].duty) for name in sorted(classes)]
    for name, service in sorted(scenario.workload.services.items()):
        spec = classes[service.job_class]
        kinds.append(_Kind(f"service:{name}", service.job_class, spec, name, service.target_duty))
    return kinds


def _kind_tables(
    scenario: Scenario, kinds: list[_Kind], devices: list[Device], clocks: np.ndarray
) -> dict[str, np.ndarray]:
    shape = (len(kinds), len(devices))
    factor, watts, mfu, peak = (np.zeros(shape) for _ in range(4))
    reference = scenario.devices[scenario.workload.reference_device]
    for k, kind in enumerate(kinds):
        for c, device in enumerate(devices):
            if kind.class_name not in device.mfu or kind.spec.precision not in device.peak:
                continue
            speed = work_speed(clocks[c], kind.spec)
            mfu[k, c] = device.mfu[kind.class_name].value * speed
            peak[k, c] = device.peak[kind.spec.precision]
            factor[k, c] = device_factor(kind.spec, kind.class_name, device, reference) * speed
            watts[k, c] = power_share(clocks[c], device) * server.active_power_per_device_w(
                device.server_idle, device.server_max, device.devices_per_server, kind.power_share
            )
    duty = np.array([kind.duty for kind in kinds])
    return {"factor": factor, "watts": watts, "duty": duty, "mfu": mfu, "peak_flops": peak}


def device_factor(spec: JobClass, name: str, device: Device, reference: Device) -> float:
    """
    Return how many work seconds of the reference device one second on `device` does.

    Compute-bound work scales with peak x MFU, memory-bound with bandwidth, mixed with the harmonic mean by its
    declared weight (the two parts of the run time add up).

    Returns
    -------
    float
        0 where the reference device itself has no MFU for the class, so that nothing can be scaled from it. [-]
    """
    if name not in reference.mfu or spec.precision not in reference.peak:
        return 0.0
    compute = device.peak[spec.precision] * device.mfu[name].value
    compute /= reference.peak[spec.precision] * reference.mfu[name].value
    memory = device.memory_bandwidth / reference.memory_bandwidth
    if spec.bound == "compute":
        return compute
    if spec.bound == "memory":
        return memory
    return 1.0 / (spec.compute_weight / compute + (1.0 - spec.compute_weight) / memory)


def _reachable(
    scenario: Scenario, network: Network, hubs: tuple[str, ...], clusters: tuple[str, ...], kinds: list[_Kind]
) -> tuple[np.ndarray, dict[tuple[str, str, str], str]]:
    reachable = np.zeros((len(kinds), len(hubs), len(clusters)), dtype=np.bool_)
    why_not: dict[tuple[str, str, str], str] = {}
    for k, kind in enumerate(kinds):
        for c, cluster_name in enumerate(clusters):
            spec = scenario.clusters[cluster_name]
            for h, origin in enumerate(hubs):
                there = hubs.index(spec.hub)
                reason = _misfit(scenario, kind, spec) or _too_far(kind.spec, network.round_trip_ms[h, there])
                if not reason and kind.spec.data > 0.0 and not network.joined[h, there]:
                    reason = "no data link to move its input"
                reachable[k, h, c] = not reason
                if reason:
                    why_not[kind.name, origin, cluster_name] = reason
    return reachable, why_not


def _misfit(scenario: Scenario, kind: _Kind, cluster: Cluster) -> str:
    spec, device = kind.spec, scenario.devices[cluster.device]
    if device.stack not in spec.stacks:
        return f"software stack {device.stack}"
    if spec.precision not in device.peak:
        return f"no {spec.precision} on {cluster.device}"
    if kind.class_name not in device.mfu:
        return f"class {kind.class_name} has no MFU on {cluster.device}"
    if spec.memory > device.memory:
        return f"device memory {device.memory / 1e9:g} GB"
    if spec.residency and scenario.hubs[cluster.hub].province not in spec.residency:
        return "data residency"
    return ""


def _too_far(spec: JobClass, trip_ms: float) -> str:
    if spec.latency_ms is not None and trip_ms > spec.latency_ms:
        return f"latency {trip_ms:.3g} ms"
    return ""
