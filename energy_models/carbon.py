"""Hourly carbon intensity of a province from its official yearly factor and the shapes of load, sun and wind.

No hourly intensity of Chinese provinces is published. Here the fossil part of an hour is its load less PV,
wind and a flat clean part; the average intensity follows it and is scaled so that the load-weighted mean is
the official factor. The marginal factor is another series for another use: never mix them. Left out: imports
and their origin, plant types, ramps. Shares of Zhejiang: ``coefficients/carbon.csv``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from energy_models.psychrometrics import Floats
from energy_models.tables import value


@dataclass(frozen=True)
class CleanParts:
    """Yearly output of PV, wind, and plant that runs through over a province's use. [-]"""

    pv: float
    wind: float
    flat: float

    def within(self, clean_share: float) -> CleanParts:
        """Return what stays where the clean share of the use is given: the rest is sent away, in proportion."""
        total = self.pv + self.wind + self.flat
        if total <= clean_share:
            return self
        kept = clean_share / total
        return CleanParts(self.pv * kept, self.wind * kept, self.flat * kept)


def zhejiang() -> CleanParts:
    """Return the shares of Zhejiang, for provinces that declare none."""
    return CleanParts(*(value("carbon", f"{name}_share") for name in ("pv_energy", "wind_energy", "flat_clean")))


def location_intensity(
    load: Floats, pv_cf: Floats, wind_cf: Floats, factor_kg_per_kwh: float, parts: CleanParts | None = None
) -> Floats:
    """
    Average (location-based) intensity of each hour.

    Parameters
    ----------
    load : ndarray, shape (hours,)
        Demand of the province, any unit, above 0.
    pv_cf, wind_cf : ndarray, shape (hours,)
        Capacity factors of its PV and wind, 0 or more. [-]
    factor_kg_per_kwh : float
        Official yearly average factor. [kg/kWh]
    parts : CleanParts, optional
        Of the province; None = those of Zhejiang.

    Returns
    -------
    ndarray, shape (hours,)
        Its load-weighted mean over the span is `factor_kg_per_kwh`. [kg/kWh]

    Raises
    ------
    ValueError
        If shapes differ or the load is not above 0.
    """
    share = fossil_share(load, pv_cf, wind_cf, parts)
    return factor_kg_per_kwh * share * load.sum() / (share * load).sum()


def marginal_intensity(
    load: Floats, pv_cf: Floats, wind_cf: Floats, factor_kg_per_kwh: float, parts: CleanParts | None = None
) -> Floats:
    """
    Marginal intensity of each hour: a steam plant answers, a less efficient one when the residual load is
    high.

    Parameters
    ----------
    load, pv_cf, wind_cf : ndarray, shape (hours,)
        As in `location_intensity`.
    factor_kg_per_kwh : float
        Yearly mean of the plant that answers a change. [kg/kWh]
    parts : CleanParts, optional
        As in `location_intensity`.

    Returns
    -------
    ndarray, shape (hours,)
        Straight in the residual load; its load-weighted mean over the span is `factor_kg_per_kwh`. [kg/kWh]

    Raises
    ------
    ValueError
        If shapes differ or the load is not above 0.
    """
    residual = fossil_share(load, pv_cf, wind_cf, parts) * load
    shape = 1.0 + value("carbon", "marginal_slope") * (residual / residual.mean() - 1.0)
    return factor_kg_per_kwh * shape * load.sum() / (shape * load).sum()


def merit_order_intensity(residual: Floats, plants: Sequence[tuple[float, float]]) -> Floats:
    """
    Marginal intensity of each hour: the plant of a declared merit order that the residual load reaches.

    Parameters
    ----------
    residual : ndarray, shape (hours,)
        Load less what runs whatever the price, 0 or more. [W]
    plants : sequence of (capacity, factor)
        Cheapest first, at least one; capacities above 0 in the unit of `residual`, factors in kg/kWh.

    Returns
    -------
    ndarray, shape (hours,)
        Factor of the first plant whose capacity, with that of those before it, holds the residual load; of the last
        one where none does. Not scaled to any mean. [kg/kWh]

    Examples
    --------
    >>> merit_order_intensity(np.array([0.0, 4.0, 5.0, 9.0]), [(4.0, 0.9), (2.0, 0.4)]).tolist()
    [0.9, 0.9, 0.4, 0.4]
    """
    capacities, factors = (np.array(column) for column in zip(*plants, strict=True))
    place = np.searchsorted(np.cumsum(capacities), residual, side="left")
    intensity: Floats = factors[np.minimum(place, len(factors) - 1)]
    return intensity


def fossil_share(load: Floats, pv_cf: Floats, wind_cf: Floats, parts: CleanParts | None = None) -> Floats:
    """
    Share of each hour's load left to fossil plant, shape (hours,) [-]; never below ``least_fossil_share``.

    Raises
    ------
    ValueError
        If shapes differ or the load is not above 0.
    """
    if not load.shape == pv_cf.shape == wind_cf.shape:
        raise ValueError(f"carbon: got shapes {load.shape}, {pv_cf.shape}, {wind_cf.shape}; expected the same")
    if not (load > 0.0).all():
        raise ValueError("carbon: got a load of 0, below or not a number; expected above 0")
    relative, parts = load / load.mean(), parts or zhejiang()
    clean = parts.flat + parts.pv * _over_mean(pv_cf) + parts.wind * _over_mean(wind_cf)
    return np.maximum((relative - clean) / relative, value("carbon", "least_fossil_share"))


def _over_mean(series: Floats) -> Floats:
    mean = series.mean()
    return series / mean if mean > 0.0 else series
