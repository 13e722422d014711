"""What there is to choose from: policies, queues, devices, scenarios, finished runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from simulator.errors import InputError
from simulator.experiments.sweep import read_experiment
from simulator.records import read_manifest
from simulator.scenario import at, load, read_file
from simulator.scheduling import QUEUES, REGISTRY

Rows = list[tuple[str, str]]
_SHIPPED = Path(__file__).resolve().parents[2] / "scenarios"
NOT_SCENARIOS = {"sources.yaml"}


def list_rows(what: str, *, results: Path) -> Rows:
    """
    Return name and one line of text for each thing of a kind.

    Parameters
    ----------
    what : str
        ``policies queues devices scenarios runs``.
    results : Path
        Folder that holds the run folders.

    Returns
    -------
    list of (str, str)
    """
    listed: dict[str, Callable[[], Rows]] = {
        "policies": _policies,
        "queues": lambda: sorted(QUEUES.items()),
        "devices": _devices,
        "scenarios": _scenarios,
        "runs": lambda: _runs(results),
    }
    return listed[what]()


def scenario_folder() -> Path:
    """Return the folder of scenarios here, or the shipped one."""
    here = Path("scenarios")
    return here if here.is_dir() else _SHIPPED


def _policies() -> Rows:
    return [(name, (policy.__doc__ or "").strip().splitlines()[0]) for name, policy in sorted(REGISTRY.items())]


def _scenarios() -> Rows:
    rows = []
    for path in sorted(scenario_folder().glob("*.yaml")):
        if path.name in NOT_SCENARIOS:
            continue
        try:
            loaded = load(path)
        except InputError:  # it needs --data-dir, or is not valid: name it all the same
            rows.append(
                (str(path), f"{_title_of(path)}(needs data files, or is not valid: validate it with --data-dir)")
            )
            continue
        title = loaded.scenario.title
        rows.append((str(path), f"{title.zh} | {title.en}"))
        rows += [(f"  --variant {name}", f"{text.zh} | {text.en}") for name, text in loaded.variants.items()]
    return rows


def _title_of(path: Path) -> str:
    """Return the titles that a file itself writes, "" if it writes none."""
    root, _ = read_file(path)
    texts = [at(root, ("title", lang)) if root else None for lang in ("zh", "en")]
    written = [str(text.value) for text in texts if text is not None]
    return f"{' | '.join(written)} " if written else ""


def _devices() -> Rows:
    rows = []
    for name, device in sorted(load(scenario_folder() / "yrd_2025.yaml").scenario.devices.items()):
        peaks = ", ".join(f"{precision} {flops / 1e12:g}" for precision, flops in device.peak.items())
        power = f"server {device.server_idle / 1e3:g} to {device.server_max / 1e3:g} kW"
        rows.append((name, f"{device.title.en}: TFLOPS dense {peaks}; {device.devices_per_server} a server, {power}"))
    return rows


def _runs(results: Path) -> Rows:
    rows = []
    for path in sorted(results.glob("*/*/manifest.json")):
        if path.parent.name.startswith("."):  # not finished: it takes its name when it is complete
            continue
        try:
            manifest = read_manifest(path.parent)
        except InputError as error:  # of another version: say so instead of hiding it
            rows.append((str(path.parent), f"({error})"))
            continue
        rows.append((str(path.parent), f"{manifest['ended']}  {_which(manifest)}{manifest['command']}"))
    return [*rows, *_experiments(results)]


def _experiments(results: Path) -> Rows:
    """One line a sweep: when, how far, and what it varies."""
    rows = []
    for path in sorted(results.glob("*/experiment.json")):
        try:
            told = read_experiment(path.parent)
            counts, axes = told["counts"], ", ".join(axis["path"] for axis in told["axes"])
            state = "".join(f", {counts[what]} {what}" for what in ("failed", "missing") if counts[what])
            rows.append((str(path.parent), f"{told['ended']}  sweep: {counts['done']} runs done{state}; varies {axes}"))
        except (InputError, KeyError) as error:
            rows.append((str(path.parent), f"({error})"))
    return rows


def _which(manifest: dict[str, Any]) -> str:
    """Return the variant and the seed of a run, where it has them: a replay has neither."""
    variant, seed = manifest.get("scenario", {}).get("variant"), manifest["seed"]
    named = f"variant {variant}  " if variant else ""
    return named if seed is None else f"{named}seed {seed}  "
