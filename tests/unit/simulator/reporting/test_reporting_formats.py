"""Numbers as people read them: the same digits in both languages."""

from __future__ import annotations

import math

import pytest

from simulator.reporting.formats import NONE, Number, digits, large
from simulator.reporting.texts import Texts


def number(value: float | None, unit: str) -> Number:
    return Number(value, unit, ("test",))


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (18.024, "EFLOPS", ("18.02", "EFLOPS")),
        (100.0, "EFLOPS", ("100", "EFLOPS")),
        (0.0042, "EFLOPS", ("4.2", "PFLOPS")),
        (1115.4, "GWh", ("1,115", "GWh")),
        (0.0312, "GWh", ("31.2", "MWh")),
        (0.4, "MW", ("400", "kW")),
        (1.2, "ratio", ("1.20", "")),
        (1.2345, "ratio", ("1.234", "")),
        (0.314159, "share", ("31.4", "percent")),
        (0.000304, "share", ("0.0304", "percent")),
        (1.0, "share", ("100", "percent")),
        (597726.0, "count", ("597,726", "")),
        (1.2e8, "CNY", ("120", "million_cny")),
        (-0.02, "EFLOPS", ("−0.02", "EFLOPS")),
        (0.0, "s", ("0", "s")),
        (59.0, "s", ("59", "s")),
        (5400.0, "s", ("1.5", "h")),
        (172800.0, "s", ("2", "days")),
    ],
)
def test_digits_follow_magnitude_and_unit(value: float, unit: str, shown: tuple[str, str]) -> None:
    assert digits(number(value, unit)) == shown


def test_table_cells_keep_the_unit_of_their_head() -> None:
    assert digits(number(0.0312, "GWh"), fixed=True) == ("0.0312", "GWh")


@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_no_value_is_a_dash_without_unit(value: float | None) -> None:
    assert Texts("zh", {"x": number(value, "GWh")}).show("x") == NONE


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (4839.0, "GWh", ("48.39亿", "kWh")),  # as the published figure is written
        (0.05, "GWh", ("5万", "kWh")),
        (3.2e8, "CNY", ("3.2亿", "yuan")),
        (123456, "count", ("12.35万", "")),
        (9999, "count", None),
        (18.0, "EFLOPS", None),
        (None, "GWh", None),
    ],
)
def test_chinese_magnitudes(value: float | None, unit: str, shown: tuple[str, str] | None) -> None:
    assert large(number(value, unit)) == shown


def test_both_languages_show_the_same_digits_and_their_own_unit() -> None:
    numbers = {"cost": number(2.5e9, "CNY"), "energy": number(4839.0, "GWh"), "share": number(0.5, "share")}
    zh, en = Texts("zh", numbers), Texts("en", numbers)
    assert (zh.show("cost"), en.show("cost")) == ("2,500百万元", "2,500 million CNY")
    assert zh.show("energy").large == "4,839 GWh（48.39亿 kWh）"
    assert en.show("energy").large == "4,839 GWh"
    assert zh.show("share") == en.show("share") == "50%"
    assert [zh.show(key).bare for key in numbers] == [en.show(key).bare for key in numbers]


def test_one_day_is_singular_in_english() -> None:
    assert Texts("en", {"d": number(1.0, "days")}).show("d") == "1 day"
