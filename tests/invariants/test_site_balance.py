"""The site bus over seeds and markets, rebuilt from the records: it balances, and every loss is applied once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulator.accounting.ledgers import SINKS, SOURCES
from tests.invariants.same import assert_identical
from tests.pipeline import Run, child, run

TEXT = """
interties:
  west: {title: {zh: "线", en: "line"}, about: {assumed: "test"}, sender: ningxia, receiver: zhejiang, capacity: "1 MW",
    base: "0.95 MW", base_shape: receiver_load, loss: 0.1, wheeling: "0.06 元/kWh"}
hubs:
  demo:
    about: {assumed: "test"}
    connection: {import_limit: "0.3 MW", export_limit: "0.05 MW"}
    battery: {energy: "0.3 MWh", power: "0.1 MW", standing_loss_per_h: 0.01, policy: %s, peak_target: %s}
    direct_green: {title: {zh: "线", en: "line"}, solar: "0.4 MW", price: "0.3 元/kWh"}
    contracts:
      far: {title: {zh: "约", en: "far"}, kind: ppa_wind, province: ningxia, capacity: "0.2 MW"}
      near: {title: {zh: "约", en: "near"}, kind: ppa_solar, capacity: "0.1 MW"}
"""
POLICIES = ("self_consumption", "tariff", "green_first", "peak_shaving")


def made(folder: Path, policy: str, *sets: str) -> Run:
    target = "0.1 MW" if policy == "peak_shaving" else "null"
    return run(child(folder, TEXT % (policy, target)), *sets, horizon="2 d")


def power(one: Run, name: str) -> np.ndarray:
    return one.records.steps[name].to_numpy()


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("policy", POLICIES)
def test_the_bus_balances_and_each_loss_is_applied_once(tmp_path: Path, policy: str, seed: int) -> None:
    one = made(tmp_path, policy, f"simulation.seed={seed}")
    supply, use = (sum(power(one, name) for name in names) for names in (SOURCES, SINKS))
    np.testing.assert_allclose(supply, use, rtol=1e-9)
    assert all((power(one, name) >= 0.0).all() for name in (*SOURCES, *SINKS))
    # the line: 10 % of what was sent, once; the store: standing 1 % an hour first, then 3 % in and 4 % out
    np.testing.assert_allclose(power(one, "trade_delivered_w"), 0.9 * power(one, "trade_sent_w"), rtol=1e-9)
    stored = power(one, "energy_stored_j")
    kept, taken, given = 0.99**0.25, power(one, "battery_charge_w"), power(one, "battery_discharge_w")
    expected = stored[:-1] * kept + 900.0 * (0.97 * taken[1:] - given[1:] / 0.96)
    np.testing.assert_allclose(stored[1:], expected, rtol=1e-9, atol=1e-3)
    assert taken.sum() > 0.0
    assert given.sum() > 0.0
    assert power(one, "trade_delivered_w").sum() > 0.0


def test_energy_does_not_depend_on_the_control_step_with_every_market_at_work(tmp_path: Path) -> None:
    steps = [made(tmp_path, "tariff", f"simulation.control_step={step}").records for step in ("5 min", "15 min", "1 h")]
    for other in steps[1:]:
        assert_identical(steps[0], other, ("jobs", "steps", "clusters"))
