"""The contract over the registry, and policies that must fail it."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.scheduling import REGISTRY, Directive, Policy, View, make_policy
from tests.contracts.policy_contract import ContractError, assert_contract

OPTIONS = {name: [{}] for name in REGISTRY} | {
    "wait_awhile": [{}, {"shift": "fixed", "signal": "price", "window_h": 12, "place": "home"}],
    "drift_plus_penalty": [{}, {"green_min": 0.8, "peak_share": 0.5, "carbon_price": 1.0}],
}
CASES = [(name, options) for name in sorted(REGISTRY) for options in OPTIONS[name]]


@pytest.mark.parametrize(("name", "options"), CASES, ids=[f"{n}-{i}" for i, (n, _) in enumerate(CASES)])
def test_every_policy_keeps_the_contract(name: str, options: dict) -> None:
    assert_contract(lambda: make_policy(name, options))


class _Bad(Policy):
    """Send everything to the least loaded cluster, after some misdeed."""

    name = "bad"

    def misdeed(self, view: View) -> float:
        raise NotImplementedError

    def decide(self, view: View) -> Directive:
        shape = view.shape
        return Directive(np.full(shape, self.misdeed(view)), np.ones(shape[0]))


class _SeesPrices(_Bad):
    """Reach behind the forecast for the prices of tomorrow."""

    def misdeed(self, view: View) -> float:
        signals = view.ahead.__self__._signals
        hour = int(signals.hour_of_interval[int((view.now_s - signals.begin_s) // 900)])
        return float(signals.energy_price[hour + 6].sum())


class _SeesRunTimes(_Bad):
    """Reach behind the view for how long the jobs to come will run."""

    def misdeed(self, view: View) -> float:
        return float(view.running_now.__self__.world.jobs["work_s"].sum())


class _WritesState(_Bad):
    """Make the queues look empty."""

    def misdeed(self, view: View) -> float:
        view.running_now.__self__.world.clusters["queued_device_s"][:] = -1.0
        return 0.0


class _WritesView(_Bad):
    """Write to what it is shown."""

    def misdeed(self, view: View) -> float:
        view.load_s[:] = 0.0
        return 0.0


class _ForcesView(_Bad):
    """Write to what it is shown after taking the lock off."""

    def misdeed(self, view: View) -> float:
        view.load_s.flags.writeable = True
        view.load_s[:] = -1.0
        return 0.0


class _Dice(_Bad):
    """Throw dice that nobody seeded."""

    def misdeed(self, view: View) -> float:
        return float(np.random.default_rng().random())


class _Nan(_Bad):
    """Answer with NaN."""

    def misdeed(self, view: View) -> float:
        return float("nan")


class _Nowhere(_Bad):
    """Hold everything for ever."""

    def misdeed(self, view: View) -> float:
        return float("inf")


@pytest.mark.parametrize(
    ("policy", "error", "message"),
    [
        (_SeesPrices, ContractError, "yet to come"),
        (_SeesRunTimes, ContractError, "yet to come"),
        (_WritesState, ContractError, "state of the simulation"),
        (_WritesView, ValueError, "read-only"),
        (_ForcesView, ContractError, "what it was shown"),
        (_Dice, ContractError, "played again"),
        (_Nan, ValueError, "NaN"),
        (_Nowhere, ContractError, "no job was ever bound"),
    ],
)
def test_a_policy_that_breaks_it_is_caught(policy: type[Policy], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        assert_contract(policy)
