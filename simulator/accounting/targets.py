"""
Targets: what was required, what stood before, what the scenario adds, on every rung.

``counted = baseline + the rung over the clusters that are not in the baseline and count for the target,
times their share``. A baseline exists only at its published rung, so on the other rungs only the increment
is compared with the gap. Nameplate and energised are taken at the instant of the target's date, the other
rungs over the 30 days before. Whether a target is met on paper only is asked of what could be used, energised and
available: the rungs from allocated down follow the demand a scenario assumes.
"""

from __future__ import annotations

import numpy as np

from simulator.accounting.books import Books, Floats
from simulator.accounting.figures import Group
from simulator.accounting.ladder import (
    FLOPS_PER_EFLOPS,
    INSTANT_RUNGS,
    RUNGS,
    devices_at,
    mean_devices,
    peak_flops,
    target_window,
)

USABLE_RUNGS = ("energised", "available")
# a target is met to the last digit it can be stated in, not to the last bit of a float
ROUNDING = 1e-9


def targets(books: Books) -> list[Group]:
    """Return one entry for every target of the scenario, in its order."""
    return [_target(books, name) for name in books.scenario.targets]


def _target(books: Books, name: str) -> Group:
    target = books.scenario.targets[name]
    shares = counted_shares(books, name)
    increment = _increment_by_rung(books, name, shares)
    required, baseline = target.required / FLOPS_PER_EFLOPS, target.baseline / FLOPS_PER_EFLOPS
    gap = required - baseline
    added = increment[target.rung]
    counted = None if added is None else baseline + added
    covering = [r for r, value in increment.items() if value is not None and value >= gap - ROUNDING * required]
    entry: Group = {
        "id": name,
        "precision": target.precision,
        "rung": target.rung,
        "date": target.date.isoformat(),
        "required_eflops": required,
        "baseline_eflops": baseline,
        "gap_before_eflops": gap,
        "counted_eflops": counted,
        "gap_after_eflops": None if counted is None else required - counted,
        "met": None if counted is None else counted >= required - ROUNDING * required,
        "increment_by_rung": increment,
        "rungs_covering_gap": covering,
        "on_paper_only": _on_paper_only(increment, covering),
        "clusters": {c: float(s) for c, s in zip(books.clusters, shares, strict=True) if s > 0.0},
    }
    window = target_window(books, target.date)
    entry["window"] = None if window is None else window.as_dict(books)
    if window is None:
        entry["window_reason"] = "the target's date lies outside the simulated horizon: only the plan is known"
    return entry


def counted_shares(books: Books, name: str) -> Floats:
    """Return the share of each cluster that counts for a target's increment, shape (clusters,). [-]"""
    own_shares = books.scenario.targets[name].shares
    shares = []
    for cluster_name in books.clusters:
        cluster = books.scenario.clusters[cluster_name]
        counts = name in cluster.counts_for and not cluster.in_baseline
        shares.append(own_shares.get(cluster_name, 1.0) if counts else 0.0)
    return np.array(shares)


def _increment_by_rung(books: Books, name: str, shares: Floats) -> dict[str, float | None]:
    target = books.scenario.targets[name]
    worth = shares * peak_flops(books, target.precision) / FLOPS_PER_EFLOPS
    instant = devices_at(books, target.date)
    window = target_window(books, target.date)
    mean = mean_devices(books, window) if window else {}
    increment: dict[str, float | None] = {}
    for rung in RUNGS:
        devices = instant[rung] if rung in INSTANT_RUNGS else mean.get(rung)
        increment[rung] = None if devices is None else float(devices @ worth)
    return increment


def _on_paper_only(increment: dict[str, float | None], covering: list[str]) -> bool:
    """Nameplate covers the gap; what is under power, or what of it could be used, does not, where it is known."""
    usable = [rung for rung in USABLE_RUNGS if increment[rung] is not None]
    return "nameplate" in covering and any(rung not in covering for rung in usable)
