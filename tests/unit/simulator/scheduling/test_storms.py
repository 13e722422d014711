"""Failures, suspension, caps and services together: nothing lost, nothing twice, and the same in plain Python."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

from simulator.scheduling.kernel.lifecycle import held_devices
from tests.pipeline import ROOT
from tests.unit.simulator.scheduling.conservation import assert_conserved
from tests.unit.simulator.scheduling.storms import Storm

SEEDS = range(60)


def in_process(*seeds: int, **environment: str) -> list[str]:
    """Digests from a process of its own."""
    command = [sys.executable, "-m", "tests.unit.simulator.scheduling.storms", *map(str, seeds)]
    done = subprocess.run(
        command, env=os.environ | environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_storms_have_everything_in_them() -> None:
    seen = Counter[str]()
    for seed in SEEDS:
        seen.update(f"{e.kind} by {e.cause}" for e in Storm(seed).weather_through().run.events)
    assert {
        "requeue by failure", "requeue by power", "suspend by power", "suspend by service", "suspend by priority",
        "give_up by failure", "server_failed by failure", "server_off by power", "slow by power", "trip by power",
        "power_down by idle", "boot by demand", "booted by demand", "boot_cancelled by power",
        "resize by idle", "resize by demand",
    } <= set(seen)  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_at_every_instant_all_is_in_one_place_and_at_the_end_every_job_has_gone_once(seed: int) -> None:
    storm = Storm(seed)
    for _ in storm.instants():
        assert_conserved(storm.run.world)
    jobs, states = storm.run.world.jobs, Counter(storm.run.states)
    assert set(states) <= {"finished", "failed", "killed", "rejected"}
    assert sum(states.values()) == len(jobs)
    assert not np.isnan(jobs.finish_s).any()
    whole = (jobs.state != 4) & (jobs.reason == 0)
    np.testing.assert_array_equal(jobs.state[whole], jobs.outcome[whole])
    np.testing.assert_array_equal(jobs.done_s[whole], jobs.work_s[whole])


@pytest.mark.parametrize("seed", SEEDS)
def test_work_energy_operations_and_device_time_of_the_jobs_add_up_to_those_of_the_place(seed: int) -> None:
    storm = Storm(seed, services=False).weather_through()
    world, clusters = storm.run.world, len(storm.cluster_rows)
    jobs, pairs = world.jobs, world.pairs
    np.testing.assert_allclose(jobs.executed_s, jobs.done_s + jobs.lost_s, rtol=1e-9, atol=1e-9)
    it_j, idle_j, jobs_j, services_j = storm.hub_rows[0, :4]
    assert it_j == pytest.approx(idle_j + jobs_j + services_j, rel=1e-9)
    assert jobs.energy_j.sum() == pytest.approx(jobs_j, rel=1e-9)
    for c in range(clusters):
        mine = np.flatnonzero(jobs.cluster == c)
        allocated, utilised, effective, _asleep, _booting, lost = storm.cluster_rows[c, 3:]
        if (jobs.milli[mine] == 0).all():  # a card is allocated whole, however little of it is shared out
            assert jobs.held_device_s[mine].sum() == pytest.approx(allocated, rel=1e-9, abs=1e-6)
        kind = jobs.kind[mine]
        if not world.kinds.malleable[kind].any():
            whole = np.array([held_devices(world, np.int64(j), np.int64(c)) for j in mine])
            wall_s = jobs.held_device_s[mine] / np.where(jobs.milli[mine] > 0, jobs.width[mine], whole)
            assert (wall_s * jobs.width[mine] * world.kinds.duty[kind]).sum() == pytest.approx(utilised, rel=1e-9)
        peak = pairs.flops[kind, c] / pairs.effective[kind, c]
        assert (jobs.flop[mine] / peak).sum() == pytest.approx(effective, rel=1e-9, abs=1e-6)
        useless = jobs.lost_s[mine] * jobs.asked_width[mine] / pairs.factor[kind, c] * pairs.effective[kind, c]
        assert useless.sum() == pytest.approx(lost, rel=1e-9, abs=1e-6)


def test_plain_python_weathers_the_same_storms_to_the_last_bit() -> None:
    seeds = SEEDS[:20]
    assert in_process(*seeds, NUMBA_DISABLE_JIT="1") == [Storm(seed).weather_through().digest() for seed in seeds]


def test_failures_do_not_depend_on_the_order_of_runs_or_the_hash_seed() -> None:
    forwards = in_process(*SEEDS[:10], PYTHONHASHSEED="1")
    assert in_process(*reversed(SEEDS[:10]), PYTHONHASHSEED="77") == forwards[::-1]
    assert len(set(forwards)) == len(forwards)
