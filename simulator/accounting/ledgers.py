"""
Ledgers that must close; one that does not is a bug of ours and fails the run.

Every check compares two sides that were found in different ways and names the place, the time and both
sides. Residuals are relative to the larger side (or to what flows through); the largest of each ledger goes
to the summary.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulator.accounting.attributed import COLUMNS, Attributed
from simulator.accounting.attribution import Shares
from simulator.accounting.books import Books, Floats, add_up
from simulator.accounting.clean import Certificates
from simulator.accounting.cost import COSTS, DELIVERY_PARTS, Bill, direct_lines
from simulator.accounting.ladder import RUNGS, Window, horizon, mean_devices, target_window
from simulator.accounting.service import IN_SYSTEM, STATE
from simulator.errors import InvariantError
from simulator.scenario import METER_S

TOLERANCE = 1e-9
SOURCES = (
    "grid_import_w",
    "contract_delivered_w",
    "direct_green_used_w",
    "pv_used_w",
    "wind_used_w",
    "battery_discharge_w",
)
SINKS = ("it_w", "cooling_w", "other_w", "battery_charge_w", "grid_export_w")
IT_PARTS = ("it_idle_w", "it_jobs_w", "it_services_w")
FACILITY_PARTS = ("it_w", "cooling_w", "other_w")
WITHIN = (
    ("pv_used_w", "pv_available_w"),
    ("wind_used_w", "wind_available_w"),
    ("direct_green_used_w", "direct_green_available_w"),
    ("direct_green_exported_w", "direct_green_used_w"),
    ("direct_green_exported_w", "grid_export_w"),
    ("green_stored_j", "energy_stored_j"),
    ("contract_delivered_w", "contract_available_w"),
    ("trade_delivered_w", "contract_delivered_w"),
    ("trade_delivered_w", "trade_sent_w"),
    ("service_unserved_device_s", "service_asked_device_s"),
    ("service_spilled_device_s", "service_asked_device_s"),
)


def check_all(
    books: Books, certificates: Certificates, paid: Bill, shares: dict[str, Shares], parts: Attributed
) -> dict[str, float]:
    """
    Check every ledger of a run.

    Returns
    -------
    dict
        The largest relative residual of each ledger. [-]

    Raises
    ------
    InvariantError
        At the first ledger that does not close to 1e-9.
    """
    return {
        "energy_residual": energy(books),
        "jobs_residual": jobs(books),
        "work_residual": work(books),
        "certificate_residual": certificate(books, certificates),
        "money_residual": money(books, paid),
        "ladder_residual": ladder(books),
        "attribution_residual": max(attribution(books, shares), attributed(parts)),
    }


def _close(ledger: str, left: Floats, right: Floats, scale: Floats, where: Callable[..., str]) -> float:
    """Return the largest residual; raise above the tolerance. `where` names the place of an index."""
    difference = np.abs(left - right)
    residual = np.divide(difference, scale, out=np.where(difference == 0.0, 0.0, np.inf), where=scale > 0.0)
    residual = np.where(np.isnan(residual), np.inf, residual)
    worst = np.unravel_index(int(np.argmax(residual)), residual.shape)
    if residual[worst] > TOLERANCE:
        raise InvariantError(
            f"ledger {ledger}: {where(*worst)}: {left[worst]:.15g} against {right[worst]:.15g}, "
            f"relative residual {residual[worst]:.3g}, allowed {TOLERANCE:g}"
        )
    return float(residual[worst])


def _larger(left: Floats, right: Floats) -> Floats:
    return np.maximum(np.abs(left), np.abs(right))


def energy(books: Books) -> float:
    """
    Check the energy ledgers.

    By interval, hub and run: sources = sinks at the site bus; by interval: IT = idle + jobs + services,
    facility = IT + cooling + other, battery charge - discharge - loss = change of the stored energy, no flow
    negative, no use above what was available; by hub: dynamic energy of the jobs = integral of the jobs'
    power.
    """
    steps = books.steps
    supply, use = _total(books, SOURCES), _total(books, SINKS)

    def at(hub: int, interval: int) -> str:
        return f"hub {books.hubs[hub]} at {books.when(interval)}, W"

    parts, facility = _total(books, IT_PARTS), _total(books, FACILITY_PARTS)
    _check_signs(books)
    return max(
        _close("energy, site balance", supply, use, _larger(supply, use), at),
        _sums("energy, site balance", books, supply * METER_S, use * METER_S),
        _close("energy, IT = idle + jobs + services", steps["it_w"], parts, _larger(steps["it_w"], parts), at),
        _close("energy, facility", steps["facility_w"], facility, _larger(steps["facility_w"], facility), at),
        _storage(books, at),
        _dynamic(books),
    )


def _total(books: Books, columns: tuple[str, ...]) -> Floats:
    return np.sum([books.steps[name] for name in columns], axis=0)


def _sums(ledger: str, books: Books, left: Floats, right: Floats) -> float:
    hub_left, hub_right = left.sum(axis=1), right.sum(axis=1)
    run_left, run_right = np.array([left.sum()]), np.array([right.sum()])
    return max(
        _close(
            ledger,
            hub_left,
            hub_right,
            _larger(hub_left, hub_right),
            lambda h: f"hub {books.hubs[h]}, horizon, J",
        ),
        _close(ledger, run_left, run_right, _larger(run_left, run_right), lambda _: "all hubs, horizon, J"),
    )


def _check_signs(books: Books) -> None:
    """No named flow is negative, none is above what was available."""
    for name in (
        *SOURCES,
        *SINKS,
        *IT_PARTS,
        "curtailed_w",
        "battery_loss_w",
        "energy_stored_j",
        "clean_supply_w",
    ):
        _check_within(books, name, np.zeros(1), books.steps[name], "0")
    for used, available in WITHIN:
        _check_within(books, used, books.steps[used], books.steps[available], available)


def _check_within(books: Books, name: str, low: Floats, high: Floats, limit: str) -> None:
    slack = TOLERANCE * np.maximum(_larger(low, high), books.steps["facility_w"])  # rounding of the balance
    wrong = np.argwhere(~(low <= high + slack))
    if wrong.size:
        hub, interval = (int(i) for i in wrong[0])
        value = books.steps[name][hub, interval]
        raise InvariantError(
            f"ledger energy: hub {books.hubs[hub]} at {books.when(interval)}: {name} is {value:.15g}, "
            f"on the wrong side of {limit}"
        )


def _storage(books: Books, at: Callable[..., str]) -> float:
    """The first interval is left out: what the battery held before it belongs to the warm-up."""
    steps = books.steps
    stored = steps["energy_stored_j"]
    if books.intervals < 2:
        return 0.0
    net = (steps["battery_charge_w"] - steps["battery_discharge_w"] - steps["battery_loss_w"])[:, 1:] * METER_S
    expected = stored[:, :-1] + net
    moved = (steps["battery_charge_w"] + steps["battery_discharge_w"])[:, 1:] * METER_S
    scale = np.maximum(_larger(stored[:, 1:], expected), moved)
    return _close("energy, battery, J", stored[:, 1:], expected, scale, lambda h, i: at(h, i + 1))


def _dynamic(books: Books) -> float:
    jobs = books.jobs
    bound = jobs["hub"] >= 0
    hub, dynamic_j = jobs["hub"][bound], jobs["dynamic_energy_j"][bound]
    own = add_up(hub, dynamic_j * books.sample, len(books.hubs))
    metered = books.energy_j("it_jobs_w").sum(axis=1)
    return _close(
        "energy, jobs' dynamic energy = integral of it_jobs_w",
        own,
        metered,
        _larger(own, metered),
        lambda h: f"hub {books.hubs[h]}, horizon, J",
    )


def jobs(books: Books) -> float:
    """
    Check that every job is in exactly one state, and that the states agree with the times and with the
    queues.

    Submitted + carried in = finished + failed + killed + rejected + held + transferring + waiting +
    suspended + running; ids are unique; who finished has a start and an end in order; who runs has no end;
    and at the end of the horizon running, waiting (suspended jobs wait again) and held jobs are as many as
    the hubs' counters say.
    """
    table = books.jobs
    if len(books.job_ids) != len(books.job_ids.unique()):
        raise InvariantError("ledger jobs: a job id occurs twice")
    state, start, finish = table["final_state"], table["starting_time"], table["finish_time"]
    gone = state == STATE["finished"]
    running = state == STATE["running"]
    wrong = (state < 0) | (gone & ~(finish >= start)) | (running & ~(np.isnan(finish) & ~np.isnan(start)))
    wrong |= (start < table["submission_time"]) | (np.isin(state, _numbers(IN_SYSTEM)) & ~np.isnan(finish))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        shown = {name: table[name][row].item() for name in ("submission_time", "starting_time", "finish_time")}
        raise InvariantError(f"ledger jobs: job {books.job_ids[row]} is {_state_name(int(state[row]))} with {shown}")
    _count_at_end(books, "running_jobs", "hub", ("running",))
    _count_at_end(books, "waiting_jobs", "hub", ("waiting", "suspended"))
    _count_at_end(books, "held_jobs", "origin", ("held",))
    return 0.0


def _numbers(states: tuple[str, ...]) -> list[int]:
    return [STATE[name] for name in states]


def _state_name(number: int) -> str:
    return next((name for name, n in STATE.items() if n == number), "in no state")


def _count_at_end(books: Books, column: str, place: str, states: tuple[str, ...]) -> None:
    chosen = np.isin(books.jobs["final_state"], _numbers(states)) & (books.jobs[place] >= 0)
    listed = np.bincount(books.jobs[place][chosen], minlength=len(books.hubs))
    counted = books.steps[column][:, -1]
    for name, left, right in zip(books.hubs, listed, counted, strict=True):
        if left != right:
            raise InvariantError(
                f"ledger jobs: hub {name} at the end: {left} jobs are {' or '.join(states)}, {column} says {right:g}"
            )


def work(books: Books) -> float:
    """
    Check that work is neither made nor lost.

    Of every job: executed = useful + lost, which defines useful (work rolled back and restores paid are
    lost, also where the work was done before the horizon); asked = useful + remaining + abandoned. What was
    not done is remaining for a job still in the system and abandoned for one that failed or was killed; both
    are recorded, not found by difference. A finished job leaves nothing; a rejected one did nothing and
    abandons all it asked. The residual is the sum of all deviations over all work asked or executed.
    """
    table = books.jobs
    useful = table["executed_device_s"] - table["lost_device_s"]
    undone = table["remaining_device_s"]
    state = table["final_state"]
    deviation = np.abs(table["asked_device_s"] - useful - undone)
    deviation = np.where(state == STATE["rejected"], np.abs(useful) + np.abs(undone), deviation)
    deviation += np.where(state == STATE["finished"], np.abs(undone), np.maximum(-undone, 0.0))
    deviation += np.maximum(-table["lost_device_s"], 0.0)
    total = max(float(table["asked_device_s"].sum()), float(table["executed_device_s"].sum()))
    residual = float(deviation.sum()) / total if total > 0.0 else float(deviation.sum())
    if not residual <= TOLERANCE:
        row = int(np.argmax(deviation))
        raise InvariantError(
            f"ledger work: job {books.job_ids[row]} ({_state_name(int(state[row]))}) asked "
            f"{table['asked_device_s'][row]:.15g} device s against useful {useful[row]:.15g} + not done "
            f"{undone[row]:.15g}; all jobs: relative residual {residual:.3g}, allowed {TOLERANCE:g}"
        )
    return residual


def certificate(books: Books, spent: Certificates) -> float:
    """Certificates bought = used + left, by hub and year."""
    used = spent.used_j + spent.left_j
    return _close(
        "certificates",
        spent.bought_j,
        used,
        _larger(spent.bought_j, used),
        lambda h, y: f"hub {books.hubs[h]}, calendar year {y + 1} of the horizon, J",
    )


def money(books: Books, paid: Bill) -> float:
    """
    Check that the parts make the total and the hubs the region.

    Energy and delivery of the region are found again from all rows at once, not from the hubs' bills.
    """
    steps = books.steps
    price = steps["energy_price_cny_per_kwh"] + steps["delivery_price_cny_per_kwh"]
    metered_w = steps["grid_import_w"] + steps["contract_delivered_w"]
    line, line_kwh, _ = direct_lines(books)
    line_cny = float(np.vdot(line_kwh, np.broadcast_to(line["price"] + line["delivery"], line_kwh.shape)))
    agreed = float(np.vdot(steps["contract_delivered_w"], steps["contract_price_gap_cny_per_kwh"]))
    metered = (float(np.vdot(metered_w, price)) + agreed) * METER_S / 3.6e6 + line_cny
    others = [key for key in COSTS if key not in ("energy_cny", "delivery_cny")]
    parts = np.array([metered, *(float(paid.parts[key].sum()) for key in others)])
    split = sum(paid.of_delivery[key] for key in (*DELIVERY_PARTS, "direct_line_cny"))
    _close(
        "money, parts of delivery",
        np.asarray(split),
        paid.parts["delivery_cny"],
        _larger(np.asarray(split), paid.parts["delivery_cny"]),
        lambda h: f"hub {books.hubs[h]}, CNY",
    )
    revenue = float(paid.parts["export_revenue_cny"].sum())
    region = np.array([float(parts.sum()) - revenue])
    hubs = np.array([float(paid.total_cny.sum())])
    scale = np.array([float(np.abs(parts).sum()) + abs(revenue)])
    return _close("money", hubs, region, scale, lambda _: "sum of the hubs against the region, CNY")


def ladder(books: Books) -> float:
    """No rung is above the one over it: each cluster, over the horizon and over the window of each target."""
    windows: list[Window | None] = [horizon(books)]
    windows += [target_window(books, target.date) for target in books.scenario.targets.values()]
    return max(_ladder(books, window) for window in windows if window is not None)


def _ladder(books: Books, window: Window) -> float:
    devices = mean_devices(books, window)
    lost = books.rungs["lost_device_s"][:, window.first : window.last].sum(axis=1) / window.seconds
    values = np.array([devices[name] for name in RUNGS])
    values[-1] += lost  # before roll-backs, which would hide a fault
    upper, lower = values[:-1], np.maximum(values[1:], values[:-1])
    return _close(
        "ladder",
        lower,
        upper,
        upper,
        lambda r, c: (
            f"cluster {books.clusters[c]}, {books.when(window.first)} to {books.when(window.last)}, "
            f"mean devices {RUNGS[r + 1]} above {RUNGS[r]}"
        ),
    )


def attribution(books: Books, shares: dict[str, Shares]) -> float:
    """
    Check that what jobs are charged is what the hubs' months say, and that nobody is charged a negative rest.

    Jobs + services + unallocated = meter holds by hub and month; the jobs' side is added up again from the
    jobs.
    """
    worst = 0.0
    for name, share in shares.items():
        own = np.array([float(share.job.sum()) * books.sample])
        listed = np.array([float(share.jobs.sum())])
        scale = np.array([float(np.abs(share.meter).sum())])
        worst = max(worst, _close(f"attribution, {name}", own, listed, scale, lambda _: "all jobs, horizon"))
    rest = shares["energy_j"].unallocated
    meter = shares["energy_j"].meter
    return max(
        worst,
        _close(
            "attribution, energy_j",
            np.maximum(-rest, 0.0),
            np.zeros_like(rest),
            meter,
            lambda h, m: f"hub {books.hubs[h]}, {books.months[m]}: unallocated below 0",
        ),
    )


def attributed(parts: Attributed) -> float:
    """Check that every cut of the attribution sums to the meter in every part."""
    meter = parts.meter
    scale = np.where(meter != 0.0, np.abs(meter), 1.0)
    worst = 0.0
    for name, total in parts.sums().items():
        worst = max(
            worst, _close(f"attribution by {name}", total, meter, scale, lambda c: f"{COLUMNS[c]} over the horizon")
        )
    return worst
