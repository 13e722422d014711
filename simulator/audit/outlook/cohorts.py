"""
Electricity of a fleet year by year.

A fleet of racks: ``E = racks x rated power x load x PUE x hours``. A fleet counted in computing power is a stack of
cohorts, each with the efficiency of the year it was bought in: ``E = sum(F_cohort / eta_cohort) x load x PUE x hours``.
Figures between two points are interpolated geometrically (growth at a constant rate), beyond the last they stay. A year
takes the fleet of its middle. What stood at the beginning retires evenly over the lifetime; later cohorts retire whole.
A falling path retires the oldest first.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence

import numpy as np

from simulator.audit.outlook.model import ComputeFleet, Point, RackFleet

YEAR_S = 365.25 * 86400.0
# What makes electricity low: few machines, efficient ones, a low PUE, a low load.
OPPOSITE = {"low": "high", "middle": "middle", "high": "low"}


def at(points: Sequence[Point], when: np.ndarray, case: str) -> np.ndarray:
    """
    Interpolate a path.

    Parameters
    ----------
    points : sequence of Point
        In any order.
    when : ndarray, shape (n,)
        Decimal years.
    case : {"low", "middle", "high"}

    Returns
    -------
    ndarray, shape (n,)
        Values in the unit of the points; constant before the first and beyond the last.
    """
    ordered = sorted(points, key=lambda point: point.year)
    years, values = [p.year for p in ordered], [p.of(case) for p in ordered]
    return np.exp(np.interp(when, years, np.log(values)))


def hours_s(years: np.ndarray) -> np.ndarray:
    """Return the seconds of calendar years, shape (n,). [s]"""
    return np.array([(366 if calendar.isleap(int(year)) else 365) * 86400.0 for year in years])


def energy_j(fleet: RackFleet | ComputeFleet, years: np.ndarray, case: str) -> np.ndarray:
    """
    Return the electricity of a fleet.

    Parameters
    ----------
    fleet : RackFleet or ComputeFleet
    years : ndarray of int, shape (n,)
        Calendar years in a row.
    case : {"low", "middle", "high"}
        Low takes the low path, load and PUE, and the high efficiency.

    Returns
    -------
    ndarray, shape (n,)
        [J]
    """
    middle = years + 0.5
    full_w = _racks_w(fleet, middle, case) if isinstance(fleet, RackFleet) else _cohorts_w(fleet, middle, case)
    return full_w * at(fleet.load, middle, case) * at(fleet.pue, middle, case) * hours_s(years)


def _racks_w(fleet: RackFleet, when: np.ndarray, case: str) -> np.ndarray:
    return at(fleet.racks, when, case) * fleet.rack_power


def _cohorts_w(fleet: ComputeFleet, when: np.ndarray, case: str) -> np.ndarray:
    """Full IT power of all cohorts, shape (n,). [W]"""
    path, life = at(fleet.compute, when, case), fleet.lifetime / YEAR_S
    efficiency = at(fleet.generations, when, OPPOSITE[case])
    efficiency[0] = fleet.standing.of(OPPOSITE[case])
    bought = np.zeros(len(when))
    bought[0] = path[0]
    full_w = np.empty(len(when))
    for year in range(len(when)):
        living = bought[: year + 1] * _alive(year, life)
        living = _cut_oldest_first(living, path[year])
        if year > 0:
            bought[year] = living[year] = path[year] - living[:year].sum()
        full_w[year] = (living / efficiency[: year + 1]).sum()
    return full_w


def _alive(year: int, life: float) -> np.ndarray:
    """Share of each cohort that still stands after `year` years, shape (year + 1,). [-]"""
    age = year - np.arange(year + 1)
    alive = (age < life).astype(float)
    alive[0] = max(0.0, 1.0 - year / life)
    return alive


def _cut_oldest_first(living: np.ndarray, limit: float) -> np.ndarray:
    surplus = living.sum() - limit
    for cohort in range(len(living)):
        cut = min(max(surplus, 0.0), living[cohort])
        living[cohort] -= cut
        surplus -= cut
    return living
