"""Compare the records of two runs to the last bit."""

from __future__ import annotations

import pyarrow as pa

from simulator.records import TABLES, Records


def assert_identical(one: Records, other: Records, tables: tuple[str, ...] = tuple(TABLES)) -> None:
    """Same rows, same bits."""
    for table in tables:
        left, right = getattr(one, table), getattr(other, table)
        assert left.num_rows == right.num_rows, table
        for name in left.column_names:
            assert _plain(left[name]) == _plain(right[name]), f"{table}.{name}"


def _plain(column: pa.ChunkedArray) -> list[object] | bytes:
    if column.type == pa.float64():
        return column.to_numpy().tobytes()  # NaN equals itself, -0.0 does not equal 0.0
    return column.to_pylist()
