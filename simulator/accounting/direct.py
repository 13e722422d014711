"""
Direct green lines against their rules: shares by calendar year, and whether every rule in force was kept.

The export rule is kept by construction, hour by hour; the least shares of self-use depend on what the site used and
are findings. A year in part is judged on the part inside the horizon, by the rule in force at its end.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from simulator.accounting.books import Books, Floats, Ints, by_block
from simulator.accounting.figures import Group, put_ratio, put_undefined
from simulator.scenario import METER_S, DirectGreenRule

NO_LINE = "no direct green line with output in the horizon"
NO_RULE = "no rule for direct green lines in force in the horizon"
ROUNDING = 1e-9


def direct_green(books: Books, hubs: Ints) -> Group:
    """
    Return the shares of the direct green lines of some hubs, and whether they keep their rules.

    Returns
    -------
    dict
        Of the lines' output: used on site or stored, exported; of the facility energy of the hubs with a line: what
        the lines covered. [-] ``direct_green_rules_met`` is None where no rule is in force.
    """
    lines = [h for h in hubs if books.scenario.hubs[books.hubs[h]].direct_green is not None]
    output_j, own_j, exported_j, load_j = (part[lines].sum() for part in _energies(books))
    group: Group = {}
    put_ratio(group, "direct_green_self_use_share", own_j, output_j, NO_LINE)
    put_ratio(group, "direct_green_export_share", exported_j, output_j, NO_LINE)
    put_ratio(group, "direct_green_load_share", own_j, load_j, NO_LINE)
    verdicts = [met for h in lines for met in _verdicts(books, int(h))]
    if verdicts:
        group["direct_green_rules_met"] = all(verdicts)
    else:
        put_undefined(group, "direct_green_rules_met", NO_RULE)
    return group


def _energies(books: Books) -> tuple[Floats, Floats, Floats, Floats]:
    """Output, self-use, export and facility energy, by hub and year. [J]"""
    exported_j = books.energy_j("direct_green_exported_w")
    parts = (
        books.energy_j("direct_green_available_w"),
        books.energy_j("direct_green_used_w") - exported_j,
        exported_j,
        books.energy_j("facility_w"),
    )
    output_j, own_j, sold_j, load_j = (by_block(part, books.year) for part in parts)
    return output_j, own_j, sold_j, load_j


def _verdicts(books: Books, hub: int) -> list[bool]:
    """Tell for each calendar year with a rule in force whether a hub's line kept it."""
    output_j, own_j, exported_j, load_j = (part[hub] for part in _energies(books))
    found = []
    for year in range(len(output_j)):
        rule = _rule(books, hub, int(np.flatnonzero(books.year == year)[-1]))
        if rule is not None:
            found.append(
                bool(
                    own_j[year] >= rule.self_use_of_output_min * output_j[year] * (1.0 - ROUNDING)
                    and own_j[year] >= rule.self_use_of_load_min * load_j[year] * (1.0 - ROUNDING)
                    and exported_j[year] <= rule.export_of_output_max * output_j[year] * (1.0 + ROUNDING)
                )
            )
    return found


def _rule(books: Books, hub: int, interval: int) -> DirectGreenRule | None:
    line = books.scenario.hubs[books.hubs[hub]].direct_green
    if line is None or line.rules is None:
        return None
    now = books.scenario.simulation.start + timedelta(seconds=interval * METER_S)
    rules = books.scenario.direct_green_rules[line.rules]
    known = [(rule.since, name) for name, rule in rules.items() if rule.since <= now]
    return rules[max(known)[1]] if known else None
