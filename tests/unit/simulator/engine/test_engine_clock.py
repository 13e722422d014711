"""The clock: who goes first at one instant, and that time moves once to each."""

from __future__ import annotations

from simulator.engine.clock import Clock, Order


def recorded(begin_s: float = 0.0) -> tuple[Clock, list[tuple[str, float]]]:
    told: list[tuple[str, float]] = []
    return Clock(begin_s, lambda now: told.append(("advance", now))), told


def test_meter_then_capacity_then_control_whoever_was_registered_first() -> None:
    clock, told = recorded(-900.0)
    for order in (Order.CONTROL, Order.METER, Order.CAPACITY):
        clock.every(-900.0, 900.0, 1800.0, order, lambda now, name=order.name: told.append((name, now)))
    clock.run()
    names = ["METER", "CAPACITY", "CONTROL"]
    expected = [(name, -900.0) for name in names]  # the kernel is there already
    for now in (0.0, 900.0):
        expected += [("advance", now), *((name, now) for name in names)]
    assert told == expected


def test_a_beat_stops_before_its_end_and_does_not_drift() -> None:
    clock, told = recorded()
    clock.every(0.0, 0.1, 100.0, Order.CONTROL, lambda now: told.append(("beat", now)))
    clock.run()
    beats = [now for name, now in told if name == "beat"]
    assert len(beats) == 1000
    assert max(abs(now - 0.1 * i) for i, now in enumerate(beats)) < 1e-9  # an added-up step would be 1e-11 off a beat


def test_once_is_once_and_brings_the_kernel_along_first() -> None:
    clock, told = recorded()
    clock.once(450.0, Order.CAPACITY, lambda now: told.append(("built", now)))
    clock.run()
    assert told == [("advance", 450.0), ("built", 450.0)]


def test_beats_of_different_steps_meet_in_order() -> None:
    clock, told = recorded()
    clock.every(0.0, 300.0, 901.0, Order.CONTROL, lambda now: told.append(("control", now)))
    clock.every(0.0, 900.0, 901.0, Order.METER, lambda now: told.append(("meter", now)))
    clock.run()
    assert [entry for entry in told if entry[0] != "advance"] == [
        ("meter", 0.0), ("control", 0.0), ("control", 300.0), ("control", 600.0), ("meter", 900.0), ("control", 900.0),
    ]  # fmt: skip
    assert [now for name, now in told if name == "advance"] == [300.0, 600.0, 900.0]
