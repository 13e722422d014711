"""The unit of a public figure, told from the end of its name: names carry their units."""

from __future__ import annotations

# the end of a key -> key of `formats.UNITS`; the first that fits counts
ENDINGS = {
    "_l_per_kwh": "L/kWh",
    "_kg_per_kwh": "kg/kWh",
    "_eflops": "EFLOPS",
    "_gwh": "GWh",
    "_mwh": "MWh",
    "_mw": "MW",
    "_tco2": "t",
    "_m3": "m3",
    "_cny": "CNY",
    "_ms": "ms",
    "_tb": "TB",
    "_hours": "hours",
    "_h": "hours",
    "_days": "days",
    "_s": "s",
    "_share": "share",
}
# figures whose names end in no unit
NAMED = {
    "pue": "ratio",
    "load_factor": "share",
    "utilization": "share",
    "occupancy": "share",
    "bounded_slowdown_mean": "ratio",
}
SHARES = ("clean.cfe_", "clean.match_", "clean.cover_")


def unit_of(key: str) -> str:
    """
    Return the unit of a figure by its dotted key; a name without a unit is a count.

    Examples
    --------
    >>> unit_of("energy.facility_gwh"), unit_of("clean.match_annual"), unit_of("service.jobs_killed")
    ('GWh', 'share', 'count')
    """
    last = key.rpartition(".")[2]
    if last in NAMED:
        return NAMED[last]
    if last.startswith("share_of_") or any(start in key for start in SHARES):
        return "share"
    return next((unit for end, unit in ENDINGS.items() if last.endswith(end)), "count")
