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
        (18.024, "EFLOPS", ("18.0", "EFLOPS")),
        (100.0, "EFLOPS", ("100.0", "EFLOPS")),
        (0.0042, "EFLOPS", ("4.2", "PFLOPS")),
        (1115.4, "GWh", ("1,115", "GWh")),
        (0.0312, "GWh", ("31.2", "MWh")),
        (0.4, "MW", ("400", "kW")),
        (1.2, "ratio", ("1.20", "")),
        (1.2345, "ratio", ("1.234", "")),
        (0.314159, "share", ("31.4", "percent")),
        (0.000304, "share", ("0.0304", "percent")),
        (1.7e-6, "share", ("<0.001", "percent")),
        (0.0002877, "GWh", ("287.7", "kWh")),
        (2.4e-5, "EFLOPS", ("24", "TFLOPS")),
        (39000.0, "CNY", ("39,000", "yuan")),
        (1.0, "share", ("100.0", "percent")),
        (597726.0, "count", ("597,726", "count")),
        (1.2e8, "CNY", ("120", "million_cny")),
        (-0.02, "EFLOPS", ("−0.02", "EFLOPS")),
        (-1.4e-14, "EFLOPS", ("0", "EFLOPS")),
        (0.0, "s", ("0", "s")),
        (59.0, "s", ("59", "s")),
        (5400.0, "s", ("1.5", "h")),
        (172800.0, "s", ("2", "days")),
    ],
)
def test_digits_follow_magnitude_and_unit(value: float, unit: str, shown: tuple[str, str]) -> None:
    assert digits(number(value, unit)) == shown


def test_a_table_has_one_unit_and_each_row_its_decimals() -> None:
    values = {"a": 0.002421, "b": 0.0006165, "c": 0.0034268, "d": 0.0}
    texts = Texts("en", {key: number(value, "GWh") for key, value in values.items()} | {"x": number(None, "GWh")})
    assert texts.rows([["a", "x"], ["b", "d"], ["c", "a"]]) == [
        ("MWh", ("2.421", "—")),
        ("MWh", ("0.6165", "0")),
        ("MWh", ("3.427", "2.421")),
    ]


def test_a_small_number_beside_a_large_one_does_not_become_zero() -> None:
    texts = Texts("zh", {"a": number(100.0, "EFLOPS"), "b": number(-0.0024, "EFLOPS"), "c": number(9.0, "EFLOPS")})
    assert texts.rows([["a", "b", "c"]]) == [("EFLOPS", ("100.0", "−0.0024", "9.0"))]


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
    assert zh.show("share") == en.show("share") == "50.0%"
    assert [zh.show(key).bare for key in numbers] == [en.show(key).bare for key in numbers]


def test_one_day_is_singular_in_english() -> None:
    assert Texts("en", {"d": number(1.0, "days")}).show("d") == "1 day"


def test_a_tiny_share_is_written_with_a_sign_and_spoken_in_words() -> None:
    tiny = Number(1e-7, "share", ())
    zh, en = Texts("zh", {}).write(tiny), Texts("en", {}).write(tiny)
    assert (zh, zh.spoken) == ("<0.001%", "0.001%以下")
    assert (en, en.spoken) == ("<0.001%", "less than 0.001%")
