"""A run that is stopped leaves nothing that looks finished."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.records import read_manifest
from tests.cli.command import MINIMAL, QUICK, start, suandian

LONG = ("--horizon", "300 d", "--set", "hubs.demo.pv=null")  # some seconds of simulation


def wait_for(found: Callable[[], bool], seconds: float = 120.0) -> None:
    until = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < until, "the run never came so far"
        time.sleep(0.02)


def partial(folder: Path) -> list[Path]:
    return list(folder.glob(".run.partial-*"))


def test_an_interrupt_is_answered_and_cleans_up(tmp_path: Path) -> None:
    with start("run", MINIMAL, "--no-figures", *LONG, "-o", tmp_path / "run", cwd=tmp_path) as process:
        assert process.stderr is not None
        said = ""
        while "simulating" not in said:
            said = process.stderr.readline()
            assert said, "the run ended before it could be interrupted"
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert told.splitlines()[-1] == "interrupted; nothing unfinished was left behind"
    assert "Traceback" not in told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("moment", ["while it simulates", "while it writes reports"])
def test_a_kill_leaves_only_a_hidden_folder_and_the_next_run_is_not_disturbed(tmp_path: Path, moment: str) -> None:
    simulating = moment == "while it simulates"
    options = (*QUICK, *LONG) if simulating else ("--no-progress", "--horizon", "6 h")
    with start("run", MINIMAL, *options, "-o", tmp_path / "run", cwd=tmp_path) as process:
        if simulating:
            wait_for(lambda: bool(partial(tmp_path)))
        else:  # the manifest is there and says "complete": only the name of the folder tells that it is not
            wait_for(lambda: any((path / "manifest.json").is_file() for path in partial(tmp_path)))
        process.kill()
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert not (tmp_path / "run").exists()
    assert [path.name.startswith(".") for path in tmp_path.iterdir()] == [True]
    outcome = suandian("run", MINIMAL, *QUICK, "--horizon", "1 h", "-o", tmp_path / "run")
    assert outcome.status == 0
    assert read_manifest(tmp_path / "run")["status"] == "complete"


def test_an_earlier_run_survives_the_failure_of_a_later_one(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    assert suandian("run", MINIMAL, *QUICK, "--horizon", "1 h", "-o", folder).status == 0
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    bad = tmp_path / "bad.yaml"
    bad.write_text(f"extends: {MINIMAL}\npolicy: {{name: nope}}\n", encoding="utf-8")
    assert suandian("run", bad, *QUICK, "-o", folder).status == 2
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
