"""Many runs: the points of a plan, times its seeds, on workers of one kind or another; what is there is kept."""

from __future__ import annotations

import functools
import json
import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.errors import InputError, ScenarioError
from simulator.experiments.axes import VARIANT, Axis, Point, points
from simulator.experiments.batch import Batch, Run, Tell, work_off
from simulator.experiments.best import best_points
from simulator.experiments.job import Job, Outcome
from simulator.experiments.preflight import check
from simulator.experiments.single import code_version
from simulator.experiments.store import is_address, join, put_files
from simulator.experiments.table import flat, write_rows
from simulator.records import package_version, write_json
from simulator.scenario import UTC8, load

if TYPE_CHECKING:
    from simulator.experiments.plan import Plan
    from simulator.scenario import Loaded

EXPERIMENT = "experiment.json"
POINTS = "points.parquet"
NOWHERE = Point("", ())


@dataclass
class SweepRun(Run):
    """One point with one seed."""

    point: Point = NOWHERE
    seed: int = 0
    place: str = ""
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class Sweep(Batch):
    """
    A sweep under way, or done.

    Parameters
    ----------
    runs : list of SweepRun
        Seeds outside, points inside: the first seed of all points comes first.
    plan : Plan
    root : str
        The experiment's folder, or its address.
    units : dict
        Canonical unit of the axes.
    ended : str
        When its last run ended, with the offset; "" before.
    """

    runs: list[SweepRun] = field(default_factory=list)
    plan: Plan = field(kw_only=True)
    root: str = ""
    units: dict[str, str] = field(default_factory=dict)
    ended: str = ""

    def best(self) -> list[tuple[str, str, str]]:
        """The points with most compute, least carbon and least cost, by the mean over the seeds that are done."""
        ended = ((run.point.label, run.outcome) for run in self.runs if run.outcome is not None)
        return best_points([(point, outcome.summary) for point, outcome in ended if outcome.summary])


def prepare(plan: Plan, root: str) -> Sweep:
    """
    Lay out the runs of a plan, and check what holds for all of them.

    Parameters
    ----------
    plan : Plan
    root : str
        Folder or address of the experiment.

    Returns
    -------
    Sweep
        Nothing is run yet.

    Raises
    ------
    InputError
        If the scenario cannot be loaded, or no value of an axis can be used: then its path is wrong.
    """
    base = _load(plan, Point("base", ()), None)
    check(base)
    for axis in plan.axes:
        _check_axis(plan, axis)
    first = base.scenario.simulation.seed if plan.seed is None else plan.seed
    root = root if is_address(root) else str(Path(root).resolve())
    runs = [
        SweepRun(
            f"{point.label} seed {seed}",
            point=point,
            seed=seed,
            place=join(root, f"point={point.label}", f"seed={seed}"),
        )
        for seed in range(first, first + plan.replications)
        for point in points(plan.axes, plan.mode)
    ]
    return Sweep(runs, plan=plan, root=root)


def _check_axis(plan: Plan, axis: Axis) -> None:
    """Raise if not one value of an axis can be used; a single bad value is left to its points, which fail."""
    first: InputError | None = None
    for value in axis.values:
        try:
            check(_load(plan, Point("", ((axis.path, value),)), None))
        except InputError as error:
            first = first or error
        else:
            return
    assert first is not None  # an axis has values
    names = {other.path for other in plan.axes}
    if len(names) > 1 and "--set" not in str(first):
        return  # it may be valid together with the other axes
    raise ScenarioError(str(first).replace("--set: ", f"{axis.where}: ")) from first


def _load(plan: Plan, point: Point, seed: int | None) -> Loaded:
    return load(
        plan.scenario,
        variant=point.variant or plan.variant,
        overrides=(*plan.sets, *point.overrides),
        horizon=plan.horizon,
        seed=seed,
        data_dir=plan.data_dir,
    )


def command_of(plan: Plan, point: Point, seed: int) -> str:
    """Return the command that makes the same run alone."""
    variant, data = point.variant or plan.variant, plan.data_dir
    words = ["run.py", "run", os.path.relpath(plan.scenario)]
    words += ["--variant", variant] if variant else []
    for text in (*plan.sets, *point.overrides):
        words += ["--set", text]
    words += ["--horizon", plan.horizon] if plan.horizon else []
    words += ["--seed", str(seed)]
    words += ["--data-dir", str(data)] if data else []
    return shlex.join(words)


def run_sweep(sweep: Sweep, *, workers: int, dask: str | None = None, tell: Tell) -> None:
    """
    Make the runs that are not there yet, and write the table of all.

    Parameters
    ----------
    sweep : Sweep
        From `prepare`; outcomes are filled in.
    workers : int
        Local processes; 0 makes the runs in this process.
    dask : str, optional
        Address of a Dask scheduler, which takes the place of local processes.
    tell : callable
        Told every event.

    Raises
    ------
    InputError
        If the cluster cannot be used.
    OSError
        If the table cannot be written; the finished runs stay.
    """
    work_off(sweep, _jobs(sweep), workers=workers, dask=dask, tell=tell)
    sweep.ended = datetime.now(UTC8).isoformat(timespec="seconds")
    write_results(sweep)


def _jobs(sweep: Sweep) -> Iterator[tuple[int, Job | Outcome]]:
    """Yield the runs; one that cannot be loaded has failed already."""
    for index, run in enumerate(sweep.runs):
        try:
            loaded = _load(sweep.plan, run.point, run.seed)
            check(loaded)
        except InputError as error:
            yield index, Outcome("failed", error=str(error))
            continue
        run.values = _values(sweep, loaded)
        yield index, Job(loaded, run.place, command_of(sweep.plan, run.point, run.seed), run.name)


def _values(sweep: Sweep, loaded: Loaded) -> dict[str, Any]:
    """Return the value of each axis as the scenario holds it, in its canonical unit."""
    from simulator.experiments.inputs import leaf

    values: dict[str, Any] = {}
    for axis in sweep.plan.axes:
        if axis.path == VARIANT:
            values[VARIANT] = loaded.variant or "none"
            continue
        value, unit = leaf(loaded.scenario, axis.path)
        values[axis.path] = value
        sweep.units[axis.path] = unit
    return values


def rows(sweep: Sweep) -> list[dict[str, Any]]:
    """Return a row a run: point, seed, axes, run id, status, error, then every figure of its summary."""
    made = []
    for run in sweep.runs:
        outcome = run.outcome or Outcome("missing")
        made.append(
            {
                "point": run.point.label,
                "seed": run.seed,
                # empty where the scenario could not be loaded: a text would make a column of numbers one of texts
                **{axis.path: run.values.get(axis.path) for axis in sweep.plan.axes},
                "run_id": outcome.run_id or None,
                "status": "done" if outcome.status == "kept" else outcome.status,
                "error": outcome.error or None,
                **dict(flat(outcome.summary)),
            }
        )
    return made


def write_results(sweep: Sweep) -> None:
    """Write ``points.parquet`` and ``experiment.json`` of an experiment; each takes its name when complete."""
    if is_address(sweep.root):
        import tempfile

        with tempfile.TemporaryDirectory(prefix="suandian-") as name:
            write_into(Path(name), sweep)
            put_files(Path(name), sweep.root)
        return
    root = Path(sweep.root)
    root.mkdir(parents=True, exist_ok=True)
    write_into(root, sweep)


def write_into(root: Path, sweep: Sweep) -> None:
    """Write the table and what is told of a sweep into a folder."""
    for name, write in (
        (POINTS, functools.partial(write_rows, rows=rows(sweep))),
        (EXPERIMENT, functools.partial(write_json, content=told(sweep))),
    ):
        partial = root / f".{name}.partial-{os.getpid()}"
        try:
            write(partial)
            partial.replace(root / name)
        except OSError:
            partial.unlink(missing_ok=True)
            raise


def told(sweep: Sweep) -> dict[str, Any]:
    """Return what ``experiment.json`` says of a sweep."""
    plan = sweep.plan
    return {
        "suandian": package_version(),
        "kind": "experiment",
        "experiment": plan.name,
        "title": plan.title.model_dump() if plan.title else None,
        "scenario": os.path.relpath(plan.scenario),
        "variant": plan.variant,
        "horizon": plan.horizon,
        "set": list(plan.sets),
        "axes": [
            {"path": axis.path, "values": list(axis.values), "unit": sweep.units.get(axis.path, "")}
            for axis in plan.axes
        ],
        "points": {run.point.label: dict(run.point.values) for run in sweep.runs},
        "mode": plan.mode,
        "seeds": sorted({run.seed for run in sweep.runs}),
        "plots": [[ask.x, ask.y, ask.colour] for ask in plan.plots],
        "code": code_version(),
        "ended": sweep.ended,
        "counts": {
            "done": sweep.count("done", "kept"),
            "failed": sweep.count("failed"),
            "missing": len(sweep.missing),
        },
        "stopped": sweep.stopped,
        "failed": [
            {"point": run.point.label, "seed": run.seed, "error": run.outcome.error}
            for run in sweep.runs
            if run.outcome is not None and run.outcome.status == "failed"
        ],
    }


def read_experiment(folder: Path) -> dict[str, Any]:
    """
    Read ``experiment.json`` of a sweep's folder.

    Raises
    ------
    InputError
        If there is none, or it is of another version.
    """
    path = folder / EXPERIMENT
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{folder}: no folder of an experiment ({EXPERIMENT} cannot be read: {error})") from error
    return content
