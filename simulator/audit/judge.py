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
from simulator.audit.checks import CHECKS, Case
from simulator.audit.model import Claim, ClaimsFile, Reading
from simulator.audit.result import AuditResult, ClaimResult, Finding, Tried, Verdict
from simulator.audit.wording import VERDICTS, say
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
    return AuditResult(tuple(_audit(name, claim) for name, claim in claims.claims.items()), dict(claims.sources))


def _audit(name: str, claim: Claim) -> ClaimResult:
    readings = tuple(_try(key, claim, reading) for key, reading in claim.readings.items())
    case = Case(claim, readings)
    findings = tuple(finding for check in CHECKS.values() for finding in check.run(case))
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
    """Turn the stated energy round over the hours of the nearest reading, or of the whole period."""
    if claim.stated.energy is None:
        return ()
    hours_s = claim.stated.hours or (nearest.inputs.hours_s if nearest else claim.hours_in_period)
    return implied_lines(claim, hours_s)


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
    """Give the verdict with the finding that led to it."""
    decisive = {"inconsistent": "fail", "precision_unstated": "unstated", "consistent": "pass"}.get(verdict)
    reasons = [finding.headline or finding.text for finding in findings if finding.status == decisive]
    because = reasons[0] if reasons else say("nothing_to_hold")
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
