"""`explain`: a finished run again, up to the instant one of its jobs got its place, and what was weighed there."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator import engine, region, workload
from simulator.errors import RunFolderError
from simulator.experiments.single import Stage, code_version, input_hashes, policy_of
from simulator.records import read_manifest, read_tables
from simulator.scenario import undump

if TYPE_CHECKING:
    from simulator.engine import Candidate, Choice, Decision
    from simulator.scenario import Loaded
    from simulator.workload import Workload

SAME_S = 1e-6  # instants of a run and its repetition are equal; this leaves room for the file format only


@dataclass(frozen=True)
class Explanation:
    """
    Why a job went where it went.

    Attributes
    ----------
    job_id : str
    loaded : Loaded
        What was run.
    decision : Decision
        From the run played again.
    other_code : bool
        The folder was written by another version of the code, which decided the same all the same.
    """

    job_id: str
    loaded: Loaded
    decision: Decision
    other_code: bool

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON data; None for what is infinite or was never."""
        decision = self.decision
        ranking = decision.ranking
        return {
            "job": self.job_id,
            "class": decision.job_class,
            "origin": decision.origin,
            "devices": decision.devices,
            "policy": self.loaded.scenario.policy.name,
            "submitted_s": decision.submitted_s,
            "chosen_s": _number(decision.chosen_s),
            "choices": decision.choices,
            "made": [_choice(one) for one in decision.made],
            "started_s": _number(decision.started_s),
            "deadline_s": _number(decision.deadline_s),
            "state": decision.state,
            "cluster": decision.cluster or None,
            "load_weight": decision.load_weight,
            "next_best": _difference(chosen_of(decision), next_best(decision)),
            "ranking": [one.cluster for one in ranking],
            "candidates": [_candidate(one) for one in decision.candidates],
        }


def chosen_of(decision: Decision) -> Candidate | None:
    """Return the candidate the job was bound to."""
    return next((one for one in decision.candidates if one.cluster == decision.cluster), None)


def next_best(decision: Decision) -> Candidate | None:
    """Return the best open candidate that the job was not bound to."""
    return next((one for one in decision.ranking if one.cluster != decision.cluster), None)


def _choice(one: Choice) -> dict[str, Any]:
    best = next(iter(one.ranking), None)
    values = {candidate.cluster: _number(candidate.value) for candidate in one.ranking}
    return {"chosen_s": one.chosen_s, "best": None if best is None else best.cluster, "values": values}


def _candidate(one: Candidate) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in one.__dataclass_fields__}
    numbers = told | {"cost_cny": one.cost_cny, "carbon_kg": one.carbon_kg}
    return {name: _number(value) if isinstance(value, float) else value for name, value in numbers.items()}


def _difference(chosen: Candidate | None, other: Candidate | None) -> dict[str, Any] | None:
    if chosen is None or other is None:
        return None
    return {
        "cluster": other.cluster,
        "value": _number(other.value - chosen.value),
        "load_s": _number(other.load_s - chosen.load_s),
        "wall_s": _number(other.wall_s - chosen.wall_s),
        "cost_cny": _number(other.cost_cny - chosen.cost_cny),
        "carbon_kg": _number(other.carbon_kg - chosen.carbon_kg),
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def explain_job(
    folder: Path,
    job_id: str,
    *,
    stage: Stage,
    data_dir: Path | None = None,
    scenario_dir: Path | None = None,
    allow_plugin: bool = False,
) -> Explanation:
    """
    Play a finished run again until the place of a job is settled.

    Parameters
    ----------
    folder : Path
        A finished run folder.
    job_id : str
        As `jobs.parquet` names it; work of the warm-up may be asked for, too.
    stage : callable
        Told what is being done and how far it is.
    data_dir, scenario_dir : Path, optional
        Where the run's data files are now, if it read any: ``--data-dir`` and the folder of the scenario.
    allow_plugin : bool
        A policy ``module:Class`` of the user may be loaded.

    Returns
    -------
    Explanation

    Raises
    ------
    RunFolderError
        If it is no run of a scenario, its data files are not here or have changed, it has no such job, or the run
        played again decides otherwise (it was written by other code).
    """
    manifest = read_manifest(folder)
    if "scenario" not in (manifest.get("scenario") or {}):
        raise RunFolderError(f"{folder}: no run of a scenario, so there is nothing to explain")
    loaded = undump(manifest["scenario"], data_dir=data_dir, folder=scenario_dir)
    _must_have_data(folder, loaded, manifest)
    scenario = loaded.scenario
    stage("workload", 0.0)
    fleet = region.build(scenario)
    work = workload.build(scenario, workload.EnergisedCapacity(*region.energised_capacity(fleet, scenario)))
    job = _row_of(folder, work, job_id)
    stage("simulate", 0.0)
    policy = policy_of(scenario, allow_plugin)
    decision = engine.decide(scenario, fleet, work, policy, job, lambda share: stage("simulate", share))
    other_code = manifest["hashes"]["code"] != code_version()
    _must_agree(folder, job_id, decision, other_code)
    return Explanation(job_id, loaded, decision, other_code)


def _must_have_data(folder: Path, loaded: Loaded, manifest: dict[str, Any]) -> None:
    try:
        now = input_hashes(loaded)
    except OSError as error:
        raise RunFolderError(
            f"{folder}: its data file {error.filename} is not here; say where with --data-dir or --scenario-dir"
        ) from error
    then = manifest["hashes"]["inputs"]
    changed = sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))
    if changed:
        raise RunFolderError(f"{folder}: {changed[0]} is another file than the run read, so it cannot be played again")


def _row_of(folder: Path, work: Workload, job_id: str) -> int:
    names = work.jobs.ids()
    try:
        return names.index(job_id)
    except ValueError:
        near = difflib.get_close_matches(job_id, names[:100_000], n=3) or names[:3]
        raise RunFolderError(f"{folder}: no job {job_id!r}; its jobs have names like {', '.join(near)}") from None


def _must_agree(folder: Path, job_id: str, decision: Decision, other_code: bool) -> None:
    """Compare the decision with the records: an explanation of another run would be worse than none."""
    import pyarrow.compute as pc

    table = read_tables(folder, {"jobs": ("job_id", "cluster", "starting_time")}).jobs
    rows = table.filter(pc.equal(table["job_id"], job_id)).to_pylist()
    if not rows:
        return  # gone before the window opened
    cluster, start_s = rows[0]["cluster"] or "", rows[0]["starting_time"]
    started = start_s is None or math.isnan(decision.started_s) or abs(start_s - decision.started_s) <= SAME_S
    if cluster != decision.cluster or not started:
        why = "it was written by another version of the code" if other_code else "please report this"
        raise RunFolderError(
            f"{folder}: played again, job {job_id} goes to {decision.cluster or 'no cluster'} instead of "
            f"{cluster or 'no cluster'}, or starts at another time; {why}"
        )
