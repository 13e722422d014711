"""Claims to results: compute the readings, run the checks, reach a verdict."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.audit.arithmetic import (
    Line,
    convert,
    distance,
    energy_lines,
    implied_lines,
    inputs_of,
    is_close,
)
from simulator.audit.case import CHECKS, Case, same_basis
from simulator.audit.model import Claim, ClaimsFile, Reading
from simulator.audit.plant import plant_lines
from simulator.audit.result import AuditResult, ClaimResult, Finding, Tried, Verdict
from simulator.audit.sentences import VERDICTS
from simulator.audit.wording import say
from simulator.scenario import Title


def audit(claims: ClaimsFile) -> AuditResult:
    """
    Hold published claims against arithmetic.

    Parameters
    ----------
    claims : ClaimsFile
        From `load_claims`.

    Returns
    -------
    AuditResult
        A verdict, the arithmetic, the readings and the findings for each claim.
    """
    return AuditResult(tuple(_audit(name, claims.complete(name)) for name in claims.claims), dict(claims.sources))


def _audit(name: str, claim: Claim) -> ClaimResult:
    readings = tuple(_try(key, claim, reading) for key, reading in claim.readings.items())
    case = Case(claim, readings)
    findings = tuple(finding for check in CHECKS.values() for finding in check.run(case))
    claim = _without_idle_yardsticks(claim, findings)
    verdict = _verdict(findings)
    nearest = _nearest(case)
    return ClaimResult(
        id=name,
        claim=claim,
        verdict=verdict,
        sentence=_sentence(verdict, findings),
        readings=readings,
        nearest=nearest,
        implied=_implied(claim, nearest),
        findings=findings,
        sources=tuple(dict.fromkeys(_sources(claim))),
    )


def _without_idle_yardsticks(claim: Claim, findings: tuple[Finding, ...]) -> Claim:
    """Leave out the shared yardsticks that no check could use, so that neither they nor their sources are told."""
    used = {finding.check for finding in findings if finding.figures}
    envelopes = claim.envelopes if used & {"efficiency_envelope", "power_per_compute"} else {}
    kept = {name: envelope for name, envelope in envelopes.items() if same_basis(claim, envelope)}
    held = "rack_power" in used and claim.stated.rack_power is None
    return claim.model_copy(update={"envelopes": kept, "rack_range": claim.rack_range if held else None})


def _try(name: str, claim: Claim, reading: Reading) -> Tried:
    inputs = inputs_of(claim, reading)
    lines = energy_lines(inputs)
    energy_j, stated_j = convert(lines[-1].value, "TWh", "J"), claim.stated.energy
    ratio = stated_j / energy_j if stated_j is not None and energy_j > 0 else None
    reproduces = stated_j is not None and is_close(energy_j, stated_j, claim.tolerance)
    own = claim.stated if reading.role != "basis" else reading
    precision, measure = reading.precision or own.precision, reading.measure or own.measure
    return Tried(name, reading, inputs, precision, measure, lines, ratio, reproduces)


def _nearest(case: Case) -> Tried | None:
    if case.claim.stated.energy is None or not case.readings:
        return None
    return min(case.readings, key=lambda tried: distance(tried.energy_twh, case.energy_twh))


def _implied(claim: Claim, nearest: Tried | None) -> tuple[Line, ...]:
    """Turn the stated energy round over the hours of the nearest reading, or of the whole period; then the plant."""
    hours_s = claim.stated.hours or (nearest.inputs.hours_s if nearest else claim.hours_in_period)
    energy = implied_lines(claim, hours_s) if claim.stated.energy is not None else ()
    return (*energy, *plant_lines(claim, hours_s))


def _verdict(findings: tuple[Finding, ...]) -> Verdict:
    """Contradiction outweighs silence; a claim is consistent only if a check of its own figure passed."""
    statuses = {finding.status for finding in findings}
    if "fail" in statuses:
        return "inconsistent"
    if "unstated" in statuses:
        return "precision_unstated"
    if any(finding.status == "pass" and CHECKS[finding.check].decides for finding in findings):
        return "consistent"
    return "not_assessable"


def _sentence(verdict: Verdict, findings: tuple[Finding, ...]) -> Title:
    """Give the verdict with the finding that led to it: of several, the first that tests the claim's own figure."""
    decisive = {"inconsistent": "fail", "precision_unstated": "unstated", "consistent": "pass"}.get(verdict)
    led = [finding for finding in findings if finding.status == decisive]
    led = led or [finding for finding in findings if finding.headline is not None]
    led.sort(key=lambda finding: not CHECKS[finding.check].decides)
    because = led[0].headline or led[0].text if led else say("nothing_to_hold")
    word = VERDICTS[verdict]
    return say("verdict", verdict=Title(zh=word.zh, en=word.en.capitalize()), because=_inside(because))


def _inside(text: Title) -> Title:
    """Let an English sentence go on after a colon, unless it begins with an abbreviation or a quotation."""
    first, second = text.en[:1], text.en[1:2]
    return Title(zh=text.zh, en=first.lower() + text.en[1:]) if second.islower() or second == " " else text


def _sources(claim: Claim) -> Iterator[str]:
    yield claim.source
    for reading in claim.readings.values():
        yield from reading.sources
    yield from claim.assume.sources if claim.assume else ()
    yield from (reference.source for reference in claim.references.values())
    for envelope in claim.envelopes.values():
        yield from envelope.sources
    yield from (rival.source for rival in claim.rivals.values())
    yield from (total.source for total in claim.totals.values())
    if claim.rack_range:
        yield from claim.rack_range.sources
