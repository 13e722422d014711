"""Trade over lines: what is left, who gets how much, what arrives and what it costs; by hand and on random networks."""

import numpy as np
import pytest

from energy_models.interties import Line, carried_w, kept_share, residual_w, wheeling_cny_per_kwh


def line(residual: float, loss: float = 0.0, price: float = 0.0) -> Line:
    return Line(np.array([residual]), loss, price)


def carried(wanted: list[float], ways: list[list[int]], lines: list[Line]) -> list[float]:
    return [float(sent[0]) for sent in carried_w([np.array([w]) for w in wanted], ways, lines)]


def test_the_residual_is_what_the_base_schedule_leaves_and_never_negative() -> None:
    assert residual_w(8.0, 5.0, np.array([0.5, 1.0, 2.0])).tolist() == [5.5, 3.0, 0.0]


def test_a_line_with_room_changes_nothing() -> None:
    assert carried([3.0, 4.0], [[0], []], [line(3.0)]) == [3.0, 4.0]


def test_a_full_line_is_shared_in_proportion_to_what_is_wanted() -> None:
    assert carried([3.0, 9.0], [[0], [0]], [line(4.0)]) == [1.0, 3.0]


def test_losses_on_the_way_leave_room_on_later_lines() -> None:
    # half is lost on line 0, so 10 sent are 5 on line 1, which takes 4: 8 are sent
    assert carried([10.0], [[0, 1]], [line(100.0, loss=0.5), line(4.0)]) == [8.0]
    assert kept_share([0.5, 0.2]) == pytest.approx(0.4)


def test_each_line_is_paid_on_what_leaves_it() -> None:
    # 1 kWh arrives behind line 1 (loss 0.2), so 1.25 left line 0: 0.03 + 1.25 x 0.04
    assert wheeling_cny_per_kwh([line(1, 0.1, 0.04), line(1, 0.2, 0.03)]) == pytest.approx(0.08)
    assert wheeling_cny_per_kwh([]) == 0.0


@pytest.mark.parametrize("seed", range(20))
def test_no_line_is_ever_overloaded_and_a_wanted_hour_only_shrinks(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hours, contracts = 50, 6
    lines = [Line(rng.uniform(0, 10, hours), float(rng.uniform(0, 0.3)), 0.0) for _ in range(4)]
    ways = [list(rng.permutation(4)[: rng.integers(0, 4)]) for _ in range(contracts)]
    wanted = [rng.uniform(0, 10, hours) for _ in range(contracts)]
    sent = carried_w(wanted, ways, lines)
    for number, one in enumerate(lines):
        load = np.zeros(hours)
        for way, power in zip(ways, sent, strict=True):
            if number in way:
                load += power * kept_share([lines[k].loss for k in way[: way.index(number)]])
        assert (load <= one.residual_w * (1 + 1e-12)).all()
    assert all((s <= w).all() and (s >= 0.0).all() for s, w in zip(sent, wanted, strict=True))
    assert all((s == w).all() for s, w, way in zip(sent, wanted, ways, strict=True) if not way)
