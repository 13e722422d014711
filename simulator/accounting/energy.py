"""Energy: what the meters and sub-meters of the hubs add up to, and its place in the provinces."""

from __future__ import annotations

from energy_models.plant import gb40879_grade
from energy_models.units import J_PER_GWH, W_PER_MW
from simulator.accounting.books import Books, Floats, Ints
from simulator.accounting.figures import Group, put_ratio, put_undefined
from simulator.scenario import METER_S

ENERGY_KEYS = {
    "it_gwh": "it_w",
    "it_idle_gwh": "it_idle_w",
    "it_boot_gwh": "it_boot_w",
    "it_powered_down_gwh": "it_powered_down_w",
    "it_jobs_gwh": "it_jobs_w",
    "it_services_gwh": "it_services_w",
    "facility_gwh": "facility_w",
    "cooling_gwh": "cooling_w",
    "other_gwh": "other_w",
    "grid_import_gwh": "grid_import_w",
    "contract_gwh": "contract_delivered_w",
    "contract_available_gwh": "contract_available_w",
    "trade_gwh": "trade_delivered_w",
    "trade_sent_gwh": "trade_sent_w",
    "trade_blocked_gwh": "trade_blocked_w",
    "direct_green_gwh": "direct_green_used_w",
    "direct_green_available_gwh": "direct_green_available_w",
    "direct_green_exported_gwh": "direct_green_exported_w",
    "pv_used_gwh": "pv_used_w",
    "wind_used_gwh": "wind_used_w",
    "curtailed_gwh": "curtailed_w",
    "battery_charge_gwh": "battery_charge_w",
    "battery_discharge_gwh": "battery_discharge_w",
    "battery_loss_gwh": "battery_loss_w",
    "grid_export_gwh": "grid_export_w",
}
CAP_ROUNDING = 1e-9
WHOLE_YEAR = 0.99  # of 8,760 h: a day or two short of a year is still its season
DEMAND_BASIS = "facility energy of the horizon, scaled to 8760 h, over the yearly demand of "


def energy(books: Books, hubs: Ints) -> Group:
    """
    Add up the energy of some hubs over the horizon.

    Parameters
    ----------
    books : Books
    hubs : ndarray of int
        Numbers of the hubs.

    Returns
    -------
    dict
        Peaks are of 15-minute means; of several hubs, of their sum. The share of provincial demand is over
        all provinces that hold one of the hubs, which are named beside it. [GWh, MW]
    """
    steps = books.steps
    group: Group = {key: float(steps[column][hubs].sum()) * METER_S / J_PER_GWH for key, column in ENERGY_KEYS.items()}
    group["battery_stored_change_gwh"] = float(stored_change_j(books)[hubs].sum()) / J_PER_GWH
    facility_w = steps["facility_w"][hubs].sum(axis=0)
    import_w = (steps["grid_import_w"][hubs] + steps["contract_delivered_w"][hubs]).sum(axis=0)
    put_ratio(group, "pue", group["facility_gwh"], group["it_gwh"], "no IT energy in the horizon")
    _put_grade(group, books.years)
    group["peak_facility_mw"] = float(facility_w.max()) / W_PER_MW
    group["mean_facility_mw"] = float(facility_w.mean()) / W_PER_MW
    group["peak_import_mw"] = float(import_w.max()) / W_PER_MW
    put_ratio(group, "load_factor", float(facility_w.mean()), float(facility_w.max()), "no power in the horizon")
    over = steps["facility_max_w"][hubs] > steps["cap_w"][hubs] * (1.0 + CAP_ROUNDING)
    group["intervals_over_cap"] = int(over.sum())
    concerned = hub_provinces(books, hubs)
    demand_j = sum(books.scenario.provinces[name].demand for name in concerned)
    yearly_j = group["facility_gwh"] * J_PER_GWH / books.years
    put_ratio(group, "share_of_province_demand", yearly_j, demand_j, "no provincial demand in the scenario")
    group["share_of_province_demand_basis"] = DEMAND_BASIS + " + ".join(concerned)
    group["share_of_province_demand_provinces"] = list(concerned)
    return group


def stored_change_j(books: Books) -> Floats:
    """Return what the batteries hold at the end of the horizon less what they held when it opened, by hub. [J]"""
    moved_w = books.steps["battery_charge_w"] - books.steps["battery_discharge_w"] - books.steps["battery_loss_w"]
    opening_j = books.steps["energy_stored_j"][:, 0] - moved_w[:, 0] * METER_S
    change: Floats = books.steps["energy_stored_j"][:, -1] - opening_j
    return change


def _put_grade(group: Group, years: float) -> None:
    """Put the grade of the yearly PUE under GB 40879-2021: 1 to 3, 0 for none."""
    if years < WHOLE_YEAR:
        put_undefined(group, "gb40879_grade", "a grade is of a whole year, the horizon is shorter")
    elif group["pue"] is None:
        put_undefined(group, "gb40879_grade", group["pue_reason"])
    else:
        group["gb40879_grade"] = gb40879_grade(group["pue"])


def hub_provinces(books: Books, hubs: Ints) -> tuple[str, ...]:
    """Return the provinces of some hubs, each once, by name: the order of a file decides nothing."""
    used = {books.scenario.hubs[books.hubs[i]].province for i in hubs}
    return tuple(sorted(used))


def provinces(books: Books, every: Ints) -> Group:
    """Return by province the yearly facility energy of its hubs beside its demand. [GWh]"""
    result: Group = {}
    for name in hub_provinces(books, every):
        hubs = [i for i in every if books.scenario.hubs[books.hubs[i]].province == name]
        facility_gwh = float(books.energy_j("facility_w")[hubs].sum()) / J_PER_GWH / books.years
        demand_gwh = books.scenario.provinces[name].demand / J_PER_GWH
        entry: Group = {
            "hubs": [books.hubs[i] for i in hubs],
            "facility_gwh_per_year": facility_gwh,
            "demand_gwh": demand_gwh,
        }
        put_ratio(entry, "share_of_province_demand", facility_gwh, demand_gwh, "no demand in the scenario")
        result[name] = entry
    return result
