"""A small real scenario whose workload the tests change, and a fleet of constant size beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.scenario import UTC8, Scenario, load
from simulator.scenario import Workload as WorkloadSpec
from simulator.workload import EnergisedCapacity
from tests.unit.simulator.workload.workload_cases import DAY_S

START = datetime(2025, 9, 1, tzinfo=UTC8)  # a Monday


@pytest.fixture(scope="session")
def scenario_of(scenarios: Path) -> Callable[..., Scenario]:
    """Build the minimal scenario with other jobs and services; keywords go into ``simulation``."""
    plain = load(scenarios / "minimal.yaml").scenario

    def make(jobs: dict[str, Any], services: dict[str, Any] | None = None, **simulation: Any) -> Scenario:
        asked = {"reference_device": "a100", "jobs": jobs, "services": services or {}}
        clock = {"start": START, "horizon": 28 * DAY_S, "warm_up": 0.0, "seed": 1} | simulation
        return plain.model_copy(
            update={
                "workload": WorkloadSpec.model_validate(asked),
                "simulation": plain.simulation.model_copy(update=clock),
            }
        )

    return make


@pytest.fixture(scope="session")
def fleet() -> Callable[..., EnergisedCapacity]:
    """Capacity of so many reference devices, from `begin_s` on."""

    def make(devices: float, begin_s: float = 0.0) -> EnergisedCapacity:
        return EnergisedCapacity(np.array([begin_s]), np.array([devices]))

    return make
