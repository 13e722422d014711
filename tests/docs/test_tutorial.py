"""The tutorial's commands run as they stand, in a copy of what a reader has; so does the script for researchers."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import suandian
from tests.pipeline import ROOT

PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^python run\.py (.+)$", PAGE, re.MULTILINE)
SCENARIO = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_a_planner_can_follow_the_tutorial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    monkeypatch.chdir(tmp_path)
    assert SCENARIO
    Path("scenarios/tutorial.yaml").write_text(SCENARIO[1], encoding="utf-8")
    assert len(COMMANDS) == 7
    for line in COMMANDS:
        words = shlex.split(line)
        # in this process and without a bar: what is tested are the words of the page
        extra = {"compare": ["--workers", "0"], "sweep": ["--workers", "0"], "robust": ["--workers", "0"]}.get(
            words[0], []
        )
        extra += ["--no-progress"] if words[0] in ("run", "compare", "sweep", "robust") else []
        outcome = suandian(*words, *extra)
        assert outcome.status == 0, f"{line}\n{outcome.err}"
    for page in re.findall(r"`(results/[^`]*\.html)`", PAGE):
        assert Path(page).is_file(), page
    broken = Path("scenarios/tutorial.yaml")
    broken.write_text(SCENARIO[1].replace("0.2 MW", "0.2"), encoding="utf-8")
    outcome = suandian("validate", broken)
    assert outcome.status == 2
    assert re.search(r"tutorial\.yaml:\d+: ", outcome.err)


def test_the_script_for_researchers_runs(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(ROOT / "docs" / "research_example.py")],
        env=os.environ | {"STUDY_FOLDER": str(tmp_path / "study")}, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(re.findall(r"^fill 0\.\d: [+-]", done.stdout, re.MULTILINE)) == 3
    assert (tmp_path / "study" / "points.parquet").is_file()
