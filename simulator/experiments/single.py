"""One run from a loaded scenario to the files of its folder, reports apart."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from energy_models.compiled import source_hash
from simulator import accounting, engine, region, workload
from simulator.experiments.preflight import check
from simulator.records import Records, package_version, write_json, write_tables
from simulator.scenario import UTC8, dump
from simulator.scheduling import REGISTRY

if TYPE_CHECKING:
    from simulator.scenario import Loaded

Stage = Callable[[str, float], None]  # what is being done, and the share of it that is done
PACKAGES = (
    "numpy",
    "numba",
    "simpy",
    "pandas",
    "pyarrow",
    "pvlib",
    "windpowerlib",
    "pydantic",
    "pint",
    "networkx",
)
_ROOT = Path(__file__).resolve().parents[2]


def run_id(loaded: Loaded) -> str:
    """
    Return the name of a run: what it depends on, hashed.

    Returns
    -------
    str
        12 hexadecimal digits of the resolved scenario, the data files, the code and the seed.
    """
    digest = hashlib.sha256()
    digest.update(json.dumps(dump(loaded)["scenario"], sort_keys=True, ensure_ascii=False).encode())
    for name, content in input_hashes(loaded).items():
        digest.update(f"{name} {content}".encode())
    digest.update(code_version().encode())
    return digest.hexdigest()[:12]


def code_version() -> str:
    """Return the version of the distribution and a hash of the sources that decide results."""
    sources = source_hash(_ROOT / "simulator", _ROOT / "energy_models")
    return f"{package_version()}+{sources}"


def input_hashes(loaded: Loaded) -> dict[str, str]:
    """Return the SHA-256 of every data file of a scenario, by file name, sorted."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(_files(loaded))}


def _files(loaded: Loaded) -> set[Path]:
    scenario = loaded.scenario
    found = {hub.weather.file for hub in scenario.hubs.values() if hub.weather.model == "epw"}
    found |= {province.load_file for province in scenario.provinces.values() if province.load_file}
    found |= {work.file for work in scenario.workload.jobs.values() if work.model == "trace"}
    return {Path(name) for name in found}


def fill_run_folder(folder: Path, loaded: Loaded, *, command: str, stage: Stage) -> dict[str, Any]:
    """
    Simulate, account and write tables, summary and manifest.

    Parameters
    ----------
    folder : Path
        An empty folder, from `new_run_folder`.
    loaded : Loaded
        From `scenario.load`.
    command : str
        What the user typed, for the manifest.
    stage : callable
        Told what is being done and how far it is.

    Returns
    -------
    dict
        The summary.

    Raises
    ------
    ScenarioError, TraceError
        If the scenario or a data file cannot be used.
    InvariantError
        If a ledger does not close.
    """
    started = datetime.now(UTC8)
    check(loaded)
    scenario = loaded.scenario
    stage("workload", 0.0)
    fleet = region.build(scenario)
    work = workload.build(scenario, workload.EnergisedCapacity(*region.energised_capacity(fleet, scenario)))
    policy = REGISTRY[scenario.policy.name](**scenario.policy.options)
    stage("simulate", 0.0)
    records, notes = engine.simulate(scenario, fleet, work, policy, lambda share: stage("simulate", share))
    stage("account", 0.0)
    summary = accounting.account(loaded, records)
    jobs = accounting.attribute(loaded, records)
    stage("write", 0.0)
    write_tables(folder, Records(jobs, records.steps, records.clusters, records.events, records.directives))
    write_json(folder / "summary.json", summary)
    warnings = [*work.warnings, *notes]
    write_json(folder / "manifest.json", _manifest(loaded, command, started, work.summary, warnings))
    return summary


def _manifest(
    loaded: Loaded, command: str, started: datetime, work: dict[str, Any], warnings: list[str]
) -> dict[str, Any]:
    return {
        "suandian": package_version(),
        "run_id": run_id(loaded),
        "command": command,
        "status": "complete",
        "seed": loaded.scenario.simulation.seed,
        "started": started.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC8).isoformat(timespec="seconds"),
        "scenario": dump(loaded),
        "hashes": {"code": code_version(), "inputs": input_hashes(loaded)},
        "versions": {"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
        "warnings": warnings,
        "workload": work,
    }
