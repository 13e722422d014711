"""What a sweep shows while it is under way: a table on a terminal, a line a run elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.command import MINIMAL, suandian

# two runs and a point that cannot be loaded; its complaint ends in a unit in brackets, which rich would take for a style
SWEEP = (
    "sweep", MINIMAL, "--vary", "simulation.warm_up=1 h,-1 h,2 h", "--horizon", "3 h", "--workers", "0", "--no-figures",
)  # fmt: skip


def test_on_a_terminal_there_is_a_table_of_what_is_done_running_failed_and_best(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    outcome = suandian(*SWEEP, "-o", tmp_path / "x")
    assert outcome.status == 3
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", outcome.err)
    last = plain[plain.rindex("runs ") :]
    assert re.search(r"runs +2 done, 0 kept, 0 running, 1 failed, 0 waiting of 3", last)
    assert re.search(r"time left", last)
    assert re.search(r"least cost +warm_up-\dh +[\d.e+,]+ CNY", last)
    assert re.search(r"failed +warm_up--1h seed 1: .*simulation\.warm_up: .*\[s\]", last)
    assert re.search(r"running +warm_up-1h seed 1", plain)


def test_elsewhere_a_line_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    outcome = suandian(*SWEEP, "-o", tmp_path / "x")
    assert "\x1b" not in outcome.err
    lines = outcome.err.splitlines()
    assert re.fullmatch(r"1/3 warm_up-1h seed 1: done in \d+\.\d s; .* left", lines[0])
    assert re.match(r"2/3 warm_up--1h seed 1: failed: .*simulation\.warm_up", lines[1])
    assert re.fullmatch(r"3/3 warm_up-2h seed 1: done in \d+\.\d s", lines[2])
