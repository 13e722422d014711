"""Summaries of many runs as one table: a row a run, a column a figure by its dotted key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


def flat(summary: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """
    Yield every single figure of a summary with its dotted key.

    Items of a list go by their ``id``, as targets have one, else by their position.

    Examples
    --------
    >>> dict(flat({"energy": {"pue": 1.2}, "targets": [{"id": "a", "met": True}]}))
    {'energy.pue': 1.2, 'targets.a.met': True}
    """
    for key, value in summary.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from flat(value, f"{name}.")
        elif isinstance(value, list | tuple):
            for i, item in enumerate(value):
                if isinstance(item, Mapping):
                    inner = {k: v for k, v in item.items() if k != "id"}
                    yield from flat(inner, f"{name}.{item.get('id', i)}.")
        else:
            yield name, value


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """
    Write rows as one Parquet file; a column holds numbers, truths or texts, and is empty where a row has none.

    The columns come in the order in which the rows first name them, so equal rows give equal bytes.
    """
    pq.write_table(columns_of(rows), path, compression="zstd", compression_level=3)


def columns_of(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return rows as an Arrow table, columns as in `write_rows`."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: _column([row.get(name) for row in rows]) for name in names})


def _column(values: list[Any]) -> pa.Array:
    given = [value for value in values if value is not None]
    if given and all(isinstance(value, bool) for value in given):
        return pa.array(values, pa.bool_())
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in given):
        whole = given and all(isinstance(value, int) for value in given)
        return pa.array(values, pa.int64() if whole else pa.float64())
    return pa.array([None if value is None else str(value) for value in values], pa.string())


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read what `write_rows` wrote."""
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows
