"""
How long things work and how long they are broken: random durations of a given mean.

All take a `numpy.random.Generator` and return seconds. A Weibull shape below 1 means that failures come early (and in
clusters), 1 is the exponential distribution, above 1 they come with age. The lognormal is the usual fit of repair
times (Schroeder and Gibson 2010).

References
----------
.. [1] B. Schroeder and G. A. Gibson, "A Large-Scale Study of Failures in High-Performance Computing Systems," IEEE
   Trans. Dependable Secure Comput., vol. 7, no. 4, pp. 337-350, 2010, doi:10.1109/TDSC.2009.4.
"""

from __future__ import annotations

import math

import numpy as np


def exponential_s(rng: np.random.Generator, mean_s: float, count: int) -> np.ndarray:
    """Draw exponential durations, shape (count,). [s]"""
    return mean_s * rng.standard_exponential(count)


def weibull_s(rng: np.random.Generator, mean_s: float, shape: float, count: int) -> np.ndarray:
    """
    Draw Weibull durations.

    Parameters
    ----------
    rng : Generator
    mean_s : float
        Mean, not the scale. [s]
    shape : float
        Above 0. [-]
    count : int

    Returns
    -------
    ndarray, shape (count,)
        [s]

    Examples
    --------
    >>> float(weibull_s(np.random.default_rng(1), 100.0, 1.0, 3)[0]) == float(
    ...     exponential_s(np.random.default_rng(1), 100.0, 3)[0]
    ... )
    True
    """
    return mean_s / math.gamma(1.0 + 1.0 / shape) * rng.weibull(shape, count)


def lognormal_s(rng: np.random.Generator, mean_s: float, sigma: float, count: int) -> np.ndarray:
    """
    Draw lognormal durations.

    Parameters
    ----------
    rng : Generator
    mean_s : float
        Mean of the durations themselves. [s]
    sigma : float
        Standard deviation of their natural logarithm. [-]
    count : int

    Returns
    -------
    ndarray, shape (count,)
        [s]
    """
    return mean_s * np.exp(sigma * rng.standard_normal(count) - sigma * sigma / 2.0)
