"""From the results of a sweep to its page: the data of the curves beside the figures, then whoever draws them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.errors import InputError
from simulator.experiments.axes import parse_vary
from simulator.experiments.curves import curves
from simulator.experiments.plan import Plan, PlotAsk, is_experiment, parse_plot, read_plan, with_options
from simulator.experiments.store import is_address, put_files
from simulator.experiments.sweep import EXPERIMENT, POINTS, read_experiment, write_into
from simulator.experiments.table import read_rows
from simulator.records import figures_folder, write_json
from simulator.scenario import load

if TYPE_CHECKING:
    from simulator.experiments.sweep import Sweep

Render = Callable[[Path, tuple[str, ...]], list[Path]]


def plan_of(
    path: Path, *, vary: Iterable[str], mode: str | None, plots: Iterable[str], name: str | None, **options: Any
) -> Plan:
    """
    Return the plan of a file (scenario or experiment) and of what the command line gives beside it.

    Raises
    ------
    InputError
        If the file or an option cannot be used.
    """
    axes = tuple(parse_vary(text) for text in vary)
    asks = tuple(parse_plot(text) for text in plots)
    if path.is_file() and is_experiment(path):
        plan = read_plan(path)
        return with_options(plan, axes=axes, plots=asks, mode=mode, name=name, **options)
    if not axes:
        load(path, overrides=options.get("sets") or (), data_dir=options.get("data_dir"))  # a wrong file is told first
        raise InputError(
            "sweep: got a scenario and nothing to vary; expected --vary PATH=LIST, or an experiment file\n"
            "    hint: for example --vary policy.name=home,least_loaded"
        )
    named = name or f"{load(path, data_dir=options.get('data_dir')).scenario.name}_sweep"
    return with_options(Plan(named, path), axes=axes, plots=asks, mode=mode, **options)


def default_workers() -> int:
    """Return a process for each core this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def place_page(sweep: Sweep, plan: Plan, languages: tuple[str, ...], render: Render) -> list[Path]:
    """
    Write the data of the curves and let them be drawn, where the experiment is.

    Parameters
    ----------
    sweep : Sweep
        Done; its table is written.
    plan : Plan
    languages : tuple of str
    render : callable
        Given the folder and the languages, returns the files it wrote.

    Returns
    -------
    list of Path
        What was written; with an address, nothing is left here.
    """
    if not is_address(sweep.root):
        write_curves(Path(sweep.root), plan.plots)
        return render(Path(sweep.root), languages)
    with tempfile.TemporaryDirectory(prefix="suandian-") as name:
        write_into(Path(name), sweep)
        write_curves(Path(name), plan.plots)
        render(Path(name), languages)
        put_files(Path(name), sweep.root)
    return []


def write_curves(folder: Path, asks: Sequence[PlotAsk]) -> None:
    """Write the data of the curves into ``figures/`` of an experiment, and what they are into ``experiment.json``."""
    content = read_experiment(folder)
    made = curves(read_rows(folder / POINTS), content["axes"], asks)
    figures = figures_folder(folder)
    for curve in made:
        curve.write(figures)
    write_json(folder / EXPERIMENT, content | {"curves": [curve.told() for curve in made]})
