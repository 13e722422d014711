"""The agenda: timers come in order, at their instant, and there is always room for them."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.scheduling.kernel import agenda
from simulator.scheduling.kernel.advance import next_instant
from simulator.scheduling.kernel.state import NO_MORE
from tests.unit.simulator.scheduling.one_cluster import kernel, scenario, workload

# Codes that nobody handles, so that a timer can come without anything happening
FIRST, SECOND = np.int64(-2), np.int64(-1)
TIMERS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2), st.booleans()), max_size=40)


@settings(max_examples=100, deadline=None)
@given(TIMERS)
def test_timers_come_by_time_then_code_then_as_they_were_added(drawn: list[tuple[int, int, bool]]) -> None:
    world = kernel(scenario(servers=40), workload([])).world
    kept: list[tuple[float, int, int]] = []
    for serial, (time_s, code, and_pop) in enumerate(drawn):
        agenda.add(world, float(time_s), np.int64(code), np.int64(serial), np.int64(-serial))
        kept.append((float(time_s), code, serial))
        if and_pop:
            kept.sort()
            _, code, serial = kept.pop(0)
            assert agenda.pop(world) == (code, serial, -serial)
    for time_s, code, serial in sorted(kept):
        assert world.clock[0].next_timer_s == time_s
        assert agenda.pop(world) == (code, serial, -serial)
    assert world.clock[0].next_timer_s == np.inf
    assert world.clock[0].timer_count == 0


def test_never_is_not_kept() -> None:
    world = kernel(scenario(), workload([])).world
    agenda.add(world, np.inf, SECOND, np.int64(0), np.int64(0))
    assert world.clock[0].timer_count == 0


def test_time_stops_at_timers_and_only_those_of_the_phase_are_due() -> None:
    made = kernel(scenario(), workload([(50.0, 10.0, 1)]))
    world = made.world
    agenda.add(world, 30.0, SECOND, np.int64(0), np.int64(0))
    agenda.add(world, 20.0, FIRST, np.int64(0), np.int64(0))
    assert next_instant(world) == 20.0
    assert not agenda.is_due(world, 19.0, NO_MORE)
    assert not agenda.is_due(world, 20.0, FIRST)  # only codes below it
    assert agenda.is_due(world, 20.0, NO_MORE)
    made.advance(25.0)
    assert next_instant(world) == 30.0
    made.advance(1000.0)
    assert world.clock[0].timer_count == 0
    assert world.jobs.finish_s.tolist() == [60.0]


def test_the_driver_makes_room_before_the_agenda_is_full() -> None:
    made = kernel(scenario(), workload([]))
    before = len(made.world.timers)
    for serial in range(before):
        agenda.add(made.world, 1000.0 + serial, SECOND, np.int64(serial), np.int64(0))
    made.advance(500.0)
    assert len(made.world.timers) >= before + made.world.clock[0].timer_reserve
    assert [agenda.pop(made.world)[1] for _ in range(before)] == list(range(before))
