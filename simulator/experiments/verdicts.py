"""What a comparison says: inputs, outcomes with paired differences, targets, and the effects of single inputs."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.experiments.attribution import METRICS
from simulator.experiments.inputs import Difference, differences
from simulator.experiments.stats import Estimate, estimate, paired
from simulator.experiments.table import flat

if TYPE_CHECKING:
    from simulator.experiments.compare import Chain, Comparison

Figures = Mapping[int, Mapping[str, Any]]  # seed to the figures of its run


def figures_of(made: Comparison, runs: Mapping[int, int]) -> dict[int, dict[str, Any]]:
    """Return the figures of the runs that are done, by seed."""
    return {seed: dict(flat(made.needs.summary(i))) for seed, i in runs.items() if made.needs.summary(i)}


def told(made: Comparison, folder: Path) -> dict[str, Any]:
    """Return all that a comparison says, as JSON data; run folders relative to its own."""
    figures = [figures_of(made, runs) for runs in made.runs]
    return {
        "sides": [_side(made, k, folder) for k in range(len(made.sides))],
        "seeds": made.seeds,
        "inputs": [asdict(item) | {"side": k} for k, item in _inputs(made)],
        "outcomes": outcomes(figures),
        "targets": targets(made),
        "attribution": [_attributed(made, chain, figures[0]) for chain in made.chains],
    }


def _side(made: Comparison, k: int, folder: Path) -> dict[str, Any]:
    side, needs = made.sides[k], made.needs.runs
    return {
        "name": side.name,
        "title": side.title.model_dump(),
        "scenario": side.loaded.scenario.name,
        "variant": side.loaded.variant,
        "other_code": side.other_code,
        "runs": [
            {"seed": seed, "run_id": needs[i].folder.name, "folder": os.path.relpath(needs[i].folder.resolve(), folder)}
            for seed, i in made.runs[k].items()
        ],
    }


def _inputs(made: Comparison) -> Iterable[tuple[int, Difference]]:
    first = made.sides[0].loaded
    for k, side in enumerate(made.sides[1:], start=1):
        for item in differences(first, side.loaded):
            yield k, item


def outcomes(sides: Sequence[Figures]) -> list[dict[str, Any]]:
    """
    Hold the figures of the sides against each other.

    Parameters
    ----------
    sides : sequence of mapping
        Seed to figures; the first side is what the others are held against.

    Returns
    -------
    list of dict
        One a key that is a number in every run of some side: mean and interval of each side, and the paired
        difference to the first.
    """
    keys = dict.fromkeys(key for side in sides for figures in side.values() for key in figures)
    rows = []
    for key in keys:
        values = [_numbers(side, key) for side in sides]
        if not any(values):
            continue
        means = [_json(estimate(list(found.values()))) if found else None for found in values]
        gaps = [
            _json(paired(values[0], found)) if k and found and values[0] else None for k, found in enumerate(values)
        ]
        rows.append({"key": key, "sides": means, "differences": gaps})
    return rows


def _numbers(side: Figures, key: str) -> dict[int, float]:
    found = {seed: figures.get(key) for seed, figures in side.items()}
    return {s: float(v) for s, v in found.items() if isinstance(v, int | float) and not isinstance(v, bool)}


def _json(value: Estimate | None) -> dict[str, Any] | None:
    return None if value is None else asdict(value)


def targets(made: Comparison) -> list[dict[str, Any]]:
    """Return each target with the share of seeds in which a side meets it, and on paper only."""
    rows: dict[str, dict[str, Any]] = {}
    for k, runs in enumerate(made.runs):
        for index in runs.values():
            for target in made.needs.summary(index).get("targets", []):
                row = rows.setdefault(target["id"], {"id": target["id"], "sides": [[] for _ in made.sides]})
                row["sides"][k].append(target)
    for row in rows.values():
        titles = [side.loaded.scenario.targets.get(row["id"]) for side in made.sides]
        row["title"] = next(title.title.model_dump() for title in titles if title is not None)
        row["sides"] = [_target_side(found) for found in row["sides"]]
    return list(rows.values())


def _target_side(found: list[dict[str, Any]]) -> dict[str, Any] | None:
    if not found:
        return None
    known = [target for target in found if target["met"] is not None]
    counted = [target["counted_eflops"] for target in found if target["counted_eflops"] is not None]
    return {
        "met": sum(target["met"] for target in known) / len(known) if known else None,
        "on_paper_only": any(target["on_paper_only"] for target in found),
        "counted_eflops": sum(counted) / len(counted) if counted else None,
        "required_eflops": found[0]["required_eflops"],
        "precision": found[0]["precision"],
        "rung": found[0]["rung"],
    }


def _attributed(made: Comparison, chain: Chain, first: Figures) -> dict[str, Any]:
    """Attribute the change from the first side to another, key by key."""
    after = [figures_of(made, runs) for runs in chain.after]
    alone = [None if runs is None else figures_of(made, runs) for runs in chain.alone]
    whole = figures_of(made, made.runs[chain.side])
    return {
        "side": chain.side,
        "steps": [
            {"name": step.name, "changes": [f"{c.path}: {c.old or '-'} -> {c.new or '-'}" for c in step.changes]}
            for step in chain.steps
        ],
        "keys": [_effects(key, first, whole, after, alone) for key in METRICS],
    }


def _effects(
    key: str, first: Figures, whole: Figures, after: Sequence[Figures], alone: Sequence[Figures | None]
) -> dict[str, Any]:
    base = _numbers(first, key)
    states = [base, *(_numbers(state, key) for state in after)]
    in_order = [paired(old, new) for old, new in itertools.pairwise(states)]
    singly = [None if state is None else paired(base, _numbers(state, key)) for state in alone]
    total = paired(base, _numbers(whole, key))
    known = [effect.mean for effect in singly if effect is not None]
    complete = total is not None and len(known) == len(singly) and bool(singly)
    return {
        "key": key,
        "start": _json(estimate(list(base.values()))) if base else None,
        "total": _json(total),
        "in_order": [_json(effect) for effect in in_order],
        "alone": [_json(effect) for effect in singly],
        "interaction": total.mean - sum(known) if complete and total is not None else None,
    }
