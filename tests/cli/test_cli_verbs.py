"""Every verb on what ships: what it prints, what it writes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from simulator.records import TABLES, read_manifest, read_summary
from simulator.scenario import load
from simulator.scheduling import QUEUES, REGISTRY
from tests.cli.command import MINIMAL, QUICK, SCENARIOS, in_process, left_behind, suandian

CLAIMS = SCENARIOS / "claims" / "zhejiang_18eflops.yaml"


def test_run_json_holds_the_summary_that_is_on_disk_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    outcome = suandian("run", MINIMAL, *QUICK, "--horizon", "6 h", "--json", "-o", folder)
    assert outcome.status == 0
    told = json.loads(outcome.out)
    assert told == {"folder": str(folder), "summary": read_summary(folder)}
    assert left_behind(folder) == sorted(["manifest.json", "summary.json", *(f"{name}.parquet" for name in TABLES)])


def test_run_says_what_came_out_and_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = suandian("run", MINIMAL, *QUICK, "--horizon", "6 h", "--seed", "5")
    assert outcome.status == 0
    folder = next((tmp_path / "results" / "minimal").iterdir())
    assert str(folder.relative_to(tmp_path)) in outcome.out
    assert "PUE" in outcome.out
    manifest = read_manifest(folder)
    assert manifest["run_id"] == folder.name
    assert manifest["seed"] == 5
    assert len(folder.name) == 12


def test_run_of_the_default_scenario_tells_every_target(tmp_path: Path) -> None:
    words = ("--horizon", "1 d", "--set", "simulation.warm_up=1 h")
    outcome = suandian("run", SCENARIOS / "yrd_2025.yaml", *QUICK, *words, "-o", tmp_path / "run")
    assert outcome.status == 0
    assert "  target Zhejiang 2025: 100 EFLOPS of AI compute (fp16): not met: " in outcome.out


def test_the_same_run_again_takes_the_place_of_the_first_and_another_seed_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for seed in ("1", "1", "2"):
        assert suandian("run", MINIMAL, *QUICK, "--horizon", "1 h", "--seed", seed).status == 0
    assert len(list((tmp_path / "results" / "minimal").iterdir())) == 2


def test_progress_goes_to_standard_error_a_line_a_stage_where_there_is_no_terminal(tmp_path: Path) -> None:
    outcome = in_process("run", MINIMAL, "--no-figures", "--horizon", "6 h", "-o", tmp_path / "run", cwd=tmp_path)
    lines = outcome.err.splitlines()
    assert [line.split(" (")[0] for line in lines if line[-1] != "%"] == [
        "jobs and fleet", "simulating", "accounting", "writing records",
    ]  # fmt: skip
    assert "simulating 50 %" in lines
    assert "PUE" in outcome.out


def test_a_report_in_one_language_only(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    outcome = suandian("run", MINIMAL, "--no-progress", "--horizon", "6 h", "--lang", "zh", "-o", folder)
    assert outcome.status == 0
    assert {path.name for path in folder.glob("report.*")} == {"report.zh.html", "report.zh.md"}
    assert str(folder / "report.zh.html") in outcome.out


def shipped() -> list[Path]:
    return [path for path in sorted(SCENARIOS.glob("*.yaml")) if path.name != "sources.yaml"]


def test_every_shipped_scenario_and_variant_is_valid(data_dir: Path) -> None:
    outcome = suandian("validate", *shipped(), "--data-dir", data_dir)
    assert outcome.status == 0, outcome.err
    lines = outcome.out.splitlines()
    for path in shipped():
        loaded = load(path, data_dir=data_dir)
        assert f"{path}: valid" in lines
        for name in loaded.variants:
            assert f"{path} (variant {name}): valid" in lines
    assert len(loaded.variants) + len(lines) >= 6


def test_validate_tells_the_good_and_the_bad_of_one_call(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(f"extends: {MINIMAL}\npolicy: {{name: nope}}\n", encoding="utf-8")
    outcome = suandian("validate", bad, MINIMAL)
    assert outcome.status == 2
    assert outcome.out == f"{MINIMAL}: valid\n"
    assert "bad.yaml:2: policy.name" in outcome.err


def test_validate_checks_variants_too(tmp_path: Path) -> None:
    path = tmp_path / "variants.yaml"
    text = "variants:\n  odd:\n    title: {zh: a, en: a}\n    set:\n      policy: {name: nope}\n"
    path.write_text(f"extends: {MINIMAL}\n{text}", encoding="utf-8")
    outcome = suandian("validate", path)
    assert outcome.status == 2
    assert "variants.yaml:6: policy.name" in outcome.err


def test_audit_in_chinese_english_and_json() -> None:
    chinese, english, data = (suandian("audit", CLAIMS, *words) for words in ((), ("--lang", "en"), ("--json",)))
    assert chinese.status == english.status == data.status == 0
    for text in (chinese.out, english.out):
        assert "306" in text
        assert "566" in text
    assert "结论" in chinese.out or "核" in chinese.out
    assert chinese.out != english.out
    assert isinstance(json.loads(data.out), dict)


@pytest.fixture
def copy(finished_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished_run, tmp_path / "run", ignore=shutil.ignore_patterns("figures", "report.*")))


def test_report_writes_what_is_asked_and_names_it(copy: Path) -> None:
    outcome = suandian("report", copy, "--lang", "en", "--format", "md")
    assert outcome.status == 0
    assert outcome.out.splitlines() == [str(copy / "report.en.md")]
    assert {path.name for path in copy.glob("report.*")} == {"report.en.md"}
    assert suandian("report", copy).status == 0
    assert len(list(copy.glob("report.*"))) == 4


def test_report_of_a_copied_folder_is_that_of_the_run(copy: Path, finished_run: Path) -> None:
    assert suandian("report", copy, "--lang", "zh", "--lang", "en").status == 0
    for name in ("report.zh.md", "report.en.md"):
        assert (copy / name).read_text(encoding="utf-8") == (finished_run / name).read_text(encoding="utf-8")


def rewrite(path: Path, **changes: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")


@pytest.mark.parametrize(("damage", "told"), [
    (lambda run: (run / "summary.json").write_text("{"), "summary.json: cannot be read as JSON"),
    (lambda run: (run / "steps.parquet").unlink(), "steps.parquet: missing"),
    (lambda run: (run / "jobs.parquet").write_bytes(b"PAR1"), "jobs.parquet: cannot be read"),
    (lambda run: (run / "manifest.json").unlink(), "manifest.json: missing"),
    (lambda run: rewrite(run / "manifest.json", status="running"), "status is 'running'; expected 'complete'"),
    (lambda run: rewrite(run / "manifest.json", suandian="0.0.3"), "written by version 0.0.3"),
    (lambda run: rewrite(run / "summary.json", hubs={}), "hubs.demo.capacity: missing"),
    (lambda run: rewrite(run / "summary.json", energy=None), "summary.json: energy: missing"),
])  # fmt: skip
def test_report_of_a_damaged_run_says_what_is_wrong(copy: Path, damage: object, told: str) -> None:
    damage(copy)  # type: ignore[operator]
    outcome = suandian("report", copy)
    assert outcome.status == 2
    assert told in outcome.err


def test_report_refuses_a_format_it_has_not(copy: Path) -> None:
    outcome = suandian("report", copy, "--format", "md,pdf")
    assert outcome.status == 2
    assert "'pdf'" in outcome.err
    assert not list(copy.glob("report.*"))


def test_report_refuses_a_language_it_has_not(copy: Path) -> None:
    outcome = suandian("report", copy, "--lang", "fr")
    assert outcome.status == 2
    assert "'fr' is not one of 'zh', 'en'" in outcome.err
    assert not list(copy.glob("report.*"))


def test_figures_that_are_missing_are_drawn_again(copy: Path, finished_run: Path) -> None:
    outcome = suandian("report", copy, "--lang", "en", "--format", "md")
    assert outcome.status == 0
    drawn = {path.name for path in (finished_run / "figures").glob("*.en.*")}
    assert {path.name for path in (copy / "figures").glob("*.en.*")} == drawn
    assert drawn


def rows(outcome_text: str) -> dict[str, str]:
    return {line.split("  ")[0]: line for line in outcome_text.splitlines()}


def test_list_policies_and_queues_with_what_they_do() -> None:
    for what, names in (("policies", REGISTRY), ("queues", QUEUES)):
        outcome = suandian("list", what)
        assert outcome.status == 0
        assert list(rows(outcome.out)) == sorted(names)
        assert all(len(line) > 20 for line in outcome.out.splitlines())


def test_list_devices_with_their_peaks() -> None:
    outcome = suandian("list", "devices")
    devices = load(SCENARIOS / "yrd_2025.yaml").scenario.devices
    assert list(rows(outcome.out)) == sorted(devices)
    assert f"fp16 {devices['a100'].peak['fp16'] / 1e12:g}" in rows(outcome.out)["a100"]


def test_list_scenarios_with_variants_here_or_the_shipped_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # no folder of scenarios here
    outcome = suandian("list", "scenarios")
    assert outcome.status == 0
    for path in shipped():
        assert path.name in outcome.out
    assert "--variant gap_at_jiaxing" in outcome.out
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "own.yaml").write_text(f"extends: {MINIMAL}\n", encoding="utf-8")
    assert suandian("list", "scenarios").out.splitlines() == ["scenarios/own.yaml  最小示例 | minimal example"]


def test_list_runs_shows_finished_ones_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert suandian("list", "runs").out == ""
    assert suandian("run", MINIMAL, *QUICK, "--horizon", "1 h").status == 0
    (run,) = (tmp_path / "results" / "minimal").iterdir()
    shutil.copytree(run, run.parent / f".{run.name}.partial-4711")
    shutil.copytree(run, run.parent / "of_another_version")
    manifest = run.parent / "of_another_version" / "manifest.json"
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace('"suandian": "', '"suandian": "99.'), encoding="utf-8"
    )
    lines = suandian("list", "runs").out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(f"results/minimal/{run.name}  ")
    assert "seed 1" in lines[0]
    assert "written by version 99." in lines[1]


@pytest.mark.parametrize(("scenario", "variant"), [
    ("minimal.yaml", None), ("yrd_2025.yaml", None), ("yrd_2025.yaml", "gap_part_west"),
])  # fmt: skip
def test_what_show_prints_is_the_scenario_again(scenario: str, variant: str | None, tmp_path: Path) -> None:
    words = ("--variant", variant) if variant else ()
    outcome = suandian("show", SCENARIOS / scenario, *words, "--set", "simulation.seed=11")
    assert outcome.status == 0
    path = tmp_path / "shown.yaml"
    path.write_text(outcome.out, encoding="utf-8")
    again = load(path).scenario
    first = load(SCENARIOS / scenario, variant=variant, seed=11).scenario
    assert again == first.model_copy(update={"title": again.title})
    assert suandian("validate", path).status == 0


def test_schema_is_a_json_schema_that_knows_the_sections() -> None:
    outcome = suandian("schema")
    schema = json.loads(outcome.out)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert "hubs" in json.dumps(schema)


def test_no_verb_shows_the_help_and_an_unknown_one_is_an_error() -> None:
    assert "Commands" in suandian().out
    assert suandian("simulate").status == 2
