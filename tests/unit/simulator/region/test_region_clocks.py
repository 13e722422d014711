"""Fixed frequency and power cap of a cluster: speed, watts, FLOP and what a breach may still take."""

from __future__ import annotations

import numpy as np
import pytest

from simulator import region as region_room
from simulator.region import Region
from tests.unit.simulator.scheduling.small_region import Job, Small, scenario


def made(bound: str = "compute", **cluster: object) -> Region:
    """One device a server, 100 W idle and 100 W more busy; half speed at 0.4 of the dynamic power."""
    return region_room.build(scenario({"c": cluster, "full": {}}, {"work": {"bound": bound, "compute_weight": 0.5}}))


@pytest.mark.parametrize(("bound", "speed"), [("compute", 0.75), ("memory", 1.0), ("mixed", 1.0 / (0.5 / 0.75 + 0.5))])
def test_a_lower_frequency_slows_work_by_what_it_is_bound_by(bound: str, speed: float) -> None:
    slow = made(bound, frequency=0.75)
    work = slow.kinds.index("work")
    assert slow.factor[work, 0] / slow.factor[work, 1] == pytest.approx(speed)
    assert slow.mfu[work, 0] / slow.mfu[work, 1] == pytest.approx(speed)  # so that work done is work counted
    # half way from 0.4 at half speed to 1
    assert slow.watts[work, 0] / slow.watts[work, 1] == pytest.approx(0.7)


def test_a_power_cap_binds_where_it_lies_below_full_power() -> None:
    capped, loose = made(power_cap="170 W"), made(power_cap="250 W")
    work = capped.kinds.index("work")
    assert capped.watts[work, 0] == pytest.approx(70.0)
    assert capped.factor[work, 0] == pytest.approx(0.75)
    assert (loose.watts[work, 0], loose.factor[work, 0]) == (loose.watts[work, 1], loose.factor[work, 1])
    both = made(power_cap="170 W", frequency=0.6)  # the lower clock rules
    assert both.factor[work, 0] == pytest.approx(0.6)


def test_a_breach_may_slow_only_what_is_left() -> None:
    slow = made(frequency=0.75)
    assert slow.speed_min[0] == pytest.approx(0.5 / 0.75)
    assert slow.power_at_speed_min[0] == pytest.approx(0.4 / 0.7)
    assert made(frequency=0.5).speed_min[0] == 1.0


def test_a_job_takes_longer_and_its_energy_falls_with_the_clock() -> None:
    spec = scenario({"c": {"frequency": 0.75, "idle_w": 0}, "full": {"idle_w": 0}})
    small = Small(spec, [Job(0.0, 300.0)])
    small.direct([[0.0, np.inf]])
    assert small.to(1000.0).states == ["finished"]
    job = small.world.jobs[0]
    # the reference device is that of cluster c at full clock
    assert job.finish_s == pytest.approx(400.0)
    assert job.energy_j == pytest.approx(400.0 * 70.0)
    assert job.flop == pytest.approx(300.0 * 0.5e12)
