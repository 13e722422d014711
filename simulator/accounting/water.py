"""Water: what the hubs evaporate and blow down on site; water of power plants is left out."""

from __future__ import annotations

from energy_models.units import J_PER_KWH
from simulator.accounting.books import Books, Ints
from simulator.accounting.figures import Group, put_ratio

L_PER_M3 = 1e3


def water(books: Books, hubs: Ints) -> Group:
    """Return site water of some hubs and its ratio to IT energy (WUE; PUE is not in it twice). [m3, L/kWh]"""
    litres = float(books.steps["water_l"][hubs].sum())
    group: Group = {"water_m3": litres / L_PER_M3}
    it_kwh = float(books.energy_j("it_w")[hubs].sum()) / J_PER_KWH
    put_ratio(group, "wue_l_per_kwh", litres, it_kwh, "no IT energy in the horizon")
    return group
