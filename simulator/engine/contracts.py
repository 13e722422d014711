"""
What the power contracts of every hub deliver, hour by hour: plant in the province, or elsewhere over interties.

Known before the clock starts, because a contract delivers what its plant makes, whatever the hub uses. Lines are
shared by all hubs of the scenario.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from energy_models import interties
from simulator.region import ways

if TYPE_CHECKING:
    from simulator.scenario import Contract, Intertie, Scenario

Provinces = dict[str, dict[str, np.ndarray]]


@dataclass(frozen=True)
class Contracts:
    """
    The power contracts of all hubs, each array of shape (hours, hubs), whole region.

    Attributes
    ----------
    output_w : ndarray
        What arrives at the meter of each hub. [W]
    premium, wheeling, agreed_price : ndarray
        Mean over that output: premium, transport, agreed price of the energy (0 where none). [CNY/kWh]
    agreed_share : ndarray
        Share of the output for which a price is agreed. [-]
    traded_w, sent_w : ndarray
        Of the output, what comes over interties, and what was sent for it at the plants. [W]
    blocked_w : ndarray
        Plant output the lines could not take. [W]
    traded_marginal : ndarray
        Marginal factor of what comes over interties, mean over it. [kg/kWh]
    """

    output_w: np.ndarray
    premium: np.ndarray
    wheeling: np.ndarray
    agreed_price: np.ndarray
    agreed_share: np.ndarray
    traded_w: np.ndarray
    sent_w: np.ndarray
    blocked_w: np.ndarray
    traded_marginal: np.ndarray

    def sampled(self, times: int) -> Contracts:
        """Return the contracts of 1/K of the region: powers divided by `times`, prices as they are."""
        powers = ("output_w", "traded_w", "sent_w", "blocked_w")
        return replace(self, **{name: getattr(self, name) / times for name in powers})


@dataclass(frozen=True)
class _Delivery:
    """One contract: its hub, where it comes from and over which lines."""

    hub: int
    contract: Contract
    sender: str
    way: tuple[int, ...]
    wanted_w: np.ndarray


def region_contracts(
    scenario: Scenario,
    hubs: tuple[str, ...],
    provinces: Provinces,
    marginal: dict[str, np.ndarray],
) -> Contracts:
    """
    Work out what all contracts of the region deliver.

    Parameters
    ----------
    scenario : Scenario
    hubs : tuple of str
        Order of the columns.
    provinces : dict
        Load, wind and sun of every province.
    marginal : dict of ndarray, shape (hours,)
        Marginal factor by province. [kg/kWh]
    """
    names = sorted(scenario.interties)
    lines = [_line(scenario.interties[name], provinces) for name in names]
    found = list(_deliveries(scenario, hubs, provinces, names))
    sent = interties.carried_w([d.wanted_w for d in found], [d.way for d in found], lines)
    hours = len(next(iter(marginal.values())))
    sums = {name: np.zeros((hours, len(hubs))) for name in Contracts.__dataclass_fields__}
    for delivery, sent_w in zip(found, sent, strict=True):
        _add(sums, delivery, sent_w, [lines[k] for k in delivery.way], marginal)
    for name in ("premium", "wheeling", "agreed_price", "agreed_share"):
        sums[name] = _mean(sums[name], sums["output_w"])
    sums["traded_marginal"] = _mean(sums["traded_marginal"], sums["traded_w"])
    return Contracts(**sums)


def _line(spec: Intertie, provinces: Provinces) -> interties.Line:
    load = provinces[spec.receiver]["load"]
    shape = load / load.mean() if spec.base_shape == "receiver_load" else np.ones_like(load)
    return interties.Line(interties.residual_w(spec.capacity, spec.base, shape), spec.loss, spec.wheeling)


def _deliveries(
    scenario: Scenario, hubs: tuple[str, ...], provinces: Provinces, names: list[str]
) -> Iterator[_Delivery]:
    routes = ways(scenario)
    for h, name in enumerate(hubs):
        hub = scenario.hubs[name]
        for _, contract in sorted(hub.contracts.items()):
            if contract.kind == "certificates":
                continue
            sender = contract.province or hub.province
            way = tuple(names.index(line) for line in routes[sender, hub.province])
            yield _Delivery(h, contract, sender, way, _output_w(contract, provinces[sender]))


def _output_w(contract: Contract, series: dict[str, np.ndarray]) -> np.ndarray:
    if contract.kind == "ppa_baseload":
        return np.full(len(series["load"]), contract.capacity)
    return contract.capacity * series["wind_cf" if contract.kind == "ppa_wind" else "pv_cf"]


def _add(
    sums: dict[str, np.ndarray],
    delivery: _Delivery,
    sent_w: np.ndarray,
    way: list[interties.Line],
    marginal: dict[str, np.ndarray],
) -> None:
    h, contract = delivery.hub, delivery.contract
    kept = interties.kept_share([line.loss for line in way])
    arrives = sent_w * kept
    sums["output_w"][:, h] += arrives
    sums["premium"][:, h] += arrives * contract.price_premium
    sums["wheeling"][:, h] += arrives * interties.wheeling_cny_per_kwh(way)
    if contract.energy_price is not None:  # what is lost on the way is bought too
        sums["agreed_price"][:, h] += arrives * contract.energy_price / kept
        sums["agreed_share"][:, h] += arrives
    if way:
        sums["traded_w"][:, h] += arrives
        sums["sent_w"][:, h] += sent_w
        sums["blocked_w"][:, h] += delivery.wanted_w - sent_w
        burnt = (1.0 - contract.from_curtailment) * marginal[delivery.sender]
        sums["traded_marginal"][:, h] += sent_w * burnt


def _mean(total: np.ndarray, over: np.ndarray) -> np.ndarray:
    return np.divide(total, over, out=np.zeros_like(total), where=over > 0.0)
