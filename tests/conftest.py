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
