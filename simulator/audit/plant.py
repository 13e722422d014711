"""
What a claim says of the plant behind its figures: power for each EFLOPS, power and energy for each rack.

Every ratio is a line of arithmetic with its units, printed with the claim and tested by `plant_checks`.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.audit.arithmetic import Line, Term, compute_line, convert
from simulator.audit.model import Claim


def plant_lines(claim: Claim, hours_s: float) -> tuple[Line, ...]:
    """
    Return every ratio of the plant that the stated figures allow.

    Parameters
    ----------
    claim : Claim
    hours_s : float
        Duration of the period its energy belongs to. [s]

    Returns
    -------
    tuple of Line
        Of these, what can be worked out, in this order: IT power [MW], power for the computing power [MW/EFLOPS],
        efficiency at full load [GFLOPS/W], mean power for the computing power [MW/EFLOPS], power of a rack [kW/rack],
        energy [MWh/rack] and mean facility power [kW/rack] of a rack, load factor [-].
    """
    lines: list[Line] = []
    it = it_power_line(claim)
    if it is not None and len(it.terms) > 1:
        lines.append(it)
    if it is not None and claim.stated.compute is not None:
        lines += [power_per_compute_line(claim, it), efficiency_line(claim, it)]
    lines += _mean_power_lines(claim, hours_s)
    if claim.stated.power is not None and it is not None and claim.stated.racks:
        lines.append(rack_power_line(claim, it))
    return (*lines, *_rack_energy_lines(claim, hours_s))


def it_power_line(claim: Claim) -> Line | None:
    """
    Return the IT power at full load [MW] with where it comes from.

    The stated power; a facility's over its PUE, which is left at 1 where none is known (an upper bound); else racks
    times the rated power of one. None if the claim allows neither.
    """
    stated = claim.stated
    if stated.power is not None:
        power_mw = convert(stated.power, "W", "MW")
        if stated.power_of == "it":
            return compute_line("it_power", "MW", Term("*", power_mw, "MW", "stated_power"))
        return compute_line(
            "it_power", "MW", Term("*", power_mw, "MW", "stated_facility_power"), Term("/", pue_of(claim), "", "pue")
        )
    rack_w = rack_power_w(claim)
    if stated.racks is None or rack_w is None:
        return None
    return compute_line(
        "it_power",
        "MW",
        Term("*", stated.racks, "rack", "racks"),
        Term("*", convert(rack_w, "W", "kW"), "kW/rack", "rack_rating"),
    )


def rack_power_w(claim: Claim) -> float | None:
    """Return the rated power of one rack, stated or assumed. [W]"""
    return claim.stated.rack_power or (claim.assume.rack_power if claim.assume else None)


def pue_of(claim: Claim) -> float:
    """Return the PUE, stated or assumed; 1 where there is neither. [-]"""
    return claim.stated.pue or (claim.assume.pue if claim.assume else None) or 1.0


def power_per_compute_line(claim: Claim, it: Line) -> Line:
    """Return IT power over computing power. [MW/EFLOPS]"""
    return compute_line("power_per_compute", "MW/EFLOPS", Term("*", it.value, "MW", "it_power"), _compute(claim, "/"))


def efficiency_line(claim: Claim, it: Line) -> Line:
    """Return computing power over IT power. [GFLOPS/W]"""
    return compute_line(
        "efficiency_at_full_load", "GFLOPS/W", _compute(claim, "*"), Term("/", it.value, "MW", "it_power")
    )


def rack_power_line(claim: Claim, it: Line) -> Line:
    """Return the IT power of one rack. [kW/rack]"""
    return compute_line("rack_power", "kW/rack", Term("*", it.value, "MW", "it_power"), _racks(claim))


def load_factor_line(claim: Claim, hours_s: float) -> Line | None:
    """Return the stated energy over that of all racks at their rating through the period; None if not all is known."""
    stated, rack_w = claim.stated, rack_power_w(claim)
    if stated.energy is None or not stated.racks or rack_w is None:
        return None
    return compute_line(
        "load_factor",
        "",
        Term("*", convert(stated.energy, "J", "TWh"), "TWh", "stated_energy"),
        _racks(claim),
        Term("/", convert(rack_w, "W", "kW"), "kW/rack", "rack_rating"),
        Term("/", pue_of(claim), "", "pue"),
        Term("/", convert(hours_s, "s", "h"), "h", "hours"),
    )


def _mean_power_lines(claim: Claim, hours_s: float) -> Iterator[Line]:
    stated = claim.stated
    if stated.energy is None or stated.compute is None:
        return
    yield compute_line(
        "mean_power_per_compute",
        "MW/EFLOPS",
        Term("*", convert(stated.energy, "J", "TWh"), "TWh", "stated_energy"),
        Term("/", convert(hours_s, "s", "h"), "h", "hours"),
        _compute(claim, "/"),
    )


def _rack_energy_lines(claim: Claim, hours_s: float) -> Iterator[Line]:
    stated = claim.stated
    if stated.energy is None or not stated.racks:
        return
    energy = Term("*", convert(stated.energy, "J", "TWh"), "TWh", "stated_energy")
    hours = Term("/", convert(hours_s, "s", "h"), "h", "hours")
    yield compute_line("rack_energy", "MWh/rack", energy, _racks(claim))
    yield compute_line("rack_mean_power", "kW/rack", energy, hours, _racks(claim))
    factor = load_factor_line(claim, hours_s)
    if factor is not None:
        yield factor


def _compute(claim: Claim, op: str) -> Term:
    return Term(op, convert(claim.stated.compute or 0.0, "FLOPS", "EFLOPS"), "EFLOPS", "compute")


def _racks(claim: Claim) -> Term:
    return Term("/", claim.stated.racks or 0, "rack", "racks")
