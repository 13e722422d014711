"""A policy of one's own: the example of docs/policies.md runs, and only where the user allows it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.command import QUICK, in_process
from tests.pipeline import ROOT, SCENARIOS

PAGE = ROOT / "docs" / "policies.md"
SET = ["--set", "policy.name=night_owl:NightOwl"]
SCENARIO = str(SCENARIOS / "minimal.yaml")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with the policy of the page, which leaves a mark when it is loaded."""
    code = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.S)[0]
    assert len(code.strip().splitlines()) <= 20
    (tmp_path / "night_owl.py").write_text(code + "\nopen('loaded', 'w').close()\n", encoding="utf-8")
    return tmp_path


def test_it_runs_with_the_flag_and_is_named_in_the_manifest(own: Path) -> None:
    done = in_process("run", SCENARIO, *SET, "--allow-plugin", "-o", "out", *QUICK, cwd=own)
    assert done.status == 0, done.err
    assert (own / "loaded").exists()
    manifest = json.loads((own / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["scenario"]["scenario"]["policy"]["name"] == "night_owl:NightOwl"


def test_it_does_not_run_without_and_never_in_validate(own: Path) -> None:
    refused = in_process("run", SCENARIO, *SET, "-o", "out", *QUICK, cwd=own)
    assert refused.status == 2
    assert "--allow-plugin" in refused.err
    assert in_process("validate", SCENARIO, *SET, cwd=own).status == 0
    assert not (own / "loaded").exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [("nowhere:Owl", "cannot be imported"), ("night_owl:Hawk", "not a subclass"), ("night_owl:np", "not a subclass")],
)
def test_what_cannot_be_loaded_is_told_in_one_line(own: Path, name: str, message: str) -> None:
    sets = ["--set", f"policy.name={name}", "--allow-plugin"]
    refused = in_process("run", SCENARIO, *sets, "-o", "out", *QUICK, cwd=own)
    assert refused.status == 2
    assert message in refused.err
    assert "Traceback" not in refused.err
