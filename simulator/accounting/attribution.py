"""
Who used it: facility energy, location-based carbon and electricity cost of every job, summing to the meter.

Per hub and meter month, and in one way for all three quantities:

- the dynamic energy of jobs goes to the jobs, that of services to the services;
- idle power and overhead (cooling, conversion, fixed) are one pool, shared by device-time: jobs by what they
  held, services by what they were given, and device-time that nobody held goes to ``unallocated``.

A job's device-time and dynamic energy are spread evenly over the time from its start to its end in the
horizon. Carbon and cost follow the hour: a job that runs in clean or cheap hours gets their factor. Because
the spread is even, dynamic carbon and cost of the jobs of a hub and month are scaled to what their metered
power caused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from simulator.accounting.books import Books, Floats, Ints, add_up, by_block, open_books
from simulator.accounting.carbon import location_kg
from simulator.accounting.clean import match
from simulator.accounting.cost import Bill, bill
from simulator.records import Records, arrow_schema
from simulator.scenario import METER_S, Loaded

COLUMNS = {"energy_j": "consumed_energy_j", "carbon_kg": "carbon_kg", "cost_cny": "cost_cny"}


@dataclass(frozen=True)
class Shares:
    """
    One quantity, split.

    Attributes
    ----------
    job : ndarray, shape (jobs,)
        Of each simulated job, of the sample (not times ``fleet_sample``).
    meter, jobs, services, unallocated : ndarray, shape (hubs, months)
        Of the whole region; ``jobs + services + unallocated = meter``.
    """

    job: Floats
    meter: Floats
    jobs: Floats
    services: Floats
    unallocated: Floats


@dataclass(frozen=True)
class _Cells:
    """Pieces of jobs, one for each job, hub and month it ran in."""

    job: Ints
    place: Ints  # hub x months + month
    hub: Ints
    begin_s: Floats
    end_s: Floats
    share: Floats  # of the job's time in the horizon


@dataclass(frozen=True)
class Pieces:
    """
    Jobs cut by hub and month.

    Attributes
    ----------
    job, place : ndarray of int, shape (pieces,)
        Row of the job; hub x months + month.
    held_device_s, energy_j : ndarray, shape (pieces,)
        Device-time held there, and facility energy by the shares of `split`, of the whole region.
    services_device_s, all_device_s : ndarray, shape (hubs, months)
        What services were given, and all there was to share out.
    """

    job: Ints
    place: Ints
    held_device_s: Floats
    energy_j: Floats
    services_device_s: Floats
    all_device_s: Floats


@dataclass(frozen=True)
class _DeviceTime:
    """Device-time of each cell, of services and in all, the last two by hub and month. [device s]"""

    held: Floats
    services: Floats
    all: Floats


def attribute(loaded: Loaded, records: Records) -> pa.Table:
    """
    Fill the accounting columns of the jobs table.

    Parameters
    ----------
    loaded : Loaded
        The scenario the records were made from.
    records : Records
        The five tables; earlier values of the accounting columns are ignored.

    Returns
    -------
    pyarrow.Table
        The jobs with ``consumed_energy_j`` [J], ``carbon_kg`` [kg] and ``cost_cny`` [CNY] of each simulated
        job.
    """
    books = open_books(loaded, records)
    shares, _ = split(books, bill(books, match(books).certificates))
    table, schema = records.jobs, arrow_schema("jobs")
    for quantity, column in COLUMNS.items():
        place = table.schema.get_field_index(column)
        table = table.set_column(place, schema.field(column), pa.array(shares[quantity].job))
    return table


def split(books: Books, paid: Bill) -> tuple[dict[str, Shares], Pieces]:
    """
    Split energy, carbon and cost of every hub and month between jobs, services and nobody.

    Returns
    -------
    dict of Shares
        Keys ``energy_j`` [J], ``carbon_kg`` [kg], ``cost_cny`` [CNY].
    Pieces
        The jobs by hub and month.
    """
    cells = _cells(books)
    time = _device_time(books, cells)
    energy, energy_j = _split_one(books, cells, time, books.energy_j("facility_w"))
    shares = {
        "energy_j": replace(energy, job=_direct_energy(books, cells, time)),
        "carbon_kg": _split_one(books, cells, time, location_kg(books))[0],
        "cost_cny": _split_one(books, cells, time, _interval_cost(books, paid))[0],
    }
    return shares, Pieces(cells.job, cells.place, time.held, energy_j, time.services, time.all)


def _interval_cost(books: Books, paid: Bill) -> Floats:
    """Electricity cost by hub and interval; monthly and yearly parts follow the facility energy."""
    flow = paid.flow_cny
    facility_j = books.energy_j("facility_w")
    month_j, total_j = by_block(facility_j, books.month), facility_j.sum(axis=1, keepdims=True)
    demand = over(paid.demand_cny, month_j)[:, books.month]
    certificates = over(paid.certificates_cny[:, None], total_j)
    cost: Floats = flow["energy"] + flow["delivery"] + flow["premium"] + flow["wheeling"] - flow["export"]
    return cost + (demand + certificates) * facility_j


def over(numerator: Floats, denominator: Floats) -> Floats:
    """Divide, 0 where there is nothing to divide by."""
    out = np.zeros(np.broadcast_shapes(numerator.shape, denominator.shape))
    return np.divide(numerator, denominator, out=out, where=denominator > 0.0)


def _cells(books: Books) -> _Cells:
    """Cut the time every job was in service by calendar month."""
    jobs = books.jobs
    bound = np.flatnonzero((jobs["hub"] >= 0) & ~np.isnan(jobs["starting_time"]))
    begin = np.maximum(jobs["starting_time"][bound], 0.0)
    end = np.fmin(jobs["finish_time"][bound], books.window_s)  # fmin: no finish = the end of the horizon
    edges = np.append(np.flatnonzero(np.diff(books.month, prepend=-1)) * METER_S, books.window_s)
    pieces, numbers = [], []
    for month in range(len(books.months)):
        inside = np.flatnonzero((begin < edges[month + 1]) & (end > edges[month]))
        pieces.append(inside)
        numbers.append(np.full(inside.size, month))
    row, month_of = np.concatenate(pieces), np.concatenate(numbers)
    left, right = np.maximum(begin[row], edges[month_of]), np.minimum(end[row], edges[month_of + 1])
    hub = jobs["hub"][bound][row]
    return _Cells(
        job=bound[row],
        place=hub * len(books.months) + month_of,
        hub=hub,
        begin_s=left,
        end_s=right,
        share=(right - left) / (end - begin)[row],
    )


def _integral(rate: Floats, hub: Ints, begin_s: Floats, end_s: Floats) -> Floats:
    """Integrate a piecewise constant rate of each cell's hub from its begin to its end."""
    hubs, intervals = rate.shape
    total = np.zeros((hubs, intervals + 1))
    np.cumsum(rate * METER_S, axis=1, out=total[:, 1:])
    padded = np.concatenate([rate, np.zeros((hubs, 1))], axis=1).ravel()
    running = total.ravel()

    def until(time_s: Floats) -> Floats:
        interval = (time_s / METER_S).astype(np.int64)
        place = hub * (intervals + 1) + interval
        value: Floats = running[place] + (time_s - interval * METER_S) * padded[place]
        return value

    return until(end_s) - until(begin_s)


def _device_time(books: Books, cells: _Cells) -> _DeviceTime:
    held = books.jobs["held_device_s"][cells.job] * cells.share * books.sample
    energised = np.zeros((len(books.hubs), books.intervals))
    np.add.at(energised, books.cluster_hub, books.sampled_energised_device_s)
    steps = books.steps
    given = steps["service_asked_device_s"] - steps["service_unserved_device_s"] - steps["service_spilled_device_s"]
    given = given + steps["service_hosted_device_s"]
    services = by_block(given, books.month)
    used = _by_place(books, cells, held) + services
    # an even spread may put more into a month than its devices could hold: share out no more than all
    return _DeviceTime(held, services, np.maximum(by_block(energised, books.month), used))


def _by_place(books: Books, cells: _Cells, values: Floats) -> Floats:
    shape = (len(books.hubs), len(books.months))
    return add_up(cells.place, values, shape[0] * shape[1]).reshape(shape)


def _pool_w(books: Books) -> Floats:
    return books.steps["it_idle_w"] + books.steps["cooling_w"] + books.steps["other_w"]


def _split_one(books: Books, cells: _Cells, time: _DeviceTime, quantity: Floats) -> tuple[Shares, Floats]:
    """Split a quantity given by hub and interval, whatever its unit; return also each piece's."""
    rate = over(quantity, books.steps["facility_w"])  # quantity per watt of facility power in the interval
    pool = over(by_block(_pool_w(books) * rate, books.month), time.all)
    dynamic = by_block(books.steps["it_jobs_w"] * rate, books.month)
    weight = _dynamic_weight(books, cells, rate)
    scale = over(dynamic, _by_place(books, cells, weight))
    piece = weight * scale.ravel()[cells.place] + time.held * pool.ravel()[cells.place]
    jobs = _by_place(books, cells, piece)
    services = by_block(books.steps["it_services_w"] * rate, books.month) + time.services * pool
    meter = by_block(quantity, books.month)
    job = add_up(cells.job, piece, len(books.job_ids)) / books.sample
    return Shares(job, meter, jobs, services, meter - jobs - services), piece


def _dynamic_weight(books: Books, cells: _Cells, rate: Floats) -> Floats:
    """Dynamic energy of each cell times the mean rate of the hours it ran in."""
    energy_j = books.jobs["dynamic_energy_j"][cells.job] * cells.share
    length = cells.end_s - cells.begin_s
    return energy_j * _integral(rate, cells.hub, cells.begin_s, cells.end_s) / length


def _direct_energy(books: Books, cells: _Cells, time: _DeviceTime) -> Floats:
    """Energy of each job: its own dynamic energy as recorded, plus its share of the pools of its months."""
    pool = over(by_block(_pool_w(books) * METER_S, books.month), time.all).ravel()
    shared = add_up(cells.job, time.held * pool[cells.place], len(books.job_ids))
    energy_j: Floats = books.jobs["dynamic_energy_j"] + shared / books.sample
    return energy_j
