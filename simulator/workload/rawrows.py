"""What a trace reader hands over before anything is judged: columns in file order, and the rows it could not read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from simulator.workload.model import FINISHED

LISTED = 20  # rows of each reason that are named one by one
PARTIAL = 0  # end state of a row that is a piece of another row's job


class Dropped:
    """Rows left out: how many for each reason, and the first of them by name."""

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}
        self._first: dict[str, list[str]] = {}

    def add(self, reason: str, name: str) -> None:
        """Count one row."""
        self.add_many(reason, 1, [name])

    def add_many(self, reason: str, count: int, first: list[str]) -> None:
        """Count rows of one reason; `first` names at least the first `LISTED` of them."""
        self._rows[reason] = self._rows.get(reason, 0) + count
        listed = self._first.setdefault(reason, [])
        listed += first[: LISTED - len(listed)]

    def total(self) -> int:
        """Return how many rows were left out."""
        return sum(self._rows.values())

    def to_dict(self) -> dict[str, dict[str, Any]]:
        """Return reason -> ``{"rows": count, "first": names}``, by reason."""
        return {reason: {"rows": self._rows[reason], "first": self._first[reason]} for reason in sorted(self._rows)}


@dataclass(frozen=True)
class RawRows:
    """
    Rows of a trace as read.

    Attributes
    ----------
    kind : str
        What the file is: ``swf``, ``job table``, ``openb pods``, ``opendc tasks``.
    job_id : ndarray of int64 or str, shape (rows,)
    submit_s, run_s, requested_s, wait_s : ndarray, shape (rows,)
        NaN where unknown. [s]
    devices : ndarray, shape (rows,)
        Fractions are possible. [device]
    outcome : ndarray of int8, shape (rows,)
        `FINISHED`, `FAILED`, `KILLED`, or `PARTIAL`.
    end_told : ndarray of bool, shape (rows,)
        Whether the file says how the job ended; where it does not, the job is taken as finished.
    line : ndarray of int64, shape (rows,), or None
        In the file, from 1.
    dropped : Dropped
        Rows that could not be read at all.
    told : dict
        What the file says about itself and what the reader did, for the summary.
    devices_told : int or None
        Size of the machine, where the file says so. [device]
    """

    kind: str
    job_id: np.ndarray
    submit_s: np.ndarray
    run_s: np.ndarray
    requested_s: np.ndarray
    wait_s: np.ndarray
    devices: np.ndarray
    outcome: np.ndarray
    end_told: np.ndarray
    line: np.ndarray | None = None
    dropped: Dropped = field(default_factory=Dropped)
    told: dict[str, Any] = field(default_factory=dict)
    devices_told: int | None = None

    def names(self, rows: np.ndarray) -> list[str]:
        """Return how a person finds some rows again."""
        if self.line is None:
            return [str(name) for name in self.job_id[rows].tolist()]
        pairs = zip(self.line[rows].tolist(), self.job_id[rows].tolist(), strict=True)
        return [f"line {line} (job {name})" for line, name in pairs]


def outcomes(status: np.ndarray, known: dict[Any, int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the outcome for each status, and whether it is known; one that is not counts as finished."""
    coded = pa.array(status, from_pandas=True).dictionary_encode(null_encoding="encode")
    values = coded.dictionary.to_pylist()
    found = np.array([known.get(value, FINISHED) for value in values], dtype=np.int8)
    told = np.array([value in known for value in values], dtype=np.bool_)
    rows = coded.indices.to_numpy(zero_copy_only=False)
    return found[rows], told[rows]
