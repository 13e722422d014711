"""Plain words for the fields of a scenario and for values as they were written in its files."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.reporting.formats import english_money

if TYPE_CHECKING:
    from simulator.reporting.study import Study
    from simulator.reporting.texts import Texts

QUANTITY = re.compile(r"^([-+]?[\d.,]+)\s*([A-Za-z_]+)$")
VOLTAGE = re.compile(r"^kv(\d+)$")
INSTANT = re.compile(r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?([+-]\d{2}:\d{2}|Z)?)?$")


def owner_and_label(path: str, study: Study, texts: Texts) -> tuple[str, str]:
    """
    Split the path of a field into the title of what it belongs to and the name of the field.

    Parameters
    ----------
    path : str
        Dotted path such as ``hubs.jiaxing.contracts.wind.capacity``.
    study : Study
        The run, for titles.
    texts : Texts
        Language.

    Returns
    -------
    tuple of str
        Title ("" where the field belongs to the whole scenario) and name; a field without a name in the
        locale keeps its path, which is how the scenario file calls it.
    """
    node: Any = study.scenario
    steps = path.split(".")
    for depth, step in enumerate(steps):
        node = node.get(step) if isinstance(node, dict) else getattr(node, step, None)
        title = getattr(node, "title", None)
        if hasattr(title, "zh") and depth < len(steps) - 1:
            return texts.title(title), _label(steps[0], steps[depth + 1 :], study, texts)
    return "", _label("", steps, study, texts)


def _label(section: str, steps: list[str], study: Study, texts: Texts) -> str:
    """Look a field up by its path, its numbers left out, with each of its steps as a wild card."""
    steps = [step for step in steps if not step.isdigit() and step not in ("value", "low", "high")]
    path = ".".join(steps)
    own = f"{section}_{path}".replace(".", "_")
    if texts.has(f"field.{own}"):
        return texts(f"field.{own}")
    places = range(len(steps))
    patterns = [(place, [*steps[:place], "x", *steps[place + 1 :]]) for place in places]
    if len(steps) > 3:  # workload.jobs.<name>.mix.<class>.<field>: what it is called matters less than the class
        patterns += [(place, [*steps[:2], "x", *rest[3:]]) for place, rest in patterns if place > 2]
        # tariffs.<name>.time_of_use.<rules>.ratios.<period>
        patterns += [(place, [steps[0], "x", *rest[2:]]) for place, rest in patterns if place > 1]
    for place, pattern in [(0, steps), *patterns]:
        key = "field." + "_".join(pattern)
        if texts.has(key):
            return texts(key, name=_name(steps[place], study, texts))
    return path


def _name(step: str, study: Study, texts: Texts) -> str:
    """Name one step of a path: job class, hub, cluster by title, a precision in capitals, a contract by kind."""
    scenario = study.scenario
    contracts = (hub.contracts for hub in scenario.hubs.values())
    for known in (scenario.job_classes, scenario.hubs, scenario.clusters, *contracts):
        if step in known and not texts.has(f"step.{step}"):
            return texts.title(known[step].title)
    voltage = VOLTAGE.match(step)
    if voltage:
        return f"{voltage[1]} kV"
    return texts.get(f"step.{step}", step.upper() if re.fullmatch(r"[a-z]+\d+", step) else step)


def figure_name(key: str, texts: Texts) -> str:
    """Name a public figure in words that need no heading of a table to be understood."""
    field = key.rpartition(".")[2]
    return texts(f"metric.{field}") if texts.has(f"metric.{field}") else texts(f"item.{field}")


def written(text: str, texts: Texts) -> str:
    """
    Set a value as written in a scenario in words: ``4 delta_degC`` as 4 K, ``5 year`` as 5 years, instants as dates.

    Texts of another kind are returned as the language's side of them.
    """
    text = text.strip()
    if INSTANT.match(text):
        return _date(text, texts)
    quantity = QUANTITY.match(text)
    if quantity and texts.has(f"written.{quantity[2]}"):
        return quantity[1] + texts(f"written.{quantity[2]}")
    own = texts.side(text)
    return english_money(own) if texts.lang == "en" else own


def _date(text: str, texts: Texts) -> str:
    moment = datetime.fromisoformat(text)
    clock = f" {moment:%H:%M}" if moment.hour or moment.minute else ""
    return texts.date(moment) + clock
