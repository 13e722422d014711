"""Policies that let jobs wait for a better hour."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.scheduling.policies.base import FIXED, INTERRUPTIBLE, NO_SHIFT, Directive, Policy, View, register
from simulator.scheduling.policies.placement import positive, usable

STEP_S = 900.0
LONGEST_H = 14 * 24.0
SHIFTS = {"fixed": FIXED, "interruptible": INTERRUPTIBLE}
SIGNALS = ("carbon", "price")


@register
class WaitAwhile(Policy):
    """Jobs that may be suspended wait for the cleanest (or cheapest) hours within a window; others start at once.

    After Wiesner et al. (Middleware 2021). A job is bound to the least loaded cluster (or, with `place: home`, to the
    least loaded at home) and runs in the best hours of that hub by the forecast, or in the best contiguous run of them.
    Its window ends at its deadline, and `window_h` [h], 24, after it was submitted if that is sooner; a job that asks
    for more than the window starts at once. Where several hours are equal, the earliest.

    Options: `shift` (`interruptible` or `fixed`), `signal` (`carbon` or `price`), `window_h`, `place` (`anywhere` or
    `home`).
    """

    name = "wait_awhile"

    def __init__(
        self,
        shift: str = "interruptible",
        signal: str = "carbon",
        window_h: float = 24.0,
        place: str = "anywhere",
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.shift = SHIFTS[one_of(self.name, "shift", shift, tuple(SHIFTS))]
        self.signal = one_of(self.name, "signal", signal, SIGNALS)
        self.at_home = one_of(self.name, "place", place, ("anywhere", "home")) == "home"
        hours = positive(self.name, "window_h", window_h)
        if not STEP_S / 3600.0 <= hours <= LONGEST_H:
            raise ValueError(f"policy {self.name!r}: window_h is {window_h!r}; expected 0.25 to {LONGEST_H:g} [h]")
        self.steps = round(hours * 3600.0 / STEP_S)

    def decide(self, view: View) -> Directive:
        """Return load as the only preference, and the forecast to wait by."""
        allowed = view.home & view.eligible if self.at_home else view.eligible
        return Directive(
            np.where(allowed, 0.0, np.inf),
            np.ones(view.shape[0]),
            shift=np.where(view.preemptible, self.shift, NO_SHIFT),
            plan_signal=view.forecast(self.signal, self.steps, STEP_S),
            plan_step_s=STEP_S,
        )


@register
class DriftPlusPenalty(Policy):
    """Least drift of queues plus V times cost: cheap places and hours, held back by what waits, misses and peaks.

    Neely, Stochastic Network Optimization (2010); for work that can wait Neely, Tehrani and Dimakis (2010). A
    device-hour of a route on a cluster costs ``v x (price + carbon_price x carbon) x energy``, and pressure from
    virtual queues of the cluster's hub is added: for a share `green_min` of clean power, and for import above
    `peak_share` of the cap. The load of the cluster is the queue of the theory, in hours. Routes that may be suspended
    are held as a whole until the queue of what they have waited is as high as v times what their best place costs now
    above the least of the next `look_h` hours by the forecast; so no wait of theirs for a price is longer than v times
    the spread of prices, and deadlines are kept by the kernel. With v = 0 nothing but queues counts.

    Options: `v` [h of waiting a device-hour per CNY], 20; `carbon_price` [CNY/kg], 0; `green_min` [-], 0; `peak_share`
    [-], 1; `pressure` [CNY/kWh for each hour's worth in a virtual queue], 0.05; `look_h` [h], 24.
    """

    name = "drift_plus_penalty"

    def __init__(
        self,
        v: float = 20.0,
        carbon_price: float = 0.0,
        green_min: float = 0.0,
        peak_share: float = 1.0,
        pressure: float = 0.05,
        look_h: float = 24.0,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        given = {"v": v, "carbon_price": carbon_price, "green_min": green_min, "peak_share": peak_share}
        given |= {"pressure": pressure, "look_h": look_h}
        numbers = {name: positive(self.name, name, value) for name, value in given.items()}
        self.v, self.carbon_price, self.pressure = numbers["v"], numbers["carbon_price"], numbers["pressure"]
        self.green_min, self.peak_share = numbers["green_min"], numbers["peak_share"]
        if self.green_min > 1.0 or self.peak_share > 1.0 or not 0.25 <= numbers["look_h"] <= LONGEST_H:
            expected = f"green_min and peak_share from 0 to 1, look_h from 0.25 to {LONGEST_H:g} [h]"
            raise ValueError(f"policy {self.name!r}: expected {expected}")
        self.steps = round(numbers["look_h"] * 3600.0 / STEP_S)
        self.before_s = -np.inf
        self.green_h, self.peak_h, self.waited_h = np.zeros(1), np.zeros(1), np.zeros(1)

    def decide(self, view: View) -> Directive:
        """Return costs and pressures as scores, inf for routes that are to wait."""
        self._queues_grow(view)
        now, least = self._prices(view)
        energy = np.where(view.eligible, view.kwh_per_device_h, 0.0)
        pressed = now + self._pressures(view)
        score = usable(view, energy * (self.v * pressed)[view.cluster_hub])
        # what the best place costs now above what the best place is expected to cost later
        best_now = np.min(usable(view, energy * now[view.cluster_hub]), axis=1, initial=np.inf)
        best_ever = np.min(usable(view, energy * least[view.cluster_hub]), axis=1, initial=np.inf)
        above = np.subtract(best_now, best_ever, out=np.zeros(view.shape[0]), where=np.isfinite(best_ever))
        waits = view.preemptible & (self.waited_h < self.v * above)
        self.waited_h[~waits] = 0.0
        score[waits] = np.inf
        return Directive(score + view.transfer_s / 3600.0, np.full(view.shape[0], 1.0 / 3600.0))

    def _queues_grow(self, view: View) -> None:
        """Let the virtual queues take what the last interval missed, and what is held its wait."""
        if self.before_s == -np.inf:
            self.green_h, self.peak_h = np.zeros(len(view.hubs)), np.zeros(len(view.hubs))
            self.waited_h = np.zeros(view.shape[0])
        hours = (view.now_s - self.before_s) / 3600.0 if self.before_s > -np.inf else 0.0
        self.before_s = view.now_s
        last, size = view.settled, np.maximum(view.cap_w, 1.0)
        missed = (self.green_min * last["facility_w"] - last["clean_w"]) / size
        self.green_h = np.maximum(0.0, self.green_h + hours * missed) if self.green_min > 0.0 else self.green_h
        self.peak_h = np.maximum(0.0, self.peak_h + hours * (last["import_w"] / size - self.peak_share))
        self.waited_h = np.where(view.held_jobs > 0, self.waited_h + hours, 0.0)

    def _prices(self, view: View) -> tuple[np.ndarray, np.ndarray]:
        """Return price and carbon of a kilowatt-hour by hub: now, and the least of the hours to come. [CNY/kWh]"""
        ahead = view.forecast("price", self.steps, STEP_S)
        if self.carbon_price > 0.0:
            ahead = ahead + self.carbon_price * view.forecast("carbon", self.steps, STEP_S)
        return ahead[:, 0], ahead.min(axis=1)

    def _pressures(self, view: View) -> np.ndarray:
        """Return what the virtual queues add to the price of a kilowatt-hour that is not clean, by hub. [CNY/kWh]"""
        covered = view.signals["green_w"] > view.power_w
        pressure: np.ndarray = self.pressure * (np.where(covered, 0.0, self.green_h) + self.peak_h)
        return pressure


def one_of(policy: str, option: str, value: Any, allowed: tuple[str, ...]) -> str:
    """Return an option that must be one of some words; raise ValueError otherwise."""
    if value not in allowed:
        raise ValueError(f"policy {policy!r}: {option} is {value!r}; expected one of {', '.join(allowed)}")
    return str(value)
