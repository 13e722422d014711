"""
The same electricity cut in several ways: by job class, by the hub and the province of the users, by where it was used.

Every cut carries the same parts and sums to the same meter:

- ``it``: power of busy devices above idle; ``idle``: idle power of the servers under power;
- ``cooling`` and ``other`` (conversion, fixed overhead): what the PUE adds;
- ``storage_loss``: lost in the batteries, shared by facility energy within a hub and month;
- ``network``: electricity of moving a job's data, charged to that job.

``attribution`` says how the pools (idle, cooling, other) are shared: by device-time of a hub and month. Jobs are cut by
class or by their users. Services and device-time that nobody held are lines of their own there; by hub and province
they are part of their place. Users are told apart by their hub: no trace of this project names persons.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from energy_models.units import J_PER_GWH, KG_PER_T
from simulator.accounting.attribution import Pieces, Shares, over
from simulator.accounting.books import Books, Floats, Ints, add_up, by_block
from simulator.accounting.figures import Group
from simulator.accounting.network import by_hub

POOLS = {"idle": "it_idle_w", "cooling": "cooling_w", "other": "other_w"}
ENERGY = ("it", *POOLS, "storage_loss", "network")
# unit of a column as the summary shows it: ending, and what one of it is in SI
SHOWN = dict.fromkeys(ENERGY, ("gwh", J_PER_GWH)) | {
    "carbon": ("tco2", KG_PER_T),
    "cost": ("cny", 1.0),
    "network_price": ("cny", 1.0),
}
COLUMNS = tuple(SHOWN)
# columns that the records of jobs hold, and those that `split` has shared out
RECORDED = {"it": "dynamic_energy_j", "network": "network_energy_j", "network_price": "network_cost_cny"}
SHARED = {"carbon": "carbon_kg", "cost": "cost_cny"}
PLACES = ("hub", "province")  # cuts by where it was used, services and unallocated included


@dataclass(frozen=True)
class Attributed:
    """
    What was used, by part: `ENERGY` [J], ``carbon`` [kg, location-based], ``cost`` and ``network_price`` [CNY].

    Attributes
    ----------
    cuts : dict of dict of ndarray, shape (columns,)
        ``class users users_province hub province``, by name; of the whole region. The first three hold jobs only and
        sum to the meter together with services and unallocated.
    services, unallocated, meter : ndarray, shape (columns,)
    """

    cuts: dict[str, dict[str, Floats]]
    services: Floats
    unallocated: Floats
    meter: Floats

    def sums(self) -> dict[str, Floats]:
        """Return what each cut adds up to, by column: it must be the meter."""
        beside = self.services + self.unallocated
        total = {
            name: np.sum([*members.values(), np.zeros(len(COLUMNS))], axis=0) for name, members in self.cuts.items()
        }
        return {name: row + (0.0 if name in PLACES else beside) for name, row in total.items()}


def attributed(books: Books, shares: dict[str, Shares], cut: Pieces) -> Attributed:
    """
    Take the shares of a run apart.

    Parameters
    ----------
    books : Books
    shares, cut
        From `split`.

    Returns
    -------
    Attributed
    """
    scenario = books.scenario
    provinces = tuple(sorted(scenario.provinces))
    province = np.array([provinces.index(scenario.hubs[name].province) for name in books.hubs])
    origin = books.jobs["origin"]
    names = {
        "class": tuple(scenario.job_classes),
        "users": books.hubs,
        "users_province": provinces,
        "hub": books.hubs,
    }
    codes = {
        "class": books.jobs["class"],
        "users": origin,
        "users_province": province[origin],
        "hub": books.jobs["hub"],
    }
    lost_j = by_block(books.energy_j("battery_loss_w"), books.month)
    lost = over(lost_j, shares["energy_j"].meter)  # per joule of facility energy, by hub and month
    rows = _jobs(books, cut, shares, lost, {name: (code, len(names[name])) for name, code in codes.items()})
    services, meter = _services(books, cut, shares, lost), _meter(books, shares, lost_j)
    rest = meter - services - rows["hub"]
    rest[:, COLUMNS.index("it")] = 0.0  # dynamic power is always somebody's
    rows["hub"] += services + rest
    cuts = {name: _named(names[name], rows[name]) for name in names}
    cuts["province"] = _named(provinces, _grouped(rows["hub"], province, len(provinces)))
    return Attributed(cuts, services.sum(axis=0), rest.sum(axis=0), meter.sum(axis=0))


def _jobs(
    books: Books, cut: Pieces, shares: dict[str, Shares], lost: Floats, groups: dict[str, tuple[Ints, int]]
) -> dict[str, Floats]:
    """Add the jobs up by group; column by column, since there may be ten million."""
    rows = {name: np.zeros((size, len(COLUMNS))) for name, (_, size) in groups.items()}
    for i, column in enumerate(COLUMNS):
        values = _of_jobs(books, cut, shares, lost, column)
        for name, (code, size) in groups.items():
            known = code >= 0
            rows[name][:, i] = add_up(code[known], values[known], size)
    return rows


def _of_jobs(books: Books, cut: Pieces, shares: dict[str, Shares], lost: Floats, column: str) -> Floats:
    """Return one part of each job, of the whole region."""
    if column in RECORDED:
        return np.asarray(books.jobs[RECORDED[column]] * books.sample)
    if column in SHARED:
        return shares[SHARED[column]].job * books.sample
    if column == "storage_loss":
        weight = cut.energy_j * lost.ravel()[cut.place]
    else:
        weight = cut.held_device_s * _pool(books, cut, column).ravel()[cut.place]
    return add_up(cut.job, weight, len(books.job_ids))


def _pool(books: Books, cut: Pieces, column: str) -> Floats:
    """Return a pool per device-second, by hub and month. [J/(device s)]"""
    return over(by_block(books.energy_j(POOLS[column]), books.month), cut.all_device_s)


def _services(books: Books, cut: Pieces, shares: dict[str, Shares], lost: Floats) -> Floats:
    own = {name: (cut.services_device_s * _pool(books, cut, name)).sum(axis=1) for name in POOLS}
    own |= {name: shares[key].services.sum(axis=1) for name, key in SHARED.items()}
    own |= dict.fromkeys(("network", "network_price"), np.zeros(len(books.hubs)))
    own["it"] = books.energy_j("it_services_w").sum(axis=1)
    own["storage_loss"] = (shares["energy_j"].services * lost).sum(axis=1)
    return np.stack([own[name] for name in COLUMNS], axis=1)


def _meter(books: Books, shares: dict[str, Shares], lost_j: Floats) -> Floats:
    own = {name: books.energy_j(column).sum(axis=1) for name, column in POOLS.items()}
    own |= {name: shares[key].meter.sum(axis=1) for name, key in SHARED.items()}
    own["it"] = (books.energy_j("it_jobs_w") + books.energy_j("it_services_w")).sum(axis=1)
    own["storage_loss"] = lost_j.sum(axis=1)
    own |= {name: by_hub(books, books.jobs[RECORDED[name]]) for name in ("network", "network_price")}
    return np.stack([own[name] for name in COLUMNS], axis=1)


def _grouped(rows: Floats, code: Ints, size: int) -> Floats:
    return np.stack([add_up(code, rows[:, i], size) for i in range(rows.shape[1])], axis=1)


def _named(names: tuple[str, ...], rows: Floats) -> dict[str, Floats]:
    """Name the rows; who used nothing is left out."""
    return {name: row for name, row in zip(names, rows, strict=True) if row.any()}


def shown(parts: Attributed) -> Group:
    """
    Return the summary's group ``attributed``.

    Returns
    -------
    dict
        ``by_class by_users by_users_province by_hub by_province``, ``services unallocated meter``, each with the parts
        in GWh and their sum ``energy_gwh``, ``carbon_tco2`` (location-based), ``cost_cny`` (electricity) and
        ``network_price_cny``.
    """
    group: Group = {
        f"by_{name}": {member: _row(row) for member, row in members.items()} for name, members in parts.cuts.items()
    }
    return group | {name: _row(getattr(parts, name)) for name in ("services", "unallocated", "meter")}


def _row(values: Floats) -> Group:
    row: Group = {
        f"{name}_{SHOWN[name][0]}": float(v) / SHOWN[name][1] for name, v in zip(COLUMNS, values, strict=True)
    }
    row["energy_gwh"] = sum(row[f"{name}_gwh"] for name in ENERGY)
    return row
