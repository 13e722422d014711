"""Columns of the tables as numbers: the same as Arrow gives, and no more of them read than are shown."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simulator.errors import RunFolderError
from simulator.records import read_tables
from simulator.reporting.study import COLUMNS, equals, values_of
from simulator.reporting.values import rejections, started_waits


@pytest.mark.parametrize("chunks", [[[1.5, None, 3.0]], [[1.0], [None, 2.0]], [[]], [[4.0, 5.0]]])
def test_numbers_are_those_of_arrow(chunks: list[list[float | None]]) -> None:
    column = pa.chunked_array(chunks, type=pa.float64())
    np.testing.assert_array_equal(values_of(column), column.to_numpy())
    np.testing.assert_array_equal(values_of(column.slice(1)), column.slice(1).to_numpy())


def test_words_are_found_and_empty_cells_are_none_of_them() -> None:
    column = pa.chunked_array([["a", None, "b", "a"]]).dictionary_encode()
    assert equals(column, "a").tolist() == [True, False, False, True]
    assert equals(column, "c").tolist() == [False] * 4
    assert equals(column.slice(1), "b").tolist() == [False, True, False]


def test_rejections_are_counted_by_reason_most_frequent_first() -> None:
    jobs = pa.table(
        {
            "final_state": pa.array(["rejected"] * 5 + ["finished"]).dictionary_encode(),
            "reason": pa.array(["x", "y", "y", None, "y", "x"]).dictionary_encode(),
        }
    )
    assert rejections(jobs) == {"y": 3, "unknown": 1, "x": 1}


def test_waits_are_of_jobs_of_the_window_that_started() -> None:
    jobs = pa.table(
        {
            "submission_time": [-5.0, 0.0, 1.0, 2.0],
            "waiting_time": [9.0, 1.0, None, 3.0],
            "hub": pa.array(["a", "a", "a", "b"]).dictionary_encode(),
        }
    )
    assert started_waits(jobs).tolist() == [1.0, 3.0]
    assert started_waits(jobs, "a").tolist() == [1.0]


def test_only_the_columns_asked_for_are_read_and_they_are_the_same(finished_run: Path) -> None:
    whole, part = read_tables(finished_run), read_tables(finished_run, COLUMNS)
    for name, columns in COLUMNS.items():
        table = getattr(part, name)
        assert tuple(table.column_names) == tuple(columns)
        for column in columns:
            assert table[column].to_pylist() == getattr(whole, name)[column].to_pylist(), (name, column)
    assert part.clusters.column_names == []


def test_a_table_of_another_version_is_told_with_what_to_do(finished_run: Path, tmp_path: Path) -> None:
    for path in finished_run.glob("*.parquet"):
        table = pq.read_table(path)
        pq.write_table(table.drop_columns(["cap_w"]) if path.stem == "steps" else table, tmp_path / path.name)
    with pytest.raises(RunFolderError, match=r"missing columns \['cap_w'\](.|\n)*hint: run the scenario again"):
        read_tables(tmp_path, COLUMNS)


def test_numbers_are_read_without_pandas(finished_run: Path) -> None:
    """It would take longer to import than everything else takes to read."""
    code = (
        "import sys; from pathlib import Path; from simulator.reporting.study import read_study;"
        "from simulator.reporting.values import build_numbers; from simulator.reporting.plots import plots;"
        f"study = read_study(Path({str(finished_run)!r})); build_numbers(study); plots(study);"
        "print('pandas' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
