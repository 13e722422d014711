"""
Quantities as people write them: ``120 MW``, ``18 EFLOPS``, ``306 亿kWh``, ``3.5 元/kWh``, ``7 d``.

A field of a scenario model is annotated with one of the types below (``Power``, ``Duration`` ...). Its value
in YAML is a text with a unit; the model holds a float in the unit named here (W, J, s, FLOP/s, CNY, CNY/kWh,
kg/kWh ...). A bare number is a fault, because the reader of a scenario must not have to guess.
"""

from __future__ import annotations

import functools
import math
import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from simulator.scenario.problems import shown

# Chinese magnitudes multiply: 百亿亿 is 100 x 1e8 x 1e8.
MAGNITUDES = {"十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}
UNIT_WORDS = {
    "千瓦时": "kWh", "兆瓦时": "MWh", "瓦时": "Wh", "千瓦": "kW", "兆瓦": "MW", "瓦": "W", "度": "kWh",
    "千克": "kg", "克": "g", "千米": "km", "元": "CNY", "吨": "t", "次/秒": "FLOPS", "次": "FLOP",
    "小时": "h", "分钟": "min", "秒": "s", "天": "d", "年": "year", "月": "month", "公里": "km", "米": "m",
}  # fmt: skip
UNIT_LENGTH_MAX = 60  # the longest unit anybody means is far shorter
DEFINITIONS = """
FLOP = [floating_point_operation] = flop
FLOPS = FLOP / second = flops
CNY = [money] = yuan = RMB
device = [device]
rack = [rack]
P_compute = 1e15 FLOPS
E_compute = 1e18 FLOPS
"""


# Validation context of values that were read before and are floats in the canonical unit (a manifest).
CANONICAL = "canonical"


@functools.cache
def registry() -> Any:
    """Return the one pint registry, made when the first quantity is read (pint is slow to import)."""
    import pint

    units: Any = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
    units.define("@alias hour = hr")
    for line in filter(None, DEFINITIONS.splitlines()):
        units.define(line)
    return units


def parse_quantity(text: str, unit: str) -> float:
    """
    Read a quantity and express it in a unit.

    Parameters
    ----------
    text : str
        Number and unit, Chinese magnitudes and unit words too (``3.2 万 PFLOPS``, ``48.39亿千瓦时``).
    unit : str
        The unit of the result, as pint writes it.

    Returns
    -------
    float
        The magnitude in `unit`.

    Raises
    ------
    ValueError
        If there is no number, no unit, an unknown unit, or a unit of another kind; the message says which.

    Examples
    --------
    >>> parse_quantity("306 亿kWh", "TWh")
    30.6
    >>> parse_quantity("5000 PFLOPS", "EFLOPS")
    5.0
    """
    number, rest = _split(text)
    magnitude, unit_text = _magnitude(rest)
    if not unit_text:
        raise ValueError(f"no unit in {text!r}")
    scale, offset = _conversion(unit_text, unit)
    # 15 digits: undo the last-bit noise of the conversion so that 5000 PFLOPS is 5.0 EFLOPS
    return float(f"{number * magnitude * scale + offset:.15g}")


@functools.lru_cache(maxsize=4096)
def _conversion(unit_text: str, unit: str) -> tuple[float, float]:
    """Return scale and offset between two units; a scenario uses few units often, and pint is slow."""
    if len(unit_text) > UNIT_LENGTH_MAX:
        raise ValueError(f"unknown unit {unit_text[:UNIT_LENGTH_MAX]!r}...")
    units = registry()
    try:
        given = units.parse_units(unit_text)
    except Exception as error:
        # pint raises a dozen classes for texts that are no unit, those of the tokenizer among them
        raise ValueError(f"unknown unit {unit_text!r}") from error
    if not given.is_compatible_with(unit):
        raise ValueError(f"a quantity in {unit_text!r}, which is no measure of [{unit}]")
    zero, one = (units.Quantity(x, given).to(unit).magnitude for x in (0.0, 1.0))
    return one - zero if zero else one, zero


def _split(text: str) -> tuple[float, str]:
    match = re.match(r"\s*([-+]?(?:\d[\d_,]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*)$", text, re.DOTALL)
    if not match:
        raise ValueError(f"no number at the start of {text!r}")
    return float(match[1].replace(",", "").replace("_", "")), match[2].strip()


def _magnitude(rest: str) -> tuple[float, str]:
    factor = 1.0
    while rest and rest[0] in MAGNITUDES:
        factor, rest = factor * MAGNITUDES[rest[0]], rest[1:].strip()
    for word, unit in UNIT_WORDS.items():
        rest = rest.replace(word, unit)
    # 1 P and 1 E are how Chinese notices write PFLOPS and EFLOPS; degrees Celsius have many spellings
    rest = {
        "P": "P_compute",
        "E": "E_compute",
        "P算力": "P_compute",
        "°C": "degC",
        "℃": "degC",
        "C": "degC",
    }.get(rest, rest)
    return factor, rest


@dataclass(frozen=True)
class UnitOf:
    """Marks a field type with its canonical unit and an example for messages."""

    unit: str
    example: str


# Units people read, smallest first; the largest whose text reads back to the very same number is taken.
READABLE = {
    "W": ("W", "kW", "MW", "GW"),
    "VA": ("VA", "kVA", "MVA"),
    "J": ("J", "kWh", "MWh", "GWh", "TWh"),
    "s": ("s", "min", "h", "d"),
    "FLOPS": ("FLOPS", "GFLOPS", "TFLOPS", "PFLOPS", "EFLOPS"),
    "CNY": ("元", "万元", "亿元"),
    "kg": ("kg", "t"),
    "byte": ("byte", "GB", "TB"),
    "byte/s": ("byte/s", "GB/s", "TB/s"),
    "bit/s": ("bit/s", "Gbit/s"),
    "CNY/kWh": ("元/kWh",),
    "CNY/kW": ("元/kW",),
    "CNY/kVA": ("元/kVA",),
    "liter/kWh": ("L/kWh",),
}


def format_quantity(value: float, unit: str) -> str:
    """
    Write a quantity in the largest usual unit that loses no bit of it.

    Parameters
    ----------
    value : float
        Magnitude in `unit`.
    unit : str
        Canonical unit of a field.

    Returns
    -------
    str
        Text that `parse_quantity` reads back to exactly `value`.

    Examples
    --------
    >>> format_quantity(1.2e8, "W")
    '120 MW'
    """
    for readable in reversed(READABLE.get(unit, (unit,))):
        scale = parse_quantity(f"1 {readable}", unit)
        text = f"{value / scale:.15g} {readable}"
        if (value == 0 or abs(value) >= scale) and parse_quantity(text, unit) == value:
            return text if value else f"0 {READABLE.get(unit, (unit,))[0]}"
    return f"{value!r} {unit}"


def _reader(mark: UnitOf) -> BeforeValidator:
    def read(value: Any, info: ValidationInfo) -> float:
        if info.context == CANONICAL and type(value) in (int, float):
            return float(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            raise _fault("bare_number", mark, "a text with a unit", f"the bare number {value}")
        if not isinstance(value, str):
            raise _fault("quantity", mark, "a text with a unit", shown(value))
        try:
            number = parse_quantity(value, mark.unit)
        except ValueError as error:
            raise _fault("quantity", mark, "a quantity", str(error)) from error
        if not math.isfinite(number):
            raise _fault("quantity", mark, "a finite quantity", shown(value))
        return number

    return BeforeValidator(read)


def _fault(kind: Literal["quantity", "bare_number"], mark: UnitOf, expected: str, given: str) -> PydanticCustomError:
    context = {
        "given": given,
        "expected": f"{expected} like '{mark.example}' [{mark.unit}]",
        "example": mark.example,
        "unit": mark.unit,
    }
    return PydanticCustomError(kind, "{given}", context)


def _quantity(unit: str, example: str, **bounds: Any) -> Any:
    mark = UnitOf(unit, example)
    schema = WithJsonSchema(
        {
            "type": "string",
            "description": f"a quantity with a unit, like '{example}' [{unit}]",
            "examples": [example],
        }
    )
    return Annotated[float, Field(**bounds), mark, _reader(mark), schema]


Power = _quantity("W", "120 MW", ge=0)
ApparentPower = _quantity("VA", "63 MVA", ge=0)
Energy = _quantity("J", "40 MWh", ge=0)
Duration = _quantity("s", "15 min", ge=0)
Days = _quantity("s", "7 d", ge=0)
Compute = _quantity("FLOPS", "18 EFLOPS", ge=0)
Efficiency = _quantity("FLOPS/W", "52.2 GFLOPS/W", gt=0)
Money = _quantity("CNY", "3.5 亿元", ge=0)
EnergyPrice = _quantity("CNY/kWh", "0.65 元/kWh")
DemandPrice = _quantity("CNY/kW", "40 元/kW", ge=0)
CapacityPrice = _quantity("CNY/kVA", "25 元/kVA", ge=0)
CarbonFactor = _quantity("kg/kWh", "0.5153 kg/kWh", ge=0)
Mass = _quantity("kg", "1300 kg", ge=0)
Length = _quantity("m", "2 m")
Distance = _quantity("km", "100 km", ge=0)
Memory = _quantity("byte", "64 GB", ge=0)
Bandwidth = _quantity("bit/s", "400 Gbit/s", ge=0)
MemoryBandwidth = _quantity("byte/s", "2 TB/s", ge=0)
EnergyPerData = _quantity("kWh/GB", "0.06 kWh/GB", ge=0)
PricePerData = _quantity("CNY/GB", "0.1 元/GB", ge=0)
Angle = _quantity("deg", "30.8 deg")
Temperature = _quantity("degC", "18 degC")
TemperatureGap = _quantity("delta_degC", "5 delta_degC", ge=0)
WaterRate = _quantity("liter/kWh", "1.2 L/kWh", ge=0)

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=0)]
