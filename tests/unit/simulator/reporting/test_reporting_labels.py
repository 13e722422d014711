"""Whatever a scenario or a summary may hold has a name in both languages, used by a shipped scenario or not."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from simulator.accounting.limits import OF_LIMITS
from simulator.reporting.extras import EXTRAS, GREEN, LIMITED
from simulator.reporting.keys import name_of
from simulator.reporting.labels import owner_and_label
from simulator.reporting.study import Study
from simulator.reporting.texts import Texts
from simulator.reporting.typography import HAN
from simulator.scenario import Scenario, Title, load
from simulator.scenario.shape import NUMERIC, Shape, shape_of

SCENARIOS = Path(__file__).resolve().parents[4] / "scenarios"


def numeric(shape: Shape, steps: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of every number and instant; a free name is ``x``."""
    if shape.kind in (*NUMERIC, "instant"):
        yield steps
    for name, field in shape.fields.items():
        yield from numeric(field, (*steps, name))
    for option in shape.options.values():
        yield from numeric(option, steps)
    if shape.item is not None:
        for key in shape.key_words or ("0",) if shape.kind == "list" else shape.key_words or ("x",):
            yield from numeric(shape.item, (*steps, key))


def titled(shape: Shape) -> Any:
    """Something called x of each kind that has titles, however deep; all a label asks of it."""
    if shape.kind != "mapping" or shape.item is None:
        return {name: made for name, field in shape.fields.items() if (made := titled(field))}
    if "title" in shape.item.fields:
        return {"x": SimpleNamespace(title=Title(zh="某处", en="somewhere"), contracts={})}
    inner = titled(shape.item)
    return {"x": inner} if inner else {}


PATHS = sorted({".".join(steps) for steps in numeric(shape_of(Scenario))})


@pytest.fixture(scope="module")
def study() -> Study:
    """A scenario in which each thing with a title is called x."""
    loaded = load(SCENARIOS / "minimal.yaml")
    things = titled(shape_of(Scenario))
    workload = loaded.scenario.workload.model_copy(update=things.pop("workload"))
    scenario = loaded.scenario.model_copy(update={**things, "workload": workload})
    return Study({}, {}, dataclasses.replace(loaded, scenario=scenario), None)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_number_a_scenario_may_hold_has_a_name(study: Study, lang: str) -> None:
    texts = Texts(lang, {})
    assert len(PATHS) > 150
    named = {path: owner_and_label(path, study, texts)[1] for path in PATHS}
    bare = {path: label for path, label in named.items() if re.search(r"[a-z]_[a-z]|[a-z]\.[a-z]", label)}
    assert bare == {}
    if lang == "zh":
        assert {path: label for path, label in named.items() if not re.search(f"[{HAN}]", label)} == {}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_all_that_limits_and_a_least_share_may_say_has_a_name(lang: str) -> None:
    texts = Texts(lang, {})
    keys = [f"limits.{cause}.{field}" for cause in OF_LIMITS for field in LIMITED]
    keys += [f"green_share.{field}" for field in GREEN]
    keys += [field for tables in EXTRAS.values() for _, fields in tables for field in fields]
    unnamed = [key for key in keys if name_of(key, texts) == key and not texts.has(f"item.{key.rpartition('.')[2]}")]
    assert unnamed == []
    words = [f"matching.{word}" for word in ("hourly", "monthly", "annual")] + ["scope.hub", "scope.region"]
    assert all(texts.has(word) for word in words)
