"""What an audit found: plain values for a machine (`to_dict`) and prose for a reader (`to_text`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from simulator.audit.arithmetic import Inputs, Line, convert
from simulator.audit.model import Claim, Measure, Reading, Source
from simulator.audit.text import Language, render
from simulator.scenario import Precision, Title

Status = Literal["pass", "fail", "unstated", "not_assessable"]
Verdict = Literal["consistent", "inconsistent", "precision_unstated", "not_assessable"]
Figures = dict[str, float | int | str | None]


@dataclass(frozen=True)
class Tried:
    """
    A reading and what it comes to.

    Attributes
    ----------
    id : str
        Name of the reading in the claims file.
    reading : Reading
        The reading as written.
    inputs : Inputs
        Its inputs, completed from the claim.
    precision, measure : str or None
        Basis of the computing power; that of the claim where the reading is one of the claim's own figures.
    lines : tuple of Line
        IT power [MW], facility power [MW], energy [TWh].
    ratio : float or None
        Stated energy over the energy of this reading; None if the claim states none. [-]
    reproduces : bool
        Whether the two agree within the claim's tolerance.
    """

    id: str
    reading: Reading
    inputs: Inputs
    precision: Precision | None
    measure: Measure | None
    lines: tuple[Line, ...]
    ratio: float | None
    reproduces: bool

    @property
    def it_power_mw(self) -> float:
        """IT power at full load. [MW]"""
        return self.lines[0].value

    @property
    def energy_twh(self) -> float:
        """Facility energy of the period. [TWh]"""
        return self.lines[-1].value

    @property
    def gflops_per_w(self) -> float:
        """Computing power per watt of IT power. [GFLOPS/W]"""
        return convert(self.inputs.efficiency_flops_per_w, "FLOPS/W", "GFLOPS/W")

    @property
    def hours_h(self) -> float:
        """Duration of the period. [h]"""
        return convert(self.inputs.hours_s, "s", "h")

    def to_dict(self) -> dict[str, Any]:
        """Return the reading, ready for JSON."""
        reading = self.reading
        return {
            "id": self.id,
            "title": both(reading.title),
            "role": reading.role,
            "precision": self.precision,
            "measure": self.measure,
            "gflops_per_w": self.gflops_per_w,
            "pue": self.inputs.pue,
            "hours_h": self.hours_h,
            "load": self.inputs.load,
            "it_power_mw": self.it_power_mw,
            "facility_power_mw": self.lines[1].value,
            "energy_twh": self.energy_twh,
            "stated_over_this": self.ratio,
            "reproduces": self.reproduces,
            "sources": list(reading.sources),
            "assumed": both(reading.assumed) if reading.assumed else None,
            "lines": [line.to_dict() for line in self.lines],
        }


@dataclass(frozen=True)
class Finding:
    """What one check found: status, sentence, figures by name, and a shorter sentence for the verdict."""

    check: str
    status: Status
    text: Title
    figures: Figures
    headline: Title | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the finding, ready for JSON."""
        return {"check": self.check, "status": self.status, "text": both(self.text), "figures": self.figures}


@dataclass(frozen=True)
class ClaimResult:
    """
    The audit of one claim.

    Attributes
    ----------
    id, claim : str, Claim
        The claim and its name in the file.
    verdict : Verdict
        consistent, inconsistent, precision_unstated or not_assessable.
    sentence : Title
        The verdict and its reason.
    readings : tuple of Tried
        Every reading with its result, in the order of the file.
    nearest : Tried or None
        The reading nearest to the stated energy.
    implied : tuple of Line
        What the stated energy implies: mean power [GW] and efficiency at a PUE of 1 [GFLOPS/W].
    findings : tuple of Finding
        What each check found, in the order of the registry.
    sources : tuple of str
        Ids of the sources used, in the order of first use.
    """

    id: str
    claim: Claim
    verdict: Verdict
    sentence: Title
    readings: tuple[Tried, ...]
    nearest: Tried | None
    implied: tuple[Line, ...]
    findings: tuple[Finding, ...]
    sources: tuple[str, ...]

    @property
    def ratios(self) -> dict[str, float]:
        """Stated energy over each reference total. [-]"""
        stated_j = self.claim.stated.energy
        return {} if stated_j is None else {name: stated_j / ref.energy for name, ref in self.claim.references.items()}

    def to_dict(self) -> dict[str, Any]:
        """Return the audit of the claim, ready for JSON."""
        claim = self.claim
        return {
            "id": self.id,
            "title": both(claim.title),
            "statement": both(claim.statement),
            "boundary": both(claim.boundary),
            "year": claim.year,
            "stated": stated_figures(claim),
            "verdict": self.verdict,
            "sentence": both(self.sentence),
            "nearest": self.nearest.id if self.nearest else None,
            "lines": [line.to_dict() for line in (*(self.nearest.lines if self.nearest else ()), *self.implied)],
            "readings": [tried.to_dict() for tried in self.readings],
            "findings": [finding.to_dict() for finding in self.findings],
            "ratios": self.ratios,
            "envelopes": {
                name: {
                    "title": both(envelope.title),
                    "precision": envelope.precision,
                    "measure": envelope.measure,
                    "low_gflops_per_w": convert(envelope.low, "FLOPS/W", "GFLOPS/W"),
                    "high_gflops_per_w": convert(envelope.high, "FLOPS/W", "GFLOPS/W"),
                    "sources": list(envelope.sources),
                }
                for name, envelope in claim.envelopes.items()
            },
            "notes": [both(note) for note in claim.notes],
            "sources": list(self.sources),
        }


@dataclass(frozen=True)
class AuditResult:
    """The audit of a claims file: one `ClaimResult` a claim, and the sources they cite."""

    claims: tuple[ClaimResult, ...]
    sources: dict[str, Source]

    def to_dict(self) -> dict[str, Any]:
        """Return what was found, ready for JSON: powers in MW, energies in TWh, texts in both languages."""
        used = sorted({name for claim in self.claims for name in claim.sources})
        return {
            "claims": [claim.to_dict() for claim in self.claims],
            "sources": {name: _source_dict(self.sources[name]) for name in used},
        }

    def to_text(self, lang: Language = "zh") -> str:
        """
        Write the audit for a reader.

        Parameters
        ----------
        lang : {"zh", "en"}
            Language of the text. Both hold the same numbers.

        Returns
        -------
        str
            Plain text with tables, one part a claim: verdict, arithmetic, readings, needs, checks, sources.
        """
        return render(self, lang)


def stated_figures(claim: Claim) -> dict[str, float | str | None]:
    """Return the stated figures in the units of the report: EFLOPS, GFLOPS/W, TWh, h."""
    stated = claim.stated
    units = {
        "compute_eflops": (stated.compute, "FLOPS", "EFLOPS"),
        "efficiency_gflops_per_w": (stated.efficiency, "FLOPS/W", "GFLOPS/W"),
        "energy_twh": (stated.energy, "J", "TWh"),
        "hours_h": (stated.hours, "s", "h"),
    }
    figures: dict[str, float | str | None] = {
        key: None if value is None else convert(value, unit, to) for key, (value, unit, to) in units.items()
    }
    return figures | {"pue": stated.pue, "precision": stated.precision, "measure": stated.measure}


def both(text: Title) -> dict[str, str]:
    """Return a text in both languages as a mapping."""
    return {"zh": text.zh, "en": text.en}


def _source_dict(source: Source) -> dict[str, Any]:
    note = {} if source.note is None else {"note": both(source.note)}
    return {"title": both(source.title), "body": both(source.body), "date": source.date, **note}
