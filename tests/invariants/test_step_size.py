"""Asking the policy twice or three times as often changes no schedule and no flow at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulator.scheduling import Directive, Policy, View
from tests.invariants.same import assert_identical
from tests.pipeline import SCENARIOS, Run, child, run

# One tight hub with a battery, so that the cap follows from energy metered before: a rounding of the sums that depends
# on the control step would come back as another cap, another speed and another schedule.
SHORT = ("simulation.warm_up=1 d", "hubs.qingpu.connection.import_limit=1.6 MW")


class Restless(Policy):
    """Look at everything and say the same again."""

    name = "restless"

    def decide(self, view: View) -> Directive:
        assert np.isfinite(view.power_w).all()
        return Directive(np.zeros(view.shape), np.ones(view.shape[0]))


def at(step: str, policy: Policy | None = None) -> Run:
    return run(SCENARIOS / "yrd_2025.yaml", *SHORT, f"simulation.control_step={step}", horizon="2 d", policy=policy)


@pytest.fixture(scope="module")
def quarter_hours() -> Run:
    return at("15 min")


def test_the_case_is_not_a_trivial_one(quarter_hours: Run) -> None:
    kinds = set(quarter_hours.records.events["kind"].to_pylist())
    assert {"slow", "restore_speed", "suspend", "resume", "server_off", "server_on"} <= kinds
    assert len(set(quarter_hours.records.jobs["cluster"].to_pylist())) > 5


@pytest.mark.parametrize("step", ["450 s", "5 min"])
@pytest.mark.parametrize("policy", [None, Restless()], ids=["least_loaded", "restless"])
def test_a_finer_control_step_changes_nothing(quarter_hours: Run, step: str, policy: Policy | None) -> None:
    finer = at(step, policy)
    # flows too, to the last bit: integrals are cut only where something changes
    assert_identical(quarter_hours.records, finer.records)


def test_a_policy_that_is_asked_at_every_step_and_one_that_is_asked_once_agree(quarter_hours: Run) -> None:
    assert_identical(quarter_hours.records, at("15 min", Restless()).records)


def test_a_coarser_step_changes_nothing_either(quarter_hours: Run) -> None:
    assert_identical(quarter_hours.records, at("1 h").records)


FAILURES = """
clusters:
  demo_h800:
    failures:
      about: {assumed: "test"}
      model: weibull
      mtbf: 10 d
      shape: 0.7
      repair: {model: lognormal, mean: 5 h, sigma: 1.0}
hubs: {demo: {connection: {import_limit: 0.1 MW}}}
"""


def test_failures_come_at_their_instants_whatever_the_control_step(tmp_path: Path) -> None:
    scenario = child(tmp_path, FAILURES)
    quarters, halves = (run(scenario, f"simulation.control_step={step}") for step in ("15 min", "450 s"))
    kinds = set(quarters.records.events["kind"].to_pylist())
    assert {"server_failed", "server_repaired", "requeue", "server_off"} <= kinds
    assert_identical(quarters.records, halves.records)
    assert quarters.summary["ledgers"]["work_residual"] < 1e-9
