"""What the command line says: which variant, in which language, and what it keeps."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from simulator.cli import app
from simulator.cli.stages import stage_text
from simulator.experiments import list_rows, run_id, run_lines
from simulator.experiments.outcome import figure
from simulator.scenario import load

FIXTURE_VARIANT = """
extends: {parent}
name: child
variants:
  small:
    title: {{zh: "小一半", en: "half the size"}}
    set: {{clusters: {{demo_h800: {{servers: 16}}}}}}
"""


def call(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def variants(tmp_path: Path, scenarios: Path) -> Path:
    """A scenario with one variant."""
    path = tmp_path / "child.yaml"
    path.write_text(FIXTURE_VARIANT.format(parent=scenarios / "minimal.yaml"), encoding="utf-8")
    return path


def summary(**target: Any) -> dict[str, Any]:
    """Just what the console reads, with round numbers."""
    rungs = {"nameplate": 9.00432, "energised": 9.0, "effective": None}
    entry = {
        "id": "zhejiang_2025", "precision": "fp16", "rung": "nameplate", "required_eflops": 100.0,
        "counted_eflops": 91.00432, "gap_before_eflops": 18.0, "gap_after_eflops": 8.99568, "met": False,
        "on_paper_only": False, "increment_by_rung": rungs, "window": {"days": 30.0},
    }  # fmt: skip
    return {
        "targets": [entry | target],
        "energy": {"facility_gwh": 369.123, "pue": 1.21, "peak_facility_mw": 63.0},
        "clean": {"cfe_score_hourly": 0.5146, "match_annual": 0.8178, "certificates_mwh": 1.0},
        "emissions": {"location_tco2": 168612.3},
        "service": {"jobs_submitted": 799237, "jobs_real": 93297313, "wait_p95_s": 3600.0},
    }


def lines(scenarios: Path, lang: str, summary: dict[str, Any], **options: Any) -> str:
    return "\n".join(run_lines(load(scenarios / "yrd_2025.yaml", **options), summary, lang))


def test_the_outcome_names_the_variant_in_the_language_asked(scenarios: Path) -> None:
    english = lines(scenarios, "en", summary(), variant="gap_at_jiaxing")
    chinese = lines(scenarios, "zh", summary(), variant="gap_at_jiaxing")
    assert "variant: the whole gap at Jiaxing (18 EFLOPS) (gap_at_jiaxing)" in english.splitlines()[0]
    assert "方案：缺口全部补在嘉兴（18 EFLOPS）（gap_at_jiaxing）" in chinese.splitlines()[0]
    assert english.isascii()
    assert "target" not in chinese
    assert "variant" not in lines(scenarios, "en", summary())


def test_figures_are_readable(scenarios: Path) -> None:
    text = lines(scenarios, "en", summary())
    assert "168,600 t" in text
    assert "799,237 simulated, which stand for 93,297,313" in text
    assert "not met: 91.00 of 100 EFLOPS counted at FP16 nameplate; gap 18.00 -> 9.00" in text
    assert [figure(x) for x in (0.0002877, 12.5, 1234567.0, None)] == ["0.0002877", "12.5", "1,235,000", "-"]


def test_a_closed_gap_is_zero_not_minus_zero(scenarios: Path) -> None:
    text = lines(scenarios, "en", summary(gap_after_eflops=-0.004, met=True, counted_eflops=100.004))
    assert "gap 18.00 -> 0.00\n" in text


def test_met_on_paper_only_is_said(scenarios: Path) -> None:
    assert "met on paper only" in lines(scenarios, "en", summary(met=True, on_paper_only=True))
    assert "仅账面完成" in lines(scenarios, "zh", summary(met=True, on_paper_only=True))


def test_a_target_outside_the_run_has_a_plan_only(scenarios: Path) -> None:
    cut = summary(window=None)
    assert "lies outside the simulated time" in lines(scenarios, "en", cut, horizon="7d")
    assert "目标日不在模拟期内" in lines(scenarios, "zh", cut, horizon="7d")


@pytest.mark.parametrize(("horizon", "said"), [("365d", "over the year 81.8%"), ("7d", "over the run 81.8%")])
def test_a_week_is_not_called_a_year(scenarios: Path, horizon: str, said: str) -> None:
    assert f"{said} (with certificates)" in lines(scenarios, "en", summary(), horizon=horizon)


def test_a_stage_says_why_it_takes_long() -> None:
    assert "compiles" in stage_text("simulate", "en", compiles=True)
    assert stage_text("simulate", "zh") == "模拟"


def test_the_console_speaks_the_language_asked_or_that_of_the_terminal(
    scenarios: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from simulator.cli.options import Lang, console_language

    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert console_language(None) == "en"
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert console_language(None) == "zh"
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert console_language(None) == "en"
    assert console_language([Lang.zh, Lang.en]) == "zh"


def test_running_again_with_fewer_reports_keeps_what_is_there(
    finished_run: Path, scenarios: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(finished_run, folder)
    (folder / "report.en.md").write_text("old", encoding="utf-8")
    (folder / "report.zh.html").unlink()
    (folder / "report.zh.md").unlink()
    told = call("run", scenarios / "minimal.yaml", "-o", folder, "--no-figures", "--no-progress")
    assert told.exit_code == 0, told.output
    assert "has reports of this run in en: kept" in told.stderr
    assert sorted(path.name for path in folder.glob("report.*")) == ["report.en.html", "report.en.md"]
    assert (folder / "report.en.md").read_text(encoding="utf-8") != "old"
    assert any((folder / "figures").iterdir())


def test_reports_of_another_run_are_not_kept(finished_run: Path, scenarios: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(finished_run, folder)
    told = call("run", scenarios / "minimal.yaml", "--seed", 7, "-o", folder, "--no-figures", "--no-progress")
    assert told.exit_code == 0, told.output
    assert "kept" not in told.stderr
    assert list(folder.glob("report.*")) == []


def test_report_on_a_folder_of_runs_lists_them(finished_run: Path) -> None:
    told = call("report", finished_run.parent)
    assert told.exit_code == 2
    assert f"it holds runs (newest last); name one of them\n  {finished_run}" in told.stderr


def test_list_runs_names_the_variant(finished_run: Path, variants: Path, tmp_path: Path) -> None:
    for name, variant in (("a", None), ("b", "small")):
        folder = tmp_path / "results" / "child" / name
        folder.mkdir(parents=True)
        manifest = json.loads((finished_run / "manifest.json").read_text(encoding="utf-8"))
        manifest["scenario"]["variant"] = variant
        manifest["command"] = "run.py run child.yaml"  # not that of the tests, whose own words would be listed
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    plain, varied = (text for _, text in list_rows("runs", results=tmp_path / "results"))
    assert "variant small" in varied
    assert "variant" not in plain
    assert run_id(load(variants)) != run_id(load(variants, variant="small"))


def test_a_scenario_that_needs_data_keeps_its_title_in_the_list(
    monkeypatch: pytest.MonkeyPatch, scenarios: Path
) -> None:
    monkeypatch.chdir(scenarios.parent)
    rows = dict(list_rows("scenarios", results=Path("results")))
    text = rows["scenarios/yrd_real_inputs.yaml"]
    assert text.startswith(
        "长三角三枢纽：实测作业、气象与负荷 | Yangtze Delta hubs on real jobs, weather and load (needs"
    )


def test_validate_passes_over_the_list_of_sources(scenarios: Path, variants: Path) -> None:
    told = call("validate", scenarios / "sources.yaml", variants)
    assert told.exit_code == 0, told.output
    first, *rest = told.stdout.splitlines()
    assert first.endswith("sources.yaml: a list of sources, checked with the scenarios that cite it")
    assert [line.rpartition("child.yaml")[2] for line in rest] == [": valid", " (variant small): valid"]


def test_a_claims_file_is_sent_to_audit(scenarios: Path) -> None:
    told = call("validate", scenarios / "claims" / "template.yaml")
    assert told.exit_code == 2
    assert "got a claims file; expected a scenario" in told.stderr
    assert "check it with `audit " in told.stderr


def test_a_missing_data_folder_is_told_once_for_all_scenarios(scenarios: Path) -> None:
    files = [scenarios / "yrd_real_inputs.yaml", scenarios / "yrd_2025.yaml"]
    told = call("validate", *files, "--data-dir", "nowhere")
    assert told.exit_code == 2
    assert told.stderr.count("nowhere") == 1


@pytest.mark.parametrize(
    ("verb", "said"), [("run", ["may repeat"]), ("report", ["may repeat"]), ("audit", ["10, 1,000 or 10,000"])]
)
def test_help_tells_what_may_repeat(verb: str, said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    text = " ".join(call(verb, "--help").output.split())
    assert [word for word in said if word not in text] == []
