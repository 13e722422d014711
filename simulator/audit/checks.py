"""
The checks a claim goes through.

A check is a function of a `Case` that returns its findings. A new check is one function here, its title in
`wording.CHECK_TITLES` and its sentences in `wording.TEXTS`; nothing else has to know of it. `decides` marks
the checks that test the figure of the claim itself: a claim is called consistent only if one of them passes.
"""

from __future__ import annotations

from simulator.audit.arithmetic import (
    Inputs,
    Term,
    compute_line,
    convert,
    distance,
    is_close,
    reconciling_factor,
)
from simulator.audit.case import Case, check, finding, same_basis
from simulator.audit.model import Envelope, Gloss
from simulator.audit.result import Figures, Finding, Status, Tried
from simulator.audit.wording import (
    basis,
    chinese_magnitude,
    energy,
    number_span,
    percent,
    prefixed,
    quantity,
    say,
    span,
)
from simulator.scenario import Title


@check("reproduces", decides=True)
def reproduces(case: Case) -> tuple[Finding, ...]:
    """Does the publication's own arithmetic give its figure; and if not, which reading does?"""
    if not case.readings or case.claim.stated.energy is None:
        return finding("reproduces", "not_assessable", say("no_readings"))
    near = min(case.readings, key=lambda tried: distance(tried.energy_twh, case.energy_twh))
    own = case.role("stated")
    for tried in own:
        if tried.reproduces:
            return _agrees("reproduced", "pass", case, tried)
    if not near.reproduces:
        return _unexplained(case, own, near)
    return _explained(case, own, near) if own else _agrees("only_inferred", "not_assessable", case, near)


def _agrees(key: str, status: Status, case: Case, tried: Tried) -> tuple[Finding, ...]:
    text = say(
        key,
        title=tried.reading.title,
        compute=quantity(case.compute_eflops, "EFLOPS"),
        energy=energy(tried.energy_twh),
        off=_off(tried),
        stated=energy(case.energy_twh),
    )
    return finding("reproduces", status, text, reading=tried.id, energy_twh=tried.energy_twh, factor=None)


def _unexplained(case: Case, own: list[Tried], near: Tried) -> tuple[Finding, ...]:
    factor, slip = _slip(case, own)
    text = say(
        "unexplained",
        stated=energy(case.energy_twh),
        title=near.reading.title,
        energy=energy(near.energy_twh),
        ratio=near.ratio if near.ratio is not None else "-",
        slip=slip,
    )
    return finding("reproduces", "fail", text, reading=near.id, energy_twh=near.energy_twh, factor=factor)


def _explained(case: Case, own: list[Tried], guess: Tried) -> tuple[Finding, ...]:
    factor, slip = _slip(case, own)
    energies = [tried.energy_twh for tried in own]
    words: dict[str, str | float | Title] = {
        "stated": energy(case.energy_twh),
        "compute": quantity(case.compute_eflops, "EFLOPS"),
        "own": span(energy(min(energies)), energy(max(energies))),
        "title": guess.reading.title,
        "efficiency": quantity(guess.gflops_per_w, "GFLOPS/W"),
        "pue": guess.inputs.pue,
        "hours": quantity(guess.hours_h, "h"),
        "energy": energy(guess.energy_twh),
        "off": _off(guess),
    }
    short = say("slip_short", factor=abs(factor)) if factor else say("nothing")
    figures: Figures = {"reading": guess.id, "energy_twh": guess.energy_twh, "factor": factor}
    text, headline = say("explained", **words, slip=slip), say("explained_short", **words, slip=short)
    return (Finding("reproduces", "fail", text, figures, headline),)


def _slip(case: Case, own: list[Tried]) -> tuple[int | None, Title]:
    """Find the magnitude slip that turns a reading as written into the stated figure, and its sentence."""
    for tried in own:
        factor = reconciling_factor(tried.energy_twh, case.energy_twh, case.claim.tolerance)
        if factor:
            return factor, say("slip_up" if factor > 0 else "slip_down", pue=tried.inputs.pue, factor=abs(factor))
    return None, say("nothing")


def _off(tried: Tried) -> str:
    """Print how far the reading lies from the stated figure."""
    return percent(abs(1 / tried.ratio - 1)) if tried.ratio else "-"


@check("gloss", decides=True)
def gloss(case: Case) -> tuple[Finding, ...]:
    """Is a number what its gloss says; if not, does a factor of 10, 1,000 or 10,000 reconcile them?"""
    if not case.claim.glosses:
        return finding("gloss", "not_assessable", say("no_gloss"))
    return tuple(_gloss(name, item, case.claim.tolerance) for name, item in case.claim.glosses.items())


def _gloss(name: str, item: Gloss, tolerance: float) -> Finding:
    written, glossed = item.written_value, item.glossed_value
    factor = reconciling_factor(written, glossed, tolerance)
    figures: Figures = {
        "gloss": name,
        "written": written,
        "glossed": glossed,
        "unit": item.unit,
        "factor": factor,
    }
    words = {"written": item.written, "glossed": item.glossed}
    if is_close(glossed, written, tolerance):
        return Finding("gloss", "pass", say("gloss_right", **words), figures)
    right, is_si = chinese_magnitude(written, item.unit), prefixed(glossed, item.unit)
    if factor is None:
        return Finding("gloss", "fail", say("gloss_wrong", **words, right=right, glossed_si=is_si), figures)
    direction = say("too_large" if factor > 0 else "too_small")
    text = say("gloss_slip", **words, right=right, glossed_si=is_si, direction=direction, factor=abs(factor))
    return Finding("gloss", "fail", text, figures)


@check("precision")
def precision(case: Case) -> tuple[Finding, ...]:
    """Does the claim say in which precision it counts its computing power?"""
    stated = case.claim.stated
    if stated.compute is None:
        return finding("precision", "not_assessable", say("no_compute"))
    if stated.precision is not None:
        text = say("precision_given", basis=basis(stated.precision, stated.measure))
        return finding("precision", "pass", text, precision=stated.precision, measure=stated.measure)
    compute = quantity(case.compute_eflops, "EFLOPS")
    energies = [t.energy_twh for t in case.role("basis") if t.energy_twh > 0]
    if len(energies) < 2:
        return finding("precision", "unstated", say("precision_missing", compute=compute))
    ratio = max(energies) / min(energies)
    return finding("precision", "unstated", say("precision_missing_spread", compute=compute, ratio=ratio), ratio=ratio)


@check("efficiency_envelope", decides=True)
def efficiency_envelope(case: Case) -> tuple[Finding, ...]:
    """Are the efficiency as written and the implied one known on the stated basis (on any, if unstated)?"""
    stated = case.claim.stated
    envelopes = [e for e in case.claim.envelopes.values() if same_basis(case.claim, e)]
    found: list[Finding] = []
    if envelopes and stated.efficiency is not None:
        written = convert(stated.efficiency, "FLOPS/W", "GFLOPS/W")
        found.append(_in_envelope(say("stated_efficiency"), [written], envelopes))
    inputs = [t.inputs for t in case.role("stated", "suspected")]
    if envelopes and inputs and case.energy_twh:
        implied = [_implied_efficiency(case, i) for i in inputs]
        found.append(_in_envelope(say("implied_span", pue=number_span([i.pue for i in inputs])), implied, envelopes))
    return tuple(found) or finding("efficiency_envelope", "not_assessable", say("no_envelope"))


def _implied_efficiency(case: Case, inputs: Inputs) -> float:
    """Return the IT efficiency the stated energy leaves under a reading's PUE, hours and load. [GFLOPS/W]"""
    return compute_line(
        "implied_efficiency",
        "GFLOPS/W",
        Term("*", case.compute_eflops, "EFLOPS"),
        Term("*", inputs.pue, ""),
        Term("*", inputs.hours_s, "s"),
        Term("*", inputs.load, ""),
        Term("/", case.energy_twh, "TWh"),
    ).value


def _in_envelope(what: Title, values: list[float], envelopes: list[Envelope]) -> Finding:
    """Hold the range of `values` [GFLOPS/W] against the envelopes; touching one is enough."""
    low, high = min(values), max(values)
    figures: Figures = {"low_gflops_per_w": low, "high_gflops_per_w": high}
    value = number_span(values, "GFLOPS/W")
    edges = [(e, convert(e.low, "FLOPS/W", "GFLOPS/W"), convert(e.high, "FLOPS/W", "GFLOPS/W")) for e in envelopes]
    for envelope, bottom, top in edges:
        if low <= top and high >= bottom:
            name = basis(envelope.precision, envelope.measure)
            text = say("inside", what=what, value=value, basis=name, low=bottom, high=top)
            return Finding("efficiency_envelope", "pass", text, figures)
    told = [say("envelope", basis=basis(e.precision, e.measure), low=bottom, high=top) for e, bottom, top in edges]
    listed = Title(zh="；".join(t.zh for t in told), en="; ".join(t.en for t in told))
    return Finding("efficiency_envelope", "fail", say("outside", what=what, value=value, envelopes=listed), figures)


@check("hours")
def hours(case: Case) -> tuple[Finding, ...]:
    """Does the claim use more hours than its period has?"""
    used_s = [t.inputs.hours_s for t in case.role("stated", "suspected")]
    used_s += [case.claim.stated.hours] if case.claim.stated.hours is not None else []
    if not used_s:
        return finding("hours", "not_assessable", say("no_hours"))
    most_h, limit_h = convert(max(used_s), "s", "h"), convert(case.claim.hours_in_period, "s", "h")
    fits = most_h <= limit_h
    text = say("hours_fit" if fits else "hours_exceed", hours=most_h, limit=limit_h)
    return finding("hours", "pass" if fits else "fail", text, hours_h=most_h, limit_h=limit_h)


@check("pue")
def pue(case: Case) -> tuple[Finding, ...]:
    """Is every PUE at least 1?"""
    used = [t.inputs.pue for t in case.role("stated", "suspected")]
    used += [case.claim.stated.pue] if case.claim.stated.pue is not None else []
    if not used:
        return finding("pue", "not_assessable", say("no_pue"))
    possible = min(used) >= 1
    text = say("pue_possible", pue=number_span(used)) if possible else say("pue_impossible", pue=min(used))
    return finding("pue", "pass" if possible else "fail", text, pue=min(used))


@check("share", decides=True)
def share(case: Case) -> tuple[Finding, ...]:
    """Is the stated energy within the totals it should be a part of?"""
    if not case.claim.references or case.claim.stated.energy is None:
        return finding("share", "not_assessable", say("no_reference"))
    return tuple(_share(case, name) for name in case.claim.references)


def _share(case: Case, name: str) -> Finding:
    reference = case.claim.references[name]
    total_twh = convert(reference.energy, "J", "TWh")
    ratio = case.energy_twh / total_twh
    fits = ratio <= reference.at_most
    text = say(
        "share_fits" if fits else "share_exceeds",
        reference=reference.title,
        energy=energy(total_twh),
        share=say("part", share=percent(ratio)) if ratio < 1 else say("times", ratio=ratio),
        limit=percent(reference.at_most) if reference.at_most <= 1 else say("times", ratio=reference.at_most),
        **({} if fits else {"why": reference.why or say("nothing")}),
    )
    return Finding(
        "share",
        "pass" if fits else "fail",
        text,
        {"reference": name, "ratio": ratio, "limit": reference.at_most},
    )
