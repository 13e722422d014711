"""Time-of-use periods by the hour, the two-part charge, and when a battery may earn from the spread.

Hours are hours of the day in fixed UTC+8. Left out: the charge for a poor power factor, the penalty above a
declared demand. Prices come from the caller; here are ratios and ranks.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from energy_models.calendars import is_day_off, is_public_holiday
from energy_models.psychrometrics import Floats
from energy_models.stochastic import Calendar
from energy_models.sun import naive_utc8
from energy_models.tables import value
from energy_models.units import W_PER_KW

Period = tuple[str, Iterable[int], Iterable[tuple[int, int]], str]
DEMAND_PERIOD_S = 900.0  # maximum demand is a mean over 15 minutes
ROUNDING = 1e-12  # CNY/kWh
RANK = {"deep_valley": -2, "valley": -1, "flat": 0, "peak": 1, "sharp": 2}
# kinds of days: who replaces whom, and which days they are
DAYS: dict[str, tuple[int, Callable[[date], bool]]] = {
    "all": (0, lambda _: True),
    "workdays": (1, lambda day: not is_day_off(day)),
    "days_off": (1, is_day_off),
    "holidays": (2, is_public_holiday),
}


def price_ratio_by_hour(
    periods: Iterable[Period], ratios: Mapping[str, float], start: datetime, hours: int
) -> tuple[Floats, npt.NDArray[np.int8]]:
    """
    Price ratio to flat and rank of each hour.

    Parameters
    ----------
    periods : iterable of (name, months, hours, days)
        Name is one of `RANK`; months 1 to 12; hours as [from, to) pairs of 0 to 24, 22 to 8 crosses midnight
        and belongs to the day and month of each hour it covers; days is one of `DAYS`. In the hours they name,
        workdays and days_off replace all, and holidays replace both. Of two periods for the same hour and kind
        of day the later wins. Hours of none are flat.
    ratios : mapping
        Price over flat by name; flat defaults to 1. [-]
    start : datetime
        Beginning of the first hour, UTC+8.
    hours : int
        Length, 1 or more.

    Returns
    -------
    ratio : ndarray, shape (hours,)
        [-]
    rank : ndarray of int8, shape (hours,)
        -2 deep valley, -1 valley, 0 flat, 1 peak, 2 sharp.

    Raises
    ------
    ValueError
        For an unknown period or kind of day, a period without a ratio, or holidays of a year that is not known.
    """
    calendar = Calendar(naive_utc8(start), hours)
    listed = [(name, frozenset(months), tuple(spans), days) for name, months, spans, days in periods]
    for name, _, _, days in listed:
        if name not in RANK or (name not in ratios and name != "flat"):
            raise ValueError(
                f"tariff: got period {name} with ratios {dict(ratios)}; "
                f"expected one of {', '.join(RANK)}, each with a ratio"
            )
        if days not in DAYS:
            raise ValueError(f"tariff: got days {days}; expected one of {', '.join(DAYS)}")
    rank = np.zeros((calendar.days, 24), dtype=np.int8)
    months = calendar.month + 1
    for name, in_months, spans, days in sorted(listed, key=lambda item: DAYS[item[3]][0]):
        chosen_days = np.isin(months, sorted(in_months)) & _is(calendar, days)
        for first, last in spans:
            rank[np.ix_(chosen_days, _hours_of(first, last))] = RANK[name]
    by_rank = {RANK[name]: ratios.get(name, 1.0) for name in RANK}
    chosen = rank.ravel()[calendar.cut]
    return np.array([by_rank[int(item)] for item in range(-2, 3)])[chosen.astype(int) + 2], chosen


def _is(calendar: Calendar, days: str) -> npt.NDArray[np.bool_]:
    test = DAYS[days][1]
    return np.array([test(day) for day in calendar.dates], dtype=bool)


def worthwhile_rank(
    rank: npt.NDArray[np.int8], price_cny_per_kwh: Floats, round_trip: float, wear_cny_per_kwh: float
) -> npt.NDArray[np.int8]:
    """
    Take the periods out of days on which moving energy from valley to peak loses money.

    Parameters
    ----------
    rank : ndarray of int8, shape (hours,)
        Periods from midnight on.
    price_cny_per_kwh : ndarray, shape (hours,)
        All that a kWh from the meter costs. [CNY/kWh]
    round_trip : float
        Energy given over energy taken, above 0. [-]
    wear_cny_per_kwh : float
        Cost of drawing one kWh. [CNY/kWh]

    Returns
    -------
    ndarray of int8, shape (hours,)
        As given, but 0 on days whose mean peak price is at or below mean valley price / round trip + wear. Days with
        valleys or peaks only stay: they are the edge of a neighbour's spread.

    Examples
    --------
    >>> rank = np.array([-1] * 12 + [1] * 12, dtype=np.int8)
    >>> price = np.where(rank < 0, 0.4, 0.6)
    >>> [int(worthwhile_rank(rank, price, 0.8, wear)[0]) for wear in (0.05, 0.10)]
    [-1, 0]
    """
    kept = rank.copy()
    for first in range(0, len(rank), 24):
        day = slice(first, first + 24)
        low, high = rank[day] <= RANK["valley"], rank[day] >= RANK["peak"]
        if low.any() and high.any():
            cost = price_cny_per_kwh[day][low].mean() / round_trip + wear_cny_per_kwh
            if price_cny_per_kwh[day][high].mean() <= cost + ROUNDING:
                kept[day] = 0
    return kept


def _hours_of(first: int, last: int) -> npt.NDArray[np.intp]:
    if not (0 <= first <= 24 and 0 <= last <= 24):
        raise ValueError(f"tariff hours: got {first} to {last}; expected 0 to 24")
    day = np.arange(24)
    inside = (day >= first) & (day < last) if first < last else (day >= first) | (day < last)
    return np.flatnonzero(inside)


def demand_charge_cny(
    import_w: Floats, month: npt.NDArray[np.integer], price_cny_per_kw: float, period_s: float = 900.0
) -> Floats:
    """
    Demand charge of each month: price times the highest 15-minute mean import.

    Parameters
    ----------
    import_w : ndarray, shape (intervals,)
        Metered import, mean of each interval. [W]
    month : ndarray of int, shape (intervals,)
        Number of the month of each interval, ascending from 0.
    price_cny_per_kw : float
        Per month and kW. [CNY/kW]
    period_s : float
        Length of an interval, at most 15 minutes. [s]

    Returns
    -------
    ndarray, shape (months,)
        A month in part is charged in full. [CNY]

    Raises
    ------
    ValueError
        If an interval is longer than 15 minutes, whose mean hides the peak.
    """
    if period_s > DEMAND_PERIOD_S:
        raise ValueError(f"demand charge: got intervals of {period_s:g} s; expected at most {DEMAND_PERIOD_S:g} s")
    first = np.flatnonzero(np.diff(month, prepend=-1))
    charge: Floats = np.maximum.reduceat(import_w, first) / W_PER_KW * price_cny_per_kw
    return charge


def cheaper_each_quarter(demand_cny: Floats, capacity_cny: Floats, quarter: npt.NDArray[np.integer]) -> Floats:
    """
    Two-part charge of a user who chooses by demand or by capacity for each quarter of a year, in hindsight.

    Parameters
    ----------
    demand_cny, capacity_cny : ndarray, shape (months,)
        Both charges of each month. [CNY]
    quarter : ndarray of int, shape (months,)
        Number of the quarter of each month.

    Returns
    -------
    ndarray, shape (months,)
        The charges of the cheaper way of each quarter. [CNY]

    Examples
    --------
    >>> cheaper_each_quarter(np.array([3.0, 9.0, 4.0]), np.array([5.0, 5.0, 5.0]), np.array([0, 0, 1])).tolist()
    [5.0, 5.0, 4.0]
    """
    by_capacity = np.bincount(quarter, capacity_cny) < np.bincount(quarter, demand_cny)
    charge: Floats = np.where(by_capacity[quarter], capacity_cny, demand_cny)
    return charge


def rank_of_prices(price_cny_per_kwh: Floats) -> npt.NDArray[np.int8]:
    """
    Rank the hours of each day by price: the cheapest are its valley (-1), the dearest its peak (1).

    Parameters
    ----------
    price_cny_per_kwh : ndarray, shape (hours,)
        From midnight on. [CNY/kWh]

    Returns
    -------
    ndarray of int8, shape (hours,)
        By the shares of ``coefficients/tariff.csv``; hours of one price are alike, a day of one price is flat.
    """
    rank = np.zeros(len(price_cny_per_kwh), dtype=np.int8)
    for first in range(0, len(rank), 24):
        day = price_cny_per_kwh[first : first + 24]
        low = np.quantile(day, value("tariff", "spot_valley_share"))
        high = np.quantile(day, 1.0 - value("tariff", "spot_peak_share"))
        if low < high:
            rank[first : first + 24] = np.where(day <= low, -1, np.where(day >= high, 1, 0))
    return rank
