"""What the models allow at each place, as plain data: for messages, ``--set``, units and the reference."""

from __future__ import annotations

import functools
import re
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from simulator.scenario.base import NAME_PATTERN, DefaultModel, FileMark
from simulator.scenario.problems import Steps
from simulator.scenario.quantities import UnitOf

Kind = Literal[
    "model",
    "mapping",
    "list",
    "choice",
    "quantity",
    "number",
    "integer",
    "text",
    "name",
    "flag",
    "instant",
    "any",
]
NUMERIC = ("quantity", "number", "integer")
_LEAF: dict[Any, Kind] = {
    float: "number",
    int: "integer",
    str: "text",
    bool: "flag",
    datetime: "instant",
    Any: "any",
}


@dataclass(frozen=True)
class Shape:
    """
    What one place of a scenario may hold.

    Parameters
    ----------
    kind : str
        Container or leaf kind.
    model : type or None
        The model of a "model".
    fields : dict of Shape
        Fields of a model.
    item : Shape or None
        Values of a mapping, items of a list.
    options : dict of Shape
        Models of a choice by the value of their ``model`` field.
    default_option : str
        The model a mapping without ``model`` means, "" for none.
    words : tuple of str
        Allowed texts, empty for any.
    key_words : tuple of str
        Allowed keys of a mapping, empty for any name.
    unit, example : str
        Unit of a number, "" for none; an example of a quantity.
    bounds : tuple of str
        Allowed range in words, e.g. ``>= 0``.
    description : str
        From the field.
    required : bool
        There is no default.
    default : Any
        Default of the field, None if there is none.
    is_file : bool
        Names an input file.
    optional : bool
        May be none.
    """

    kind: Kind
    model: type[BaseModel] | None = None
    fields: Mapping[str, Shape] = field(default_factory=dict)
    item: Shape | None = None
    options: Mapping[str, Shape] = field(default_factory=dict)
    default_option: str = ""
    words: tuple[str, ...] = ()
    key_words: tuple[str, ...] = ()
    unit: str = ""
    example: str = ""
    bounds: tuple[str, ...] = ()
    description: str = ""
    required: bool = True
    default: Any = None
    is_file: bool = False
    optional: bool = False


@functools.cache
def shape_of(model: type[BaseModel]) -> Shape:
    """Return the shape of a model."""
    fields = {name: _field(info) for name, info in model.model_fields.items()}
    return Shape("model", model=model, fields=fields, description=(model.__doc__ or "").strip())


def _field(info: FieldInfo) -> Shape:
    facts: dict[str, Any] = {"required": info.is_required(), "description": info.description or ""}
    if not info.is_required():
        facts["default"] = info.get_default(call_default_factory=True)
    return _build(info.annotation, list(info.metadata), facts)


def _build(annotation: Any, metadata: list[Any], facts: dict[str, Any]) -> Shape:
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _build(args[0], [*args[1:], *metadata], facts)
    if origin in (typing.Union, types.UnionType):
        parts = [arg for arg in args if arg is not type(None)]
        if len(parts) == 1:
            return _build(parts[0], metadata, {**facts, "optional": True})
        options = {
            tag: shape_of(part) for part in parts for tag in typing.get_args(part.model_fields["model"].annotation)
        }
        default = next((mark.tag for mark in metadata if isinstance(mark, DefaultModel)), "")
        return Shape("choice", options=options, default_option=default, **facts)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        inner = shape_of(annotation)
        facts["description"] = facts.get("description") or inner.description
        return Shape("model", model=annotation, fields=inner.fields, **facts)
    if origin is dict:
        return Shape("mapping", item=_build(args[1], [], {}), key_words=_words(args[0]), **facts)
    if origin is tuple:
        return Shape("list", item=_build(args[0], [], {}), **facts)
    return _leaf(annotation, metadata, facts)


def _leaf(annotation: Any, metadata: list[Any], facts: dict[str, Any]) -> Shape:
    marks = [mark for mark in _flat(metadata) if isinstance(mark, UnitOf)]
    facts["bounds"] = tuple(dict.fromkeys(_bounds(metadata)))
    facts["is_file"] = any(isinstance(mark, FileMark) for mark in metadata)
    if marks:
        return Shape("quantity", unit=marks[0].unit, example=marks[0].example, **facts)
    if words := _words(annotation):
        return Shape("text", words=words, **facts)
    is_name = any(getattr(mark, "pattern", None) == NAME_PATTERN for mark in _flat(metadata))
    kind = "name" if is_name else _LEAF[annotation]
    unit = re.search(r"\[([^\]]+)\]$", facts.get("description", ""))
    return Shape(kind, unit=unit[1] if unit and kind in NUMERIC else "", **facts)


def _words(annotation: Any) -> tuple[str, ...]:
    return typing.get_args(annotation) if typing.get_origin(annotation) is Literal else ()


def _flat(metadata: list[Any]) -> Iterator[Any]:
    for mark in metadata:
        yield from mark.metadata if isinstance(mark, FieldInfo) else (mark,)


def _bounds(metadata: list[Any]) -> Iterator[str]:
    for mark in _flat(metadata):
        for name, sign in (("gt", ">"), ("ge", ">="), ("lt", "<"), ("le", "<=")):
            limit = getattr(mark, name, None)
            if limit is not None:
                yield f"{sign} {limit}"


def step_into(shape: Shape | None, step: str | int, value: Any = None) -> Shape | None:
    """
    Return the shape one step below.

    Parameters
    ----------
    shape : Shape or None
        Where we are.
    step : str or int
        Key or position.
    value : Any
        The plain value here, which tells the model of a choice.
    """
    if shape is None:
        return None
    if shape.kind == "choice":
        tag = value.get("model", shape.default_option) if isinstance(value, dict) else None
        shape = shape.options.get(tag if isinstance(tag, str) else "", Shape("model"))
    if shape.kind == "model":
        return shape.fields.get(str(step))
    return shape.item if shape.kind in ("mapping", "list") else None


def find(shape: Shape, steps: Steps, value: Any) -> Shape | None:
    """Return the shape at a path of a plain value, or None where the models know nothing."""
    found: Shape | None = shape
    for step in steps:
        found = step_into(found, step, value)
        value = _below(value, step)
    return found


def _below(value: Any, step: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list | tuple) and isinstance(step, int) and step < len(value):
        return value[step]
    return None
