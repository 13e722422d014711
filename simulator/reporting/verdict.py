"""Whether a target is met, and on which rung of the ladder it still holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.reporting.study import RUNGS

# what stands ready; the rungs below depend on how much work the scenario asks for, not on what was built
READY = RUNGS[:3]


@dataclass(frozen=True)
class Verdict:
    """
    The outcome of one target.

    Parameters
    ----------
    id : str
        Target.
    status : str
        ``met``; ``paper`` (met at nameplate, but what is energised or available does not cover the gap);
        ``partly`` (the same for a target stated at another rung); ``missed``; ``plan`` and ``missed_plan``
        (met or missed, but the date is outside the run, so only planned capacity is known); ``unknown`` (its
        own rung is not known for that reason).
    rung : str
        Rung the target is stated at.
    holds_at : str
        Lowest rung of `READY` down to which the increment covers the gap; "" where the target's own does not.
    fails_at : str
        First rung of `READY` below on which it does not; "" if there is none.
    """

    id: str
    status: str
    rung: str
    holds_at: str = ""
    fails_at: str = ""


def judge(target: dict[str, Any]) -> Verdict:
    """Judge one entry of ``summary["targets"]`` by what accounting found on each rung."""
    rung = str(target["rung"])
    increments = target["increment_by_rung"]
    simulated = increments.get(RUNGS[-1]) is not None
    if target["met"] is None:
        return Verdict(target["id"], "unknown", rung)
    if not target["met"]:
        return Verdict(target["id"], "missed" if simulated else "missed_plan", rung)
    below = [r for r in READY[RUNGS.index(rung) + 1 :] if increments.get(r) is not None]
    fails = [r for r in below if r not in target["rungs_covering_gap"]]
    if fails:
        holds = [rung, *below][below.index(fails[0])]
        return Verdict(target["id"], "paper" if rung == "nameplate" else "partly", rung, holds, fails[0])
    return Verdict(target["id"], "met" if simulated else "plan", rung, [rung, *below][-1])
