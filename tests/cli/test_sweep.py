"""The verb `sweep`: points and seeds to folders and one table, made again only where something is missing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from simulator.records import read_manifest, read_summary
from simulator.reporting.experiment import read_experiment
from simulator.reporting.texts import Texts
from tests.cli.command import MINIMAL, QUICK, SCENARIOS, in_process, left_behind, suandian
from tests.pipeline import child

FILL = "workload.jobs.training.fill"
SHORT = ("--horizon", "6 h", "--set", "simulation.warm_up=1 h", "--no-progress")
HERE = (*SHORT, "--workers", "0")
CLOCK = ("started", "ended")


def test_every_point_and_seed_has_a_run_folder_under_hive_names(swept: Path) -> None:
    found = sorted(path.parent.relative_to(swept).as_posix() for path in swept.rglob("manifest.json"))
    labels = [f"fill-{fill}_import_limit-{limit}MW" for fill in ("0.4", "0.8") for limit in ("0.3", "0.6")]
    assert found == sorted(f"point={label}/seed={seed}" for label in labels for seed in (1, 2))


def test_one_table_holds_all_figures_of_all_runs(swept: Path) -> None:
    table = pd.read_parquet(swept / "points.parquet")
    assert len(table) == 8
    assert set(table["status"]) == {"done"}
    assert sorted(set(table["hubs.demo.connection.import_limit"])) == [3e5, 6e5]
    for row in table.to_dict("records"):
        folder = swept / f"point={row['point']}" / f"seed={row['seed']}"
        assert row["energy.facility_gwh"] == read_summary(folder)["energy"]["facility_gwh"]
        assert row["run_id"] == read_manifest(folder)["run_id"]


def test_the_records_of_all_runs_are_one_data_set_for_duckdb_and_pandas(swept: Path) -> None:
    glob = f"{swept}/point=*/seed=*/steps.parquet"
    (count, seeds, points), = duckdb.sql(
        f"select count(*), count(distinct seed), count(distinct point) from read_parquet('{glob}', hive_partitioning=true)"
    ).fetchall()  # fmt: skip
    assert (seeds, points) == (2, 4)
    files = sorted(swept.glob("point=*/seed=*/steps.parquet"))
    table = pd.read_parquet(files, partitioning="hive")
    assert len(table) == count == sum(pq.read_metadata(file).num_rows for file in files)
    assert sorted(table["seed"].astype(int).unique()) == [1, 2]


def test_polars_reads_the_same(swept: Path) -> None:
    polars = pytest.importorskip("polars", reason="polars is not installed")
    assert polars.read_parquet(swept / "points.parquet").height == 8
    assert polars.read_parquet(f"{swept}/point=*/seed=*/steps.parquet", hive_partitioning=True)["seed"].n_unique() == 2


def test_a_point_is_the_run_its_command_makes(swept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    point = swept / "point=fill-0.8_import_limit-0.3MW" / "seed=2"
    manifest = read_manifest(point)
    command = manifest["command"]
    assert command.startswith("run.py run ")
    assert command.endswith("--horizon '6 h' --seed 2")
    sets = ("simulation.warm_up=1 h", f"{FILL}=0.8", "hubs.demo.connection.import_limit=0.3 MW")
    words = [word for text in sets for word in ("--set", text)]
    alone = tmp_path / "alone"
    assert suandian("run", MINIMAL, *QUICK, *words, "--horizon", "6 h", "--seed", "2", "-o", alone).status == 0
    theirs = read_manifest(alone)
    assert {k: v for k, v in theirs.items() if k not in (*CLOCK, "command")} == {
        k: v for k, v in manifest.items() if k not in (*CLOCK, "command")
    }
    for path in point.iterdir():
        if path.name != "manifest.json":
            assert path.read_bytes() == (alone / path.name).read_bytes(), path.name


def test_two_worker_processes_leave_the_same_bytes(swept: Path, tmp_path: Path) -> None:
    folder = tmp_path / "small"
    outcome = in_process(
        "sweep", MINIMAL, "--vary", f"{FILL}=0.4,0.8", "--vary", "hubs.demo.connection.import_limit=0.3:0.6:0.3 MW",
        "--replications", "2", *SHORT, "--workers", "2", "--no-figures", "-o", folder, cwd=Path.cwd(),
    )  # fmt: skip
    assert outcome.status == 0, outcome.err
    same_folders(swept, folder)


FAILURES = """
clusters:
  demo_h800:
    failures:
      about: {assumed: "test"}
      model: exponential
      mtbf: 2 d
      repair: {model: fixed, mean: 30 min}
"""


def test_failures_are_the_same_in_this_process_and_in_others(tmp_path: Path) -> None:
    scenario = child(tmp_path, FAILURES)
    command = ("sweep", str(scenario), "--vary", f"{FILL}=0.4", "--replications", "2", *SHORT, "--no-figures")
    here = suandian(*command, "--workers", "0", "-o", tmp_path / "one")
    there = in_process(*command, "--workers", "2", "-o", tmp_path / "two", cwd=Path.cwd())
    assert (here.status, there.status) == (0, 0), here.err + there.err
    same_folders(tmp_path / "one", tmp_path / "two")
    events = duckdb.sql(f"select kind from read_parquet('{tmp_path}/one/point=*/seed=*/events.parquet')").fetchall()
    assert ("server_failed",) in events


def same_folders(one: Path, other: Path) -> None:
    """Run folders of two experiments hold the same bytes, clock fields of manifests apart."""
    runs = [sorted(path.parent.relative_to(root) for path in root.rglob("manifest.json")) for root in (one, other)]
    assert runs[0] == runs[1]
    for run in runs[0]:
        assert left_behind(one / run) == left_behind(other / run)
        for name in left_behind(one / run):
            ours, theirs = ((root / run / name).read_bytes() for root in (one, other))
            if name == "manifest.json":
                ours, theirs = (
                    json.dumps({k: v for k, v in json.loads(text).items() if k not in CLOCK}) for text in (ours, theirs)
                )  # type: ignore[assignment]
            assert ours == theirs, f"{run}/{name}"


@pytest.fixture
def copy(swept: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(swept, tmp_path / "copy"))


def again(folder: Path, *words: str) -> tuple[int, str, str]:
    outcome = suandian(
        "sweep", MINIMAL, "--vary", f"{FILL}=0.4,0.8", "--vary", "hubs.demo.connection.import_limit=0.3:0.6:0.3 MW",
        "--replications", "2", *HERE, "--no-figures", "-o", folder, *words,
    )  # fmt: skip
    return outcome.status, outcome.out, outcome.err


def test_a_second_call_makes_only_what_is_missing(copy: Path) -> None:
    gone = copy / "point=fill-0.4_import_limit-0.6MW" / "seed=1"
    shutil.rmtree(gone)
    old = copy / "point=fill-0.4_import_limit-0.3MW" / "seed=1" / "manifest.json"
    old.write_text(old.read_text(encoding="utf-8").replace('"run_id": "', '"run_id": "0'), encoding="utf-8")
    status, out, _ = again(copy)
    assert (status, out.splitlines()[0]) == (0, "minimal_sweep: 2 runs made, 6 kept, 0 failed, 0 not started")
    assert read_manifest(gone)["status"] == "complete"


def test_more_values_and_seeds_keep_what_there_is(copy: Path) -> None:
    status, out, _ = again(copy, "--replications", "3")
    assert (status, out.splitlines()[0]) == (0, "minimal_sweep: 4 runs made, 8 kept, 0 failed, 0 not started")


def test_results_go_to_a_store_by_its_address_and_are_kept_there(tmp_path: Path) -> None:
    place = f"file://{tmp_path}/bucket/x"  # fsspec's file system behind an address takes the way of object stores
    for said in ("2 runs made, 0 kept", "0 runs made, 2 kept"):
        outcome = suandian("sweep", MINIMAL, "--vary", f"{FILL}=0.4,0.8", *HERE, "--lang", "en", "-o", place)
        assert outcome.status == 0, outcome.err
        assert said in outcome.out
    root = tmp_path / "bucket" / "x"
    assert len(list(root.glob("point=*/seed=1/manifest.json"))) == 2
    for name in ("points.parquet", "experiment.json", "report.en.html", "figures/facility_throughput.en.png"):
        assert (root / name).is_file()
    (root / "point=fill-0.4" / "seed=1" / "manifest.json").unlink()  # without one a folder is unfinished
    outcome = suandian("sweep", MINIMAL, "--vary", f"{FILL}=0.4,0.8", *HERE, "--no-figures", "-o", place)
    assert "1 runs made, 1 kept" in outcome.out


def test_a_point_that_cannot_be_run_is_told_and_the_others_are_made(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    outcome = suandian("sweep", MINIMAL, "--vary", f"{FILL}=0.4,-1,0.5", *HERE, "--no-figures", "-o", folder, "--json")
    assert outcome.status == 3
    told = json.loads(outcome.out)
    assert told["counts"] == {"done": 2, "failed": 1, "missing": 0}
    (failed,) = told["failed"]
    assert failed["point"] == "fill--1"
    assert f"{FILL}: got -1" in failed["error"]
    table = pd.read_parquet(folder / "points.parquet")
    assert list(table["status"]) == ["done", "failed", "done"]
    assert table[FILL].dtype == float
    assert told == json.loads((folder / "experiment.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("vary", "says"), [
    ("policy.nme=home,least_loaded", "--vary: policy.nme: got 'nme', which is not there"),
    ("policy.nme=home,least_loaded", "did you mean 'name'?"),
    ("variant=nope", "got the variant 'nope'"),
    ("policy.name=", "expected PATH=LIST or PATH=START:STOP:STEP"),
    (f"{FILL}=0.4,0.4", "got '0.4' twice"),
    (f"{FILL}=0.4:0.2:0.1", "expected a step towards the stop"),
    ("simulation.seed=1,2", "expected --replications N"),
    ("hubs.demo.connection.import_limit=1 MW:2 kg:1 MW", "expected start, stop and step of one kind of unit"),
])  # fmt: skip
def test_a_wrong_axis_is_told_before_anything_is_run(vary: str, says: str, tmp_path: Path) -> None:
    outcome = suandian("sweep", MINIMAL, "--vary", vary, *HERE, "-o", tmp_path / "x")
    assert outcome.status == 2
    assert says in outcome.err
    assert not (tmp_path / "x").exists()


def test_a_scenario_alone_is_nothing_to_sweep(tmp_path: Path) -> None:
    outcome = suandian("sweep", MINIMAL, "-o", tmp_path / "x")
    assert outcome.status == 2
    assert "nothing to vary" in outcome.err


def test_a_plan_can_be_looked_at(tmp_path: Path) -> None:
    words = ("--vary", f"{FILL}=0.4,0.5", "--vary", "policy.name=home,least_loaded", "--zip", "--dry-run")
    outcome = suandian("sweep", MINIMAL, *words, "-o", tmp_path / "x")
    assert outcome.status == 0
    assert outcome.out.splitlines() == [
        f"fill-0.4_policy.name-home seed 1  {FILL}=0.4  policy.name=home",
        f"fill-0.5_policy.name-least_loaded seed 1  {FILL}=0.5  policy.name=least_loaded",
        "2 runs; nothing was run",
    ]
    assert not (tmp_path / "x").exists()


def test_variants_are_an_axis(tmp_path: Path) -> None:
    words = ("--vary", "variant=none,gap_at_jiaxing", "--dry-run", "--json")
    outcome = suandian("sweep", SCENARIOS / "yrd_2025.yaml", *words, "-o", tmp_path / "x")
    assert outcome.status == 0, outcome.err
    assert [row["variant"] for row in json.loads(outcome.out)] == ["none", "gap_at_jiaxing"]


def test_the_page_draws_every_figure_in_both_languages_beside_its_data(swept: Path) -> None:
    names = {path.stem for path in (swept / "figures").glob("*.csv")}
    assert {"facility_throughput", "mean_facility_throughput", "location_throughput", "total_throughput"} < names
    assert len(names) == 5
    for name in names:
        for lang in ("zh", "en"):
            assert (swept / "figures" / f"{name}.{lang}.png").stat().st_size > 5000
            assert f"figures/{name}.{lang}.svg" in (swept / f"report.{lang}.md").read_text(encoding="utf-8")


def test_lines_of_a_curve_are_named_in_words_with_their_unit(swept: Path) -> None:
    experiment = read_experiment(swept)
    curve = next(curve for curve in experiment.curves if curve.name == "total_throughput")
    for lang, word in (("zh", "受电上限"), ("en", "connection")):
        names = {
            experiment.line_name([dot for dot in curve.dots if dot.line == line], curve, Texts(lang, {}))
            for line in {dot.line for dot in curve.dots}
        }
        assert names == {f"{word} 0.3 MW", f"{word} 0.6 MW"}


def test_a_figure_of_unknown_keys_names_the_nearest(swept: Path, copy: Path) -> None:
    outcome = suandian(
        "sweep", MINIMAL, "--vary", f"{FILL}=0.4,0.8", "--vary", "hubs.demo.connection.import_limit=0.3:0.6:0.3 MW",
        "--replications", "2", "--plot", f"{FILL},energy.pu", *HERE, "-o", copy,
    )  # fmt: skip
    assert outcome.status == 2
    assert "energy.pue" in outcome.err


def test_report_writes_the_page_again_and_as_a_word_file(copy: Path) -> None:
    docx = pytest.importorskip("docx")
    before = (copy / "report.en.md").read_bytes()
    (copy / "report.en.md").unlink()
    outcome = suandian("report", copy, "--lang", "en", "--format", "md,docx")
    assert outcome.status == 0, outcome.err
    assert (copy / "report.en.md").read_bytes() == before
    word = docx.Document(str(copy / "report.en.docx"))
    assert len(word.inline_shapes) == len(list((copy / "figures").glob("*.en.png")))
