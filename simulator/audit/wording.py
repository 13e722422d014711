"""
How figures and findings are put into words, in Chinese and English from the same values.

A sentence is a pair of templates in `TEXTS`; `say` fills both from one set of values, so that no number can
be in one language only. Figures keep four significant digits, more for large whole numbers. Energies are
printed in 亿kWh and TWh side by side: the Chinese sources count in the first, everybody else in the second.
"""

from __future__ import annotations

import math

from simulator.audit.model import Measure
from simulator.audit.sentences import TEXTS
from simulator.scenario import Precision, Title

MAGNITUDES = (("亿亿", 1e16), ("万亿", 1e12), ("亿", 1e8), ("万", 1e4))
PREFIXES = (("E", 1e18), ("P", 1e15), ("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3))
PREFIXED_UNITS = ("FLOPS", "W")
RACK_UNITS = {
    "rack": Title(zh="个机架", en="racks"),
    "kW/rack": Title(zh=" kW/架", en="kW per rack"),
    "MWh/rack": Title(zh=" MWh/架", en="MWh per rack"),
}
DIGITS = 4  # of a printed figure; published claims carry two to four


def say(key: str, **values: str | float | Title) -> Title:
    """
    Fill a sentence of `TEXTS` in both languages.

    Parameters
    ----------
    key : str
        Name of the sentence.
    **values : str, float or Title
        Numbers are printed by `number`; a `Title` gives each language its own words.

    Returns
    -------
    Title
        The sentence.
    """
    template = TEXTS[key]
    zh = template.zh.format(**{name: _in("zh", value) for name, value in values.items()})
    en = template.en.format(**{name: _in("en", value) for name, value in values.items()})
    return Title(zh=zh, en=en.rstrip())  # a sentence may end in a part that is empty


def _in(lang: str, value: str | float | Title) -> str:
    if isinstance(value, Title):
        return str(getattr(value, lang))
    return value if isinstance(value, str) else number(value)


def number(value: float) -> str:
    """
    Print a figure with sensible digits.

    Examples
    --------
    >>> number(3180.212), number(0.51732), number(306.0), number(8760)
    ('3,180', '0.5173', '306', '8,760')
    """
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    decimals = max(0, DIGITS - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float) -> str:
    """
    Print a share in percent, with two significant digits.

    Examples
    --------
    >>> percent(0.00147), percent(-0.0451)
    ('0.15%', '-4.5%')
    """
    return f"{round(100 * share, 4):.2g}%" if abs(share) < 1 else f"{number(100 * share)}%"


def energy(twh: float) -> Title:
    """Print an energy [TWh] in both units, the reader's first."""
    yi_kwh, text = number(twh * 10), number(twh)
    return Title(zh=f"{yi_kwh}亿kWh（{text} TWh）", en=f"{text} TWh ({yi_kwh}亿 kWh)")


def quantity(value: float, unit: str) -> Title:
    """Print a value with its unit; the unit may be empty."""
    if unit == "TWh":
        return energy(value)
    if unit in RACK_UNITS:
        return Title(zh=f"{number(value)}{RACK_UNITS[unit].zh}", en=f"{number(value)} {RACK_UNITS[unit].en}")
    text = f"{number(value)} {unit}".strip()
    return Title(zh=text, en=text)


def prefixed(value: float, unit: str) -> Title:
    """Print a value with the prefix that keeps its figures short: 5.66e9 FLOPS is 5.66 GFLOPS."""
    prefix, factor = next((pair for pair in PREFIXES if unit in PREFIXED_UNITS and abs(value) >= pair[1]), ("", 1.0))
    text = f"{number(value / factor)} {prefix}{unit}"
    return Title(zh=text, en=text)


def chinese_magnitude(value: float, unit: str) -> Title:
    """Print a value with a Chinese magnitude: 5.66e10 FLOPS is 566亿次/秒."""
    word, factor = next(((w, f) for w, f in MAGNITUDES if abs(value) >= f), ("", 1.0))
    text = f"{number(value / factor)}{word}"
    per = "次/秒" if unit == "FLOPS" else f" {unit}"
    return Title(zh=f"{text}{per}", en=f"{text} {unit}")


def span(low: Title, high: Title) -> Title:
    """Print a range, or the one value if both ends read the same."""
    if low == high:
        return low
    return Title(zh=f"{low.zh}至{high.zh}", en=f"{low.en} to {high.en}")


def number_span(values: list[float], unit: str = "") -> Title:
    """Print the range of some figures in one unit."""
    low, high = number(min(values)), number(max(values))
    unit = f" {unit}" if unit else ""
    if low == high:
        return Title(zh=f"{low}{unit}", en=f"{low}{unit}")
    return Title(zh=f"{low}至{high}{unit}", en=f"{low} to {high}{unit}")


def basis(precision: Precision | None, measure: Measure | None) -> Title:
    """Name a precision and the way it is measured."""
    if precision is None:
        return TEXTS["unstated_word"]
    words = {"hpl": Title(zh="HPL", en="HPL"), "dense_peak": Title(zh="稠密峰值", en="dense peak")}
    name = precision.upper()
    if measure is None:
        return Title(zh=name, en=name)
    return Title(zh=f"{name}（{words[measure].zh}）", en=f"{name} ({words[measure].en})")
