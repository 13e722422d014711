"""`run.py replay` end to end: files, text, JSON, exit status, figures."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from simulator.cli import app

SWF = """; Computer: Test
; MaxProcs: 8
1 0 4 20 3 -1 -1 3 20 -1 1 1 1 -1 1 -1 -1 -1
2 10 0 30 8 -1 -1 8 30 -1 1 1 1 -1 1 -1 -1 -1
3 20 7 40 3 -1 -1 3 40 -1 0 1 1 -1 1 -1 -1 -1
bogus line
4 35 7 20 9 -1 -1 9 20 -1 1 1 1 -1 1 -1 -1 -1
"""


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    path = tmp_path / "small.swf"
    path.write_text(SWF, encoding="utf-8")
    return path


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["replay", *map(str, arguments)])


def test_files_and_text(trace: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = call(trace, "--queue", "easy", "-o", out, "--no-progress")
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in out.iterdir()) == ["figures", "jobs.parquet", "manifest.json", "summary.json"]
    figures = {
        f"{name}.{ending}" for name in ("queue.zh", "queue.en", "waits.zh", "waits.en") for ending in ("svg", "png")
    }
    assert {path.name for path in (out / "figures").iterdir()} == figures | {"queue.csv", "waits.csv"}
    for text in ("4 jobs on 8 devices (MaxProcs of the SWF header), queue easy, estimate requested", "rejected 1",
                 "1 rows left out: fewer than 18 fields", "real system: wait mean 3.66667 s"):  # fmt: skip
        assert text in done.output


def test_json_is_the_summary(trace: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = call(trace, "-o", out, "--no-progress", "--json", "--no-figures")
    shown = json.loads(done.stdout)
    assert shown == {"folder": str(out), "summary": json.loads((out / "summary.json").read_text())}
    assert not (out / "figures").exists()


def test_the_figure_shows_what_the_jobs_did(trace: Path, tmp_path: Path) -> None:
    """0-20: 3 of 8 held, one waits from 10; 20-50: 8 held, one waits; 50-90: 3 held."""
    out = tmp_path / "out"
    assert call(trace, "-o", out, "--no-progress").exit_code == 0
    with (out / "figures" / "queue.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    column = {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
    assert column["time_s"].tolist() == [9.0 * k for k in range(10)]
    held = [27.0, 27.0, 6 + 56.0, 72.0, 72.0, 40 + 12.0, 27.0, 27.0, 27.0, 27.0]  # device-seconds of each 9 s
    waiting = [0.0, 8.0, 9.0, 9.0, 9.0, 5.0, 0.0, 0.0, 0.0, 0.0]  # job-seconds
    np.testing.assert_allclose(column["utilization"], np.array(held) / 72.0, rtol=1e-6)  # 8 digits are written
    np.testing.assert_allclose(column["queue_length_mean"], np.array(waiting) / 9.0, rtol=1e-6)
    assert column["queue_length_max"].tolist() == [0, 1, 1, 1, 1, 1, 0, 0, 0, 0]


def test_figures_have_the_same_bytes_twice(trace: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert call(trace, "-o", tmp_path / name, "--no-progress").exit_code == 0
    for path in sorted((tmp_path / "a" / "figures").iterdir()):
        assert path.read_bytes() == (tmp_path / "b" / "figures" / path.name).read_bytes(), path.name


def test_report_draws_the_figures_again(trace: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert call(trace, "-o", out, "--no-progress", "--no-figures").exit_code == 0
    done = CliRunner().invoke(app, ["report", str(out), "--lang", "en"])
    assert done.exit_code == 0, done.output
    assert (out / "figures" / "queue.en.svg").is_file()
    assert not (out / "figures" / "queue.zh.svg").exists()


@pytest.mark.parametrize(("options", "message"), [
    (["--queue", "esay"], "did you mean 'easy'?"),
    (["--estimate", "sometimes"], "--estimate: got 'sometimes'"),
    (["--resource", "gpus"], "SWF counts processors only"),
    (["--devices", "0"], "--devices: got 0"),
])  # fmt: skip
def test_wrong_input_ends_with_status_2_and_leaves_nothing(
    trace: Path, tmp_path: Path, options: list[str], message: str
) -> None:
    done = call(trace, *options, "-o", tmp_path / "out", "--no-progress")
    assert done.exit_code == 2
    assert message in done.output
    assert "Traceback" not in done.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small.swf"]


def test_no_such_trace(tmp_path: Path) -> None:
    done = call(tmp_path / "none.swf", "-o", tmp_path / "out", "--no-progress")
    assert (done.exit_code, "no such file" in done.output) == (2, True)
