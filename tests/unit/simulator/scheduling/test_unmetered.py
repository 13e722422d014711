"""A hub that is not metered: the same schedule as one whose cap never binds, and not a watt counted."""

from __future__ import annotations

import numpy as np
import pytest

from simulator import region
from simulator.scheduling import Kernel, make_world
from tests.unit.simulator.scheduling.conservation import assert_conserved
from tests.unit.simulator.scheduling.one_cluster import close, open_interval, workload_of
from tests.unit.simulator.scheduling.test_queues import queued


def finished(discipline: str, per_server: int, seed: int, *, metered: bool) -> Kernel:
    """A random trace with ties and blocked heads, run to its end in two pieces."""
    rng = np.random.default_rng(seed)
    submit = np.sort(rng.integers(0, 400, 250)).astype(float)
    run, devices = rng.integers(1, 40, 250).astype(float), rng.integers(1, 24, 250)
    requested = (run + rng.integers(0, 30, 250)).tolist()
    spec = queued(discipline, 32 // per_server, per_server)
    work = workload_of(submit, run, devices, requested=requested)
    made = Kernel(make_world(spec, region.build(spec), work, 2, metered=metered))
    open_interval(made, 1e12)
    made.commission(0)
    made.advance(150.0)
    assert_conserved(made.world, powered=metered)
    made.advance(1e6)
    return made


@pytest.mark.parametrize("discipline", ["fcfs", "sjf", "easy", "conservative"])
@pytest.mark.parametrize("per_server", [1, 8])
def test_the_schedule_is_the_same_and_no_energy_is_kept(discipline: str, per_server: int) -> None:
    for seed in range(3):
        plain, bare = (finished(discipline, per_server, seed, metered=metered) for metered in (True, False))
        for column in ("start_s", "finish_s", "state", "cluster"):
            np.testing.assert_array_equal(plain.world.jobs[column], bare.world.jobs[column])
        assert close(plain)[0][0] > 0.0
        assert not close(bare)[0][:7].any()


def test_a_cap_does_not_bind_where_nobody_meters() -> None:
    spec = queued("fcfs", 4)
    work = workload_of(np.zeros(4), np.full(4, 10.0), np.ones(4))

    def ends(metered: bool) -> list[float]:
        made = Kernel(make_world(spec, region.build(spec), work, 2, metered=metered))
        open_interval(made, 650.0)  # four servers idle at 100 W, and watts for two jobs at 100 W more
        made.commission(0)
        made.advance(1e6)
        return made.world.jobs["finish_s"].tolist()

    assert ends(True) == [10.0, 10.0, 20.0, 20.0]
    assert ends(False) == [10.0] * 4
