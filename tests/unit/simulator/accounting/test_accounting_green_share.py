"""The flat clean power that a least share lacks, against the plainest search for it."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.accounting.green_share import lacking_w


def share(load_j: np.ndarray, clean_j: np.ndarray, seconds: np.ndarray, more_w: float) -> float:
    return float(np.minimum(load_j, clean_j + more_w * seconds).sum() / load_j.sum())


@pytest.mark.parametrize("seed", range(20))
def test_it_is_the_least_power_that_reaches_the_share(seed: int) -> None:
    draw = np.random.default_rng(seed)
    blocks = int(draw.integers(1, 30))
    load_j, clean_j = draw.uniform(1.0, 10.0, blocks), draw.uniform(0.0, 12.0, blocks) * draw.integers(0, 2, blocks)
    seconds, left_j, least = draw.uniform(0.5, 2.0, blocks), draw.uniform(0.0, 20.0), draw.uniform(0.1, 1.0)
    with_left_j = load_j + left_j * seconds / seconds.sum()
    found_w = lacking_w(load_j, clean_j, seconds, left_j, least)
    assert share(with_left_j, clean_j, seconds, found_w) >= least - 1e-12
    if found_w > 0.0:
        assert share(with_left_j, clean_j, seconds, found_w * (1.0 - 1e-6)) < least


def test_nothing_is_lacking_where_the_share_is_there() -> None:
    assert lacking_w(np.array([1.0]), np.array([1.0]), np.array([1.0]), 0.0, 1.0) == 0.0
