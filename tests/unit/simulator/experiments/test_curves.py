"""The front, its knee, and when a knee is more than chance."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.experiments.curves import COSTS, Curve, bends, curves, knee, pareto
from simulator.experiments.plan import PlotAsk

AXES = [{"path": "fill", "values": ["1", "2", "3"], "unit": ""}]


def swept(spread: float) -> list[dict[str, Any]]:
    """Three points and four seeds; y bends at the middle one, which moves by `spread` from seed to seed."""
    base = {"status": "done", "capacity.fp16.effective_eflops": 1.0} | dict.fromkeys(COSTS, 1.0)
    rows = []
    for seed, sign in enumerate((-1.0, 1.0, -1.0, 1.0)):
        for fill, y in ((1.0, 1.0), (2.0, 1.2 + spread * sign), (3.0, 3.0)):
            common = 10.0 * seed  # what all points of a seed share says nothing of the bend
            rows.append(base | {"point": f"fill-{fill:g}", "seed": seed, "fill": fill, "cost.total_cny": y + common})
    return rows


def asked(rows: list[dict[str, Any]]) -> Curve:
    (curve,) = [curve for curve in curves(rows, AXES, [PlotAsk("fill", "cost.total_cny")]) if curve.x == "fill"]
    return curve


def test_a_knee_is_named_where_the_seeds_agree_on_it_whatever_they_share() -> None:
    # the chord is at 2.0 over the middle; 0.1 to each side leaves the bend, 1.5 does not
    assert asked(swept(0.1)).told()["knee"] == "fill-2"
    assert asked(swept(1.5)).told()["knee"] is None
    assert [dot.pareto for dot in asked(swept(1.5)).dots] == [True, True, True]


def test_one_seed_names_the_knee_of_its_own_front() -> None:
    rows = [row for row in swept(0.1) if row["seed"] == 0]
    assert asked(rows).told()["knee"] == "fill-2"


def test_a_bend_needs_seeds_that_all_three_points_have() -> None:
    first, last = {1: (0.0, 0.0)}, {1: (2.0, 2.0)}
    assert bends(first, {1: (1.0, 0.2)}, last)
    assert not bends(first, {2: (1.0, 0.2)}, last)


@pytest.mark.parametrize(
    ("points", "front"),
    [
        ([(1.0, 1.0)], [0]),
        ([(1.0, 1.0), (1.0, 1.0)], [0]),  # a tie: one of two
        ([(1.0, 2.0), (2.0, 1.0)], [1]),  # more for less
        ([(3.0, 3.0), (1.0, 1.0), (2.0, 2.5), (2.0, 2.0)], [1, 3, 0]),
    ],
)
def test_the_front_holds_what_no_other_beats(points: list[tuple[float, float]], front: list[int]) -> None:
    assert pareto(points) == front


def test_a_straight_front_or_one_of_two_points_has_no_knee() -> None:
    assert knee([(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)]) is None
    assert knee([(0.0, 0.0), (2.0, 2.0)]) is None
    assert knee([(0.0, 0.0), (1.0, 1.6), (2.0, 2.0)]) is None  # bends the other way
    assert knee([(0.0, 0.0), (1.0, 0.4), (2.0, 2.0)]) == 1
