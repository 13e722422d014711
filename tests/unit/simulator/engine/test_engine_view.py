"""A policy is asked at each control step, of the state at that instant, and only when it may change its mind."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.scheduling import Directive, Policy, View
from tests.pipeline import SCENARIOS, run

MINIMAL = SCENARIOS / "minimal.yaml"


class Watcher(Policy):
    """Note what is seen."""

    name = "watcher"

    def __init__(self, closed: tuple[float, float] = (0.0, 0.0)) -> None:
        super().__init__()
        self.closed, self.seen = closed, []

    def decide(self, view: View) -> Directive:
        self.seen.append(view)
        shut = self.closed[0] <= view.now_s < self.closed[1]
        return Directive(np.full(view.shape, np.inf if shut else 0.0), np.ones(view.shape[0]))


@pytest.mark.parametrize(("step", "each_s"), [("5 min", 300.0), ("15 min", 900.0), ("1 h", 3600.0)])
def test_a_policy_is_asked_at_every_control_step_from_the_begin_of_the_warm_up(step: str, each_s: float) -> None:
    watcher = Watcher()
    run(MINIMAL, f"simulation.control_step={step}", policy=watcher)
    np.testing.assert_array_equal([view.now_s for view in watcher.seen], np.arange(-86400.0, 86400.0, each_s))


def test_a_static_policy_is_asked_once() -> None:
    class Static(Watcher):
        """Note what is seen, once."""

        static = True

    policy = Static()
    run(MINIMAL, policy=policy)
    assert len(policy.seen) == 1


def test_the_view_follows_the_run_and_the_hour() -> None:
    watcher = Watcher()
    made = run(MINIMAL, policy=watcher)
    views = [view for view in watcher.seen if view.now_s >= 0.0]
    steps = made.records.steps
    np.testing.assert_array_equal(
        [view.signals["energy_price_cny_per_kwh"][0] for view in views], steps["energy_price_cny_per_kwh"].to_numpy()
    )
    np.testing.assert_array_equal([view.cap_w[0] for view in views], steps["cap_w"].to_numpy())
    # what is running at a control step is what the interval before ended with: ends come first, starts after
    np.testing.assert_array_equal([v.running[0] for v in views[1:]], steps["running_jobs"].to_numpy()[:-1])
    assert len({int(view.free_devices[0]) for view in views}) > 5


def test_jobs_are_held_while_the_policy_says_so_and_start_when_it_opens() -> None:
    shut = (6 * 3600.0, 9 * 3600.0)
    made = run(MINIMAL, policy=Watcher(shut))
    jobs = made.records.jobs
    submitted, started = jobs["submission_time"].to_numpy(), jobs["starting_time"].to_numpy()
    inside = (submitted > shut[0]) & (submitted < shut[1])
    assert inside.sum() > 20
    assert np.nanmin(started[inside]) >= shut[1]
    held = made.records.steps["held_jobs"].to_numpy()
    assert held[int(shut[1] / 900) - 1] == inside.sum()
    assert held[int(shut[1] / 900)] == 0
    assert made.summary["ledgers"]["work_residual"] < 1e-9


def test_only_directives_that_differ_are_kept() -> None:
    made = run(MINIMAL, policy=Watcher((3600.0, 7200.0)))
    table = made.records.directives
    assert sorted(set(table["time_s"].to_pylist())) == [-86400.0, 3600.0, 7200.0]
    scores = table["score"].to_numpy()
    np.testing.assert_array_equal(np.isinf(scores), table["time_s"].to_numpy() == 3600.0)


def test_jobs_that_are_held_to_the_end_are_counted_as_held() -> None:
    made = run(MINIMAL, policy=Watcher((0.0, 1e9)))
    states = made.records.jobs["final_state"].to_pylist()
    assert states.count("held") == made.summary["service"]["jobs_held"] > 1000
