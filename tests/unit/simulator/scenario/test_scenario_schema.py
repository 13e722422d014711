"""The JSON Schema accepts what we ship and refuses what is wrong; the field reference is up to date."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from simulator.scenario import field_reference, json_schema, plain, read_file
from simulator.scenario.shape import shape_of
from simulator.scenario.spec import Scenario

ROOT = Path(__file__).resolve().parents[4]
FILES = sorted(
    path
    for folder in (".", "base", "catalogue")
    for path in (ROOT / "scenarios" / folder).glob("*.yaml")
    if path.name != "sources.yaml"
)
SCHEMA = json_schema()
TYPES = {
    "object": dict,
    "array": (list, tuple),
    "string": str,
    "number": (int, float),
    "integer": int,
    "boolean": bool,
    "null": type(None),
}


def faults(value: Any, schema: dict[str, Any], path: str = "") -> list[str]:
    """Check the part of JSON Schema that ours uses; enough to tell whether an editor would complain."""
    known = {"$schema", "$defs", "$ref", "title", "description", "default", "examples", "format"}
    known |= {
        "type",
        "properties",
        "additionalProperties",
        "required",
        "items",
        "enum",
        "anyOf",
        "oneOf",
        "pattern",
    }
    known |= {"minItems", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
    assert schema.keys() <= known, schema.keys() - known
    if "$ref" in schema:
        return faults(value, SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")], path)
    found = []
    for word, fits in (("anyOf", lambda n: n >= 1), ("oneOf", lambda n: n == 1)):
        if word in schema:
            results = [faults(value, option, path) for option in schema[word]]
            if not fits(sum(not result for result in results)):
                found += min(results, key=len) or [f"{path}: several of {word}"]
    found += _own_faults(value, schema, path)
    if isinstance(value, dict):
        found += [f"{path}: no {key}" for key in schema.get("required", ()) if key not in value]
        for key, inner in value.items():
            rest = schema.get("additionalProperties", {})
            form = schema.get("properties", {}).get(key, rest)
            found += [f"{path}.{key}: unknown"] if form is False else faults(inner, form, f"{path}.{key}")
    elif isinstance(value, list | tuple) and "items" in schema:
        found += [fault for i, item in enumerate(value) for fault in faults(item, schema["items"], f"{path}.{i}")]
    return found


def _own_faults(value: Any, schema: dict[str, Any], path: str) -> list[str]:
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    fits = [isinstance(value, TYPES[k]) and (k == "boolean" or not isinstance(value, bool)) for k in kinds]
    if kinds and not any(fits):
        return [f"{path}: {value!r} is no {kinds}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{path}: {value!r} not in {schema['enum']}"]
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return [f"{path}: {value!r} does not match"]
    low, high = schema.get("minimum", float("-inf")), schema.get("maximum", float("inf"))
    if isinstance(value, int | float) and not low <= value <= high:
        return [f"{path}: {value!r} out of bounds"]
    return []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_schema_accepts_every_shipped_file(path: Path) -> None:
    node, problems = read_file(path)
    assert node is not None
    assert not problems
    assert faults(plain(node), SCHEMA) == []


@pytest.mark.parametrize(
    "value",
    [
        {"hubz": {}},
        {"hubs": {"a": {"connection": {"import_limit": 120}}}},
        {"hubs": {"a": {"connection": {"import_limit": {"value": "120 MW"}}}}},
        {"hubs": {"a": {"connection": {"import_limit": {"value": "1 MW", "source": "x", "assumed": "y"}}}}},
        {"hubs": {"a": {"about": {"assumed": 3}}}},
        {"devices": {"a": {"peak": {"fp12": "1 PFLOPS"}}}},
        {"devices": {"a": {"mfu": {"x": {"value": 1.5}}}}},
        {"clusters": {"a": {"servers": "many"}}},
        {"clusters": {"a": {"hub": "Not A Name"}}},
        {"targets": {"a": {"rung": "paper"}}},
        {"variants": {"a": {"set": {}}}},
        {"variants": {"a": {"title": {"zh": "x", "en": "y"}, "set": {"extends": "x.yaml"}}}},
        {"extends": 3},
    ],
    ids=str,
)
def test_the_schema_refuses(value: dict[str, Any]) -> None:
    assert faults(value, SCHEMA) != []


def test_the_schema_lets_null_remove_an_entry() -> None:
    patch = {"clusters": {"a": None}, "hubs": {"b": {"battery": None}}}
    assert faults({"variants": {"v": {"title": {"zh": "x", "en": "y"}, "set": patch}}}, SCHEMA) == []


def test_the_schema_names_its_dialect_and_every_reference_exists() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    references = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(SCHEMA)))
    assert references <= SCHEMA["$defs"].keys()
    assert set(shape_of(Scenario).fields) | {"about", "extends", "variants"} == SCHEMA["properties"].keys()


def test_the_committed_field_reference_is_up_to_date() -> None:
    page = ROOT / "docs" / "scenario-format.md"
    assert page.read_text(encoding="utf-8") == field_reference(), "write field_reference() to docs/scenario-format.md"


def test_the_field_reference_names_every_field() -> None:
    page = field_reference()
    models = SCHEMA["$defs"].keys() - {"About"}
    for model in models:
        section = page.split(f"### {model}\n", 1)[1].split("\n### ")[0]
        for name in SCHEMA["$defs"][model]["properties"].keys() - {"about", "source", "assumed", "note"}:
            removed = SCHEMA["$defs"][model]["properties"][name] == {"type": "null"}  # a field of another model
            assert removed or f"| `{name}` |" in section, f"{model}.{name}"
