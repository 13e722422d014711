"""The plant from its parts: chiller curves at their reference, limiting cases, published PUEs, water, each parameter."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from energy_models.chiller import capacity_share, chiller_curves, chiller_names, energy_input_ratio
from energy_models.climate import synthetic_weather
from energy_models.facility import pue
from energy_models.places import blended
from energy_models.plant import (
    PlantParams,
    economiser_share,
    evaporation_kg_per_j,
    gb40879_grade,
    plant_power,
)
from energy_models.units import J_PER_KWH

PLANT = PlantParams(
    economiser="water", chiller="centrifugal_water", chiller_cop=5.8, chillers=4, chilled_water_c=18.0, supply_air_c=24.0,
    approach=4.0, exchanger=1.5, design_wet_bulb_c=28.0, fan_share=0.035, pump_share=0.025, tower_fan_share=0.012,
    liquid_share=0.0, ups_loss_share=0.045, ups_load=0.5, transformer_loss_share=0.01, fixed_share=0.012, cycles=5.0,
)  # fmt: skip
LOADS = np.linspace(0.0, 1.2, 25)
WET = np.linspace(-20.0, 32.0, 53)
PRESSURE = np.full(WET.size, 101_325.0)


def total(params: PlantParams, wet_c: float, load: float, dry_c: float | None = None) -> float:
    dry = np.array([wet_c + 4.0 if dry_c is None else dry_c])
    made = plant_power(params, 1.0, dry, np.array([wet_c]), np.array([101_325.0]), np.array([load]))
    return float(load + made.cooling_w[0, 0] + made.other_w[0, 0])


@pytest.mark.parametrize("name", chiller_names())
def test_a_chiller_at_its_reference_point_has_its_reference_cop(name: str) -> None:
    curves = chiller_curves(name)
    point = curves.numbers["reference_supply_c"], curves.numbers["reference_condenser_c"]
    # fits: the curves pass their reference within 0.5 % (centrifugal) and 1.5 % (screw)
    assert float(capacity_share(curves, *point)) == pytest.approx(1.0, abs=0.005)
    assert 1.0 / float(energy_input_ratio(curves, 5.0, *point, 1.0)) == pytest.approx(5.0, rel=0.016)


def test_the_curve_form_is_that_of_energyplus() -> None:
    """By hand: DOE-2 centrifugal at 8 degC supply, 26 degC condenser inlet, half load, COP 5.5."""
    s, c, x = 8.0, 26.0, 0.5
    by_temperature = 0.933884 - 0.058212 * s + 0.00450036 * s**2 + 0.00243 * c + 0.000486 * c**2 - 0.001215 * s * c
    by_load = 0.222903 + 0.313387 * x + 0.46371 * x**2
    found = energy_input_ratio(chiller_curves("centrifugal_water"), 5.5, s, c, x)
    assert float(found) == pytest.approx(by_temperature * by_load / (5.5 * x))


def test_outside_its_curve_a_chiller_follows_the_lift_and_below_its_least_load_it_cycles() -> None:
    curves = chiller_curves("centrifugal_water")
    inside, warm = (float(energy_input_ratio(curves, 5.5, supply, 30.0, 1.0)) for supply in (10.0, 18.0))
    assert warm / inside == pytest.approx((30 + 8 - 16) / (30 + 8 - 8))
    cycling = energy_input_ratio(curves, 5.5, 7.0, 28.0, np.array([0.2, 0.1, 0.01]))
    assert cycling == pytest.approx(np.full(3, cycling[0]))


def test_unknown_machines_are_told() -> None:
    with pytest.raises(ValueError, match="expected one of centrifugal_water"):
        chiller_curves("steam")


def test_full_load_in_the_cold_is_the_sum_of_the_parts() -> None:
    ups = 0.045 * (0.3 + 0.4 * 0.5 + 0.3 * 0.25) / 0.5  # two UPS at half load each
    tower = 0.012 * (1.0 + ups + 0.035)
    assert total(PLANT, 0.0, 1.0) == pytest.approx(1.0 + ups + 0.01 + 0.012 + 0.035 + 0.025 + tower)


def test_in_the_heat_compressors_carry_it_all() -> None:
    ups = 0.045 * (0.3 + 0.4 * 0.5 + 0.3 * 0.25) / 0.5
    heat = 1.0 + ups + 0.035
    # on the design day all four machines run full by construction
    compressor = heat * float(energy_input_ratio(chiller_curves("centrifugal_water"), 5.8, 18.0, 32.0, 1.0))
    tower = 0.012 * (heat + compressor)
    assert total(PLANT, 28.0, 1.0) == pytest.approx(1.0 + ups + 0.01 + 0.012 + 0.035 + 0.025 + tower + compressor)


def test_the_economiser_begins_at_the_return_and_ends_at_the_supply_temperature() -> None:
    # tower water is 5.5 K above wet bulb behind the exchanger: full at 12.5, half at 15.5, none at 18.5 degC
    found = economiser_share(PLANT, WET + 4.0, np.array([12.5, 15.5, 18.5, 25.0]))
    assert found == pytest.approx([1.0, 0.5, 0.0, 0.0])
    air = replace(PLANT, economiser="air")
    assert economiser_share(air, np.array([22.5, 28.5, 34.5]), np.zeros(3)) == pytest.approx([1.0, 0.5, 0.0])
    assert (economiser_share(replace(PLANT, economiser="none"), WET, WET) == 0.0).all()


@pytest.mark.parametrize("economiser", ["water", "air", "none"])
@pytest.mark.parametrize("chillers", [1, 3, 8])
def test_power_never_falls_with_load(economiser: str, chillers: int) -> None:
    plant = replace(PLANT, economiser=economiser, chillers=chillers)
    made = plant_power(plant, 5e6, WET + 4.0, WET, PRESSURE, LOADS)
    assert (np.diff(made.cooling_w, axis=1) >= 0.0).all()
    assert (np.diff(made.other_w, axis=1) >= 0.0).all()
    assert made.cooling_w.shape == (WET.size, LOADS.size)
    # warmer never costs less, but for a machine that starts and leaves the others a better load
    assert (np.diff(made.cooling_w, axis=0) >= -0.005 * 5e6).all()


def test_part_load_costs_more_for_each_watt() -> None:
    ratios = [total(PLANT, 24.0, load) / load for load in (0.1, 0.25, 0.5)]
    assert ratios[0] > ratios[1] > ratios[2]


@pytest.mark.parametrize(
    ("field", "value", "wet_c"),
    [
        ("economiser", "none", 10.0), ("chiller", "screw_air", 24.0), ("chiller_cop", 7.0, 24.0), ("chillers", 2, 24.0),
        ("chilled_water_c", 14.0, 20.0), ("approach", 6.0, 24.0), ("exchanger", 3.0, 15.0), ("design_wet_bulb_c", 26.0, 24.0),
        ("fan_share", 0.05, 0.0), ("pump_share", 0.04, 0.0), ("tower_fan_share", 0.03, 0.0), ("liquid_share", 0.8, 24.0),
        ("ups_loss_share", 0.06, 0.0), ("ups_load", 1.0, 0.0), ("transformer_loss_share", 0.02, 0.0), ("fixed_share", 0.03, 0.0),
    ],
)  # fmt: skip
def test_each_parameter_changes_the_power(field: str, value: object, wet_c: float) -> None:
    assert total(replace(PLANT, **{field: value}), wet_c, 0.7) != pytest.approx(total(PLANT, wet_c, 0.7), rel=1e-4)


def test_supply_air_and_blow_down_have_their_effect() -> None:
    air = replace(PLANT, economiser="air")
    assert total(replace(air, supply_air_c=27.0), 20.0, 0.7, dry_c=26.0) < total(air, 20.0, 0.7, dry_c=26.0)
    weather = (np.array([30.0]), np.array([25.0]), np.array([101_325.0]), np.array([1.0]))
    often, seldom = (plant_power(replace(PLANT, cycles=c), 1.0, *weather).water_l_per_j[0] for c in (3.0, 6.0))
    assert often / seldom == pytest.approx((3 / 2) / (6 / 5))


def test_water_is_latent_heat_and_none_for_air() -> None:
    warm = np.array([32.0]), np.array([26.0]), np.array([101_325.0])
    # all latent: 2.44 MJ/kg is 1.47 L/kWh; the air also warms a little or, when drier than its leaving state is warm, cools
    evaporated = evaporation_kg_per_j(PLANT, *warm)[0] * J_PER_KWH
    assert 1.2 < evaporated < 1.55
    cold = evaporation_kg_per_j(PLANT, np.array([0.0]), np.array([-1.0]), np.array([101_325.0]))[0] * J_PER_KWH
    assert cold < 0.8 * evaporated  # cold air takes more of the heat dry
    in_summer = plant_power(PLANT, 1.0, *warm, np.array([1.0])).water_l_per_j[0] * J_PER_KWH
    assert evaporated * 1.25 < in_summer < evaporated * 1.25 * 1.25  # blow-down, then compressor and fan heat
    dry = replace(PLANT, economiser="air", chiller="screw_air")
    assert plant_power(dry, 1.0, *warm, np.array([1.0])).water_l_per_j[0] == 0.0
    frost = (np.array([0.0]), np.array([-3.0]), np.array([101_325.0]))
    assert plant_power(PLANT, 1.0, *frost, np.array([1.0])).water_l_per_j[0] == 0.0


# what is published: place, its plant, lowest and highest yearly PUE that fit, why
PUBLISHED = [
    ("Jiaxing", (30.84, 120.93, 4.0), {}, 1.15, 1.25, "ceiling of the start areas 1.25 (hub.csj.pue_max)"),
    ("Wujiang", (31.16, 120.64, 4.0), {}, 1.15, 1.25, "the same"),
    ("Qingpu", (31.15, 121.12, 3.0), {}, 1.15, 1.25, "the same; Shanghai 2025 new: 1.25 (tgt.sh_2025)"),
    ("Horinger", (40.38, 111.82, 1258.0), {}, 1.13, 1.23, "design of a bank's centre there 1.18 (hlge.abc_pue)"),
    ("Zhongwei", (37.51, 105.19, 1225.0), {"economiser": "air"}, 1.10, 1.20, "best new clusters 1.1 (cluster.best), ceiling 1.2"),
    ("Hangzhou", (30.27, 120.16, 10.0), {"liquid_share": 0.8}, 1.05, 1.15, "best new clusters 1.1 (cluster.best), liquid cooled"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "place", "changes", "low", "high", "why"), PUBLISHED)
def test_yearly_pue_lies_where_published_designs_do(name, place, changes, low, high, why) -> None:
    weather = synthetic_weather([blended(*place).site], datetime(2025, 1, 1), 8760, np.random.default_rng(1))[0]
    plant = replace(PLANT, **changes)
    made = plant_power(
        plant, 1.0, weather.temp_air_c, weather.temp_wet_bulb_c, weather.pressure_pa, np.array([0.6, 1.0])
    )
    facility = 0.6 * 8760 + float((made.cooling_w + made.other_w)[:, 0].sum())
    assert low < pue(0.6 * 8760, facility) < high, why


def test_grades_of_gb_40879() -> None:
    assert [gb40879_grade(x) for x in (1.2, 1.2001, 1.3, 1.4, 1.5, 1.51)] == [1, 2, 2, 3, 3, 0]
    with pytest.raises(ValueError, match="pue"):
        gb40879_grade(0.9)


@pytest.mark.parametrize(
    "bad", [{"chiller_cop": 0.0}, {"cycles": 1.0}, {"economiser": "sea"}, {"ups_load": 0.0}, {"fan_share": np.nan}]
)
def test_an_impossible_plant_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="plant"):
        replace(PLANT, **bad)
