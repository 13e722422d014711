"""Results do not move unless somebody means it: see why.md."""

from __future__ import annotations

import math

import pytest

from tests.regression.kpis import RUNS, frozen, kpis

# Same machine code gives the same bits; 1e-6 leaves room for other versions of pvlib and numpy, not for a model change.
TOLERANCE = 1e-6


@pytest.mark.parametrize("name", RUNS)
def test_key_figures_are_those_written_down(name: str) -> None:
    now, then = kpis(name), frozen(name)
    assert now.keys() == then.keys()
    moved = {
        key: f"{then[key]!r} -> {now[key]!r}"
        for key in then
        if not math.isclose(now[key], then[key], rel_tol=TOLERANCE, abs_tol=1e-12)
    }
    assert not moved, "figures moved; if that is meant: python -m tests.regression.kpis, and a line in why.md"
