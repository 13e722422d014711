"""Turbines: windpowerlib's own numbers (V26) by the calls we make, and capacity factors of the real files."""

from pathlib import Path

import numpy as np
import pytest
from windpowerlib import density, power_output, wind_speed

from energy_models.weather import Weather, read_epw
from energy_models.wind import power_curve, turbine_capacity_factor


def test_v26_windpowerlib_gives_its_published_numbers() -> None:
    speeds = np.array([5.0, 6.5])
    log = wind_speed.logarithmic_profile(speeds, 10, 100, np.array([0.15, 0.15]))
    assert log == pytest.approx([7.74136523, 10.0637748])
    by_roughness = wind_speed.hellman(speeds, 10, 100, hellman_exponent=1 / np.log(100 / 0.15))
    assert by_roughness == pytest.approx([7.12462437, 9.26201168])
    assert wind_speed.hellman(speeds, 10, 100, hellman_exponent=0.2) == pytest.approx([7.92446596, 10.30180575])
    assert density.ideal_gas(101_125, 0, 100, 267) == pytest.approx(1.30309439, abs=5e-9)
    power = power_output.power_coefficient_curve(
        np.array([5.5]), np.array([4.0, 5.0, 6.0]), np.array([0.3, 0.4, 0.5]), 80, np.array([1.3])
    )
    assert power == pytest.approx([244_615.399])


# mean capacity factor at 100 m of the station wind: weather-stats.yaml, 2026-11-22
@pytest.mark.parametrize(
    ("turbine", "exponent", "expected"),
    [("V126/3450", 0.14, 0.1481), ("S122/3000", 0.14, 0.1579), ("E-126/4200", 0.2, 0.1833)],
)
def test_capacity_factor_of_the_real_shanghai_file(
    data_dir: Path, turbine: str, exponent: float, expected: float
) -> None:
    weather = read_epw(data_dir / "weather-epw" / "CHN_Shanghai.Shanghai.583620_CSWD.epw.gz")
    found = turbine_capacity_factor(weather, turbine=turbine, hub_height_m=100.0, hellman_exponent=exponent)
    assert found.mean() == pytest.approx(expected, rel=0.003)  # four digits printed there


def steady(speed_ms: float, temp_c: float = 15.0) -> Weather:
    fields = dict.fromkeys(Weather.__dataclass_fields__, 0.0)
    fields |= {"wind_speed_ms": speed_ms, "temp_air_c": temp_c, "pressure_pa": 101_325.0}
    return Weather(**{name: np.full(2, value) for name, value in fields.items()})


def test_cut_in_rated_and_cut_out() -> None:
    def at_hub(speed_ms: float) -> float:
        return float(turbine_capacity_factor(steady(speed_ms), turbine="V126/3450", hub_height_m=10.0)[0])

    assert at_hub(1.0) == 0.0
    assert at_hub(15.0) == pytest.approx(1.0, abs=0.001)
    assert at_hub(30.0) == 0.0


def test_cold_air_carries_more_and_height_brings_more_wind() -> None:
    warm = turbine_capacity_factor(steady(6.0, 30.0), turbine="V126/3450", hub_height_m=100.0)[0]
    cold = turbine_capacity_factor(steady(6.0, -10.0), turbine="V126/3450", hub_height_m=100.0)[0]
    low = turbine_capacity_factor(steady(6.0, 30.0), turbine="V126/3450", hub_height_m=50.0)[0]
    assert low < warm < cold


def test_unknown_turbine_and_height_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected a type with a power curve"):
        power_curve("V999/1")
    with pytest.raises(ValueError, match="hub_height_m"):
        turbine_capacity_factor(steady(5.0), turbine="V126/3450", hub_height_m=0.0)
