"""Whole systems from their parts: Frontier as RAPS describes it (V12), with nodes off and clocks lowered."""

import pytest

from energy_models.system import system_power
from energy_models.units import J_PER_MWH


def test_v12_frontier_idle_and_full() -> None:
    assert system_power("frontier", 0.0).total_w / 1e6 == pytest.approx(7.3065, abs=5e-5)
    assert system_power("frontier", 1.0).total_w / 1e6 == pytest.approx(28.2279, abs=5e-5)


def test_v12_a_quarter_of_an_hour_at_full() -> None:
    full = system_power("frontier", 1.0)
    energy_mwh = full.total_w * 900.0 / J_PER_MWH
    assert energy_mwh == pytest.approx(7.06, abs=5e-3)
    assert energy_mwh * 1e3 * 0.094 == pytest.approx(663.36, abs=5e-3)
    assert full.efficiency == pytest.approx(0.9359, abs=5e-5)
    # the energy at the meter holds the conversion losses: dividing by the efficiency again would count them twice
    assert full.load_w + full.conversion_w + full.coolant_w == full.total_w


def test_idle_nodes_powered_down_are_seen_in_the_curve() -> None:
    idle, half_off, all_off = (system_power("frontier", 0.0, nodes_off_share=off).total_w for off in (0.0, 0.5, 1.0))
    # by hand: a node drops from (626.26 + 13) / 0.98 to 10 W before the rectifier at 0.96
    assert idle - all_off == pytest.approx(9472 * ((626.26 + 13.0) / 0.98 - 10.0) / 0.96)
    assert half_off == pytest.approx(0.5 * (idle + all_off))
    assert system_power("frontier", 1.0, nodes_off_share=0.25).total_w < system_power("frontier", 1.0).total_w


def test_a_lower_clock_is_seen_in_the_curve() -> None:
    full, slow = system_power("frontier", 1.0), system_power("frontier", 1.0, clock=0.6)
    assert full.load_w - slow.load_w == pytest.approx(9472 * 4 * 0.55 * (560.0 - 88.0))
    assert system_power("frontier", 0.0, clock=0.6).total_w == system_power("frontier", 0.0).total_w
    curve = [system_power("frontier", 1.0, clock=c).total_w for c in (0.6, 0.7, 0.8, 0.9, 1.0)]
    assert curve == sorted(curve)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="utilisation"):
        system_power("frontier", 1.1)
    with pytest.raises(ValueError, match="nodes_off_share"):
        system_power("frontier", 1.0, nodes_off_share=-0.1)
    with pytest.raises(ValueError, match="speed"):
        system_power("frontier", 1.0, clock=0.5)
    with pytest.raises(FileNotFoundError):
        system_power("summit", 1.0)
