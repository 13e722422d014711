"""
Tables in memory and in Parquet.

A table is made from arrays once, checked against `TABLES`, and then only read. The same input gives the same
bytes: dictionaries are sorted, compression is fixed, and nothing in the file says when it was written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simulator.errors import RunFolderError
from simulator.records.schema import OPTIONAL, TABLES, Column, arrow_schema


@dataclass(frozen=True)
class Records:
    """All that one run emits, one Arrow table each; columns as in `TABLES`."""

    jobs: pa.Table
    steps: pa.Table
    clusters: pa.Table
    events: pa.Table
    directives: pa.Table


def table_from_arrays(name: str, columns: Mapping[str, Any]) -> pa.Table:
    """
    Make one table of a run from arrays, checked against its schema.

    Parameters
    ----------
    name : str
        A table of `TABLES`.
    columns : mapping of str to array
        One array, list or Arrow array a column, all of one length. In float columns NaN means empty; text may
        be a list with None, or an Arrow dictionary array (fast: only the dictionary is looked at).

    Returns
    -------
    pyarrow.Table
        Columns in the order of the schema, dictionaries sorted and without unused words.

    Raises
    ------
    ValueError
        If a column is missing, unknown, of another type, of another length, or empty where it must not be;
        the message names table and column.

    Examples
    --------
    >>> table_from_arrays("directives", {"time_s": [0.0], "route": [1], "cluster": ["a"], "score": [0.5],
    ...                                  "load_weight": [1.0], "shift": ["none"], "rebind": [False],
    ...                                  "cap_w": [1e6], "speed": [1.0]}).num_rows
    1
    """
    wanted = TABLES[name]
    names = [column.name for column in wanted]
    missing = [n for n in names if n not in columns]
    extra = sorted(set(columns) - set(names))
    if missing or extra:
        raise ValueError(f"table {name}: missing columns {missing}, unknown columns {extra}")
    arrays = [_column(name, column, columns[column.name]) for column in wanted]
    lengths = {column.name: len(array) for column, array in zip(wanted, arrays, strict=True)}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"table {name}: columns of different lengths {lengths}")
    return pa.Table.from_arrays(arrays, schema=arrow_schema(name))


def _column(table: str, column: Column, values: Any) -> pa.Array:
    try:
        array = _text(values) if pa.types.is_dictionary(column.type) else _plain(column, values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise ValueError(f"table {table}: column {column.name} is not {column.type}: {error}") from error
    if array.null_count and column.name not in OPTIONAL[table]:
        first = int(np.flatnonzero(array.is_null().to_numpy(zero_copy_only=False))[0])
        raise ValueError(f"table {table}: column {column.name} is empty or NaN in row {first}")
    return array


def _plain(column: Column, values: Any) -> pa.Array:
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if isinstance(values, pa.Array):
        return values.cast(column.type)
    # from_pandas turns NaN into null, which is what an empty value is in a file
    return pa.array(values, type=column.type, from_pandas=True)


def _text(values: Any) -> pa.DictionaryArray:
    """Dictionary-encode, with the words in use in sorted order, so that equal content has equal bytes."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    array = values if isinstance(values, pa.Array) else pa.array(values, type=pa.string(), from_pandas=True)
    if not isinstance(array, pa.DictionaryArray):
        array = array.cast(pa.string()).dictionary_encode()
    codes = array.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    words = array.dictionary.cast(pa.string()).to_pylist()
    used = np.bincount(codes[codes >= 0], minlength=len(words)) > 0
    kept = sorted({word for word, use in zip(words, used, strict=True) if use})
    place = {word: i for i, word in enumerate(kept)}
    # the last entry is reached by code -1: empty stays empty
    renumbered = np.array([place.get(word, -1) for word in words] + [-1], dtype=np.int32)[codes]
    indices = pa.array(renumbered, mask=renumbered < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(kept, type=pa.string()))


def write_tables(folder: Path, records: Records) -> None:
    """Write every table as ``<name>.parquet`` into a folder; equal records give equal bytes."""
    for field in fields(records):
        table = getattr(records, field.name)
        expected = arrow_schema(field.name)
        if not table.schema.equals(expected):
            raise ValueError(f"table {field.name}: not made by table_from_arrays: {table.schema}")
        pq.write_table(
            table.combine_chunks(), folder / f"{field.name}.parquet", compression="zstd", compression_level=3
        )


def read_tables(folder: Path, columns: Mapping[str, Sequence[str]] | None = None) -> Records:
    """
    Read the tables of a run folder.

    Parameters
    ----------
    folder : Path
        A finished run.
    columns : mapping, optional
        Table name to the columns that are needed; other columns are not read, other tables have none. All where it
        is left out.

    Raises
    ------
    RunFolderError
        If a table is missing, cannot be read, or has other columns than this version writes.
    """
    wanted = {name: tuple(columns.get(name, ())) if columns is not None else None for name in TABLES}
    return Records(**{name: _read(folder / f"{name}.parquet", name, wanted[name]) for name in TABLES})


def _read(path: Path, name: str, columns: tuple[str, ...] | None) -> pa.Table:
    if not path.is_file():
        raise RunFolderError(f"{path}: missing; a finished run folder holds it")
    try:
        with pq.ParquetFile(path) as file:
            if columns is not None:
                return _part(file, name, columns)
            table = file.read()
        return table_from_arrays(name, dict(zip(table.column_names, table.columns, strict=True)))
    except (pa.ArrowInvalid, OSError, ValueError) as error:
        raise RunFolderError(
            f"{path}: cannot be read as a table of this version: {error}\n    hint: run the scenario again"
        ) from error


def _part(file: pq.ParquetFile, name: str, columns: tuple[str, ...]) -> pa.Table:
    """Read some columns as they are; that the file is of this version is asked all the same."""
    wanted, found = arrow_schema(name), file.schema_arrow
    if set(found.names) != set(wanted.names):
        missing, extra = sorted(set(wanted.names) - set(found.names)), sorted(set(found.names) - set(wanted.names))
        raise ValueError(f"table {name}: missing columns {missing}, unknown columns {extra}")
    for column in columns:
        if found.field(column).type != wanted.field(column).type:
            raise ValueError(f"table {name}: column {column} is not {wanted.field(column).type}")
    return file.read(columns=list(columns))
