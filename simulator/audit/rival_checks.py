"""Checks of one figure against others: its parts, another source for the same quantity, the total it belongs to."""

from __future__ import annotations

from simulator.audit.arithmetic import convert, is_close, reconciling_factor
from simulator.audit.case import Case, check, finding
from simulator.audit.model import Rival, Total
from simulator.audit.result import Figures, Finding, Status
from simulator.audit.wording import basis, percent, prefixed, quantity, say
from simulator.scenario import Precision, Title

FAR_APART = 5.0  # ratio from which a reader asks whether a digit slipped


@check("sum", decides=True)
def parts_add_up(case: Case) -> tuple[Finding, ...]:
    """May the parts be added, and is the stated figure their sum?"""
    claim, parts = case.claim, list(case.claim.parts.values())
    if len(parts) < 2:
        return finding("sum", "not_assessable", say("no_parts"))
    total = sum(part.compute for part in parts)
    listed = [
        say("part_of_sum", title=part.title, compute=prefixed(part.compute, "FLOPS"), basis=basis(part.precision, None))
        for part in parts
    ]
    words = {
        "parts": Title(zh="；".join(p.zh for p in listed), en="; ".join(p.en for p in listed)),
        "total": prefixed(total, "FLOPS"),
    }
    precisions = {part.precision for part in parts}
    if len(precisions) > 1 and claim.stated.compute is None:
        return finding(
            "sum", "unstated", say("sum_side_by_side", **words), total_eflops=convert(total, "FLOPS", "EFLOPS")
        )
    if len(precisions) > 1:
        return finding("sum", "fail", say("sum_mixed", **words), total_eflops=convert(total, "FLOPS", "EFLOPS"))
    if precisions == {None}:
        return finding("sum", "unstated", say("sum_unstated", **words), total_eflops=convert(total, "FLOPS", "EFLOPS"))
    if claim.stated.compute is None:
        return finding("sum", "pass", say("sum_may", **words), total_eflops=convert(total, "FLOPS", "EFLOPS"))
    fits = is_close(total, claim.stated.compute, claim.tolerance)
    text = say("sum_fits" if fits else "sum_differs", **words, stated=prefixed(claim.stated.compute, "FLOPS"))
    return finding("sum", "pass" if fits else "fail", text, total_eflops=convert(total, "FLOPS", "EFLOPS"))


@check("rival", decides=True)
def rivals(case: Case) -> tuple[Finding, ...]:
    """Does another source give the same figure for the same quantity?"""
    told = [(name, rival) for name, rival in case.claim.rivals.items() if _own(case, rival) is not None]
    if not told:
        return finding("rival", "not_assessable", say("no_rival"))
    return tuple(_rival(case, name, rival) for name, rival in told)


def _own(case: Case, rival: Rival) -> float | None:
    value: float | None = getattr(case.claim.stated, rival.quantity)
    return value


def _rival(case: Case, name: str, rival: Rival) -> Finding:
    own, other = _own(case, rival) or 0.0, getattr(rival, rival.quantity)
    ratio = max(own, other) / min(own, other)
    words: dict[str, str | float | Title] = {
        "own": _shown(rival.quantity, own),
        "other": _shown(rival.quantity, other),
        "title": rival.title,
        "ratio": ratio,
        "why": rival.why or say("nothing"),
        "own_basis": basis(case.claim.stated.precision, None),
        "other_basis": basis(rival.precision, None),
    }
    factor = reconciling_factor(own, other, case.claim.tolerance)
    status, key = _compared(case, rival, is_close(own, other, case.claim.tolerance))
    slip = say("rival_slip", factor=abs(factor)) if factor else say("rival_no_slip" if ratio > FAR_APART else "nothing")
    text = say(key, **words, slip=slip)
    headline = text if status == "not_assessable" else None  # a gap that is explained is still the news
    return Finding("rival", status, text, {"rival": name, "ratio": ratio, "factor": factor}, headline)


def _shown(name: str, value: float) -> Title:
    if name == "compute":
        return prefixed(value, "FLOPS")
    base, shown = {"energy": ("J", "TWh"), "efficiency": ("FLOPS/W", "GFLOPS/W")}[name]
    return quantity(convert(value, base, shown), shown)


def _compared(case: Case, rival: Rival, close: bool) -> tuple[Status, str]:
    """Tell how two figures stand to each other; computing powers of different precision cannot contradict."""
    bases = (case.claim.stated.precision, rival.precision)
    if rival.quantity != "compute" or (None not in bases and bases[0] == bases[1]):
        return ("pass", "rival_agrees") if close else ("fail", "rival_differs")
    if None in bases:
        return "unstated", "rival_unstated"
    return "not_assessable", "rival_other_basis"


@check("total", decides=True)
def totals(case: Case) -> tuple[Finding, ...]:
    """Is the computing power a possible part of the total, and the share the one that is printed?"""
    if case.claim.stated.compute is None or not case.claim.totals:
        return finding("total", "not_assessable", say("no_total"))
    return tuple(_total(case, name, total) for name, total in case.claim.totals.items())


def _total(case: Case, name: str, total: Total) -> Finding:
    share = (case.claim.stated.compute or 0.0) / total.compute
    words: dict[str, str | float | Title] = {
        "own": prefixed(case.claim.stated.compute or 0.0, "FLOPS"),
        "title": total.title,
        "total": prefixed(total.compute, "FLOPS"),
        "share": percent(share),
        "printed": percent(total.share) if total.share else "",
    }
    figures: Figures = {"total": name, "share": share}
    own: Precision | None = case.claim.stated.precision
    if own and total.precision and own != total.precision:
        return Finding("total", "not_assessable", say("total_other_basis", **words), figures)
    if share > 1.0:
        return Finding("total", "fail", say("total_exceeded", **words), figures)
    if total.share is None:
        return Finding("total", "pass", say("total_fits", **words), figures)
    # a share is printed to whole percent or less: half of that is no contradiction
    agrees = abs(share - total.share) <= 0.005
    text = say("total_share_fits" if agrees else "total_share_differs", **words)
    return Finding("total", "pass" if agrees else "fail", text, figures)
