"""
When jobs come: clock hours with the measured day and week shape, times a random factor that clusters them.

Hourly counts are Poisson around ``rate = capacity x day shape x week shape x factor`` (a log-Gaussian Cox
process). The factor has mean 1 and is a lognormal autoregression of order one; its variance and memory are
solved for, so that the counts have the asked index of dispersion (variance over mean, day shape included) and
the measured autocorrelation at one hour. All classes of one source share the factor. Public holidays count as
weekdays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from simulator.scenario import UTC8

if TYPE_CHECKING:
    from simulator.workload.calibration import ArrivalRow
    from simulator.workload.model import EnergisedCapacity

HOUR_S = 3600.0


@dataclass(frozen=True)
class Hours:
    """
    The clock hours of a run; the first and the last may be parts of an hour.

    Attributes
    ----------
    edges_s : ndarray, shape (hours + 1,)
        From -warm_up to the horizon. [s]
    hour, weekday, month : ndarray of int, shape (hours,)
        Local hour of day, weekday (0 = Monday), and number of the calendar month counted from the first.
    capacity_device_s : ndarray, shape (hours,)
        Energised reference devices over the hour. [device s]
    """

    edges_s: np.ndarray
    hour: np.ndarray
    weekday: np.ndarray
    month: np.ndarray
    capacity_device_s: np.ndarray

    @classmethod
    def of(cls, start: datetime, begin_s: float, end_s: float, energised: EnergisedCapacity) -> Hours:
        """Lay out the hours from `begin_s` to `end_s` after `start`."""
        local = start.astimezone(UTC8) + timedelta(seconds=begin_s)
        first = local.replace(minute=0, second=0, microsecond=0)
        offset_s = (local - first).total_seconds()
        count = int(np.ceil((end_s - begin_s + offset_s) / HOUR_S))
        edges = np.clip(begin_s - offset_s + HOUR_S * np.arange(count + 1), begin_s, end_s)
        naive = np.datetime64(first.replace(tzinfo=None), "h") + np.arange(count)
        days = naive.astype("datetime64[D]").astype(np.int64)  # days since 1970-01-01, a Thursday
        months = naive.astype("datetime64[M]").astype(np.int64)
        hour = naive.astype(np.int64) % 24
        return cls(edges, hour, (days + 3) % 7, months - months[0], energised.device_s(edges))

    def by_month(self, values: np.ndarray) -> np.ndarray:
        """Sum hourly values over calendar months."""
        return np.bincount(self.month, weights=values)

    def weights(self, row: ArrivalRow) -> np.ndarray:
        """Return how a month's submissions spread over its hours; each month sums to 1."""
        return self.normalised(self.capacity_device_s * row.by_hour[self.hour] * row.by_weekday[self.weekday])

    def normalised(self, weights: np.ndarray) -> np.ndarray:
        """Scale hourly weights so that each month sums to 1; a month without any stays 0."""
        total = self.by_month(weights)
        return weights / np.where(total > 0, total, 1.0)[self.month]


@dataclass(frozen=True)
class Burst:
    """
    The random factor of hourly rates.

    Attributes
    ----------
    variance : float
        Of the factor; 0 = none. [-]
    memory : float
        Autocorrelation of its logarithm at one hour. [-]
    floor : float
        Index of dispersion of the counts without the factor. [-]
    """

    variance: float
    memory: float
    floor: float

    def draw(self, rng: np.random.Generator, hours: int) -> np.ndarray:
        """Draw the factor of each hour, mean 1."""
        sigma2 = np.log1p(self.variance)
        return np.exp(np.sqrt(sigma2) * autoregression(rng, hours, self.memory) - sigma2 / 2.0)


def autoregression(rng: np.random.Generator, count: int, memory: float) -> np.ndarray:
    """Draw a stationary autoregression of order one with mean 0 and variance 1, shape (count,)."""
    noise = (rng.standard_normal(count) * np.sqrt(1.0 - memory**2)).tolist()
    if count:
        noise[0] /= np.sqrt(1.0 - memory**2)
    for i in range(1, count):
        noise[i] += memory * noise[i - 1]
    return np.array(noise)


def lognormal_memory(variance: float, correlation: float) -> float:
    """Return the autocorrelation of the logarithm that gives a lognormal of mean 1 this `correlation`."""
    return float(np.log1p(correlation * variance) / np.log1p(variance)) if variance > 0 else 0.0


def solve_burst(expected: np.ndarray, dispersion: float, lag_1h: float) -> Burst:
    """
    Find the factor that gives hourly counts the asked clustering.

    With expected counts r and a factor g of mean 1 and variance v: Var N = mean r + Var r + v mean r^2, and
    the covariance at one hour is Cov(r, r') + c mean(r r'), with c that of g.

    Parameters
    ----------
    expected : ndarray, shape (hours,)
        Expected counts without the factor. [job]
    dispersion : float
        Asked variance over mean of the counts. [-]
    lag_1h : float
        Asked autocorrelation of the counts. [-]

    Returns
    -------
    Burst
        Without variance where the shape alone already gives the asked dispersion.
    """
    mean = expected.mean()
    if not mean > 0:
        return Burst(0.0, 0.0, 0.0)
    floor = float(1.0 + expected.var() / mean)
    variance = float((dispersion - floor) * mean / (expected**2).mean())
    if variance <= 0:
        return Burst(0.0, 0.0, floor)
    pairs = expected[:-1] * expected[1:]
    if not pairs.sum() > 0:
        return Burst(variance, 0.0, floor)
    shape_part = ((expected[:-1] - mean) * (expected[1:] - mean)).mean()
    covariance = (lag_1h * dispersion * mean - shape_part) / pairs.mean()
    correlation = float(np.clip(covariance / variance, 0.0, 0.99))
    return Burst(variance, lognormal_memory(variance, correlation), floor)


def draw_times(
    rng: np.random.Generator, hours: Hours, weights: np.ndarray, monthly: np.ndarray, *, together: float
) -> np.ndarray:
    """
    Draw submission times.

    Parameters
    ----------
    rng : Generator
    hours : Hours
    weights : ndarray, shape (hours,)
        Share of a month's submissions in each hour; each month sums to 1. [-]
    monthly : ndarray of int, shape (months,)
        Submissions of each month. [job]
    together : float
        Share of submissions at the very instant of the one before. [-]

    Returns
    -------
    ndarray, shape (monthly.sum(),)
        Sorted. [s]
    """
    counts = np.zeros(len(weights), dtype=np.int64)
    for month in np.flatnonzero(monthly):
        here = np.flatnonzero(hours.month == month)
        counts[here] = rng.multinomial(monthly[month], weights[here] / weights[here].sum())
    hour = np.repeat(np.arange(len(counts)), counts)
    width = np.diff(hours.edges_s)
    times = rng.random(len(hour))
    times *= width[hour]
    times += hours.edges_s[hour]
    np.minimum(times, np.nextafter(hours.edges_s[-1], -np.inf), out=times)  # rounding may not reach the horizon
    times.sort()
    return _together(rng, times, hour, together) if together > 0 else times


def _together(rng: np.random.Generator, times: np.ndarray, hour: np.ndarray, share: float) -> np.ndarray:
    same = rng.random(len(times)) < share
    same[:1] = False
    same[1:] &= hour[1:] == hour[:-1]
    return times[np.maximum.accumulate(np.where(same, 0, np.arange(len(times))))]


def clustering(submit_s: np.ndarray, edges_s: np.ndarray) -> dict[str, float]:
    """Measure hourly counts: mean, index of dispersion, autocorrelation at one hour (0 where undefined)."""
    counts = np.histogram(submit_s, edges_s)[0].astype(float)
    mean, variance = counts.mean(), counts.var()
    lag = ((counts[1:] - mean) * (counts[:-1] - mean)).mean() / variance if counts.size > 1 and variance > 0 else 0.0
    return {
        "hourly_mean": float(mean),
        "index_of_dispersion": float(variance / mean) if mean > 0 else 0.0,
        "lag_1h": float(lag),
    }
