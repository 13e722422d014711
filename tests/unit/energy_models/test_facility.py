"""Facility: hand-worked plants, monotone everywhere, water between thermodynamics and published fleets."""

from dataclasses import replace

import numpy as np
import pytest

from energy_models.facility import (
    FacilityParams,
    chiller_cop,
    compressor_share,
    facility_curve,
    pue,
    water_l_per_j,
    water_rate,
)
from energy_models.units import J_PER_KWH

PLANT = FacilityParams(
    free_cooling_wet_bulb_c=12.0,
    chiller_wet_bulb_c=22.0,
    chiller_cop=6.0,
    fan_pump_share=0.05,
    ups_loss_share=0.04,
    fixed_share=0.02,
)
WET_BULB = np.linspace(-20.0, 32.0, 53)
LOADS = np.linspace(0.0, 1.2, 25)


def total(params: FacilityParams, wet_bulb_c: float, load: float) -> float:
    cooling, other = facility_curve(params, 1.0, np.array([wet_bulb_c]), np.array([load]))
    return float(load + cooling[0, 0] + other[0, 0])


def test_free_cooling_at_full_load_is_the_sum_of_the_shares() -> None:
    assert total(PLANT, 5.0, 1.0) == pytest.approx(1.0 + 0.05 + 0.04 + 0.02)


def test_full_chiller_adds_heat_over_cop() -> None:
    # 1.04 of heat (IT and UPS) over a COP of 6
    assert total(PLANT, 22.0, 1.0) == pytest.approx(1.11 + 1.04 / 6.0)


def test_half_way_compressors_carry_half_at_a_better_cop() -> None:
    assert compressor_share(PLANT, np.array([17.0]))[0] == pytest.approx(0.5)
    # lifts of 17 + 4 + 8 - 10 = 19 K and 22 + 4 + 8 - 10 = 24 K
    assert total(PLANT, 17.0, 1.0) == pytest.approx(1.11 + 0.5 * 1.04 / (6.0 * 24.0 / 19.0))


def test_empty_plant_draws_its_standing_part() -> None:
    # 0.02 fixed + 0.3 of the UPS loss + 0.25 of fans and pumps
    assert total(PLANT, 5.0, 0.0) == pytest.approx(0.02 + 0.3 * 0.04 + 0.25 * 0.05)


def test_power_never_falls_with_load_nor_with_wet_bulb() -> None:
    cooling, other = facility_curve(PLANT, 5e6, WET_BULB, LOADS)
    assert cooling.shape == other.shape == (WET_BULB.size, LOADS.size)
    assert (np.diff(cooling, axis=1) >= 0.0).all()
    assert (np.diff(other, axis=1) >= 0.0).all()
    assert (np.diff(cooling, axis=0) >= -1e-9).all()
    assert (cooling >= 0.0).all()


def test_cop_falls_with_wet_bulb_and_stays_bounded_in_the_cold() -> None:
    cop = chiller_cop(PLANT, WET_BULB)
    assert (np.diff(cop) <= 0.0).all()
    assert cop[0] == pytest.approx(6.0 * 24.0 / 10.0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("free_cooling_wet_bulb_c", 15.0),
        ("chiller_wet_bulb_c", 25.0),
        ("chiller_cop", 7.0),
        ("fan_pump_share", 0.06),
        ("ups_loss_share", 0.05),
        ("fixed_share", 0.03),
        ("approach", 6.0),
    ],
)
def test_each_parameter_changes_the_power(field: str, value: float) -> None:
    assert total(replace(PLANT, **{field: value}), 18.0, 0.7) != pytest.approx(total(PLANT, 18.0, 0.7), rel=1e-4)


def test_water_lies_between_latent_heat_and_a_wasteful_tower() -> None:
    # evaporating 1 kg takes 2.45 MJ at 20 degC: 1.47 L for each kWh of heat; blow-down adds up to a half
    in_summer = water_l_per_j(PLANT, np.array([25.0]))[0] * J_PER_KWH
    assert 1.47 < in_summer < 1.5 * 1.47 * 1.2
    assert in_summer == pytest.approx(1.6 * (1.0 + 1.0 / chiller_cop(PLANT, np.array([25.0]))[0]))
    assert water_l_per_j(PLANT, np.array([10.0]))[0] * J_PER_KWH == pytest.approx(1.6)
    assert water_l_per_j(PLANT, np.array([-5.0]))[0] == 0.0
    assert water_rate(PLANT, np.array([10.0]), np.array([1e6]))[0] * 3600 == pytest.approx(1600.0)


def test_pue_is_a_ratio_of_energies() -> None:
    # halves of a year at 1.1 with 1 GWh and at 1.5 with 3 GWh of IT: 1.4, not the mean of the ratios 1.3
    assert pue(1.0 + 3.0, 1.1 + 4.5) == pytest.approx(1.4)
    with pytest.raises(ValueError, match="pue"):
        pue(2.0, 1.0)
    with pytest.raises(ValueError, match="pue"):
        pue(0.0, 1.0)


def test_a_sound_plant_in_the_delta_meets_grade_2_of_gb_40879() -> None:
    # PUE of at most 1.3 (grade 2) over a delta-like year; fact gb40879.limits, recalled: a plausibility band
    year = 14.0 + 11.0 * np.sin(np.linspace(0, 2 * np.pi, 365))
    cooling, other = facility_curve(PLANT, 1.0, year, np.array([0.6]))
    assert 1.1 < pue(0.6 * 365, float(0.6 * 365 + (cooling + other).sum())) < 1.3


@pytest.mark.parametrize(
    "bad",
    [{"free_cooling_wet_bulb_c": 22.0}, {"chiller_cop": 0.0}, {"fan_pump_share": -0.1}, {"approach": np.nan}],
)
def test_an_impossible_plant_is_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="facility"):
        replace(PLANT, **bad)


def test_bad_weather_is_named() -> None:
    with pytest.raises(ValueError, match=r"wet_bulb_c\[1\]"):
        facility_curve(PLANT, 1.0, np.array([5.0, np.nan]), np.array([1.0]))
