"""The cap as a hard limit under limits drawn at random: never passed, at any instant, whatever comes together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.invariants.limit_cases import ROUNDING, column, limited, within_limits

MINUTES = 24 * 60
BATTERY = "{energy: 0.2 MWh, power: 0.05 MW, policy: self_consumption}"
GIVING_WAY = {"trip", "requeue", "suspend", "slow", "server_off"}


def drawn(draw: np.random.Generator) -> dict[str, Any]:
    """Draw one limit: any kind, beginning on any minute, some with notice, some while others still hold; in MW."""
    since = int(draw.integers(MINUTES))
    made: dict[str, Any] = {"kind": str(draw.choice(["phase", "outage", "demand_response"])), "since": since}
    if made["kind"] != "phase":
        made |= {"until": since + int(draw.integers(1, 240)), "notice": int(draw.choice([0, 10]))}
    if made["kind"] == "phase" or draw.random() < 0.5:
        made["import_limit"] = round(draw.uniform(0.0, 0.2), 4)
    elif made["kind"] == "demand_response" or draw.random() < 0.3:
        made["facility_limit"] = round(draw.uniform(0.0, 0.2), 4)
    return made


def written(limit: dict[str, Any]) -> str:
    """Write a limit as YAML."""
    units = {"notice": "min", "import_limit": "MW", "facility_limit": "MW"}
    fields = [
        f"{name}: {value} {units.get(name, '')}" for name, value in limit.items() if name not in ("since", "until")
    ]
    for name in {"since", "until"} & set(limit):
        minute = limit[name]
        day, hour = 1 + minute // MINUTES, minute // 60 % 24
        fields.append(f'{name}: "2025-07-{day:02d}T{hour:02d}:{minute % 60:02d}:00+08:00"')
    return "{" + ", ".join(fields) + "}"


def minute_by_minute(limits: list[dict[str, Any]], standing_mw: float) -> tuple[np.ndarray, np.ndarray]:
    """Return import and facility limits of each minute of the day, put together in the plainest way. [W]"""
    imported, facility = np.full(MINUTES, standing_mw), np.full(MINUTES, np.inf)
    for limit in sorted((one for one in limits if one["kind"] == "phase"), key=lambda one: int(one["since"])):
        imported[limit["since"] :] = limit["import_limit"]
    for limit in (one for one in limits if one["kind"] != "phase"):
        during = slice(limit["since"], limit["until"])
        least = limit.get("import_limit", 0.0 if limit["kind"] == "outage" else np.inf)
        imported[during] = np.minimum(imported[during], least)
        facility[during] = np.minimum(facility[during], limit.get("facility_limit", np.inf))
    return imported * 1e6, facility * 1e6


@pytest.mark.parametrize("seed", range(10))
def test_no_hub_ever_draws_more_than_its_limits_leave(seed: int, tmp_path: Path) -> None:
    draw = np.random.default_rng(seed)
    limits = [drawn(draw) for _ in range(8)]
    standing_mw = round(draw.uniform(0.1, 0.25), 3)
    sets = [
        "simulation.warm_up=6 h",
        f"simulation.seed={seed}",
        f"workload.jobs.training.fill={draw.uniform(0.5, 1.0):.2f}",
        f"hubs.demo.connection.import_limit={standing_mw} MW",
        "job_classes.sft.preemptible=true",
    ]
    sets += ["hubs.demo.connection.ramp_up=0.03 MW"] if draw.random() < 0.3 else []
    hub = {"battery": BATTERY} if draw.random() < 0.5 else {}
    made = limited(tmp_path, [written(limit) for limit in limits], *sets, **hub)
    within_limits(made)
    import_w, facility_w = (one.reshape(-1, 15) for one in minute_by_minute(limits, standing_mw))
    metered = column(made, "grid_import_w") + column(made, "contract_delivered_w")
    assert (metered <= import_w.mean(axis=1) * (1.0 + ROUNDING)).all()
    assert (column(made, "facility_max_w") <= facility_w.max(axis=1) * (1.0 + ROUNDING)).all()
    assert GIVING_WAY & set(made.records.events["kind"].to_pylist())
