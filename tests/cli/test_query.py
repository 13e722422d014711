"""The verbs `query`, `clean` and `list runs` over a results folder."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from simulator.records import read_summary
from tests.cli.command import suandian


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory, swept: Path, finished_run: Path) -> Path:
    """A results folder with a run, a sweep, and a folder a killed run left."""
    folder = tmp_path_factory.mktemp("query") / "results"
    shutil.copytree(swept, folder / "small")
    shutil.copytree(finished_run, folder / "minimal" / "abc")
    shutil.copytree(finished_run, folder / "minimal" / f".abd.partial-{dead()}")
    return folder


def dead() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def ask(results: Path, sql: str, *words: str) -> list[dict[str, object]]:
    outcome = suandian("query", sql, "--results", results, "--format", "json", *words)
    assert outcome.status == 0, outcome.err
    rows: list[dict[str, object]] = json.loads(outcome.out)
    return rows


def test_a_row_a_run_with_every_figure_by_its_key(results: Path) -> None:
    rows = ask(results, 'select folder, experiment, point, seed, "energy.pue" as pue from runs order by folder')
    assert len(rows) == 9
    for row in rows:
        assert row["pue"] == read_summary(results / str(row["folder"]))["energy"]["pue"]
    assert {row["experiment"] for row in rows} == {None, "small"}


def test_records_of_all_runs_are_tables_that_join_with_the_runs(results: Path) -> None:
    sql = "select r.folder, count(*) as jobs from jobs j join runs r using (folder) group by r.folder order by r.folder"
    rows = ask(results, sql)
    assert {row["folder"]: row["jobs"] for row in rows} == {
        path.parent.relative_to(results).as_posix(): pq.read_metadata(path).num_rows
        for pattern in ("*/*/jobs.parquet", "*/*/*/jobs.parquet")
        for path in results.glob(pattern)
        if not path.parent.name.startswith(".") and not path.parent.name.startswith("point=")
    }
    assert ask(results, "select max(facility_w) as w from steps where hub = 'demo'")[0]["w"] > 0  # type: ignore[operator]


def test_rows_for_people_and_for_spreadsheets(results: Path) -> None:
    words = ("query", "select seed, count(*) as n from runs group by seed order by seed", "--results", results)
    assert suandian(*words).out.splitlines() == ["seed  n", "----  -", "1     5", "2     4"]
    table = list(csv.reader(io.StringIO(suandian(*words, "--format", "csv").out)))
    assert table == [["seed", "n"], ["1", "5"], ["2", "4"]]


@pytest.mark.parametrize("sql", [
    "select * from read_text('/etc/passwd')",
    "select * from read_csv('/etc/passwd')",
    "select * from '/etc/passwd'",
    "select * from read_parquet('{results}/minimal/abc/jobs.parquet')",
    "select * from glob('/etc/*')",
    "copy runs to '{results}/out.csv'",
    "copy (select 1) to '/tmp/out.csv'",
    "attach '{results}/x.db'",
    "install httpfs",
    "load httpfs",
    "set enable_external_access=true",
    "pragma enable_profiling",
    "create table t as select 1",
    "drop view runs",
    "export database '{results}/x'",
    "call pragma_version()",
    "select 1; select 2",
    "select getenv('HOME')",
    "select * from os",
    "selec 1",
    "",
])  # fmt: skip
def test_whatever_is_no_look_at_the_results_is_refused(sql: str, results: Path) -> None:
    before = sorted(results.rglob("*"))
    outcome = suandian("query", sql.format(results=results), "--results", results)
    assert outcome.status == 2, outcome.out
    assert outcome.err.startswith("query: ")
    assert "Traceback" not in outcome.err
    assert sorted(results.rglob("*")) == before
    assert outcome.out == ""


def test_a_misspelt_column_gets_the_near_ones(results: Path) -> None:
    outcome = suandian("query", "select sed from runs", "--results", results)
    assert outcome.status == 2
    assert "seed" in outcome.err


def test_no_runs_is_told(tmp_path: Path) -> None:
    outcome = suandian("query", "select 1", "--results", tmp_path)
    assert outcome.status == 2
    assert "no finished runs there" in outcome.err


def test_unfinished_folders_are_shown_and_removed_only_when_asked(results: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(results, tmp_path / "results"))
    (left,) = copy.glob("minimal/.abd.partial-*")
    living = copy / "small" / "point=x" / f".seed=1.partial-{os.getpid()}"
    living.mkdir(parents=True)
    foreign = copy / "minimal" / ".notes"
    foreign.mkdir()
    shown = suandian("clean", "--results", copy)
    assert shown.status == 0
    assert str(left) in shown.out
    assert "still being written" in shown.out
    assert "1 can be removed: add --yes" in shown.out
    assert left.is_dir()
    assert "1 removed" in suandian("clean", "--results", copy, "--yes").out
    assert not left.exists()
    assert living.is_dir()
    assert foreign.is_dir()
    assert (copy / "minimal" / "abc" / "manifest.json").is_file()
    shutil.rmtree(living)
    assert suandian("clean", "--results", copy).out.splitlines() == ["nothing to remove"]


def test_list_runs_shows_a_sweep_in_one_line(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(results.parent)
    lines = suandian("list", "runs").out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("results/minimal/abc")
    assert lines[1].startswith("results/small")
    assert "sweep: 8 runs done; varies workload.jobs.training.fill, hubs.demo.connection.import_limit" in lines[1]
