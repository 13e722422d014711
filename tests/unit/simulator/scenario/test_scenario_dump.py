"""Dump and undump, show, and file fields: nothing is lost, and no machine's paths are kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import RunFolderError, ScenarioError
from simulator.scenario import dump, load, show_yaml, undump

Child = Callable[..., Path]
GOOD = Path(__file__).resolve().parents[3] / "scenarios" / "good.yaml"
ROOT = Path(__file__).resolve().parents[4]
WEATHER = "hubs: {jiaxing: {weather: {model: epw, file: %s, site: null}}}\n"


def test_undump_gives_the_same_scenario_through_json(good: Path) -> None:
    first = load(good, variant="small", overrides=["policy.options={a: [1, {b: 0.1}]}"])
    data = json.loads(json.dumps(dump(first)))
    again = undump(data)
    assert again.scenario == first.scenario
    assert again.provenance == first.provenance
    assert again.changes == first.changes
    assert dump(again) == data


@settings(max_examples=25, deadline=None)
@given(st.floats(1e-3, 1e9), st.floats(0.0, 1.0))
def test_floats_survive_to_the_last_bit(megawatts: float, share: float) -> None:
    sets = [
        f"hubs.jiaxing.connection.import_limit={megawatts!r} MW",
        f"provinces.zhejiang.clean_share={share:.17f}",
    ]
    first = load(GOOD, overrides=sets)
    again = undump(json.loads(json.dumps(dump(first))))
    assert again.scenario == first.scenario


@pytest.mark.parametrize("name", ["yrd_2025", "minimal"])
def test_shipped_scenarios_survive_dump_and_show(name: str, tmp_path: Path) -> None:
    first = load(ROOT / "scenarios" / f"{name}.yaml")
    assert undump(json.loads(json.dumps(dump(first)))).scenario == first.scenario
    shown = tmp_path / "shown.yaml"
    shown.write_text(show_yaml(first), encoding="utf-8")
    again = load(shown)
    assert again.scenario == first.scenario
    paths = {path for path, origin in first.provenance.items() if not path.rsplit(".", 1)[-1].isdigit()}
    assert {path: again.provenance[path].sources for path in paths} == {
        path: first.provenance[path].sources for path in paths
    }


def test_show_tells_variant_and_changes(good: Path) -> None:
    text = show_yaml(load(good, variant="small"))
    assert "# variant: small" in text
    assert "# changed: clusters.jiaxing_a.servers: 100 -> 10 (variant small)" in text
    assert "import_limit: {value: 10 MW, assumed: made up for tests}" in text


def test_a_scenario_of_another_version_is_told(good: Path) -> None:
    data = dump(load(good))
    data["scenario"]["hubs"]["jiaxing"]["voltage"] = 110
    with pytest.raises(RunFolderError, match="another version"):
        undump(data)


def test_a_file_is_found_beside_the_yaml_first_then_in_the_data_folder(child: Child, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    (data_dir / "w.epw").touch()
    path = child(WEATHER % "w.epw")
    assert _weather(load(path, data_dir=data_dir)) == str(data_dir / "w.epw")
    (tmp_path / "w.epw").touch()
    assert _weather(load(path, data_dir=data_dir)) == str(tmp_path / "w.epw")


def test_a_file_belongs_to_the_yaml_that_names_it(child: Child, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "w.epw").touch()
    child(WEATHER % "w.epw", "sub/parent.yaml")
    top = tmp_path / "top.yaml"
    top.write_text("extends: sub/parent.yaml\n")
    assert _weather(load(top)) == str(tmp_path / "sub" / "w.epw")


def test_a_missing_file_names_both_places(child: Child, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    with pytest.raises(ScenarioError, match=r"looked for w\.epw and data/w\.epw"):
        load(child(WEATHER % "w.epw"), data_dir=tmp_path / "data")


def test_a_data_folder_that_does_not_exist_is_told_once(child: Child, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(child(WEATHER % "w.epw"), data_dir=tmp_path / "nowhere")
    assert str(caught.value).count("nowhere") == 1
    assert "--data-dir: got " in str(caught.value)
    assert "which does not exist; expected a folder" in str(caught.value)


def test_a_dump_holds_no_machine_paths(child: Child, tmp_path: Path) -> None:
    data_dir = tmp_path / "elsewhere" / "data"
    data_dir.mkdir(parents=True)
    (data_dir / "w.epw").touch()
    (tmp_path / "beside.csv").touch()
    load_file = "provinces: {zhejiang: {load_file: beside.csv, load_column: Zhejiang}}\n"
    first = load(child(WEATHER % "w.epw" + load_file), data_dir=data_dir)
    data = dump(first)
    assert data["scenario"]["hubs"]["jiaxing"]["weather"]["file"] == "data:w.epw"
    assert data["scenario"]["provinces"]["zhejiang"]["load_file"] == "scenario:beside.csv"
    assert str(tmp_path) not in json.dumps(data)
    assert undump(data, data_dir=data_dir, folder=tmp_path).scenario == first.scenario


def _weather(loaded: object) -> str:
    return loaded.scenario.hubs["jiaxing"].weather.file  # type: ignore[attr-defined]


def test_folder_of_another_version_is_told_in_two_lines(scenarios: Path) -> None:
    data = dump(load(scenarios / "minimal.yaml"))
    next(iter(data["scenario"]["hubs"].values()))["gone"] = 1
    data["scenario"]["name"] = 3
    with pytest.raises(RunFolderError) as caught:
        undump(data)
    told = str(caught.value).splitlines()
    assert told[0].startswith("the scenario of this run folder is of another version")
    assert "and 1 more" in told[0]
    assert told[1:] == ["    hint: run the scenario again"]
