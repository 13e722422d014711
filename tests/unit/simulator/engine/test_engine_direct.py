"""Direct green lines in whole runs: every key moves what it should, rules bind by their date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.pipeline import Run, child, run

TEXT = """
direct_green_rules:
  made_up:
    old:
      title: {zh: "旧", en: "old"}
      about: {assumed: "test"}
      since: "2025-01-01T00:00:00+08:00"
      self_use_of_output_min: 0.1
      self_use_of_load_min: 0.05
      export_of_output_max: 0.5
    new:
      title: {zh: "新", en: "new"}
      about: {assumed: "test"}
      since: "2025-07-01T12:00:00+08:00"
      self_use_of_output_min: 0.1
      self_use_of_load_min: 0.05
      export_of_output_max: 0.2
hubs:
  demo:
    pv: null
    connection: {export_limit: {value: "1 MW", assumed: "test"}}
    direct_green:
      title: {zh: "线", en: "line"}
      about: {assumed: "test"}
      wind: "0.3 MW"
      solar: "0.5 MW"
      price: "0.3 元/kWh"
      delivery: "0.05 元/kWh"
      export_price: "0.2 元/kWh"
      rules: made_up
"""
LINE = "hubs.demo.direct_green"


def wired(folder: Path, *sets: str, **options: Any) -> Run:
    return run(child(folder, TEXT), *sets, **options)


def column(made: Run, name: str) -> np.ndarray:
    return made.records.steps[name].to_numpy()


def test_the_line_serves_the_site_and_is_paid_by_what_it_gives(tmp_path: Path) -> None:
    made, bare = wired(tmp_path), wired(tmp_path, f"{LINE}=null")
    energy, cost = made.summary["energy"], made.summary["cost"]
    assert energy["direct_green_gwh"] > energy["direct_green_exported_gwh"] > 0.0
    own_kwh = (energy["direct_green_gwh"] - energy["direct_green_exported_gwh"]) * 1e6
    assert energy["grid_import_gwh"] == pytest.approx(bare.summary["energy"]["grid_import_gwh"] - own_kwh / 1e6)
    dear = wired(tmp_path, f"{LINE}.price=0.4 元/kWh", f"{LINE}.delivery=0.15 元/kWh").summary["cost"]
    assert dear["energy_cny"] - cost["energy_cny"] == pytest.approx(0.1 * own_kwh)
    assert dear["delivery_cny"] - cost["delivery_cny"] == pytest.approx(0.1 * own_kwh)
    assert cost["export_revenue_cny"] == pytest.approx(0.2e6 * energy["direct_green_exported_gwh"])
    for basis in ("location_tco2", "market_tco2", "marginal_tco2"):
        assert made.summary["emissions"][basis] < bare.summary["emissions"][basis]
    assert made.summary["clean"]["cfe_score_hourly"] > bare.summary["clean"]["cfe_score_hourly"] == 0.0


def test_export_keeps_the_rule_in_force_and_the_newer_one_takes_over(tmp_path: Path) -> None:
    made = wired(tmp_path)
    out, sold = column(made, "direct_green_available_w"), column(made, "direct_green_exported_w")
    noon = len(out) // 2
    assert (sold[:noon] <= 0.5 * out[:noon] * (1 + 1e-9)).all()
    assert (sold[noon:] <= 0.2 * out[noon:] * (1 + 1e-9)).all()
    assert np.isclose(sold, 0.2 * out, rtol=1e-9)[noon:].any()  # it binds
    assert (sold[:noon] > 0.2 * out[:noon]).any()
    free = wired(tmp_path, f"{LINE}.rules=null")
    assert (column(free, "direct_green_exported_w") > 0.5 * out).any()
    assert free.summary["clean"]["direct_green_rules_met"] is None


@pytest.mark.parametrize(("key", "value"), [
    ("wind", "0 W"), ("solar", "0 W"), ("line_limit", "0.1 MW"), ("province", "ningxia"),
])  # fmt: skip
def test_every_key_of_the_plant_moves_its_output(tmp_path: Path, key: str, value: str) -> None:
    outputs = [column(wired(tmp_path, *sets), "direct_green_available_w") for sets in ((), (f"{LINE}.{key}={value}",))]
    assert not np.allclose(*outputs)
    if key == "line_limit":
        assert outputs[1].max() == pytest.approx(1e5)


@pytest.mark.parametrize(("rule", "met"), [
    ("self_use_of_output_min=0.1", True), ("self_use_of_output_min=0.99", False),
    ("self_use_of_load_min=0.9", False), ("export_of_output_max=0.3", True),
])  # fmt: skip
def test_a_rule_that_is_missed_is_a_finding(tmp_path: Path, rule: str, met: bool) -> None:
    # the rule in force at the end of the year's part in the horizon judges all of it
    made = wired(tmp_path, f"direct_green_rules.made_up.new.{rule}", "direct_green_rules.made_up.old=null")
    clean = made.summary["clean"]
    assert 0.0 < clean["direct_green_self_use_share"] < 1.0
    assert 0.0 < clean["direct_green_load_share"] < 0.9
    if met and rule.startswith("export"):  # the morning had no rule and no limit
        assert clean["direct_green_rules_met"] == (clean["direct_green_export_share"] <= 0.3)
    else:
        made = wired(tmp_path, f"direct_green_rules.made_up.new.{rule}")
        assert made.summary["clean"]["direct_green_rules_met"] == (
            met and made.summary["clean"]["direct_green_export_share"] <= 0.2
        )


def test_the_battery_takes_what_the_line_has_left(tmp_path: Path) -> None:
    battery = "hubs.demo.battery={energy: {value: 0.4 MWh, assumed: x}, power: {value: 0.2 MW, assumed: x}}"
    made = wired(tmp_path, battery)
    assert made.summary["energy"]["battery_charge_gwh"] > 0.0
    assert made.summary["clean"]["cfe_score_hourly"] > wired(tmp_path).summary["clean"]["cfe_score_hourly"]
    assert column(made, "green_stored_j").max() > 0.0
