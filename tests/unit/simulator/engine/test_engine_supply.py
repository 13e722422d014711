"""Series from files: what is read, and what is refused with its place."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from simulator.engine.supply import read_column
from simulator.errors import TraceError
from simulator.scenario import load
from tests.pipeline import SCENARIOS, build, run, signals_of

HOURS = 8760
YEAR = "time,a,b\n" + "".join(f"{i},{100 + i % 24},{50 + i}\n" for i in range(HOURS))


def written(folder: Path, text: str | bytes, name: str = "load.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_column_is_read_by_name_plain_gzipped_and_with_a_byte_order_mark(tmp_path: Path) -> None:
    expected = 50.0 + np.arange(HOURS)
    for name, content in (
        ("plain.csv", YEAR.encode()),
        ("packed.csv.gz", gzip.compress(YEAR.encode())),
        ("mark.csv", YEAR.encode("utf-8-sig")),
    ):
        np.testing.assert_array_equal(read_column(written(tmp_path, content, name), "b"), expected)
    mark_first = written(tmp_path, "b\n7\n".encode("utf-8-sig"), "first.csv")
    assert read_column(mark_first, "b").tolist() == [7.0]


@pytest.mark.parametrize(("text", "message"), [
    ("time,a\n0,1\n", "load.csv:1: got no column 'b'; expected one of time, a ..."),
    ("", "load.csv:1: got no column 'b'"),
    ("time,b\n0,1\n1,x\n", "load.csv:3: b: got 'x'; expected a positive number [MW]"),
    ("time,b\n0,1\n1,\n", "load.csv:3: b: got ''; expected a positive number [MW]"),
    ("time,b\n0,1\n1\n", "load.csv:3: b: got 'nothing'; expected a positive number [MW]"),
    ("time,b\n0,nan\n", "load.csv:2: b: got 'nan'"),
    ("time,b\n0,inf\n", "load.csv:2: b: got 'inf'"),
    ("time,b\n0,-4\n", "load.csv:2: b: got '-4'"),
    ("time,b\n0,0\n", "load.csv:2: b: got '0'"),
    ("时间,b\n0,1\n".encode("gbk"), "load.csv: cannot be read: 'utf-8' codec"),
    (gzip.compress(YEAR.encode())[:3000], "load.csv: cannot be read: Compressed file ended"),
])  # fmt: skip
def test_what_is_wrong_with_a_column_is_told_with_file_line_and_column(
    tmp_path: Path, text: str | bytes, message: str
) -> None:
    with pytest.raises(TraceError) as caught:
        read_column(written(tmp_path, text), "b")
    assert message in str(caught.value)


def with_load(path: Path, column: str = "b") -> tuple[str, str]:
    return f"provinces.zhejiang.load_file={path}", f"provinces.zhejiang.load_column={column}"


def test_a_load_file_must_hold_one_year_of_hours(tmp_path: Path) -> None:
    short = written(tmp_path, "\n".join(YEAR.splitlines()[:-1]))
    with pytest.raises(TraceError, match=r"load\.csv: got 8759 hours; expected 8760"):
        run(SCENARIOS / "minimal.yaml", *with_load(short))


def test_a_load_file_shapes_the_carbon_of_the_hours_and_not_their_mean_level(tmp_path: Path) -> None:
    scenario = SCENARIOS / "minimal.yaml"
    double = YEAR.splitlines()
    path = written(tmp_path, YEAR)
    doubled = written(tmp_path, "\n".join([double[0], *(f"{i},1,{2 * (50 + i)}" for i in range(HOURS))]), "double.csv")
    without, one, two = (
        signals_of(build(load(scenario, overrides=sets))).ci_location
        for sets in ((), with_load(path), with_load(doubled))
    )
    np.testing.assert_allclose(one, two, rtol=1e-12)
    assert not np.allclose(one, without)


def test_a_weather_file_that_is_none_is_told_with_its_name(tmp_path: Path) -> None:
    path = written(tmp_path, "LOCATION,x\n", "bad.epw")
    text = f"hubs: {{demo: {{weather: {{model: epw, file: {path}, site: null}}}}}}\n"
    child = written(tmp_path, f"extends: {SCENARIOS / 'minimal.yaml'}\n{text}", "child.yaml")
    with pytest.raises(TraceError, match=r"bad\.epw"):
        run(child)
