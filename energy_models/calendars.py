"""Chinese calendar: days off, public holidays, Spring Festival. [chinesecalendar]"""

from datetime import date
from functools import cache

from energy_models.tables import rows


@cache
def covered_years() -> tuple[int, int]:
    """First and last year whose public holidays are known to the installed chinesecalendar."""
    from chinese_calendar.constants import holidays

    return min(holidays).year, max(holidays).year


def is_public_holiday(day: date) -> bool:
    """
    Tell whether a day lies in a public holiday as announced by the State Council, moved days off included.

    Raises
    ------
    ValueError
        If the year's holidays are not known.
    """
    from chinese_calendar.constants import holidays

    first, last = covered_years()
    if not first <= day.year <= last:
        raise ValueError(f"public holidays of {day.year} are not known: chinesecalendar covers {first} to {last}")
    return day in holidays


@cache
def is_day_off(day: date) -> bool:
    """Tell whether people are off: weekends and announced holidays; plain weekends in years not covered."""
    from chinese_calendar import is_holiday

    first, last = covered_years()
    if first <= day.year <= last:
        return bool(is_holiday(day))
    return day.weekday() >= 5


@cache
def spring_festival(year: int) -> date:
    """
    First day of the Chinese year that begins in `year`.

    Raises
    ------
    ValueError
        If the table does not hold the year.
    """
    for row in rows("spring_festival"):
        if int(row["year"]) == year:
            return date.fromisoformat(row["new_year_day"])
    years = [row["year"] for row in rows("spring_festival")]
    raise ValueError(f"spring_festival.csv: got {year}; expected {years[0]} to {years[-1]}")
