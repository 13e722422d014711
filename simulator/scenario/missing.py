"""Which numbers say where they come from, and which do not."""

from __future__ import annotations

import fnmatch

from simulator.scenario.load import Loaded

# Settings of the model and structure, not claims about the world: they need no source.
EXEMPT = (
    "simulation.*",  # clock, seed and sampling are the user's choice
    "policy.*",  # options of the algorithm
    "tariffs.*.time_of_use.*.periods.*",  # the calendar of a tariff; its prices and ratios are not exempt
    "job_classes.*.priority",  # an order, not a quantity
    "workload.jobs.*.mix.*.granularity",  # how coarse the simulation is
    "workload.jobs.*.mix.*.devices_max",  # a cut of the simulation
)


def missing_provenance(loaded: Loaded) -> list[str]:
    """
    Return the numbers of a scenario's files that name neither a source nor an assumption.

    Parameters
    ----------
    loaded : Loaded
        From `load`.

    Returns
    -------
    list of str
        Dotted paths, sorted; settings and structure (`EXEMPT`) left out.
    """
    return sorted(
        path
        for path in loaded.numbers
        if path not in loaded.provenance and not any(fnmatch.fnmatchcase(path, rule) for rule in EXEMPT)
    )
