"""What a key of ``summary.json``, or an axis of a sweep, is called and in which unit it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.reporting.formats import NONE, UNITS, Number, row, scale

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.reporting.texts import Texts

# ending of a key to a unit of `formats`
ENDINGS = {
    "_eflops": "EFLOPS", "_gwh": "GWh", "_mwh": "MWh", "_mw": "MW", "_tco2": "t", "_cny": "CNY", "_s": "s", "_m3": "m3",
    "_l_per_kwh": "L/kWh", "_kg_per_kwh": "kg/kWh",
}  # fmt: skip
SHARES = ("share", "utilization", "occupancy", "cfe_score", "match_", "cover_", "load_factor", "deadline_missed")
# canonical unit of an axis to a unit of `formats`, with the factor to its origin
AXIS_UNITS = {
    "W": ("MW", 1e-6),
    "J": ("GWh", 1 / 3.6e12),
    "s": ("s", 1.0),
    "FLOPS": ("EFLOPS", 1e-18),
    "CNY": ("CNY", 1.0),
}
DURATION = (3600.0, "h")  # durations on an axis are in hours


@dataclass(frozen=True)
class Shown:
    """One quantity as it is shown: its name, the name of its unit ("" for none), and the factor to it."""

    name: str
    unit: str
    factor: float
    kind: str

    @property
    def axis(self) -> str:
        """Name with unit, for an axis or the head of a column."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name

    def cells(self, values: Iterable[float | None]) -> list[str]:
        """Write values side by side, with the same decimals."""
        given = [None if value is None else value * self.factor for value in values]
        largest = max((abs(value) for value in given if value is not None), default=0.0)
        return (
            row([Number(value, "plain", ()) for value in given], 1.0, "")
            if largest
            else ["0" if v == 0 else NONE for v in given]
        )


def unit_of(key: str) -> str:
    """Return the unit of `formats` in which a summary key is kept."""
    last = key.rsplit(".", maxsplit=1)[-1]
    for ending, unit in ENDINGS.items():
        if last.endswith(ending):
            return unit
    return "share" if any(word in last for word in SHARES) else "plain"


def shown(key: str, values: Iterable[float | None], texts: Texts, axis_units: Mapping[str, str] | None = None) -> Shown:
    """
    Decide how a quantity is shown.

    Parameters
    ----------
    key : str
        Dotted key of the summary, or path of an axis.
    values : iterable of float or None
        All that will be shown together; the largest decides the scale.
    texts : Texts
    axis_units : mapping, optional
        Canonical unit of the keys that are axes.

    Returns
    -------
    Shown
    """
    kind, factor = unit_of(key), 1.0
    if axis_units is not None and key in axis_units:
        kind, factor = AXIS_UNITS.get(axis_units[key], ("plain", 1.0))
    given = [Number(None if v is None else v * factor, kind, ()) for v in values] or [Number(None, kind, ())]
    if kind == "s":
        return Shown(name_of(key, texts), texts.unit(DURATION[1]), factor / DURATION[0], kind)
    own, unit = scale(given) if kind in UNITS else (1.0, "")
    word = texts.get(f"keys.unit.{unit}", texts.unit(unit)) if unit else ""
    return Shown(name_of(key, texts), word, factor * own, kind)


def name_of(key: str, texts: Texts) -> str:
    """Return what people call a key; a key without a name of its own is called by itself."""
    steps = key.split(".")
    if steps[0] == "hubs" and len(steps) > 3 and texts.has(f"keys.group.{steps[2]}"):
        return texts("keys.at_hub", hub=steps[1], name=name_of(".".join(steps[2:]), texts))
    if steps[0] == "capacity" and len(steps) == 3:
        rung = steps[2].removesuffix("_eflops")
        if texts.has(f"rung.{rung}"):
            text = "keys.delivered" if rung == "effective" else "keys.capacity"
            return texts(text, rung=texts(f"rung.{rung}"), precision=steps[1].upper())
    if steps[0] == "limits" and len(steps) == 3 and texts.has(f"limited.{steps[2]}"):
        return texts("keys.grouped", group=texts(f"cause.{steps[1]}"), name=texts(f"limited.{steps[2]}"))
    own = texts.get(f"keys.name.{steps[-1]}", "")
    if own and len(steps) == 2:
        return own
    if len(steps) == 2 and texts.has(f"item.{steps[1]}") and texts.has(f"keys.group.{steps[0]}"):
        return texts("keys.grouped", group=texts(f"keys.group.{steps[0]}"), name=texts(f"item.{steps[1]}"))
    field = texts.get(f"field.{key.replace('.', '_')}", "")
    return field or texts.get(f"keys.axis.{steps[-1]}", key)
