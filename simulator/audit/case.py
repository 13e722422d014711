"""What a check gets, and the registry of checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulator.audit.arithmetic import convert
from simulator.audit.model import Claim, Envelope
from simulator.audit.result import Finding, Status, Tried
from simulator.scenario import Title


@dataclass(frozen=True)
class Case:
    """A claim with its readings computed."""

    claim: Claim
    readings: tuple[Tried, ...]

    def role(self, *roles: str) -> list[Tried]:
        """Return the readings with one of these roles, in the order of the file."""
        return [tried for tried in self.readings if tried.reading.role in roles]

    @property
    def compute_eflops(self) -> float:
        """Stated computing power, 0 if none. [EFLOPS]"""
        return convert(self.claim.stated.compute or 0.0, "FLOPS", "EFLOPS")

    @property
    def energy_twh(self) -> float:
        """Stated energy, 0 if none. [TWh]"""
        return convert(self.claim.stated.energy or 0.0, "J", "TWh")


Run = Callable[[Case], tuple[Finding, ...]]


@dataclass(frozen=True)
class Check:
    """An entry of the registry."""

    name: str
    decides: bool
    run: Run


CHECKS: dict[str, Check] = {}


def check(name: str, *, decides: bool = False) -> Callable[[Run], Run]:
    """
    Register a check under a name; a second use of the name is an error at import.

    Parameters
    ----------
    name : str
        Name in `to_dict`, in the registry and in `wording.CHECK_TITLES`.
    decides : bool
        Whether passing it makes a claim consistent.
    """

    def register(run: Run) -> Run:
        if name in CHECKS:
            raise ValueError(f"two checks are called {name!r}")
        CHECKS[name] = Check(name, decides, run)
        return run

    return register


def finding(name: str, status: Status, text: Title, **figures: float | int | str | None) -> tuple[Finding, ...]:
    """Return one finding, as a check returns it."""
    return (Finding(name, status, text, dict(figures)),)


def same_basis(claim: Claim, envelope: Envelope) -> bool:
    """Tell whether an envelope describes the precision and measure of a claim; where it is silent, any will do."""
    stated = claim.stated
    return stated.precision in (None, envelope.precision) and stated.measure in (None, envelope.measure)
