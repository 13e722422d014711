"""Loading: strict values, the random streams, speed, and that garbage gives a ScenarioError or a scenario."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from simulator.errors import ScenarioError
from simulator.scenario import UTC8, Loaded, Problem, load, raise_if_any, stream

Child = Callable[..., Path]
GOOD = Path(__file__).resolve().parents[3] / "scenarios" / "good.yaml"
TEXTS = st.text(max_size=30) | st.sampled_from(
    ["120 MW", "1e3", "", "~", "jiaxing", "card", "good.yaml", "2025-01-01T00:00:00+08:00"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
GARBAGE = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)
WEATHER_DRAWS = [3629232089, 2272980830]
FIELDS = yaml.safe_load(GOOD.read_text(encoding="utf-8"))


def _paths(value: Any, steps: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [steps, *(path for key, inner in pairs for path in _paths(inner, (*steps, key)))]


PATHS = [path for path in _paths(FIELDS) if path]


def _loads_or_faults(path: Path, **options: Any) -> None:
    """Any other exception fails the test."""
    told = ""
    try:
        load(path, **options)
    except ScenarioError as error:
        told = str(error)
    assert not told or re.match(r"\d+ problems? in the scenario\n  ", told)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200) | st.binary(max_size=100))
@example(text="? [a]\n: b")
@example(text="!!python/object:os.system {}")
@example(text="a: &a\n  b: *a")
@example(text="a: !!binary x\nb: !!set {x}\nc: =")
@example(text="hubs: {a: {location: {latitude: 1e999 deg}}}")
@example(text="extends: [good.yaml, good.yaml]")
@example(text="simulation: {seed: " + "9" * 400 + ", start: 2025-99-99}")
def test_random_text_gives_a_scenario_or_its_faults(tmp_path: Path, text: str | bytes) -> None:
    path = tmp_path / "random.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    _loads_or_faults(path)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.sampled_from(PATHS), value=GARBAGE)
def test_random_values_in_a_good_scenario_give_a_scenario_or_its_faults(
    tmp_path: Path, at: tuple[Any, ...], value: Any
) -> None:
    broken = copy.deepcopy(FIELDS)
    inside = broken
    for step in at[:-1]:
        inside = inside[step]
    inside[at[-1]] = value
    path = tmp_path / "random.yaml"
    path.write_text(json.dumps(broken, ensure_ascii=False), encoding="utf-8")
    _loads_or_faults(path, variant="small")


@settings(max_examples=100, deadline=None)
@given(
    path=st.sampled_from(PATHS).map(lambda steps: ".".join(map(str, steps))) | TEXTS,
    value=TEXTS | SCALARS.map(str),
)
def test_random_overrides_give_a_scenario_or_its_faults(path: str, value: str) -> None:
    _loads_or_faults(GOOD, overrides=[f"{path}={value}"])


def test_faults_are_sorted_by_file_then_line_and_told_once() -> None:
    places = [("b", 1), ("a", 10), ("a", 9), ("b", 1)]
    problems = [Problem(file, line, "x", "1", "2") for file, line in places]
    with pytest.raises(ScenarioError) as caught:
        raise_if_any(problems)
    assert str(caught.value).splitlines() == [
        "3 problems in the scenario",
        "  a:9: x: got 1; expected 2",
        "  a:10: x: got 1; expected 2",
        "  b:1: x: got 1; expected 2",
    ]


@pytest.mark.parametrize(
    ("patch", "got"),
    [
        ("finance: {discount_rate: '0.1'}", "the text '0.1'"),
        ("finance: {discount_rate: true}", "the boolean true"),
        ("simulation: {seed: 1.0}", "got 1.0"),
        ("simulation: {seed: true}", "the boolean true"),
        ("clusters: {jiaxing_a: {in_baseline: 'yes'}}", "the text 'yes'"),
        ("simulation: {start: 1735660800}", "got 1735660800"),
        ("title: {zh: 1, en: x}", "got 1;"),
    ],
)
def test_values_are_not_coerced(child: Child, patch: str, got: str) -> None:
    with pytest.raises(ScenarioError, match=got):
        load(child(patch))


def test_whole_numbers_are_numbers(child: Child) -> None:
    assert load(child("finance: {discount_rate: 0}")).scenario.finance.discount_rate == 0.0


def test_instants_are_kept_in_utc8(child: Child) -> None:
    start = load(child("simulation: {start: '2024-12-31T16:00:00Z'}")).scenario.simulation.start
    assert start == datetime(2025, 1, 1, tzinfo=UTC8)
    assert start.utcoffset() == UTC8.utcoffset(None)


def test_the_good_scenario_has_the_units_the_models_name(loaded: Loaded) -> None:
    scenario = loaded.scenario
    assert scenario.hubs["jiaxing"].connection.import_limit == 1e7
    assert scenario.provinces["zhejiang"].demand == 720e9 * 3.6e6
    assert scenario.simulation.horizon == 604800.0
    assert scenario.targets["zhejiang_2025"].required == 1e20
    assert scenario.hubs["jiaxing"].facility.approach == 4.0


def test_streams_are_named_and_independent_of_each_other() -> None:
    first, second = stream(1, "weather"), stream(1, "jobs")
    # first two draws of PCG64 seeded by SeedSequence([1, crc32(name)]): a change here changes every result
    assert first.integers(0, 2**32, 2).tolist() == WEATHER_DRAWS
    assert second.integers(0, 2**32, 2).tolist() != WEATHER_DRAWS
    assert stream(1, "weather").random() == stream(1, "weather").random()
    assert stream(2, "weather").random() != stream(1, "weather").random()


def test_importing_the_room_loads_no_slow_package() -> None:
    code = """
        import sys
        import simulator.scenario
        slow = ("pint", "pandas", "scipy", "matplotlib", "pyarrow", "numba")
        print([name for name in slow if name in sys.modules])
    """
    run = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
