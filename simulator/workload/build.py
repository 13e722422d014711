"""From a scenario to all that is asked of its fleet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.scenario import Problem, near, one_of, raise_if_any
from simulator.workload.arrivals import Hours
from simulator.workload.calibration import arrival_rows, day_shapes, job_rows, provenance
from simulator.workload.columns import Columns, join, number_routes
from simulator.workload.model import FAILED, FINISHED, KILLED, EnergisedCapacity, Jobs, Routes, Workload
from simulator.workload.services import build_services
from simulator.workload.synthetic import generate
from simulator.workload.trace import estimate_fault, replay

if TYPE_CHECKING:
    from simulator.scenario import Scenario, SyntheticWork


def build(scenario: Scenario, energised: EnergisedCapacity) -> Workload:
    """
    Make the jobs and services of a run.

    Parameters
    ----------
    scenario : Scenario
    energised : EnergisedCapacity
        Of the simulated fleet, over the warm-up and the horizon; synthetic demand is a share of it.

    Returns
    -------
    Workload
        With the jobs submitted from -warm_up on and before the horizon.

    Raises
    ------
    ScenarioError
        If a row of the calibration tables, a queue or an estimate is unknown, or a class has too many jobs.
    TraceError
        If a job table cannot be used.
    """
    check(scenario)
    simulation, sources = scenario.simulation, scenario.workload.jobs
    hours = Hours.of(simulation.start, -simulation.warm_up, simulation.horizon, energised)
    parts: list[Columns] = []
    told: dict[str, Any] = {}
    warnings: list[str] = []
    for name, work in sorted(sources.items()):
        if work.model == "synthetic":
            made, told[name], notes = generate(scenario, name, work, hours)
        else:
            made, told[name], notes = replay(scenario, name, work, qualify=len(sources) > 1)
        parts += made
        warnings += notes
    routes = number_routes(parts)
    jobs = join(parts, routes, {name: spec.priority for name, spec in scenario.job_classes.items()})
    if sources and not len(jobs):
        warnings.append("workload.jobs: no job is submitted in the run")
    summary = {"sources": told, "services": _services_summary(scenario), **summarise(jobs, routes)}
    return Workload(routes, jobs, build_services(scenario), summary, tuple(warnings))


def summarise(jobs: Jobs, routes: Routes) -> dict[str, Any]:
    """
    Count jobs and device-hours, in all and by class.

    Parameters
    ----------
    jobs : Jobs
    routes : Routes

    Returns
    -------
    dict
        ``jobs jobs_in_window jobs_real device_hours end_states classes``; only ``jobs_in_window`` leaves the
        warm-up out.
    """
    names = sorted(set(routes.job_class))
    job_class = np.array([names.index(c) for c in routes.job_class], dtype=np.int64)[jobs.route]
    hours = jobs.size * jobs.work_s / 3600.0

    def by_class(weights: np.ndarray | None = None) -> list[float]:
        return np.bincount(job_class, weights=weights, minlength=len(names)).tolist()

    columns = zip(
        names,
        by_class(),
        by_class(jobs.submit_s >= 0),
        by_class(jobs.stands_for),
        by_class(hours),
        strict=True,
    )
    states = {"finished": FINISHED, "failed": FAILED, "killed": KILLED}
    return {
        "jobs": len(jobs),
        "jobs_in_window": int((jobs.submit_s >= 0).sum()),
        "jobs_real": int(jobs.stands_for.sum()),
        "device_hours": float(hours.sum()),
        "end_states": {text: int((jobs.outcome == code).sum()) for text, code in states.items()},
        "classes": {
            name: {"jobs": int(n), "jobs_in_window": int(w), "jobs_real": int(r), "device_hours": h}
            for name, n, w, r, h in columns
        },
    }


def check(scenario: Scenario) -> None:
    """
    Check what only this room can know of a scenario: names of calibration rows, and estimates.

    Parameters
    ----------
    scenario : Scenario

    Raises
    ------
    ScenarioError
        With all faults at once, each with the known names and the nearest.
    """
    raise_if_any(problems(scenario))


def problems(scenario: Scenario) -> Iterator[Problem]:
    """Yield each fault that `check` would raise; the file is only the scenario's name, see `Loaded.locate`."""
    for name, work in scenario.workload.jobs.items():
        path = f"workload.jobs.{name}"
        if work.model == "synthetic":
            yield from _synthetic_faults(scenario.name, path, work)
        elif fault := estimate_fault(work.estimate):
            yield Problem(scenario.name, 0, f"{path}.estimate", *fault)
    for name, service in scenario.workload.services.items():
        yield from _unknown(scenario.name, f"workload.services.{name}.day_shape", service.day_shape, day_shapes())


def _synthetic_faults(scenario: str, path: str, work: SyntheticWork) -> Iterator[Problem]:
    yield from _unknown(scenario, f"{path}.arrivals", work.arrivals, arrival_rows())
    for name, mix in work.mix.items():
        at = f"{path}.mix.{name}"
        yield from _unknown(scenario, f"{at}.calibration", mix.calibration, job_rows())
        row = job_rows().get(mix.calibration)
        if row is not None and mix.devices_max is not None and mix.devices_max < row.gpus.min():
            expected = f"at least {row.gpus.min()}, the smallest size of {row.name} [device]"
            yield Problem(scenario, 0, f"{at}.devices_max", str(mix.devices_max), expected)


def _unknown(scenario: str, path: str, got: str, known: Iterable[str]) -> Iterator[Problem]:
    names = sorted(known)
    if got not in names:
        yield Problem(scenario, 0, path, f"'{got}'", one_of(names), near(got, names))


def _services_summary(scenario: Scenario) -> dict[str, Any]:
    services = scenario.workload.services
    return {
        name: {
            "mean_flops": services[name].demand,
            "from": provenance()["day_shapes", services[name].day_shape],
            "invented": "hourly deviations from the day shape" if services[name].noise > 0 else "nothing",
        }
        for name in sorted(services)
    }
