"""Rules a tariff must keep."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.scenario.parts import Finding, Parts
from simulator.scenario.problems import one_of


def tariff_periods_have_ratios(parts: Parts) -> Iterator[Finding]:
    """Every period of a tariff has a price ratio above 0 and spans at least an hour."""
    for tariff_name, tariff in parts.tariffs.items():
        for name, rules in tariff.time_of_use.items():
            at = ("tariffs", tariff_name, "time_of_use", name)
            for index, period in enumerate(rules.periods):
                steps = (*at, "periods", index)
                if period.period not in rules.ratios and period.period != "flat":
                    hint = f"add it under {'.'.join(at)}.ratios"
                    got = f"{period.period!r}, which has no ratio"
                    yield Finding((*steps, "period"), got, one_of(rules.ratios), hint)
                for place, (start, end) in enumerate(period.hours):
                    if start == end:
                        hint = "the whole day is [0, 24]"
                        yield Finding((*steps, "hours", place), f"[{start}, {end}]", "hours that differ [h]", hint)
            for key, ratio in rules.ratios.items():
                if ratio <= 0:
                    yield Finding((*at, "ratios", key), f"{ratio:g}", "a ratio > 0 [-]")


def tariff_can_be_paid(parts: Parts) -> Iterator[Finding]:
    """A tariff has a price for energy or a spot series, and a capacity charge where one is asked for."""
    for name, tariff in parts.tariffs.items():
        steps = ("tariffs", name)
        if ("energy" in tariff.parts) == (tariff.spot is not None):
            got = "a price and a spot series" if tariff.spot else "nothing"
            yield Finding((*steps, "parts"), got, "the part energy, or spot prices in its place")
        if tariff.basis == "capacity" and tariff.capacity_charge is None:
            yield Finding((*steps, "basis"), "'capacity', for which there is no price", "a tariff with capacity_charge")


def hub_voltage_is_priced(parts: Parts) -> Iterator[Finding]:
    """A hub that names its voltage has a tariff with prices for it."""
    for name, hub in parts.hubs.items():
        tariff, voltage = parts.tariffs.get(hub.tariff), hub.billing.voltage
        if tariff is not None and voltage is not None and voltage not in tariff.voltages:
            got = f"{voltage!r}, for which the tariff {hub.tariff!r} has no prices"
            yield Finding(("hubs", name, "billing", "voltage"), got, one_of(tariff.voltages))


def marginal_model_is_one(parts: Parts) -> Iterator[Finding]:
    """A province has a merit order or a series of marginal factors, not both."""
    for name, province in parts.provinces.items():
        if province.merit_order and province.marginal_series is not None:
            yield Finding(("provinces", name, "merit_order"), "a merit order and marginal_series", "one of the two")
