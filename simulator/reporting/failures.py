"""What failures of servers did, counted from the events of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.reporting.formats import Number
from simulator.reporting.study import Study, equals, values_of

if TYPE_CHECKING:
    from collections.abc import Iterable

J_PER_MWH = 3.6e9
ORIGIN = ("table:events.kind", "table:events.cause", "table:events.energy_j")
INTERRUPTING = ("suspend", "requeue")


def failure_numbers(study: Study) -> Iterable[tuple[str, Number]]:
    """
    Count what failures did, in all hubs and by hub; nothing where no cluster has failures.

    Counts are of the simulated fleet and its jobs; the energy of the work lost is that of the whole fleet. [MWh]
    """
    if all(cluster.failures is None for cluster in study.scenario.clusters.values()):
        return
    events = study.records.events
    by_failure = equals(events["cause"], "failure")
    interrupted = by_failure & np.any([equals(events["kind"], kind) for kind in INTERRUPTING], axis=0)
    lost_mwh = np.where(by_failure, np.nan_to_num(values_of(events["energy_j"])), 0.0) * study.sample / J_PER_MWH
    counted = {
        "servers_failed": equals(events["kind"], "server_failed"),
        "jobs_interrupted": interrupted,
        "jobs_given_up": equals(events["kind"], "give_up"),
    }
    for place in ("", *study.scenario.hubs):
        there = equals(events["hub"], place) if place else np.ones(len(by_failure), dtype=bool)
        prefix = f"hubs.{place}.failures." if place else "failures."
        for key, found in counted.items():
            yield f"{prefix}{key}", Number(float(np.sum(found & there)), "count", ORIGIN)
        yield f"{prefix}lost_mwh", Number(float(np.sum(lost_mwh[there])), "MWh", ORIGIN)
