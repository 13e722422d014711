"""
The least clean share as a hard limit: how much facility power it leaves until the next control step.

Share = matched / facility energy, running from the beginning of the window; matched is the lesser of load and clean
supply in each block (clock hour, month, year). Of a block that is open, with load L and clean supply C so far, and of
earlier blocks with slack s = matched - least x load, a step of length dt at facility powers P leaves the share at or
above the least as long as

    s + C + K dt + D dt >= least x (L + sum of P dt)        D = sum over hubs of min(P, V)

where V is clean power that only counts if it is drawn (on-site, delivered, out of the battery) and K what counts by
volume whether drawn or not (contract output and certificates, in the longer blocks only). Divided by dt, what does not
depend on P is the budget the kernel is given. Where no P reaches the share, work on clean power still mends it: a hub
may always draw V, and a pool what uses up what the block was given by volume, (C + K dt - L) / dt + D.

Supply in a step is foreseen as that of the meter interval in which it begins: exact up to 15 minutes, beyond that as if
nothing changed. Certificates of a year count evenly over it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from energy_models.units import SECONDS_PER_DAY
from simulator.scenario import METER_S

if TYPE_CHECKING:
    from simulator.engine.meter import Meter
    from simulator.engine.signals import Signals
    from simulator.region import Region
    from simulator.scenario import GreenShare, Scenario

BLOCKS = {"hourly": "h", "monthly": "M", "annual": "Y"}


class Green:
    """
    The books of the least clean share, by pool of hubs.

    Parameters
    ----------
    share : GreenShare
        What the scenario asks.
    scenario, region, signals, meter
        As built.

    Attributes
    ----------
    headroom_w : ndarray, shape (intervals, hubs)
        What each hub's pool may draw if it draws all the clean power there is, the mean over the control steps of an
        interval. [W]
    """

    def __init__(self, share: GreenShare, scenario: Scenario, region: Region, signals: Signals, meter: Meter) -> None:
        count = len(region.hubs)
        self._min, self._hourly = share.min, share.matching == "hourly"
        self._step_s, self._begin_s, self._meter = scenario.simulation.control_step, signals.begin_s, meter
        self._pool = np.arange(count) if share.scope == "hub" else np.zeros(count, dtype=np.int64)
        self._block = _blocks(scenario, signals, BLOCKS[share.matching])
        bought = [_certificates_w(scenario, name, signals) for name in region.hubs]
        self._certificates_w = np.stack(bought, axis=1) / region.fleet_sample * (share.matching == "annual")
        self.headroom_w = np.zeros((signals.intervals, count))
        self.restart()

    def restart(self) -> None:
        """Forget all: the window begins."""
        count = len(self._pool)
        self._slack_j, self._load_j, self._clean_j = np.zeros(count), np.zeros(count), np.zeros(count)
        self._open = -1

    def book(self, interval: int) -> None:
        """Book a settled interval."""
        self._turn(interval)
        flows = self._meter.flows[interval]
        supply_w = flows["clean_supply_w"] + (0.0 if self._hourly else flows["contract_surplus_w"])
        self._load_j += self._pooled(_facility_w(flows)) * METER_S
        self._clean_j += self._pooled(supply_w + self._certificates_w[interval]) * METER_S

    def leave(self, interval: int, part_s: float, part_j: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """
        Return what the share leaves until the next control step.

        Parameters
        ----------
        interval : int
            The meter interval the step begins in.
        part_s : float
            How much of it has passed. [s]
        part_j : ndarray, shape (hubs,)
            Facility energy in that time. [J]

        Returns
        -------
        tuple of ndarray, shape (hubs,)
            Clean power that counts only if drawn, of each hub; budget and volume of its pool, the same for all hubs of
            a pool. [W]
        """
        self._turn(interval)
        drawn_w, by_volume_w = self._foreseen(interval)
        load_j = self._load_j + self._pooled(part_j)
        drawn_j = self._pooled(np.minimum(part_j, drawn_w * part_s))
        clean_j = self._clean_j + drawn_j + by_volume_w * (part_s + self._step_s)
        budget_w = (self._slack_j + clean_j - self._min * load_j) / self._step_s
        volume_w = (clean_j - load_j) / self._step_s
        most_w = self._pooled(drawn_w)
        headroom_w = np.maximum((budget_w + most_w) / self._min, np.maximum(most_w, volume_w + most_w))
        last = interval + max(1, round(self._step_s / METER_S))
        self.headroom_w[interval:last] += headroom_w[self._pool] * min(1.0, self._step_s / METER_S)
        return drawn_w, budget_w[self._pool], volume_w[self._pool]

    def _foreseen(self, interval: int) -> tuple[np.ndarray, np.ndarray]:
        """Return V by hub and K by pool, of the step that begins in an interval. [W]"""
        flows = self._meter.foresee(interval)
        supply_w = flows["clean_supply_w"]
        if self._hourly:
            return supply_w, np.zeros(len(self._pool))
        delivered_w = np.minimum(flows["contract_delivered_w"], supply_w)
        contract_w = flows["contract_delivered_w"] + flows["contract_surplus_w"]
        return supply_w - delivered_w, self._pooled(contract_w + self._certificates_w[interval])

    def _turn(self, interval: int) -> None:
        """Close the block if the interval is in another."""
        block = int(self._block[interval])
        if block != self._open:
            self._slack_j += np.minimum(self._load_j, self._clean_j) - self._min * self._load_j
            self._load_j[:], self._clean_j[:] = 0.0, 0.0
            self._open = block

    def _pooled(self, values: np.ndarray) -> np.ndarray:
        return np.asarray(np.bincount(self._pool, weights=values, minlength=len(self._pool)))


def _facility_w(flows: np.ndarray) -> np.ndarray:
    """Return what the facility drew, from the balance of the site bus. [W]"""
    names = ("grid_import_w", "contract_delivered_w", "direct_green_used_w", "pv_used_w", "wind_used_w")
    into: np.ndarray = sum((flows[name] for name in names), flows["battery_discharge_w"])
    return np.asarray(into - flows["battery_charge_w"] - flows["grid_export_w"])


def _stamps(scenario: Scenario, signals: Signals) -> np.ndarray:
    start = np.datetime64(scenario.simulation.start.replace(tzinfo=None), "s")
    seconds = signals.begin_s + METER_S * np.arange(signals.intervals)
    return np.asarray(start + seconds.astype(np.int64).astype("timedelta64[s]"))


def _blocks(scenario: Scenario, signals: Signals, unit: str) -> np.ndarray:
    """Return the number of the calendar block of each interval."""
    return _stamps(scenario, signals).astype(f"datetime64[{unit}]").astype(np.int64)


def _certificates_w(scenario: Scenario, hub: str, signals: Signals) -> np.ndarray:
    """Return the certificates of a hub as a flat power over each year, by interval. [W]"""
    contracts = scenario.hubs[hub].contracts.values()
    volume_j = sum(contract.volume for contract in contracts if contract.kind == "certificates")
    years = _stamps(scenario, signals).astype("datetime64[Y]")
    days = (years + 1).astype("datetime64[D]") - years.astype("datetime64[D]")
    return np.asarray(volume_j / (days.astype(float) * SECONDS_PER_DAY))
