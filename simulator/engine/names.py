"""Names a scenario borrows from the tables of the energy models, checked before anything runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from energy_models import tables, wind
from energy_models.calendars import covered_years
from energy_models.chiller import chiller_names
from simulator import region
from simulator.engine.weather import site_of
from simulator.scenario import ChillerPlant, Problem, SyntheticWeather, near, one_of

if TYPE_CHECKING:
    from simulator.scenario import Hub, Scenario, Tariff

LONGEST_S = 1e10  # three centuries: no table goes as far, and every date can be reached


def problems(scenario: Scenario) -> Iterator[Problem]:
    """
    Yield each name of a weather site, province or turbine that no table has, contracts that cannot deliver, and years
    without a calendar.

    The file of a problem is only the scenario's name; `Loaded.locate` knows better.
    """
    provinces = {row["province"] for row in tables.rows("province_monthly")}
    for name, province in scenario.provinces.items():
        for field in ("load_shape", "wind_shape"):
            path = f"provinces.{name}.{field}"
            yield from _unknown(scenario, path, getattr(province, field), provinces)
    sites = {row["site"] for row in tables.rows("weather_sites")}
    for name, hub in scenario.hubs.items():
        if isinstance(hub.weather, SyntheticWeather):
            yield from _site(scenario, name, hub.weather, sites)
        yield from _turbine(scenario, name, hub)
        if isinstance(hub.facility, ChillerPlant):
            path = f"hubs.{name}.facility.chiller"
            yield from _unknown(scenario, path, hub.facility.chiller, set(chiller_names()))
    yield from region.problems(scenario)
    yield from _years(scenario)


def _unknown(scenario: Scenario, path: str, got: str, known: set[str]) -> Iterator[Problem]:
    if got not in known:
        yield Problem(scenario.name, 0, path, f"the text {got!r}", one_of(known), near(got, known))


def _site(scenario: Scenario, name: str, source: SyntheticWeather, known: set[str]) -> Iterator[Problem]:
    """Yield what is wrong with a weather station, normals, or a place too far from all stations to blend."""
    if source.site is not None and source.site not in known:
        yield from _unknown(scenario, f"hubs.{name}.weather.site", source.site, known)
        return
    try:
        site_of(source, scenario.hubs[name].location, name)
    except ValueError as error:
        got, _, expected = str(error).partition("; expected ")
        yield Problem(scenario.name, 0, f"hubs.{name}.weather", got.removeprefix("got "), expected)


def _turbine(scenario: Scenario, name: str, hub: Hub) -> Iterator[Problem]:
    if hub.wind is None:
        return
    try:
        wind.power_curve(hub.wind.turbine)
    except ValueError as error:
        expected = str(error).partition("expected ")[2]
        yield Problem(scenario.name, 0, f"hubs.{name}.wind.turbine", f"the text {hub.wind.turbine!r}", expected)


def _years(scenario: Scenario) -> Iterator[Problem]:
    """Yield a problem if the run, warm-up included, touches a year whose festivals or public holidays are not known."""
    festivals = [int(row["year"]) for row in tables.rows("spring_festival")]
    yield from _outside(scenario, min(festivals), max(festivals), "the years whose Spring Festival is known")
    for name, tariff in scenario.tariffs.items():
        used = any(hub.tariff == name for hub in scenario.hubs.values())
        kinds = {period.days for rules in tariff.time_of_use.values() for period in rules.periods}
        if used and kinds - {"all"}:
            why = f"the years whose public holidays are known (tariff {name} has periods by kind of day)"
            yield from _outside(scenario, *covered_years(), why)
        if used:
            yield from _before_any_rules(scenario, name, tariff)


def _before_any_rules(scenario: Scenario, name: str, tariff: Tariff) -> Iterator[Problem]:
    """Yield a problem if the run begins before the first dated rules of a tariff."""
    simulation = scenario.simulation
    first = min((rules.since for rules in tariff.time_of_use.values()), default=simulation.start)
    warm_up_max_s = (simulation.start - first).total_seconds()
    if warm_up_max_s < 0:
        got = simulation.start.isoformat()
        expected = f"{first.isoformat()} or later, when the first rules of tariff {name} came into force"
        yield Problem(scenario.name, 0, "simulation.start", got, expected)
    elif tariff.time_of_use and simulation.warm_up > warm_up_max_s:
        expected = (
            f"at most {warm_up_max_s:.12g} s: the first rules of tariff {name} came into force {first.isoformat()}"
        )
        yield Problem(scenario.name, 0, "simulation.warm_up", f"{simulation.warm_up:.12g} s", expected)


def _outside(scenario: Scenario, first: int, last: int, why: str) -> Iterator[Problem]:
    simulation = scenario.simulation
    years = {simulation.start.year}
    if first <= simulation.start.year <= last:  # only then is it safe to go on to the ends, which a date may not reach
        years.add((simulation.start - timedelta(seconds=min(simulation.warm_up, LONGEST_S))).year)
        end = simulation.start + timedelta(seconds=min(simulation.horizon, LONGEST_S))
        years.add((end - timedelta(microseconds=1)).year)
    if min(years) < first or max(years) > last:
        got = f"a run in {min(years)}" + (f" to {max(years)}" if len(years) > 1 else "")
        yield Problem(scenario.name, 0, "simulation.start", got, f"{first} to {last}, {why}")
