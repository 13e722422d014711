"""10 MW flat and a solar plant that covers it on paper: by the hour, by the year, worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.accounting import account
from simulator.records import Records
from simulator.scenario import Loaded
from tests.unit.simulator.accounting.world import (
    MW,
    cluster,
    device,
    hub,
    loaded,
    province,
    records,
    scenario_dict,
    stacked,
    step_columns,
)

SOLAR_MW = [0.0] * 6 + [5, 15, 25, 32, 36, 38, 36, 32, 25, 15, 5] + [0.0] * 7
# printed in the case to four decimals of a percent
PRINTED = 5e-7


def solar_world(days: int, **power: Any) -> tuple[Loaded, Records]:
    """One hub with a flat 10 MW load; `power` adds or replaces columns, in MW."""
    rows = days * 96
    load = {"it_w": 10, "it_idle_w": 10, "facility_w": 10, "facility_max_w": 10, "cap_w": 10} | power
    steps = stacked("steps", "hub", {"a": {k: np.asarray(v) * MW for k, v in load.items()}}, rows)
    steps["grid_clean_share"] = np.full(rows, 0.30)
    simulation = scenario_dict()["simulation"] | {"horizon": f"{days} d"}
    made = loaded(
        simulation=simulation,
        hubs={"a": hub()},
        clusters={"c": cluster()},
        devices={"x": device()},
        provinces={"zhejiang": province()},
        targets={},
    )
    clusters = stacked("clusters", "cluster", {"c": {}}, rows)
    return made, records(steps=steps, clusters=clusters, jobs=[])


def quarters(days: int) -> np.ndarray:
    return np.tile(np.repeat(np.array(SOLAR_MW), 4), days)


def contract_world() -> tuple[Loaded, Records]:
    solar = quarters(1)
    delivered = np.minimum(solar, 10.0)
    return solar_world(
        1,
        contract_available_w=solar,
        contract_delivered_w=delivered,
        grid_import_w=10.0 - delivered,
        clean_supply_w=delivered,
    )


def test_v20_yearly_cover_and_hourly_score() -> None:
    clean = account(*contract_world())["clean"]
    assert clean["cover_annual"] == pytest.approx(1.10, abs=PRINTED)
    assert clean["cfe_score_hourly"] == pytest.approx(0.416667, abs=PRINTED)
    for key in ("match_monthly", "match_annual_without_certificates", "match_annual"):  # by volume, never above 1
        assert clean[key] == 1.0, key
    assert clean["cfe_score_with_grid"] == pytest.approx(0.591667, abs=PRINTED)


def test_v20_battery_three_days_from_empty() -> None:
    # greedy: 40 MWh, 10 MW at the bus, 90 % in, 100 % out; all that is stored is solar
    solar, stored_mwh = quarters(3), 0.0
    charge, discharge, stored, lost = (np.zeros(solar.size) for _ in range(4))
    for i, sun in enumerate(solar):
        charge[i] = min(max(sun - 10.0, 0.0), 10.0, (40.0 - stored_mwh) / 0.9 / 0.25)
        discharge[i] = min(max(10.0 - sun, 0.0), 10.0, stored_mwh / 0.25)
        stored_mwh += (charge[i] * 0.9 - discharge[i]) * 0.25
        stored[i], lost[i] = stored_mwh * 3600.0, charge[i] * 0.1  # MJ, so that x MW gives J
    used = np.minimum(solar, 10.0) + charge
    clean = account(
        *solar_world(
            3,
            pv_available_w=solar,
            pv_used_w=used,
            curtailed_w=solar - used,
            battery_charge_w=charge,
            battery_discharge_w=discharge,
            battery_loss_w=lost,
            energy_stored_j=stored,
            grid_import_w=np.maximum(10.0 - np.minimum(solar, 10.0) - discharge, 0.0),
            clean_supply_w=np.minimum(solar, 10.0) + discharge,
        )
    )["clean"]
    assert clean["cfe_score_hourly"] == pytest.approx(0.583333, abs=PRINTED)
    # what the battery lost and what was curtailed covers nothing, over a month either
    assert clean["match_monthly"] == pytest.approx(0.583333, abs=PRINTED)


def test_matching_is_by_clock_hour_also_when_the_run_starts_between() -> None:
    # clean energy only in the first half of each clock hour, twice the load: the hour is covered
    half = np.tile([20.0, 20.0, 0.0, 0.0], 24)
    fed = {"grid_import_w": np.full(96, 10.0), "contract_available_w": half, "clean_supply_w": half}
    on_the_hour, written = solar_world(1, **fed)
    assert account(on_the_hour, written)["clean"]["cfe_score_hourly"] == pytest.approx(1.0, rel=1e-12)
    shifted = loaded(
        simulation=scenario_dict()["simulation"] | {"start": "2025-01-31T00:30:00+08:00", "horizon": "1 d"},
        hubs={"a": hub()},
        clusters={"c": cluster()},
        devices={"x": device()},
        targets={},
    )
    # the same rows half an hour later: the first and the last clock hour are halves, clean and bare
    expected = (5.0 + 23 * 10.0 + 0.0) / 240.0
    assert account(shifted, written)["clean"]["cfe_score_hourly"] == pytest.approx(expected, rel=1e-12)


def test_certificates_help_the_annual_share_only() -> None:
    made, written = contract_world()
    certificates = {
        "title": {"zh": "证", "en": "C"},
        "kind": "certificates",
        "volume": "36.5 GWh",
        "price": "0.02 元/kWh",
    }
    night_only = dict(scenario_dict()["hubs"]["a"], contracts={"gec": certificates}, battery=None)
    steps = written.steps.to_pydict()
    steps["contract_available_w"] = steps["contract_delivered_w"]
    bare = records(steps=steps, clusters=stacked("clusters", "cluster", {"c": {}}, 96), jobs=[])
    plain = account(made, bare)["clean"]
    helped = loaded(
        simulation=scenario_dict()["simulation"] | {"horizon": "1 d"},
        hubs={"a": night_only},
        clusters={"c": cluster()},
        targets={},
    )
    clean = account(helped, bare)["clean"]
    for key in ("cfe_score_hourly", "cfe_score_with_grid", "match_monthly", "match_annual_without_certificates"):
        assert clean[key] == plain[key]
    assert plain["match_annual"] == pytest.approx(100 / 240, rel=1e-12)
    assert clean["match_annual"] == pytest.approx((100 + 100) / 240, rel=1e-12)  # 100 MWh of certificates a day
    assert clean["certificates_mwh"] == pytest.approx(100.0, rel=1e-12)


def test_more_contract_output_above_the_load_never_raises_market_carbon_and_is_paid_for() -> None:
    """Seen before: surplus took the place of certificates, so that buying clean energy raised market carbon."""
    steps = step_columns()
    plain = account(loaded(), records(steps=steps))["hubs"]["b"]
    steps = step_columns()
    b = np.array(steps["hub"]) == "b"
    steps["contract_available_w"] = np.where(b, steps["contract_available_w"] + 50 * MW, steps["contract_available_w"])
    more = account(loaded(), records(steps=steps))["hubs"]["b"]
    assert more["clean"]["cover_annual"] > 10 * plain["clean"]["cover_annual"]
    assert more["emissions"]["market_tco2"] <= plain["emissions"]["market_tco2"]
    assert more["emissions"]["location_tco2"] == plain["emissions"]["location_tco2"]
    assert more["cost"]["green_cny"] > plain["cost"]["green_cny"]
    assert more["clean"]["cfe_score_hourly"] == plain["clean"]["cfe_score_hourly"]
    assert more["clean"]["match_annual"] == 1.0


def test_certificates_of_annual_matching_are_those_market_carbon_takes_off() -> None:
    summary = account(loaded(), records())
    for name, residual in (("a", 0.6), ("b", 0.65)):
        hub_figures = summary["hubs"][name]
        clean, energy = hub_figures["clean"], hub_figures["energy"]
        part = (clean["match_annual"] - clean["match_annual_without_certificates"]) * energy["facility_gwh"] * 1e3
        assert part == pytest.approx(clean["certificates_mwh"], rel=1e-9)
        surplus = (
            (clean["match_annual_without_certificates"] - clean["cfe_score_hourly"]) * energy["facility_gwh"] * 1e3
        )
        left = (energy["grid_import_gwh"] * 1e3 - part - surplus) * residual
        assert hub_figures["emissions"]["market_tco2"] == pytest.approx(left, rel=1e-9, abs=1e-9)
