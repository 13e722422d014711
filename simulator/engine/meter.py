"""The meter: what a hub's interval is offered, and how it is settled, as arrays over hubs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from energy_models.dispatch import FLOW_DTYPE, OFFER_DTYPE, SITE_DTYPE, facility_cap_w, settle
from energy_models.storage import power_limit_w
from energy_models.tariff import worthwhile_rank
from simulator.engine.limits import make_limits
from simulator.scenario import METER_S
from simulator.scheduling import CAUSE_NAMES

if TYPE_CHECKING:
    from simulator.engine.signals import Signals
    from simulator.region import Region
    from simulator.scenario import Hub, Scenario

BATTERY_POLICIES = {"self_consumption": 1, "tariff": 2, "green_first": 3, "peak_shaving": 4}
RAMP = CAUSE_NAMES.index("ramp")


class Caps(NamedTuple):
    """What hubs may draw from an instant on, arrays of shape (hubs,)."""

    watts: np.ndarray
    causes: np.ndarray  # of CAUSE_NAMES
    notice_s: np.ndarray  # of a limit that comes into force at this instant


class Meter:
    """
    Sites with their batteries, and the flows of every interval.

    Parameters
    ----------
    scenario, region, signals
        As loaded and built.

    Attributes
    ----------
    caps_w : ndarray, shape (intervals, hubs)
        Highest facility power of each interval; of several within one, the highest. [W]
    causes : ndarray of int, shape (intervals, hubs)
        What set the cap, a number of `CAUSE_NAMES`; of several caps within an interval, the lowest.
    flows : ndarray of FLOW_DTYPE, shape (intervals, hubs)
    facility_w : ndarray, shape (hubs,)
        Mean facility power of the interval closed last; 0 before. [W]
    limits : Limits
        What holds when.
    """

    def __init__(self, scenario: Scenario, region: Region, signals: Signals) -> None:
        hubs = [scenario.hubs[name] for name in region.hubs]
        ramps = [hub.connection.ramp_up for hub in hubs]
        self.limits = make_limits(scenario, region.hubs, region.fleet_sample)
        self._begin_s = signals.begin_s
        self._sites = np.array([_site(hub, region.fleet_sample) for hub in hubs], dtype=SITE_DTYPE)
        self._offers = _offers(signals, hubs)
        self.facility_w = np.zeros(len(hubs))
        self._ramp_w = np.array([np.inf if ramp is None else ramp / region.fleet_sample for ramp in ramps])
        self._ramped_w = np.full(len(hubs), np.inf)
        self._lowest_w = np.zeros(len(hubs))
        self.caps_w = np.zeros((signals.intervals, len(hubs)))
        self.causes = np.zeros((signals.intervals, len(hubs)), dtype=np.int64)
        self.flows = np.zeros((signals.intervals, len(hubs)), dtype=FLOW_DTYPE)

    def open(self, interval: int, now_w: np.ndarray) -> Caps:
        """
        Return what each hub may draw from the beginning of an interval.

        Parameters
        ----------
        interval : int
        now_w : ndarray, shape (hubs,)
            Facility power at this instant, from which a ramp starts. [W]

        Returns
        -------
        Caps
        """
        if interval > 0:
            # a hub that a ramp keeps off would never come back if each interval began at nothing
            held = (now_w == 0.0) & (self.causes[interval - 1] == RAMP)
            self._ramped_w = np.where(held, self._ramped_w, now_w) + self._ramp_w
        self._lowest_w[:] = np.inf
        return self.change(interval, self._begin_s + METER_S * interval)

    def change(self, interval: int, now_s: float) -> Caps:
        """Return what each hub may draw from an instant within an interval on."""
        rules, sites = self.limits.at(now_s), self._sites
        sites["import_limit_w"], sites["facility_limit_w"] = rules["import_w"], rules["facility_w"]
        caps_w = np.zeros(len(sites))
        facility_cap_w(sites, self._offers[interval], METER_S, caps_w)
        causes = np.where(caps_w < rules["facility_w"], rules["import_cause"], rules["facility_cause"])
        causes = np.where(self._ramped_w < caps_w, RAMP, causes)
        np.minimum(caps_w, self._ramped_w, out=caps_w)
        self.causes[interval] = np.where(caps_w < self._lowest_w, causes, self.causes[interval])
        np.minimum(self._lowest_w, caps_w, out=self._lowest_w)
        np.maximum(self.caps_w[interval], caps_w, out=self.caps_w[interval])
        return Caps(caps_w, causes, rules["notice_s"])

    def close(self, interval: int, facility_j: np.ndarray) -> None:
        """Settle an interval on its facility energy, shape (hubs,). [J]"""
        begin_s = self._begin_s + METER_S * interval
        self._sites["import_limit_w"] = self.limits.mean("import_w", begin_s, begin_s + METER_S)
        self._sites["export_limit_w"] = self.limits.mean("export_w", begin_s, begin_s + METER_S)
        np.divide(facility_j, METER_S, out=self.facility_w)
        settle(self._sites, self._offers[interval], self.facility_w, METER_S, self.flows[interval])

    def foresee(self, interval: int) -> np.ndarray:
        """Return the flows the interval would have if each hub drew all it may: FLOW_DTYPE, shape (hubs,)."""
        flows = np.zeros(len(self._sites), dtype=FLOW_DTYPE)
        settle(self._sites.copy(), self._offers[interval], self.caps_w[interval], METER_S, flows)
        return flows


def _site(hub: Hub, sample: int) -> tuple[float, ...]:
    battery = hub.battery
    values = dict.fromkeys(SITE_DTYPE.names or (), 0.0)
    values |= {
        "efficiency_charge": 1.0,
        "efficiency_discharge": 1.0,
    }
    if battery is not None:
        values |= {
            "charge_power_w": power_limit_w(battery.power, battery.charge_rate, battery.energy) / sample,
            "discharge_power_w": power_limit_w(battery.power, battery.discharge_rate, battery.energy) / sample,
            "battery_capacity_j": battery.energy / sample,
            "efficiency_charge": battery.efficiency_charge,
            "efficiency_discharge": battery.efficiency_discharge,
            "soc_min": battery.soc_min,
            "standing_loss_per_h": battery.standing_loss_per_h,
            "battery_policy": BATTERY_POLICIES[battery.policy],
            "peak_target_w": (battery.peak_target or 0.0) / sample,
            "energy_stored_j": battery.soc_initial * battery.energy / sample,
        }
    return tuple(values[name] for name in SITE_DTYPE.names or ())


def _offers(signals: Signals, hubs: list[Hub]) -> np.ndarray:
    hour = signals.hour_of_interval
    offers = np.zeros((signals.intervals, len(hubs)), dtype=OFFER_DTYPE)
    offers["pv_w"] = signals.pv_w[hour]
    offers["wind_w"] = signals.wind_w[hour]
    offers["direct_green_w"] = signals.direct_w[hour]
    offers["direct_export_w"] = signals.direct_export_w[hour]
    offers["contract_w"] = signals.contracts.output_w[hour]
    offers["tariff_rank"] = _ranks(signals, hubs)[hour]
    offers["month_begins"] = np.diff(signals.month_of_interval, prepend=-1)[:, None] != 0
    return offers


def _ranks(signals: Signals, hubs: list[Hub]) -> np.ndarray:
    """Periods of the tariff, flat on days whose spread does not pay for a battery's losses and wear."""
    ranks = signals.rank.copy()
    for h, hub in enumerate(hubs):
        battery = hub.battery
        if battery is not None and battery.policy == "tariff":
            price = signals.energy_price[:, h] + signals.delivery_price[:, h]
            round_trip = battery.efficiency_charge * battery.efficiency_discharge
            ranks[:, h] = worthwhile_rank(ranks[:, h], price, round_trip, battery.wear_cost)
    return ranks
