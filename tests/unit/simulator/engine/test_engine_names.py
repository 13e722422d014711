"""Names a scenario borrows from tables are checked before anything runs."""

from __future__ import annotations

import pytest

from simulator.engine import problems
from simulator.scenario import load
from tests.pipeline import SCENARIOS

MINIMAL = SCENARIOS / "minimal.yaml"
WINDY = "wind={capacity: {value: '1 MW', assumed: x}, turbine: %s}"


def found(*sets: str, **options: str) -> list[tuple[str, str, str, str]]:
    loaded = load(MINIMAL, overrides=sets, **options)
    return [(p.path, p.got, p.expected, p.hint) for p in problems(loaded.scenario)]


def test_shipped_scenarios_have_no_problem() -> None:
    assert found() == []
    assert [*problems(load(SCENARIOS / "yrd_2025.yaml").scenario)] == []


@pytest.mark.parametrize(("path", "value", "near"), [
    ("hubs.demo.weather.site", "Hangzou_CSWD", "Hangzhou_CSWD"),
    ("provinces.zhejiang.load_shape", "Zhejang", "Zhejiang"),
    ("provinces.zhejiang.wind_shape", "Zhejang", "Zhejiang"),
])  # fmt: skip
def test_an_unknown_row_is_told_with_what_there_is_and_a_near_match(path: str, value: str, near: str) -> None:
    (problem,) = found(f"{path}={value}")
    assert problem[0] == path
    assert value in problem[1]
    assert near in problem[2]
    assert near in problem[3]


def test_an_unknown_turbine_is_told() -> None:
    (problem,) = found("hubs.demo." + WINDY % "V999/1")
    assert problem[0] == "hubs.demo.wind.turbine"
    assert "V999/1" in problem[1]
    assert found("hubs.demo." + WINDY % "V126/3450") == []


@pytest.mark.parametrize(("start", "horizon", "got", "why"), [
    ("2014-07-01", "1 d", "a run in 2014", "Spring Festival"),
    ("2015-01-01", "1 d", "a run in 2014 to 2015", "Spring Festival"),  # the warm-up begins the day before
    ("2026-12-31", "2 d", "a run in 2026 to 2027", "public holidays"),
    ("2035-12-31", "2 d", "a run in 2035 to 2036", "Spring Festival"),
    ("2025-01-01", "500 year", "a run in 2024 to 2341", "Spring Festival"),
    ("9999-12-31", "2 d", "a run in 9999", "Spring Festival"),
])  # fmt: skip
def test_a_run_in_years_without_a_calendar_is_refused(start: str, horizon: str, got: str, why: str) -> None:
    told = found(f"simulation.start={start}T00:00:00+08:00", horizon=horizon)
    assert all(problem[0] == "simulation.start" for problem in told)
    assert any(problem[1] == got and why in problem[2] for problem in told)


def test_a_run_to_the_last_instant_of_a_known_year_is_not() -> None:
    assert found("simulation.start=2026-12-31T00:00:00+08:00", horizon="1 d") == []
