"""Time-of-use periods by the hour and the monthly demand charge.

Hours are hours of the day in fixed UTC+8. Left out: ladders by voltage, power-factor charge, the capacity
variant of the two-part tariff. Prices come from the caller; here are ratios and ranks.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import numpy as np
import numpy.typing as npt

from energy_models.calendars import is_public_holiday
from energy_models.psychrometrics import Floats
from energy_models.stochastic import Calendar
from energy_models.sun import naive_utc8
from energy_models.units import W_PER_KW

Period = tuple[str, Iterable[int], Iterable[tuple[int, int]], bool]
ROUNDING = 1e-12  # CNY/kWh
RANK = {"deep_valley": -2, "valley": -1, "flat": 0, "peak": 1, "sharp": 2}


def price_ratio_by_hour(
    periods: Iterable[Period], ratios: Mapping[str, float], start: datetime, hours: int
) -> tuple[Floats, npt.NDArray[np.int8]]:
    """
    Price ratio to flat and rank of each hour.

    Parameters
    ----------
    periods : iterable of (name, months, hours, holidays_only)
        Name is one of `RANK`; months 1 to 12; hours as [from, to) pairs of 0 to 24, 22 to 8 crosses midnight
        and belongs to the day and month of each hour it covers. With holidays_only it applies on public
        holidays only, and there replaces the others. Of two periods for the same hour the later wins. Hours
        of none are flat.
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
        For an unknown period, a period without a ratio, or holidays of a year that is not known.
    """
    calendar = Calendar(naive_utc8(start), hours)
    listed = [(name, frozenset(months), tuple(spans), only) for name, months, spans, only in periods]
    for name, _, _, _ in listed:
        if name not in RANK or (name not in ratios and name != "flat"):
            raise ValueError(
                f"tariff: got period {name} with ratios {dict(ratios)}; "
                f"expected one of {', '.join(RANK)}, each with a ratio"
            )
    rank = np.zeros((calendar.days, 24), dtype=np.int8)
    months = calendar.month + 1
    holiday = _holidays(calendar, listed)
    for name, in_months, spans, only in sorted(listed, key=lambda item: item[3]):
        days = np.isin(months, sorted(in_months)) & (holiday if only else True)
        for first, last in spans:
            rank[np.ix_(days, _hours_of(first, last))] = RANK[name]
    by_rank = {RANK[name]: ratios.get(name, 1.0) for name in RANK}
    chosen = rank.ravel()[calendar.cut]
    return np.array([by_rank[int(item)] for item in range(-2, 3)])[chosen.astype(int) + 2], chosen


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


def _holidays(
    calendar: Calendar, listed: list[tuple[str, frozenset[int], tuple[tuple[int, int], ...], bool]]
) -> npt.NDArray[np.bool_]:
    if not any(only for _, _, _, only in listed):
        return np.zeros(calendar.days, dtype=bool)
    return np.array([is_public_holiday(day) for day in calendar.dates])


def _hours_of(first: int, last: int) -> npt.NDArray[np.intp]:
    if not (0 <= first <= 24 and 0 <= last <= 24):
        raise ValueError(f"tariff hours: got {first} to {last}; expected 0 to 24")
    day = np.arange(24)
    inside = (day >= first) & (day < last) if first < last else (day >= first) | (day < last)
    return np.flatnonzero(inside)


def monthly_demand_charge_cny(
    import_w: Floats, month_index: npt.NDArray[np.integer], price_cny_per_kw: float
) -> dict[int, float]:
    """
    Demand charge of each month: price times the highest 15-minute mean import.

    Parameters
    ----------
    import_w : ndarray, shape (intervals,)
        Metered import, mean of each 15-minute interval. [W]
    month_index : ndarray of int, shape (intervals,)
        Number of the month of each interval.
    price_cny_per_kw : float
        Per month and kW. [CNY/kW]

    Returns
    -------
    dict
        Month number to charge, in ascending order; a month in part is charged in full. [CNY]
    """
    return {
        int(month): float(import_w[month_index == month].max()) / W_PER_KW * price_cny_per_kw
        for month in np.unique(month_index)
    }
