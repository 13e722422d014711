"""Battery: the digits of Vessim's own tests (V19), and what they leave out."""

import math

import pytest

from energy_models.storage import Battery
from energy_models.units import J_PER_WH, SECONDS_PER_HOUR


def battery(wh: float, soc: float, *, floor: float = 0.0, c_rate: float | None = None, **other: float) -> Battery:
    rates = {"charge_rate_per_h": c_rate, "discharge_rate_per_h": c_rate}
    return Battery(wh * J_PER_WH, math.inf, soc * wh * J_PER_WH, soc_min=floor, **rates | other)


@pytest.mark.parametrize(
    ("power_w", "hours", "expected_wh"), [(1.0, 1, 81.0), (10.0, 2, 100.0), (-1.0, 1, 79.0), (-10.0, 7, 10.0)]
)
def test_v19_vessim_step(power_w: float, hours: float, expected_wh: float) -> None:
    after = battery(100.0, 0.8, floor=0.1).step(power_w, hours * SECONDS_PER_HOUR)
    assert after.energy_stored_j / J_PER_WH == pytest.approx(expected_wh, rel=1e-12)


def test_v19_vessim_c_rate_binds() -> None:
    # 10 Wh at 1C takes 10 W: 1 Wh in 6 minutes, whatever is asked
    assert battery(10.0, 0.5, c_rate=1.0).step(10.0, 360.0).energy_stored_j / J_PER_WH == pytest.approx(6.0)
    assert battery(10.0, 0.5, c_rate=1.0).step(50.0, 360.0).energy_stored_j / J_PER_WH == pytest.approx(6.0)


def test_v19_vessim_feasible_range() -> None:
    assert battery(100.0, 0.5, c_rate=2.0).feasible_power_w(SECONDS_PER_HOUR) == pytest.approx((-50.0, 50.0))
    assert battery(100.0, 0.5, c_rate=2.0).feasible_power_w(1.0) == pytest.approx((-200.0, 200.0))
    assert battery(100.0, 0.8).feasible_power_w(4 * SECONDS_PER_HOUR)[1] == pytest.approx(5.0)


def test_the_tighter_of_inverter_and_c_rate_binds_each_way() -> None:
    store = Battery(100 * J_PER_WH, 30.0, 50 * J_PER_WH, charge_rate_per_h=0.25, discharge_rate_per_h=0.5)
    assert store.feasible_power_w(900.0) == pytest.approx((-30.0, 25.0))


def test_feasible_power_is_held_to_the_end_of_the_interval() -> None:
    full = battery(100.0, 0.7, floor=0.1, efficiency_charge=0.97, efficiency_discharge=0.96)
    low, high = full.feasible_power_w(900.0)
    assert full.step(high, 900.0).soc == pytest.approx(1.0, rel=1e-12)
    assert full.step(low, 900.0).soc == pytest.approx(0.1, rel=1e-12)


def test_round_trip_is_the_product_of_the_efficiencies() -> None:
    # Carbon Explorer's lithium defaults: 0.97 in, 1.04 drawn to give 1
    empty = battery(100.0, 0.0, efficiency_charge=0.97, efficiency_discharge=1 / 1.04)
    charged = empty.step(50.0, SECONDS_PER_HOUR)
    assert -charged.feasible_power_w(SECONDS_PER_HOUR)[0] / 50.0 == pytest.approx(0.933, abs=5e-4)


def test_standing_loss_is_applied_once_and_does_not_depend_on_the_step() -> None:
    long = battery(100.0, 0.8, standing_loss_per_h=0.1).step(0.0, 4 * SECONDS_PER_HOUR)
    short = battery(100.0, 0.8, standing_loss_per_h=0.1)
    for _ in range(16):
        short = short.step(0.0, 900.0)
    assert long.soc == pytest.approx(0.8 * 0.9**4, rel=1e-12)
    assert short.soc == pytest.approx(long.soc, rel=1e-12)


def test_a_battery_below_its_floor_gives_nothing() -> None:
    assert battery(100.0, 0.05, floor=0.1).feasible_power_w(900.0)[0] == 0.0


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("capacity_j", 0.0),
        ("energy_stored_j", 2.0),
        ("efficiency_charge", 0.0),
        ("soc_min", 1.0),
        ("power_w", math.nan),
    ],
)
def test_an_impossible_battery_is_refused(field: str, bad: float) -> None:
    with pytest.raises(ValueError, match="battery"):
        Battery(**({"capacity_j": 1.0, "power_w": 1.0, "energy_stored_j": 0.5} | {field: bad}))
