"""Two or more scenarios side by side: what differs in the inputs, what comes of it, and which input moved what."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from simulator.errors import InputError
from simulator.experiments.attribution import Step, steps_between
from simulator.experiments.batch import Tell, work_off
from simulator.experiments.comparison_csv import write_comparison_csv
from simulator.experiments.sides import Needs, Options, Side, runs_of, seeds_of, sides_of, with_seed
from simulator.experiments.single import code_version
from simulator.experiments.verdicts import told
from simulator.records import package_version, write_json
from simulator.scenario import UTC8

KIND = "comparison"
STEPS_FOLDER = "steps"  # below the comparisons: runs between two scenarios, which nobody asked for by name


@dataclass
class Chain:
    """The way from the first side to another: steps with the runs after each and of each alone."""

    side: int
    steps: list[Step]
    after: list[dict[int, int]] = field(default_factory=list)
    alone: list[dict[int, int] | None] = field(default_factory=list)


@dataclass
class Comparison:
    """
    A comparison under way, or done.

    Parameters
    ----------
    sides : list of Side
        The first is what the others are held against.
    seeds : list of int
    needs : Needs
        All runs, those of the steps included.
    runs : list of dict
        Of each side, seed to the number of its run.
    chains : list of Chain
    """

    sides: list[Side]
    seeds: list[int]
    needs: Needs
    runs: list[dict[int, int]]
    chains: list[Chain]


def prepare_comparison(
    names: Sequence[str], options: Options, *, replications: int, attribute: bool, results: Path
) -> Comparison:
    """
    Read the sides and lay out the runs they need.

    Parameters
    ----------
    names : sequence of str
        ``FILE``, ``FILE@VARIANT`` or run folders.
    options : Options
    replications : int
        Seeds.
    attribute : bool
        Whether the changed inputs are put in one by one, too: some runs more.
    results : Path
        Where run folders are.

    Raises
    ------
    InputError
        If a side cannot be read.
    """
    sides = sides_of(names, options)
    seeds, needs = seeds_of(sides, replications), Needs()
    runs = [runs_of(side, seeds, needs, results) for side in sides]
    made = Comparison(sides, seeds, needs, runs, [])
    if attribute:
        for k in range(1, len(sides)):
            made.chains.append(_chain(made, k, results / "compare" / STEPS_FOLDER))
    return made


def _chain(made: Comparison, k: int, base: Path) -> Chain:
    first, last = made.sides[0], made.sides[k]
    chain = Chain(k, steps_between(first.loaded, last.loaded))
    command = f"compare\0{first.name}\0{last.name}"
    for i, step in enumerate(chain.steps):
        final = i == len(chain.steps) - 1
        chain.after.append(
            made.runs[k] if final else _step_runs(made, step.after, f"{step.name}, in order", base, command)
        )
        if step.alone is None:
            chain.alone.append(None)
        elif i == 0:
            chain.alone.append(chain.after[0])
        else:
            chain.alone.append(_step_runs(made, step.alone, f"{step.name}, alone", base, command))
    return chain


def _step_runs(made: Comparison, loaded: Any, name: str, base: Path, command: str) -> dict[int, int]:
    return {seed: made.needs.add(f"{name}, seed {seed}", with_seed(loaded, seed), base, command) for seed in made.seeds}


def run_comparison(made: Comparison, *, workers: int, dask: str | None, tell: Tell) -> None:
    """
    Make the runs that are missing.

    Raises
    ------
    InputError
        If a run of a side fails; a step that fails is only left out.
    """
    work_off(made.needs, made.needs.jobs(), workers=workers, dask=dask, tell=tell)
    for side, runs in zip(made.sides, made.runs, strict=True):
        for seed, index in runs.items():
            outcome = made.needs.runs[index].outcome
            if outcome is None or outcome.status == "failed":
                why = outcome.error if outcome is not None else made.needs.stopped
                raise InputError(f"{side.name}, seed {seed}: the run failed: {why}")


def fill_comparison_folder(folder: Path, made: Comparison, *, command: str, started: datetime) -> dict[str, Any]:
    """
    Write the comparison: ``summary.json``, three CSV files and the manifest.

    Parameters
    ----------
    folder : Path
        From `new_run_folder`.
    made : Comparison
        Its runs are done.
    command : str
    started : datetime

    Returns
    -------
    dict
        The summary.
    """
    summary = told(made, folder)
    write_comparison_csv(folder, summary)
    fill_study_folder(folder, KIND, summary, command=command, started=started, identity=comparison_id(made))
    return summary


def fill_study_folder(
    folder: Path, kind: str, summary: dict[str, Any], *, command: str, started: datetime, identity: str = ""
) -> None:
    """Write summary and manifest of a study of many runs, whatever its kind."""
    write_json(folder / "summary.json", summary)
    manifest: dict[str, Any] = {
        "suandian": package_version(),
        "kind": kind,
        "run_id": identity,
        "command": command,
        "status": "complete",
        "seed": None,
        "started": started.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC8).isoformat(timespec="seconds"),
        "hashes": {"code": code_version()},
        "warnings": [],
    }
    write_json(folder / "manifest.json", manifest)


def comparison_id(made: Comparison) -> str:
    """Return the name of a comparison: the hash of its runs in their order."""
    names = [need.folder.name for need in made.needs.runs]
    return hashlib.sha256(" ".join(names).encode()).hexdigest()[:12]


def comparison_folder(made: Comparison, results: Path) -> Path:
    """Return where a comparison goes unless the user names a place."""
    return results / "compare" / comparison_id(made)
