"""Tariffs and carbon in whole runs: every key moves what it should, dated rules change on their date, files are exact."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.engine.series import read_series
from simulator.errors import TraceError
from simulator.scenario import load
from tests.pipeline import ROOT, SCENARIOS, Run, run

MINIMAL = SCENARIOS / "minimal.yaml"
ZJ = "tariffs.zhejiang"
IDLE = ("workload.jobs=null", "simulation.warm_up=0 s")
# V24: a job of 4 h and 1 MW, hourly factors in g/kWh
V24 = [500, 100, 400, 90, 300, 80, 350, 120, 450, 110, 600, 70]


def column(made: Run, name: str) -> np.ndarray:
    return made.records.steps[name].to_numpy()


def written(folder: Path, values: Sequence[float], step_min: int, start: str = "2025-07-01T00:00:00+08:00") -> Path:
    path = folder / "series.csv"
    first = datetime.fromisoformat(start)
    rows = [f"{(first + timedelta(minutes=step_min * i)).isoformat()},{value}" for i, value in enumerate(values)]
    path.write_text("time,value\n" + "\n".join(rows) + "\n")
    return path


def test_each_part_of_the_tariff_is_paid_and_they_make_the_delivery() -> None:
    summary = run(MINIMAL).summary
    cost, parts, kwh = summary["cost"], summary["tariff"], summary["energy"]["grid_import_gwh"] * 1e6
    prices = {"line_losses": 0.02, "network_energy": 0.13, "system_operation": 0.03, "government_funds": 0.03}
    for name, price in prices.items():
        assert parts[f"{name}_cny"] == pytest.approx(price * kwh), name
    assert sum(parts[f"{name}_cny"] for name in prices) == pytest.approx(cost["delivery_cny"])


@pytest.mark.parametrize("part", ["line_losses", "network", "system_operation", "government_funds", "energy"])
def test_a_part_that_floats_follows_the_ratio(part: str) -> None:
    still, floating = (run(MINIMAL, *IDLE, f"{ZJ}.parts.{part}.floats={flag}") for flag in ("false", "true"))
    name = "energy_price_cny_per_kwh" if part == "energy" else "delivery_price_cny_per_kwh"
    ratio = column(floating, "price_ratio")
    assert set(np.round(ratio, 9)) == {1.98, 1.65, 0.38}  # a day of July
    price = {"energy": 0.412, "line_losses": 0.02, "network": 0.13}.get(part, 0.03)
    np.testing.assert_allclose(column(floating, name) - column(still, name), price * (ratio - 1.0), atol=1e-12)


def test_rules_change_on_their_date() -> None:
    made = run(MINIMAL, *IDLE, "simulation.start=2026-06-30T00:00:00+08:00", horizon="2 d")
    ratio = column(made, "price_ratio").reshape(2, 24, 4)[:, :, 0]
    assert ratio[0].tolist() == [0.38] * 8 + [1.65] * 3 + [0.38] * 2 + [1.65] * 4 + [1.0] * 5 + [0.38] * 2
    assert ratio[1].tolist() == [0.4] * 7 + [1.0] * 4 + [0.4] * 3 + [1.0] * 2 + [1.85] * 2 + [2.05] * 4 + [1.85, 1.0]


def test_holidays_have_their_own_hours_by_each_set_of_rules() -> None:
    for start, expected in (("2025-10-01", 0.2), ("2026-10-01", 0.2), ("2025-10-15", 1.65)):
        made = run(MINIMAL, *IDLE, f"simulation.start={start}T00:00:00+08:00")
        assert column(made, "price_ratio")[10 * 4] == expected, start


def test_voltage_sets_the_network_price_and_the_charges_for_power() -> None:
    low, high = (run(MINIMAL, f"hubs.demo.billing.voltage={kv}").summary for kv in ("kv35", "kv220"))
    kwh = low["energy"]["grid_import_gwh"] * 1e6
    assert low["tariff"]["network_energy_cny"] == pytest.approx(0.14 * kwh)
    assert high["tariff"]["network_energy_cny"] == pytest.approx(0.12 * kwh)
    assert low["cost"]["demand_charge_cny"] / high["cost"]["demand_charge_cny"] == pytest.approx(41.6 / 38.4)


def test_the_cheaper_of_demand_and_capacity_is_paid_unless_one_is_named() -> None:
    def charges(*sets: str) -> tuple[float, float]:
        summary = run(MINIMAL, *sets).summary
        return summary["cost"]["demand_charge_cny"], summary["tariff"]["capacity_charge_cny"]

    month = 1 / 31  # one day of July is charged
    by_capacity = 600 * 25 * month  # 0.6 MVA held
    demand, none = charges(f"{ZJ}.basis=demand")
    assert charges(f"{ZJ}.basis=capacity") == (pytest.approx(by_capacity), pytest.approx(by_capacity))
    assert none == 0.0
    assert charges() == (pytest.approx(min(demand, by_capacity)), pytest.approx(0.0))
    # with little capacity held the other way is cheaper
    assert charges("hubs.demo.billing.capacity=100 kVA") == (pytest.approx(100 * 25 * month),) * 2
    assert charges("hubs.demo.billing.capacity=100 kVA", f"{ZJ}.capacity_charge=null")[1] == 0.0


def test_high_use_of_the_capacity_held_cuts_the_demand_charge() -> None:
    sets = (f"{ZJ}.basis=demand", "hubs.demo.billing.capacity=200 kVA")
    plain = run(MINIMAL, *sets, f"{ZJ}.high_use=null").summary["cost"]["demand_charge_cny"]
    cut = run(MINIMAL, *sets).summary["cost"]["demand_charge_cny"]
    assert cut == pytest.approx(0.9 * plain)
    rare = run(MINIMAL, *sets, f"{ZJ}.high_use.energy_per_kva=600").summary["cost"]["demand_charge_cny"]
    assert rare == pytest.approx(plain)


def test_exports_are_paid(tmp_path: Path) -> None:
    sets = ("hubs.demo.pv.capacity=1 MW", "hubs.demo.connection.export_limit={value: 1 MW, assumed: x}")
    made = run(MINIMAL, *sets, f"{ZJ}.export_price={{value: 0.3 元/kWh, assumed: x}}").summary
    assert made["cost"]["export_revenue_cny"] == pytest.approx(0.3e6 * made["energy"]["grid_export_gwh"])
    assert made["energy"]["grid_export_gwh"] > 0.0


@pytest.mark.parametrize("step_min", [15, 30, 60])
def test_spot_prices_are_settled_as_the_file_has_them(tmp_path: Path, step_min: int) -> None:
    values = np.round(np.random.default_rng(1).uniform(-200, 900, 24 * 60 // step_min), 1)
    path = written(tmp_path, values.tolist(), step_min)
    spot = f"{ZJ}.spot={{file: {path}, unit: {{value: 1 元/MWh, assumed: x}}}}"
    made = run(MINIMAL, *IDLE, f"{ZJ}.parts.energy=null", spot)
    price = column(made, "energy_price_cny_per_kwh")
    np.testing.assert_allclose(price, np.repeat(values, step_min // 15) / 1000.0, rtol=1e-12)
    kwh = column(made, "grid_import_w") * 0.25 / 1000.0
    assert made.summary["cost"]["energy_cny"] == pytest.approx(float(kwh @ price), rel=1e-9)


def test_a_battery_arbitrages_the_spot_day(tmp_path: Path) -> None:
    path = written(tmp_path, [0.1] * 6 + [0.4] * 12 + [1.0] * 6, 60)
    battery = "hubs.demo.battery={energy: {value: 0.2 MWh, assumed: x}, power: {value: 0.05 MW, assumed: x}, \
policy: tariff}"
    sets = (*IDLE, f"{ZJ}.parts.energy=null", f"{ZJ}.spot={{file: {path}}}")
    made, bare = run(MINIMAL, *sets, battery), run(MINIMAL, *sets)
    charged, given = column(made, "battery_charge_w"), column(made, "battery_discharge_w")
    assert charged[: 6 * 4].sum() > 0.0
    assert charged[6 * 4 :].sum() == given[: 18 * 4].sum() == 0.0
    assert given[18 * 4 :].sum() > 0.0
    assert made.summary["cost"]["energy_cny"] < bare.summary["cost"]["energy_cny"]


@pytest.mark.parametrize("step_min", [30, 60])
def test_v24_from_a_file_of_location_factors(tmp_path: Path, step_min: int) -> None:
    per_hour = 60 // step_min
    path = written(tmp_path, np.repeat([*V24, *V24], per_hour).tolist(), step_min)
    series = f"provinces.zhejiang.location_series={{file: {path}, unit: {{value: 1 g/kWh, assumed: x}}}}"
    made = run(MINIMAL, *IDLE, series)
    kg_of_a_mwh = column(made, "ci_location_kg_per_kwh").reshape(24, 4).mean(axis=1)[:12] * 1000.0
    blocks = np.convolve(kg_of_a_mwh, np.ones(4), "valid")
    assert blocks[0] == pytest.approx(1090.0)
    assert (blocks.min(), int(blocks.argmin())) == (pytest.approx(820.0), 3)
    best = np.sort(np.argsort(kg_of_a_mwh, kind="stable")[:4])
    assert best.tolist() == [1, 3, 5, 11]
    assert kg_of_a_mwh[best].sum() == pytest.approx(340.0)
    metered = (column(made, "grid_import_w") + column(made, "contract_delivered_w")) * 0.25 / 1e6
    expected = float(metered @ np.repeat([*V24, *V24], 4)) / 1000.0
    assert made.summary["emissions"]["location_tco2"] == pytest.approx(expected)


def test_marginal_factors_from_a_file_move_the_marginal_basis_only(tmp_path: Path) -> None:
    path = written(tmp_path, [0.4] * 48, 30)
    plain = run(MINIMAL, *IDLE).summary["emissions"]
    made = run(MINIMAL, *IDLE, f"provinces.zhejiang.marginal_series={{file: {path}}}").summary
    kwh = made["energy"]["grid_import_gwh"] * 1e6
    assert made["emissions"]["marginal_tco2"] == pytest.approx(0.4 * kwh / 1000.0)
    assert {k: v for k, v in made["emissions"].items() if k != "marginal_tco2"} == {
        k: v for k, v in plain.items() if k != "marginal_tco2"
    }


def test_a_declared_merit_order_sets_the_marginal_factor() -> None:
    order = "provinces.zhejiang.merit_order=[{title: {zh: 煤, en: coal}, capacity: {value: %s, assumed: x}, factor: \
{value: 0.8 kg/kWh, assumed: x}}, {title: {zh: 气, en: gas}, capacity: {value: 100 GW, assumed: x}, factor: \
{value: 0.4 kg/kWh, assumed: x}}]"
    factors = [
        set(column(run(MINIMAL, *IDLE, order % size), "ci_marginal_kg_per_kwh")) for size in ("1 GW", "70 GW", "99 TW")
    ]
    assert factors == [{0.4}, {0.4, 0.8}, {0.8}]


@pytest.mark.parametrize(("text", "told"), [
    ("when,value\n", "got no column 'time'"),
    ("time,price\n", "got no column 'value'"),
    ("time,value\n2025-07-01T00:00,1\n", "got 1 rows"),
    ("time,value\n2025-07-01T00:00,1\n2025-07-01T00:20,1\n", "got a step of 0:20:00; expected 15, 30 or 60 minutes"),
    ("time,value\n2025-07-01T00:00,1\n2025-07-01T01:00,1\n2025-07-01T03:00,1\n", ":4: got 2025-07-01T03:00:00"),
    ("time,value\n2025-07-01T00:00,1\n2025-07-01T01:00,x\n", ":3: value: got 'x'"),
    ("time,value\nnoon,1\n", ":2: got 'noon'"),
    ("time,value\n2025-07-01T00:10,1\n2025-07-01T00:40,1\n", "expected a whole number of 0:30:00 after midnight"),
])  # fmt: skip
def test_a_series_that_cannot_be_used_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "series.csv"
    path.write_text(text)
    with pytest.raises(TraceError) as caught:
        read_series(path, "time", "value", "beginning")
    assert told in str(caught.value)
    assert str(path) in str(caught.value)


def test_rows_that_mark_the_end_and_other_zones_are_understood(tmp_path: Path) -> None:
    path = written(tmp_path, [1, 2, 3], 60, "2025-06-30T16:00:00+00:00")
    begun, _, _ = read_series(path, "time", "value", "beginning")
    ended, _, _ = read_series(path, "time", "value", "ending")
    assert begun.isoformat() == "2025-07-01T00:00:00+08:00"
    assert ended.isoformat() == "2025-06-30T23:00:00+08:00"


def test_a_series_that_ends_before_the_run_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, [0.5] * 23, 60)
    with pytest.raises(TraceError, match="expected the whole run with its warm-up"):
        run(MINIMAL, *IDLE, f"{ZJ}.parts.energy=null", f"{ZJ}.spot={{file: {path}}}")


def refused(**changed: Any) -> list[str]:
    from simulator.engine import problems
    from simulator.scenario import load

    return [f"{p.path}: {p.expected}" for p in problems(load(MINIMAL, **changed).scenario)]


def test_a_run_before_the_first_rules_of_its_tariff_is_refused() -> None:
    early = refused(overrides=["simulation.start=2024-02-01T00:00:00+08:00"])
    assert early == [
        "simulation.start: 2024-03-01T00:00:00+08:00 or later, when the first rules of tariff zhejiang came into force"
    ]
    warm = refused(overrides=["simulation.start=2024-03-01T12:00:00+08:00"])
    assert warm == [
        "simulation.warm_up: at most 43200 s: the first rules of tariff zhejiang came into force 2024-03-01T00:00:00+08:00"
    ]
    assert refused(overrides=["simulation.start=2024-03-02T00:00:00+08:00"]) == []


@pytest.mark.parametrize(("part", "hour", "cleaner"), [("pv", 12, True), ("wind", 12, False), ("flat", 12, False)])
def test_the_parts_of_a_clean_share_shape_the_hours_of_carbon(part: str, hour: int, cleaner: bool) -> None:
    shares = {"pv": 0.0, "wind": 0.0, "flat": 0.0} | {part: 0.25}
    parts = ", ".join(f"{name}: {{value: {share}, assumed: x}}" for name, share in shares.items())
    made = run(MINIMAL, *IDLE, f"provinces.zhejiang.clean_parts={{{parts}}}", horizon="7 d")
    by_hour = column(made, "ci_location_kg_per_kwh").reshape(7, 24, 4).mean(axis=(0, 2))
    assert (by_hour[hour] < 0.9 * by_hour[3]) == cleaner


def test_the_parts_of_the_catalogue_follow_from_the_base_data(data_dir: Path) -> None:
    """Capacity of about 2020 times what plant has grown by (assumed), the factors of the tables, over the demand."""
    with (data_dir / "grid-china" / "current_capacity.csv").open() as file:
        capacity = {(row["Province"], row["Type"]): float(row["Value"]) for row in csv.DictReader(file)}
    with (ROOT / "energy_models" / "coefficients" / "province_monthly.csv").open() as file:
        monthly = {(row["province"], row["quantity"]): row for row in csv.DictReader(file)}
    days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    provinces = load(SCENARIOS / "yrd_2025.yaml").scenario.provinces
    declared = {p.wind_shape: p for p in provinces.values() if p.clean_parts is not None}
    assert len(declared) == 7
    for name, province in declared.items():
        cf = {
            q: float(days @ [float(monthly[name, q][f"m{m}"]) for m in range(1, 13)]) / 365
            for q in ("pv_cf", "wind_cf")
        }
        wind = 1.85 * (capacity[name, "onshore wind"] + capacity[name, "offshore wind"]) * cf["wind_cf"]
        means = {
            "pv": 3.5 * capacity[name, "solar PV"] * cf["pv_cf"],
            "wind": wind,
            "flat": 0.9 * capacity[name, "nuclear"],
        }
        use_mw = province.demand / 3.6e9 / 8760
        for part, mean_mw in means.items():
            assert getattr(province.clean_parts, part) == pytest.approx(mean_mw / use_mw, abs=6e-4), (name, part)
