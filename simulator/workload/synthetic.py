"""
Jobs drawn from measured statistics, as many as the asked share of the energised fleet needs.

Each class has its own stream of chance: jobs are drawn one after the other until their device-seconds reach
the class's budget, fill x share x energised reference device-seconds. A job belongs to the calendar month in
which the running total passes its middle, so every month and the whole run come within one job of their
budgets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.scenario import Problem, raise_if_any, stream
from simulator.workload.arrivals import Hours, clustering, draw_times, solve_burst
from simulator.workload.calibration import arrival_rows, job_rows, provenance
from simulator.workload.columns import Columns
from simulator.workload.model import FAILED, FINISHED, KILLED, IdBlock

if TYPE_CHECKING:
    from simulator.scenario import Scenario, SyntheticWork
    from simulator.workload.calibration import JobRow

JOBS_MAX = 50_000_000  # of one class; beyond, somebody forgot `granularity`


@dataclass(frozen=True)
class Drawn:
    """Sizes and runs of one class in the order drawn, with the number of them in each month."""

    gpus: np.ndarray
    work_s: np.ndarray
    outcome: np.ndarray
    monthly: np.ndarray


def generate(
    scenario: Scenario, name: str, work: SyntheticWork, hours: Hours
) -> tuple[list[Columns], dict[str, Any], list[str]]:
    """
    Make the jobs of one synthetic source.

    Parameters
    ----------
    scenario : Scenario
    name : str
    work : SyntheticWork
        Of that key of ``workload.jobs``.
    hours : Hours

    Returns
    -------
    list of Columns
        One a class, sorted by submission.
    dict
        Part of the summary.
    list of str
        Warnings.
    """
    seed, plan = scenario.simulation.seed, _plan(scenario, name, work, hours)
    parts, classes, warnings = [], {}, _burst_warning(name, work.burstiness, plan.floor)
    for job_class in sorted(work.mix):
        rng = stream(seed, f"jobs.{name}.{job_class}")
        budget = plan.budgets[job_class]
        drawn = draw(rng, plan.rows[job_class], budget, work.mix[job_class].granularity)
        submit = draw_times(rng, hours, plan.weights, drawn.monthly, together=plan.together)
        parts.append(_columns(rng, name, work, job_class, drawn=drawn, submit_s=submit))
        classes[job_class] = asked = _asked(parts[-1], float(budget.sum()))
        warnings += _budget_warning(f"workload.jobs.{name}.mix.{job_class}", asked)
    submits = np.concatenate([part.submit_s for part in parts])
    summary = {
        "model": "synthetic",
        "classes": classes,
        "arrivals": {"asked_index_of_dispersion": work.burstiness, **clustering(submits, hours.edges_s)},
        "from": _origin_of_numbers(work),
        "invented": _INVENTED,
    }
    return parts, summary, warnings


@dataclass(frozen=True)
class _Plan:
    """Device-seconds to ask by class and month, what is drawn, and how submissions spread over hours."""

    budgets: dict[str, np.ndarray]
    rows: dict[str, JobRow]
    weights: np.ndarray
    together: float
    floor: float


def _plan(scenario: Scenario, name: str, work: SyntheticWork, hours: Hours) -> _Plan:
    arrivals, capacity = arrival_rows()[work.arrivals], hours.by_month(hours.capacity_device_s)
    budgets, rows, expected = {}, {}, np.zeros(len(capacity))
    for job_class, mix in sorted(work.mix.items()):  # sums of floats know their order
        budgets[job_class] = work.fill * mix.device_hours_share * capacity
        rows[job_class] = job_rows()[mix.calibration].up_to(mix.devices_max)
        jobs = budgets[job_class] / (rows[job_class].mean_gpu_s() * mix.granularity)
        _guard(scenario.name, f"workload.jobs.{name}.mix.{job_class}", jobs.sum())
        expected += jobs
    weights = hours.weights(arrivals)
    burst = solve_burst(weights * expected[hours.month], work.burstiness, arrivals.lag_1h)
    factor = burst.draw(stream(scenario.simulation.seed, f"arrivals.{name}"), len(weights))
    weights = hours.normalised(weights * factor)
    return _Plan(budgets, rows, weights, arrivals.share_same_instant, burst.floor)


_INVENTED = (
    "all jobs: drawn from statistics of other clusters, not logged here",
    "requested times: run time times a uniform factor from 1 to request_factor",
    "hubs of origin: drawn by share, independent of size and class",
    "run times do not depend on the number of devices within a class, except where measured by size",
)


def draw(rng: np.random.Generator, row: JobRow, budget: np.ndarray, granularity: int) -> Drawn:
    """
    Draw jobs until their device-seconds reach the budget.

    Parameters
    ----------
    rng : Generator
    row : JobRow
    budget : ndarray, shape (months,)
        Device-seconds to ask in each month. [device s]
    granularity : int
        Devices of a simulated job over those of the real jobs it stands for. [-]

    Returns
    -------
    Drawn
        `gpus` are those of one real job.
    """
    edges, mean = np.cumsum(budget), row.mean_gpu_s() * granularity
    chunks, monthly, passed = [draw_jobs(rng, row, 0)], np.zeros(len(budget), dtype=np.int64), 0.0
    while passed < edges[-1]:
        left = (edges[-1] - passed) / mean
        gpus, work, outcome = draw_jobs(rng, row, int(left + 3.0 * np.sqrt(left)) + 8)
        total = np.concatenate([[passed], passed + granularity * np.cumsum(gpus * work)])
        passed = float(total[-1])
        before_edge = np.searchsorted((total[1:] + total[:-1]) / 2.0, edges)
        monthly += np.diff(before_edge, prepend=0)
        keep = int(before_edge[-1])
        chunks.append((gpus[:keep], work[:keep], outcome[:keep]))
    gpus, work, outcome = (np.concatenate(columns) for columns in zip(*chunks, strict=True))
    return Drawn(gpus, work, outcome, monthly)


def draw_jobs(rng: np.random.Generator, row: JobRow, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw sizes [GPU], runs [s] and end states of `count` jobs of one row."""
    size = np.searchsorted(np.cumsum(row.share)[:-1], rng.random(count), side="right")
    u = rng.random(count)
    if len(row.run_times) == 1:
        ln_work = np.interp(u, row.run_times[0].cdf, row.run_times[0].ln_s)
    else:
        ln_work, band = np.empty(count), row.band()[size]
        for k, curve in enumerate(row.run_times):
            here = band == k
            ln_work[here] = np.interp(u[here], curve.cdf, curve.ln_s)
    outcome = _end_states(rng, row, ln_work + np.log(row.gpus)[size])
    return row.gpus[size], np.exp(ln_work), outcome


def _end_states(rng: np.random.Generator, row: JobRow, ln_gpu_s: np.ndarray) -> np.ndarray:
    failed, killed = (np.exp(a + b * ln_gpu_s) for a, b in zip(row.intercept, row.slope, strict=True))
    u = rng.random(len(ln_gpu_s)) * (1.0 + failed + killed)
    outcome = np.full(len(u), FINISHED, dtype=np.int8)
    outcome[u < failed + killed] = FAILED
    outcome[u < killed] = KILLED
    return outcome


def _columns(
    rng: np.random.Generator,
    name: str,
    work: SyntheticWork,
    job_class: str,
    *,
    drawn: Drawn,
    submit_s: np.ndarray,
) -> Columns:
    mix = work.mix[job_class]
    n = len(submit_s)
    hubs = sorted(hub for hub, share in work.origins.items() if share > 0)
    share = np.cumsum([work.origins[hub] for hub in hubs])
    origin = np.searchsorted(share[:-1] / share[-1], rng.random(n), side="right")
    requested = drawn.work_s * rng.uniform(1.0, work.request_factor, n)
    deadline = np.full(n, np.inf) if mix.slack is None else submit_s + requested + mix.slack
    return Columns(
        ids=IdBlock(f"{name}-{job_class}-"),
        number=np.arange(n),
        submit_s=submit_s,
        work_s=drawn.work_s,
        requested_s=requested,
        devices=drawn.gpus * mix.granularity,
        deadline_s=deadline,
        outcome=drawn.outcome,
        stands_for=mix.granularity,
        routes=tuple((job_class, hub) for hub in hubs),
        route=origin,
    )


def _asked(part: Columns, budget_device_s: float) -> dict[str, Any]:
    asked = float((part.devices * part.work_s).sum())
    return {
        "jobs": len(part),
        "device_hours": asked / 3600.0,
        "budget_device_hours": budget_device_s / 3600.0,
    }


def _guard(scenario: str, path: str, jobs: float) -> None:
    if jobs > JOBS_MAX:
        hint = "granularity: K makes one simulated job stand for K real ones; fleet_sample simulates part of all"
        expected = f"at most {JOBS_MAX:.3g} [job]"
        raise_if_any([Problem(scenario, 0, f"{path}.granularity", f"{jobs:.3g} simulated jobs", expected, hint)])


def _budget_warning(path: str, asked: dict[str, Any]) -> list[str]:
    hours, budget = asked["device_hours"], asked["budget_device_hours"]
    if abs(hours - budget) <= 0.05 * budget:
        return []
    return [
        f"{path}: {asked['jobs']} jobs ask {hours:.4g} device-hours where the budget is {budget:.4g}: "
        "single jobs are large beside this fleet; devices_max or a longer horizon brings them closer"
    ]


def _burst_warning(name: str, asked: float, floor: float) -> list[str]:
    if asked >= floor:
        return []
    return [
        f"workload.jobs.{name}.burstiness: {asked:g} asked, but the day and week shape alone gives hourly "
        f"submissions an index of dispersion of {floor:.4g}: no clustering was added"
    ]


def _origin_of_numbers(work: SyntheticWork) -> dict[str, dict[str, str]]:
    used = [("jobs", mix.calibration) for mix in work.mix.values()] + [("arrivals", work.arrivals)]
    return {f"{table}.{row}": provenance()[table, row] for table, row in sorted(set(used))}
