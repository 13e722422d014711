"""Inputs of scenarios by their dotted path: their values with units, and how two scenarios differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.scenario import Scenario, Shape, dotted, format_quantity, shape_of, step_into

if TYPE_CHECKING:
    from simulator.scenario import Loaded

Steps = tuple[str | int, ...]
# what a scenario calls itself decides nothing, and the seed is not an input but a draw
LABELS = {"name", "title", "question", "notes"}
WORDS = 3  # so many entries of something added or removed are named


@dataclass(frozen=True)
class Difference:
    """
    One input in which two scenarios differ.

    Parameters
    ----------
    path : str
        Dotted.
    old, new : str
        As people read them, with unit; "" where a side has no such input.
    unit : str
        Canonical unit of the raw values, "" for none.
    raw_old, raw_new : Any
        As the scenarios hold them, plain data; None where a side has none.
    origin : str
        Source ids or the reason of the new value, "" where none is known.
    """

    path: str
    old: str
    new: str
    unit: str
    raw_old: Any
    raw_new: Any
    origin: str = ""


def steps_of(path: str) -> Steps:
    """Return the steps of a dotted path."""
    return tuple(int(step) if step.isdecimal() else step for step in path.split("."))


def leaf(scenario: Scenario, path: str) -> tuple[Any, str]:
    """
    Return one input of a scenario and its unit.

    Returns
    -------
    value
        A number in its canonical unit, a truth or a text; a list or mapping as text; None where there is none.
    unit : str
        "" for none.
    """
    value: Any = scenario.model_dump(mode="json")
    form: Shape | None = shape_of(Scenario)
    for step in steps_of(path):
        form = step_into(form, step, value)
        if isinstance(value, dict):
            value = value.get(str(step))
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None, ""
    unit = form.unit if form is not None else ""
    return (value, unit) if not isinstance(value, dict | list) else (str(value), "")


def differences(old: Loaded, new: Loaded) -> list[Difference]:
    """
    Return the inputs in which two scenarios differ, in the order of the scenario.

    What only one side has is one difference, however much it holds; titles, notes and the seed are none.
    """
    before, after = (loaded.scenario.model_dump(mode="json") for loaded in (old, new))
    for tree in (before, after):
        tree["simulation"].pop("seed")
    found = _walk(before, after, shape_of(Scenario), ())
    return [_described(steps, a, b, form, new) for steps, a, b, form in found]


def _walk(old: Any, new: Any, form: Shape | None, steps: Steps) -> Iterator[tuple[Steps, Any, Any, Shape | None]]:
    if isinstance(old, dict) and isinstance(new, dict) and old.get("model") == new.get("model"):
        for key in dict.fromkeys([*old, *new]):
            if (not steps and key in LABELS) or key == "title":
                continue
            inner = step_into(form, key, new if key in new else old)
            yield from _walk(old.get(key), new.get(key), inner, (*steps, key))
    elif old != new:
        yield steps, old, new, form


def _described(steps: Steps, old: Any, new: Any, form: Shape | None, loaded: Loaded) -> Difference:
    path = dotted(steps)
    unit = form.unit if form is not None else ""
    origin = loaded.provenance.get(path)
    told = "" if origin is None else ", ".join(origin.sources) or origin.why
    return Difference(path, written(old, form), written(new, form), unit, old, new, told)


def written(value: Any, form: Shape | None) -> str:
    """
    Return a value as people read it, with its unit.

    Examples
    --------
    >>> written({"servers": 8, "hub": "jiaxing"}, None)
    'servers: 8, hub: jiaxing'
    """
    if value is None:
        return ""
    if isinstance(value, dict):
        pairs = [
            f"{key}: {written(item, step_into(form, key, value))}"
            for key, item in value.items()
            if key != "title" and not isinstance(item, dict | list) and item is not None
        ]
        return ", ".join(pairs[:WORDS]) + (", ..." if len(pairs) > WORDS else "") if pairs else "{}"
    if isinstance(value, list):
        inner = form.item if form is not None else None
        return "[" + ", ".join(written(item, inner) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if form is not None and form.kind == "quantity" and isinstance(value, int | float):
        return format_quantity(float(value), form.unit)
    unit = f" {form.unit}" if form is not None and form.unit and form.unit != "-" else ""
    return f"{value:.12g}{unit}" if isinstance(value, float) else f"{value}{unit}"
