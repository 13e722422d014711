"""The verb `compare`: inputs, outcomes and what moved them, from files, variants and finished runs."""

from __future__ import annotations

import csv
import json
import math
import shutil
from pathlib import Path
from typing import Any

import pytest

from simulator.records import read_manifest, read_summary
from tests.cli.command import MINIMAL, suandian

SHORT = ("--horizon", "6 h", "--set", "simulation.warm_up=1 h", "--no-progress", "--workers", "0")
VARIANTS = """
name: case
variants:
  changed:
    title: {zh: 改动, en: changed}
    set:
      hubs: {demo: {connection: {import_limit: {value: 0.5 MW, assumed: test}}, pv: null}}
      workload: {jobs: {training: {fill: {value: 0.9, assumed: test}}}}
  moved:
    title: {zh: 迁移, en: moved}
    set:
      hubs:
        demo: {title: {zh: 旧枢纽, en: old hub}}
        other:
          title: {zh: 新枢纽, en: new hub}
          about: {assumed: test}
          province: zhejiang
          tariff: zhejiang
          location: {latitude: 30.8 deg, longitude: 120.9 deg, elevation: 4 m}
          weather: {model: synthetic, site: Hangzhou_CSWD}
          connection: {import_limit: 1 MW}
          facility: {free_cooling_wet_bulb_c: 12.0, chiller_wet_bulb_c: 24.0, chiller_cop: 5.5, fan_pump_share: 0.07,
            ups_loss_share: 0.045, fixed_share: 0.02}
      clusters: {demo_h800: {hub: other}}
"""


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("case") / "case.yaml"
    path.write_text(f"extends: {MINIMAL}\n{VARIANTS}", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def compared(case: Path) -> tuple[Path, dict[str, Any]]:
    """Two seeds of the scenario and of its variant, as the command leaves them."""
    folder = case.parent / "compared"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(case.parent)
        outcome = suandian(
            "compare", case, f"{case}@changed", *SHORT, "--replications", "2", "-o", folder, "--json"
        )  # fmt: skip
    assert outcome.status == 0, outcome.err
    told = json.loads(outcome.out)
    assert told["folder"] == str(folder)
    return folder, told["summary"]


def outcome_of(summary: dict[str, Any], key: str) -> dict[str, Any]:
    return next(row for row in summary["outcomes"] if row["key"] == key)


def test_inputs_that_differ_are_told_old_to_new_with_units(compared: tuple[Path, dict[str, Any]]) -> None:
    _, summary = compared
    told = {item["path"]: (item["old"], item["new"]) for item in summary["inputs"]}
    assert told["hubs.demo.connection.import_limit"] == ("600 kW", "500 kW")
    assert told["workload.jobs.training.fill"] == ("0.6", "0.9")
    assert told["hubs.demo.pv"] == ("capacity: 200 kW, tilt: 26 deg, " + told["hubs.demo.pv"][0].split(", ", 2)[2], "")
    assert set(told) == {"hubs.demo.connection.import_limit", "workload.jobs.training.fill", "hubs.demo.pv"}


def test_outcomes_are_those_of_the_runs_and_differences_are_paired(compared: tuple[Path, dict[str, Any]]) -> None:
    folder, summary = compared
    row = outcome_of(summary, "energy.facility_gwh")
    values = [
        [read_summary(folder / run["folder"])["energy"]["facility_gwh"] for run in side["runs"]]
        for side in summary["sides"]
    ]
    for side, found in zip(row["sides"], values, strict=True):
        assert side["mean"] == pytest.approx(sum(found) / 2, rel=1e-12)
    gaps = [new - old for old, new in zip(*values, strict=True)]
    # Student, one degree of freedom: 12.706 standard errors
    reach = 12.706 * abs(gaps[0] - gaps[1]) / 2
    assert row["differences"][0] is None
    assert row["differences"][1]["mean"] == pytest.approx(sum(gaps) / 2, rel=1e-12)
    assert row["differences"][1]["high"] - row["differences"][1]["mean"] == pytest.approx(reach, rel=1e-4)


def test_effects_in_order_add_up_to_the_whole_and_alone_leave_the_interaction(
    compared: tuple[Path, dict[str, Any]],
) -> None:
    _, summary = compared
    (chain,) = summary["attribution"]
    assert len(chain["steps"]) == 3
    for item in chain["keys"]:
        total = outcome_of(summary, item["key"])["differences"][1]["mean"]
        assert item["total"]["mean"] == total
        assert math.fsum(step["mean"] for step in item["in_order"]) == pytest.approx(total, rel=1e-9)
        assert item["alone"][0] == item["in_order"][0]
        alone = math.fsum(step["mean"] for step in item["alone"])
        assert item["interaction"] == pytest.approx(total - alone, rel=1e-9, abs=1e-9)
    energy = next(item for item in chain["keys"] if item["key"] == "energy.facility_gwh")
    effects = dict(zip((step["name"] for step in chain["steps"]), energy["in_order"], strict=True))
    assert effects["workload.jobs.training.fill"]["mean"] > 0  # more work draws more
    assert effects["hubs.demo.pv"]["mean"] == 0  # a roof changes the bill, not the load


def test_the_page_is_written_in_both_languages_with_its_csv_files(compared: tuple[Path, dict[str, Any]]) -> None:
    folder, summary = compared
    assert read_manifest(folder)["kind"] == "comparison"
    for lang in ("zh", "en"):
        text = (folder / f"report.{lang}.md").read_text(encoding="utf-8")
        assert "workload.jobs.training.fill" in text
        assert "600 kW" in text
        assert f"figures/effects_1.{lang}.svg" in text
        assert (folder / f"report.{lang}.html").stat().st_size > 20_000
    with (folder / "report.outcomes.csv").open(encoding="utf-8") as stream:
        rows = {row["key"]: row for row in csv.DictReader(stream)}
    first = summary["sides"][0]["name"]
    assert float(rows["energy.pue"][f"{first} mean"]) == outcome_of(summary, "energy.pue")["sides"][0]["mean"]
    with (folder / "report.attribution.csv").open(encoding="utf-8") as stream:
        assert {row["step"] for row in csv.DictReader(stream)} >= {"hubs.demo.pv", "interaction"}
    assert {path.stem for path in (folder / "figures").glob("*.csv")} == {"effects_1", "rungs", "duration", "waits"}


def test_a_second_call_runs_nothing_and_shares_runs_with_the_verb_run(
    case: Path, compared: tuple[Path, dict[str, Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(case.parent)
    words = ("--replications", "2", "-o", tmp_path / "again")
    outcome = suandian("compare", case, f"{case}@changed", *SHORT, *words)
    assert outcome.status == 0, outcome.err
    assert outcome.out.splitlines()[0].startswith("0 runs made")
    _, summary = compared
    run = summary["sides"][1]["runs"][1]
    options = ("--variant", "changed", "--horizon", "6 h", "--set", "simulation.warm_up=1 h", "--seed", "2", "--json")
    outcome = suandian("run", case, *options, "--no-figures", "--no-progress")
    assert Path(json.loads(outcome.out)["folder"]).name == run["run_id"]


def test_finished_runs_are_compared_as_they_are(
    case: Path, compared: tuple[Path, dict[str, Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    folder, summary = compared
    runs = [(folder / side["runs"][0]["folder"]).resolve() for side in summary["sides"]]
    words = ("--no-attribution", "--no-progress", "--workers", "0", "--json", "-o", tmp_path / "page")
    outcome = suandian("compare", *runs, *words)
    assert outcome.status == 0, outcome.err
    again = json.loads(outcome.out)["summary"]
    gap = outcome_of(again, "cost.total_cny")["differences"][1]
    bills = [read_summary(run)["cost"]["total_cny"] for run in runs]
    assert gap["mean"] == bills[1] - bills[0]
    assert gap["low"] is None  # one seed tells nothing of chance
    assert again["attribution"] == []


def test_changes_that_are_valid_only_together_are_one_step(
    case: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = suandian("compare", case, f"{case}@moved", *SHORT, "--json", "-o", tmp_path / "page")
    assert outcome.status == 0, outcome.err
    (chain,) = json.loads(outcome.out)["summary"]["attribution"]
    names = [step["name"] for step in chain["steps"]]
    assert names == ["hubs.other", "clusters.demo_h800.hub"]
    # the cluster cannot stand on a hub that is not there
    assert [alone is None for alone in chain["keys"][0]["alone"]] == [False, True]
    assert chain["keys"][0]["interaction"] is None


@pytest.mark.parametrize(("words", "says"), [
    ((MINIMAL,), "expected two or more different scenarios"),
    ((MINIMAL, MINIMAL), "expected two or more different scenarios"),
    ((MINIMAL, f"{MINIMAL}@"), "got no variant behind @"),
    ((MINIMAL, f"{MINIMAL}@nope"), "got the variant 'nope'"),
    ((MINIMAL, "nowhere.yaml"), "no such file"),
    ((MINIMAL, "."), "manifest.json: missing"),
])  # fmt: skip
def test_what_cannot_be_compared_is_told(
    words: tuple[str | Path, ...], says: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = suandian("compare", *words, "--no-progress", "--workers", "0")
    assert outcome.status == 2
    assert says in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_report_writes_the_page_again_and_as_a_word_file(compared: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    folder = Path(shutil.copytree(compared[0].parent, tmp_path / "case")) / "compared"
    before = {path.name: path.read_bytes() for path in folder.glob("report.*.md")}
    for path in before:
        (folder / path).unlink()
    outcome = suandian("report", folder, "--format", "md,docx")
    assert outcome.status == 0, outcome.err
    assert outcome.out.splitlines() == [
        str(folder / f"report.{lang}.{kind}") for lang in ("zh", "en") for kind in ("md", "docx")
    ]
    assert {path.name: path.read_bytes() for path in folder.glob("report.*.md")} == before
    word = docx.Document(str(folder / "report.zh.docx"))
    cells = {cell.text for table in word.tables for row in table.rows for cell in row.cells}
    assert "workload.jobs.training.fill" in cells
    assert len(word.inline_shapes) == len(list((folder / "figures").glob("*.zh.png")))
