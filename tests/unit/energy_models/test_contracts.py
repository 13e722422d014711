"""Matching: V20 to its digits."""

import numpy as np
import pytest

from energy_models.contracts import cfe_score, matched_j, yearly_cover

SOLAR = np.array([0] * 6 + [5, 15, 25, 32, 36, 38, 36, 32, 25, 15, 5] + [0] * 7, dtype=float)
LOAD = np.full(24, 10.0)
HOUR = np.arange(24)


def test_v20_three_answers_to_one_question() -> None:
    assert yearly_cover(LOAD, SOLAR) == pytest.approx(1.10, rel=1e-12)
    assert cfe_score(LOAD, SOLAR, HOUR) == pytest.approx(0.416667, abs=5e-7)
    assert cfe_score(LOAD, SOLAR, HOUR, grid_clean_share=np.full(24, 0.3)) == pytest.approx(0.591667, abs=5e-7)


def test_longer_blocks_never_match_less() -> None:
    rng = np.random.default_rng(0)
    load, clean = rng.uniform(1, 2, 8760), rng.uniform(0, 4, 8760)
    hourly, daily = (matched_j(load, clean, np.arange(8760) // size) for size in (1, 24))
    yearly = matched_j(load, clean, np.zeros(8760, dtype=int))
    assert hourly < daily <= yearly <= load.sum()


def test_quarter_hours_are_netted_inside_their_clock_hour() -> None:
    clean = np.array([4.0, 0.0, 0.0, 0.0])
    assert matched_j(np.ones(4), clean, np.zeros(4, dtype=int)) == 4.0
    assert matched_j(np.ones(4), clean, np.arange(4)) == 1.0


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="shapes"):
        matched_j(np.ones(3), np.ones(2), np.arange(3))
    with pytest.raises(ValueError, match="no load"):
        cfe_score(np.zeros(2), np.ones(2), np.arange(2))
