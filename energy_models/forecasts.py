"""
Forecasts of hourly series, and how wrong they are.

Each forecast is an object with `at(hour, hours)`: what is expected, standing in an hour, for that hour and the next
ones, column by column. The present hour is always known. All but `Perfect` look at the past alone.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

DAY_H, WEEK_H = 24, 168
LEARN_AFTER_H = 2 * WEEK_H  # a learned forecast needs some past; before, it is the seasonal naive one
LEARN_EVERY_H = 4 * WEEK_H  # between trainings
LEARN_FROM_H = 26 * WEEK_H  # of the past, what a training looks at
LEARN_STRIDE_H = 5  # between the hours a training takes; shares no factor with the day, so that all hours come up
LEADS_LEARNT = (1, 2, 3, 6, 12, 18, 24, 36, 48)  # hours ahead that a training takes; between them, the next longer
TREES, LEAVES, RATE = 60, 15, 0.1  # small trees: a year of a dozen series is to be learnt in seconds


class Forecast(Protocol):
    """What is expected of some series."""

    def at(self, hour: int, hours: int) -> Floats:
        """Return shape (hours, columns): the hour itself, then what is expected of the next ones."""


class Perfect:
    """
    The series itself, with a declared error if one is given.

    Parameters
    ----------
    values : ndarray, shape (hours, columns)
    error : float
        Standard deviation of the relative error a day ahead; it grows with the square root of the lead. [-]
    rng : Generator, optional
        Draws the error of each hour once, so that it shrinks as the hour comes nearer.
    """

    def __init__(self, values: Floats, error: float = 0.0, rng: np.random.Generator | None = None) -> None:
        self._values = values
        self._error = error * rng.standard_normal(values.shape) if rng is not None and error > 0.0 else None

    def at(self, hour: int, hours: int) -> Floats:
        """Return what will be; beyond the end of the series, its last value."""
        rows = np.minimum(hour + np.arange(hours), len(self._values) - 1)
        future: Floats = self._values[rows]
        if self._error is not None:
            grown = np.sqrt(np.arange(hours) / DAY_H)[:, None]
            future = future * np.maximum(0.0, 1.0 + grown * self._error[rows])
        return future


class Persistence:
    """All stays as it is now."""

    def __init__(self, values: Floats) -> None:
        self._values = values

    def at(self, hour: int, hours: int) -> Floats:
        """Return the present value, again and again."""
        return np.repeat(self._values[hour : hour + 1], hours, axis=0)


class SeasonalNaive:
    """Each hour is as the same hour was on the last day that is known; on the first day, as it is now."""

    def __init__(self, values: Floats) -> None:
        self._values = values

    def at(self, hour: int, hours: int) -> Floats:
        """Return the last known value of the same hour of the day."""
        ahead = np.arange(hours)
        rows = hour + ahead - DAY_H * -(-ahead // DAY_H)
        return self._values[np.where(rows < 0, hour, rows)]


class Learned:
    """
    Gradient-boosted trees on calendar and lags, trained on the past only and again every four weeks.

    What is learnt is the difference from the seasonal naive forecast, from the hour of the day, the day of the week,
    the lead, the present value, and the values a day and a week before the hour in question. In the first two weeks
    it is the seasonal naive forecast.

    Parameters
    ----------
    values : ndarray, shape (hours, columns)
    horizon : int
        Longest lead that will be asked; beyond, the seasonal naive forecast. [h]

    Raises
    ------
    ModuleNotFoundError
        Without scikit-learn; it comes with the optional group ``forecast``.
    """

    def __init__(self, values: Floats, horizon: int = 2 * DAY_H) -> None:
        self._values, self._horizon, self._naive = values, horizon, SeasonalNaive(values)
        self._trained: dict[int, Floats] = {}
        _regressor()  # tell at once if it is missing

    def at(self, hour: int, hours: int) -> Floats:
        """Return the naive forecast with what was learnt added, up to the horizon."""
        expected = self._naive.at(hour, hours)
        block = (hour - LEARN_AFTER_H) // LEARN_EVERY_H
        if block >= 0:
            added = self._corrections(block)[hour - LEARN_AFTER_H - block * LEARN_EVERY_H]
            known = min(hours - 1, self._horizon)
            expected[1 : known + 1] += added[:known]
        return expected

    def _corrections(self, block: int) -> Floats:
        """Return the corrections of all hours until the next training, shape (hours, leads, columns)."""
        if block not in self._trained:
            now = LEARN_AFTER_H + block * LEARN_EVERY_H
            issued = np.arange(now, min(now + LEARN_EVERY_H, len(self._values)))
            columns = [self._learn(column, now, issued) for column in range(self._values.shape[1])]
            self._trained[block] = np.stack(columns, axis=2)
        return self._trained[block]

    def _learn(self, column: int, now: int, issued: npt.NDArray[np.int64]) -> Floats:
        series, leads = self._values[:, column], np.arange(1, self._horizon + 1)
        last = now - max(LEADS_LEARNT)  # of what is forecast up to here, all outcomes are known by now
        past = np.arange(max(WEEK_H, now - LEARN_FROM_H), last, LEARN_STRIDE_H)
        if past.size == 0 or np.ptp(series[:now]) == 0.0:
            return np.zeros((len(issued), len(leads)))
        x, naive = _features(series, past, np.array(LEADS_LEARNT))
        truth = series[(past[:, None] + np.array(LEADS_LEARNT)[None, :]).ravel()]
        model = _regressor()(max_iter=TREES, max_leaf_nodes=LEAVES, learning_rate=RATE, early_stopping=False)
        model.fit(x, truth - naive)
        longer = np.array(LEADS_LEARNT)[np.minimum(np.searchsorted(LEADS_LEARNT, leads), len(LEADS_LEARNT) - 1)]
        x, _ = _features(series, issued, leads, told=longer)
        return np.asarray(model.predict(x), dtype=np.float64).reshape(len(issued), len(leads))


def _features(
    series: Floats,
    issued: npt.NDArray[np.int64],
    leads: npt.NDArray[np.int64],
    told: npt.NDArray[np.int64] | None = None,
) -> tuple[Floats, Floats]:
    """Return what a forecast issued in some hours may know of the hours ahead, and the seasonal naive forecast."""
    lead = np.tile(leads, len(issued))
    hour = np.repeat(issued, len(leads))
    target = hour + lead
    naive = series[np.maximum(0, target - DAY_H * -(-lead // DAY_H))]
    week = series[np.maximum(0, target - WEEK_H * -(-lead // WEEK_H))]
    shown = np.tile(told, len(issued)) if told is not None else lead
    now, day_ago = series[hour], series[np.maximum(0, hour - DAY_H)]
    return np.column_stack([target % DAY_H, target // DAY_H % 7, shown, now, now - day_ago, naive, week]), naive


def _regressor():  # type: ignore[no-untyped-def]
    try:
        from sklearn.ensemble import HistGradientBoostingRegressor
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "the learned forecast needs scikit-learn: install the optional group with pip install 'suandian[forecast]'"
        ) from error
    return HistGradientBoostingRegressor


def mean_absolute_error(forecast: Forecast, values: Floats, leads: tuple[int, ...], hours: range) -> Floats:
    """
    Return the mean absolute error of a forecast by lead.

    Parameters
    ----------
    forecast : Forecast
    values : ndarray, shape (all hours, columns)
        What came true.
    leads : tuple of int
        [h]
    hours : range
        Hours in which the forecasts are issued; those whose outcome lies beyond the series are left out.

    Returns
    -------
    ndarray, shape (leads, columns)
        In the unit of the values.
    """
    longest = max(leads)
    issued = [hour for hour in hours if hour + longest < len(values)]
    rows = np.array(leads)
    total = np.zeros((len(leads), values.shape[1]))
    for hour in issued:
        total += np.abs(forecast.at(hour, longest + 1)[rows] - values[hour + rows])
    return total / max(1, len(issued))
