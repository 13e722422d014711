"""FCFS on identical nodes in bare SimPy with callbacks: the yardstick of the kernel, same jobs, same schedule."""

from __future__ import annotations

from collections import deque

import numpy as np
import simpy
from simpy.events import Event


def fcfs_starts(submit_s: np.ndarray, run_s: np.ndarray, nodes: np.ndarray, capacity: int) -> np.ndarray:
    """Return when each job starts; one event a submission and one an end, no processes."""
    environment = simpy.Environment()
    starts, queue, free = np.zeros(len(submit_s)), deque[int](), capacity
    submit, run, size = submit_s.tolist(), run_s.tolist(), nodes.tolist()

    def later(time: float, order: int, job: int, callback: object) -> None:
        event = Event(environment)
        event._ok, event._value = True, job
        event.callbacks.append(callback)
        environment.schedule(event, priority=order, delay=time - environment.now)

    def fill() -> None:
        nonlocal free
        while queue and size[queue[0]] <= free:
            job = queue.popleft()
            free -= size[job]
            starts[job] = environment.now
            later(environment.now + run[job], 0, job, end)

    def end(event: Event) -> None:
        nonlocal free
        free += size[event.value]
        fill()

    def arrive(event: Event) -> None:
        job = event.value
        queue.append(job)
        if job + 1 < len(submit):
            later(submit[job + 1], 1, job + 1, arrive)
        fill()

    later(submit[0], 1, 0, arrive)
    environment.run()
    return starts
