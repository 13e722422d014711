"""Provincial hourly series: wind and PV capacity factors, and the shape of demand.

Capacity factors average whole provinces (ERA5 weather of 2020), so they are smoother than one plant. Wind
and PV are independent of each other and of the hubs' synthetic weather (measured correlation in Zhejiang:
-0.04). The demand shape is of 2018, before the photovoltaic boom changed what the grid sees, and has no
weather in it.
"""

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np

from energy_models.calendars import is_day_off, spring_festival
from energy_models.psychrometrics import Floats
from energy_models.stochastic import Calendar, gaussian_series, second_order
from energy_models.sun import naive_utc8
from energy_models.tables import quantile_levels, rows, scalars, wide

_CF_MAX_WIND = 0.95  # the provinces of the ERA5 year peak between 0.73 (Gansu) and 1.00 (Shanghai)
_CF_MAX_PV = 0.83  # highest hour of the same data, Inner Mongolia
_SEASON_OF_MONTH = ("winter",) * 2 + ("spring",) * 3 + ("summer",) * 3 + ("autumn",) * 3 + ("winter",)
_FESTIVAL_DAYS = 20


def synthetic_wind_cf(provinces: Sequence[str], start: datetime, hours: int, rng: np.random.Generator) -> Floats:
    """
    Hourly onshore wind capacity factors of provinces, autocorrelated and correlated with each other.

    Parameters
    ----------
    provinces : sequence of str
        Names in ``province_correlation.csv``; a name given twice gets the same series twice.
    start : datetime
        Beginning of the first hour, UTC+8.
    hours : int
        Length, 1 or more.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray, shape (provinces, hours)
        From 0 to 0.95; each calendar month touched has the month's mean. [-]

    Raises
    ------
    ValueError
        For an unknown province.

    Notes
    -----
    Gaussian copula: AR(2) with the measured autocorrelation after 1 and 24 hours, provincial correlation,
    measured quantiles relative to month and hour. ERA5 2020 as turned into capacity factors by PyPSA-China.
    """
    names = list(dict.fromkeys(provinces))
    calendar = Calendar(naive_utc8(start), hours)
    numbers = [scalars("province_scalars", "province", name) for name in names]
    lag1 = np.array([item["wind_lag1"] for item in numbers])
    phi2 = np.array([second_order(item["wind_lag1"], 24, item["wind_lag24"]) for item in numbers])
    noise = gaussian_series(rng, calendar.days * 24, _correlation("wind", names), lag1, phi2)
    made = {}
    for column, name in enumerate(names):
        relative = _margin(noise[:, column], name, "wind_relative").reshape(-1, 24)
        shape = relative * wide("province_hourly", province=name, quantity="wind_shape")
        monthly = wide("province_monthly", province=name, quantity="wind_cf")
        made[name] = _to_months(calendar, shape, monthly, _CF_MAX_WIND).ravel()[calendar.cut]
    return np.stack([made[name] for name in provinces])


def synthetic_solar_cf(provinces: Sequence[str], start: datetime, hours: int, rng: np.random.Generator) -> Floats:
    """
    Hourly photovoltaic capacity factors of provinces, correlated from day to day and with each other.

    Parameters
    ----------
    provinces, start, hours, rng
        As in `synthetic_wind_cf`.

    Returns
    -------
    ndarray, shape (provinces, hours)
        From 0 to 0.83; each calendar month touched has the month's mean. [-]

    Raises
    ------
    ValueError
        For an unknown province.

    Notes
    -----
    Mean course of each month (ERA5 2020, PyPSA-China) times a daily factor with measured quantiles,
    day-to-day autocorrelation and provincial correlation, in a Gaussian copula. Hours of one day rise and
    fall together.
    """
    names = list(dict.fromkeys(provinces))
    calendar = Calendar(naive_utc8(start), hours)
    lag1 = np.array([scalars("province_scalars", "province", name)["pv_daily_lag1"] for name in names])
    noise = gaussian_series(rng, calendar.days, _correlation("pv_daily", names), lag1)
    made = {}
    for column, name in enumerate(names):
        courses = np.stack([wide("province_pv_month_hour", province=name, month=str(m)) for m in range(1, 13)])
        daily = _margin(noise[:, column], name, "pv_daily_relative")
        shape = courses[calendar.month] * daily[:, None]
        monthly = wide("province_monthly", province=name, quantity="pv_cf")
        made[name] = _to_months(calendar, shape, monthly, _CF_MAX_PV).ravel()[calendar.cut]
    return np.stack([made[name] for name in provinces])


def _correlation(quantity: str, names: list[str]) -> Floats:
    known = [row["province"] for row in rows("province_correlation") if row["quantity"] == quantity]
    for name in names:
        if name not in known:
            raise ValueError(f"province_correlation.csv: got province {name}; expected one of {', '.join(known)}")
    table = {(row["quantity"], row["province"]): row for row in rows("province_correlation")}
    return np.array([[float(table[quantity, one][other]) for other in names] for one in names])


def _margin(noise: Floats, province: str, quantity: str) -> Floats:
    from scipy.special import ndtr

    levels = quantile_levels("province_quantiles")
    return np.interp(ndtr(noise), levels, wide("province_quantiles", province=province, quantity=quantity))


def _to_months(calendar: Calendar, shape: Floats, monthly: Floats, highest: float) -> Floats:
    target = calendar.block_values(monthly)
    series = shape
    for _ in range(10):  # cutting at the top lowers the mean: scale again
        ratio = target / np.maximum(calendar.block_means(series.mean(axis=1)), 1e-12)
        series = np.minimum(series * ratio[calendar.block][:, None], highest)
    return series


def load_shape(province: str, start: datetime, hours: int) -> Floats:
    """
    Hourly electricity demand of a province over its mean of the calendar year.

    Parameters
    ----------
    province : str
        Name in ``province_monthly.csv``.
    start : datetime
        Beginning of the first hour, UTC+8.
    hours : int
        Length, 1 or more.

    Returns
    -------
    ndarray, shape (hours,)
        Mean 1 over each whole calendar year. [-]

    Raises
    ------
    ValueError
        For an unknown province or a year without a known Spring Festival.

    Notes
    -----
    Month level x course of the day by season x Saturday or Sunday and holiday level x Spring Festival dip by
    days from New Year, measured on the 2018 hourly demand of PyPSA-China-PIK (doi 10.5281/zenodo.8322210,
    from typical-day curves and daily peaks of the National Development and Reform Commission), moved to the
    calendar of the year asked for.
    """
    first = naive_utc8(start)
    end_year = Calendar(first, hours).dates[-1].year
    years = [_year_of_load(province, year) for year in range(first.year, end_year + 1)]
    skip = int((first - datetime(first.year, 1, 1)).total_seconds() // 3600)
    return np.concatenate(years)[skip : skip + hours]


def _year_of_load(province: str, year: int) -> Floats:
    midnight = datetime(year, 1, 1)
    calendar = Calendar(midnight, (date(year + 1, 1, 1) - date(year, 1, 1)).days * 24)
    level = calendar.smooth(wide("province_monthly", province=province, quantity="load"))
    day = level * _day_types(province, year, calendar.dates) * _festival(province, year, calendar.dates)
    courses = {s: wide("province_hourly", province=province, quantity=f"load_{s}") for s in set(_SEASON_OF_MONTH)}
    course = np.stack([courses[_SEASON_OF_MONTH[month]] for month in calendar.month])
    shape = (day[:, None] * course).ravel()
    return shape / shape.mean()


def _day_types(province: str, year: int, dates: list[date]) -> Floats:
    """Level of days off over workdays; around Spring Festival the dip already holds the holidays."""
    numbers = scalars("province_scalars", "province", province)
    saturday, sunday = numbers["load_saturday"], numbers["load_sunday"]
    festival = spring_festival(year)
    levels = np.ones(len(dates))
    for index, day in enumerate(dates):
        near = abs((day - festival).days) <= _FESTIVAL_DAYS
        if day.weekday() >= 5 if near else is_day_off(day):
            levels[index] = saturday if day.weekday() == 5 else sunday
    return levels


def _festival(province: str, year: int, dates: list[date]) -> Floats:
    dip = wide("province_load_festival", province=province)
    offset = np.array([(day - spring_festival(year)).days for day in dates])
    near = np.abs(offset) <= _FESTIVAL_DAYS
    return np.where(near, dip[np.clip(offset + _FESTIVAL_DAYS, 0, 2 * _FESTIVAL_DAYS)], 1.0)
