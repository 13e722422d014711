"""Annuity: V29."""

import pytest

from energy_models.finance import annuity


def test_v29_calliope() -> None:
    assert annuity(2e6, 0.10, 25.0) / 1e6 == pytest.approx(0.22034, abs=5e-6)


def test_without_interest_it_is_straight_line_and_the_limit_is_smooth() -> None:
    assert annuity(100.0, 0.0, 4.0) == 25.0
    assert annuity(100.0, 1e-9, 4.0) == pytest.approx(25.0, rel=1e-6)


def test_payments_pay_back() -> None:
    paid = annuity(1000.0, 0.07, 5.0)
    assert sum(paid / 1.07**year for year in range(1, 6)) == pytest.approx(1000.0)


@pytest.mark.parametrize(("rate", "years"), [(-0.1, 5.0), (0.1, 0.0)])
def test_bad_input_is_refused(rate: float, years: float) -> None:
    with pytest.raises(ValueError, match="annuity"):
        annuity(1.0, rate, years)
