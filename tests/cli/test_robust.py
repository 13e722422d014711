"""The verb `robust`: who wins under which share of sampled inputs, and what turns the ranking round."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.experiments.uncertain import sampled, uncertain_inputs
from simulator.scenario import load, parse_quantity
from tests.cli.command import MINIMAL, QUICK, SCENARIOS, suandian

CASE = """
name: case
hubs:
  demo:
    pv: {capacity: {value: 10 kW, assumed: test, low: 0 kW, high: 300 kW}}
    facility: {fixed_share: {value: 0.05, assumed: test, low: 0.049, high: 0.051}}
variants:
  lean:
    title: {zh: 省, en: lean}
    set: {hubs: {demo: {pv: null, facility: {fixed_share: {value: 0.01, assumed: test}}}}}
"""
DAY = ("--horizon", "1 d", "--set", "simulation.warm_up=1 h")
HERE = (*DAY, "--no-progress", "--workers", "0")
METRIC = ("--metric", "energy.grid_import_gwh")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("robust") / "case.yaml"
    path.write_text(f"extends: {MINIMAL}\n{CASE}", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def studied(case: Path) -> tuple[Path, dict[str, Any]]:
    folder = case.parent / "study"
    inputs = ("--input", "hubs.demo.pv.capacity", "--input", "hubs.demo.facility.fixed_share")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(case.parent)
        words = (*METRIC, *inputs, "--samples", "6", "--search", "1", "--json", "-o", folder)
        outcome = suandian("robust", case, f"{case}@lean", *HERE, *words)
    assert outcome.status == 0, outcome.err
    return folder, json.loads(outcome.out)["summary"]


def imported(case: Path, folder: Path, *words: str) -> float:
    outcome = suandian("run", case, *QUICK, *DAY, *words, "--json", "-o", folder)
    assert outcome.status == 0, outcome.err
    return float(json.loads(outcome.out)["summary"]["energy"]["grid_import_gwh"])


def test_shares_of_wins_and_the_input_that_matters(studied: tuple[Path, dict[str, Any]]) -> None:
    _, summary = studied
    assert summary["samples"] == 6
    assert sum(summary["wins"]) == pytest.approx(1.0)
    assert 0 < summary["wins"][0] < 1  # both win somewhere
    (pair,) = summary["pairs"]
    (found,) = pair["searched"]
    assert found["path"] == "hubs.demo.pv.capacity"
    assert found["correlation"] > 0.95  # more of the roof, less import: the lean one falls behind
    assert found["gap_low"] < 0 < found["gap_high"]


def test_the_ranking_flips_where_it_says(case: Path, studied: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    _, summary = studied
    found = summary["pairs"][0]["searched"][0]
    at_w, within_w = (parse_quantity(found[key], "W") for key in ("flips_at", "to_within"))
    assert within_w == pytest.approx(300e3 / 64, rel=1e-3)
    lean = imported(case, tmp_path / "lean", "--variant", "lean")
    for side in (-1, 1):
        capacity = f"hubs.demo.pv.capacity={at_w + side * 1.1 * within_w:.0f} W"
        own = imported(case, tmp_path / f"own{side}", "--set", capacity)
        assert (own < lean) == (side > 0)
    assert found["leader_above"] == 0


def test_the_sentence_stands_on_the_page_in_both_languages(studied: tuple[Path, dict[str, Any]]) -> None:
    folder, summary = studied
    at = summary["pairs"][0]["searched"][0]["flips_at"]
    english = (folder / "report.en.md").read_text(encoding="utf-8")
    assert f"The ranking of A and B flips when hubs.demo.pv.capacity exceeds {at}" in english
    assert "above it A leads" in english
    assert f"hubs.demo.pv.capacity超过{at}" in (folder / "report.zh.md").read_text(encoding="utf-8")


def test_a_ranking_that_stays_is_said_to_stay(case: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(case.parent)
    words = (
        *METRIC,
        "--input",
        "hubs.demo.facility.fixed_share",
        "--samples",
        "2",
        "--search",
        "1",
        "-o",
        tmp_path / "x",
    )
    outcome = suandian("robust", case, f"{case}@lean", *HERE, *words)
    assert outcome.status == 0, outcome.err
    assert "The ranking of A and B stays" in outcome.out or "排序不变" in outcome.out


def test_ranges_of_what_nothing_stands_on_are_passed_over() -> None:
    loaded = load(SCENARIOS / "minimal.yaml")
    found = {item.path for item in uncertain_inputs([loaded])}
    assert any(path.startswith("devices.h800.") for path in found)
    assert not any(path.startswith(("devices.a100.", "provinces.gansu.")) for path in found)
    for item in uncertain_inputs([loaded]):
        assert item.at(0.0) < item.at(1.0)


def test_samples_take_every_part_of_every_range_once() -> None:
    inputs = uncertain_inputs([load(SCENARIOS / "minimal.yaml")])
    shares = sampled(inputs, 8, 1)
    assert shares.shape == (8, len(inputs))
    assert (np.sort((shares * 8).astype(int), axis=0) == np.arange(8)[:, None]).all()
    assert (sampled(inputs, 8, 1) == shares).all()
    assert (sampled(inputs, 8, 2) != shares).any()


@pytest.mark.parametrize(("words", "says"), [
    (("--input", "hubs.demo.pv.capacty"), "did you mean hubs.demo.pv.capacity"),
    (("--metric", "energy.pu", "--samples", "2", "--search", "0"), "energy.pue"),
])  # fmt: skip
def test_a_wrong_name_gets_the_near_ones(
    case: Path, words: tuple[str, ...], says: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(case.parent)
    outcome = suandian("robust", case, f"{case}@lean", *HERE, *words, "-o", tmp_path / "x")
    assert outcome.status == 2
    assert says in outcome.err
    assert not (tmp_path / "x").exists()


def test_report_writes_the_page_as_a_word_file(studied: tuple[Path, dict[str, Any]]) -> None:
    docx = pytest.importorskip("docx")
    folder, summary = studied
    outcome = suandian("report", folder, "--format", "docx", "--lang", "en")
    assert outcome.status == 0, outcome.err
    at = summary["pairs"][0]["searched"][0]["flips_at"]
    word = docx.Document(str(folder / "report.en.docx"))
    assert any(f"when hubs.demo.pv.capacity exceeds {at}" in paragraph.text for paragraph in word.paragraphs)
