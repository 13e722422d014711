"""
The arithmetic of a claim, line by line, with its units.

One formula carries this room: ``E = F / eta x PUE x hours x load``, with the computing power F, the
efficiency eta of the IT equipment, and the mean load as a share of full load. Every line multiplies or
divides quantities through the unit registry, so a line whose units do not come out cannot be written.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from simulator.audit.model import Claim, Reading
from simulator.scenario import registry

# 万 and P or E are a factor 1e4 or 1e3 apart; a lost digit in 亿 is a factor 10
SLIPS = (10, 1_000, 10_000)


@dataclass(frozen=True)
class Term:
    """One operand: how it enters (``*`` or ``/``), its value in a pint unit, and its name in the locale."""

    op: str
    value: float
    unit: str
    name: str = ""


@dataclass(frozen=True)
class Line:
    """One line of arithmetic: ``name = terms = value unit``."""

    name: str
    terms: tuple[Term, ...]
    value: float
    unit: str

    def to_dict(self) -> dict[str, Any]:
        """Return the line, ready for JSON."""
        terms = [{"op": t.op, "value": t.value, "unit": t.unit, "name": t.name} for t in self.terms]
        return {"name": self.name, "terms": terms, "value": self.value, "unit": self.unit}


@dataclass(frozen=True)
class Inputs:
    """
    What the formula needs, complete.

    Attributes
    ----------
    compute_flops : float
        Computing power. [FLOP/s]
    efficiency_flops_per_w : float
        Computing power per watt of IT power. [FLOP/s/W]
    pue, load : float
        Facility energy over IT energy; mean IT power over full IT power. [-]
    hours_s : float
        Duration of the period. [s]
    """

    compute_flops: float
    efficiency_flops_per_w: float
    pue: float
    hours_s: float
    load: float


def compute_line(name: str, unit: str, *terms: Term) -> Line:
    """
    Multiply and divide quantities and express the result in a unit.

    Parameters
    ----------
    name : str
        Name of the result in the locale of the reports.
    unit : str
        Unit of the result.
    *terms : Term
        Operands, in the order they are written.

    Returns
    -------
    Line
        The line with its result in `unit`.

    Raises
    ------
    pint.DimensionalityError
        If the units of the terms do not come out as `unit`: a mistake in this room, not in a claims file.

    Examples
    --------
    >>> compute_line("it_power", "MW", Term("*", 18, "EFLOPS"), Term("/", 56.6, "GFLOPS/W")).value
    318.0212014134276
    """
    units = registry()
    product = units.Quantity(1.0, "")
    for term in terms:
        quantity = units.Quantity(term.value, term.unit)
        product = product * quantity if term.op == "*" else product / quantity
    return Line(name, terms, float(product.to(unit).magnitude), unit)


def convert(value: float, unit: str, to: str) -> float:
    """Express `value` [unit] in another unit of the same kind."""
    return float(registry().Quantity(value, unit).to(to).magnitude)


def energy_lines(inputs: Inputs) -> tuple[Line, ...]:
    """
    Compute the energy of a period from computing power, step by step.

    Parameters
    ----------
    inputs : Inputs
        Computing power, efficiency, PUE, duration and load.

    Returns
    -------
    tuple of Line
        IT power at full load [MW], facility power at full load [MW], energy [TWh].
    """
    compute_eflops = convert(inputs.compute_flops, "FLOPS", "EFLOPS")
    gflops_per_w = convert(inputs.efficiency_flops_per_w, "FLOPS/W", "GFLOPS/W")
    hours_h = convert(inputs.hours_s, "s", "h")
    it_power = compute_line(
        "it_power",
        "MW",
        Term("*", compute_eflops, "EFLOPS", "compute"),
        Term("/", gflops_per_w, "GFLOPS/W", "efficiency"),
    )
    facility = compute_line(
        "facility_power", "MW", Term("*", it_power.value, "MW", "it_power"), Term("*", inputs.pue, "", "pue")
    )
    energy = compute_line(
        "energy",
        "TWh",
        Term("*", facility.value, "MW", "facility_power"),
        Term("*", hours_h, "h", "hours"),
        Term("*", inputs.load, "", "load"),
    )
    return it_power, facility, energy


def implied_lines(claim: Claim, hours_s: float) -> tuple[Line, ...]:
    """
    Turn the formula round: what a stated energy implies.

    Parameters
    ----------
    claim : Claim
        A claim that states an energy; its computing power is used if stated.
    hours_s : float
        Duration of the period. [s]

    Returns
    -------
    tuple of Line
        Mean facility power [GW] and, if the computing power is stated, computing power per facility watt
        [GFLOPS/W], which is the efficiency of the IT equipment at a PUE of 1.
    """
    energy_twh = convert(claim.stated.energy or 0.0, "J", "TWh")
    hours_h = convert(hours_s, "s", "h")
    power = compute_line(
        "mean_power", "GW", Term("*", energy_twh, "TWh", "stated_energy"), Term("/", hours_h, "h", "hours")
    )
    if claim.stated.compute is None:
        return (power,)
    compute_eflops = convert(claim.stated.compute, "FLOPS", "EFLOPS")
    efficiency = compute_line(
        "implied_efficiency",
        "GFLOPS/W",
        Term("*", compute_eflops, "EFLOPS", "compute"),
        Term("/", power.value, "GW", "mean_power"),
    )
    return power, efficiency


def missing_inputs(claim: Claim, reading: Reading) -> tuple[str, ...]:
    """Name the inputs that neither the reading, nor the claim, nor its `assume` gives."""
    return tuple(name for name, value in _candidates(claim, reading).items() if value is None)


def inputs_of(claim: Claim, reading: Reading) -> Inputs:
    """
    Complete a reading from the claim: its own value first, then the stated one, then the assumed one.

    Parameters
    ----------
    claim : Claim
        The claim, whose computing power is the one of every reading.
    reading : Reading
        A reading for which `missing_inputs` is empty.

    Returns
    -------
    Inputs
        Complete inputs in base units.
    """
    found = _candidates(claim, reading)
    return Inputs(
        compute_flops=found["compute"] or 0.0,
        efficiency_flops_per_w=found["efficiency"] or 0.0,
        pue=found["pue"] or 0.0,
        hours_s=found["hours"] or 0.0,
        load=found["load"] or 0.0,
    )


def _candidates(claim: Claim, reading: Reading) -> dict[str, float | None]:
    stated, assume = claim.stated, claim.assume
    return {
        "compute": stated.compute,
        "efficiency": _first(reading.efficiency, stated.efficiency),
        "pue": _first(reading.pue, stated.pue, assume.pue if assume else None),
        "hours": _first(reading.hours, stated.hours, assume.hours if assume else None),
        "load": _first(reading.load, assume.load if assume else None),
    }


def _first(*values: float | None) -> float | None:
    return next((value for value in values if value is not None), None)


def is_close(value: float, target: float, tolerance: float) -> bool:
    """Tell whether `value` lies within a relative `tolerance` of `target`."""
    return abs(value - target) <= tolerance * abs(target)


def reconciling_factor(value: float, target: float, tolerance: float) -> int | None:
    """
    Find the magnitude slip that explains a difference.

    Parameters
    ----------
    value, target : float
        What was computed and what was published, in one unit.
    tolerance : float
        Relative difference that counts as equal. [-]

    Returns
    -------
    int or None
        10, 1,000 or 10,000 if `target` is that many times `value`; negative if that many times smaller.

    Examples
    --------
    >>> reconciling_factor(3.064, 30.6, 0.005)
    10
    >>> reconciling_factor(566e8, 56.6e8, 0.005)
    -10
    """
    for factor in SLIPS:
        if is_close(value * factor, target, tolerance):
            return factor
        if is_close(value / factor, target, tolerance):
            return -factor
    return None


def distance(value: float, target: float) -> float:
    """Return how far two positive figures are apart in orders of magnitude, without sign. [-]"""
    return abs(math.log10(value / target)) if value > 0 and target > 0 else math.inf
