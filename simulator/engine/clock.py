"""
The clock: SimPy orders what a planner would name, the kernel advances the jobs in between.

Order at one instant: the meter closes the interval that ends and opens the next (new caps, weather, service demand),
then commissioning, then the policy. Submissions and starts at that instant are opened by the kernel when time moves
on. Closing first changes nothing that happens at the instant, because an interval's integrals end there, and the new
cap needs the battery as the closed interval left it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from enum import IntEnum
from typing import Any

import simpy
from simpy.events import Event


class Order(IntEnum):
    """Who goes first at one instant."""

    METER = 0
    CAPACITY = 1
    CONTROL = 2


Process = Generator[Event, Any, None]


class Clock:
    """
    A SimPy environment whose waits carry an order, and which brings the kernel along before anyone acts.

    Parameters
    ----------
    begin_s : float
        First instant. [s]
    advance : callable
        Called with an instant before anything is done there; handles all job events before it and the ends at it.
    """

    def __init__(self, begin_s: float, advance: Callable[[float], None]) -> None:
        self._environment = simpy.Environment(initial_time=begin_s)
        self._advance = advance
        self._reached = begin_s
        self._stopped = False

    def at(self, time_s: float, order: Order) -> Event:
        """Return an event that a process waits for: `time_s`, in its turn."""
        event = Event(self._environment)
        event._ok, event._value = True, None  # what simpy.Timeout does; it cannot carry a priority itself
        # SimPy's type says 0 or 1, its heap takes any number
        self._environment.schedule(event, priority=order, delay=time_s - self._environment.now)  # type: ignore[arg-type]
        return event

    def every(self, first_s: float, step_s: float, end_s: float, order: Order, act: Callable[[float], None]) -> None:
        """Call `act` at first_s, first_s + step_s, ... before end_s."""

        def beat() -> Process:
            count = 0
            while first_s + count * step_s < end_s:
                yield self.at(first_s + count * step_s, order)
                if self._stopped:
                    return
                self._bring_along()
                act(self._environment.now)
                count += 1

        self._environment.process(beat())

    def once(self, time_s: float, order: Order, act: Callable[[float], None]) -> None:
        """Call `act` at one instant."""
        self.every(time_s, 1.0, time_s + 1.0, order, act)

    def run(self) -> None:
        """Run until nothing is left to do."""
        self._environment.run()

    def stop(self) -> None:
        """Do nothing more, at this instant or later."""
        self._stopped = True

    def _bring_along(self) -> None:
        if self._environment.now > self._reached:
            self._advance(self._environment.now)
            self._reached = self._environment.now
