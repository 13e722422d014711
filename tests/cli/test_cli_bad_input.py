"""Whatever is wrong with the input: exit status 2, a message with its place, no traceback, nothing left behind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulator.records import read_summary, read_tables
from tests.cli.command import MINIMAL, QUICK, SCENARIOS, in_process, left_behind, suandian

TABLE = """
workload:
  jobs:
    training: null
    table:
      model: trace
      file: jobs.csv
      align: {value: "2025-06-30T00:00:00+08:00", assumed: test}
      job_class: sft
      origins: {about: {assumed: test}, demo: 1.0}
"""
HEADER = "job_id,submit_time_s,duration_s,gpus\n"
TWO_DAYS = [f"j{i},{i * 600},{900 + i},{1 + i % 16}" for i in range(288)]

# what is written behind `extends: minimal.yaml`, and what must be told (with the line it stands on)
SCENARIO_FAULTS = {
    "an unknown key": ("clusters: {demo_h800: {serverz: 3}}\n", ["case.yaml:2:", "clusters.demo_h800.serverz", "servers"]),
    "a wrong unit": (
        "hubs: {demo: {connection: {import_limit: {value: 3 kWh, assumed: x}}}}\n",
        ["case.yaml:2:", "hubs.demo.connection.import_limit", "[W]"],
    ),
    "a bare number": (
        "hubs: {demo: {connection: {import_limit: {value: 3, assumed: x}}}}\n",
        ["case.yaml:2:", "hubs.demo.connection.import_limit", "the bare number 3", "[W]"],
    ),
    "negative power": (
        "hubs: {demo: {connection: {import_limit: {value: -3 MW, assumed: x}}}}\n",
        ["case.yaml:2:", "hubs.demo.connection.import_limit", ">= 0", "[W]"],
    ),
    "a target without a precision": (
        """targets:
  goal:
    title: {zh: a, en: a}
    about: {assumed: x}
    rung: nameplate
    date: "2025-07-02T00:00:00+08:00"
    required: 1 EFLOPS
    baseline: 0 EFLOPS
""",
        ["case.yaml:3:", "targets.goal.precision", "fp16"],
    ),
    "a cluster on an unknown hub": ("clusters: {demo_h800: {hub: dema}}\n", ["case.yaml:2:", "clusters.demo_h800.hub", "'dema'", "demo"]),
    "two hubs with one name": ("hubs:\n  demo: {title: {zh: a, en: a}}\n  demo: {title: {zh: b, en: b}}\n", ["case.yaml:4:", "demo"]),
    "an unknown weather site": (
        "hubs: {demo: {weather: {site: Hangzou_CSWD}}}\n",
        ["case.yaml:2:", "hubs.demo.weather.site", "Hangzou_CSWD", "Hangzhou_CSWD"],
    ),
    "an unknown policy": ("policy: {name: least_loded}\n", ["case.yaml:2:", "policy.name", "'least_loded'", "least_loaded"]),
    "an option no policy takes": ("policy:\n  options: {speed: 3}\n", ["case.yaml:3:", "policy.options", "'speed'"]),
    "a missing file": (TABLE, ["case.yaml:8:", "workload.jobs.table.file", "jobs.csv"]),
    "checkpoints without distance": (
        "job_classes: {sft: {checkpoint_interval: {value: 0 s, assumed: x}}}\n",
        ["case.yaml:2:", "job_classes.sft.checkpoint_interval", "> 0"],
    ),
    "a year nobody has a calendar for": (
        "simulation: {start: {value: '2090-01-01T00:00:00+08:00', assumed: x}}\n",
        ["case.yaml:2:", "simulation.start", "2090", "Spring Festival"],
    ),
}  # fmt: skip

TABLE_FAULTS = {
    "no rows": (HEADER, ["jobs.csv", "empty job table"]),
    "an empty file": ("", ["jobs.csv", "job_id"]),
    "a column missing": ("job_id,submit_time_s,gpus\na,0,1\n", ["jobs.csv", "expected also duration_s"]),
    "NaN": (HEADER + "a,0,60,1\nb,nan,60,1\n", ["jobs.csv:3: submit_time_s: got nan", "[s]"]),
    "a negative run time": (HEADER + "a,0,-60,1\n", ["jobs.csv:2: duration_s: got -60"]),
    "a text where a number is due": (HEADER + "a,0,60,one\n", ["jobs.csv:2: gpus: got one", "[device]"]),
    "a name twice": (HEADER + "a,0,60,1\na,9,60,1\n", ["jobs.csv:3: job_id: got 'a' again (first in 2)"]),
    "no job that can run": (HEADER + "a,0,60,0\nb,0,0,1\n", ["jobs.csv", "no job that can run"]),
    "a table shorter than the run": (
        HEADER + "\n".join(TWO_DAYS[:100]),
        ["jobs.csv", "got submissions from 2025-06-30 00:00 to 2025-07-01 00:00", "wrap"],
    ),
}


def case(folder: Path, text: str) -> Path:
    path = folder / "case.yaml"
    path.write_text(f"extends: {MINIMAL}\n{text}", encoding="utf-8")
    return path


def refused(scenario: Path, folder: Path, *told: str) -> None:
    before = left_behind(folder)
    outcome = suandian("run", scenario, *QUICK)
    assert outcome.status == 2, outcome
    for part in told:
        assert part in outcome.err
    assert "Traceback" not in outcome.err
    assert outcome.out == ""
    assert left_behind(folder) == before
    assert not [path for path in folder.rglob("*") if "partial" in path.name]


@pytest.mark.parametrize("name", SCENARIO_FAULTS)
def test_a_fault_of_the_scenario(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text, told = SCENARIO_FAULTS[name]
    path = case(tmp_path, text)
    refused(path, tmp_path, *told)
    checked = suandian("validate", path)
    assert checked.status == 2
    assert all(part in checked.err for part in told)


@pytest.mark.parametrize("name", TABLE_FAULTS)
def test_a_fault_of_the_job_table(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text, told = TABLE_FAULTS[name]
    (tmp_path / "jobs.csv").write_text(text, encoding="utf-8")
    refused(case(tmp_path, TABLE), tmp_path, *told)


def test_all_faults_are_told_in_one_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = "clusters: {demo_h800: {serverz: 3, hub: nowhere}}\nhubs: {demo: {connection: {import_limit: {value: 3 kWh, assumed: x}}}}\n"
    outcome = suandian("run", case(tmp_path, text), *QUICK)
    assert outcome.err.startswith("3 problems in the scenario")
    for place in (
        "case.yaml:2: clusters.demo_h800.serverz",
        "case.yaml:2: clusters.demo_h800.hub",
        "case.yaml:3: hubs.demo",
    ):
        assert place in outcome.err


def test_a_process_of_its_own_says_the_same_and_no_traceback(tmp_path: Path) -> None:
    path = case(tmp_path, "clusters: {demo_h800: {hub: dema}}\n")
    outcome = in_process("run", path, *QUICK, cwd=tmp_path)
    assert (outcome.status, outcome.out) == (2, "")
    assert "case.yaml:2: clusters.demo_h800.hub" in outcome.err
    assert "Traceback" not in outcome.err
    assert left_behind(tmp_path) == ["case.yaml"]


@pytest.mark.parametrize(("words", "told"), [
    (("--horizon", "abc"), "--horizon: simulation.horizon"),
    (("--horizon", "10 min"), "a multiple of 900 [s]"),
    (("--horizon", "0 d"), "simulation.horizon"),
    (("--seed", "-1"), "--seed: simulation.seed"),
    (("--variant", "nope"), "the variant 'nope'"),
    (("--set", "hubs"), "expected path=value"),
    (("--set", "hubs.demo.conection.import_limit=1 MW"), "connection"),
    (("--set", "policy.name=nope"), "--set: policy.name"),
])  # fmt: skip
def test_a_fault_of_an_option_is_told_under_its_name(
    words: tuple[str, str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = suandian("run", MINIMAL, *QUICK, *words)
    assert outcome.status == 2
    assert told in outcome.err
    assert left_behind(tmp_path) == []


def test_a_data_file_that_is_not_there_is_told_with_where_it_was_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = suandian("run", SCENARIOS / "yrd_real_inputs.yaml", *QUICK, "--data-dir", tmp_path)
    assert outcome.status == 2
    assert "trace-philly-2017/jobs.csv.gz" in outcome.err
    assert "yrd_real_inputs.yaml:" in outcome.err
    assert left_behind(tmp_path) == []


def test_a_load_series_with_a_gap_is_told_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "load.csv").write_text("hour,mw\n0,5\n1,\n", encoding="utf-8")
    text = "provinces: {zhejiang: {load_file: load.csv, load_column: mw}}\n"
    refused(case(tmp_path, text), tmp_path, "load.csv:3: mw: got ''; expected a positive number [MW]")


def test_a_weather_file_that_is_none_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "made_up.epw").write_text("no weather at all\n", encoding="utf-8")
    text = "hubs: {demo: {weather: {model: epw, file: made_up.epw, site: null}}}\n"
    refused(case(tmp_path, text), tmp_path, "made_up.epw")


def test_a_job_larger_than_any_cluster_is_counted_and_listed_and_the_rest_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [*TWO_DAYS, "huge,100000,3600,257", "largest,100000,3600,256"]
    (tmp_path / "jobs.csv").write_text(HEADER + "\n".join(rows), encoding="utf-8")
    outcome = suandian("run", case(tmp_path, TABLE), *QUICK, "-o", tmp_path / "run")
    assert outcome.status == 0, outcome.err
    assert read_summary(tmp_path / "run")["service"]["jobs_rejected"] == 1
    jobs = read_tables(tmp_path / "run").jobs
    listed = dict(zip(jobs["job_id"].to_pylist(), jobs["reason"].to_pylist(), strict=True))
    assert {name: reason for name, reason in listed.items() if reason} == {"huge": "larger than any cluster it may use"}
    finish = jobs["finish_time"].to_numpy()[jobs["job_id"].to_pylist().index("largest")]
    assert np.isfinite(finish)


def test_a_folder_with_foreign_files_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "thesis.txt").write_text("three years", encoding="utf-8")
    outcome = suandian("run", MINIMAL, *QUICK, "-o", folder)
    assert outcome.status == 2
    assert "files that are not of a run" in outcome.err
    assert left_behind(tmp_path) == ["mine/thesis.txt"]


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("not a folder", encoding="utf-8")
    outcome = suandian("run", MINIMAL, *QUICK, "-o", tmp_path / "run")
    assert outcome.status == 2
    assert (tmp_path / "run").read_text(encoding="utf-8") == "not a folder"


@pytest.mark.parametrize("words", [
    ("run", "nowhere.yaml"), ("validate", "nowhere.yaml"), ("show", "nowhere.yaml"), ("audit", "nowhere.yaml"),
    ("report", "nowhere"),
], ids=" ".join)  # fmt: skip
def test_every_verb_refuses_what_is_not_there(
    words: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = suandian(*words)
    assert outcome.status == 2
    assert words[1] in outcome.err
    assert "no such" in outcome.err
