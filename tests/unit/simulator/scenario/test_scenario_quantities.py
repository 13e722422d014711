"""Quantities: units, Chinese magnitudes, exactness, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.scenario import format_quantity, parse_quantity
from simulator.scenario.quantities import READABLE


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("120 MW", "W", 1.2e8),
        ("306 亿kWh", "TWh", 30.6),
        ("48.39亿千瓦时", "TWh", 4.839),
        ("100 千瓦时", "kWh", 100.0),
        ("2 千克", "g", 2000.0),
        ("3 千米", "m", 3000.0),
        ("0.05 千克/千瓦时", "g/kWh", 50.0),
        ("5 万千瓦", "MW", 50.0),
        ("3 百万千瓦", "GW", 3.0),
        ("3.5 百亿亿次/秒", "EFLOPS", 3.5),
        ("3.2 万 PFLOPS", "EFLOPS", 32.0),
        ("3 万P", "EFLOPS", 30.0),
        ("18 E", "EFLOPS", 18.0),
        ("5000 PFLOPS", "EFLOPS", 5.0),
        ("0.6 元/千瓦时", "CNY/kWh", 0.6),
        ("2 百亿元", "CNY", 2e10),
        ("7d", "s", 604800.0),
        ("1e3 MW", "W", 1e9),
        ("1,200 kW", "W", 1.2e6),
        ("20 °C", "degC", 20.0),
        ("300 K", "degC", 26.85),  # 300 - 273.15
        ("5 K", "delta_degC", 5.0),
        ("400 Gbit/s", "byte/s", 5e10),
        ("1 year", "d", 365.25),  # the Julian year, as pint has it
        ("-5 MW", "W", -5e6),
    ],
)
def test_a_quantity_is_read_exactly(text: str, unit: str, value: float) -> None:
    assert parse_quantity(text, unit) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("120", "no unit"),
        ("MW", "no number"),
        ("", "no number"),
        ("120 MWh", "no measure of"),
        ("120 flurbs", "unknown unit"),
        ("120 " + "(" * 5000, "unknown unit"),
        ("18 百亿亿次", "no measure of"),  # operations are no power
    ],
)
def test_what_is_no_power_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_quantity(text, "W")


@given(
    value=st.floats(-1e18, 1e18).map(lambda x: float(f"{x:.15g}")),
    unit=st.sampled_from([*READABLE, "degC", "deg", "kg/kWh", "delta_degC"]),
)
def test_a_formatted_quantity_reads_back_to_the_same_bits(value: float, unit: str) -> None:
    assert parse_quantity(format_quantity(value, unit), unit) == value


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1.2e8, "W", "120 MW"),
        (900.0, "s", "15 min"),
        (0.0, "W", "0 W"),
        (1.8e19, "FLOPS", "18 EFLOPS"),
        (3.6e9, "J", "1 MWh"),
    ],
)
def test_a_formatted_quantity_has_the_unit_people_read(value: float, unit: str, text: str) -> None:
    assert format_quantity(value, unit) == text
