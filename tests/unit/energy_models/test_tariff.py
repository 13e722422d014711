"""Time-of-use hours and the demand charge, on the Zhejiang notice of 2026 as facts tou.zj_2026 state it."""

from datetime import datetime

import numpy as np
import pytest

from energy_models.tariff import (
    cheaper_each_quarter,
    demand_charge_cny,
    price_ratio_by_hour,
    rank_of_prices,
    worthwhile_rank,
)

RATIOS = {"sharp": 2.05, "peak": 1.85, "flat": 1.0, "valley": 0.4, "deep_valley": 0.2}
MILD, HOT_COLD = (2, 3, 4, 5, 6, 9, 10, 11), (1, 7, 8, 12)
ZHEJIANG = [
    ("valley", range(1, 13), [(0, 7), (11, 14)], "all"),
    ("peak", MILD, [(16, 23)], "all"),
    ("peak", HOT_COLD, [(16, 23)], "all"),
    ("sharp", HOT_COLD, [(18, 22)], "all"),
    ("valley", range(1, 13), [(0, 9)], "holidays"),
    ("deep_valley", range(1, 13), [(9, 15)], "holidays"),
]


def day(*date: int) -> tuple[np.ndarray, np.ndarray]:
    return price_ratio_by_hour(ZHEJIANG, RATIOS, datetime(*date), 24)


def test_a_mild_workday() -> None:
    ratio, rank = day(2025, 4, 15)
    assert ratio.tolist() == [0.4] * 7 + [1.0] * 4 + [0.4] * 3 + [1.0] * 2 + [1.85] * 7 + [1.0]
    assert rank.tolist() == [-1] * 7 + [0] * 4 + [-1] * 3 + [0] * 2 + [1] * 7 + [0]


def test_a_hot_workday_is_sharp_in_the_evening() -> None:
    ratio, rank = day(2025, 7, 15)
    assert ratio[18:22].tolist() == [2.05] * 4
    assert ratio[[16, 17, 22]].tolist() == [1.85] * 3
    assert (rank[18:22] == 2).all()


def test_a_public_holiday_has_its_own_hours() -> None:
    ratio, rank = day(2025, 10, 1)
    assert ratio[:9].tolist() == [0.4] * 9
    assert ratio[9:15].tolist() == [0.2] * 6
    assert (rank[9:15] == -2).all()
    # hours the holiday period does not name keep the common ones
    assert ratio[16] == 1.85


def test_a_span_from_the_middle_of_a_day_over_new_year() -> None:
    ratio, _ = price_ratio_by_hour(ZHEJIANG, RATIOS, datetime(2024, 12, 31, 20), 10)
    # two sharp hours, one peak, one flat, then New Year's Day: valley
    assert ratio.tolist() == [2.05, 2.05, 1.85, 1.0] + [0.4] * 6


def test_a_period_may_cross_midnight() -> None:
    ratio, _ = price_ratio_by_hour([("valley", [1], [(22, 8)], "all")], RATIOS, datetime(2025, 1, 31), 48)
    assert np.flatnonzero(ratio == 0.4).tolist() == [*range(8), 22, 23]


def test_years_without_known_holidays_are_refused_only_if_they_matter() -> None:
    price_ratio_by_hour(ZHEJIANG[:4], RATIOS, datetime(2035, 1, 1), 24)
    with pytest.raises(ValueError, match="public holidays of 2035"):
        price_ratio_by_hour(ZHEJIANG, RATIOS, datetime(2035, 1, 1), 24)


@pytest.mark.parametrize(
    "periods",
    [
        [("noon", [1], [(0, 1)], "all")],
        [("sharp", [1], [(0, 25)], "all")],
        [("valley", [1], [(0, 1)], "all")],
    ],
)
def test_bad_periods_are_refused(periods: list) -> None:
    with pytest.raises(ValueError, match="tariff"):
        price_ratio_by_hour(periods, {"flat": 1.0, "sharp": 2.0}, datetime(2025, 1, 1), 24)


def test_days_off_and_workdays_replace_all_and_holidays_replace_both() -> None:
    periods = [
        ("peak", range(1, 13), [(8, 12)], "all"),
        ("valley", range(1, 13), [(8, 10)], "days_off"),
        ("sharp", range(1, 13), [(10, 12)], "workdays"),
        ("deep_valley", range(1, 13), [(8, 9)], "holidays"),
    ]
    # Tuesday 30 September to Saturday 11 October 2025: holidays to the 8th, Saturday the 11th is worked
    _, rank = price_ratio_by_hour(periods, RATIOS, datetime(2025, 9, 30), 24 * 13)
    by_day = {9: -1, 30: -1} | {day: rank[24 * (day if day < 30 else 0) :][8:12].tolist() for day in (30, 1, 9, 11, 12)}
    assert by_day[30] == by_day[9] == by_day[11] == [1, 1, 2, 2]  # worked days
    assert by_day[1] == [-2, -1, 1, 1]  # a public holiday
    assert by_day[12] == [-1, -1, 1, 1]  # a plain Sunday


def test_demand_charge_takes_the_highest_quarter_hour_of_each_month() -> None:
    import_w = np.array([1e6, 3e6, 2e6, 5e5, 4e5])
    month = np.array([0, 0, 0, 1, 1])
    assert demand_charge_cny(import_w, month, 40.0).tolist() == [120_000.0, 20_000.0]
    with pytest.raises(ValueError, match="at most 900 s"):
        demand_charge_cny(import_w, month, 40.0, 1800.0)


def test_the_cheaper_way_is_chosen_for_a_quarter_not_for_a_month() -> None:
    demand, capacity = np.array([1.0, 9.0, 1.0, 1.0]), np.array([4.0, 4.0, 4.0, 4.0])
    assert cheaper_each_quarter(demand, capacity, np.array([0, 0, 0, 1])).tolist() == [1.0, 9.0, 1.0, 1.0]
    assert cheaper_each_quarter(demand + 1, capacity, np.array([0, 0, 0, 1])).tolist() == [4.0, 4.0, 4.0, 2.0]


def test_spot_prices_rank_the_quarter_of_the_day_that_is_cheapest_and_dearest() -> None:
    price = np.concatenate([np.arange(24.0), np.full(24, 0.3)])
    rank = rank_of_prices(price)
    assert rank[:24].tolist() == [-1] * 6 + [0] * 12 + [1] * 6
    assert not rank[24:].any()


def test_a_spread_that_does_not_pay_for_losses_and_wear_is_left_alone() -> None:
    rank = np.array(([-1] * 8 + [1] * 16) * 2, dtype=np.int8)
    price = np.concatenate([np.where(rank[:24] < 0, 0.30, 0.60), np.where(rank[24:] < 0, 0.40, 0.60)])
    kept = worthwhile_rank(rank, price, 0.9, 0.17)  # 0.30 / 0.9 + 0.17 = 0.503, 0.40 / 0.9 + 0.17 = 0.614
    assert kept.tolist() == [*rank[:24].tolist(), *([0] * 24)]
    edge = np.array([-1] * 24 + [1] * 24, dtype=np.int8)
    assert worthwhile_rank(edge, price, 0.9, 9.0).tolist() == edge.tolist()
