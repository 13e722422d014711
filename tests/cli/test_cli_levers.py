"""The verb `levers`: the same demand in every way, what each way is made of, and the break-even of the runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from energy_models.levers import break_even_gb_per_mwh
from simulator.cli import app
from simulator.experiments.levers import break_even
from tests.pipeline import SCENARIOS

SHORT = ("--horizon", "12 h", "--set", "simulation.warm_up=0 s", "--no-progress")


def levers(folder: Path, *words: str) -> tuple[int, str]:
    scenario = str(SCENARIOS / "bits_or_electrons.yaml")
    outcome = CliRunner().invoke(app, ["levers", scenario, "-o", str(folder), *SHORT, *words])
    return outcome.exit_code, outcome.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("levers")
    status, text = levers(made)
    assert status == 0, text
    return made


@pytest.fixture(scope="module")
def told(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "levers.json").read_text(encoding="utf-8"))
    return found


def test_the_demand_is_the_same_in_every_way(told: dict[str, Any]) -> None:
    assert list(told["levers"]) == ["now", "wait", "bits", "electrons", "storage"]
    assert len({row["jobs"] for row in told["levers"].values()}) == 1
    assert told["levers"]["now"]["jobs"] > 100


def test_each_way_pays_for_its_own_means(told: dict[str, Any]) -> None:
    rows = told["levers"]
    for key, way in (
        ("network_mwh", "bits"),
        ("moved_gb", "bits"),
        ("line_loss_mwh", "electrons"),
        ("battery_loss_mwh", "storage"),
    ):
        assert [name for name, row in rows.items() if row[key] > 0.0] == [way], key
    assert rows["wait"]["wait_min"] > rows["now"]["wait_min"]
    assert rows["bits"]["away_mwh"] == pytest.approx(rows["bits"]["work_mwh"], rel=1e-9)  # all of it is away
    assert rows["bits"]["transfer_min"] > 0.0
    for row in rows.values():
        parts = [row[f"{part}_mwh"] for part in ("facility", "network", "line_loss", "battery_loss")]
        assert row["electricity_mwh"] == pytest.approx(sum(parts), rel=1e-12)


def test_no_contract_changes_location_based_carbon_and_the_market_basis_it_does(told: dict[str, Any]) -> None:
    change = told["differences"]["electrons"]
    assert change["location_tco2"] == pytest.approx(0.0, abs=1e-9)
    assert change["market_tco2"] < 0.0


def test_the_break_even_is_that_of_the_line_and_the_network_of_the_runs(told: dict[str, Any]) -> None:
    even = told["break_even"]
    assert even["kwh_per_gb"] == pytest.approx(0.004, rel=1e-9)  # one link
    assert even["loss_share"] == pytest.approx(0.065, rel=1e-9)  # one line
    assert even["energy_gb_per_mwh"] == pytest.approx(break_even_gb_per_mwh(0.065, 0.004), rel=1e-9)
    assert even["energy_gb_per_mwh_high"] / even["energy_gb_per_mwh_low"] == pytest.approx(60.0)  # 0.06 over 0.001


def test_money_breaks_even_where_what_is_spared_pays_the_data() -> None:
    bits = {"moved_gb": 200.0, "trade_mwh": 0.0, "away_mwh": 10.0, "network_mwh": 0.012, "network_cny": 40.0}
    bits |= {"cost_cny": 1040.0}
    electrons = {"moved_gb": 0.0, "trade_mwh": 9.55, "line_loss_mwh": 0.45, "cost_cny": 1100.0}
    found = break_even({"bits": bits, "electrons": electrons}, (1.0, 1.0))
    assert found is not None
    assert found["measured_gb_per_mwh"] == 20.0
    # 100 yuan spared without the network, 10 a megawatt-hour, at 0.2 yuan/GB
    assert found["money_gb_per_mwh"] == pytest.approx(50.0)
    assert round(found["energy_gb_per_mwh"]) == 785


def test_pages_stand_in_both_languages_beside_the_chart(folder: Path) -> None:
    for lang, word in (("zh", "盈亏平衡"), ("en", "Break-even")):
        assert word in (folder / f"levers.{lang}.md").read_text(encoding="utf-8")
        assert (folder / "figures" / f"levers.{lang}.svg").is_file()


def test_what_is_there_is_not_run_again(folder: Path) -> None:
    before = (folder / "bits" / "manifest.json").stat().st_mtime_ns
    status, text = levers(folder, "--json", "--lang", "en")
    assert status == 0
    assert json.loads(text)["work"] == "extra"
    assert (folder / "bits" / "manifest.json").stat().st_mtime_ns == before


def test_a_work_that_is_not_there_is_told(folder: Path) -> None:
    status, text = levers(folder, "--work", "extras")
    assert status == 2
    assert "no work 'extras'; it has extra, present" in text
