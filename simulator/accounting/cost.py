"""
Money: what the electricity, the contracts and the capital cost over the horizon.

All metered import pays the energy price and the delivery charge, all contract output its premium on top; a contract
with an agreed energy price pays that in place of the tariff's, for what was sent, and transport over interties for
what arrived. The demand charge takes the highest 15-minute mean import of each calendar month, the capacity charge the
transformers held; of a month that lies in the horizon only in part the same part is due. The energy of contract output
above the load settles at cost and is 0 here. Capital is an annuity over the service life, for servers by the time they
were under power, for a battery by the calendar.

Battery wear is a shadow price: what the discharge of the horizon would cost if the battery were bought by the kWh it
gives. It is reported beside the total and is not in it, because the annuity already pays for the same battery.
What the batteries hold more or less at the end than at the beginning is reported beside the total as well, valued at
the mean price of the horizon's import (`battery_stored_change_cny`): a horizon that drains them only looks cheap.
Moving data between hubs costs what its links ask. On-site PV and wind, buildings and land have no price in a scenario
and cost nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from energy_models.finance import annuity
from energy_models.tariff import cheaper_each_quarter, demand_charge_cny
from energy_models.units import J_PER_KWH, W_PER_KW
from simulator.accounting.books import YEAR_S, Books, Floats, Ints, add_up, by_block
from simulator.accounting.carbon import metered_import_kwh
from simulator.accounting.clean import Certificates
from simulator.accounting.energy import stored_change_j
from simulator.accounting.figures import Group
from simulator.accounting.network import network_cny
from simulator.scenario import METER_S, Battery, Hub

COSTS = (
    "energy_cny",
    "delivery_cny",
    "demand_charge_cny",
    "green_cny",
    "network_cny",
    "wheeling_cny",
    "capex_annuity_cny",
)  # what makes the total, besides export revenue; battery_wear_cny stays out: see above

NAMES = {"network": "network_energy_cny"}  # network_cny is the data network
DELIVERY_PARTS = ("line_losses_cny", "network_energy_cny", "system_operation_cny", "government_funds_cny")


@dataclass(frozen=True)
class Bill:
    """
    What every hub pays.

    Attributes
    ----------
    flow_cny : dict of ndarray, shape (hubs, intervals)
        Parts that follow the flows: ``energy delivery premium wheeling export`` (export is revenue, positive). The
        first two hold what a direct green line costs.
    demand_cny : ndarray, shape (hubs, months)
    parts : dict of ndarray, shape (hubs,)
        `COSTS`, ``battery_wear_cny`` (not in the total) and ``export_revenue_cny``.
    of_delivery : dict of ndarray, shape (hubs,)
        `DELIVERY_PARTS` and ``direct_line_cny``, which make ``delivery_cny``; ``capacity_charge_cny`` is the part of
        ``demand_charge_cny`` paid by kVA.
    stored_cny : ndarray, shape (hubs,)
        Value of what batteries hold more at the end than at the beginning (not in the total).
    """

    flow_cny: dict[str, Floats]
    demand_cny: Floats
    certificates_cny: Floats
    stored_cny: Floats
    of_delivery: dict[str, Floats]
    parts: dict[str, Floats]

    @property
    def total_cny(self) -> Floats:
        """Costs less export revenue, battery wear left out, by hub. [CNY]"""
        total: Floats = sum((self.parts[key] for key in COSTS), -self.parts["export_revenue_cny"])
        return total


def bill(books: Books, certificates: Certificates) -> Bill:
    """Return the bill of every hub over the horizon. [CNY]"""
    flow, (demand, by_capacity) = _flow_cny(books), _two_part_cny(books)
    line, line_kwh, _ = direct_lines(books)
    of_delivery = _parts_cny(books, metered_import_kwh(books), (line_kwh * line["delivery"]).sum(axis=1))
    certificates_cny = certificates.cost_cny.sum(axis=1) + _surplus_cny(books)
    parts = {
        "energy_cny": flow["energy"].sum(axis=1),
        "delivery_cny": flow["delivery"].sum(axis=1),
        "demand_charge_cny": demand.sum(axis=1),
        "green_cny": flow["premium"].sum(axis=1) + certificates_cny,
        "network_cny": network_cny(books),
        "wheeling_cny": flow["wheeling"].sum(axis=1),
        "battery_wear_cny": _battery_wear_cny(books),
        "capex_annuity_cny": _capex_annuity_cny(books),
        "export_revenue_cny": flow["export"].sum(axis=1),
    }
    return Bill(
        flow_cny=flow,
        demand_cny=demand,
        certificates_cny=certificates_cny,
        stored_cny=_stored_cny(books),
        of_delivery=of_delivery | {"capacity_charge_cny": by_capacity.sum(axis=1)},
        parts=parts,
    )


def _stored_cny(books: Books) -> Floats:
    metered_kwh = metered_import_kwh(books)
    paid = (metered_kwh * (books.steps["energy_price_cny_per_kwh"] + books.steps["delivery_price_cny_per_kwh"])).sum(
        axis=1
    )
    used = metered_kwh.sum(axis=1)
    price = np.divide(paid, used, out=np.zeros_like(paid), where=used > 0.0)
    value: Floats = stored_change_j(books) / J_PER_KWH * price
    return value


def _flow_cny(books: Books) -> dict[str, Floats]:
    steps = books.steps
    metered_kwh = metered_import_kwh(books)
    tariffs = [books.scenario.tariffs[books.scenario.hubs[name].tariff] for name in books.hubs]
    export_price = np.array([[tariff.export_price] for tariff in tariffs])
    line, line_kwh, line_export_kwh = direct_lines(books)
    export_kwh = books.energy_j("grid_export_w") / J_PER_KWH - line_export_kwh
    delivered_kwh = books.energy_j("contract_delivered_w") / J_PER_KWH
    return {
        "energy": metered_kwh * steps["energy_price_cny_per_kwh"]
        + delivered_kwh * steps["contract_price_gap_cny_per_kwh"]
        + line_kwh * line["price"],
        "delivery": metered_kwh * steps["delivery_price_cny_per_kwh"] + line_kwh * line["delivery"],
        "premium": delivered_kwh * steps["contract_premium_cny_per_kwh"],
        "wheeling": delivered_kwh * steps["wheeling_price_cny_per_kwh"],
        "export": export_kwh * export_price + line_export_kwh * line["export_price"],
    }


def direct_lines(books: Books) -> tuple[dict[str, Floats], Floats, Floats]:
    """
    Return what direct green lines charge, and their energy used on site and exported.

    Returns
    -------
    dict of ndarray, shape (hubs, 1)
        ``price delivery export_price``, 0 where there is no line. [CNY/kWh]
    ndarray, shape (hubs, intervals)
        Used on site or stored. [kWh]
    ndarray, shape (hubs, intervals)
        Exported. [kWh]
    """
    lines = [books.scenario.hubs[name].direct_green for name in books.hubs]
    prices = {
        field: np.array([[getattr(line, field) if line else 0.0] for line in lines])
        for field in ("price", "delivery", "export_price")
    }
    exported_kwh = books.energy_j("direct_green_exported_w") / J_PER_KWH
    return prices, books.energy_j("direct_green_used_w") / J_PER_KWH - exported_kwh, exported_kwh


def _surplus_cny(books: Books) -> Floats:
    """Return the premium on contract output above the load: bought for its attributes, like a certificate. [CNY]"""
    surplus_j = books.energy_j("contract_available_w") - books.energy_j("contract_delivered_w")
    return (surplus_j / J_PER_KWH * books.steps["contract_premium_cny_per_kwh"]).sum(axis=1)


def _two_part_cny(books: Books) -> tuple[Floats, Floats]:
    """Charges for power by hub and month, and the part of them paid by capacity; a month cut is charged in part."""
    metered_w = books.steps["grid_import_w"] + books.steps["contract_delivered_w"]
    used_kwh = by_block(metered_w * METER_S, books.month) / J_PER_KWH
    quarter = quarters(books.months)
    charges, by_capacity = np.zeros_like(used_kwh), np.zeros_like(used_kwh)
    for h, name in enumerate(books.hubs):
        hub = books.scenario.hubs[name]
        tariff = books.scenario.tariffs[hub.tariff]
        demand_price, capacity_price = tariff.charges(hub.billing.voltage)
        held_kva = billed_capacity(hub) / W_PER_KW
        demand = demand_charge_cny(metered_w[h], books.month, demand_price)
        if tariff.high_use is not None:
            often = used_kwh[h] >= tariff.high_use.energy_per_kva * held_kva * books.month_share
            demand = np.where(often, tariff.high_use.factor * demand, demand)
        capacity = np.full_like(demand, np.inf if capacity_price is None else held_kva * capacity_price)
        ways = {"demand": demand, "capacity": capacity, "cheaper": cheaper_each_quarter(demand, capacity, quarter)}
        paid = ways[tariff.basis]
        charges[h] = paid * books.month_share
        by_capacity[h] = np.where(paid == capacity, charges[h], 0.0)
    return charges, by_capacity


def quarters(months: tuple[str, ...]) -> Ints:
    """Return the number of the calendar quarter of each month, ``2025-01`` and the like, 0 for the first."""
    stamps = np.array(months, dtype="datetime64[M]").astype(np.int64) // 3
    number: Ints = stamps - stamps[0]
    return number


def billed_capacity(hub: Hub) -> float:
    """Return the transformer capacity a hub is billed by; without one, its import limit at a power factor of 1. [VA]"""
    transformers = hub.connection.transformers
    installed = hub.connection.limit_w if transformers is None else transformers.count * transformers.rating
    return installed if hub.billing.capacity is None else hub.billing.capacity


def _parts_cny(books: Books, metered_kwh: Floats, line_cny: Floats) -> dict[str, Floats]:
    """Delivery by its parts, by hub; what a direct green line pays for delivery is a part of its own."""
    ratio = books.steps["price_ratio"]
    flat_kwh, floating_kwh = metered_kwh.sum(axis=1), (metered_kwh * ratio).sum(axis=1)
    found = {name: np.zeros(len(books.hubs)) for name in DELIVERY_PARTS}
    for h, name in enumerate(books.hubs):
        hub = books.scenario.hubs[name]
        for part, spec in books.scenario.tariffs[hub.tariff].prices(hub.billing.voltage).items():
            if part != "energy":
                found[NAMES.get(part, f"{part}_cny")][h] = spec.price * (floating_kwh if spec.floats else flat_kwh)[h]
    return found | {"direct_line_cny": line_cny}


def _battery_wear_cny(books: Books) -> Floats:
    price = [battery.wear_cost if battery else 0.0 for battery in _batteries(books)]
    return books.energy_j("battery_discharge_w").sum(axis=1) / J_PER_KWH * np.array(price)


def _batteries(books: Books) -> list[Battery | None]:
    return [books.scenario.hubs[name].battery for name in books.hubs]


def _capex_annuity_cny(books: Books) -> Floats:
    rate = books.scenario.finance.discount_rate
    yearly = []
    for name in books.clusters:
        device = books.scenario.devices[books.scenario.clusters[name].device]
        yearly.append(annuity(device.capex_server, rate, device.lifetime / YEAR_S) / device.devices_per_server)
    server_years = books.rungs["energised_device_s"].sum(axis=1) / YEAR_S
    by_hub = add_up(books.cluster_hub, server_years * np.array(yearly), len(books.hubs))
    battery = [annuity(b.capex, rate, b.lifetime / YEAR_S) if b else 0.0 for b in _batteries(books)]
    return by_hub + np.array(battery) * books.years


def cost(paid: Bill, hubs: Ints) -> Group:
    """Return the cost of some hubs, total first: costs less export revenue, battery wear left out. [CNY]"""
    group: Group = {"total_cny": float(paid.total_cny[hubs].sum())}
    group |= {key: float(values[hubs].sum()) for key, values in paid.parts.items()}
    group["battery_stored_change_cny"] = float(paid.stored_cny[hubs].sum())
    return group


def tariff_parts(paid: Bill, hubs: Ints) -> Group:
    """
    Return what the delivery and the charges for power of some hubs consist of. [CNY]

    Returns
    -------
    dict
        `DELIVERY_PARTS` and ``direct_line_cny`` make ``delivery_cny`` of the cost; ``capacity_charge_cny`` is the part
        of ``demand_charge_cny`` that was paid by kVA.
    """
    return {key: float(values[hubs].sum()) for key, values in paid.of_delivery.items()}
