"""Queues written the plainest way, to hold the kernel against: all lists are made and sorted anew at every instant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.unit.simulator.scheduling.small_region import Job

Key = Callable[[Job], float]


def order_of(discipline: str, ageing: float = 0.0) -> Key:
    """Return what a discipline sorts waiting jobs by, lowest first; equal keys go by (submit, number)."""
    keys: dict[str, Key] = {
        "fcfs": lambda job: 0.0,
        "sjf": lambda job: job.requested_s or job.work_s,
        "ljf": lambda job: -(job.requested_s or job.work_s),
        "priority": lambda job: ageing * job.submit_s - job.priority,
    }
    return keys[discipline]


@dataclass
class PlainQueue:
    """
    One cluster of single devices without power limits.

    A pass starts jobs in order and stops at the first that does not fit. With `preemptive`, that first job suspends
    running jobs of lower priority (lowest, then youngest, then highest number) if they hold enough, and they go on
    later where they stopped.
    """

    jobs: Sequence[Job]
    devices: int
    key: Key
    preemptive: bool = False
    start_s: dict[int, float] = field(default_factory=dict)
    begun_s: dict[int, float] = field(default_factory=dict)  # of the present run
    left_s: dict[int, float] = field(default_factory=dict)
    end_s: dict[int, float] = field(default_factory=dict)

    def run(self) -> PlainQueue:
        """Go from instant to instant until all jobs have ended."""
        self.left_s = {j: job.work_s for j, job in enumerate(self.jobs)}
        now = min(job.submit_s for job in self.jobs)
        while len(self.end_s) < len(self.jobs):
            for j in [j for j in self.begun_s if self.begun_s[j] + self.left_s[j] == now]:
                self.end_s[j] = now
                del self.begun_s[j]
            self._pass(now)
            later = [job.submit_s for job in self.jobs if job.submit_s > now]
            now = min(later + [self.begun_s[j] + self.left_s[j] for j in self.begun_s], default=now)
        return self

    def _pass(self, now: float) -> None:
        while waiting := sorted(
            (
                j
                for j, job in enumerate(self.jobs)
                if job.submit_s <= now and j not in self.begun_s and j not in self.end_s
            ),
            key=lambda j: (self.key(self.jobs[j]), j),
        ):
            head = waiting[0]
            if self.jobs[head].devices > self._free() and not (self.preemptive and self._make_way(head, now)):
                return
            self.start_s.setdefault(head, now)
            self.begun_s[head] = now

    def _free(self) -> int:
        return self.devices - sum(self.jobs[j].devices for j in self.begun_s)

    def _make_way(self, head: int, now: float) -> bool:
        lower = [j for j in self.begun_s if self.jobs[j].priority < self.jobs[head].priority]
        if self._free() + sum(self.jobs[j].devices for j in lower) < self.jobs[head].devices:
            return False
        for j in sorted(lower, key=lambda j: (self.jobs[j].priority, -self.begun_s[j], -j)):
            if self.jobs[head].devices <= self._free():
                break
            self.left_s[j] -= now - self.begun_s.pop(j)
        return True


def most_in_use(jobs: Sequence[Job], start_s: Sequence[float], finish_s: Sequence[float]) -> int:
    """Return the most devices that jobs which ran from start to finish had at any instant."""
    changes = [(s, job.devices) for s, job in zip(start_s, jobs, strict=True)]
    changes += [(f, -job.devices) for f, job in zip(finish_s, jobs, strict=True)]
    used, most = 0, 0
    for _, change in sorted(changes):  # of one instant the ends come first, being negative
        used += change
        most = max(most, used)
    return most
