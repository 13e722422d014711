"""What a run must not keep to itself: a hard limit that was missed is told on the terminal, in report and manifest."""

from __future__ import annotations

from pathlib import Path

from simulator.records import read_manifest
from tests.cli.command import MINIMAL, QUICK, suandian


def test_a_share_out_of_reach_ends_the_run_with_what_would_do(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    share = ("--set", "green_share={min: 0.9, matching: hourly}")
    outcome = suandian("run", MINIMAL, "--no-progress", *share, "--horizon", "6 h", "--lang", "en", "-o", folder)
    assert outcome.status == 0
    (finding,) = read_manifest(folder)["findings"]
    chinese, english = finding.split(" | ")
    assert "was missed" in english
    assert f"  {english}\n" in outcome.out
    assert chinese not in outcome.out
    report = (folder / "report.en.md").read_text(encoding="utf-8")
    assert report.index("> The least clean share") < report.index("## How sure")


def test_a_run_without_hard_limits_has_nothing_of_the_kind_to_say(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    assert suandian("run", MINIMAL, *QUICK, "--horizon", "6 h", "-o", folder).status == 0
    assert read_manifest(folder)["findings"] == []
