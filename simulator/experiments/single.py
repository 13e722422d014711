"""One run from a loaded scenario to the files of its folder, reports apart."""

from __future__ import annotations

import functools
import hashlib
import json
import platform
import re
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator import accounting, engine, region, workload
from simulator.errors import ScenarioError
from simulator.experiments.findings import findings
from simulator.experiments.preflight import check
from simulator.records import Records, package_version, write_json, write_tables
from simulator.scenario import UTC8, dump
from simulator.scheduling import Policy, make_policy, plugin_source

if TYPE_CHECKING:
    from simulator.region import Region
    from simulator.scenario import Loaded, Scenario

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
CODE = (".py", ".csv", ".toml", ".yaml")  # coefficients and calibration decide results as code does
SAMPLE_OFF = 0.05  # a sampled cluster that is further from its plan is named in a warning [-]
_ROOT = Path(__file__).resolve().parents[2]


def run_id(loaded: Loaded) -> str:
    """
    Return the name of a run: what it depends on, hashed.

    Returns
    -------
    str
        12 hexadecimal digits of the resolved scenario with its seed, the data files and the code.
    """
    digest = hashlib.sha256()
    digest.update(json.dumps(dump(loaded)["scenario"], sort_keys=True, ensure_ascii=False).encode())
    for name, content in input_hashes(loaded).items():
        digest.update(f"{name} {content}".encode())
    digest.update(code_version().encode())
    digest.update(plugin_source(loaded.scenario.policy.name))
    return digest.hexdigest()[:12]


@functools.cache  # a process runs one version of the code, whatever becomes of the files meanwhile
def code_version() -> str:
    """Return the version of the distribution and a hash of the sources and package data that decide results."""
    return f"{package_version()}+{code_hash(_ROOT / 'simulator', _ROOT / 'energy_models')}"


def code_hash(*packages: Path) -> str:
    """
    Hash the sources and the data files of some packages.

    Parameters
    ----------
    packages : Path
        Folders to read, each to its full depth. Names and contents count, the place of the folder does not.

    Returns
    -------
    str
        16 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for package in packages:
        for file in sorted(path for path in package.rglob("*") if path.suffix in CODE):
            content = file.read_bytes()
            digest.update(f"{package.name}/{file.relative_to(package).as_posix()} {len(content)} ".encode())
            digest.update(content)
    return digest.hexdigest()[:16]


def input_hashes(loaded: Loaded) -> dict[str, str]:
    """Return the SHA-256 of every data file of a scenario, by the dotted path of the field that names it, sorted."""
    content = {name: hashlib.sha256(Path(name).read_bytes()).hexdigest() for name in set(_files(loaded).values())}
    return {field: content[name] for field, name in sorted(_files(loaded).items())}


def _files(loaded: Loaded) -> dict[str, str]:
    """Data files by the field that names them: two files of one name are two files."""
    scenario = loaded.scenario
    found = {f"hubs.{n}.weather.file": h.weather.file for n, h in scenario.hubs.items() if h.weather.model == "epw"}
    found |= {f"provinces.{n}.load_file": p.load_file for n, p in scenario.provinces.items() if p.load_file}
    found |= {f"workload.jobs.{n}.file": w.file for n, w in scenario.workload.jobs.items() if w.model == "trace"}
    return found


def fill_run_folder(
    folder: Path, loaded: Loaded, *, command: str, stage: Stage, allow_plugin: bool = False
) -> dict[str, Any]:
    """
    Simulate, account and write tables, summary and manifest.

    Parameters
    ----------
    folder : Path
        An empty folder, from `new_run_folder`.
    loaded : Loaded
        From `scenario.load`.
    command : str
        What the user typed, for the manifest, which calls the folder of ``--data-dir`` DATA.
    stage : callable
        Told what is being done and how far it is.
    allow_plugin : bool
        A policy ``module:Class`` of the user may be loaded.

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
    policy = policy_of(scenario, allow_plugin)
    stage("simulate", 0.0)
    records, notes = engine.simulate(scenario, fleet, work, policy, lambda share: stage("simulate", share))
    stage("account", 0.0)
    summary = accounting.account(loaded, records)
    jobs = accounting.attribute(loaded, records)
    stage("write", 0.0)
    write_tables(folder, Records(jobs, records.steps, records.clusters, records.events, records.directives))
    write_json(folder / "summary.json", summary)
    warnings = [*sample_warnings(scenario, fleet), *work.warnings, *notes]
    write_json(
        folder / "manifest.json",
        _manifest(loaded, command, started, work.summary, warnings) | {"findings": findings(summary)},
    )
    return summary


def policy_of(scenario: Scenario, allow_plugin: bool) -> Policy:
    """Return the policy of a scenario; raise ScenarioError if its options are not to be had."""
    choice = scenario.policy
    try:
        return make_policy(choice.name, choice.options, allow_plugin=allow_plugin)
    except (TypeError, ValueError) as error:
        raise ScenarioError(f"policy: {error}") from error


def sample_warnings(scenario: Scenario, fleet: Region) -> list[str]:
    """
    Name the clusters a sample of whole servers misses by more than 5 %.

    Parameters
    ----------
    scenario : Scenario
    fleet : Region
        Built from it; its servers are divided by ``fleet_sample`` and rounded.

    Returns
    -------
    list of str
        None or one warning, Chinese and English.
    """
    sample, off = fleet.fleet_sample, []
    for name, simulated in zip(fleet.clusters, fleet.servers.tolist(), strict=True):
        planned = scenario.clusters[name].servers
        deviation = simulated * sample / planned - 1.0
        if abs(deviation) > SAMPLE_OFF:
            off.append(f"{name} {simulated} x {sample} / {planned} ({deviation:+.0%})")
    if not off:
        return []
    listed = ", ".join(off)
    return [
        f"抽样按整台服务器取整，下列集群的规模与计划相差5%以上：{listed}；其算力按计划服务器数折算，"
        f"枢纽的功率和电量仍乘以{sample} | "
        f"the sample holds whole servers, and these clusters differ from plan by more than 5 %: {listed}; "
        f"their compute is scaled to the planned servers, power and energy of hubs still by {sample}"
    ]


def without_data_dir(command: str, data_dir: Path | None) -> str:
    """
    Return a command that says DATA for the folder of data, which differs from machine to machine.

    Parameters
    ----------
    command : str
        Words joined by blanks, as typed.
    data_dir : Path or None
        The folder, as the scenario was loaded with it.

    Returns
    -------
    str
    """
    if data_dir is None:
        return command
    typed = re.escape(str(data_dir))
    command = re.sub(rf"(--data-dir[= ])(?:{typed}/?(?!\S)|\S+)", r"\1DATA", command)
    for place in {data_dir, data_dir.resolve()}:
        if place.is_absolute():  # a --set may name a file in it, too
            command = re.sub(rf"(?<![^\s=]){re.escape(str(place))}(?![^\s/])", "DATA", command)
    return command


def _manifest(
    loaded: Loaded, command: str, started: datetime, work: dict[str, Any], warnings: list[str]
) -> dict[str, Any]:
    return {
        "suandian": package_version(),
        "run_id": run_id(loaded),
        "command": without_data_dir(command, loaded.data_dir),
        "status": "complete",
        "seed": loaded.scenario.simulation.seed,
        "started": started.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC8).isoformat(timespec="seconds"),
        "scenario": dump(loaded),
        "hashes": {"code": code_version(), "inputs": input_hashes(loaded)},
        "versions": {"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
        "warnings": warnings,
        "workload": work,
        "round_trip_ms": _round_trips(loaded.scenario),
    }


def _round_trips(scenario: Scenario) -> dict[str, dict[str, float]]:
    """Return the round trip between each two hubs, by name: latency rules are judged from the run folder alone. [ms]"""
    names = sorted(scenario.hubs)
    rows = region.round_trip_ms(scenario).tolist()
    return {here: dict(zip(names, row, strict=True)) for here, row in zip(names, rows, strict=True)}
