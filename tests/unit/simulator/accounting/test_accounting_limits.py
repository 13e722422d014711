"""What limits did, counted on a world that fits on a sheet of paper."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from simulator.accounting import account
from simulator.records import Records, table_from_arrays
from tests.unit.simulator.accounting.world import MW, N, job_rows, loaded, records, step_columns

MWH = 3.6e9
EVENTS = [  # kind, hub, cause, value, energy_j
    ("suspend", "a", "outage", 1.0, 2 * MWH),
    ("suspend", "a", "outage", 1.0, 1 * MWH),
    ("requeue", "a", "outage", 1.0, 3 * MWH),
    ("trip", "a", "outage", 0.0, 0.0),
    ("server_off", "a", "outage", 12.0, 0.0),
    ("slow", "b", "phase", 0.5, 0.0),
    ("server_on", "a", "outage", 12.0, 0.0),  # the way back is no reaction
    ("suspend", "b", "priority", 1.0, 7 * MWH),  # no limit
]


def limited(sample: int = 1) -> Records:
    """Hub a: an outage in the second hour, hub b: a phase all the time that slows its second day."""
    steps = step_columns()
    first, rows = np.arange(N), 2 * N
    cause = np.full(rows, "power", dtype=object)
    cause[4:8], cause[N:] = "outage", "phase"
    parked, slowed = np.zeros(rows), np.zeros(rows)
    parked[4:8] = 0.5 * MW
    slowed[N:] = np.where(first >= 96, 0.1 * MW, 5e-10)  # the first day: what rounding leaves of a difference
    refusals = np.zeros(rows)
    refusals[8] = 2  # once, behind the outage, of the standing connection
    steps |= {"cap_cause": list(cause), "it_parked_w": parked, "it_slowed_w": slowed, "power_refusals": refusals}
    refused = {
        "j1": {"refused_by": "outage", "refused_time": 1800.0},  # starts at 3,600 s
        "j2": {"refused_by": "phase", "refused_time": -5400.0},  # before the window, as it started
    }
    jobs = [row | refused.get(row["job_id"], {}) for row in job_rows()]
    made = records(steps=steps, jobs=jobs, sample=sample)
    names: dict[str, Any] = {name: [None] * len(EVENTS) for name in ("cluster", "job_id")}
    columns = dict(
        zip(("kind", "hub", "cause", "value", "energy_j"), map(list, zip(*EVENTS, strict=True)), strict=True)
    )
    return replace(made, events=table_from_arrays("events", names | columns | {"time_s": [5000.0] * len(EVENTS)}))


def test_every_reaction_counts_for_its_cause_and_hub() -> None:
    summary = account(loaded(), limited())
    region, a, b = summary["limits"], summary["hubs"]["a"]["limits"], summary["hubs"]["b"]["limits"]
    assert list(region) == ["power", "phase", "outage"]
    assert a["outage"] == {
        "short_h": 1.0, "slowed_mwh": 0.0, "parked_mwh": pytest.approx(0.5), "jobs_refused": 1,
        "jobs_refused_unstarted": 0, "refused_wait_h": 0.5, "suspended": 2, "requeued": 1, "slowed": 0,
        "servers_off": 12, "trips": 1, "lost_mwh": pytest.approx(6.0),
    }  # fmt: skip
    assert b["phase"]["short_h"] == 24.0
    assert b["phase"]["slowed_mwh"] == pytest.approx(2.4)
    assert b["phase"]["slowed"] == 1
    assert a["power"]["short_h"] == 0.25
    assert not any(b["outage"].values())
    for cause, values in region.items():
        assert values == {key: pytest.approx(a[cause][key] + b[cause][key]) for key in values}


def test_energies_are_of_the_whole_region_and_jobs_as_simulated() -> None:
    whole = account(loaded(), limited())["limits"]
    sampled = account(loaded(sample=4), limited(sample=4))["limits"]
    assert sampled["outage"]["parked_mwh"] == pytest.approx(whole["outage"]["parked_mwh"])
    assert sampled["outage"]["jobs_refused"] == whole["outage"]["jobs_refused"]
