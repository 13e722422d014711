"""Coefficient tables: each row has a source, each number its range; the printed examples hold."""

import doctest
import importlib
import pkgutil

import numpy as np
import pytest

import energy_models
from energy_models import units
from energy_models.tables import FOLDER, coefficients, quantile_levels, rows, scalars, wide

TABLES = sorted(path.stem for path in FOLDER.glob("*.csv"))
SINGLE = [name for name in TABLES if "status" in rows(name)[0]]
MODULES = [module.name for module in pkgutil.iter_modules(energy_models.__path__)]


@pytest.mark.parametrize("table", TABLES)
def test_every_row_has_a_source_and_every_cell_a_value(table: str) -> None:
    for row in rows(table):
        assert row["source"].strip()
        assert all(text is not None and text != "" for text in row.values())


@pytest.mark.parametrize("table", SINGLE)
def test_single_numbers_lie_in_their_range(table: str) -> None:
    assert len(coefficients(table)) == len(rows(table))


def test_split_losses_add_up() -> None:
    facility = coefficients("facility")
    assert sum(facility[f"ups_{part}_share"].value for part in ("constant", "linear", "quadratic")) == 1.0
    assert sum(facility[f"fan_pump_{part}_share"].value for part in ("constant", "quadratic")) == 1.0


def test_wide_rows_have_all_their_columns() -> None:
    assert wide("weather_monthly", site="Hangzhou_CSWD", quantity="ghi").shape == (12,)
    assert wide("weather_hourly", site="Hangzhou_CSWD", quantity="dry_bulb_shape").shape == (24,)
    assert wide("province_load_festival", province="Zhejiang").shape == (41,)
    quantiles = wide("province_quantiles", province="Zhejiang", quantity="wind_relative")
    assert quantiles.shape == quantile_levels("province_quantiles").shape
    assert (np.diff(quantiles) >= 0.0).all()


def test_a_shared_row_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        wide("weather_monthly", site="Hangzhou_CSWD", quantity="ghi")[0] = 0.0


def test_unknown_names_list_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"expected one of .*Hangzhou_CSWD"):
        wide("weather_monthly", site="Atlantis", quantity="ghi")
    with pytest.raises(ValueError, match=r"expected one of .*Zhejiang"):
        scalars("province_scalars", "province", "Atlantis")


@pytest.mark.parametrize("module", MODULES)
def test_examples_in_docstrings(module: str) -> None:
    assert doctest.testmod(importlib.import_module(f"energy_models.{module}")).failed == 0


def test_units_agree_with_each_other() -> None:
    assert units.J_PER_KWH == units.W_PER_KW * units.SECONDS_PER_HOUR
    assert units.J_PER_TWH == 1e3 * units.J_PER_GWH == 1e6 * units.J_PER_MWH == 1e9 * units.J_PER_KWH
    assert units.kg_per_j(0.5153) * units.J_PER_MWH == pytest.approx(515.3)
    assert units.cny_per_j(0.6) * units.J_PER_KWH == pytest.approx(0.6)
