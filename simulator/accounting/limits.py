"""
What power limits did: by cause, how long each set the cap, what gave way to it and the energy of that.

A cause is what the kernel named: the standing connection (`power`), `facility_limit`, `phase`, `outage`,
`demand_response`, `ramp`, the least `clean` share, or a cap of the `policy`. Only what occurs is listed.
A job counts for the cause that refused it first; those that queue behind a job refused are not counted, though they
wait as well. Energy not drawn because of slow clusters and servers that are off counts for what sets the cap of that
interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from energy_models.units import J_PER_MWH, SECONDS_PER_HOUR
from simulator.accounting.books import Books, Floats, Ints, add_up
from simulator.accounting.figures import Group
from simulator.records import Records
from simulator.scenario import METER_S

KINDS = {
    "suspended": "suspend",
    "requeued": "requeue",
    "slowed": "slow",
    "servers_off": "server_off",
    "trips": "trip",
}
NOISE_W = 1e-3  # far below a server, far above the rounding of 100 MW
OF_LIMITS = ("power", "facility_limit", "phase", "outage", "demand_response", "ramp", "clean", "policy")


@dataclass(frozen=True)
class Reactions:
    """
    What limits did, by cause and hub.

    Attributes
    ----------
    causes : tuple of str
        Those that occur, in the order of `OF_LIMITS`.
    values : dict of ndarray, shape (causes, hubs)
        By key of the summary.
    """

    causes: tuple[str, ...]
    values: dict[str, Floats]


def react(books: Books, records: Records) -> Reactions:
    """
    Count what limits did.

    Returns
    -------
    Reactions
        ``short_h``: time in which the cause set the cap and jobs were refused, clusters slow or servers off [h].
        ``jobs_refused`` first for its sake, of them ``jobs_refused_unstarted`` to the end, and ``refused_wait_h``
        that all of them waited from then to their start or the end [h]. Jobs ``suspended`` and ``requeued``, times a
        cluster was ``slowed``, ``servers_off``, ``trips``. IT energy ``lost_mwh`` with work rolled back, and
        ``slowed_mwh`` and ``parked_mwh`` not drawn [MWh]. ``clean`` sets no cap: its ``short_h`` is 0.
    """
    values = _steps(books, records) | _jobs(books, records) | _events(books, records)
    found = sum(np.abs(table).sum(axis=1) for table in values.values())
    chosen = np.flatnonzero(found)
    return Reactions(tuple(OF_LIMITS[i] for i in chosen), {key: table[chosen] for key, table in values.items()})


def limits(reactions: Reactions, hubs: Ints) -> Group:
    """
    Return what limits did in some hubs, by cause.

    Returns
    -------
    dict
        By cause the keys of `react`; counts are of simulated jobs, energies of the whole region.
    """
    values = reactions.values
    return {
        cause: {key: _plain(key, float(table[i, hubs].sum())) for key, table in values.items()}
        for i, cause in enumerate(reactions.causes)
    }


def _plain(key: str, value: float) -> float | int:
    return value if key.endswith(("_mwh", "_h")) else round(value)


def _steps(books: Books, records: Records) -> dict[str, Floats]:
    steps = records.steps
    hub, cause = _numbers(steps["hub"], books.hubs), _numbers(steps["cap_cause"], OF_LIMITS)
    slowed, parked = (_felt(steps[name].to_numpy()) for name in ("it_slowed_w", "it_parked_w"))
    short = (steps["power_refusals"].to_numpy() > 0) | (slowed > 0.0) | (parked > 0.0)
    to_mwh = books.sample * METER_S / J_PER_MWH
    return {
        "short_h": _grid(books, cause, hub, short * (METER_S / SECONDS_PER_HOUR)),
        "slowed_mwh": _grid(books, cause, hub, slowed * to_mwh),
        "parked_mwh": _grid(books, cause, hub, parked * to_mwh),
    }


def _felt(power_w: Floats) -> Floats:
    """Leave out what is only the rounding of a difference of powers. [W]"""
    return np.where(np.abs(power_w) < NOISE_W, 0.0, power_w)


def _jobs(books: Books, records: Records) -> dict[str, Floats]:
    jobs = records.jobs
    hub, cause = books.jobs["hub"], _numbers(jobs["refused_by"], OF_LIMITS)
    refused_s, start_s = books.jobs["refused_time"], books.jobs["starting_time"]
    since_s = np.maximum(refused_s, 0.0)  # what was waited before the window is not of it
    wait_s = np.where(cause >= 0, np.fmin(start_s, books.window_s) - since_s, 0.0)
    unstarted = np.isnan(start_s)
    return {
        "jobs_refused": _grid(books, cause, hub, np.ones(len(cause))),
        "jobs_refused_unstarted": _grid(books, cause, hub, unstarted.astype(float)),
        "refused_wait_h": _grid(books, cause, hub, np.maximum(wait_s, 0.0) / SECONDS_PER_HOUR),
    }


def _events(books: Books, records: Records) -> dict[str, Floats]:
    events = records.events
    hub, cause = _numbers(events["hub"], books.hubs), _numbers(events["cause"], OF_LIMITS)
    kind = _numbers(events["kind"], tuple(KINDS.values()))
    counted = {key: _grid(books, cause, hub, (kind == number).astype(float)) for number, key in enumerate(KINDS)}
    off = kind == list(KINDS).index("servers_off")
    counted["servers_off"] = _grid(books, cause, hub, np.where(off, events["value"].fill_null(0.0).to_numpy(), 0.0))
    lost_j = events["energy_j"].fill_null(0.0).to_numpy() * books.sample
    return counted | {"lost_mwh": _grid(books, cause, hub, lost_j / J_PER_MWH)}


def _grid(books: Books, cause: Ints, hub: Ints, values: Floats) -> Floats:
    """Add up values by cause and hub, where both are known."""
    known, hubs = (cause >= 0) & (hub >= 0), len(books.hubs)
    total = add_up(cause[known] * hubs + hub[known], values[known], len(OF_LIMITS) * hubs)
    return total.reshape(len(OF_LIMITS), hubs)


def _numbers(column: pa.ChunkedArray, names: tuple[str, ...]) -> Ints:
    """Return the place of each word among some names, -1 where it is none of them."""
    array = column.combine_chunks()
    place = {name: i for i, name in enumerate(names)}
    number = np.array([*(place.get(word, -1) for word in array.dictionary.to_pylist()), -1], dtype=np.int64)
    return number[array.indices.fill_null(-1).to_numpy(zero_copy_only=False)]
