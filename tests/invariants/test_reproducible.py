"""Same seed, same bytes: across processes, hash seeds, compiled or not; another seed, another run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.records import TABLES, read_tables
from tests.invariants.same import assert_identical
from tests.pipeline import ROOT, SCENARIOS, run

CLOCK_FIELDS = ("command", "started", "ended")


def in_process(folder: Path, scenario: str, *options: str, **environment: str) -> Path:
    """Run the command line in a process of its own, with an environment of its own."""
    command = [sys.executable, str(ROOT / "run.py"), "run", str(SCENARIOS / scenario), "-o", str(folder)]
    done = subprocess.run(
        [*command, "--no-progress", *options],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return folder


def assert_same_bytes(one: Path, other: Path) -> None:
    for name in (*(f"{table}.parquet" for table in TABLES), "summary.json"):
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    manifests = [json.loads((folder / "manifest.json").read_text(encoding="utf-8")) for folder in (one, other)]
    for manifest in manifests:
        for field in CLOCK_FIELDS:
            del manifest[field]
    assert manifests[0] == manifests[1]


def test_two_processes_with_different_hash_seeds_write_the_same_bytes(tmp_path: Path) -> None:
    short = ("--horizon", "2 d", "--set", "simulation.warm_up=1 d", "--no-figures")
    one = in_process(tmp_path / "one", "yrd_2025.yaml", *short, PYTHONHASHSEED="1")
    other = in_process(tmp_path / "other", "yrd_2025.yaml", *short, PYTHONHASHSEED="77")
    assert_same_bytes(one, other)


def test_figures_and_reports_are_the_same_too(tmp_path: Path, finished_run: Path) -> None:
    other = in_process(tmp_path / "other", "minimal.yaml", PYTHONHASHSEED="42")
    assert_same_bytes(finished_run, other)
    names = {path.relative_to(finished_run) for path in finished_run.rglob("*") if path.is_file()}
    assert names == {path.relative_to(other) for path in other.rglob("*") if path.is_file()}
    for name in sorted(name for name in names if name.suffix in (".csv", ".svg")):
        assert (finished_run / name).read_bytes() == (other / name).read_bytes(), name


@pytest.mark.parametrize(("scenario", "horizon", "sets"), [
    ("minimal.yaml", "6 h", ("simulation.warm_up=2 h",)),
    ("minimal.yaml", "6 h", ("simulation.warm_up=2 h", "hubs.demo.connection.import_limit=0.13 MW")),
    ("yrd_2025.yaml", "3 h", ("simulation.warm_up=0 s",)),
])  # fmt: skip
def test_plain_python_gives_the_run_of_the_compiled_kernel(
    tmp_path: Path, scenario: str, horizon: str, sets: tuple[str, ...]
) -> None:
    options = ["--horizon", horizon, "--no-figures", *(word for text in sets for word in ("--set", text))]
    plain = in_process(tmp_path / "plain", scenario, *options, NUMBA_DISABLE_JIT="1")
    compiled = run(SCENARIOS / scenario, *sets, horizon=horizon).records
    assert compiled.jobs.num_rows > 100
    told = read_tables(plain)
    assert_identical(told, compiled, ("steps", "clusters", "events", "directives"))
    schedule = [
        name for name in compiled.jobs.column_names if name not in ("consumed_energy_j", "carbon_kg", "cost_cny")
    ]
    for name in schedule:
        assert told.jobs[name].to_pylist() == compiled.jobs[name].to_pylist() or _same_numbers(told, compiled, name)


def _same_numbers(one: object, other: object, name: str) -> bool:
    return bool(one.jobs[name].to_numpy().tobytes() == other.jobs[name].to_numpy().tobytes())  # type: ignore[attr-defined]


def test_another_seed_gives_other_jobs_and_other_weather() -> None:
    one, other = (run(SCENARIOS / "minimal.yaml", seed=seed).records for seed in (1, 2))
    assert one.jobs["submission_time"].to_pylist() != other.jobs["submission_time"].to_pylist()
    assert one.steps["temp_air_c"].to_pylist() != other.steps["temp_air_c"].to_pylist()
    assert_identical(one, run(SCENARIOS / "minimal.yaml", seed=1).records)
