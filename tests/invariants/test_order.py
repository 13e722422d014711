"""The order in which a file names things decides nothing."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.scenario import dump, load, undump
from tests.invariants.same import assert_identical
from tests.pipeline import SCENARIOS, build, simulate


def turned(value: Any) -> Any:
    """Return a copy with every mapping in reverse order."""
    if isinstance(value, dict):
        return {key: turned(item) for key, item in reversed(value.items())}
    return [turned(item) for item in value] if isinstance(value, list) else value


def assert_same_summary(one: Any, other: Any, where: str = "") -> None:
    if isinstance(one, dict):
        assert one.keys() == other.keys(), where
        for key in one:
            assert_same_summary(one[key], other[key], f"{where}.{key}")
    elif isinstance(one, list) and all(isinstance(item, str) for item in one):
        assert sorted(one) == sorted(other), where
    elif isinstance(one, list):
        assert len(one) == len(other), where
        for i, (a, b) in enumerate(zip(one, other, strict=True)):
            assert_same_summary(a, b, f"{where}[{i}]")
    elif isinstance(one, float) and not where.startswith(".ledgers"):
        assert one == pytest.approx(other, rel=1e-12), where  # sums over hubs may add in another order
    elif isinstance(one, str):
        assert sorted(one.split()) == sorted(other.split()), where  # a text may name the same things in another order
    elif not where.startswith(".ledgers"):  # residuals are rounding and nothing else
        assert one == other, where


@pytest.mark.parametrize("variant", [None, "gap_part_west"])
def test_every_mapping_in_reverse_order_gives_the_same_run(variant: str | None) -> None:
    loaded = load(SCENARIOS / "yrd_2025.yaml", variant=variant, horizon="1 d", overrides=["simulation.warm_up=6 h"])
    content = dump(loaded)
    content["scenario"] = turned(content["scenario"])
    other = undump(content)
    assert list(other.scenario.hubs) == list(reversed(loaded.scenario.hubs))
    one, two = simulate(build(loaded)), simulate(build(other))
    assert_identical(one.records, two.records)
    assert_same_summary(one.summary, two.summary)
