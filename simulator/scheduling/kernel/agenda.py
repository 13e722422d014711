"""
The agenda: what is known to happen later, a heap of timers ordered by (time, code, serial number).

Whoever fixes an instant in the future (the next failure of a server, the end of a transfer, a planned release) calls
`add`; `happen.py` says what each code does when its instant comes. A timer carries two integers, by convention the
number of what it is about (`a`: a job, a server, a cluster) and something its handler needs (`b`).

Order. Codes are numbered in the order things happen within an instant (state.py): those below `FIRST_SUBMISSION` are
handled with the ends, before the engine's turn; those from it on with the submissions, after it. Timers of one instant
and code go by their serial number, that is in the order in which they were added.

A timer is never taken back. Its handler checks that it is still meant, for example that the job still waits for it,
and does nothing otherwise.

Room. At an instant at most one timer may be added for each job submitted or released then, and `timer_reserve` others;
no job may have more than one timer. `make_world` lays out one place a job and twice the reserve, and the driver makes
more room when less than the reserve is free. Room that is never used costs no memory.

The next instant is kept in CLOCK, so that an empty agenda costs `advance` one comparison.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from energy_models.compiled import compiler
from simulator.scheduling.kernel.state import World

compiled = compiler(Path(__file__).parent, allocates=False)


@compiled
def add(world: World, time_s: float, code: int, a: int, b: int) -> None:
    """
    Let something happen at an instant.

    Parameters
    ----------
    world : World
    time_s : float
        Not before the present; inf = never, which adds nothing. [s]
    code : int
        What happens; see `happen.py`.
    a, b : int
        For its handler.
    """
    if time_s == np.inf:
        return
    clock, timers = world.clock[0], world.timers
    i = clock.timer_count
    clock.timer_count += 1
    serial = clock.timer_serial
    clock.timer_serial += 1
    while i > 0:
        parent = (i - 1) // 2
        if not _before(time_s, code, serial, timers[parent]):
            break
        timers[i] = timers[parent]
        i = parent
    timers[i].time_s, timers[i].code, timers[i].serial, timers[i].a, timers[i].b = time_s, code, serial, a, b
    clock.next_timer_s = timers[0].time_s


@compiled
def is_due(world: World, now: float, before_code: int) -> bool:
    """Tell whether the first timer is due at `now` and its code is below `before_code`."""
    return world.clock[0].next_timer_s <= now and world.timers[0].code < before_code


@compiled
def pop(world: World) -> tuple[int, int, int]:
    """Take the first timer out; return its code, a and b."""
    clock, timers = world.clock[0], world.timers
    code, a, b = timers[0].code, timers[0].a, timers[0].b
    n = clock.timer_count - 1
    clock.timer_count = n
    clock.events += 1
    last, i = timers[n], 0
    while 2 * i + 1 < n:
        child = 2 * i + 1
        if child + 1 < n and _earlier(timers[child + 1], timers[child]):
            child += 1
        if _earlier(last, timers[child]):
            break
        timers[i] = timers[child]
        i = child
    timers[i] = last
    clock.next_timer_s = timers[0].time_s if n > 0 else np.inf
    return code, a, b


@compiled
def is_nearly_full(world: World) -> bool:
    """Tell whether the agenda may lack room for what one instant can add."""
    clock = world.clock[0]
    return clock.timer_count + clock.timer_reserve > len(world.timers)


@compiled
def _before(time_s: float, code: int, serial: int, other: np.record) -> bool:
    if time_s != other.time_s:
        return time_s < other.time_s
    if code != other.code:
        return code < other.code
    return serial < other.serial


@compiled
def _earlier(timer: np.record, other: np.record) -> bool:
    return _before(timer.time_s, timer.code, timer.serial, other)
