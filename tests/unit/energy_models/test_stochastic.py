"""Autoregressive series: closed forms."""

import numpy as np
import pytest

from energy_models.stochastic import distance_correlation, gaussian_series, second_order


def test_ar1_has_the_memory_asked_for() -> None:
    series = gaussian_series(np.random.default_rng(0), 200_000, np.eye(2), np.array([0.5, 0.9]))
    for column, lag1 in enumerate((0.5, 0.9)):
        # standard error of a correlation here: below 0.004
        assert np.corrcoef(series[1:, column], series[:-1, column])[0, 1] == pytest.approx(lag1, abs=0.015)
        assert series[:, column].var() == pytest.approx(1.0, abs=0.08)


def test_ar2_has_both_memories_asked_for() -> None:
    phi2 = np.array([second_order(0.9867, 24, 0.316)])
    series = gaussian_series(np.random.default_rng(1), 400_000, np.eye(1), np.array([0.9867]), phi2)[:, 0]
    assert np.corrcoef(series[1:], series[:-1])[0, 1] == pytest.approx(0.9867, abs=0.002)
    assert np.corrcoef(series[24:], series[:-24])[0, 1] == pytest.approx(0.316, abs=0.03)
    assert series.var() == pytest.approx(1.0, abs=0.06)


def test_series_are_tied_as_asked_even_if_the_matrix_is_no_correlation() -> None:
    wanted = np.array([[1.0, 0.8], [0.8, 1.0]])
    series = gaussian_series(np.random.default_rng(2), 50_000, wanted, np.array([0.5, 0.5]))
    assert np.corrcoef(series.T)[0, 1] == pytest.approx(0.8, abs=0.02)
    impossible = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])
    assert np.isfinite(gaussian_series(np.random.default_rng(2), 10, impossible, np.full(3, 0.5))).all()


def test_correlation_falls_with_great_circle_distance() -> None:
    # Shanghai People's Square to Hangzhou West Lake is 164 km
    found = distance_correlation(np.array([31.23, 30.25]), np.array([121.47, 120.15]), 100.0)
    assert -100.0 * np.log(found[0, 1]) == pytest.approx(167.0, abs=4.0)
    assert found[0, 0] == 1.0
