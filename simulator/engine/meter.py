"""The meter: what a hub's interval is offered, and how it is settled, as arrays over hubs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from energy_models.dispatch import FLOW_DTYPE, OFFER_DTYPE, SITE_DTYPE, facility_cap_w, settle
from simulator.scenario import METER_S

if TYPE_CHECKING:
    from simulator.engine.signals import Signals
    from simulator.region import Region
    from simulator.scenario import Hub, Scenario

BATTERY_POLICIES = {"self_consumption": 1, "tariff": 2}


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
    """

    def __init__(self, scenario: Scenario, region: Region, signals: Signals) -> None:
        hubs = [scenario.hubs[name] for name in region.hubs]
        self._sites = np.array([_site(hub, region.fleet_sample) for hub in hubs], dtype=SITE_DTYPE)
        self._offers = _offers(signals, len(hubs))
        self._facility_w = np.zeros(len(hubs))
        self.caps_w = np.zeros((signals.intervals, len(hubs)))
        self.flows = np.zeros((signals.intervals, len(hubs)), dtype=FLOW_DTYPE)

    def open(self, interval: int) -> np.ndarray:
        """Return the highest facility power each hub can hold in an interval, shape (hubs,). [W]"""
        facility_cap_w(self._sites, self._offers[interval], METER_S, self.caps_w[interval])
        return self.caps_w[interval]

    def close(self, interval: int, facility_j: np.ndarray) -> None:
        """Settle an interval on its facility energy, shape (hubs,). [J]"""
        np.divide(facility_j, METER_S, out=self._facility_w)
        settle(self._sites, self._offers[interval], self._facility_w, METER_S, self.flows[interval])


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
            "battery_power_w": battery.power / sample,
            "battery_capacity_j": battery.energy / sample,
            "efficiency_charge": battery.efficiency_charge,
            "efficiency_discharge": battery.efficiency_discharge,
            "soc_min": battery.soc_min,
            "standing_loss_per_h": battery.standing_loss_per_h,
            "battery_policy": BATTERY_POLICIES[battery.policy],
            "energy_stored_j": battery.soc_initial * battery.energy / sample,
        }
    return tuple(values[name] for name in SITE_DTYPE.names or ())


def _offers(signals: Signals, hubs: int) -> np.ndarray:
    hour = signals.hour_of_interval
    offers = np.zeros((signals.intervals, hubs), dtype=OFFER_DTYPE)
    offers["pv_w"] = signals.pv_w[hour]
    offers["wind_w"] = signals.wind_w[hour]
    offers["contract_w"] = signals.contracts.output_w[hour]
    offers["tariff_rank"] = signals.rank[hour]
    return offers
