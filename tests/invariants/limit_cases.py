"""Limits that come and go for the minimal scenario, and what must hold whatever they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tests.pipeline import Run, child, run

ROUNDING = 1e-12


def column(made: Run, name: str) -> np.ndarray:
    """Return a column of the steps."""
    return np.asarray(made.records.steps[name].to_numpy())


def within_limits(made: Run) -> None:
    """Assert from the records that no hub ever drew more than its cap of that instant, and that the books close."""
    assert (column(made, "facility_max_w") <= column(made, "cap_w")).all()
    assert (column(made, "cap_headroom_w") >= 0.0).all()
    assert (column(made, "facility_w") <= column(made, "facility_max_w") * (1.0 + ROUNDING)).all()
    assert made.summary["ledgers"]["energy_residual"] < 1e-9  # and every other ledger, or this raises


def limited(folder: Path, limits: Sequence[str], *sets: str, horizon: str = "1 d", **hub: str) -> Run:
    """Run the minimal scenario with some limits and other fields of its hub, written as YAML flow mappings."""
    fields = [f"limits: [{', '.join(limits)}]", *(f"{name}: {text}" for name, text in hub.items())]
    text = f"hubs: {{demo: {{about: {{assumed: x}}, {', '.join(fields)}}}}}\n"
    return run(child(folder, text), *sets, horizon=horizon)


def limit(kind: str, since: str, until: str | None = None, **fields: str) -> str:
    """Write one limit; times are hours and minutes of the first day that counts."""
    given = [f"kind: {kind}", f'since: "2025-07-01T{since}:00+08:00"']
    given += [] if until is None else [f'until: "2025-07-01T{until}:00+08:00"']
    return "{" + ", ".join([*given, *(f"{name}: {value}" for name, value in fields.items())]) + "}"
