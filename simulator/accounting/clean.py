"""
Clean energy: how much of the load was matched, hour by hour, month by month, over the year.

All matching takes the clean supply that served the facility, as settled: on-site and direct-line generation,
contract energy delivered, and the clean part of battery discharge. It is settled by interval of 15 minutes, after
the battery, and never above the load of the interval; hourly matching then takes the lesser of load and clean
supply in each clock hour. Clean supply of one quarter of an hour so covers no load of another, except through the
battery. A battery raises the score by the clean energy it gives back, and lowers it where energy from the grid that it
gives back takes the place of import a contract would have covered. Charging is no facility load; what is lost in the
battery served nobody.

Contract output above the load settles financially: it never reaches the meter. Its attributes are the buyer's all the
same, so it counts by volume in the longer blocks, monthly and annual, as green-power accounting does; the premium is
paid on it, and market-based carbon takes off exactly what annual matching used of it. What was exported, curtailed or
lost in the battery is in none of them: no unit is spent twice.

Certificates count in annual matching only, and only as far as load of the year is left that neither clean supply nor
contract surplus covered; market-based carbon takes off the same certificates. Each hub is matched against its own
load; the region is their sum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from energy_models.contracts import matched_j
from energy_models.units import J_PER_KWH, J_PER_MWH
from simulator.accounting.books import Books, Floats, Ints, by_block
from simulator.accounting.figures import Group, put_ratio

NO_LOAD = "no facility energy in the horizon"


@dataclass(frozen=True)
class Certificates:
    """
    Unbundled certificates by hub and calendar year, each an array of shape (hubs, years).

    ``bought = used + left`` is a ledger: `left` is found from the uncovered load, not from the difference.
    """

    bought_j: Floats
    used_j: Floats
    left_j: Floats
    cost_cny: Floats
    surplus_used_j: Floats  # contract output above the load that annual matching used


@dataclass(frozen=True)
class Matching:
    """Load and what covers it, by hub, each an array of shape (hubs,). [J]"""

    load_j: Floats
    hourly_j: Floats
    grid_clean_j: Floats
    monthly_j: Floats
    annual_bare_j: Floats
    annual_j: Floats
    supply_j: Floats
    certificates: Certificates


def match(books: Books) -> Matching:
    """
    Match the load of every hub with its clean supply.

    Returns
    -------
    Matching
        Hourly, monthly and annual side by side, the last without certificates (`annual_bare_j`) and with
        them; `grid_clean_j` is the carbon-free part of the grid mix in what hourly matching left over;
        `supply_j` adds the contract output above the load and is not capped, for the cover a yearly sum
        suggests.
    """
    load_j, served_j = books.energy_j("facility_w"), books.energy_j("clean_supply_w")
    surplus_j = books.energy_j("contract_available_w") - books.energy_j("contract_delivered_w")
    hourly_load, hourly_clean = by_block(load_j, books.hour), by_block(served_j, books.hour)
    rest_j = np.maximum(hourly_load - hourly_clean, 0.0)
    grid_share = by_block(books.steps["grid_clean_share"], books.hour) / np.bincount(books.hour)
    owned_j = served_j + surplus_j
    yearly_load, yearly_clean = by_block(load_j, books.year), by_block(owned_j, books.year)
    unserved_j = np.maximum(yearly_load - by_block(served_j, books.year), 0.0)
    surplus_used_j = np.minimum(by_block(surplus_j, books.year), unserved_j)
    certificates = _certificates(books, unserved_j - surplus_used_j, surplus_used_j)
    return Matching(
        load_j=load_j.sum(axis=1),
        hourly_j=_matched(load_j, served_j, books.hour),
        grid_clean_j=(rest_j * grid_share).sum(axis=1),
        monthly_j=_matched(load_j, owned_j, books.month),
        annual_bare_j=np.minimum(yearly_load, yearly_clean).sum(axis=1),
        annual_j=np.minimum(yearly_load, yearly_clean + certificates.used_j).sum(axis=1),
        supply_j=owned_j.sum(axis=1),
        certificates=certificates,
    )


def _matched(load_j: Floats, clean_j: Floats, block: Ints) -> Floats:
    return np.array([matched_j(load, clean, block) for load, clean in zip(load_j, clean_j, strict=True)])


def _certificates(books: Books, uncovered_j: Floats, surplus_used_j: Floats) -> Certificates:
    """Spend the year's certificates on the load of the year that nothing else covers."""
    bought, cost = np.zeros_like(uncovered_j), np.zeros_like(uncovered_j)
    for i, name in enumerate(books.hubs):
        for contract in books.scenario.hubs[name].contracts.values():
            if contract.kind == "certificates":
                volume_j = contract.volume * books.year_share
                bought[i] += volume_j
                cost[i] += volume_j / J_PER_KWH * contract.price
    return Certificates(
        bought_j=bought,
        used_j=np.minimum(bought, uncovered_j),
        left_j=np.maximum(bought - uncovered_j, 0.0),
        cost_cny=cost,
        surplus_used_j=surplus_used_j,
    )


def clean(matching: Matching, hubs: Ints) -> Group:
    """
    Return the clean shares of some hubs.

    Returns
    -------
    dict
        Shares of facility energy, 0 to 1 [-], and certificates spent. [MWh]
        ``match_annual`` holds certificates, ``match_annual_without_certificates`` does not.
        ``cover_annual`` is what a yearly sum would claim without matching, contract output above the load
        included and certificates left out; it may be above 1.
    """
    load_j = float(matching.load_j[hubs].sum())
    hourly_j, grid_j = float(matching.hourly_j[hubs].sum()), float(matching.grid_clean_j[hubs].sum())
    spent = matching.certificates
    group: Group = {}
    put_ratio(group, "cfe_score_hourly", hourly_j, load_j, NO_LOAD)
    put_ratio(group, "cfe_score_with_grid", hourly_j + grid_j, load_j, NO_LOAD)
    put_ratio(group, "match_monthly", float(matching.monthly_j[hubs].sum()), load_j, NO_LOAD)
    put_ratio(group, "match_annual_without_certificates", float(matching.annual_bare_j[hubs].sum()), load_j, NO_LOAD)
    put_ratio(group, "match_annual", float(matching.annual_j[hubs].sum()), load_j, NO_LOAD)
    put_ratio(group, "cover_annual", float(matching.supply_j[hubs].sum()), load_j, NO_LOAD)
    group["certificates_mwh"] = float(spent.used_j[hubs].sum()) / J_PER_MWH
    group["certificates_bought_mwh"] = float(spent.bought_j[hubs].sum()) / J_PER_MWH
    group["certificates_left_mwh"] = float(spent.left_j[hubs].sum()) / J_PER_MWH
    return group
