"""One run to its folder: the name it gets, and what its manifest keeps."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from simulator.errors import ScenarioError
from simulator.experiments import check, fill_run_folder, list_rows, run_id
from simulator.records import read_manifest, read_summary, read_tables
from simulator.scenario import load, undump
from tests.pipeline import SCENARIOS, simulate
from tests.pipeline import build as built

MINIMAL = SCENARIOS / "minimal.yaml"


def test_a_run_is_named_after_all_that_decides_it() -> None:
    name = run_id(load(MINIMAL))
    assert len(name) == 12
    assert set(name) <= set("0123456789abcdef")
    assert run_id(load(MINIMAL)) == name
    for options in (
        {"seed": 2},
        {"horizon": "2 d"},
        {"overrides": ["hubs.demo.pv.capacity=201 kW"]},
        {"overrides": ["policy.name=home"]},
    ):
        assert run_id(load(MINIMAL, **options)) != name


def test_a_run_on_other_data_has_another_name(tmp_path: Path) -> None:
    table = tmp_path / "jobs.csv"
    scenario = tmp_path / "case.yaml"
    scenario.write_text(
        f"""extends: {MINIMAL}
workload:
  jobs:
    training: null
    table:
      model: trace
      file: jobs.csv
      align: {{value: "2025-06-30T00:00:00+08:00", assumed: test}}
      job_class: sft
      origins: {{about: {{assumed: test}}, demo: 1.0}}
""",
        encoding="utf-8",
    )
    table.write_text("job_id,submit_time_s,duration_s,gpus\na,0,60,1\n", encoding="utf-8")
    first = run_id(load(scenario))
    table.write_text("job_id,submit_time_s,duration_s,gpus\na,0,61,1\n", encoding="utf-8")
    assert run_id(load(scenario)) != first
    table.write_text("job_id,submit_time_s,duration_s,gpus\na,0,60,1\n", encoding="utf-8")
    assert run_id(load(scenario)) == first


def test_the_folder_moved_to_another_place_has_the_same_name(tmp_path: Path) -> None:
    shutil.copytree(SCENARIOS, tmp_path / "elsewhere")
    assert run_id(load(tmp_path / "elsewhere" / "minimal.yaml")) == run_id(load(MINIMAL))


def test_the_manifest_of_a_run_holds_its_scenario_exactly(finished_run: Path) -> None:
    manifest = read_manifest(finished_run)
    loaded = load(MINIMAL)
    assert undump(manifest["scenario"]).scenario == loaded.scenario
    assert manifest["run_id"] == run_id(loaded)
    assert manifest["seed"] == 1
    assert manifest["status"] == "complete"
    assert manifest["started"] <= manifest["ended"]
    assert {"python", "numpy", "numba", "simpy"} <= manifest["versions"].keys()
    assert manifest["workload"]["jobs"] > 1000
    assert manifest["warnings"]


def test_a_finished_run_can_be_scored_again_from_its_folder(finished_run: Path) -> None:
    from simulator.accounting import account

    loaded = undump(read_manifest(finished_run)["scenario"])
    assert account(loaded, read_tables(finished_run)) == read_summary(finished_run)


def test_data_files_are_named_with_their_hash(tmp_path: Path) -> None:
    (tmp_path / "load.csv").write_text("mw\n" + "5\n" * 8760, encoding="utf-8")
    scenario = tmp_path / "case.yaml"
    scenario.write_text(
        f"extends: {MINIMAL}\nprovinces: {{zhejiang: {{load_file: load.csv, load_column: mw}}}}\n", encoding="utf-8"
    )
    folder = tmp_path / "run"
    folder.mkdir()
    fill_run_folder(folder, load(scenario, horizon="1 h"), command="test", stage=lambda _name, _share: None)
    hashes = read_manifest(folder)["hashes"]["inputs"]
    assert hashes == {"provinces.zhejiang.load_file": hashlib.sha256((tmp_path / "load.csv").read_bytes()).hexdigest()}


def test_stages_are_told_in_order_with_growing_shares(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    fill_run_folder(
        tmp_path, load(MINIMAL, horizon="6 h"), command="test", stage=lambda name, share: told.append((name, share))
    )
    assert list(dict.fromkeys(name for name, _ in told)) == ["workload", "simulate", "account", "write"]
    shares = [share for name, share in told if name == "simulate"]
    assert shares == sorted(shares)
    assert len(shares) > 20
    assert 0.9 < shares[-1] <= 1.0


def test_the_attribution_of_the_jobs_on_disk_sums_to_that_of_the_summary(finished_run: Path) -> None:
    jobs, told = read_tables(finished_run).jobs, read_summary(finished_run)["attribution"]
    for column, key, unit in (
        ("consumed_energy_j", "jobs_gwh", 3.6e12),
        ("carbon_kg", "jobs_tco2", 1e3),
        ("cost_cny", "jobs_cny", 1.0),
    ):
        assert jobs[column].to_numpy().sum() / unit == pytest.approx(told[key], rel=1e-9)


def test_check_tells_the_faults_of_all_rooms_in_one_go_with_their_lines(tmp_path: Path) -> None:
    scenario = tmp_path / "case.yaml"
    scenario.write_text(
        f"""extends: {MINIMAL}
policy: {{name: nope}}
hubs: {{demo: {{weather: {{site: Nowhere}}}}}}
workload: {{jobs: {{training: {{arrivals: mars}}}}}}
""",
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError) as caught:
        check(load(scenario))
    text = str(caught.value)
    assert text.startswith("3 problems in the scenario")
    for place in ("case.yaml:2: policy.name", "case.yaml:3: hubs.demo.weather.site", "case.yaml:4: workload.jobs"):
        assert place in text


def test_lists_are_made_of_pairs_of_texts(tmp_path: Path) -> None:
    for what in ("policies", "queues", "devices", "scenarios", "runs"):
        rows = list_rows(what, results=tmp_path)
        assert all(isinstance(name, str) and isinstance(text, str) and text for name, text in rows)
        assert bool(rows) == (what != "runs")


def test_the_policy_and_its_options_come_from_the_scenario() -> None:
    made = built(load(SCENARIOS / "yrd_2025.yaml", horizon="6 h", overrides=["policy.name=home"]))
    jobs = simulate(made).records.jobs
    pairs = {pair for pair in zip(jobs["origin"].to_pylist(), jobs["hub"].to_pylist(), strict=True) if pair[1]}
    assert {origin for origin, _ in pairs} >= {"jiaxing", "qingpu"}
    assert all(origin == hub for origin, hub in pairs)
