"""The resolved scenario as YAML for people: readable units, sources beside numbers; it loads again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import yaml
from pydantic import BaseModel

from simulator.scenario.load import Loaded
from simulator.scenario.problems import Steps, dotted
from simulator.scenario.provenance import Provenance
from simulator.scenario.quantities import format_quantity
from simulator.scenario.shape import Shape, shape_of, step_into
from simulator.scenario.spec import Scenario


def show_yaml(loaded: Loaded) -> str:
    """
    Return the resolved scenario as YAML, defaults included.

    Parameters
    ----------
    loaded : Loaded
        From `load`.

    Returns
    -------
    str
        YAML that `load` reads to the same scenario; file fields are absolute.
    """
    writer = _Writer(loaded.provenance)
    content = writer.write(loaded.scenario, shape_of(Scenario), ())
    head = [f"# {loaded.scenario.title.zh} | {loaded.scenario.title.en}"]
    head += [f"# variant: {loaded.variant}"] if loaded.variant else []
    head += [f"# changed: {change.path}: {change.old} -> {change.new} ({change.by})" for change in loaded.changes]
    body = yaml.dump(
        content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000, default_flow_style=None
    )
    return "\n".join(line.replace("\n", " ") for line in head) + "\n" + body


class _Dumper(yaml.SafeDumper):
    """Writes repeated parts out instead of as aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


class _Writer:
    def __init__(self, provenance: dict[str, Provenance]) -> None:
        self.provenance = provenance

    def write(self, value: Any, shape: Shape | None, steps: Steps) -> Any:
        if isinstance(value, BaseModel):
            value = {name: getattr(value, name) for name in type(value).model_fields}
        if isinstance(value, dict):
            entries = {key: self.write(v, step_into(shape, key, value), (*steps, key)) for key, v in value.items()}
            return {key: entry for key, entry in entries.items() if entry is not None}
        if isinstance(value, list | tuple):
            return [self.write(v, step_into(shape, i), (*steps, i)) for i, v in enumerate(value)]
        if shape is not None and shape.kind == "quantity" and value is not None:
            value = format_quantity(value, shape.unit)
        if isinstance(value, datetime):
            value = value.isoformat()
        return self._sourced(value, self.provenance.get(dotted(steps)), steps)

    def _sourced(self, value: Any, origin: Provenance | None, steps: Steps) -> Any:
        in_list = bool(steps) and isinstance(steps[-1], int)
        if origin is None or value is None or in_list:
            return value
        found = {"source": list(origin.sources)} if origin.kind == "source" else {"assumed": origin.why}
        if len(origin.sources) == 1:
            found = {"source": origin.sources[0]}
        extra = {key: getattr(origin, key) for key in ("low", "high", "note") if getattr(origin, key) not in (None, "")}
        return {"value": value, **found, **extra}
