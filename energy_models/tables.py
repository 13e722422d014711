"""Read the coefficient tables: small CSV files beside the code, each row with its source.

Two shapes: ``name,value,unit,low,high,source,status`` for single numbers, and wide tables whose last key
columns name a row and whose numbered columns (m1..m12, h0..h23, q0..q100, d-20..d20) hold its values.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from energy_models.psychrometrics import Floats

FOLDER = Path(__file__).parent / "coefficients"
_STATUSES = ("measured", "reported", "assumed")


@dataclass(frozen=True)
class Coefficient:
    """One number with its range, source and status (measured, reported or assumed)."""

    name: str
    value: float
    unit: str
    low: float
    high: float
    source: str
    status: str


@cache
def rows(table: str) -> tuple[dict[str, str], ...]:
    """Rows of a table as text by column; `table` is the file name without its ending."""
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def coefficients(table: str) -> dict[str, Coefficient]:
    """
    Single numbers of a table, by name.

    Raises
    ------
    ValueError
        If a row has an unknown status, no source, or a value outside its own range.
    """
    found = {}
    for row in rows(table):
        item = Coefficient(
            name=row["name"],
            value=float(row["value"]),
            unit=row["unit"],
            low=float(row["low"]),
            high=float(row["high"]),
            source=row["source"],
            status=row["status"],
        )
        if item.status not in _STATUSES or not item.source or not item.low <= item.value <= item.high:
            raise ValueError(f"{table}.csv: {item.name}: bad status, source or range ({row})")
        found[item.name] = item
    return found


def value(table: str, name: str) -> float:
    """Value of one coefficient, in the unit the table gives."""
    return coefficients(table)[name].value


@cache
def _wide(table: str, keys: tuple[str, ...]) -> dict[tuple[str, ...], Floats]:
    found: dict[tuple[str, ...], Floats] = {}
    for row in rows(table):
        numbers = np.array([float(text) for name, text in row.items() if _is_numbered(name)])
        numbers.flags.writeable = False
        found[tuple(row[key] for key in keys)] = numbers
    return found


def _is_numbered(column: str) -> bool:
    return column[:1] in "mhqd" and column[1:].lstrip("-").replace(".", "", 1).isdigit()


def wide(table: str, **keys: str) -> Floats:
    """
    Values of one row of a wide table, read only.

    Parameters
    ----------
    table : str
        File name without its ending.
    **keys : str
        Value of each key column, for example ``site="Hangzhou_CSWD", quantity="ghi"``.

    Raises
    ------
    ValueError
        If there is no such row; the message lists the names there are.
    """
    all_rows = _wide(table, tuple(keys))
    wanted = tuple(keys.values())
    if wanted not in all_rows:
        known = ", ".join(sorted({key[0] for key in all_rows}))
        raise ValueError(f"{table}.csv: got {' '.join(wanted)}; expected one of {known}")
    return all_rows[wanted]


@cache
def quantile_levels(table: str) -> Floats:
    """Levels of the q columns of a table, from 0 to 1."""
    return np.array([float(name[1:]) / 100.0 for name in rows(table)[0] if name[:1] == "q" and _is_numbered(name)])


def scalars(table: str, key: str, name: str) -> dict[str, float]:
    """
    Numeric columns of the row whose `key` column holds `name`.

    Raises
    ------
    ValueError
        If there is no such row; the message lists the names there are.
    """
    for row in rows(table):
        if row[key] == name:
            return {column: float(text) for column, text in row.items() if column not in (key, "source")}
    known = ", ".join(row[key] for row in rows(table))
    raise ValueError(f"{table}.csv: got {key} {name}; expected one of {known}")
