"""Correlated, autocorrelated Gaussian series and what turns them into a margin with given monthly means."""

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np

from energy_models.compiled import compiled
from energy_models.psychrometrics import Floats

_MONTH_DAYS = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_MONTH_MIDDLE = np.cumsum(_MONTH_DAYS) - _MONTH_DAYS / 2
_MATCH_ROUNDS = 8


@compiled
def _autoregress(noise: Floats, lag1: Floats, phi2: Floats, out: Floats) -> None:
    for series in range(noise.shape[1]):
        second = phi2[series]
        first = lag1[series] * (1.0 - second)
        # innovation variance that gives the process unit variance (Yule-Walker)
        spread = np.sqrt((1.0 + second) * ((1.0 - second) ** 2 - first**2) / (1.0 - second))
        for step in range(noise.shape[0]):
            if step == 0:
                out[step, series] = noise[step, series]
            elif step == 1:
                rest = np.sqrt(1.0 - lag1[series] ** 2)
                out[step, series] = lag1[series] * out[0, series] + rest * noise[step, series]
            else:
                memory = first * out[step - 1, series] + second * out[step - 2, series]
                out[step, series] = memory + spread * noise[step, series]


def gaussian_series(
    rng: np.random.Generator, steps: int, correlation: Floats, lag1: Floats, phi2: Floats | None = None
) -> Floats:
    """
    Standard Gaussian series with memory and correlation between them.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of randomness; ``steps x series`` numbers are drawn.
    steps : int
        Length.
    correlation : ndarray, shape (series, series)
        Correlation of the innovations; made positive semidefinite if rounding left it short of that.
    lag1 : ndarray, shape (series,)
        Autocorrelation after one step, above -1 and below 1. [-]
    phi2 : ndarray, shape (series,), optional
        Second coefficient of an AR(2) process, see `second_order`; none is AR(1). [-]

    Returns
    -------
    ndarray, shape (steps, series)
        Each with mean 0 and variance 1 in expectation, stationary from the first step. [-]
    """
    noise = np.ascontiguousarray(rng.standard_normal((steps, lag1.size)) @ _root(correlation).T)
    out = np.empty_like(noise)
    _autoregress(noise, np.asarray(lag1, dtype=float), np.zeros(lag1.size) if phi2 is None else phi2, out)
    return out


def _root(correlation: Floats) -> Floats:
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    return root / np.sqrt((root**2).sum(axis=1, keepdims=True))


def second_order(lag1: float, lag: int, target: float) -> float:
    """
    Second AR(2) coefficient with which a process of a given lag-1 autocorrelation has another one further on.

    Parameters
    ----------
    lag1 : float
        Autocorrelation after one step, from 0 to 1. [-]
    lag : int
        Steps of the other one, 2 or more.
    target : float
        Autocorrelation after `lag` steps; cut to what AR(2) with real positive roots can give. [-]

    Returns
    -------
    float
        From -0.98 to 0; by bisection of the Yule-Walker recursion. [-]
    """
    low, high = -0.98, 0.0
    for _ in range(50):
        middle = 0.5 * (low + high)
        # a more negative second coefficient shortens the memory at the same lag 1
        if _correlation_after(lag1, middle, lag) > target:
            high = middle
        else:
            low = middle
    return 0.5 * (low + high)


def _correlation_after(lag1: float, phi2: float, lag: int) -> float:
    phi1 = lag1 * (1.0 - phi2)
    before, now = 1.0, lag1
    for _ in range(lag - 1):
        before, now = now, phi1 * now + phi2 * before
    return now


def great_circle_km(latitude: Floats, longitude: Floats) -> Floats:
    """Return great-circle distances between places in degrees, shape (n, n) [km]."""
    phi, theta = np.radians(latitude), np.radians(longitude)
    half = (
        np.sin((phi[:, None] - phi) / 2) ** 2
        + np.cos(phi[:, None]) * np.cos(phi) * np.sin((theta[:, None] - theta) / 2) ** 2
    )
    return 2 * 6_371.0 * np.arcsin(np.sqrt(np.minimum(half, 1.0)))


def distance_correlation(latitude: Floats, longitude: Floats, length_km: float) -> Floats:
    """Return exp(-great-circle distance / length) between places in degrees, shape (n, n) [-]."""
    return np.exp(-great_circle_km(latitude, longitude) / length_km)


class Calendar:
    """Whole days a span of hours touches, with the month of each, and the cut that gives the span."""

    def __init__(self, start: datetime, hours: int) -> None:
        """Lay out the days from that of `start` (UTC+8, no zone) to that of the last of `hours` hours."""
        if hours < 1:
            raise ValueError(f"hours: got {hours}; expected 1 or more")
        self.midnight = start.replace(hour=0)
        self.days = -(-(start.hour + hours) // 24)
        self.cut = slice(start.hour, start.hour + hours)
        dates = [self.midnight + timedelta(days=day) for day in range(self.days)]
        self.dates = [date.date() for date in dates]
        self.month = np.array([date.month - 1 for date in dates])
        block = np.array([date.year * 12 + date.month for date in dates])
        self.block = block - block[0]
        self._day_of_year = np.array([date.timetuple().tm_yday - 0.5 for date in dates])

    def smooth(self, monthly: Floats) -> Floats:
        """Monthly values laid through the days, straight from mid-month to mid-month; shape (days,)."""
        middle = np.concatenate([_MONTH_MIDDLE - 365.25, _MONTH_MIDDLE, _MONTH_MIDDLE + 365.25])
        return np.interp(self._day_of_year, middle, np.tile(monthly, 3))

    def block_means(self, days: Floats) -> Floats:
        """Mean of a daily series (days,) over each calendar month it touches, shape (blocks,)."""
        return np.bincount(self.block, weights=days) / np.bincount(self.block)

    def block_values(self, monthly: Floats) -> Floats:
        """Monthly values of each calendar month touched, shape (blocks,)."""
        first = np.unique(self.block, return_index=True)[1]
        return monthly[self.month[first]]

    def block_smooth(self, values: Floats) -> Floats:
        """Lay values of the calendar months touched through the days; shape (days,)."""
        middle = self.block_means(np.arange(self.days, dtype=float))
        return np.interp(np.arange(self.days), middle, values)


def add_to_match(
    calendar: Calendar, build: Callable[[Floats], Floats], monthly: Floats, rounds: int = _MATCH_ROUNDS
) -> Floats:
    """
    Find the smooth daily offset with which a series has given monthly means.

    Parameters
    ----------
    calendar : Calendar
        The days.
    build : callable
        From an offset, shape (days,), to daily means, shape (days,).
    monthly : ndarray, shape (12,)
        Wanted means.
    rounds : int
        Corrections made; the error falls several times in each.

    Returns
    -------
    ndarray, shape (days,)
        Offset, in the unit of the series.
    """
    offset = np.zeros(calendar.days)
    target = calendar.block_values(monthly)
    for _ in range(rounds):
        offset = offset + calendar.block_smooth(target - calendar.block_means(build(offset)))
    return offset
