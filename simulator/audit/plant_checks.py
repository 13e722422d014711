"""Checks of the plant behind a claim: the power of its computing power, its racks, and what is printed twice."""

from __future__ import annotations

from simulator.audit.arithmetic import SLIPS, Line, convert, is_close, reconciling_factor
from simulator.audit.case import Case, check, finding, same_basis
from simulator.audit.model import Claim, Envelope
from simulator.audit.plant import (
    efficiency_line,
    it_power_line,
    load_factor_line,
    power_per_compute_line,
    rack_power_line,
    rack_power_w,
)
from simulator.audit.result import Finding, Status
from simulator.audit.wording import basis, percent, prefixed, quantity, say
from simulator.scenario import Title


@check("listed", decides=True)
def listed(case: Case) -> tuple[Finding, ...]:
    """Does the printed efficiency follow from the printed computing power and power?"""
    stated = case.claim.stated
    if stated.compute is None or stated.efficiency is None or stated.power is None:
        return finding("listed", "not_assessable", say("no_listed"))
    it = it_power_line(case.claim)
    assert it is not None  # a power is stated
    line, written = efficiency_line(case.claim, it), convert(stated.efficiency, "FLOPS/W", "GFLOPS/W")
    fits = is_close(line.value, written, case.claim.tolerance)
    factor = None if fits else reconciling_factor(line.value, written, case.claim.tolerance)
    text = say(
        "listed_fits" if fits else "listed_differs",
        compute=prefixed(stated.compute, "FLOPS"),
        power=prefixed(convert(it.value, "MW", "W"), "W"),
        follows=quantity(line.value, "GFLOPS/W"),
        written=quantity(written, "GFLOPS/W"),
        off=percent(abs(line.value / written - 1.0)),
        slip=_slip(factor),
    )
    return finding("listed", "pass" if fits else "fail", text, follows_gflops_per_w=line.value, factor=factor)


def _slip(factor: int | None) -> Title:
    return say("nothing") if factor is None else say("plant_slip", factor=abs(factor))


@check("power_per_compute", decides=True)
def power_per_compute(case: Case) -> tuple[Finding, ...]:
    """
    Can the computing power come out of the power it is stated with, on its basis or, if unstated, on any?

    More computing power than the most efficient machines give is impossible. Less is possible: racks that are not full,
    or hold other machines, say nothing; only a gap that a slip of magnitude closes is a contradiction.
    """
    claim = case.claim
    it = it_power_line(claim)
    envelopes = [e for e in claim.envelopes.values() if same_basis(claim, e)]
    if it is None or claim.stated.compute is None or not envelopes:
        return finding("power_per_compute", "not_assessable", say("no_power_per_compute"))
    ratio, efficiency = power_per_compute_line(claim, it), efficiency_line(claim, it)
    words: dict[str, str | float | Title] = {
        "ratio": quantity(ratio.value, "MW/EFLOPS"),
        "efficiency": quantity(efficiency.value, "GFLOPS/W"),
        "ranges": _ranges(envelopes),
    }
    status, text = _density(claim, envelopes, efficiency, words)
    return finding(
        "power_per_compute", status, text, mw_per_eflops=ratio.value, gflops_per_w=efficiency.value, it_mw=it.value
    )


def _density(
    claim: Claim, envelopes: list[Envelope], efficiency: Line, words: dict[str, str | float | Title]
) -> tuple[Status, Title]:
    holding, known = [e for e in envelopes if _holds(e, efficiency.value)], claim.stated.precision is not None
    if holding:
        text = say("density_inside" if known else "density_reads_as", **words, bases=_bases(holding))
        return ("pass" if known else "unstated"), text
    slip = _slip_that_fits(envelopes, efficiency) if known else None  # on any of several bases, some slip always fits
    above = convert(efficiency.value, "GFLOPS/W", "FLOPS/W") > max(e.high for e in envelopes)
    if not above and slip is None:
        return "not_assessable", say("density_below", **words)
    return "fail", say("density_outside", **words, reading=slip or _other_basis(claim, efficiency))


def _slip_that_fits(envelopes: list[Envelope], efficiency: Line) -> Title | None:
    """Find the slip of magnitude that brings an efficiency among the machines of its basis."""
    for factor in SLIPS:
        for value, key in (
            (efficiency.value / factor, "slip_too_much"),
            (efficiency.value * factor, "slip_too_little"),
        ):
            fitting = [e for e in envelopes if _holds(e, value)]
            if fitting:
                return say(key, factor=factor, bases=_bases(fitting))
    return None


def _other_basis(claim: Claim, efficiency: Line) -> Title:
    """Name the precision other than the stated one in which it would be possible."""
    others = [e for e in claim.envelopes.values() if _holds(e, efficiency.value)]
    return say("density_other_basis", bases=_bases(others)) if others else say("no_reading")


def _holds(envelope: Envelope, gflops_per_w: float) -> bool:
    return envelope.low <= convert(gflops_per_w, "GFLOPS/W", "FLOPS/W") <= envelope.high


def _bases(envelopes: list[Envelope]) -> Title:
    names = list(dict.fromkeys((e.precision, e.measure) for e in envelopes))
    words = [basis(*name) for name in names]
    return Title(zh="、".join(w.zh for w in words), en=" or ".join(w.en for w in words))


def _ranges(envelopes: list[Envelope]) -> Title:
    told = [
        say(
            "envelope",
            basis=basis(e.precision, e.measure),
            low=convert(e.low, "FLOPS/W", "GFLOPS/W"),
            high=convert(e.high, "FLOPS/W", "GFLOPS/W"),
        )
        for e in envelopes
    ]
    return Title(zh="；".join(t.zh for t in told), en="; ".join(t.en for t in told))


@check("rack_power", decides=True)
def rack_power(case: Case) -> tuple[Finding, ...]:
    """Does the power of one rack follow from the total, and is it one that is built?"""
    claim, it = case.claim, it_power_line(case.claim)
    if claim.stated.power is None or not claim.stated.racks or it is None:
        return finding("rack_power", "not_assessable", say("no_rack_power"))
    each = rack_power_line(claim, it).value
    if claim.stated.rack_power is not None:
        rated = convert(claim.stated.rack_power, "W", "kW")
        fits = is_close(each, rated, claim.tolerance)
        text = say(
            "rack_power_fits" if fits else "rack_power_differs",
            each=quantity(each, "kW/rack"),
            rated=quantity(rated, "kW/rack"),
        )
        return finding("rack_power", "pass" if fits else "fail", text, kw_per_rack=each)
    if claim.rack_range is None:
        return finding("rack_power", "not_assessable", say("no_rack_range", each=quantity(each, "kW/rack")))
    low, high = (convert(edge, "W", "kW") for edge in (claim.rack_range.low, claim.rack_range.high))
    inside = low <= each <= high
    text = say("rack_inside" if inside else "rack_outside", each=quantity(each, "kW/rack"), low=low, high=high)
    return finding("rack_power", "pass" if inside else "fail", text, kw_per_rack=each)


@check("rack_energy", decides=True)
def rack_energy(case: Case) -> tuple[Finding, ...]:
    """Do the racks use no more than their rating allows through the period?"""
    claim = case.claim
    hours_s = claim.stated.hours or claim.hours_in_period
    line, rack_w = load_factor_line(claim, hours_s), rack_power_w(claim)
    if line is None or rack_w is None:
        return finding("rack_energy", "not_assessable", say("no_rack_energy"))
    fits = line.value <= 1.0
    text = say(
        "rack_energy_fits" if fits else "rack_energy_exceeds",
        factor=line.value,
        racks=quantity(float(claim.stated.racks or 0), "rack"),
        rated=quantity(convert(rack_w, "W", "kW"), "kW/rack"),
    )
    return finding("rack_energy", "pass" if fits else "fail", text, load_factor=line.value)
