"""Series of other years: dates for weather, kinds of days for what people do."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from energy_models.calendars import spring_festival
from simulator.engine.calendar import FESTIVAL_DAYS, day_type_hours, like_day, same_date_hours
from simulator.scenario import UTC8

START = datetime(2025, 1, 1, tzinfo=UTC8)


def days_of(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=i) for i in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


@pytest.mark.parametrize("year", [2023, 2024, 2025])
@pytest.mark.parametrize("data_year", [2018, 2020])
def test_every_day_takes_a_day_of_its_kind(year: int, data_year: int) -> None:
    for day in days_of(year):
        taken = like_day(day, data_year)
        offset = (day - spring_festival(year)).days
        taken_offset = (taken - spring_festival(data_year)).days
        assert taken.year == data_year
        if abs(offset) <= FESTIVAL_DAYS:
            assert taken_offset == offset, day
        else:
            assert taken.weekday() == day.weekday(), day
            assert abs(taken_offset) > FESTIVAL_DAYS, day


def test_the_first_day_of_the_spring_festival_takes_the_first_day_of_the_spring_festival() -> None:
    assert like_day(date(2025, 1, 29), 2018) == date(2018, 2, 16)
    assert like_day(date(2025, 2, 2), 2018) == date(2018, 2, 20)


def test_an_ordinary_day_takes_the_nearest_of_its_weekday() -> None:
    assert like_day(date(2025, 7, 1), 2018) == date(2018, 7, 3)  # Tuesdays
    assert like_day(date(2018, 7, 3), 2018) == date(2018, 7, 3)


def test_hours_of_a_year_keep_their_hour_and_stay_in_the_data_year() -> None:
    index = day_type_hours(START, 8760, 2018)
    np.testing.assert_array_equal(index % 24, np.arange(8760) % 24)
    assert index.min() >= 0
    assert index.max() < 8760
    monday = (index // 24 + date(2018, 1, 1).weekday()) % 7
    away = np.array([abs((date(2025, 1, 1) + timedelta(days=d) - spring_festival(2025)).days) for d in range(365)])
    ordinary = np.repeat(away > FESTIVAL_DAYS, 24)
    np.testing.assert_array_equal(monday[ordinary], ((np.arange(8760) // 24 + START.weekday()) % 7)[ordinary])


def test_a_run_that_begins_in_the_year_before_looks_up_each_year_by_itself() -> None:
    index = day_type_hours(datetime(2024, 12, 31, 22, tzinfo=UTC8), 4, 2018)
    last_day = day_type_hours(datetime(2024, 12, 31, tzinfo=UTC8), 24, 2018)
    assert index.tolist() == [*last_day[22:], *day_type_hours(START, 2, 2018)]


def test_a_year_whose_festival_is_unknown_is_an_error() -> None:
    with pytest.raises(ValueError, match="1999"):
        day_type_hours(datetime(1999, 6, 1, tzinfo=UTC8), 24, 2018)


def test_weather_keeps_its_date() -> None:
    np.testing.assert_array_equal(same_date_hours(START, 8760), np.arange(8760))
    assert same_date_hours(datetime(2025, 3, 1, 5, tzinfo=UTC8), 1)[0] == (31 + 28) * 24 + 5


def test_the_leap_day_takes_the_weather_of_the_day_before_and_the_rest_is_not_shifted() -> None:
    index = same_date_hours(datetime(2024, 1, 1, tzinfo=UTC8), 8784)
    february_28, february_29 = index[58 * 24 : 59 * 24], index[59 * 24 : 60 * 24]
    np.testing.assert_array_equal(february_28, february_29)
    assert index[60 * 24] == 59 * 24  # 1 March
    assert index[-1] == 8759


def test_weather_runs_over_midnight_and_new_year_from_any_full_hour() -> None:
    index = same_date_hours(datetime(2024, 12, 31, 22, tzinfo=UTC8), 30)
    np.testing.assert_array_equal(index, (np.arange(30) + 8758) % 8760)
