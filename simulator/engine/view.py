"""What a policy gets to see at a control step: read-only copies of the present, no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.scheduling import Kernel, View

if TYPE_CHECKING:
    from simulator.engine.signals import Signals
    from simulator.region import Region
    from simulator.workload import Workload


class Viewer:
    """Makes a `View` of the kernel's world; what never changes is made once."""

    def __init__(self, region: Region, workload: Workload, kernel: Kernel, signals: Signals) -> None:
        self._region, self._routes, self._kernel, self._signals = region, workload.routes, kernel, signals
        origin = np.array([region.hubs.index(name) for name in workload.routes.origin], dtype=np.int64)
        self._home = _frozen(origin[:, None] == region.hub[None, :])
        self._eligible = _frozen(kernel.world.routes.eligible)
        self._hub = _frozen(region.hub)

    def view(self, now_s: float, interval: int) -> View:
        """Return the view at `now_s`, in meter interval `interval`."""
        world, hour = self._kernel.world, self._signals.hour_of_interval[interval]
        clusters, hubs = world.clusters, world.hubs
        return View(
            now_s=now_s,
            route_class=self._routes.job_class,
            route_origin=self._routes.origin,
            clusters=self._region.clusters,
            hubs=self._region.hubs,
            cluster_hub=self._hub,
            home=self._home,
            eligible=self._eligible,
            waiting=_frozen(clusters.queue_count),
            running=_frozen(clusters.run_count),
            free_devices=_frozen(clusters.free_devices),
            cap_w=_frozen(hubs.cap_w),
            power_w=_frozen(world.power[:, 6]),
            signals={
                "energy_price_cny_per_kwh": _frozen(self._signals.energy_price[hour]),
                "ci_location_kg_per_kwh": _frozen(self._signals.ci_location[hour]),
            },
            running_now=self._kernel.running_jobs,
        )


def _frozen(array: np.ndarray) -> np.ndarray:
    copy = array.copy()
    copy.flags.writeable = False
    return copy
