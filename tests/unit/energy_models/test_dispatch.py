"""Settlement of one site: published cases, hand-worked ones, and the balance on thousands of random ones."""

import numpy as np
import pytest

from energy_models.dispatch import (
    FLOW_DTYPE,
    OFFER_DTYPE,
    POLICY_GREEN_FIRST,
    POLICY_PEAK_SHAVING,
    POLICY_SELF_CONSUMPTION,
    POLICY_TARIFF,
    SITE_DTYPE,
    facility_cap_w,
    settle,
)

HOUR = 3600.0
MW = 1e6
V20_SOLAR_MW = np.array([0] * 6 + [5, 15, 25, 32, 36, 38, 36, 32, 25, 15, 5] + [0] * 7, dtype=float)


def site(**fields: float) -> np.ndarray:
    sites = np.zeros(1, SITE_DTYPE)
    defaults = {
        "import_limit_w": 1e9,
        "facility_limit_w": np.inf,
        "efficiency_charge": 1.0,
        "efficiency_discharge": 1.0,
    }
    if "battery_power_w" in fields:  # the same both ways
        fields["charge_power_w"] = fields["discharge_power_w"] = fields.pop("battery_power_w")
    for name, value in (defaults | fields).items():
        sites[name] = value
    return sites


def offer(**fields: float) -> np.ndarray:
    offers = np.zeros(1, OFFER_DTYPE)
    for name, value in fields.items():
        offers[name] = value
    return offers


def settled(sites: np.ndarray, offers: np.ndarray, facility_w: float, period_s: float = HOUR) -> np.void:
    flows = np.zeros(1, FLOW_DTYPE)
    settle(sites, offers, np.array([facility_w]), period_s, flows)
    return flows[0]


def run_day(sites: np.ndarray, days: int, source: str) -> np.ndarray:
    flows = [settled(sites, offer(**{source: mw * MW}), 10 * MW) for _ in range(days) for mw in V20_SOLAR_MW]
    return np.array(flows, dtype=FLOW_DTYPE)


@pytest.mark.parametrize("source", ["pv_w", "wind_w", "direct_green_w", "contract_w"])
def test_v20_hourly_matching_is_the_same_from_every_source(source: str) -> None:
    flows = run_day(site(), 1, source)
    assert flows["clean_supply_w"].sum() / (240 * MW) == pytest.approx(0.416667, abs=5e-7)


def test_v20_greedy_battery_lifts_it_to_58_percent() -> None:
    store = site(
        battery_power_w=10 * MW,
        battery_capacity_j=40 * MW * HOUR,
        efficiency_charge=0.9,
        battery_policy=POLICY_SELF_CONSUMPTION,
    )
    flows = run_day(store, 3, "pv_w")
    assert flows["clean_supply_w"].sum() / (720 * MW) == pytest.approx(0.583333, abs=5e-7)


@pytest.mark.parametrize(
    ("capacity_kwh", "ranks", "expected_j"),
    [(0.1, [-1] * 10, 450_000), (0.02, [-1] * 10 + [1] * 10, 180_000), (0.02, [-1] * 10 + [1] * 20, 270_000)],
    ids=["a", "b", "c"],
)
def test_v18_opendc_battery_energy(capacity_kwh: float, ranks: list[int], expected_j: float) -> None:
    # OpenDC charges below a carbon threshold and discharges above it: the tariff policy with those ranks
    store = site(battery_power_w=1000.0, battery_capacity_j=capacity_kwh * 3.6e6, battery_policy=POLICY_TARIFF)
    flows = np.array([settled(store, offer(tariff_rank=rank), 150.0, 60.0) for rank in ranks], dtype=FLOW_DTYPE)
    assert flows["grid_import_w"].sum() * 60.0 == pytest.approx(expected_j, rel=1e-12)
    if capacity_kwh == 0.1:
        assert flows["grid_import_w"][0] == 1150.0
        assert flows["grid_import_w"][-1] == 150.0


def test_surplus_charges_then_exports_then_is_curtailed() -> None:
    store = site(
        export_limit_w=3.0,
        battery_power_w=4.0,
        battery_capacity_j=1e9,
        battery_policy=POLICY_SELF_CONSUMPTION,
    )
    flow = settled(store, offer(pv_w=12.0, wind_w=5.0, direct_green_w=2.0), 10.0)
    assert (flow["battery_charge_w"], flow["grid_export_w"], flow["curtailed_w"]) == (4.0, 3.0, 2.0)
    # the direct line is curtailed first: PV and wind are used in full
    assert (flow["pv_used_w"], flow["wind_used_w"], flow["direct_green_used_w"]) == (12.0, 5.0, 0.0)
    assert flow["clean_supply_w"] == 10.0


def test_contract_covers_import_of_the_same_interval_only() -> None:
    flow = settled(site(), offer(contract_w=15.0, pv_w=4.0), 10.0)
    assert (flow["contract_delivered_w"], flow["grid_import_w"], flow["contract_surplus_w"]) == (
        6.0,
        0.0,
        9.0,
    )
    assert flow["grid_export_w"] == 0.0
    flow = settled(site(), offer(contract_w=2.0), 10.0)
    assert (flow["contract_delivered_w"], flow["grid_import_w"], flow["contract_surplus_w"]) == (
        2.0,
        8.0,
        0.0,
    )


def test_battery_discharges_to_hold_the_import_limit_whatever_its_policy() -> None:
    for policy in (0, POLICY_TARIFF):
        store = site(
            import_limit_w=7.0,
            battery_power_w=5.0,
            battery_capacity_j=1e6,
            energy_stored_j=1e6,
            battery_policy=policy,
        )
        flow = settled(store, offer(tariff_rank=-2), 10.0)
        assert flow["battery_discharge_w"] == 3.0
        assert flow["grid_import_w"] == 7.0


def test_charging_never_pushes_the_meter_over_its_limit() -> None:
    store = site(import_limit_w=12.0, battery_power_w=5.0, battery_capacity_j=1e9, battery_policy=POLICY_TARIFF)
    flow = settled(store, offer(tariff_rank=-1, contract_w=1.0), 10.0)
    assert flow["battery_charge_w"] == 2.0
    assert flow["grid_import_w"] + flow["contract_delivered_w"] == 12.0


@pytest.mark.parametrize(("rank", "charge_w", "discharge_w"), [(-2, 5, 0), (-1, 5, 0), (0, 0, 0), (1, 0, 5), (2, 0, 5)])
def test_tariff_policy_follows_the_rank(rank: int, charge_w: float, discharge_w: float) -> None:
    store = site(battery_power_w=5.0, battery_capacity_j=1e6, energy_stored_j=5e5, battery_policy=POLICY_TARIFF)
    flow = settled(store, offer(tariff_rank=rank), 10.0)
    assert (flow["battery_charge_w"], flow["battery_discharge_w"]) == (charge_w, discharge_w)


def test_green_share_mixes_in_proportion() -> None:
    # 30 kWh in store of which 10 clean: a third of what comes out is clean
    store = site(
        battery_power_w=1e6,
        battery_capacity_j=1e9,
        energy_stored_j=30 * 3.6e6,
        green_stored_j=10 * 3.6e6,
        efficiency_discharge=0.9,
        battery_policy=POLICY_SELF_CONSUMPTION,
    )
    flow = settled(store, offer(), 9e3)
    assert flow["clean_supply_w"] == pytest.approx(3e3)
    assert store["green_stored_j"][0] / store["energy_stored_j"][0] == pytest.approx(1 / 3)


def test_contract_power_serves_the_load_before_it_makes_the_store_green() -> None:
    store = site(battery_power_w=4.0, battery_capacity_j=1e9, battery_policy=POLICY_TARIFF)
    flow = settled(store, offer(tariff_rank=-1, contract_w=11.0), 10.0)
    assert flow["clean_supply_w"] == 10.0
    assert store["green_stored_j"][0] == pytest.approx(1.0 * HOUR)
    assert store["energy_stored_j"][0] == pytest.approx(4.0 * HOUR)


def test_standing_and_conversion_losses_are_booked_once() -> None:
    store = site(
        battery_power_w=1e3,
        battery_capacity_j=1e8,
        energy_stored_j=5e7,
        efficiency_charge=0.9,
        standing_loss_per_h=0.02,
        battery_policy=POLICY_SELF_CONSUMPTION,
    )
    flow = settled(store, offer(pv_w=600.0), 100.0)
    assert flow["battery_loss_w"] == pytest.approx(5e7 * 0.02 / HOUR + 500.0 * 0.1)


def test_green_first_stores_contract_surplus_and_gives_it_when_contracts_fall_short() -> None:
    store = site(battery_power_w=4.0, battery_capacity_j=1e6, battery_policy=POLICY_GREEN_FIRST)
    flow = settled(store, offer(contract_w=13.0, tariff_rank=2), 10.0)
    assert (flow["battery_charge_w"], flow["contract_delivered_w"], flow["contract_surplus_w"]) == (3.0, 13.0, 0.0)
    assert flow["green_stored_j"] == flow["energy_stored_j"] == 3.0 * HOUR
    flow = settled(store, offer(contract_w=8.0, tariff_rank=-2), 10.0)
    assert (flow["battery_discharge_w"], flow["grid_import_w"], flow["clean_supply_w"]) == (2.0, 0.0, 10.0)


def test_green_first_matches_v20_from_a_contract_as_from_the_roof() -> None:
    store = site(
        battery_power_w=10 * MW,
        battery_capacity_j=40 * MW * HOUR,
        efficiency_charge=0.9,
        battery_policy=POLICY_GREEN_FIRST,
    )
    flows = run_day(store, 3, "contract_w")
    assert flows["clean_supply_w"].sum() / (720 * MW) == pytest.approx(0.583333, abs=5e-7)


def test_peak_shaving_holds_the_target_and_refills_below_it_but_not_at_peak_prices() -> None:
    store = site(
        battery_power_w=5.0,
        battery_capacity_j=1e6,
        energy_stored_j=5e5,
        peak_target_w=8.0,
        battery_policy=POLICY_PEAK_SHAVING,
    )
    flow = settled(store, offer(), 11.0)
    assert (flow["battery_discharge_w"], flow["grid_import_w"]) == (3.0, 8.0)
    assert settled(store, offer(tariff_rank=1), 6.0)["battery_charge_w"] == 0.0
    flow = settled(store, offer(), 6.0)
    assert (flow["battery_charge_w"], flow["grid_import_w"]) == (2.0, 8.0)


def test_peak_shaving_gives_up_a_target_the_month_has_passed_and_takes_it_up_again() -> None:
    store = site(
        battery_power_w=5.0,
        battery_capacity_j=1e6,
        energy_stored_j=1e6,
        peak_target_w=8.0,
        battery_policy=POLICY_PEAK_SHAVING,
    )
    assert settled(store, offer(), 16.0)["grid_import_w"] == 11.0  # all it can do
    assert settled(store, offer(), 11.0)["battery_discharge_w"] == 0.0  # 11 W are paid for this month anyway
    assert settled(store, offer(month_begins=1), 11.0)["battery_discharge_w"] == 3.0


def test_of_the_direct_line_no_more_is_exported_than_its_rules_allow() -> None:
    flow = settled(site(export_limit_w=50.0), offer(pv_w=12.0, direct_green_w=8.0, direct_export_w=3.0), 10.0)
    assert (flow["grid_export_w"], flow["direct_green_exported_w"], flow["curtailed_w"]) == (5.0, 3.0, 5.0)
    flow = settled(site(export_limit_w=4.0), offer(pv_w=12.0, direct_green_w=8.0, direct_export_w=3.0), 10.0)
    assert (flow["grid_export_w"], flow["direct_green_exported_w"], flow["curtailed_w"]) == (4.0, 2.0, 6.0)


@pytest.mark.parametrize(
    ("limits", "expected_w"),
    [
        ({"import_limit_w": 10.0}, 10.0 + 6.0 + 4.0),
        ({"import_limit_w": 10.0, "facility_limit_w": 12.0}, 12.0),
        # the store can hold 2 W for an hour, not 4
        ({"import_limit_w": 10.0, "energy_stored_j": 2 * HOUR}, 10.0 + 6.0 + 2.0),
        ({"import_limit_w": 10.0, "soc_min": 1.0}, 10.0 + 6.0),
    ],
)
def test_cap_by_hand(limits: dict[str, float], expected_w: float) -> None:
    fields = {"battery_power_w": 4.0, "battery_capacity_j": 1e6, "energy_stored_j": 1e6}
    caps = np.zeros(1)
    facility_cap_w(
        site(**fields | limits), offer(pv_w=1.0, wind_w=2.0, direct_green_w=3.0, contract_w=50.0), HOUR, caps
    )
    assert caps[0] == pytest.approx(expected_w)


def random_case(rng: np.random.Generator, hubs: int) -> tuple[np.ndarray, np.ndarray]:
    sites, offers = np.zeros(hubs, SITE_DTYPE), np.zeros(hubs, OFFER_DTYPE)
    sites["import_limit_w"], sites["facility_limit_w"] = rng.uniform(5, 100, hubs), np.inf
    sites["export_limit_w"] = rng.uniform(0, 30, hubs) * rng.integers(0, 2, hubs)
    for name in ("charge_power_w", "discharge_power_w"):
        sites[name] = rng.uniform(0, 50, hubs) * rng.integers(0, 2, hubs)
    sites["peak_target_w"], sites["peak_import_w"] = rng.uniform(0, 60, (2, hubs))
    sites["battery_capacity_j"] = rng.uniform(1e4, 1e6, hubs)
    sites["efficiency_charge"], sites["efficiency_discharge"] = rng.uniform(0.8, 1, (2, hubs))
    sites["soc_min"], sites["standing_loss_per_h"] = rng.uniform(0, 0.3, hubs), rng.uniform(0, 0.01, hubs)
    sites["battery_policy"] = rng.integers(0, 5, hubs)
    sites["energy_stored_j"] = rng.uniform(0, 1, hubs) * sites["battery_capacity_j"]
    sites["green_stored_j"] = rng.uniform(0, 1, hubs) * sites["energy_stored_j"]
    for name in ("pv_w", "wind_w", "direct_green_w", "contract_w"):
        offers[name] = rng.uniform(0, 60, hubs) * rng.integers(0, 2, hubs)
    offers["direct_export_w"] = rng.uniform(0, 1, hubs) * offers["direct_green_w"]
    offers["tariff_rank"] = rng.integers(-2, 3, hubs)
    return sites, offers


@pytest.mark.parametrize("seed", range(5))
def test_every_balance_closes_and_no_flow_is_negative(seed: int) -> None:
    rng, hubs, period_s = np.random.default_rng(seed), 4000, 900.0
    sites, offers = random_case(rng, hubs)
    caps, flows, before = np.zeros(hubs), np.zeros(hubs, FLOW_DTYPE), sites.copy()
    facility_cap_w(sites, offers, period_s, caps)
    facility = rng.uniform(0, 1, hubs) * caps
    facility[::7] = caps[::7]
    settle(sites, offers, facility, period_s, flows)
    f = flows
    sources = f["grid_import_w"] + f["contract_delivered_w"] + f["direct_green_used_w"] + f["pv_used_w"]
    sources = sources + f["wind_used_w"] + f["battery_discharge_w"]
    # 1e-9 of the largest power here (some 300 W) is the ledgers' own tolerance
    np.testing.assert_allclose(sources, facility + f["battery_charge_w"] + f["grid_export_w"], atol=3e-7, rtol=0)
    stored = (sites["energy_stored_j"] - before["energy_stored_j"]) / period_s
    kept = f["battery_charge_w"] - f["battery_discharge_w"] - f["battery_loss_w"]
    np.testing.assert_allclose(kept, stored, atol=3e-7, rtol=0)
    made = offers["pv_w"] + offers["wind_w"] + offers["direct_green_w"]
    used = f["pv_used_w"] + f["wind_used_w"] + f["direct_green_used_w"]
    np.testing.assert_allclose(used + f["curtailed_w"], made, atol=3e-7, rtol=0)
    assert all((f[name] >= 0.0).all() for name in FLOW_DTYPE.names)
    # a site held to its cap never passes its connection
    assert (f["grid_import_w"] + f["contract_delivered_w"] <= sites["import_limit_w"] * (1 + 1e-9)).all()
    assert (f["grid_export_w"] <= sites["export_limit_w"]).all()
    assert (f["direct_green_exported_w"] <= offers["direct_export_w"] + 3e-7).all()
    assert (f["direct_green_exported_w"] <= np.minimum(f["grid_export_w"], f["direct_green_used_w"])).all()
    assert (f["battery_charge_w"] * f["battery_discharge_w"] == 0.0).all()


@pytest.mark.parametrize("seed", range(3))
def test_clean_energy_is_counted_once(seed: int) -> None:
    rng, hubs, period_s = np.random.default_rng(100 + seed), 2000, 900.0
    sites, offers = random_case(rng, hubs)
    flows, before = np.zeros(hubs, FLOW_DTYPE), sites.copy()
    facility = rng.uniform(0, 80, hubs)
    settle(sites, offers, facility, period_s, flows)
    assert (flows["clean_supply_w"] <= facility).all()
    # clean supply, export and growth of the clean store cannot pass what clean sources gave to the bus
    given = flows["pv_used_w"] + flows["wind_used_w"] + flows["direct_green_used_w"] + flows["contract_delivered_w"]
    stored = (sites["green_stored_j"] - before["green_stored_j"]) / period_s
    assert (flows["clean_supply_w"] + flows["grid_export_w"] + stored <= given + 1e-7).all()
    assert (sites["green_stored_j"] <= sites["energy_stored_j"]).all()
