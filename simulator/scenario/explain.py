"""Pydantic's faults in the words of a scenario author: place, got, expected, hint."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from simulator.scenario.problems import Problem, Steps, dotted, near, one_of, shown
from simulator.scenario.shape import NUMERIC, Shape, find
from simulator.scenario.source import Node, at, nearest, plain

NAME_EXPECTED = "a name of lower-case letters, digits and _"
_LIKE_A_NUMBER = re.compile(r"[-+]?[\d.][\d._]*([eE][-+]?\d+)?$")


def explain(error: ValidationError, root: Node, shape: Shape) -> list[Problem]:
    """
    Turn a validation error into faults with file and line.

    Parameters
    ----------
    error : ValidationError
        From validating the plain value of `root`.
    root : Node
        The merged tree.
    shape : Shape
        Shape of the root.

    Returns
    -------
    list of Problem
        One fault for each error.
    """
    details = (detail for detail in error.errors(include_url=False) if not _lacks_only_faulty_entries(detail))
    return [_problem(detail, root, shape) for detail in details]


def _lacks_only_faulty_entries(detail: ErrorDetails) -> bool:
    """Tell whether a list is called too short only because pydantic left out entries whose faults are told anyway."""
    return detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]


def _problem(detail: ErrorDetails, root: Node, shape: Shape) -> Problem:
    steps, is_key = _steps(detail["loc"], root, shape)
    if detail["type"] == "union_tag_invalid":
        steps = (*steps, "model")
    form = find(shape, steps, plain(root))
    node = nearest(root, steps)
    got, expected, hint = _words(detail, steps, form, node, root, shape, is_key)
    return Problem(node.file, node.line, dotted(steps), got, expected, hint)


def _steps(location: tuple[str | int, ...], root: Node, shape: Shape) -> tuple[Steps, bool]:
    """Return the path in the file: without the tags pydantic adds for a choice of models."""
    steps: list[str | int] = []
    node: Node | None = root
    for index, step in enumerate(location):
        if step == "[key]" and index == len(location) - 1:
            return tuple(steps), True
        inside = node.value if node else None
        if isinstance(inside, dict) and step not in inside and step == _tag(inside, tuple(steps), root, shape):
            continue
        steps.append(step)
        node = at(node, (step,)) if node else None
    return tuple(steps), False


def _tag(inside: dict[str, Node], steps: Steps, root: Node, shape: Shape) -> object:
    """Return the model a mapping chooses, in words or by default."""
    if "model" in inside:
        return inside["model"].value
    form = find(shape, steps, plain(root))
    return form.default_option if form is not None and form.default_option else None


def _words(
    detail: ErrorDetails, steps: Steps, form: Shape | None, node: Node, root: Node, shape: Shape, is_key: bool
) -> tuple[str, str, str]:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_field(steps, root, shape)
    if kind == "missing":
        return "nothing", _expected(form), _missing_hint(steps, form, root, shape)
    if is_key:
        return _bad_key(str(steps[-1]), _parent_shape(steps, root, shape))
    if kind in ("quantity", "bare_number"):
        return context["given"], context["expected"], _quantity_hint(kind, context, node)
    if kind == "rule":
        return context["got"], context["expected"], context["hint"]
    if kind == "union_tag_not_found":
        return "no model", f"`model:` {one_of(form.options if form else ())}", ""
    if kind == "union_tag_invalid":
        return _bad_choice(node, find(shape, steps[:-1], plain(root)))
    if kind == "string_pattern_mismatch":
        return shown(detail["input"]), NAME_EXPECTED, ""
    if kind == "too_short":
        least = context.get("min_length", 1)
        return shown(detail["input"]), f"at least {least} {'entry' if least == 1 else 'entries'}", ""
    if kind == "too_long":
        return shown(detail["input"]), f"at most {context.get('max_length')} entries", ""
    given = node.text if form is not None and form.kind == "quantity" and node.text else shown(detail["input"])
    return given, _expected(form) or detail["msg"], _value_hint(detail["input"], form, node)


def _unknown_field(steps: Steps, root: Node, shape: Shape) -> tuple[str, str, str]:
    parent = _parent_shape(steps, root, shape)
    names = list(parent.fields) if parent else []
    key = str(steps[-1])
    hint = _other_model(key, find(shape, steps[:-1], plain(root))) or near(key, names)
    if key in ("source", "assumed") and not hint:
        hint = "write {value: ..., source: ...} for one value, or about: {source: ...} for a mapping"
    return "an unknown field", one_of(names), hint


def _other_model(key: str, choice: Shape | None) -> str:
    models = [tag for tag, option in choice.options.items() if key in option.fields] if choice else []
    return f"it belongs to `model: {models[0]}`; remove an inherited field with null" if models else ""


def _parent_shape(steps: Steps, root: Node, shape: Shape) -> Shape | None:
    value = plain(root)
    parent = find(shape, steps[:-1], value)
    if parent is not None and parent.kind == "choice":
        inside = at(root, steps[:-1])
        tag = inside.value.get("model") if inside and isinstance(inside.value, dict) else None
        return parent.options.get(tag.value if tag else parent.default_option)
    return parent


def _expected(form: Shape | None) -> str:
    """Return what a place allows, with its unit in brackets."""
    if form is None:
        return ""
    if form.words:
        return one_of(form.words)
    if form.default_option:
        form = form.options[form.default_option]
    bounds = " and ".join(form.bounds)
    unit = f" [{form.unit}]" if form.unit else " [-]" if form.kind in NUMERIC else ""
    if form.kind == "quantity":
        return f"a quantity {bounds + ', ' if bounds else ''}like '{form.example}'{unit}"
    names = {
        "number": "a number", "integer": "a whole number", "flag": "true or false", "list": "a list",
        "mapping": "a mapping of names", "choice": "a mapping with `model`",
        "name": NAME_EXPECTED, "instant": "a quoted ISO 8601 instant with its zone",
    }  # fmt: skip
    if form.kind == "model":
        needed = sorted(name for name, f in form.fields.items() if f.required)
        return f"a mapping with {', '.join(needed or sorted(form.fields))}"
    what = names.get(form.kind, "a text")
    note = f" ({form.description})" if form.kind == "text" and form.description else ""
    return " ".join(filter(None, (what, bounds))) + unit + note


def _missing_hint(steps: Steps, form: Shape | None, root: Node, shape: Shape) -> str:
    if steps[-1] == "precision" and steps[0] in ("targets", "job_classes"):
        return (
            "an EFLOPS means nothing without its precision: general compute (总算力) is counted in fp32, "
            "intelligent compute (智能算力) in fp16, as Chinese statistics do; HPL figures are fp64"
        )
    above = find(shape, steps[:-2], plain(root)) if len(steps) > 2 else None
    entries = at(root, steps[:-2]) if above is not None and above.kind == "mapping" else None
    siblings = [name for name in entries.value if name != steps[-2]] if entries else []
    if siblings and _is_fragment(find(shape, steps[:-1], plain(root)), at(root, steps[:-1])):
        hint = near(str(steps[-2]), siblings)
        return f"{steps[-2]!r} is a new entry; {hint}" if hint else f"{steps[-2]!r} is a new entry"
    return form.description if form else ""


def _is_fragment(form: Shape | None, node: Node | None) -> bool:
    """Return whether an entry lacks most required fields: likely a patch of a misspelt name."""
    required = [name for name, field in form.fields.items() if field.required] if form else []
    present = node.value.keys() & set(required) if node and isinstance(node.value, dict) else set()
    return 2 * len(present) < len(required)


def _bad_key(key: str, parent: Shape | None) -> tuple[str, str, str]:
    words = parent.key_words if parent else ()
    if not words:
        hint = "names are written in lower case with letters, digits and _, e.g. jiaxing_a"
        return f"the name {key!r}", NAME_EXPECTED, hint
    hint = near(key, words)
    if "sparse" in key.lower():
        hint = "peaks are dense; a figure 'with sparsity' is twice the dense one: halve it"
    return f"the key {key!r}", one_of(words), hint


def _bad_choice(node: Node, form: Shape | None) -> tuple[str, str, str]:
    options = list(form.options) if form else []
    return f"the model {plain(node)!r}", one_of(options), near(str(plain(node)), options)


def _quantity_hint(kind: str, context: dict[str, Any], node: Node) -> str:
    unit, example = context["unit"], context["example"]
    if kind == "bare_number":
        return f"write the unit with it, e.g. '{node.text or example.split()[0]} {example.split(' ', 1)[1]}'"
    given = context["given"]
    if node.value is None or isinstance(node.value, bool | dict | tuple):
        return _value_hint(plain(node), None, node)
    if given.startswith("no unit"):
        return f"write the unit, e.g. '{str(node.value).strip()} {example.split(' ', 1)[1]}'"
    if "no measure" not in given:
        return ""
    if unit == "W" and re.search(r"Wh|J", str(node.value)):
        return "this is energy; power is W, kW, MW"
    if unit == "J" and re.search(r"W\b|瓦$", str(node.value)):
        return "this is power; energy is kWh, MWh, GWh"
    if unit == "FLOPS":
        return "operations alone are no rate: write FLOPS, PFLOPS, EFLOPS or 次/秒"
    return ""


def _value_hint(value: Any, form: Shape | None, node: Node) -> str:
    numeric = form is not None and form.kind in NUMERIC
    if isinstance(value, bool):
        return f"YAML reads a bare {node.text} as a boolean; put a text in quotes" if node.text else ""
    if isinstance(value, dict) and value.keys() & {"source", "assumed"}:
        return "write {value: ..., source: ...}"
    if isinstance(value, str) and form is not None and form.words:
        return near(value, form.words)
    if not isinstance(value, str) or not numeric:
        return ""
    text = value.strip()
    if re.fullmatch(r"[-+]?[\d.]+[eE]\d+", text) and not node.quoted:
        return f"YAML reads {text} as text (it wants 1.0e+3); write {float(text):.6g}"
    if text.endswith("%") and _LIKE_A_NUMBER.match(text[:-1].strip()):
        return "write a fraction, not a percentage"
    return "write the number without quotes" if _LIKE_A_NUMBER.match(text) else ""


def near_values(problems: Iterable[Problem], more: Iterable[Problem]) -> list[Problem]:
    """Return all problems, leaving out of the second those at a place the first already tells about."""
    first = list(problems)
    told = {(str(p.file), p.line, p.path) for p in first}
    return first + [p for p in more if (str(p.file), p.line, p.path) not in told]
