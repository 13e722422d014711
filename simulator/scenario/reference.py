"""The field reference page, generated from the models."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.scenario.checks import RULES
from simulator.scenario.missing import EXEMPT
from simulator.scenario.quantities import format_quantity
from simulator.scenario.shape import Shape, shape_of
from simulator.scenario.spec import Scenario

INTRODUCTION = """
# Scenario files

This page is generated from the models (`simulator.scenario.field_reference`); a test keeps it equal
to them.

A scenario is one YAML file, often with parents. Check it with `run.py validate FILE`, see it
resolved with `run.py show FILE`, and give your editor the output of `run.py schema`.

## Order: later wins

1. the parents in `extends:`, left to right, each with its own parents first;
2. the file itself;
3. the `set:` of the chosen variant;
4. `--set path=value` from left to right, then `--horizon` and `--seed`.

Mappings merge entry by entry; lists and single values replace. `null` removes an entry (a removed
field falls back to its default); a mapping written after a removal starts afresh. Paths in
`extends:` are relative to the file that writes them. Each value that a variant or an option changes
is recorded, old and new.

```yaml
extends: [catalogue/devices.yaml, base/yrd.yaml]

variants:
  gap_at_jiaxing:
    title: {{zh: "全部补在嘉兴", en: "the whole gap at Jiaxing"}}
    set:
      clusters:
        jiaxing_p3: {{servers: 1442}}
        wujiang_p2: null        # this variant does without
```

`--set` takes a dotted path that must lead through existing entries or known fields, e.g. `--set
hubs.jiaxing.connection.import_limit='120 MW'`; list items by position from 0. Its value is read as
YAML; an instant needs no quotes there.

## Values

- Quantities are texts with a unit: `120 MW`, `18 EFLOPS`, `306 亿kWh`, `3.5 元/kWh`, `7 d`. A bare
  number is a fault. Chinese magnitudes multiply (万, 亿, 百亿亿); `P` and `E` alone mean PFLOPS and
  EFLOPS. `year` is 365.25 d.
- Shares are fractions from 0 to 1, written as numbers; numbers are never in quotes, and booleans
  are no numbers.
- Instants are quoted ISO 8601 with a zone: `"2025-01-01T00:00:00+08:00"`; they are kept in UTC+8.
- Titles are `{{zh: ..., en: ...}}`. Names are lower-case letters, digits and `_`.
- Choices are written `{{model: name, ...its own fields}}`.
- File fields ({files}) are relative to the YAML file that writes them; what is not there is looked
  for in `--data-dir`. On the command line they are relative to the working folder.
- YAML 1.1 reads `1e3` as text, `yes`, `no`, `on`, `off` as booleans, `12:30` as 750, `0123` as 83,
  and drops the zone of unquoted dates. Each is a fault with a hint. Anchors and aliases work; `<<`
  and tags do not.

## Where numbers come from

```yaml
import_limit: {{value: 105 MW, assumed: "not published", low: 80 MW, high: 160 MW}}
demand: {{value: 720 TWh, source: zj.fc_2025}}     # an id of sources.yaml, or a list of ids
location:
  about: {{assumed: "town centre"}}                # covers every number below without its own
  latitude: 30.83 deg
```

Beside `value` stand either `source` or `assumed`, and `low`, `high`, `note` as wanted. `about`
holds `source` or `assumed`, and `note`; it covers its mapping in its own file only, so a patch
never inherits the source of what it replaces. An MFU is a mapping of its own, `{{value: 0.4, low:
0.3, high: 0.5}}`, covered by an `about` above it; with `source` or `assumed` inside it is written
like any other number, and low and high are taken into the MFU. A value given by `--set` counts as
an assumption of whoever typed it.

Source ids are looked up in the `sources.yaml` nearest above each file; where there is none, they
are not checked. Each entry has `title` (a text, or zh and en) and, where known, `body`, `date` and
`note`. In the shipped scenarios every number says where it comes from, except settings and
structure: {exempt}.

## Rules across fields

{rules}

A fault is told as `file:line: path: got ...; expected ... [unit]`, with a hint below; all faults
come in one go.

## Fields

The root is [Scenario](#scenario). "Mapping name -> X" is a mapping from names of yours to X.
"""


def field_reference() -> str:
    """
    Return the field reference of scenario files as Markdown.

    Returns
    -------
    str
        The page ``docs/scenario-format.md``; a test compares the two.
    """
    rules = [f"- {(rule.__doc__ or '').strip()}" for rule in RULES]
    exempt = ", ".join(f"`{pattern}`" for pattern in EXEMPT)
    files = "; ".join(_file_fields(shape_of(Scenario), ()))
    sections = [INTRODUCTION.format(exempt=exempt, files=files, rules="\n".join(rules)).strip()]
    for name, shape in _models(shape_of(Scenario), "Scenario", set()):
        rows = [_row(field, inner) for field, inner in shape.fields.items()]
        head = "| field | value | default | meaning |\n|---|---|---|---|"
        about = (shape.model.__doc__ or "").strip().splitlines()[0] if shape.model else ""
        sections.append(f"### {name}\n\n{about}\n\n{head}\n" + "\n".join(rows))
    return "\n\n".join(sections) + "\n"


def _file_fields(shape: Shape, steps: tuple[str, ...]) -> Iterator[str]:
    if shape.is_file:
        yield f"`{'.'.join(steps)}`"
    for name, field in shape.fields.items():
        yield from _file_fields(field, (*steps, name))
    for option in shape.options.values():
        yield from _file_fields(option, steps)
    if shape.item is not None:
        yield from _file_fields(shape.item, (*steps, "*"))


def _models(shape: Shape, name: str, seen: set[str]) -> Iterator[tuple[str, Shape]]:
    if shape.kind == "model" and name not in seen:
        seen.add(name)
        yield name, shape
        for field in shape.fields.values():
            yield from _inside(field, seen)


def _inside(shape: Shape, seen: set[str]) -> Iterator[tuple[str, Shape]]:
    if shape.model is not None:
        yield from _models(shape, shape.model.__name__, seen)
    for option in shape.options.values():
        yield from _inside(option, seen)
    if shape.item is not None:
        yield from _inside(shape.item, seen)


def _row(name: str, shape: Shape) -> str:
    cells = (f"`{name}`", _type(shape), _default(shape), _meaning(shape))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _meaning(shape: Shape) -> str:
    inherited = (
        shape.kind == "model" and shape.model is not None and shape.description == (shape.model.__doc__ or "").strip()
    )
    return shape.description.splitlines()[0] if shape.description and not inherited else ""


def _type(shape: Shape) -> str:
    if shape.kind == "model" and shape.model is not None:
        return f"[{shape.model.__name__}](#{shape.model.__name__.lower()})"
    if shape.kind == "choice":
        return " or ".join(f"`model: {tag}`: {_type(option)}" for tag, option in shape.options.items())
    if shape.kind in ("mapping", "list"):
        keys = " or ".join(f"`{word}`" for word in shape.key_words) or "name"
        inner = _type(shape.item) if shape.item else "anything"
        return f"mapping {keys} -> {inner}" if shape.kind == "mapping" else f"list of {inner}"
    if shape.words:
        return " or ".join(f"`{word}`" for word in shape.words)
    bounds = " and ".join(shape.bounds)
    if shape.kind == "quantity":
        return f"quantity like `{shape.example}`{', ' + bounds if bounds else ''} [{shape.unit}]"
    names = {
        "number": "number",
        "integer": "whole number",
        "flag": "true or false",
        "instant": "quoted ISO 8601 instant with zone",
    }
    what = "path of a file" if shape.is_file else names.get(shape.kind, shape.kind)
    return f"{what} {bounds}".strip()


def _default(shape: Shape) -> str:
    if shape.required:
        return "**required**"
    if shape.default is None:
        return "none"
    if shape.kind == "quantity":
        return f"`{format_quantity(shape.default, shape.unit)}`"
    if shape.kind in ("mapping", "list"):
        return ", ".join(f"`{item}`" for item in shape.default) or "empty"
    return (
        "see there"
        if shape.kind in ("model", "choice")
        else f"`{str(shape.default).lower() if isinstance(shape.default, bool) else shape.default}`"
    )
