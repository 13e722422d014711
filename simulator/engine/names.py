"""Names a scenario borrows from the tables of the energy models, checked before anything runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from energy_models import tables, wind
from energy_models.calendars import covered_years
from simulator.scenario import Problem, near, one_of

if TYPE_CHECKING:
    from simulator.scenario import Hub, Scenario


def problems(scenario: Scenario) -> Iterator[Problem]:
    """
    Yield each name of a weather site, province or turbine that no table has, and years without a holiday calendar.

    The file of a problem is only the scenario's name; `Loaded.locate` knows better.
    """
    provinces = {row["province"] for row in tables.rows("province_monthly")}
    for name, province in scenario.provinces.items():
        for field in ("load_shape", "wind_shape"):
            path = f"provinces.{name}.{field}"
            yield from _unknown(scenario, path, getattr(province, field), provinces)
    sites = {row["site"] for row in tables.rows("weather_sites")}
    for name, hub in scenario.hubs.items():
        if hub.weather.model == "synthetic":
            yield from _unknown(scenario, f"hubs.{name}.weather.site", hub.weather.site, sites)
        yield from _turbine(scenario, name, hub)
    yield from _holidays(scenario)


def _unknown(scenario: Scenario, path: str, got: str, known: set[str]) -> Iterator[Problem]:
    if got not in known:
        yield Problem(scenario.name, 0, path, f"the text {got!r}", one_of(known), near(got, known))


def _turbine(scenario: Scenario, name: str, hub: Hub) -> Iterator[Problem]:
    if hub.wind is None:
        return
    try:
        wind.power_curve(hub.wind.turbine)
    except ValueError as error:
        expected = str(error).partition("expected ")[2]
        yield Problem(scenario.name, 0, f"hubs.{name}.wind.turbine", f"the text {hub.wind.turbine!r}", expected)


def _holidays(scenario: Scenario) -> Iterator[Problem]:
    first, last = covered_years()
    year = scenario.simulation.start.year
    for name, tariff in scenario.tariffs.items():
        used = any(hub.tariff == name for hub in scenario.hubs.values())
        if used and any(period.holidays_only for period in tariff.periods) and not first <= year <= last:
            yield Problem(
                scenario.name,
                0,
                "simulation.start",
                f"the year {year}",
                f"{first} to {last}, the years whose public holidays are known (tariff {name} has holiday periods)",
            )
