"""What the rooms behind the scenario know to be wrong with it, told with file and line before a run begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import engine, workload
from simulator.scenario import Problem, near, one_of, raise_if_any
from simulator.scheduling import REGISTRY, is_plugin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.scenario import Loaded, Scenario


def check(loaded: Loaded) -> None:
    """
    Check every name a scenario borrows from a table or a registry.

    Raises
    ------
    ScenarioError
        With all faults at once.
    """
    scenario = loaded.scenario
    found = [*workload.problems(scenario), *engine.problems(scenario), *_policy(scenario)]
    raise_if_any(loaded.locate(found))


def _policy(scenario: Scenario) -> Iterator[Problem]:
    choice = scenario.policy
    if is_plugin(choice.name):
        return  # code of the user is not run to check a scenario
    if choice.name not in REGISTRY:
        got = f"the text {choice.name!r}"
        yield Problem(scenario.name, 0, "policy.name", got, one_of(REGISTRY), near(choice.name, REGISTRY))
        return
    try:
        REGISTRY[choice.name](**choice.options)
    except (TypeError, ValueError) as error:
        yield Problem(scenario.name, 0, "policy.options", str(error), f"options of policy {choice.name}")
