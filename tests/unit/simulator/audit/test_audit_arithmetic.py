"""The golden numbers of the 306亿 kWh claim, and units that must come out."""

from __future__ import annotations

from pathlib import Path

import pint
import pytest

from simulator.audit import audit, load_claims
from simulator.audit.arithmetic import Inputs, Term, compute_line, energy_lines, reconciling_factor

YEAR_S = 8760 * 3600.0


def _lines(gflops_per_w: float, pue: float) -> tuple[float, float]:
    """Return IT power [MW] and energy [TWh] of 18 EFLOPS through a year at full load."""
    lines = energy_lines(Inputs(18e18, gflops_per_w * 1e9, pue, YEAR_S, 1.0))
    return lines[0].value, lines[-1].value


# facts section 1: its sums, to the digits printed there
@pytest.mark.parametrize(
    ("gflops_per_w", "pue", "it_mw", "twh"),
    [
        (5.66, 1.10, 3180, 30.645),
        (56.6, 1.10, 318.0, 3.064),
        (56.6, 1.00, 318.0, 2.786),
        (56.6, 1.25, 318.0, 3.482),
        (52.23, 1.25, 344.6, 3.774),
        (52.59, 1.25, 342.3, 3.748),
        (52.93, 1.25, 340.1, 3.724),
        (60.3, 1.25, 298.5, 3.269),
        (73.28, 1.25, 245.6, 2.690),
        (370, 1.25, 48.6, 0.533),
        (381, 1.25, 47.2, 0.517),
        (536.7, 1.25, 33.5, 0.367),
        (776, 1.25, 23.2, 0.254),
    ],
)
def test_golden_numbers(gflops_per_w: float, pue: float, it_mw: float, twh: float) -> None:
    # half a unit of the last printed digit; one whole unit for 48.65 MW, which the source cuts to 48.6
    it_digit = 0.5 if it_mw > 1000 else 0.05
    it_power, energy = _lines(gflops_per_w, pue)
    assert it_power == pytest.approx(it_mw, abs=1.01 * it_digit)
    assert energy == pytest.approx(twh, abs=0.00051)


def test_energy_is_proportional_to_load() -> None:
    full = energy_lines(Inputs(18e18, 5.66e9, 1.1, YEAR_S, 1.0))[-1].value
    # 0.41 is the load factor the nameplate of Zhejiang's racks implies; rounding of floats only
    assert energy_lines(Inputs(18e18, 5.66e9, 1.1, YEAR_S, 0.41))[-1].value == pytest.approx(0.41 * full, rel=1e-12)


def test_stated_energy_turned_round(zhejiang: Path) -> None:
    power, efficiency, density = audit(load_claims(zhejiang)).claims[0].implied
    assert (density.unit, density.value) == ("MW/EFLOPS", pytest.approx(194.06, abs=0.005))  # 3.493 GW over 18 EFLOPS
    assert (power.unit, efficiency.unit) == ("GW", "GFLOPS/W")
    assert power.value == pytest.approx(3.493, abs=0.0005)
    assert efficiency.value == pytest.approx(5.153, abs=0.0005)


def test_line_with_wrong_units_cannot_be_written() -> None:
    with pytest.raises(pint.DimensionalityError):
        compute_line("it_power", "MW", Term("*", 18, "EFLOPS"), Term("*", 56.6, "GFLOPS/W"))


@pytest.mark.parametrize(
    ("value", "target", "factor"),
    [
        (3.064, 30.6, 10),
        (56.6e9, 56.6e8, -10),
        (6.6e19, 6.6e16, -1000),
        (1.0, 10_000.0, 10_000),
        (1.0, 100.0, None),
        (1, 3, None),
    ],
)
def test_reconciling_factor(value: float, target: float, factor: int | None) -> None:
    assert reconciling_factor(value, target, 0.005) == factor
