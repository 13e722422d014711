"""Tables: checked against the schema, the same bytes for the same content, read back as written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simulator.errors import RunFolderError
from simulator.records import (
    OPTIONAL,
    TABLES,
    Records,
    arrow_schema,
    column_reference,
    read_tables,
    table_from_arrays,
    write_tables,
)

ROOT = Path(__file__).resolve().parents[4]


def columns(table: str, rows: int) -> dict[str, list | np.ndarray]:
    """Some value of the right type in every column."""
    made: dict[str, list | np.ndarray] = {}
    for column in TABLES[table]:
        if "string" in str(column.type):
            made[column.name] = [f"{column.name}{i % 3}" for i in range(rows)]
        else:
            made[column.name] = np.arange(rows)
    return made


def records(rows: int = 7) -> Records:
    return Records(**{name: table_from_arrays(name, columns(name, rows)) for name in TABLES})


def test_column_order_and_types_are_those_of_the_schema() -> None:
    shuffled = dict(reversed(columns("jobs", 4).items()))
    assert table_from_arrays("jobs", shuffled).schema.equals(arrow_schema("jobs"), check_metadata=True)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_column_can_be_missed_and_the_message_names_it(table: str) -> None:
    for column in TABLES[table]:
        given = columns(table, 2)
        del given[column.name]
        with pytest.raises(ValueError, match=rf"table {table}: missing columns \['{column.name}'\]"):
            table_from_arrays(table, given)


def test_unknown_column_wrong_type_and_length_are_named() -> None:
    with pytest.raises(ValueError, match=r"unknown columns \['colour'\]"):
        table_from_arrays("events", {**columns("events", 2), "colour": [1, 2]})
    with pytest.raises(ValueError, match="column devices is not int64"):
        table_from_arrays("jobs", {**columns("jobs", 2), "devices": ["two", "three"]})
    with pytest.raises(ValueError, match="different lengths"):
        table_from_arrays("jobs", {**columns("jobs", 2), "devices": [1, 2, 3]})


def test_nan_is_empty_where_allowed_and_refused_elsewhere() -> None:
    given = columns("jobs", 3)
    table = table_from_arrays("jobs", {**given, "starting_time": [0.0, float("nan"), 2.0], "hub": [None, "b", "a"]})
    assert table["starting_time"].to_pylist() == [0.0, None, 2.0]
    assert table["hub"].to_pylist() == [None, "b", "a"]
    with pytest.raises(ValueError, match="table jobs: column work_s is empty or NaN in row 1"):
        table_from_arrays("jobs", {**given, "work_s": [0.0, float("nan"), 2.0]})


def test_dictionaries_are_sorted_and_hold_only_words_in_use() -> None:
    encoded = pa.DictionaryArray.from_arrays(pa.array([2, 0, 2], pa.int8()), pa.array(["zeta", "unused", "alpha"]))
    plain = ["alpha", "zeta", "alpha"]
    made = [table_from_arrays("clusters", {**columns("clusters", 3), "cluster": c}) for c in (encoded, plain)]
    assert made[0]["cluster"].combine_chunks().dictionary.to_pylist() == ["alpha", "zeta"]
    assert made[0].equals(made[1])


def test_round_trip_and_equal_bytes(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        write_tables(folder, records())
    assert sorted(p.name for p in one.iterdir()) == sorted(f"{name}.parquet" for name in TABLES)
    for path in one.iterdir():
        assert path.read_bytes() == (two / path.name).read_bytes()
    again = read_tables(one)
    for name in TABLES:
        assert getattr(again, name).equals(getattr(records(), name), check_metadata=True)
    third = tmp_path / "three"
    third.mkdir()
    write_tables(third, again)
    assert (third / "jobs.parquet").read_bytes() == (one / "jobs.parquet").read_bytes()


def test_bytes_do_not_depend_on_how_the_words_were_numbered(tmp_path: Path) -> None:
    numbered = pa.DictionaryArray.from_arrays(pa.array([1, 0]), pa.array(["b", "a"]))
    paths = []
    for name, hub in (("x", numbered), ("y", ["a", "b"])):
        (tmp_path / name).mkdir()
        given = {t: table_from_arrays(t, columns(t, 2)) for t in TABLES}
        given["steps"] = table_from_arrays("steps", {**columns("steps", 2), "hub": hub})
        write_tables(tmp_path / name, Records(**given))
        paths.append(tmp_path / name / "steps.parquet")
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_empty_tables_are_fine(tmp_path: Path) -> None:
    write_tables(tmp_path, records(0))
    assert read_tables(tmp_path).events.num_rows == 0


def test_bad_folders_are_input_errors(tmp_path: Path) -> None:
    write_tables(tmp_path, records())
    (tmp_path / "events.parquet").unlink()
    with pytest.raises(RunFolderError, match=r"events\.parquet: missing"):
        read_tables(tmp_path)
    (tmp_path / "events.parquet").write_text("no parquet")
    with pytest.raises(RunFolderError, match=r"events\.parquet: cannot be read"):
        read_tables(tmp_path)
    pq.write_table(pa.table({"other": [1]}), tmp_path / "events.parquet")
    with pytest.raises(RunFolderError, match="unknown columns"):
        read_tables(tmp_path)


def test_optional_columns_exist() -> None:
    for table, names in OPTIONAL.items():
        assert names <= {column.name for column in TABLES[table]}


def test_the_page_is_the_schema() -> None:
    page = ROOT / "docs" / "records.md"
    assert page.read_text(encoding="utf-8") == column_reference(), (
        "write docs/records.md again from simulator.records.column_reference()"
    )
