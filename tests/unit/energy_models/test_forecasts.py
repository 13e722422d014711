"""Forecasts of hourly series: what each says, that none but the perfect one knows the future, and how wrong they are."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from energy_models.forecasts import (
    LEARN_AFTER_H,
    Forecast,
    Learned,
    Perfect,
    Persistence,
    SeasonalNaive,
    mean_absolute_error,
)

HOURS = 24 * 7 * 12
CAUSAL: dict[str, Callable[[np.ndarray], Forecast]] = {
    "persistence": Persistence,
    "seasonal_naive": SeasonalNaive,
    "learned": Learned,
}


def daily(noise: float = 0.0, weekend: float = 0.0) -> np.ndarray:
    """Two columns with a day shape, lower at the weekend, with a disturbance that lasts some hours."""
    hour = np.arange(HOURS)
    rng = np.random.default_rng(5)
    shape = 10.0 + 4.0 * np.sin(2 * np.pi * hour / 24) - weekend * (hour // 24 % 7 >= 5)
    slow = np.convolve(rng.normal(size=HOURS + 5), np.ones(6) / 6, mode="valid")[:HOURS]
    return np.column_stack([shape + noise * slow, 2.0 * shape])


def test_the_perfect_one_says_what_will_be_and_the_last_value_beyond_the_end() -> None:
    values = daily()
    np.testing.assert_array_equal(Perfect(values).at(30, 5), values[30:35])
    np.testing.assert_array_equal(Perfect(values).at(HOURS - 1, 3), values[[-1, -1, -1]])


def test_a_declared_error_has_its_size_a_day_ahead_grows_with_the_lead_and_spares_the_present() -> None:
    values = np.full((6000, 1), 10.0)
    forecast = Perfect(values, 0.1, np.random.default_rng(1))
    ahead = np.array([forecast.at(hour, 25)[:, 0] for hour in range(5900)])
    assert (ahead[:, 0] == 10.0).all()
    # 5,900 independent draws: the standard error of a standard deviation of 1 is 0.009
    assert ahead[:, 24].std() == pytest.approx(1.0, abs=0.04)
    assert ahead[:, 6].std() == pytest.approx(0.5, abs=0.02)


def test_persistence_repeats_the_present() -> None:
    values = daily()
    np.testing.assert_array_equal(Persistence(values).at(30, 3), values[[30, 30, 30]])


def test_seasonal_naive_takes_the_last_known_day() -> None:
    values = daily(noise=1.0)
    said = SeasonalNaive(values).at(100, 50)
    np.testing.assert_array_equal(said[0], values[100])
    np.testing.assert_array_equal(said[1], values[77])
    np.testing.assert_array_equal(said[24], values[100])
    np.testing.assert_array_equal(said[25], values[77])
    np.testing.assert_array_equal(SeasonalNaive(values).at(3, 5), values[[3, 3, 3, 3, 3]])


@pytest.mark.parametrize("name", CAUSAL)
def test_another_future_changes_nothing_that_is_said_now(name: str) -> None:
    now = LEARN_AFTER_H + 24 * 30 + 7
    values = daily(noise=1.0, weekend=2.0)
    other = values.copy()
    other[now + 1 :] = 99.0
    np.testing.assert_array_equal(CAUSAL[name](values).at(now, 49), CAUSAL[name](other).at(now, 49))


def test_that_test_catches_a_forecast_that_peeks() -> None:
    values = daily(noise=1.0)
    other = values.copy()
    other[501:] = 99.0
    assert (Perfect(values).at(500, 24) != Perfect(other).at(500, 24)).any()


def test_the_learned_one_is_better_than_those_it_starts_from_where_there_is_something_to_learn() -> None:
    values = daily(noise=1.0, weekend=2.0)
    weeks = range(24 * 7 * 6, HOURS)
    error = {name: mean_absolute_error(make(values), values, (1, 24), weeks) for name, make in CAUSAL.items()}
    assert error["learned"][0, 0] < 0.8 * error["seasonal_naive"][0, 0]
    assert error["learned"][1, 0] < error["seasonal_naive"][1, 0]
    assert error["learned"][1, 0] < error["persistence"][1, 0]


def test_the_learned_one_is_the_naive_one_before_it_has_a_past() -> None:
    values = daily(noise=1.0)
    np.testing.assert_array_equal(Learned(values).at(100, 30), SeasonalNaive(values).at(100, 30))


def test_mean_absolute_error_by_lead_by_hand() -> None:
    values = np.array([[0.0], [1.0], [3.0], [6.0]])
    # persistence one hour ahead is wrong by 1, 2 (and 3, left out: two hours ahead lie beyond the end); two ahead 3, 5
    error = mean_absolute_error(Persistence(values), values, (1, 2), range(4))
    assert error[:, 0].tolist() == [1.5, 4.0]


def test_without_scikit_learn_the_message_names_the_group(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("sklearn"):
            raise ModuleNotFoundError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ModuleNotFoundError, match=r"suandian\[forecast\]"):
        Learned(daily())
