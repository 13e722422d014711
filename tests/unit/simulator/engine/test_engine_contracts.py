"""Trade between provinces in whole runs: each key of a line and of a contract moves what it should, and no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.pipeline import SCENARIOS, Run, child, run

TEXT = """
interties:
  west:
    title: {{zh: "线", en: "line"}}
    about: {{assumed: "test"}}
    sender: ningxia
    receiver: zhejiang
    capacity: "{capacity}"
    base: "{base}"
    base_shape: {shape}
    loss: {loss}
    wheeling: "{wheeling} 元/kWh"
hubs:
  demo:
    contracts:
      far:
        title: {{zh: "约", en: "contract"}}
        about: {{assumed: "test"}}
        kind: ppa_baseload
        province: ningxia
        capacity: "60 kW"
        price_premium: "0.01 元/kWh"
"""
LINE = {"capacity": "1 MW", "base": "0 W", "shape": "flat", "loss": 0.1, "wheeling": 0.06}
FAR = "hubs.demo.contracts.far"


def traded(folder: Path, *sets: str, **changed: Any) -> Run:
    return run(child(folder, TEXT.format(**LINE | changed)), *sets)


def column(made: Run, name: str) -> np.ndarray:
    return made.records.steps[name].to_numpy()


def test_what_is_sent_arrives_less_one_loss_and_pays_wheeling_on_arrival(tmp_path: Path) -> None:
    made = traded(tmp_path)
    energy, cost = made.summary["energy"], made.summary["cost"]
    assert column(made, "contract_available_w") == pytest.approx(54_000.0)
    assert column(made, "trade_delivered_w") == pytest.approx(column(made, "contract_delivered_w"))
    assert energy["trade_gwh"] == pytest.approx(0.9 * energy["trade_sent_gwh"], rel=1e-12)
    assert 0.0 < energy["trade_gwh"] <= energy["contract_available_gwh"]
    assert cost["wheeling_cny"] == pytest.approx(energy["trade_gwh"] * 1e6 * 0.06)
    assert energy["trade_blocked_gwh"] == 0.0


def test_only_the_residual_of_the_line_trades(tmp_path: Path) -> None:
    # 1 MW less 0.96 MW of others leaves 40 kW of the 60 kW wanted, 36 kW on arrival
    made = traded(tmp_path, base="0.96 MW")
    assert column(made, "contract_available_w") == pytest.approx(36_000.0)
    assert column(made, "trade_blocked_w") == pytest.approx(20_000.0)
    assert column(traded(tmp_path, capacity="50 kW"), "contract_available_w") == pytest.approx(45_000.0)
    shaped = column(traded(tmp_path, base="0.96 MW", shape="receiver_load"), "contract_available_w")
    assert shaped.min() < 36_000.0 < shaped.max() <= 54_000.0


def test_trade_leaves_location_carbon_and_cuts_the_two_others(tmp_path: Path) -> None:
    bare = traded(tmp_path, f"{FAR}=null").summary["emissions"]
    free = traded(tmp_path, f"{FAR}.from_curtailment=1.0").summary["emissions"]
    coal = traded(tmp_path).summary["emissions"]
    assert free["location_tco2"] == coal["location_tco2"] == bare["location_tco2"]
    assert free["market_tco2"] == coal["market_tco2"] < bare["market_tco2"]
    # plant at the sender burns for what is lost too; what would be curtailed burns nothing
    assert free["marginal_tco2"] < bare["marginal_tco2"] < coal["marginal_tco2"]


def test_the_marginal_factor_is_the_senders_with_the_loss_once(tmp_path: Path) -> None:
    made = traded(tmp_path, "provinces.ningxia.carbon_marginal=0.9 kg/kWh", f"{FAR}.from_curtailment=0.5")
    again = traded(tmp_path, "provinces.ningxia.carbon_marginal=0.9 kg/kWh", f"{FAR}.from_curtailment=0.5", loss=0.0)
    ratio = column(made, "ci_traded_marginal_kg_per_kwh") / column(again, "ci_traded_marginal_kg_per_kwh")
    np.testing.assert_allclose(ratio, 1 / 0.9, rtol=1e-12)
    assert column(again, "ci_traded_marginal_kg_per_kwh").mean() == pytest.approx(0.45, rel=0.1)


def test_an_agreed_price_replaces_the_tariffs_for_what_was_sent(tmp_path: Path) -> None:
    plain = traded(tmp_path).summary
    agreed = traded(tmp_path, f"{FAR}.energy_price=0.27 元/kWh")
    kwh = agreed.summary["energy"]["trade_gwh"] * 1e6
    tariff_paid = float(np.vdot(column(agreed, "trade_delivered_w"), column(agreed, "energy_price_cny_per_kwh"))) / 4e3
    saved = plain["cost"]["energy_cny"] - agreed.summary["cost"]["energy_cny"]
    assert saved == pytest.approx(tariff_paid - 0.3 * kwh, rel=1e-9)  # 0.27 for each of 1 / 0.9 sent
    assert agreed.summary["cost"]["green_cny"] == plain["cost"]["green_cny"]


def test_hubs_share_a_line_and_a_sample_takes_its_part(tmp_path: Path) -> None:
    whole, sample = (traded(tmp_path, f"simulation.fleet_sample={k}", base="0.96 MW", wheeling=0.06) for k in (1, 4))
    np.testing.assert_allclose(4 * column(sample, "contract_available_w"), column(whole, "contract_available_w"))
    np.testing.assert_allclose(
        column(sample, "wheeling_price_cny_per_kwh"), column(whole, "wheeling_price_cny_per_kwh")
    )


def test_the_shipped_variant_trades_western_power_and_the_line_binds_in_some_hours() -> None:
    sets = ("simulation.start=2025-08-11T00:00:00+08:00", "simulation.warm_up=6 h")
    made = run(SCENARIOS / "yrd_2025.yaml", *sets, variant="west_power", horizon="7 d")
    energy = made.summary["energy"]
    assert energy["trade_gwh"] == pytest.approx((1 - 0.065) * energy["trade_sent_gwh"], rel=1e-12)
    assert energy["trade_gwh"] > 0.0
    assert energy["trade_blocked_gwh"] > 0.0
    assert made.summary["hubs"]["wujiang"]["energy"]["trade_gwh"] == 0.0
