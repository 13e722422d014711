"""The engine's handle on the kernel: the same few calls, with room in log and agenda made when it is needed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from energy_models import compiled
from simulator.scheduling.kernel import advance as kernel
from simulator.scheduling.kernel import orders as kernel_orders
from simulator.scheduling.kernel.agenda import is_nearly_full
from simulator.scheduling.kernel.state import CLUSTER_SUMS, HUB_SUMS, World
from simulator.scheduling.kernel.stopping import work_of_running
from simulator.scheduling.orders import Orders, checked_stops, orders_of, plan_of, running_jobs, standing
from simulator.scheduling.policies import Directive

IT_PARTS = ("idle", "jobs", "services", "slowed", "parked", "boot", "powered_down")
HUB_COLUMNS = (
    *(f"it_{name}_j" if name in IT_PARTS else f"{name}_j" for name in HUB_SUMS),
    "facility_max_w", "cap_headroom_w", "speed", "power_refusals",
    "service_asked_device_s", "service_unserved_device_s", "service_spilled_device_s", "service_hosted_device_s",
    "waiting_jobs", "running_jobs", "held_jobs",
)  # fmt: skip
CLUSTER_COLUMNS = tuple(f"{name}_device_s" for name in CLUSTER_SUMS)
DATA_SUMS = ("transfer_s", "moved_bytes", "network_j", "network_cny")
# Queue disciplines by the name a scenario gives them
QUEUES = {
    "fcfs": "First come, first served: by submission, then number; a head that lacks devices or watts blocks.",
    "sjf": "Shortest requested time first; a head that lacks devices or watts blocks.",
    "ljf": "Longest requested time first; a head that lacks devices or watts blocks.",
    "priority": "Highest priority first, with `ageing` points gained a second; equal ones by submission.",
    "easy": "FCFS, but a later job may pass the blocked head if that does not delay the head's reservation (EASY).",
    "conservative": "Every waiting job has a reservation, made anew in order at each event; none delays an older one.",
}


def is_compiled() -> bool:
    """Tell whether the kernel's machine code is on disk, or there is none to make."""
    return compiled.is_compiled(Path(kernel.__file__).parent)


class Kernel:
    """
    The compiled kernel on one world.

    Parameters
    ----------
    world : World
        From `make_world`; changed in place.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        # plain views: taking a row out of a table of records costs Python 13 us, several times an interval
        clock = world.clock.view(np.ndarray)
        self._breached, self._logged = clock["breached"], clock["logged"]
        self._has_services = len(world.services) > 0
        self._orders, self._stopped = standing(world), set[int]()

    def advance(self, until_s: float) -> None:
        """Handle all events before `until_s` and the ends at it."""
        while not kernel.advance(self.world, until_s):
            self._grow()

    def commission(self, cluster: int) -> None:
        """Put a cluster into service now."""
        self._make_room()
        kernel.commission(self.world, cluster)
        self._enforce()

    def open_interval(
        self,
        caps_w: np.ndarray,
        curve_w: tuple[np.ndarray, np.ndarray, np.ndarray],
        asked_flops: np.ndarray,
        causes: np.ndarray | int = 0,
        notice_s: np.ndarray | float = 0.0,
    ) -> None:
        """
        Start a meter interval under new caps, weather and service demand.

        Parameters
        ----------
        caps_w : ndarray, shape (hubs,)
            Highest facility power. [W]
        curve_w : three ndarrays, shape (hubs, points)
            The facility curve of this weather: IT, cooling and other power. [W]
        asked_flops : ndarray, shape (services,)
            Effective demand. [FLOP/s]
        causes : ndarray of int, shape (hubs,), optional
            What sets each cap: a number of `CAUSE_NAMES`.
        notice_s : ndarray, shape (hubs,), optional
            How long before it was told that a limit comes into force now; 0 where none does. [s]
        """
        self._make_room()
        world = self.world
        world.services["asked_flops"] = asked_flops
        world.hubs["cap_w"], world.hubs["cause"], world.hubs["notice_s"] = caps_w, causes, notice_s
        world.curve_it_w[:], world.curve_cooling_w[:], world.curve_other_w[:] = curve_w
        kernel.open_interval(self.world)
        if self._has_services:
            kernel.serve(self.world)
        self._enforce()
        world.hubs["notice_s"] = 0.0

    def change_caps(self, caps_w: np.ndarray, causes: np.ndarray, notice_s: np.ndarray) -> None:
        """Put new caps in force within an interval; as in `open_interval`."""
        self._make_room()
        hubs = self.world.hubs
        hubs["cap_w"], hubs["cause"], hubs["notice_s"] = caps_w, causes, notice_s
        kernel.change_caps(self.world)
        self._enforce()
        self.world.hubs["notice_s"] = 0.0

    def limit_clean(self, drawn_w: np.ndarray, budget_w: np.ndarray, volume_w: np.ndarray) -> None:
        """
        Set what a least clean share leaves until the next call; see `kernel.clean`.

        Parameters
        ----------
        drawn_w : ndarray, shape (hubs,)
            Clean power that counts only if it is drawn. [W]
        budget_w, volume_w : ndarray, shape (hubs,)
            Of the pool each hub keeps; ignored for hubs that keep none. [W]
        """
        self._make_room()
        hubs = self.world.hubs
        hubs["clean_w"], hubs["clean_budget_w"], hubs["clean_volume_w"] = drawn_w, budget_w, volume_w
        kernel.limit_clean(self.world)

    def close_interval(self, hub_rows: np.ndarray, cluster_rows: np.ndarray) -> None:
        """Write the integrals since the interval opened: `HUB_COLUMNS` and `CLUSTER_COLUMNS`, one row a place."""
        if hub_rows.shape[1] != len(HUB_COLUMNS) or cluster_rows.shape[1] != len(CLUSTER_COLUMNS):
            raise ValueError("rows of another width; compiled code would write beyond them")
        kernel.close_interval(self.world, hub_rows, cluster_rows)

    def direct(self, directive: Directive) -> bool:
        """
        Put a directive in force.

        Returns
        -------
        bool
            Whether any of its arrays differs from those in force; stopping jobs is told by events instead.

        Raises
        ------
        ValueError
            If the directive is not one; see `Directive`.
        """
        world, orders = self.world, orders_of(directive, self.world)
        stops = checked_stops(self._stopped, directive.suspend, world)
        released = self._stopped - {int(j) for j in _none_or(directive.suspend)}
        if orders.shift.any():
            self._take_plan(directive)
        changed = not orders.same_as(self._orders)
        if changed or stops or released or orders.rebind.any():
            self._make_room(int(world.clusters["queue_count"].sum()))
            self._put_in_force(orders, stops, sorted(released))
            self._enforce()
        return changed

    def running_jobs(self) -> np.ndarray:
        """Return the running jobs and those a directive has stopped, `RUNNING_JOB` rows by number."""
        return running_jobs(self.world, self._stopped)

    def watch(self, job: int) -> None:
        """Note what job number `job` finds on each cluster whenever it chooses: `World.choices`."""
        self.world.clock["watched"] = job

    @property
    def orders(self) -> Orders:
        """The orders in force."""
        return self._orders

    def _take_plan(self, directive: Directive) -> None:
        """Keep the plan signal, in the arrays at hand if its shape is that of the last one."""
        plan = plan_of(directive, len(self.world.hubs))
        if plan["signal"].shape != self.world.signal.shape:
            changed: dict[str, Any] = plan
            self.world = replace(self.world, **changed)
        for name, values in plan.items():
            getattr(self.world, name)[:] = values
        self.world.clock["signal_begin_s"] = self.world.clock["now_s"]
        self.world.clock["signal_step_s"] = directive.plan_step_s

    def _put_in_force(self, orders: Orders, stops: list[int], released: list[int]) -> None:
        world, self._orders = self.world, Orders(*(array.copy() for array in orders))
        world.routes["score"][:], world.load_weight[:] = orders.score, orders.load_weight
        world.shift[:] = orders.shift
        world.clusters["speed_wanted"], world.hubs["policy_cap_w"] = orders.speed, orders.cap_w
        kernel_orders.take_caps(world)
        for j in stops:
            kernel_orders.stop(world, j)
        for j in released:
            kernel_orders.let_go(world, j)
        self._stopped = (self._stopped - set(released)) | set(stops)
        if orders.rebind.any():
            kernel_orders.rebind(world, self._orders.rebind)
        kernel.take_directive(world)

    def facility_w(self) -> np.ndarray:
        """Return the facility power of each hub now, shape (hubs,). [W]"""
        return self.world.power[:, HUB_SUMS.index("facility")].copy()

    def facility_j(self) -> np.ndarray:
        """Return the facility energy of each hub since the interval opened, shape (hubs,). [J]"""
        since_s = self.world.clock[0].now_s - self.world.hubs["last_s"]
        energy_j: np.ndarray = self.world.energy[:, HUB_SUMS.index("facility")] + self.facility_w() * since_s
        return energy_j

    def progress(self) -> dict[str, np.ndarray]:
        """
        Return what each job has had so far, the present run included.

        Returns
        -------
        dict of str to ndarray, shape (jobs,)
            ``done_s``, ``executed_s``, ``lost_s`` (reference work seconds), ``held_device_s``, ``energy_j``, ``flop``;
            of its data ``transfer_s``, ``moved_bytes``, ``network_j``, ``network_cny``.
        """
        names = ("done_s", "executed_s", "lost_s", "held_device_s", "energy_j", "flop")
        sums = {name: self.world.jobs[name].copy() for name in names}
        work_of_running(self.world, *(sums[name] for name in names))
        return sums | {name: self.world.jobs[name].copy() for name in DATA_SUMS}

    def _enforce(self) -> None:
        if self._breached[0]:
            self._make_room()
            kernel.enforce(self.world)

    def _make_room(self, more: int = 0) -> None:
        while kernel.nearly_full(self.world) or self._logged[0] + more > len(self.world.log):
            self._grow()

    def _grow(self) -> None:
        name = "timers" if is_nearly_full(self.world) else "log"
        table = getattr(self.world, name)
        self.world = replace(self.world, **{name: np.concatenate([table, np.zeros_like(table)]).view(np.recarray)})


def _none_or(numbers: np.ndarray | None) -> np.ndarray:
    return np.zeros(0, dtype=np.int64) if numbers is None else numbers
