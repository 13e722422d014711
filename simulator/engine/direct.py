"""Direct green lines: what the plant behind them gives, and how much of it may be exported."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from simulator.engine.rules import in_force

if TYPE_CHECKING:
    from simulator.scenario import Hub, Scenario


def direct_line(
    scenario: Scenario, hub: Hub, provinces: dict[str, dict[str, np.ndarray]], start: datetime, hours: int
) -> tuple[np.ndarray, np.ndarray]:
    """
    Return what a hub's direct line offers and the most of it that may be exported, each of shape (hours,). [W]

    The export rule is kept in every hour: no more than its share of that hour's output, so that the year keeps it
    whatever comes. Without a rule in force only the connection limits export.
    """
    line = hub.direct_green
    if line is None:
        return np.zeros(hours), np.zeros(hours)
    series = provinces[line.province or hub.province]
    offered = line.wind * series["wind_cf"] + line.solar * series["pv_cf"]
    if line.line_limit is not None:
        offered = np.minimum(offered, line.line_limit)
    share = np.ones(hours)
    if line.rules is not None:
        rules = scenario.direct_green_rules[line.rules]
        names, place = in_force(rules, start, hours)
        shares = np.array([1.0, *(rules[name].export_of_output_max for name in names)])
        share = shares[place + 1]
    return offered, offered * share
