"""Whether a target is met, and on which rung of the ladder it still holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.reporting.study import RUNGS


@dataclass(frozen=True)
class Verdict:
    """
    The outcome of one target.

    Parameters
    ----------
    id : str
        Target.
    status : str
        ``missed``; ``paper`` (met, but accounting calls it met on paper only); ``partly`` (met, but not
        covered on some lower rung); ``met`` (its gap is covered on every rung below); ``plan`` (met, but the
        lower rungs are not known: the date is outside the run); ``unknown`` (its own rung is not known).
    rung : str
        Rung the target is stated at.
    holds_at : str
        Lowest rung down to which the increment covers the gap; "" where the target's own rung does not.
    fails_at : str
        First rung below on which it does not; "" if there is none.
    """

    id: str
    status: str
    rung: str
    holds_at: str = ""
    fails_at: str = ""


def judge(target: dict[str, Any]) -> Verdict:
    """Judge one entry of ``summary["targets"]`` by what accounting found on each rung."""
    rung = str(target["rung"])
    if not target["met"]:
        return Verdict(target["id"], "unknown" if target["met"] is None else "missed", rung)
    known = [r for r in RUNGS[RUNGS.index(rung) :] if target["increment_by_rung"].get(r) is not None]
    fails = [r for r in known if r not in target["rungs_covering_gap"] and r != rung]
    if fails:
        status = "paper" if target["on_paper_only"] else "partly"
        return Verdict(target["id"], status, rung, known[known.index(fails[0]) - 1], fails[0])
    return Verdict(target["id"], "met" if known[-1] == RUNGS[-1] else "plan", rung, known[-1])
