"""Jobs that share devices in thousandths: against the plainest reference, and what must hold in every queue."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.scheduling import QUEUES
from tests.unit.simulator.scheduling.conservation import assert_conserved, cards_in_use, queue, running
from tests.unit.simulator.scheduling.small_region import Job, Small, scenario
from tests.unit.simulator.scheduling.test_packing import best_fit

MILLI = st.sampled_from([0, 0, 1, 100, 250, 333, 500, 501, 750, 999])
JOBS = st.lists(
    st.builds(
        lambda submit, work, devices, milli, more, priority: Job(
            submit, work, 1 if milli else devices, requested_s=float(work + more), milli=milli, priority=priority
        ),
        submit=st.integers(0, 60),
        work=st.integers(1, 40),
        devices=st.integers(1, 6),
        milli=MILLI,
        more=st.integers(0, 20),
        priority=st.integers(0, 2),
    ),
    min_size=1,
    max_size=30,
).map(lambda jobs: sorted(jobs, key=lambda job: job.submit_s))


def share(submit_s: float, work_s: float, milli: int, **more: float) -> Job:
    return Job(submit_s, work_s, milli=milli, **more)  # type: ignore[arg-type]


def small(jobs: list[Job], devices: int = 6, per_server: int = 1, kind: str = "fcfs", **keys: object) -> Small:
    spec = {"servers": devices // per_server, "per_server": per_server, "queue": {"discipline": kind, **keys}}
    return Small(scenario({"c": spec}), jobs)


def test_shares_fill_a_device_to_its_last_thousandth_and_no_further() -> None:
    run = small([share(0, 10, 600), share(0, 20, 399), share(0, 5, 1), share(0, 5, 1)], devices=1).to(100)
    assert run.world.jobs.start_s.tolist() == [0, 0, 0, 5]


def test_a_share_draws_and_works_its_part_of_a_device_and_the_whole_device_is_allocated() -> None:
    run = small([share(0, 10, 250), share(0, 20, 500)], devices=2)
    run.to(5)
    assert run.power_w[0] == 2 * 100 + 75  # two idle servers, 100 W a busy device
    run.to(40)
    rows = run.close()
    assert rows.cluster[0, 3:6].tolist() == [20.0, 12.5, 6.25]  # allocated, utilised, effective at MFU 0.5
    assert rows.at("it_jobs_j") == 1250.0
    assert run.world.jobs.energy_j.tolist() == [250.0, 1000.0]
    assert run.world.jobs.flop.tolist() == [0.25 * 10 * 0.5e12, 0.5 * 20 * 0.5e12]


def test_best_fit_takes_the_fullest_card_with_room() -> None:
    jobs = [share(0, 50, 600), share(0, 50, 700), share(1, 50, 300), share(1, 50, 300), share(1, 50, 200)]
    cards = cards_in_use(small(jobs, devices=2).to(2).world, 0)
    assert sorted(sorted(on) for on in cards.values()) == [[0, 3], [1, 2]]  # 4 waits: 200 is nowhere left


def test_a_device_comes_back_only_when_its_last_share_has_left() -> None:
    run = small([share(0, 10, 100), share(0, 30, 100), Job(1, 5)], devices=1).to(100)
    assert run.world.jobs.start_s.tolist() == [0, 0, 30]


def test_easy_lets_a_share_pass_the_head_on_a_card_that_is_out_longer_anyway() -> None:
    # 2 devices: card until 100, job until 50; the head needs both: shadow 100. 3 ends by then, 4 does not
    jobs = [share(0, 100, 300), Job(0, 50), Job(1, 10, 2), share(2, 90, 300), share(2, 99, 300)]
    assert small(jobs, devices=2, kind="easy").to(500).world.jobs.start_s.tolist() == [0, 0, 100, 2, 110]


def test_easy_uses_a_device_that_is_left_over_for_shares_that_end_later() -> None:
    # 3 devices, head needs 2: one is left over at its shadow time of 50, for both shares together
    jobs = [Job(0, 50, 2), Job(1, 10, 2), share(2, 500, 600), share(2, 500, 400), share(2, 500, 1)]
    assert small(jobs, devices=3, kind="easy").to(900).world.jobs.start_s.tolist() == [0, 50, 2, 2, 60]


def test_conservative_starts_a_share_on_a_card_that_may_be_back_later() -> None:
    # one device: 1 outlasts the card of 0 and nobody minds; 2 waits for the whole device, and 3 may not put it off
    jobs = [share(0, 100, 300), share(1, 150, 300), Job(2, 10), share(3, 150, 300), share(3, 100, 300)]
    assert small(jobs, devices=1, kind="conservative").to(900).world.jobs.start_s.tolist() == [0, 1, 151, 161, 3]


def test_a_higher_priority_clears_cards_only_if_that_makes_room() -> None:
    low, high = share(0, 100, 400, priority=0), share(0, 100, 400, priority=2)
    in_vain = small([low, high, Job(1, 10, priority=1)], devices=1, kind="priority", preemptive=True).to(50)
    assert in_vain.events == []
    jobs = [low, share(0, 100, 300, priority=1), share(1, 10, 600, priority=2)]
    cleared = small(jobs, devices=1, kind="priority", preemptive=True).to(50)
    assert [(e.kind, e.job, e.value) for e in cleared.events] == [("requeue", 0, 0.4), ("resume", 0, 0.4)]
    assert cleared.world.jobs.start_s.tolist() == [0, 0, 1]


@dataclass
class PlainCards:
    """FCFS on servers, cards by best fit; among equals the card that changed last."""

    servers: int
    per_server: int
    free: list[int] = field(init=False)
    cards: list[list[int]] = field(default_factory=list)  # [free thousandths, server], the last changed last

    def __post_init__(self) -> None:
        self.free = [self.per_server] * self.servers

    def take(self, job: Job) -> tuple[list[int], int] | list[int] | None:
        if job.milli == 0:
            return self._devices(job.devices)
        room = [(card[0], -i) for i, card in enumerate(self.cards) if card[0] >= job.milli]
        if room:
            card = self.cards.pop(-min(room)[1])
        else:
            got = self._devices(1)
            if got is None:
                return None
            card = [1000, got[0]]
        card[0] -= job.milli
        self.cards.append(card)
        return card

    def _devices(self, devices: int) -> list[int] | None:
        got = best_fit(self.free, self.per_server, devices)
        for server in got or []:
            self.free[server] -= min(devices, self.per_server)
        return got

    def give(self, job: Job, got: list[int]) -> None:
        if job.milli == 0:
            for server in got:
                self.free[server] += min(job.devices, self.per_server)
            return
        at = next(i for i, card in enumerate(self.cards) if card is got)
        card = self.cards.pop(at)
        card[0] += job.milli
        if card[0] == 1000:
            self.free[card[1]] += 1
        else:
            self.cards.append(card)

    def starts(self, jobs: list[Job]) -> list[float]:
        ends: list[tuple[float, int, list[int]]] = []
        now, found = 0.0, []
        for number, job in enumerate(jobs):
            now = max(now, job.submit_s)
            self._end(ends, jobs, now)
            while (got := self.take(job)) is None:
                now = ends[0][0]
                self._end(ends, jobs, now)
            found.append(now)
            heapq.heappush(ends, (now + job.work_s, number, got))  # type: ignore[arg-type]
        return found

    def _end(self, ends: list[tuple[float, int, list[int]]], jobs: list[Job], now: float) -> None:
        while ends and ends[0][0] <= now:
            _, number, got = heapq.heappop(ends)
            self.give(jobs[number], got)


@settings(max_examples=200, deadline=None)
@given(JOBS, st.sampled_from([1, 2, 3, 6]))
def test_starts_are_those_of_the_plain_reference(jobs: list[Job], per_server: int) -> None:
    jobs = [job for job in jobs if -(-job.devices // per_server) <= 6 // per_server]
    got = small(jobs, per_server=per_server).to(1e5).world.jobs.start_s.tolist()
    assert got == PlainCards(6 // per_server, per_server).starts(jobs)


@pytest.mark.parametrize("kind", sorted(QUEUES))
@settings(max_examples=60, deadline=None)
@given(jobs=JOBS, per_server=st.sampled_from([1, 2]), preemptive=st.booleans())
def test_at_every_instant_no_card_holds_more_than_itself(
    kind: str, jobs: list[Job], per_server: int, preemptive: bool
) -> None:
    keys = {"preemptive": True} if preemptive and kind == "priority" else {}
    run = small(jobs, per_server=per_server, kind=kind, **keys)
    for second in range(0, 80, 3):
        assert_conserved(run.to(second + 0.5).world)
    assert_conserved(run.to(1e5).world)
    assert run.states == ["finished"] * len(jobs)
    assert run.world.clusters[0].free_devices == 6
    np.testing.assert_array_equal(run.world.jobs.executed_s, [job.work_s for job in jobs])


def shadow_s(run: Small, head: int) -> float:
    """When devices enough for a job will be free if running jobs run as long as they asked; a card with its last."""
    jobs, c = run.world.jobs, 0
    until = jobs.start_s + jobs.requested_s
    ends = [(float(until[j]), int(jobs.devices[j])) for j in running(run.world, c) if jobs.milli[j] == 0]
    ends += [(float(until[on].max()), 1) for on in cards_in_use(run.world, c).values()]
    free = 6 - sum(devices for _, devices in ends)
    for end, devices in sorted(ends):
        free += devices
        if free >= jobs.devices[head]:
            return end
    raise AssertionError("the head does not fit an empty cluster")


@settings(max_examples=150, deadline=None)
@given(JOBS)
def test_the_head_under_easy_starts_at_its_reservation_at_the_latest(jobs: list[Job]) -> None:
    run, promised = small(jobs, kind="easy"), dict[int, float]()
    for second in range(62 + sum(int(job.requested_s or job.work_s) for job in jobs)):
        run.to(second + 0.5)
        if waiting := queue(run.world, 0):
            promised.setdefault(waiting[0], shadow_s(run, waiting[0]))
    for head, latest_s in promised.items():
        assert run.world.jobs.start_s[head] <= latest_s
