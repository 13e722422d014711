"""The summary of a run: every public key, as plain numbers ready for JSON."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from energy_models.units import J_PER_GWH, KG_PER_T
from simulator.accounting import ledgers
from simulator.accounting.attributed import attributed, shown
from simulator.accounting.attribution import Shares, split
from simulator.accounting.books import Books, Ints, open_books
from simulator.accounting.carbon import Emissions, carbon, emissions
from simulator.accounting.clean import Matching, clean, match
from simulator.accounting.cost import Bill, bill, cost, tariff_parts
from simulator.accounting.direct import direct_green
from simulator.accounting.energy import energy, provinces
from simulator.accounting.figures import Group
from simulator.accounting.green_share import green_share
from simulator.accounting.ladder import capacity, horizon
from simulator.accounting.limits import limits, react
from simulator.accounting.network import network
from simulator.accounting.service import service
from simulator.accounting.targets import targets
from simulator.accounting.water import water
from simulator.records import Records
from simulator.scenario import METER_S, Loaded

# unit of a quantity as the summary shows it: key and what one of it is in SI
SHOWN = {"energy_j": ("gwh", J_PER_GWH), "carbon_kg": ("tco2", KG_PER_T), "cost_cny": ("cny", 1.0)}


def account(loaded: Loaded, records: Records) -> Group:
    """
    Turn the records of a run into its summary.

    Parameters
    ----------
    loaded : Loaded
        The scenario the records were made from.
    records : Records
        The five tables.

    Returns
    -------
    dict
        The groups of figures for the region and for each hub, and `scale`, `windows`, `targets`, `provinces`,
        `attributed`, `ledgers`, `clusters`. Every number of the fleet is of the whole region. What is undefined is
        None, and ``<key>_reason`` beside it says why.

    Raises
    ------
    InvariantError
        If the records are incomplete or a ledger does not close.
    """
    books = open_books(loaded, records)
    matching = match(books)
    paid = bill(books, matching.certificates)
    emitted = emissions(books, matching.certificates)
    shares, pieces = split(books, paid)
    parts = attributed(books, shares, pieces)
    reactions = react(books, records)
    every = np.arange(len(books.hubs))
    window = horizon(books)

    def groups(hubs: Ints) -> Group:
        group = _groups(books, matching, paid, emitted, shares, hubs) | {"limits": limits(reactions, hubs)}
        share = green_share(books, matching, hubs)
        return group | ({"green_share": share} if share else {})

    region = groups(every)
    region["service"]["jobs_rejected_by_reason"] = _rejected(records)
    return {
        "scale": _scale(books),
        "windows": {"horizon": window.as_dict(books)},
        "targets": targets(books),
        **region,
        "provinces": provinces(books, every),
        "attributed": shown(parts),
        "ledgers": ledgers.check_all(books, matching.certificates, paid, shares, parts),
        "hubs": {name: groups(np.array([i])) for i, name in enumerate(books.hubs)},
        "clusters": {name: _cluster(books, i) for i, name in enumerate(books.clusters)},
    }


def _rejected(records: Records) -> dict[str, int]:
    """Count the rejected jobs by reason, most first."""
    rejected = pc.equal(records.jobs["final_state"].cast("string"), "rejected")
    counts = pc.value_counts(records.jobs["reason"].filter(rejected).cast("string")).to_pylist()
    return {one["values"]: one["counts"] for one in sorted(counts, key=lambda one: (-one["counts"], one["values"]))}


def _groups(
    books: Books, matching: Matching, paid: Bill, emitted: Emissions, shares: dict[str, Shares], hubs: Ints
) -> Group:
    clusters = np.flatnonzero(np.isin(books.cluster_hub, hubs))
    return {
        "capacity": capacity(books, horizon(books), clusters),
        "energy": energy(books, hubs) | water(books, hubs),
        "clean": clean(matching, hubs) | direct_green(books, hubs),
        "emissions": carbon(books, emitted, hubs),
        "cost": cost(paid, hubs),
        "network": network(books, hubs),
        "tariff": tariff_parts(paid, hubs),
        "service": service(books, hubs),
        "attribution": _attribution(shares, hubs),
    }


def _attribution(shares: dict[str, Shares], hubs: Ints) -> Group:
    group: Group = {}
    for quantity, (unit, size) in SHOWN.items():
        share = shares[quantity]
        for part in ("jobs", "services", "unallocated", "meter"):
            group[f"{part}_{unit}"] = float(getattr(share, part)[hubs].sum()) / size
    return group


def _cluster(books: Books, number: int) -> Group:
    name = books.clusters[number]
    cluster = books.scenario.clusters[name]
    return {
        "hub": cluster.hub,
        "device": cluster.device,
        "in_baseline": cluster.in_baseline,
        "capacity": capacity(books, horizon(books), np.array([number])),
    }


def _scale(books: Books) -> Group:
    """
    What one simulated device and one simulated job stand for.

    ``extensive_figures_times`` is K, for powers and energies of hubs; ``clusters_times`` scales the devices of each
    cluster, so that ``devices_accounted`` are those planned whatever the rounding of the sample.
    """
    scenario = books.scenario
    planned = {
        name: cluster.servers * scenario.devices[cluster.device].devices_per_server
        for name, cluster in scenario.clusters.items()
    }
    largest = books.rungs["nameplate_device_s"].max(axis=1) / METER_S
    built = {name: float(devices) for name, devices in zip(books.clusters, largest, strict=True) if devices > 0.0}
    group: Group = {
        "fleet_sample": books.sample,
        "extensive_figures_times": books.sample,
        "clusters_times": dict(zip(books.clusters, books.cluster_times.tolist(), strict=True)),
        "jobs_times": 1,
        "devices_accounted": sum(built.values()),
        "devices_planned": float(sum(planned[name] for name in built)),
    }
    granularity = _granularity(books)
    if granularity:
        group["job_granularity"] = granularity
    return group


def _granularity(books: Books) -> dict[str, int]:
    """Most real jobs one simulated job stands for, by class, where it is more than one."""
    classes = tuple(books.scenario.job_classes)
    most = np.zeros(len(classes), dtype=np.int64)
    np.maximum.at(most, books.jobs["class"], books.jobs["stands_for"])
    return {name: int(value) for name, value in zip(classes, most, strict=True) if value > 1}
