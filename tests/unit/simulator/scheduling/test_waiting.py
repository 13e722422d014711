"""The queue of EASY, split into bands of device counts: what it finds against a look at every job."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.scheduling import World
from simulator.scheduling.kernel import waiting
from tests.unit.simulator.scheduling.conservation import assert_conserved, queue
from tests.unit.simulator.scheduling.one_cluster import kernel, workload
from tests.unit.simulator.scheduling.test_queues import Row, easy_reference, queued, run


def blocked(discipline: str, count: int, largest: int, seed: int) -> World:
    """A cluster on which one job holds all and `count` wait, one of them put back into the middle."""
    rng = np.random.default_rng(seed)
    sizes, lengths = rng.integers(1, largest + 1, count), rng.integers(1, 50, count)
    rows: list[Row] = [(0, 1000, largest), *((1.0, float(s), int(d)) for s, d in zip(lengths, sizes, strict=True))]
    made = kernel(queued(discipline, largest), workload(rows))
    made.advance(2.0)
    world = made.world
    waiting.leave(world, 0, count // 2)
    waiting.join(world, 0, count // 2)
    assert_conserved(world)
    return world


@pytest.mark.parametrize("seed", range(4))
def test_the_first_that_fits_and_the_next_are_those_of_a_look_at_every_job(seed: int) -> None:
    world = blocked("easy", 120, 400, seed)
    order, nodes = queue(world, 0), world.nodes
    assert len(order) == 120
    for devices in [0, *range(1, 20), 31, 32, 33, 40, 63, 64, 100, 255, 256, 399, 400, 500]:
        for request_s in [0.5, 3.0, 20.0, np.inf]:
            fit = [j for j in order if nodes.own_devices[j] <= devices and nodes.request_s[j] <= request_s]
            assert waiting.first_fit(world, 0, devices, request_s) == next(iter(fit), -1)
            for place in (0, 17, 60, 119):
                later = [j for j in fit if order.index(j) > place]
                assert waiting.fit_behind(world, 0, order[place], devices, request_s) == next(iter(later), -1)


@pytest.mark.parametrize("discipline", ["easy", "sjf"])
def test_the_queue_can_be_walked_in_order_across_bands(discipline: str) -> None:
    world = blocked(discipline, 60, 90, 5)
    walked, j = [], int(world.clusters[0].head)
    while j >= 0:
        walked.append(j)
        j = waiting.behind(world, 0, j)
    assert walked == queue(world, 0)


def test_bands_are_narrow_and_in_order() -> None:
    bands = [waiting.band(devices) for devices in range(1, 5000)]
    assert bands[:15] == list(range(1, 16))
    assert set(np.diff(bands)) == {0, 1}
    for number in range(16, max(bands)):  # the last one is cut by the range
        inside = [devices for devices in range(1, 5000) if bands[devices - 1] == number]
        assert max(inside) < inside[0] * 1.125


@pytest.mark.parametrize("seed", range(6))
def test_easy_with_many_sizes_starts_as_the_plain_reference_says(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    for submit in np.sort(rng.integers(0, 300, 150)):
        rows.append((float(submit), float(rng.integers(1, 60)), int(rng.integers(1, 70))))
    requested = [row[1] + float(rng.integers(0, 40)) for row in rows]
    assert run("easy", rows, 100, requested).start_s.tolist() == easy_reference(rows, requested, 100)
