"""
One way to write a number, for both languages.

A `Number` keeps the value in the unit of its origin; `UNITS` says by which factor it is shown. The digits do
not depend on the language, so a reader can hold the Chinese and the English report side by side; only
the name of the unit does. Chinese readers get 亿 and 万 beside the number (`large`), never instead of it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

NONE = "—"
SIGNIFICANT = 4
MOST_DECIMALS = 4  # of percentages, and in a row of a table whose unit is that of larger numbers


@dataclass(frozen=True)
class Number:
    """
    One number of the report.

    Parameters
    ----------
    value : float or None
        As found at the origin; None where the run has no such number.
    unit : str
        A key of `UNITS`.
    origin : tuple of str
        Where it comes from: ``summary:energy.pue``, ``scenario:...``, ``table:jobs...``; several if derived.
    """

    value: float | None
    unit: str
    origin: tuple[str, ...]

    @property
    def known(self) -> bool:
        """Whether there is a finite value to show."""
        return self.value is not None and math.isfinite(self.value)


# unit: (factor from the origin's unit to the shown one, key of the unit's name in the locale; "" for none)
UNITS: dict[str, tuple[float, str]] = {
    "EFLOPS": (1.0, "EFLOPS"),
    "FLOPS": (1e-18, "EFLOPS"),
    "GWh": (1.0, "GWh"),
    "MWh": (1.0, "MWh"),
    "MW": (1.0, "MW"),
    "ratio": (1.0, ""),
    "share": (100.0, "percent"),
    "count": (1.0, "count"),
    "plain": (1.0, ""),
    "days": (1.0, "days"),
    "hours": (1.0, "h"),
    "L/kWh": (1.0, "L/kWh"),
    "m3": (1.0, "m3"),
    "t": (1.0, "t"),
    "kg/kWh": (1.0, "kg/kWh"),
    "CNY": (1e-6, "million_cny"),
    "s": (1.0, "s"),
    "ms": (1.0, "ms"),
    "TB": (1.0, "TB"),
}
# seconds grow into these
DURATIONS = ((86400.0, "days"), (3600.0, "h"), (60.0, "min"))
# a unit and its smaller ones: (from this magnitude in the first on, factor, unit); the last takes the rest
SCALES = {
    "EFLOPS": ((0.01, 1.0, "EFLOPS"), (1e-4, 1e3, "PFLOPS"), (0.0, 1e6, "TFLOPS")),
    "GWh": ((0.1, 1.0, "GWh"), (1e-3, 1e3, "MWh"), (0.0, 1e6, "kWh")),
    "MW": ((1.0, 1.0, "MW"), (0.0, 1e3, "kW")),
    "million_cny": ((0.1, 1.0, "million_cny"), (0.0, 1e6, "yuan")),
}
# capacity, power and shares keep their first decimal: 82.0, 18.0 and 100.0 stand in one row with 91.3
ONE_DECIMAL = ("EFLOPS", "PFLOPS", "MW", "percent")
NOISE = 1e-9  # what is smaller in the first unit is the rounding of a difference, shown as zero
LEAST_SHARE = 0.001  # of smaller shares only that they are smaller is shown [%]


def digits(number: Number, *, even: bool = False) -> tuple[str, str]:
    """
    Write the digits of a number and name its unit.

    Parameters
    ----------
    number : Number
        What to write.
    even : bool
        Whether zeros at the end stay, as in a row of like numbers.

    Returns
    -------
    tuple of str
        Digits with thousands separators (``—`` where there is no value) and the key of the shown unit.

    Examples
    --------
    >>> digits(Number(0.12345, "share", ()))
    ('12.3', 'percent')
    >>> digits(Number(5400.0, "s", ()))
    ('1.5', 'h')
    >>> digits(Number(0.152, "GWh", ()))
    ('0.152', 'GWh')
    >>> digits(Number(0.052, "GWh", ()))
    ('52', 'MWh')
    """
    if not number.known:
        return NONE, UNITS[number.unit][1]
    factor, unit = scale([number])
    value = _clean(number) * factor
    if number.unit == "s":
        value, unit = _duration(value)
    if unit == "percent" and 0 < abs(value) < LEAST_SHARE:
        return f"<{LEAST_SHARE}", unit
    text = _write(value, _decimals(value, unit), strip=not (even or (unit in ONE_DECIMAL and abs(value) >= 1)))
    return (f"{value:,.2f}" if number.unit == "ratio" and len(text.partition(".")[2]) < 2 else text), unit


def scale(numbers: list[Number]) -> tuple[float, str]:
    """
    Choose the unit in which numbers of one unit are shown side by side, by the largest of them.

    Returns
    -------
    tuple of float and str
        Factor from the unit of the origin, and the key of the shown unit.
    """
    factor, unit = UNITS[numbers[0].unit]
    largest = max((abs(n.value or 0.0) for n in numbers if n.known), default=0.0) * factor
    for least, smaller, name in SCALES.get(unit, ()):
        if largest >= least or largest < NOISE:
            return factor * smaller, name
    return factor, unit


def row(numbers: list[Number], factor: float, unit: str) -> list[str]:
    """
    Write the numbers of one table row with the same decimals, those of the largest.

    A number that would become zero by this keeps two digits of its own. Shares and durations are written
    one by one.

    Examples
    --------
    >>> row([Number(v, "GWh", ()) for v in (296.26, 14.69, 0.004, None)], 1.0, "GWh")
    ['296.3', '14.7', '0.004', '—']
    """
    if numbers[0].unit in ("share", "s", "ratio"):
        return [digits(number)[0] for number in numbers]
    values = [_clean(n) * factor if n.known else None for n in numbers]
    decimals = min(_decimals(max((abs(v) for v in values if v is not None), default=0.0), unit), MOST_DECIMALS)
    cells = []
    for value in values:
        if value is None:
            cells.append(NONE)
        elif value and not round(value, decimals):
            cells.append(_write(value, 1 - math.floor(math.log10(abs(value)))))
        else:
            cells.append(_write(value, decimals, strip=value == 0))
    return cells


def _clean(number: Number) -> float:
    """Return the value in its own unit, rounding noise as zero."""
    value = number.value or 0.0
    return 0.0 if abs(value * UNITS[number.unit][0]) < NOISE else value


def _duration(seconds: float) -> tuple[float, str]:
    for length, unit in DURATIONS:
        if abs(seconds) >= length:
            return seconds / length, unit
    return seconds, "s"


def _decimals(value: float, unit: str) -> int:
    """Return the decimals by the magnitude and the shown unit; one without a name is a count or a ratio."""
    if value == 0 or unit == "count":
        return 0
    if unit in ONE_DECIMAL and abs(value) >= 1:
        return 1
    significant = 3 if unit in ("percent", "ms", "s", "min", "h", "days", "EFLOPS") else SIGNIFICANT
    decimals = max(0, significant - 1 - math.floor(math.log10(abs(value))))
    return min(decimals, MOST_DECIMALS) if unit == "percent" else decimals


def _write(value: float, decimals: int, *, strip: bool = True) -> str:
    text = f"{value:,.{decimals}f}"
    if strip and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.removeprefix("-") if not re.search("[1-9]", text) else text.replace("-", "−")


def large(number: Number) -> tuple[str, str] | None:
    """
    Write a number in 亿 or 万 as Chinese readers expect large ones.

    Returns
    -------
    tuple of str, or None
        Digits with 亿 or 万, and the key of the unit (``kWh``, ``yuan`` or ""); None where the magnitude is
        below 1 万 or the unit is not written that way.

    Examples
    --------
    >>> large(Number(4839.0, "GWh", ()))
    ('48.39亿', 'kWh')
    """
    bases = {"GWh": (1e6, "kWh"), "MWh": (1e3, "kWh"), "CNY": (1.0, "yuan"), "count": (1.0, "")}
    if not number.known or number.unit not in bases:
        return None
    factor, unit = bases[number.unit]
    value = (number.value or 0.0) * factor
    for size, word in ((1e8, "亿"), (1e4, "万")):
        if abs(value) >= size:
            return _write(value / size, _decimals(value / size, "plain")) + word, unit
    return None


MONEY = re.compile(r"(\d[\d,.]*)\s*(亿|万)?元(/\w+)?")
MAGNITUDES = {None: 1.0, "万": 1e4, "亿": 1e8}


def english_money(text: str) -> str:
    """
    Write amounts such as ``240 万元`` and ``0.21 元/kWh`` for English readers; the rest of the text stays.

    Examples
    --------
    >>> english_money("240 万元")
    'CNY 2.4 million'
    >>> english_money("0.21 元/kWh")
    'CNY 0.21/kWh'
    """
    return MONEY.sub(_english_amount, text)


def _english_amount(match: re.Match[str]) -> str:
    amount = float(match[1].replace(",", "")) * MAGNITUDES[match[2]]
    scale, word = next(((s, w) for s, w in ((1e9, " billion"), (1e6, " million")) if amount >= s), (1.0, ""))
    digits = f"{amount / scale:.12g}" if match[2] else match[1]
    return f"CNY {digits}{word}{match[3] or ''}"
