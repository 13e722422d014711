"""What a policy gets to see at a control step: read-only copies of the present, no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.scheduling import Kernel, View

if TYPE_CHECKING:
    from simulator.engine.forecasting import Forecaster
    from simulator.engine.meter import Meter
    from simulator.engine.signals import Signals
    from simulator.region import Region
    from simulator.scenario import Scenario
    from simulator.scheduling import World
    from simulator.workload import Workload

HOUR_S = 3600.0


class Viewer:
    """Makes a `View` of the kernel's world; what never changes is made once."""

    def __init__(
        self,
        scenario: Scenario,
        region: Region,
        workload: Workload,
        kernel: Kernel,
        signals: Signals,
        meter: Meter,
        forecaster: Forecaster,
    ) -> None:
        self._kernel, self._signals, self._meter, self._forecaster = kernel, signals, meter, forecaster
        self._price = signals.energy_price + signals.delivery_price
        self._green_w = signals.pv_w + signals.wind_w + signals.direct_w + signals.contracts.output_w
        self._static = _static(scenario, region, workload, kernel.world)
        self._asked = _Asked(workload)
        self._peak_w, self._month = np.zeros(len(region.hubs)), -1

    def view(self, now_s: float, interval: int) -> View:
        """Return the view at `now_s`, in meter interval `interval`."""
        world, hour = self._kernel.world, self._signals.hour_of_interval[interval]
        clusters, hubs, clock = _plain(world.clusters), _plain(world.hubs), _plain(world.clock)[0]
        usable = clusters["on"] + clusters["asleep"] + clusters["booting"]
        healthy = usable * clusters["devices_per_server"]
        held = world.held_jobs[: clock["held_count"]]
        routes = len(self._static["route_class"])
        return View(
            now_s=now_s,
            **self._static,
            job_device_h=_sealed(self._asked.mean_device_h(int(clock["arrived"]))),
            waiting=_frozen(clusters["queue_count"]),
            running=_frozen(clusters["run_count"]),
            free_devices=_frozen(clusters["free_devices"]),
            healthy_devices=_sealed(healthy),
            load_s=_sealed(_load_s(clusters, healthy, now_s)),
            held_jobs=_sealed(np.bincount(_plain(world.jobs)["route"][held], minlength=routes)),
            held_device_h=_sealed(self._asked.held_device_h(held)),
            cap_w=_frozen(hubs["cap_w"]),
            power_w=_frozen(world.power[:, 6]),
            facility_per_it=_sealed(_facility_per_it(world)),
            signals={
                "price_cny_per_kwh": _frozen(self._price[hour]),
                "energy_price_cny_per_kwh": _frozen(self._signals.energy_price[hour]),
                "ci_location_kg_per_kwh": _frozen(self._signals.ci_location[hour]),
                "ci_marginal_kg_per_kwh": _frozen(self._signals.ci_marginal[hour]),
                "green_w": _frozen(self._green_w[hour]),
            },
            settled=self._settled(interval),
            running_now=self._kernel.running_jobs,
            ahead=self._forecaster.ahead,
        )

    def _settled(self, interval: int) -> dict[str, np.ndarray]:
        """Return what the meter said of the interval before `interval`, and the month's peak import up to it."""
        flows, month = self._meter.flows[max(0, interval - 1)], int(self._signals.month_of_interval[interval])
        import_w = flows["grid_import_w"] + flows["contract_delivered_w"]
        if month != self._month:
            self._month, self._peak_w = month, np.zeros_like(self._peak_w)
        elif interval > 0 and int(self._signals.month_of_interval[interval - 1]) == month:
            self._peak_w = np.maximum(self._peak_w, import_w)
        facility_w = self._meter.facility_w
        return {
            "facility_w": _frozen(facility_w),
            "clean_w": _sealed(np.minimum(flows["clean_supply_w"], facility_w)),
            "import_w": _sealed(import_w),
            "import_peak_w": _frozen(self._peak_w),
        }


class _Asked:
    """What jobs ask, by route: of those that have come, and of those that are held."""

    def __init__(self, workload: Workload) -> None:
        jobs = workload.jobs
        self._route, self._device_h = jobs.route, jobs.size * jobs.requested_s / HOUR_S
        self._stands_for = jobs.stands_for
        self._sum, self._count = np.zeros(len(workload.routes.origin)), np.zeros(len(workload.routes.origin))
        self._seen = 0

    def mean_device_h(self, arrived: int) -> np.ndarray:
        """Return the mean of the real jobs among the first `arrived`. [h]"""
        if arrived > self._seen:
            new, routes = slice(self._seen, arrived), len(self._sum)
            self._sum += np.bincount(self._route[new], weights=self._device_h[new], minlength=routes)
            self._count += np.bincount(self._route[new], weights=self._stands_for[new], minlength=routes)
            self._seen = arrived
        return np.divide(self._sum, self._count, out=np.zeros_like(self._sum), where=self._count > 0)

    def held_device_h(self, held: np.ndarray) -> np.ndarray:
        """Return the sum over some jobs. [h]"""
        return np.bincount(self._route[held], weights=self._device_h[held], minlength=len(self._sum))


def _static(scenario: Scenario, region: Region, workload: Workload, world: World) -> dict[str, Any]:
    """Return what stays the same all along."""
    routes, network = workload.routes, region.network
    origin = np.array([region.hubs.index(name) for name in routes.origin], dtype=np.int64)
    kind = np.array([region.kinds.index(name) for name in routes.job_class], dtype=np.int64)
    classes = [scenario.job_classes[name] for name in routes.job_class]
    data = np.array([spec.data for spec in classes], dtype=float)[:, None]
    way = origin[:, None], region.hub[None, :]
    pipe = np.append(network.s_per_byte, 0.0)  # the last: a way without a limit
    return {
        "route_class": routes.job_class,
        "route_origin": routes.origin,
        "clusters": region.clusters,
        "hubs": region.hubs,
        "cluster_hub": _frozen(region.hub),
        "home": _sealed(origin[:, None] == region.hub[None, :]),
        "eligible": _frozen(world.routes.eligible),
        "preemptible": _sealed(np.array([spec.preemptible for spec in classes], dtype=np.bool_)),
        "factor": _frozen(region.factor[kind]),
        "device_w": _frozen(region.watts[kind]),
        "transfer_s": _sealed(data * pipe[network.bottleneck[way]]),
        "network_cny": _sealed(data * network.cny_per_byte[way]),
    }


def _plain(table: np.recarray) -> np.ndarray:
    """Return the same table as a plain array: fields of record arrays cost ten times as much to reach."""
    return table.view(np.ndarray)


def _load_s(c: np.ndarray, healthy: np.ndarray, now_s: float) -> np.ndarray:
    """Return the load of each cluster as the kernel weighs it; see binding.load. [s]"""
    clock = c["anchor_work"] + (now_s - c["anchor_s"]) * c["speed"]
    working = c["run_devices"] + c["run_milli"] / 1000.0
    ahead = np.maximum(0.0, c["run_end_sum"] - working * clock)
    asked = c["queued_device_s"] + c["coming_device_s"] + ahead
    return np.divide(asked, healthy, out=np.full(len(c), np.inf), where=healthy > 0)


def _facility_per_it(world: World) -> np.ndarray:
    """Return the slope of each hub's facility curve where it stands."""
    x, y = world.curve_it_w, world.curve_cooling_w + world.curve_other_w
    row, segment = np.arange(len(x)), (world.power[:, :1] > x[:, 1:-1]).sum(axis=1)
    step, rise = x[row, segment + 1] - x[row, segment], y[row, segment + 1] - y[row, segment]
    slope: np.ndarray = 1.0 + np.divide(rise, step, out=np.zeros(len(x)), where=step > 0.0)
    return slope


def _frozen(array: np.ndarray) -> np.ndarray:
    return _sealed(array.copy())


def _sealed(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
