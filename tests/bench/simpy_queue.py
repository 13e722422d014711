"""
One cluster of identical nodes in SimPy, FCFS or EASY: the yardstick of the kernel. Same jobs, same schedule.

Two ways to write it. `callbacks` is the leanest a user could do: no processes; one event a submission, which arms the
next, and one an end. `processes` is what the SimPy guide teaches: a process a job that waits for its submission, for
its nodes and for its end. Both keep the queue in a list, running jobs sorted by requested end (bisect), start jobs in
order while the first fits and, under EASY, reserve for the first that does not (shadow time, extra nodes) and walk the
queue behind it. Neither integrates power, packs servers or keeps anything but start times.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import simpy
from simpy.events import Event

from tests.bench.jobs import Trace


class Cluster:
    """Free nodes, the queue and who starts; `begin(job)` is told of each start."""

    def __init__(self, environment: simpy.Environment, trace: Trace, capacity: int, easy: bool) -> None:
        self.environment, self.free, self.easy = environment, capacity, easy
        self.size, self.asked = trace.nodes.tolist(), trace.requested_s.tolist()
        self.starts = np.zeros(len(self.size))
        self.queue: list[int] = []
        self.running: list[tuple[float, int]] = []
        self.begin: Callable[[int], None]

    def submit(self, job: int) -> None:
        """Queue a job, then start what may start."""
        self.queue.append(job)
        self.fill()

    def end(self, job: int) -> None:
        """Take the nodes of a job back, then start what may start."""
        self.free += self.size[job]
        if self.easy:
            del self.running[bisect_left(self.running, (self.starts[job] + self.asked[job], job))]
        self.fill()

    def fill(self) -> None:
        """Start jobs in order; under EASY also those behind a blocked head that do not delay it."""
        started = 0
        while started < len(self.queue) and self.size[self.queue[started]] <= self.free:
            self.start(self.queue[started])
            started += 1
        del self.queue[:started]
        if self.easy and len(self.queue) > 1 and self.free > 0:
            self.backfill()

    def start(self, job: int) -> None:
        """Give a job its nodes."""
        now = self.environment.now
        self.free -= self.size[job]
        self.starts[job] = now
        if self.easy:
            insort(self.running, (now + self.asked[job], job))
        self.begin(job)

    def backfill(self) -> None:
        """Walk the queue behind its head, whose shadow time and extra nodes come from requested ends."""
        now, available, shadow = self.environment.now, self.free, self.environment.now
        needed = self.size[self.queue[0]]
        for end, job in self.running:
            if available >= needed and end > shadow:
                break
            available += self.size[job]
            shadow = end
        extra, place = available - needed, 1
        while place < len(self.queue) and self.free > 0:
            job = self.queue[place]
            short = self.asked[job] <= shadow - now
            if self.size[job] <= self.free and (short or self.size[job] <= extra):
                extra -= 0 if short else self.size[job]
                del self.queue[place]
                self.start(job)
            else:
                place += 1


def callbacks(trace: Trace, capacity: int, *, easy: bool) -> np.ndarray:
    """Return when each job starts; events and callbacks only."""
    environment = simpy.Environment()
    cluster = Cluster(environment, trace, capacity, easy)
    submit, run = trace.submit_s.tolist(), trace.run_s.tolist()

    def later(time: float, order: int, job: int, callback: Callable[[Event], None]) -> None:
        event = Event(environment)
        event._ok, event._value = True, job
        event.callbacks.append(callback)
        environment.schedule(event, priority=order, delay=time - environment.now)

    def arrive(event: Event) -> None:
        job = event.value
        if job + 1 < len(submit):
            later(submit[job + 1], 1, job + 1, arrive)
        cluster.submit(job)

    def end(event: Event) -> None:
        cluster.end(event.value)

    cluster.begin = lambda job: later(environment.now + run[job], 0, job, end)
    later(submit[0], 1, 0, arrive)
    environment.run()
    return cluster.starts


def processes(trace: Trace, capacity: int, *, easy: bool) -> np.ndarray:
    """Return when each job starts; one process a job."""
    environment = simpy.Environment()
    cluster = Cluster(environment, trace, capacity, easy)
    granted: dict[int, Event] = {}

    def job_life(job: int, run_s: float) -> Generator[Event, Any, None]:
        granted[job] = environment.event()
        cluster.submit(job)
        yield granted[job]
        del granted[job]
        yield environment.timeout(run_s)
        cluster.end(job)

    def source() -> Generator[Event, Any, None]:
        for job, (submit_s, run_s) in enumerate(zip(trace.submit_s.tolist(), trace.run_s.tolist(), strict=True)):
            yield environment.timeout(submit_s - environment.now)
            environment.process(job_life(job, run_s))

    cluster.begin = lambda job: granted[job].succeed()  # type: ignore[assignment, return-value]
    environment.process(source())
    environment.run()
    return cluster.starts
