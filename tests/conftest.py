"""Shared fixtures: where the real data are, a finished run, and a quiet matplotlib."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("MPLBACKEND", "Agg")
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Folder with the real traces and weather; the test is skipped, saying so, where there is none."""
    folder = Path(os.environ.get("SUANDIAN_DATA", ROOT.parent / "shared" / "data"))
    if not (folder / "MANIFEST.csv").is_file():
        pytest.skip(f"real data not found in {folder}: set SUANDIAN_DATA to the folder that holds MANIFEST.csv")
    return folder


@pytest.fixture(scope="session")
def scenarios() -> Path:
    """Folder of the shipped scenarios."""
    return ROOT / "scenarios"


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    Folder of a run of scenarios/minimal.yaml as the command line leaves it, reports included; made once a session.

    Tests share it: copy it before changing anything in it.
    """
    from typer.testing import CliRunner

    from simulator.cli import app

    folder = tmp_path_factory.mktemp("finished") / "run"
    outcome = CliRunner().invoke(
        app, ["run", str(ROOT / "scenarios" / "minimal.yaml"), "-o", str(folder), "--no-progress"]
    )
    assert outcome.exit_code == 0, outcome.output
    return folder


@pytest.fixture(scope="session")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    Folder of an experiment as `sweep` leaves it, page included: two fills, two limits, two seeds of six hours.

    Tests share it: copy it before changing anything in it.
    """
    from tests.cli.command import suandian

    folder = tmp_path_factory.mktemp("swept") / "small"
    outcome = suandian(
        "sweep", ROOT / "scenarios" / "minimal.yaml", "--vary", "workload.jobs.training.fill=0.4,0.8",
        "--vary", "hubs.demo.connection.import_limit=0.3:0.6:0.3 MW", "--replications", "2",
        "--plot", "workload.jobs.training.fill,service.wait_mean_s", "--horizon", "6 h",
        "--set", "simulation.warm_up=1 h", "--no-progress", "--workers", "0", "-o", folder,
    )  # fmt: skip
    assert outcome.status == 0, outcome.err
    return folder
