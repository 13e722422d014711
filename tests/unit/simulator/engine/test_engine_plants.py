"""Plants a scenario can name: each key of the chiller plant changes the curve or the water a run sees."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulator.engine import Signals
from simulator.errors import ScenarioError
from simulator.experiments.preflight import check
from simulator.scenario import load
from tests.pipeline import build, child, run, signals_of

PLANT = {
    "model": "chiller_plant",
    "chiller_cop": 5.8,
    "fan_share": 0.035,
    "pump_share": 0.025,
    "ups_loss_share": 0.045,
    "fixed_share": 0.012,
} | dict.fromkeys(("free_cooling_wet_bulb_c", "chiller_wet_bulb_c", "fan_pump_share"), "null")


def path(folder: Path, **changes: object) -> Path:
    keys = ", ".join(f"{key}: {value}" for key, value in (PLANT | changes).items())
    return child(folder, f"hubs: {{demo: {{facility: {{{keys}}}}}}}\n", name=f"case{len(list(folder.iterdir()))}.yaml")


def signals(folder: Path, **changes: object) -> Signals:
    return signals_of(build(load(path(folder, **changes))))


def whole(made: Signals) -> np.ndarray:
    return made.curve_it_w + made.curve_cooling_w + made.curve_other_w


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Signals:
    return signals(tmp_path_factory.mktemp("base"))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("design_it", "600 kW"), ("economiser", "air"), ("economiser", "none"), ("chiller", "screw_air"), ("chiller_cop", 7.0),
        ("chillers", 2), ("chilled_water_c", 15.0), ("approach", "6 delta_degC"), ("exchanger", "3 delta_degC"),
        ("design_wet_bulb_c", 24.0), ("fan_share", 0.05), ("pump_share", 0.04), ("tower_fan_share", 0.03),
        ("liquid_share", 0.7), ("ups_loss_share", 0.06), ("ups_load", 1.0), ("transformer_loss_share", 0.02),
        ("fixed_share", 0.03),
    ],
)  # fmt: skip
def test_each_key_changes_the_curve(tmp_path: Path, base: Signals, key: str, value: object) -> None:
    assert not np.allclose(whole(signals(tmp_path, **{key: value})), whole(base), rtol=1e-4)


def test_supply_air_moves_an_air_economiser_and_blow_down_the_water(tmp_path: Path, base: Signals) -> None:
    cool, warm = (signals(tmp_path, economiser="air", supply_air_c=c) for c in (20.0, 27.0))
    assert whole(warm).sum() < whole(cool).sum()
    thrifty = signals(tmp_path, cycles=10.0)
    assert thrifty.water_l_per_j.sum() < base.water_l_per_j.sum()


def test_pue_and_wue_follow_from_the_plant(tmp_path: Path) -> None:
    """A July day at Hangzhou: compressors run, and a liquid loop spares them."""
    air, liquid = (run(path(tmp_path, liquid_share=share)).summary["energy"] for share in (0.0, 0.8))
    assert 1.15 < air["pue"] < 1.5
    assert liquid["pue"] < air["pue"] - 0.03
    assert liquid["wue_l_per_kwh"] < 0.5 * air["wue_l_per_kwh"]
    energies = air["it_gwh"] + air["cooling_gwh"] + air["other_gwh"]
    assert air["pue"] == pytest.approx(energies / air["it_gwh"], rel=1e-9)  # a ratio of energies


def test_an_unknown_machine_is_told_before_the_run(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"hubs\.demo\.facility\.chiller: .*'steam'"):
        check(load(path(tmp_path, chiller="steam")))
