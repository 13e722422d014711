"""Moist air against the tables of ASHRAE Fundamentals 2017 ch. 1 and the cases of psychrolib's own tests."""

import numpy as np
import pytest

from energy_models.psychrometrics import (
    humidity_ratio_from_wet_bulb,
    relative_humidity,
    saturation_pressure_pa,
    standard_pressure_pa,
    wet_bulb_c,
)


@pytest.mark.parametrize(
    ("temp_c", "table_pa"),
    [(-20, 103.24), (-5, 401.74), (5, 872.6), (25, 3169.7), (50, 12351.3), (100, 101418.0), (150, 476101.4)],
)
def test_saturation_pressure_is_within_300_ppm_of_table_3(temp_c: float, table_pa: float) -> None:
    assert float(saturation_pressure_pa(np.array(float(temp_c)))) == pytest.approx(table_pa, rel=3e-4)


@pytest.mark.parametrize(
    ("dry_c", "wet_c", "ratio"), [(30.0, 25.0, 0.0192281274241096), (-1.0, -5.0, 0.00120399819933844)]
)
def test_humidity_ratio_above_and_below_freezing(dry_c: float, wet_c: float, ratio: float) -> None:
    found = float(humidity_ratio_from_wet_bulb(np.array(dry_c), np.array(wet_c), np.array(95461.0)))
    # psychrolib holds itself to 3e-4: so far two fits of the saturation pressure may part
    assert found == pytest.approx(ratio, rel=3e-4)


@pytest.mark.parametrize(("dry_c", "wet_c"), [(40.0, 20.0), (30.0, 25.0), (-1.0, -5.0), (10.0, 10.0), (0.0, -3.0)])
def test_wet_bulb_inverts_relative_humidity(dry_c: float, wet_c: float) -> None:
    pressure = np.array([95461.0])
    humidity = relative_humidity(np.array([dry_c]), np.array([wet_c]), pressure)
    assert wet_bulb_c(np.array([dry_c]), humidity, pressure)[0] == pytest.approx(wet_c, abs=1e-6)


def test_ashrae_example_1() -> None:
    # 40 degC, wet bulb 20 degC at sea level: the handbook prints 14 % relative humidity
    assert relative_humidity(np.array(40.0), np.array(20.0), np.array(101325.0)) == pytest.approx(0.14, abs=0.005)


@pytest.mark.parametrize(("height_m", "table_pa"), [(-500, 107478), (0, 101325), (1000, 89875), (4000, 61640)])
def test_standard_atmosphere_table_1(height_m: float, table_pa: float) -> None:
    assert standard_pressure_pa(height_m) == pytest.approx(table_pa, abs=1.0)


@pytest.mark.parametrize("humidity", [1.5, -0.1, np.nan])
def test_a_bad_value_is_named(humidity: float) -> None:
    with pytest.raises(ValueError, match=r"relative_humidity\[1\]"):
        wet_bulb_c(np.array([10.0, 10.0]), np.array([0.5, humidity]), np.array([1e5, 1e5]))
