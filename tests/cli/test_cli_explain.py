"""The verb `explain`, on the run that the command line left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulator.cli import app
from simulator.records import read_tables
from tests.pipeline import SCENARIOS


@pytest.fixture
def started_late(finished_run: Path) -> dict[str, object]:
    """A job that had to wait."""
    rows = read_tables(finished_run).jobs.to_pylist()
    return max(rows, key=lambda row: row["waiting_time"] or 0.0)


def explain(*words: str) -> tuple[int, str]:
    outcome = CliRunner().invoke(app, ["explain", *words])
    return outcome.exit_code, outcome.output


def test_json_says_where_it_went_and_what_stood_open(finished_run: Path, started_late: dict[str, object]) -> None:
    status, text = explain(str(finished_run), str(started_late["job_id"]), "--json")
    assert status == 0
    told = json.loads(text)
    assert told["cluster"] == "demo_h800"
    assert told["started_s"] == started_late["starting_time"]
    assert told["next_best"] is None  # there is one cluster
    assert [one["cluster"] for one in told["candidates"]] == ["demo_h800"]
    assert told["candidates"][0]["waiting"] >= 0


@pytest.mark.parametrize(("lang", "said"), [("zh", "← 选中"), ("en", "<- chosen")])
def test_the_text_is_in_the_language_asked_for(
    finished_run: Path, started_late: dict[str, object], lang: str, said: str
) -> None:
    status, text = explain(str(finished_run), str(started_late["job_id"]), "--lang", lang)
    assert status == 0
    assert said in text
    assert str(started_late["job_id"]) in text
    assert "nan" not in text


def test_an_unknown_job_is_told_with_names_like_it(finished_run: Path) -> None:
    status, text = explain(str(finished_run), "training-sft-34777", "--lang", "en")
    assert status == 2
    assert "no job 'training-sft-34777'; its jobs have names like training-sft-4777" in text


def test_a_run_that_decides_otherwise_is_not_explained(
    finished_run: Path, started_late: dict[str, object], tmp_path: Path
) -> None:
    import shutil

    copy = tmp_path / "run"
    shutil.copytree(finished_run, copy)
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    manifest["scenario"]["scenario"]["simulation"]["seed"] = 2
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    status, text = explain(str(copy), str(started_late["job_id"]))
    assert status == 2
    assert "played again" in text or "no job" in text


def test_a_job_that_waited_for_better_hours_tells_all_its_choices(tmp_path: Path) -> None:
    made = ["run", str(SCENARIOS / "minimal.yaml"), "-o", str(tmp_path / "run"), "--no-progress", "--no-figures"]
    waits = ("policy.name=wait_awhile", "policy.options={signal: price}", "simulation.warm_up=0 s")
    sets = [word for one in waits for word in ("--set", one)]
    assert CliRunner().invoke(app, [*made, "--horizon", "30 h", *sets]).exit_code == 0
    rows = read_tables(tmp_path / "run").jobs.to_pylist()
    shifted = next(row for row in rows if (row["waiting_time"] or 0.0) > 3 * 3600.0)
    status, text = explain(str(tmp_path / "run"), shifted["job_id"], "--json")
    told = json.loads(text)
    assert (status, told["choices"]) == (0, len(told["made"]))
    times = [one["chosen_s"] for one in told["made"]]
    assert times == sorted(set(times))
    assert times[0] == shifted["submission_time"] < times[-1] == told["chosen_s"] <= shifted["starting_time"]
    assert {one["best"] for one in told["made"]} == {"demo_h800"}
    status, text = explain(str(tmp_path / "run"), shifted["job_id"], "--lang", "en")
    assert "choices before it" in text
    assert ": least value at demo_h800" in text
