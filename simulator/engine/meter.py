"""The meter: what a hub's interval is offered, and how it is settled, as arrays over hubs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from energy_models.dispatch import FLOW_DTYPE, OFFER_DTYPE, SITE_DTYPE, facility_cap_w, settle
from energy_models.storage import power_limit_w
from energy_models.tariff import worthwhile_rank
from simulator.scenario import METER_S

if TYPE_CHECKING:
    from simulator.engine.signals import Signals
    from simulator.region import Region
    from simulator.scenario import Hub, Scenario

BATTERY_POLICIES = {"self_consumption": 1, "tariff": 2, "green_first": 3, "peak_shaving": 4}


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
        Highest facility power of each interval. [W]
    flows : ndarray of FLOW_DTYPE, shape (intervals, hubs)
    facility_w : ndarray, shape (hubs,)
        Mean facility power of the interval closed last; 0 before. [W]
    """

    def __init__(self, scenario: Scenario, region: Region, signals: Signals) -> None:
        hubs = [scenario.hubs[name] for name in region.hubs]
        self._sites = np.array([_site(hub, region.fleet_sample) for hub in hubs], dtype=SITE_DTYPE)
        self._offers = _offers(signals, hubs)
        self.facility_w = np.zeros(len(hubs))
        self.caps_w = np.zeros((signals.intervals, len(hubs)))
        self.flows = np.zeros((signals.intervals, len(hubs)), dtype=FLOW_DTYPE)

    def open(self, interval: int) -> np.ndarray:
        """Return the highest facility power each hub can hold in an interval, shape (hubs,). [W]"""
        facility_cap_w(self._sites, self._offers[interval], METER_S, self.caps_w[interval])
        return self.caps_w[interval]

    def close(self, interval: int, facility_j: np.ndarray) -> None:
        """Settle an interval on its facility energy, shape (hubs,). [J]"""
        np.divide(facility_j, METER_S, out=self.facility_w)
        settle(self._sites, self._offers[interval], self.facility_w, METER_S, self.flows[interval])


def _site(hub: Hub, sample: int) -> tuple[float, ...]:
    connection, battery = hub.connection, hub.battery
    limit = np.inf if connection.facility_limit is None else connection.facility_limit / sample
    values = dict.fromkeys(SITE_DTYPE.names or (), 0.0)
    values |= {
        "import_limit_w": connection.import_limit / sample,
        "export_limit_w": connection.export_limit / sample,
        "facility_limit_w": limit,
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
