"""
Carbon on three bases, never mixed, and the carbon built into servers and batteries.

Location: all metered import at the province's hourly average factor, contracts or not. Market: contract
energy at 0, the rest at the residual mix, less the certificates annual matching used in the year. Contract output
above the load was not delivered and changes none of them. Marginal: all metered import at the
factor of the plant that answers a change; what came over interties at that of the sending province, losses
included and without what would else be curtailed. On-site and direct-line generation count 0 on all three.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from energy_models.units import J_PER_KWH, KG_PER_T
from simulator.accounting.books import Books, Floats, Ints, add_up, by_block
from simulator.accounting.clean import Certificates
from simulator.accounting.figures import Group, put_ratio
from simulator.scenario import METER_S


@dataclass(frozen=True)
class Emissions:
    """Emissions by hub, each an array of shape (hubs,). [kg]"""

    location_kg: Floats
    market_kg: Floats
    marginal_kg: Floats
    embodied_kg: Floats


def emissions(books: Books, certificates: Certificates) -> Emissions:
    """Return the emissions of every hub over the horizon."""
    metered_kwh = metered_import_kwh(books)
    return Emissions(
        location_kg=location_kg(books).sum(axis=1),
        market_kg=_market_kg(books, certificates),
        marginal_kg=_marginal_kg(books, metered_kwh).sum(axis=1),
        embodied_kg=_embodied_kg(books),
    )


def metered_import_kwh(books: Books) -> Floats:
    """Return what the meter saw, contract energy included, by hub and interval. [kWh]"""
    return (books.energy_j("grid_import_w") + books.energy_j("contract_delivered_w")) / J_PER_KWH


def location_kg(books: Books) -> Floats:
    """Return location-based emissions by hub and interval. [kg]"""
    return metered_import_kwh(books) * books.steps["ci_location_kg_per_kwh"]


def _marginal_kg(books: Books, metered_kwh: Floats) -> Floats:
    """Plant of the province answers for what came from it, plant of the sender for what came over interties. [kg]"""
    steps, traded_kwh = books.steps, books.energy_j("trade_delivered_w") / J_PER_KWH
    own = np.maximum(metered_kwh - traded_kwh, 0.0) * steps["ci_marginal_kg_per_kwh"]
    kilograms: Floats = own + traded_kwh * steps["ci_traded_marginal_kg_per_kwh"]
    return kilograms


def _market_kg(books: Books, certificates: Certificates) -> Floats:
    residual = [books.scenario.provinces[books.scenario.hubs[name].province].carbon_residual for name in books.hubs]
    attributes_j = certificates.surplus_used_j + certificates.used_j
    uncovered_j = by_block(books.energy_j("grid_import_w"), books.year) - attributes_j
    # attributes spent on load that the battery served cannot make the import negative
    return np.maximum(uncovered_j, 0.0).sum(axis=1) / J_PER_KWH * np.array(residual)


def _embodied_kg(books: Books) -> Floats:
    """Embodied carbon x time / service life: of servers by time under power, of batteries by the calendar."""
    by_cluster = energised_lives(books) * np.array(
        [books.scenario.devices[books.scenario.clusters[c].device].embodied_server for c in books.clusters]
    )
    batteries = [books.scenario.hubs[name].battery for name in books.hubs]
    stores = np.array([b.embodied * books.window_s / b.lifetime if b else 0.0 for b in batteries])
    return add_up(books.cluster_hub, by_cluster, len(books.hubs)) + stores


def energised_lives(books: Books) -> Floats:
    """Return the server service lives used up by time under power, shape (clusters,). [server]"""
    devices = [books.scenario.devices[books.scenario.clusters[name].device] for name in books.clusters]
    life_device_s = np.array([device.lifetime * device.devices_per_server for device in devices])
    return books.rungs["energised_device_s"].sum(axis=1) / life_device_s


def carbon(books: Books, kept: Emissions, hubs: Ints) -> Group:
    """Return the emissions of some hubs on the three bases, embodied carbon beside them. [t, kg/kWh]"""
    group: Group = {
        "location_tco2": float(kept.location_kg[hubs].sum()) / KG_PER_T,
        "market_tco2": float(kept.market_kg[hubs].sum()) / KG_PER_T,
        "marginal_tco2": float(kept.marginal_kg[hubs].sum()) / KG_PER_T,
        "embodied_tco2": float(kept.embodied_kg[hubs].sum()) / KG_PER_T,
    }
    it_kwh = float(books.steps["it_w"][hubs].sum()) * METER_S / J_PER_KWH
    location = float(kept.location_kg[hubs].sum())
    put_ratio(group, "cue_kg_per_kwh", location, it_kwh, "no IT energy in the horizon")
    return group
