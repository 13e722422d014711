"""
Bring a year of data to the scenario's year by day type.

Weather keeps its date. Load depends on what people do, so each day of the scenario takes the day of the data year
that is the same kind of day: within two weeks of the Spring Festival the one at the same distance from it, else the
same weekday nearest to the same date outside those weeks.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np

from energy_models.calendars import spring_festival

FESTIVAL_DAYS = 14


def same_date_hours(start: datetime, hours: int) -> np.ndarray:
    """
    Return the hour of a 365-day year for each hour from `start`; 29 February takes the hours of the 28th.

    Returns
    -------
    ndarray of int, shape (hours,)
        0 to 8759.
    """
    index = np.empty(hours, dtype=np.int64)
    for i in range(0, hours, 24):
        here = start + timedelta(hours=i)
        day = _day_of_common_year(here.date())
        block = np.arange(i, min(i + 24, hours))
        index[block] = (day * 24 + here.hour + block - i) % 8760
    return index


def _day_of_common_year(day: date) -> int:
    safe = day.replace(day=28) if (day.month, day.day) == (2, 29) else day
    return safe.replace(year=2001).timetuple().tm_yday - 1


def day_type_hours(start: datetime, hours: int, data_year: int) -> np.ndarray:
    """
    Return, for each hour from `start`, the hour of `data_year` with the same kind of day.

    Parameters
    ----------
    start : datetime
        A full hour.
    hours : int
    data_year : int
        Year of a series that begins on 1 January, 00:00.

    Returns
    -------
    ndarray of int, shape (hours,)
        0 to 8759 (8783 in a leap year).

    Raises
    ------
    ValueError
        For a year whose Spring Festival is not in the table.
    """
    index = np.empty(hours, dtype=np.int64)
    first = date(data_year, 1, 1)
    known: dict[date, int] = {}
    for i in range(hours):
        here = start + timedelta(hours=i)
        day = here.date()
        if day not in known:
            known[day] = (like_day(day, data_year) - first).days
        index[i] = known[day] * 24 + here.hour
    return index


def like_day(day: date, year: int) -> date:
    """Return the day of `year` that is most like `day`: same festival offset, else same weekday and nearest date."""
    offset = _festival_offset(day)
    if offset is not None:
        return _clip(spring_festival(year) + timedelta(days=offset), year)
    same = date(year, day.month, min(day.day, 28) if day.month == 2 else day.day)
    shifts = sorted(range(-3, 4), key=abs)
    near = [same + timedelta(days=s) for s in shifts if (same + timedelta(days=s)).weekday() == day.weekday()]
    ordinary = [d for d in (near[0], near[0] - timedelta(days=7), near[0] + timedelta(days=7)) if d.year == year]
    outside = [d for d in ordinary if _festival_offset(d) is None]
    if outside:
        return outside[0]
    return _after_festival(near[0], year)


def _after_festival(day: date, year: int) -> date:
    later = day
    while _festival_offset(later) is not None or later.year != year:
        later += (
            timedelta(days=7) if later <= spring_festival(year) + timedelta(days=FESTIVAL_DAYS) else timedelta(days=-7)
        )
    return later


def _festival_offset(day: date) -> int | None:
    offset = (day - spring_festival(day.year)).days
    return offset if abs(offset) <= FESTIVAL_DAYS else None


def _clip(day: date, year: int) -> date:
    return min(max(day, date(year, 1, 1)), date(year, 12, 31))
