"""Means with confidence intervals over seeds, paired where both sides saw the same seeds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

LEVEL = 0.95


@dataclass(frozen=True)
class Estimate:
    """
    A mean over seeds with its interval.

    Parameters
    ----------
    mean : float
    low, high : float or None
        Two-sided 95 % Student interval; None for a single seed, which tells nothing of the spread.
    count : int
        Seeds.
    """

    mean: float
    low: float | None
    high: float | None
    count: int

    @property
    def certain(self) -> bool | None:
        """Whether the interval leaves out zero; None where there is no interval."""
        return None if self.low is None or self.high is None else self.low > 0 or self.high < 0


@lru_cache(maxsize=256)
def student_quantile(level: float, freedom: int) -> float:
    """
    Return how many standard errors a two-sided Student interval reaches to each side.

    Examples
    --------
    >>> round(student_quantile(0.95, 4), 3)   # any printed table
    2.776
    """
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + level / 2.0))


def estimate(values: Sequence[float], level: float = LEVEL) -> Estimate:
    """
    Return the mean of independent values and its interval.

    Parameters
    ----------
    values : sequence of float
        One a seed, at least one.

    Examples
    --------
    >>> estimate([1.0, 2.0, 3.0]).mean
    2.0
    """
    count = len(values)
    mean = math.fsum(values) / count
    if count < 2:
        return Estimate(mean, None, None, count)
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (count - 1))
    reach = student_quantile(level, count - 1) * spread / math.sqrt(count)
    return Estimate(mean, mean - reach, mean + reach, count)


def paired(old: Mapping[int, float], new: Mapping[int, float]) -> Estimate | None:
    """
    Return the mean difference new - old over the seeds that both have.

    Common random numbers: with the same seed both see the same weather and, as far as they can, the same jobs, so the
    spread of the difference is that of the difference alone.

    Returns
    -------
    Estimate or None
        None if they share no seed.
    """
    both = [seed for seed in old if seed in new]
    return estimate([new[seed] - old[seed] for seed in both]) if both else None
