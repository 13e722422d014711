"""The JSON Schema of scenario files, for editors."""

from __future__ import annotations

from typing import Any

from simulator.scenario.base import NAME_PATTERN
from simulator.scenario.quantities import format_quantity
from simulator.scenario.shape import Shape, shape_of
from simulator.scenario.spec import Scenario

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_IDS: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
_BOUND = {"type": ["number", "string"]}
_PARTS: dict[str, Any] = {
    "source": {**_IDS, "description": "id in sources.yaml, or a list of ids"},
    "assumed": {"type": "string", "description": "why this value was assumed"},
    "note": {"type": "string"},
}
_EITHER = {"oneOf": [{"required": ["source"]}, {"required": ["assumed"]}]}
_TITLE = {
    "type": "object",
    "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
    "required": ["zh", "en"],
    "additionalProperties": False,
}
_ABOUT = {"type": "object", "properties": _PARTS, "additionalProperties": False, **_EITHER}
_ABOUT_REF = {"$ref": "#/$defs/About"}


def json_schema() -> dict[str, Any]:
    """
    Return the JSON Schema (draft 2020-12) of a scenario file.

    Returns
    -------
    dict
        Nothing is required, since a file may be a part that others extend; every number may be wrapped with
        its source, every mapping may carry ``about``, and every entry may be null (which removes it).
    """
    definitions: dict[str, Any] = {"About": _ABOUT}
    patch = _model(shape_of(Scenario), definitions)
    root = {
        **definitions["Scenario"],
        "properties": {**definitions["Scenario"]["properties"], **_file_keys(patch)},
    }
    return {
        "$schema": DIALECT,
        "title": "suandian scenario",
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def _file_keys(patch: dict[str, Any]) -> dict[str, Any]:
    """Return what stands in a file but not in a patch: its parents and its variants."""
    paths = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    properties = {"title": _TITLE, "set": patch, "about": _ABOUT_REF}
    variant = {
        "type": "object",
        "properties": properties,
        "required": ["title", "set"],
        "additionalProperties": False,
    }
    variants = {
        "type": "object",
        "properties": {"about": _ABOUT_REF},
        "additionalProperties": _nullable(variant),
    }
    return {
        "extends": {**paths, "description": "parent files, merged left to right"},
        "variants": {**_nullable(variants), "description": "named patches: title and set; null drops a parent's"},
    }


def _of(shape: Shape, definitions: dict[str, Any]) -> dict[str, Any]:
    if shape.kind == "model":
        return _model(shape, definitions)
    if shape.kind == "mapping":
        return _mapping(shape, definitions)
    if shape.kind == "choice":
        names = dict.fromkeys(name for option in shape.options.values() for name in option.fields)
        return {"anyOf": [_model(option, definitions, tuple(names)) for option in shape.options.values()]}
    if shape.kind == "list":
        return {"type": "array", "items": _of(shape.item, definitions) if shape.item else {}}
    return {} if shape.kind == "any" else _wrapped(_leaf(shape))


def _model(shape: Shape, definitions: dict[str, Any], removable: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a reference to a model; null may stand at `removable` names, fields of other models that are inherited."""
    name = shape.model.__name__ if shape.model else ""
    if name not in definitions:
        properties = {key: _field(field, definitions) for key, field in shape.fields.items()}
        properties |= {key: {"type": "null"} for key in removable if key not in properties}
        if name == "Mfu":
            # an MFU with a source is written like any other number: value, source, low, high
            properties |= _PARTS
        about = (shape.model.__doc__ or "").strip() if shape.model else ""
        definitions[name] = {**_object(properties), "description": about}
    return {"$ref": f"#/$defs/{name}"}


def _field(shape: Shape, definitions: dict[str, Any]) -> dict[str, Any]:
    schema = _of(shape, definitions)
    if shape.description:
        schema = {**schema, "description": shape.description}
    if not shape.required and isinstance(shape.default, bool | int | float | str):
        is_quantity = shape.kind == "quantity" and not isinstance(shape.default, str)
        schema["default"] = format_quantity(shape.default, shape.unit) if is_quantity else shape.default  # type: ignore[arg-type]
    return _nullable(schema)


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**properties, "about": _ABOUT_REF},
        "additionalProperties": False,
    }


def _mapping(shape: Shape, definitions: dict[str, Any]) -> dict[str, Any]:
    item = _nullable(_of(shape.item, definitions)) if shape.item else {}
    if shape.key_words:
        return _object(dict.fromkeys(shape.key_words, item))
    return {"type": "object", "properties": {"about": _ABOUT_REF}, "additionalProperties": item}


def _leaf(shape: Shape) -> dict[str, Any]:
    types = {"number": "number", "integer": "integer", "flag": "boolean"}
    schema: dict[str, Any] = {"type": types.get(shape.kind, "string")}
    if shape.words:
        schema["enum"] = list(shape.words)
    if shape.kind == "quantity":
        schema |= {"description": f"a quantity with its unit [{shape.unit}]", "examples": [shape.example]}
    elif shape.kind in ("number", "integer"):
        schema |= _limits(shape.bounds)
    elif shape.kind == "name":
        schema["pattern"] = NAME_PATTERN
    return schema | ({"format": "date-time"} if shape.kind == "instant" else {})


def _limits(bounds: tuple[str, ...]) -> dict[str, float]:
    names = {">": "exclusiveMinimum", ">=": "minimum", "<": "exclusiveMaximum", "<=": "maximum"}
    return {names[sign]: float(limit) for sign, limit in (bound.split() for bound in bounds)}


def _wrapped(leaf: dict[str, Any]) -> dict[str, Any]:
    values = {"anyOf": [leaf, {"type": "array", "items": leaf}]}
    properties = {"value": values, **_PARTS, "low": _BOUND, "high": _BOUND}
    sourced = {
        "type": "object",
        "properties": properties,
        "required": ["value"],
        "additionalProperties": False,
    }
    return {"anyOf": [leaf, {**sourced, **_EITHER}]}


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    notes = {key: value for key, value in schema.items() if key in ("description", "default")}
    inner = {key: value for key, value in schema.items() if key not in notes}
    if not inner:
        return notes
    options = inner["anyOf"] if list(inner) == ["anyOf"] else [inner]
    return {**notes, "anyOf": [*options, {"type": "null"}]}
