"""The summary of a world that fits on a sheet of paper; every expected number is worked out beside it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from simulator.accounting import account
from simulator.accounting.energy import _put_grade
from tests.unit.simulator.accounting.world import (
    cluster_columns,
    device,
    job_rows,
    loaded,
    records,
    scenario_dict,
    stacked,
    target,
)


# closed forms of a few hundred additions: rounding only
def exactly(value: float) -> Any:
    return pytest.approx(value, rel=1e-12)


PUBLIC_KEYS = {
    "energy": """it_gwh facility_gwh cooling_gwh other_gwh pue peak_facility_mw grid_import_gwh contract_gwh
        direct_green_gwh pv_used_gwh wind_used_gwh curtailed_gwh battery_charge_gwh battery_discharge_gwh
        grid_export_gwh wue_l_per_kwh water_m3 share_of_province_demand""",
    "clean": "cfe_score_hourly cfe_score_with_grid match_monthly match_annual certificates_mwh",
    "emissions": "location_tco2 market_tco2 marginal_tco2 embodied_tco2 cue_kg_per_kwh",
    "cost": """total_cny energy_cny delivery_cny demand_charge_cny green_cny network_cny wheeling_cny
        battery_wear_cny capex_annuity_cny export_revenue_cny""",
    "service": """jobs_submitted jobs_real jobs_finished jobs_running jobs_waiting jobs_rejected wait_mean_s
        wait_p50_s wait_p95_s bounded_slowdown_mean utilization deadline_missed services_unserved_share
        racks_built
        racks_in_use occupancy""",
}
TARGET_KEYS = """id precision rung required_eflops baseline_eflops gap_before_eflops counted_eflops
    gap_after_eflops met increment_by_rung"""


@pytest.fixture(scope="module")
def summary() -> dict[str, Any]:
    return account(loaded(), records())


def test_public_keys_in_the_region_and_in_every_hub(summary: dict[str, Any]) -> None:
    for place in (summary, *summary["hubs"].values()):
        for group, keys in PUBLIC_KEYS.items():
            assert set(keys.split()) <= set(place[group])
        assert set(place["capacity"]["fp16"]) >= {"nameplate_eflops", "energised_eflops", "effective_eflops"}
    assert set(summary["ledgers"]) >= {
        "energy_residual", "work_residual", "certificate_residual", "money_residual", "ladder_residual",
    }  # fmt: skip
    for entry in summary["targets"]:
        assert set(TARGET_KEYS.split()) <= set(entry)
    assert list(summary["hubs"]) == ["a", "b"]


def test_summary_is_plain_json(summary: dict[str, Any]) -> None:
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary


def test_energy(summary: dict[str, Any]) -> None:
    # hub a, a day: facility 4.5 x 24 = 108 MWh; grid 2.7 x 6 + 1.5 x 12 + 2.32 x 6 = 48.12; PV 12
    energy = summary["hubs"]["a"]["energy"]
    assert energy["facility_gwh"] == exactly(0.216)
    assert energy["grid_import_gwh"] == exactly(0.09624)
    assert energy["pv_used_gwh"] == exactly(0.024)
    assert energy["contract_gwh"] == exactly(0.096)
    assert energy["battery_charge_gwh"] == exactly(0.0024)
    assert energy["battery_discharge_gwh"] == exactly(0.00216)
    assert energy["pue"] == exactly(4.5 / 3.5)
    assert energy["peak_import_mw"] == exactly(4.7)
    assert energy["water_m3"] == exactly(168.0)
    assert energy["wue_l_per_kwh"] == exactly(1.0)  # 875 L in 15 min over 3.5 MW x 0.25 h
    # 0.216 GWh in 2 d are 39.42 GWh in 365 d, of 6000 亿kWh = 600 TWh
    assert energy["share_of_province_demand"] == exactly(39.42 / 600_000)
    assert energy["share_of_province_demand_provinces"] == ["zhejiang"]
    assert summary["energy"]["share_of_province_demand_provinces"] == ["jiangsu", "zhejiang"]
    assert summary["energy"]["share_of_province_demand_basis"].endswith("yearly demand of jiangsu + zhejiang")
    assert summary["energy"]["share_of_province_demand"] == exactly((39.42 + 8.76) / 1_400_000)
    assert summary["provinces"]["jiangsu"]["share_of_province_demand"] == exactly(8.76 / 800_000)
    assert summary["energy"]["facility_gwh"] == exactly(0.264)
    assert summary["energy"]["intervals_over_cap"] == 0


def test_one_province_with_two_hubs_is_counted_once() -> None:
    changed = scenario_dict()
    changed["hubs"]["b"]["province"] = "zhejiang"
    summary = account(loaded(hubs=changed["hubs"]), records())
    assert summary["energy"]["share_of_province_demand"] == exactly((39.42 + 8.76) / 600_000)


def test_clean(summary: dict[str, Any]) -> None:
    # a: clean 2 MW at night, 3 by day: 120 of 216 MWh; 96 left, a quarter clean grid; 20 of certificates
    a, b = summary["hubs"]["a"]["clean"], summary["hubs"]["b"]["clean"]
    assert a["cfe_score_hourly"] == exactly(120 / 216)
    assert a["cfe_score_with_grid"] == exactly((120 + 24) / 216)
    assert a["match_monthly"] == exactly(120 / 216)
    assert a["match_annual"] == exactly(140 / 216)
    assert a["match_annual_without_certificates"] == exactly(120 / 216)
    # b: half its hours; by volume the contract's 72 MWh cover its 48 MWh, and no certificate is needed
    assert b["cfe_score_hourly"] == exactly(0.5)
    assert b["match_monthly"] == exactly(1.0)
    assert b["match_annual_without_certificates"] == exactly(1.0)
    assert b["match_annual"] == exactly(1.0)
    assert b["cover_annual"] == exactly(1.5)
    assert b["certificates_bought_mwh"] == exactly(2.0)
    assert b["certificates_mwh"] == 0.0
    assert b["certificates_left_mwh"] == exactly(2.0)
    # the region is the sum of its hubs
    assert summary["clean"]["match_monthly"] == exactly((120 + 48) / 264)
    assert summary["clean"]["match_annual"] == exactly((140 + 48) / 264)


def test_emissions(summary: dict[str, Any]) -> None:
    a, b = summary["hubs"]["a"]["emissions"], summary["hubs"]["b"]["emissions"]
    assert a["location_tco2"] == exactly((96.24 + 96) * 0.5)
    assert a["marginal_tco2"] == exactly((96.24 + 96) * 0.8)
    assert a["market_tco2"] == exactly((96.24 - 20) * 0.6)  # contract 0, certificates taken off
    assert b["location_tco2"] == exactly(48 * 0.6)
    assert b["market_tco2"] == 0.0  # the surplus of the contract is worth the rest of the import
    assert a["cue_kg_per_kwh"] == exactly(96.12 / 168)
    # a_old 50 servers for 2 d, a_new 100 for 1 d: 200 server days of 1825, 1.5 t each
    assert a["embodied_tco2"] == exactly(200 / 1825 * 1.5)


def test_cost(summary: dict[str, Any]) -> None:
    a, b = summary["hubs"]["a"]["cost"], summary["hubs"]["b"]["cost"]
    assert a["energy_cny"] == exactly(192_240 * 0.5)
    assert a["delivery_cny"] == exactly(192_240 * 0.2)
    # one day of January, one of February, at 4.7 MW each
    assert a["demand_charge_cny"] == exactly(4_700 * 40 * (1 / 31 + 1 / 28))
    assert a["green_cny"] == exactly(96_000 * 0.03 + 20_000 * 0.02)
    assert a["battery_wear_cny"] == exactly(2_160 * 0.1)
    server = 1e6 * 0.08 / (1 - 1.08**-5)
    battery = 1.46e6 * 0.08 / (1 - 1.08**-15)
    assert a["capex_annuity_cny"] == exactly(server * 200 / 365 + battery * 2 / 365)
    assert b["energy_cny"] == exactly(24_000 * 0.4 + 24_000 * 0.8)
    assert b["green_cny"] == exactly(72_000 * 0.05 + 2_000 * 0.01)  # all contract output pays its premium
    assert b["export_revenue_cny"] == exactly(24_000 * 0.3)
    for cost in (a, b, summary["cost"]):
        outside = (
            "total_cny",
            "export_revenue_cny",
            "battery_wear_cny",
            "battery_stored_change_cny",
        )  # the annuity pays for the battery, once
        parts = [value for key, value in cost.items() if key not in outside]
        assert cost["total_cny"] == exactly(sum(parts) - cost["export_revenue_cny"])


def test_a_full_month_pays_a_full_demand_charge() -> None:
    changed = scenario_dict()
    changed["simulation"] |= {"start": "2025-02-01T00:00:00+08:00", "horizon": "28 d"}
    rows = 28 * 96
    load = {"it_w": 800e3, "it_idle_w": 800e3, "cooling_w": 150e3, "other_w": 50e3, "facility_w": 1e6}
    steps = stacked("steps", "hub", {"a": {}, "b": load | {"grid_import_w": 1e6}}, rows)
    clusters = stacked("clusters", "cluster", {name: {} for name in changed["clusters"]}, rows)
    summary = account(loaded(simulation=changed["simulation"]), records(steps=steps, clusters=clusters, jobs=[]))
    assert summary["hubs"]["b"]["cost"]["demand_charge_cny"] == exactly(1_000 * 30)


def test_capacity(summary: dict[str, Any]) -> None:
    # fp16, hub a: a_old 400 devices, a_new 800 on one day of two; 300 TFLOPS each
    a = summary["hubs"]["a"]["capacity"]
    assert a["fp16"]["nameplate_eflops"] == exactly(800 * 300e12 / 1e18)
    assert a["fp16"]["available_eflops"] == exactly((400 + 350) * 300e12 / 1e18)
    assert a["fp16"]["allocated_eflops"] == exactly((200 + 200) * 300e12 / 1e18)
    assert a["fp16"]["utilised_eflops"] == exactly((100 + 150) * 300e12 / 1e18)
    assert a["fp16"]["effective_eflops"] == exactly((50 + 60 - 5) * 300e12 / 1e18)  # less 10 lost on one day
    # fp32: another peak for the same devices
    assert a["fp32"]["nameplate_eflops"] == exactly(800 * 20e12 / 1e18)
    # b_new has no fp16 peak: only b_x counts
    assert summary["hubs"]["b"]["capacity"]["fp16"]["nameplate_eflops"] == exactly(160 * 300e12 / 1e18)
    expected = (160 * 20e12 + 40 * 10e12) / 1e18
    assert summary["hubs"]["b"]["capacity"]["fp32"]["nameplate_eflops"] == exactly(expected)
    assert summary["clusters"]["b_new"]["capacity"]["fp16"]["nameplate_eflops"] == 0.0
    assert summary["capacity"]["fp16"]["nameplate_eflops"] == exactly(960 * 300e12 / 1e18)


def test_target_counts_shares_and_leaves_the_baseline_out(summary: dict[str, Any]) -> None:
    zj = summary["targets"][0]
    # a_new at the date, whole; b_x to a quarter; a_old is in the baseline; b_new has no fp16
    assert zj["increment_by_rung"]["nameplate"] == exactly((800 + 0.25 * 160) * 300e12 / 1e18)
    assert zj["counted_eflops"] == exactly(0.7 + 0.252)
    assert zj["gap_before_eflops"] == exactly(0.3)
    assert zj["gap_after_eflops"] == exactly(0.048)
    assert zj["met"] is False
    assert zj["on_paper_only"] is False
    # the rungs that need a window: the two days there are before the date
    assert zj["increment_by_rung"]["allocated"] == exactly((200 + 0.25 * 80) * 300e12 / 1e18)
    assert zj["window"]["days"] == exactly(2.0)


def test_on_paper_only(summary: dict[str, Any]) -> None:
    paper = summary["targets"][1]
    assert paper["met"] is True
    assert paper["on_paper_only"] is True
    assert paper["rungs_covering_gap"] == ["nameplate", "energised"]


def changed_rungs(**share: float) -> Any:
    """Records whose clusters have other shares of the rungs named."""
    clusters = cluster_columns()
    for rung, times in share.items():
        clusters[f"{rung}_device_s"] = clusters[f"{rung}_device_s"] * times
    return records(clusters=clusters)


def covered_target(**share: float) -> dict[str, Any]:
    """A target that two clusters cover more than twice, on all rungs that say what could be used."""
    changed = scenario_dict()["clusters"]
    changed["a_old"] |= {"in_baseline": False, "counts_for": ["paper"]}
    made = loaded(clusters=changed, targets={"paper": target(required="0.1 EFLOPS", baseline="0 EFLOPS")})
    return account(made, changed_rungs(**share))["targets"][0]


def test_little_demand_does_not_make_a_target_one_on_paper() -> None:
    low = covered_target(allocated=0.1, utilised=0.1, effective=0.1)
    assert low["rungs_covering_gap"] == ["nameplate", "energised", "available"]
    assert low["increment_by_rung"]["allocated"] < 0.1
    assert low["on_paper_only"] is False


@pytest.mark.parametrize("rung", ["energised", "available"])
def test_what_cannot_be_used_is_on_paper(rung: str) -> None:
    below = ("energised", "available", "allocated", "utilised", "effective")
    share = dict.fromkeys(below[below.index(rung) :], 0.1)
    short = covered_target(**share)
    assert short["met"] is True
    assert short["on_paper_only"] is True


def test_a_target_met_to_the_last_digit_is_met() -> None:
    exact = target(required="0.34 EFLOPS", baseline="0.1 EFLOPS")  # 0.1 + 0.24 < 0.34 in floats
    changed = scenario_dict()["targets"] | {"paper": exact}
    summary = account(loaded(targets=changed), records())
    assert summary["targets"][1]["met"] is True


def test_a_target_on_a_lower_rung_is_judged_on_it() -> None:
    changed = scenario_dict()["targets"] | {
        "paper": target(required="0.2 EFLOPS", baseline="0 EFLOPS", rung="allocated")
    }
    entry = account(loaded(targets=changed), records())["targets"][1]
    assert entry["counted_eflops"] == exactly(0.06)
    assert entry["met"] is False


def test_target_date_outside_the_horizon_leaves_the_plan_only() -> None:
    changed = scenario_dict()["targets"] | {"paper": target(date="2025-12-31T00:00:00+08:00")}
    entry = account(loaded(targets=changed), records())["targets"][1]
    assert entry["increment_by_rung"]["nameplate"] == exactly(0.24)
    assert entry["increment_by_rung"]["allocated"] is None
    assert entry["window"] is None
    assert "outside" in entry["window_reason"]


def test_target_before_commissioning_counts_nothing() -> None:
    changed = scenario_dict()["targets"] | {"paper": target(date="2025-01-31T12:00:00+08:00")}
    entry = account(loaded(targets=changed), records())["targets"][1]
    assert entry["increment_by_rung"]["nameplate"] == 0.0
    assert entry["window"]["days"] == exactly(0.5)


def test_energised_at_the_instant_follows_the_records() -> None:
    clusters = cluster_columns()
    new = np.array(clusters["cluster"]) == "a_new"
    for rung in ("energised", "available", "allocated", "utilised", "effective"):
        clusters[f"{rung}_device_s"] = np.where(new, clusters[f"{rung}_device_s"] / 4, clusters[f"{rung}_device_s"])
    entry = account(loaded(), records(clusters=clusters))["targets"][1]
    assert entry["increment_by_rung"]["nameplate"] == exactly(0.24)
    assert entry["increment_by_rung"]["energised"] == exactly(0.06)


def test_service(summary: dict[str, Any]) -> None:
    service = summary["service"]
    assert service["jobs_submitted"] == 7  # j2 was carried in
    assert service["jobs_carried_in"] == 1
    assert service["jobs_real"] == 16  # j1 stands for ten
    by_state = {s: service[f"jobs_{s}"] for s in ("finished", "killed", "rejected", "held", "waiting", "suspended")}
    assert by_state == {"finished": 2, "killed": 1, "rejected": 1, "held": 1, "waiting": 1, "suspended": 1}
    assert service["jobs_running"] == 1
    # waits of j1 3600, j3 500, j7 10, j8 6; j2 came before the horizon; j4 and j6 never started
    assert service["wait_mean_s"] == exactly(4116 / 4)
    assert service["wait_p50_s"] == exactly(255.0)
    assert service["wait_real_mean_s"] == exactly((36_000 + 516) / 13)
    assert service["jobs_unstarted"] == 2
    # j1 (3600 + 86400) / 86400; j8 ran 4 s after 6 s: over 10 s, not over 4
    assert service["bounded_slowdown_mean"] == exactly((90_000 / 86_400 + 1) / 2)
    # j1 is late, j6 still held when its deadline passed, j8 in time
    assert (service["deadline_jobs"], service["deadline_missed"]) == (3, 2)
    # device days: 400 + 800 under power twice, and once; allocated 200 x 2 + 400; 40 x 2; 80 x 2
    assert service["utilization"] == exactly((400 + 400 + 80 + 160) / (800 + 800 + 80 + 320))
    assert service["services_unserved_share"] == exactly(0.1)
    assert service["racks_built"] == 34
    assert service["racks_in_use"] == exactly(20 * 0.5 + 10 * 0.5 + 4 * 0.5)


def test_jobs_belong_to_the_hub_they_were_bound_to(summary: dict[str, Any]) -> None:
    a, b = summary["hubs"]["a"]["service"], summary["hubs"]["b"]["service"]
    assert (a["jobs_finished"], b["jobs_finished"]) == (1, 1)
    assert (a["jobs_rejected"], b["jobs_rejected"]) == (0, 0)  # never bound: in the region only
    assert b["services_unserved_share"] is None
    assert "no online service" in b["services_unserved_share_reason"]


@pytest.mark.parametrize(("pue", "grade"), [(1.2, 1), (1.25, 2), (1.45, 3), (1.7, 0), (None, None)])
def test_the_grade_is_of_a_whole_year(pue: float | None, grade: int | None) -> None:
    year: dict[str, Any] = {"pue": pue, "pue_reason": "no IT energy in the horizon"}
    _put_grade(year, 1.0)
    assert year["gb40879_grade"] == grade
    week: dict[str, Any] = {"pue": pue, "pue_reason": "no IT energy in the horizon"}
    _put_grade(week, 7 / 365)
    assert week["gb40879_grade"] is None
    assert week["gb40879_grade_reason"]


def test_nothing_happened_gives_reasons_not_nan() -> None:
    steps = stacked("steps", "hub", {"a": {}, "b": {}})
    clusters = stacked("clusters", "cluster", {name: {} for name in scenario_dict()["clusters"]})
    summary = account(loaded(), records(steps=steps, clusters=clusters, jobs=[]))
    json.dumps(summary, allow_nan=False)
    for group, key in (
        ("energy", "pue"),
        ("energy", "gb40879_grade"),
        ("clean", "cfe_score_hourly"),
        ("service", "wait_p95_s"),
    ):
        assert summary[group][key] is None
        assert summary[group][f"{key}_reason"]


SCALED = ("capacity", "energy", "clean", "emissions", "cost", "service", "hubs", "clusters")


def test_fleet_sample_scales_everything_but_ratios_and_jobs(summary: dict[str, Any]) -> None:
    sampled = account(loaded(sample=2), records(sample=2))
    assert sampled["scale"]["fleet_sample"] == 2
    for group in (*SCALED, "attribution"):
        assert_equal(sampled[group], summary[group], group)
    assert sampled["targets"] == summary["targets"]


def test_clusters_scale_by_their_servers_where_the_sample_is_rounded(summary: dict[str, Any]) -> None:
    # a quarter of 50 servers is 12, of 10 servers 2: compute comes out as planned, not as rounded
    sampled = account(loaded(sample=4), records(sample=4))
    assert sampled["scale"]["clusters_times"] == {"a_new": 4.0, "a_old": exactly(50 / 12), "b_new": 5.0, "b_x": 4.0}
    assert sampled["scale"]["devices_accounted"] == exactly(sampled["scale"]["devices_planned"])
    for group in SCALED[:-2]:
        assert_equal(sampled[group], summary[group], group)
    assert_equal(sampled["clusters"], summary["clusters"], "clusters")
    assert_equal({"targets": sampled["targets"][0]}, {"targets": summary["targets"][0]}, "targets")


def assert_equal(left: Any, right: Any, where: str) -> None:
    if isinstance(left, dict):
        assert list(left) == list(right)
        for key in left:
            assert_equal(left[key], right[key], f"{where}.{key}")
    elif isinstance(left, float):
        assert left == pytest.approx(right, rel=1e-12), where
    else:
        assert left == right, where


def test_permuting_the_rows_changes_nothing(summary: dict[str, Any]) -> None:
    whole = records()
    order = np.random.default_rng(5).permutation(whole.steps.num_rows)
    shuffled = records()
    object.__setattr__(shuffled, "steps", whole.steps.take(order))
    assert account(loaded(), shuffled) == summary


def test_devices_without_the_precision_are_not_an_error() -> None:
    devices = {"x": device(peak={"fp16": "300 TFLOPS"}), "y": device(peak={"int8": "1 PFLOPS"})}
    summary = account(loaded(devices=devices), records(jobs=job_rows()))
    assert list(summary["capacity"]) == ["fp16", "int8"]
