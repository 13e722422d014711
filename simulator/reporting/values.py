"""The one dictionary of numbers from which both languages, the figures' captions and the tests read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.reporting.change import change_numbers
from simulator.reporting.compliance import rule_numbers
from simulator.reporting.connection import connections
from simulator.reporting.failures import failure_numbers
from simulator.reporting.formats import Number
from simulator.reporting.study import FULL_YEAR_DAYS, RUNGS, Comparison, Study, comparisons, equals, values_of
from simulator.reporting.sureness import sureness_numbers
from simulator.reporting.units import unit_of

if TYPE_CHECKING:
    from collections.abc import Iterable

AT_ONCE_S = 1.0  # a wait below one second is a start at once: two events of the same instant

# public keys of summary.json that the report always shows, as a dash where an older run has none; others are
# taken as they are found
FIELDS = {
    "energy": (
        "it_gwh it_idle_gwh it_jobs_gwh it_services_gwh facility_gwh cooling_gwh other_gwh grid_import_gwh "
        "contract_gwh contract_available_gwh direct_green_gwh pv_used_gwh wind_used_gwh curtailed_gwh "
        "battery_charge_gwh battery_discharge_gwh grid_export_gwh pue gb40879_grade peak_facility_mw "
        "wue_l_per_kwh water_m3 share_of_province_demand"
    ),
    "clean": (
        "cfe_score_hourly cfe_score_with_grid match_monthly match_annual_without_certificates match_annual "
        "cover_annual certificates_mwh"
    ),
    "emissions": "location_tco2 market_tco2 marginal_tco2 embodied_tco2 cue_kg_per_kwh",
    "cost": (
        "total_cny energy_cny delivery_cny demand_charge_cny green_cny network_cny wheeling_cny battery_wear_cny "
        "capex_annuity_cny export_revenue_cny"
    ),
    "service": (
        "jobs_submitted jobs_real jobs_carried_in jobs_held jobs_transferring jobs_suspended jobs_finished jobs_failed "
        "jobs_killed jobs_running jobs_waiting jobs_rejected deadline_missed racks_built racks_in_use wait_mean_s "
        "wait_p50_s wait_p95_s bounded_slowdown_mean utilization services_unserved_share "
        "services_spilled_share occupancy"
    ),
}
# what is told in a way of its own, or is no finding
APART = ("hubs", "clusters", "targets", "windows", "scale", "ledgers", "capacity")
TARGET_FIELDS = (
    "required_eflops",
    "baseline_eflops",
    "gap_before_eflops",
    "counted_eflops",
    "gap_after_eflops",
)


def build_numbers(study: Study) -> dict[str, Number]:
    """
    Collect every number the report may show.

    Parameters
    ----------
    study : Study
        The run.

    Returns
    -------
    dict
        Dotted key to `Number`. Keys follow ``summary.json`` (``energy.pue``, ``hubs.jiaxing.energy.pue``);
        ``run.*`` come from the scenario, ``compare.*`` from published totals, ``jobs.*`` from the job table,
        ``rules.*`` from the rules of the scenario and what they judge.
    """
    numbers = dict(_groups(study.summary, ""))
    for hub, groups in study.summary.get("hubs", {}).items():
        numbers.update(_groups(groups, f"hubs.{hub}."))
    for index, target in enumerate(study.summary.get("targets", [])):
        numbers.update(_target(target, index))
    for place in ("", *(f"hubs.{hub}." for hub in study.summary.get("hubs", {}))):
        numbers.update(_derived(numbers, place))
    if not study.outcomes_known:
        numbers.update(_without_outcomes(numbers))
    numbers.update(connections(study))
    numbers.update(_run(study))
    for comparison in comparisons():
        numbers.update(_compared(study, comparison))
    numbers.update(_job_counts(study))
    for more in (rule_numbers, change_numbers, sureness_numbers, failure_numbers):
        numbers.update(more(study))
    return numbers


def _groups(summary: dict[str, Any], prefix: str) -> Iterable[tuple[str, Number]]:
    keys = [f"{group}.{field}" for group, fields in FIELDS.items() for field in fields.split()]
    found = {key: value for group, tree in summary.items() if group not in APART for key, value in _leaves(group, tree)}
    for key in dict.fromkeys([*keys, *found]):
        value = found.get(key)
        yield (
            f"{prefix}{key}",
            Number(None if value is None else float(value), unit_of(key), (f"summary:{prefix}{key}",)),
        )
    for precision, ladder in (summary.get("capacity") or {}).items():
        for rung in RUNGS:
            key = f"{prefix}capacity.{precision}.{rung}_eflops"
            yield key, Number(_value(ladder.get(f"{rung}_eflops")), "EFLOPS", (f"summary:{key}",))


def _leaves(key: str, tree: Any) -> Iterable[tuple[str, float | None]]:
    """Yield the numbers of nested mappings by dotted key, and None where the run has none."""
    if isinstance(tree, dict):
        for name, branch in tree.items():
            yield from _leaves(f"{key}.{name}", branch)
    elif tree is None or (isinstance(tree, int | float) and not isinstance(tree, bool)):
        yield key, tree


def _value(found: Any) -> float | None:
    return None if found is None else float(found)


def _derived(numbers: dict[str, Number], place: str) -> Iterable[tuple[str, Number]]:
    """Contract output above the load, and the part of the load that certificates cover."""
    available, delivered, load, spent = (
        numbers[f"{place}{key}"]
        for key in (
            "energy.contract_available_gwh",
            "energy.contract_gwh",
            "energy.facility_gwh",
            "clean.certificates_mwh",
        )
    )
    surplus = None
    if available.value is not None and delivered.value is not None:
        surplus = max(available.value - delivered.value, 0.0)
    yield f"{place}energy.contract_surplus_gwh", Number(surplus, "GWh", (*available.origin, *delivered.origin))
    part = spent.value / 1e3 / load.value if spent.value is not None and load.value else None
    yield f"{place}clean.certificate_part", Number(part, "share", (*spent.origin, *load.origin))


def _without_outcomes(numbers: dict[str, Number]) -> Iterable[tuple[str, Number]]:
    """Blank the failed and killed jobs of a trace that does not say how its jobs ended."""
    for key, number in numbers.items():
        if key.endswith(("service.jobs_failed", "service.jobs_killed")) and not number.value:
            yield key, Number(None, number.unit, number.origin)


def _target(target: dict[str, Any], index: int) -> Iterable[tuple[str, Number]]:
    key, path = f"targets.{target['id']}", f"summary:targets.{index}"
    for field in TARGET_FIELDS:
        yield f"{key}.{field}", Number(_value(target.get(field)), "EFLOPS", (f"{path}.{field}",))
    gap = _value(target.get("gap_before_eflops"))
    for rung in RUNGS:
        origin = f"{path}.increment_by_rung.{rung}"
        increment = _value(target["increment_by_rung"].get(rung))
        yield f"{key}.increment.{rung}", Number(increment, "EFLOPS", (origin,))
        share = increment / gap if increment is not None and gap else None
        yield f"{key}.cover.{rung}", Number(share, "share", (origin, f"{path}.gap_before_eflops"))


def _run(study: Study) -> Iterable[tuple[str, Number]]:
    yield "run.days", Number(study.days, "days", ("scenario:simulation.horizon",))
    yield "run.fleet_sample", Number(study.sample, "count", ("scenario:simulation.fleet_sample",))
    for name, factor in granularities(study).items():
        origin = f"scenario:workload.jobs.*.mix.{name}.granularity"
        yield f"run.granularity.{name}", Number(factor, "count", (origin,))


def granularities(study: Study) -> dict[str, int]:
    """Return the job classes in which one simulated job stands for several real ones, with how many."""
    mixes = [getattr(work, "mix", {}) for work in study.scenario.workload.jobs.values()]
    return {name: part.granularity for mix in mixes for name, part in mix.items() if part.granularity > 1}


def _compared(study: Study, comparison: Comparison) -> Iterable[tuple[str, Number]]:
    """Hold the hubs of one province against a published total; shorter runs are scaled to a year."""
    hubs = [name for name, hub in study.scenario.hubs.items() if hub.province == comparison.province]
    if not hubs:
        return
    key, origin = f"compare.{comparison.id}", f"comparisons:{comparison.id}.gwh"
    paths = tuple(f"summary:hubs.{hub}.energy.facility_gwh" for hub in hubs)
    energy = sum(float(study.summary["hubs"][hub]["energy"]["facility_gwh"]) for hub in hubs)
    yearly = energy if study.days >= FULL_YEAR_DAYS else energy * 365.0 / study.days
    yield f"{key}.published", Number(comparison.gwh, "GWh", (origin,))
    yield f"{key}.run", Number(energy, "GWh", paths)
    yield f"{key}.yearly", Number(yearly, "GWh", (*paths, "scenario:simulation.horizon"))
    yield (
        f"{key}.share",
        Number(yearly / comparison.gwh, "share", (*paths, "scenario:simulation.horizon", origin)),
    )


def _job_counts(study: Study) -> Iterable[tuple[str, Number]]:
    """Count what the summary does not: starts at once, and rejections by reason (simulated jobs)."""
    jobs = study.records.jobs
    waits = started_waits(jobs)
    at_once = float(np.mean(waits <= AT_ONCE_S)) if len(waits) else None
    yield "jobs.at_once", Number(at_once, "share", ("table:jobs.waiting_time",))
    for reason, count in rejections(jobs).items():
        yield f"jobs.rejected.{reason}", Number(count, "count", ("table:jobs.reason",))
    for name in study.scenario.job_classes:
        yield from _class_waits(name, started_waits(jobs, name, "class"))


def _class_waits(name: str, waits: np.ndarray) -> Iterable[tuple[str, Number]]:
    """Tell how long the jobs of one class waited, if any started."""
    if len(waits):
        values = {
            "started": (float(len(waits)), "count"),
            "at_once": (float(np.mean(waits <= AT_ONCE_S)), "share"),
            "mean_s": (float(np.mean(waits)), "s"),
            "p95_s": (float(np.percentile(waits, 95.0)), "s"),
        }
        for field, (value, unit) in values.items():
            yield f"waits.{name}.{field}", Number(value, unit, ("table:jobs.waiting_time",))


def started_waits(jobs: Any, word: str = "", column: str = "hub") -> np.ndarray:
    """Return the waits of the jobs (of one hub, or class) that were submitted in the window and started. [s]"""
    waits = values_of(jobs["waiting_time"])
    submitted = values_of(jobs["submission_time"])
    chosen = (submitted >= 0) & np.isfinite(waits)
    return waits[chosen & equals(jobs[column], word) if word else chosen]


def rejections(jobs: Any) -> dict[str, int]:
    """Count the rejected jobs by reason, most frequent first."""
    rejected, reasons = equals(jobs["final_state"], "rejected"), jobs["reason"].combine_chunks()
    codes = values_of(reasons.indices)[rejected]
    counts = {word: int(np.sum(codes == code)) for code, word in enumerate(reasons.dictionary.to_pylist())}
    counts["unknown"] = counts.get("unknown", 0) + len(codes) - sum(counts.values())
    return dict(sorted(((word, n) for word, n in counts.items() if n), key=lambda item: (-item[1], item[0])))
