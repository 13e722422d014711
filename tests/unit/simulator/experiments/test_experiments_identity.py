"""What decides the name of a run, what a sampled run warns of, and what its manifest does not tell."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from energy_models.compiled import source_hash
from simulator import region
from simulator.experiments import fill_run_folder, run_id
from simulator.experiments.single import code_hash, code_version, input_hashes, sample_warnings, without_data_dir
from simulator.records import new_run_folder, read_manifest
from simulator.scenario import Loaded, load
from tests.pipeline import ROOT, SCENARIOS

MINIMAL = SCENARIOS / "minimal.yaml"
PROFILE = "load\n" + "1.0\n" * 8760


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with code and data of every kind that counts, and files that do not."""
    folder = tmp_path / "package"
    (folder / "coefficients").mkdir(parents=True)
    for name in ("code.py", "coefficients/carbon.csv", "texts.toml", "table.yaml", "notes.md", "cache.pyc"):
        (folder / name).write_text(f"{name}\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", ["code.py", "coefficients/carbon.csv", "texts.toml", "table.yaml"])
def test_code_and_package_data_are_the_code_version(package: Path, name: str) -> None:
    before = code_hash(package)
    (package / name).write_text("changed\n", encoding="utf-8")
    assert code_hash(package) != before


def test_notes_compiled_files_and_the_place_are_not_the_code_version(package: Path, tmp_path: Path) -> None:
    before = code_hash(package)
    for name in ("notes.md", "cache.pyc"):
        (package / name).write_text("changed\n", encoding="utf-8")
    assert code_hash(package) == before
    assert code_hash(shutil.copytree(package, tmp_path / "elsewhere" / "package")) == before


def test_coefficients_are_in_the_code_version_and_leave_the_compiled_code_alone(tmp_path: Path) -> None:
    copy = shutil.copytree(ROOT / "energy_models", tmp_path / "energy_models")
    before, compiled = code_hash(ROOT / "simulator", copy), source_hash(copy)
    assert code_version().endswith(before)
    table = copy / "coefficients" / "carbon.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("0", "1", 1), encoding="utf-8")
    assert code_hash(ROOT / "simulator", copy) != before
    assert source_hash(copy) == compiled


def with_load_files(folder: Path) -> Loaded:
    """The minimal scenario with two provinces whose load files have one name and one content."""
    for place in ("a", "b"):
        (folder / place).mkdir()
        (folder / place / "load.csv").write_text(PROFILE, encoding="utf-8")
    child = {
        "extends": [str(MINIMAL)],
        "provinces": {
            "zhejiang": {"load_file": "a/load.csv", "load_column": "load"},
            "jiangsu": {"load_file": "b/load.csv", "load_column": "load"},
        },
    }
    path = folder / "child.yaml"
    path.write_text(yaml.safe_dump(child), encoding="utf-8")
    return load(path)


def test_two_files_of_one_name_are_two_inputs(tmp_path: Path) -> None:
    loaded = with_load_files(tmp_path)
    hashes, first = input_hashes(loaded), run_id(loaded)
    assert list(hashes) == ["provinces.jiangsu.load_file", "provinces.zhejiang.load_file"]
    for place, field in (("a", "provinces.zhejiang.load_file"), ("b", "provinces.jiangsu.load_file")):
        file = tmp_path / place / "load.csv"
        file.write_text(PROFILE.replace("1.0", "2.0", 1), encoding="utf-8")
        assert {name for name, value in input_hashes(loaded).items() if value != hashes[name]} == {field}
        assert run_id(loaded) != first
        file.write_text(PROFILE, encoding="utf-8")
    assert run_id(loaded) == first


def fleet_of(*sets: str) -> tuple[Any, Any]:
    scenario = load(MINIMAL, overrides=sets).scenario
    return scenario, region.build(scenario)


@pytest.mark.parametrize("servers", [32, 33])  # 8 x 4 for 33 is 3 % less
def test_a_sample_that_keeps_its_clusters_warns_of_nothing(servers: int) -> None:
    sets = (f"clusters.demo_h800.servers={servers}",)
    assert sample_warnings(*fleet_of(*sets)) == []
    assert sample_warnings(*fleet_of(*sets, "simulation.fleet_sample=4")) == []


@pytest.mark.parametrize(
    ("servers", "sample", "says"),
    [(14, 4, "demo_h800 4 x 4 / 14 (+14%)"), (30, 7, "demo_h800 4 x 7 / 30 (-7%)"), (1, 10, "1 x 10 / 1 (+900%)")],
)
def test_a_sample_that_rounds_a_cluster_names_it(servers: int, sample: int, says: str) -> None:
    found = sample_warnings(*fleet_of(f"simulation.fleet_sample={sample}", f"clusters.demo_h800.servers={servers}"))
    assert len(found) == 1
    chinese, english = found[0].split(" | ")
    assert says in chinese
    assert says in english


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("run x.yaml --data-dir /home/me/data --seed 3", "run x.yaml --data-dir DATA --seed 3"),
        ("run x.yaml --data-dir=/home/me/data/", "run x.yaml --data-dir=DATA"),
        ("run x.yaml --data-dir data --set f=/home/me/data/a.csv", "run x.yaml --data-dir DATA --set f=DATA/a.csv"),
        ("run /home/me/database/x.yaml --data-dir /home/me/data", "run /home/me/database/x.yaml --data-dir DATA"),
        ("run x.yaml", "run x.yaml"),
    ],
)
def test_the_command_does_not_tell_where_the_data_are(typed: str, kept: str) -> None:
    assert without_data_dir(typed, Path("/home/me/data")) == kept


def test_data_folders_with_a_blank_a_short_name_and_none() -> None:
    assert (
        without_data_dir("run x.yaml --data-dir /my data -o y", Path("/my data")) == "run x.yaml --data-dir DATA -o y"
    )
    assert without_data_dir("run ./x.yaml --data-dir .", Path()) == "run ./x.yaml --data-dir DATA"
    assert without_data_dir("run x.yaml", None) == "run x.yaml"


def test_a_sampled_run_is_planned_servers_and_tells_its_rounding(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    sets = ("simulation.fleet_sample=4", "clusters.demo_h800.servers=14", "simulation.warm_up=0 d")
    loaded = load(MINIMAL, overrides=sets, horizon="1 h", data_dir=data)
    command = f"run.py run minimal.yaml --data-dir {data}"
    with new_run_folder(tmp_path / "run") as folder:
        summary = fill_run_folder(folder, loaded, command=command, stage=lambda _name, _share: None)
    manifest = read_manifest(tmp_path / "run")
    assert manifest["command"] == "run.py run minimal.yaml --data-dir DATA"
    assert any("demo_h800 4 x 4 / 14 (+14%)" in text for text in manifest["warnings"])
    # 14 servers of 8 devices as planned, not the 16 the sample stands for
    peak = loaded.scenario.devices["h800"].peak["fp16"]
    assert summary["capacity"]["fp16"]["nameplate_eflops"] == pytest.approx(14 * 8 * peak / 1e18, rel=1e-12)
