"""Bits against electrons: the break-even of the literature, and its limits."""

from __future__ import annotations

import pytest

from energy_models.levers import break_even_gb_per_mwh, line_loss_kwh_per_mwh


def test_break_even_of_the_literature() -> None:
    # 0.06 kWh/GB (Aslan et al. 2017) and a line that loses 4.5 %: 785 GB for each megawatt-hour moved
    assert round(break_even_gb_per_mwh(0.045, 0.06)) == 785


def test_a_line_loses_on_what_it_takes_in() -> None:
    assert line_loss_kwh_per_mwh(0.5) == pytest.approx(1000.0)  # two in, one out
    assert line_loss_kwh_per_mwh(0.0) == 0.0


def test_a_lossless_line_never_loses_to_the_network_and_half_the_network_doubles_the_data() -> None:
    assert break_even_gb_per_mwh(0.0, 0.06) == 0.0
    assert break_even_gb_per_mwh(0.045, 0.03) == pytest.approx(2 * break_even_gb_per_mwh(0.045, 0.06))


@pytest.mark.parametrize(("loss", "per_gb"), [(1.0, 0.06), (-0.1, 0.06), (0.05, 0.0), (0.05, -1.0)])
def test_what_cannot_be_is_refused(loss: float, per_gb: float) -> None:
    with pytest.raises(ValueError, match="expected"):
        break_even_gb_per_mwh(loss, per_gb)
