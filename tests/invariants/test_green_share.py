"""A least clean share as a hard limit: kept by holding work back, at every matching, by hub or by region."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.experiments.findings import findings
from tests.invariants.limit_cases import column, within_limits
from tests.pipeline import SCENARIOS, Run, child, run

MINIMAL = SCENARIOS / "minimal.yaml"
FIGURES = {"hourly": "cfe_score_hourly", "monthly": "match_monthly", "annual": "match_annual"}
CONTRACT = "hubs.demo.contracts={one: {title: {zh: 合同, en: contract}, about: {assumed: x}, kind: %s}}"
SOLAR = CONTRACT % "ppa_solar, capacity: 0.5 MW"
CERTIFICATES = CONTRACT % "certificates, volume: 0.9 GWh, price: 0.01 元/kWh"


def held_to(least: float | None, matching: str = "hourly", *sets: str) -> Run:
    """Run the minimal scenario for two days under a least clean share; its roof covers about a fifth of the load."""
    share = [] if least is None else [f"green_share={{min: {least}, matching: {matching}}}"]
    return run(MINIMAL, "job_classes.sft.preemptible=true", *share, *sets, horizon="2 d")


def told(made: Run) -> dict[str, Any]:
    return dict(made.summary["green_share"])


def finished(made: Run) -> int:
    return int(made.summary["service"]["jobs_finished"])


@pytest.mark.parametrize("matching", ["hourly", "monthly", "annual"])
def test_a_share_the_roof_can_give_is_kept_at_the_price_of_waiting(matching: str) -> None:
    free, made = held_to(None), held_to(0.21, matching)
    within_limits(made)
    assert free.summary["clean"][FIGURES[matching]] < 0.21 <= made.summary["clean"][FIGURES[matching]]
    assert told(made)["met"]
    assert told(made)["reached_share"] == pytest.approx(made.summary["clean"][FIGURES[matching]], rel=1e-12)
    assert finished(made) < finished(free)
    assert "green_share" not in free.summary
    assert "clean" not in free.summary["limits"]
    by_cause = made.summary["limits"]["clean"]
    assert by_cause["jobs_refused"] > 0
    assert by_cause["suspended"] > 0
    assert np.isfinite(column(made, "clean_headroom_w")).all()
    assert np.isnan(column(free, "clean_headroom_w")).all()


def test_a_share_out_of_reach_starts_nothing_and_ends_with_a_finding() -> None:
    made = held_to(0.9)
    within_limits(made)
    assert finished(made) == 0
    assert (column(made, "it_jobs_w") == 0.0).all()
    share = told(made)
    assert not share["met"]
    assert share["jobs_left"] > 10_000
    (finding,) = findings(made.summary)
    assert f"{share['jobs_left']:,} jobs" in finding
    assert f"{share['lacking_mw']:,.3g} MW" in finding


@pytest.mark.parametrize(("least", "matching"), [(0.3, "hourly"), (0.3, "annual"), (0.8, "hourly")])
def test_the_clean_contract_of_the_finding_does_what_was_left(least: float, matching: str) -> None:
    short = held_to(least, matching)
    lacking_mw = told(short)["lacking_mw"]
    contract = "ppa_baseload, capacity: {value: %.6f MW, assumed: x}"
    half, whole = (held_to(least, matching, CONTRACT % (contract % (part * lacking_mw))) for part in (0.2, 1.0))
    assert not told(short)["met"]
    assert not told(half)["met"]
    assert told(whole)["met"]
    assert findings(whole.summary) == []
    assert told(whole)["work_left_device_h"] < 0.2 * told(short)["work_left_device_h"]
    assert finished(half) < finished(whole)


def test_matchings_ask_different_things_of_the_same_contracts() -> None:
    """Sun above the load counts for the night in a month, not in an hour; certificates count in a year only."""
    sun = {matching: held_to(0.55, matching, SOLAR) for matching in FIGURES}
    assert not told(sun["hourly"])["met"]
    assert told(sun["monthly"])["met"]
    assert finished(sun["hourly"]) < finished(sun["monthly"]) == finished(sun["annual"])
    paper = {matching: held_to(0.55, matching, CERTIFICATES) for matching in FIGURES}
    assert finished(paper["hourly"]) == finished(paper["monthly"]) == 0
    assert told(paper["annual"])["met"]
    assert finished(paper["annual"]) == finished(held_to(None))


GREEN_HUB = """
hubs:
  green:
    title: {zh: "绿电枢纽", en: "green hub"}
    about: {assumed: x}
    province: zhejiang
    tariff: zhejiang
    location: {latitude: "30.83 deg", longitude: "120.93 deg", elevation: "4 m"}
    weather: {model: synthetic, site: Hangzhou_CSWD}
    connection: {import_limit: "0.6 MW"}
    facility: {free_cooling_wet_bulb_c: 12.0, chiller_wet_bulb_c: 24.0, chiller_cop: 5.5, fan_pump_share: 0.07,
      ups_loss_share: 0.045, fixed_share: 0.02}
    contracts: {flat: {title: {zh: "绿电", en: "green"}, kind: ppa_baseload, capacity: 0.3 MW}}
clusters:
  green_h800: {title: {zh: "绿电集群", en: "green cluster"}, about: {assumed: x}, hub: green, device: h800, servers: 32,
    racks: 32, rack_power: "12 kW"}
"""


def test_a_region_answers_for_the_share_together_and_each_hub_for_its_own(tmp_path: Path) -> None:
    path = child(tmp_path, GREEN_HUB)
    made = {
        scope: run(
            path, "job_classes.sft.preemptible=true", f"green_share={{min: 0.5, matching: hourly, scope: {scope}}}"
        )
        for scope in ("hub", "region")
    }
    for one in made.values():
        within_limits(one)
    assert finished(made["hub"]) == 0  # work stays where its users are, and that hub has the sun alone
    assert finished(made["region"]) > 1000
    assert [hub["green_share"]["met"] for hub in made["hub"].summary["hubs"].values()] == [False, True]
    assert told(made["region"])["met"]
    assert not any("green_share" in hub for hub in made["region"].summary["hubs"].values())
    assert made["region"].summary["limits"]["clean"]["jobs_refused"] > 0  # and it binds
