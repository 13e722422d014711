"""The audit as a text for policy staff: verdict, arithmetic, readings, needs, checks, sources."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from simulator.audit.arithmetic import Line, Term
from simulator.audit.sentences import CHECK_TITLES, NAMES, ROLES, STATUSES, TEXTS, VERDICTS
from simulator.audit.wording import (
    basis,
    energy,
    number,
    number_span,
    quantity,
    say,
    span,
)
from simulator.errors import InputError
from simulator.scenario import Title

if TYPE_CHECKING:
    from simulator.audit.result import AuditResult, ClaimResult, Tried

HEADINGS = {
    "overview": Title(zh="各项说法与结论", en="The claims and their verdicts"),
    "claim": Title(zh="说法", en="Claim"),
    "boundary": Title(zh="口径", en="Boundary"),
    "verdict": Title(zh="结论", en="Verdict"),
    "arithmetic": Title(zh="逐行算术", en="The arithmetic, line by line"),
    "readings": Title(zh="各种读法", en="The readings"),
    "needs": Title(zh="{compute}需要多少电", en="What {compute} would need"),
    "checks": Title(zh="逐项核对", en="The checks"),
    "notes": Title(zh="备注", en="Notes"),
    "sources": Title(zh="来源", en="Sources"),
    "assumptions": Title(zh="假设", en="Assumptions"),
}
COLUMNS = (
    Title(zh="读法", en="reading"),
    Title(zh="性质", en="kind"),
    Title(zh="GFLOPS/W", en="GFLOPS/W"),
    Title(zh="精度", en="precision"),
    Title(zh="IT MW", en="IT MW"),
    Title(zh="PUE", en="PUE"),
    Title(zh="亿kWh", en="亿 kWh"),
    Title(zh="TWh", en="TWh"),
    Title(zh="所述÷此值", en="stated ÷ this"),
    Title(zh="来源", en="source"),
)
NUMERIC_COLUMNS = {2, 4, 5, 6, 7, 8}  # of the readings
Language = Literal["zh", "en"]


def render(result: AuditResult, lang: Language) -> str:
    """
    Write an audit as plain text.

    Parameters
    ----------
    result : AuditResult
        What was found.
    lang : {"zh", "en"}
        Language.

    Returns
    -------
    str
        One section a claim, separated by rules; ends with a newline.

    Raises
    ------
    InputError
        If the language is neither.
    """
    if lang not in ("zh", "en"):
        raise InputError(f"got the language {lang!r}; expected zh or en")
    parts = [_overview(result, lang)] if len(result.claims) > 1 else []
    parts += [_claim(claim, result, lang) for claim in result.claims]
    rule = "\n\n" + "=" * 72 + "\n\n"
    magnitudes = TEXTS["magnitudes"]
    return f"{rule.join(parts)}\n\n{_in(magnitudes, lang)}\n"


def _overview(result: AuditResult, lang: Language) -> str:
    """List the claims with their verdicts."""
    head = [_in(HEADINGS[key], lang) for key in ("claim", "verdict")]
    rows = [[_in(claim.claim.title, lang), _in(VERDICTS[claim.verdict], lang)] for claim in result.claims]
    title = _in(HEADINGS["overview"], lang)
    return "\n".join([title, "=" * _width(title), table(head, rows)])


def _claim(result: ClaimResult, audit: AuditResult, lang: Language) -> str:
    cited = {name: position for position, name in enumerate(result.sources, start=1)}
    sections = [
        _head(result, lang, cited),
        _verdict(result, lang),
        _arithmetic(result, lang),
        _readings(result, lang, cited),
        _needs(result, lang),
        _checks(result, lang),
        _notes(result, lang),
        _sources(result, audit, lang, cited),
        _assumptions(result, lang),
    ]
    return "\n\n".join(section for section in sections if section)


def _head(result: ClaimResult, lang: Language, cited: dict[str, int]) -> str:
    claim = result.claim
    title, gap = _in(claim.title, lang), "" if lang == "zh" else " "
    rows = [
        title,
        "=" * _width(title),
        _pair("claim", f"{_in(claim.statement, lang)}{gap}[{cited[claim.source]}]", lang),
        _pair("boundary", _in(claim.boundary, lang), lang),
    ]
    return "\n".join(rows)


def _verdict(result: ClaimResult, lang: Language) -> str:
    return _pair("verdict", _in(result.sentence, lang), lang)


def _arithmetic(result: ClaimResult, lang: Language) -> str:
    lines = (*(result.nearest.lines if result.nearest else ()), *result.implied)
    if not lines:
        return ""
    body = [f"  {_line(line, lang)}" for line in lines]
    if result.nearest:
        body.insert(0, f"  {_in(say('nearest', title=result.nearest.reading.title), lang)}")
    return "\n".join([_heading("arithmetic", lang), *body])


def _line(line: Line, lang: Language) -> str:
    """Write ``name = names = numbers = result``."""
    names = _chain([(term.op, _in(NAMES[term.name], lang)) for term in line.terms])
    figures = _chain([(term.op, _in(_figure(term), lang)) for term in line.terms])
    return f"{_in(NAMES[line.name], lang)} = {names} = {figures} = {_in(quantity(line.value, line.unit), lang)}"


def _figure(term: Term) -> Title:
    if term.unit == "TWh":  # inside a product one unit is enough
        return Title(zh=f"{number(term.value)} TWh", en=f"{number(term.value)} TWh")
    return quantity(term.value, term.unit)


def _chain(parts: Sequence[tuple[str, str]]) -> str:
    signs = {"*": " × ", "/": " ÷ "}
    return "".join(text if position == 0 else signs[op] + text for position, (op, text) in enumerate(parts))


def _readings(result: ClaimResult, lang: Language, cited: dict[str, int]) -> str:
    if not result.readings:
        return ""
    head = [_in(column, lang) for column in COLUMNS]
    rows = [[_in(cell, lang) for cell in _row(tried, cited)] for tried in result.readings]
    return f"{_heading('readings', lang)}\n{table(head, rows)}"


def _row(tried: Tried, cited: dict[str, int]) -> list[Title]:
    reading = tried.reading
    origin = "".join(f"[{cited[name]}]" for name in reading.sources)
    assumed = TEXTS["assumed_word"] if reading.assumed else _same("")
    plain = Title(zh=f"{origin} {assumed.zh}".strip(), en=f"{origin} {assumed.en}".strip())
    ratio = "-" if tried.ratio is None else number(tried.ratio)
    cells = [tried.gflops_per_w, tried.it_power_mw, tried.inputs.pue, tried.energy_twh * 10, tried.energy_twh]
    eta, power, pue, yi_kwh, twh = (_same(number(value)) for value in cells)
    name = basis(tried.precision, tried.measure)
    return [reading.title, ROLES[reading.role], eta, name, power, pue, yi_kwh, twh, _same(ratio), plain]


def _needs(result: ClaimResult, lang: Language) -> str:
    """Sum up the readings for comparison, one line a basis."""
    groups: dict[tuple[str | None, str | None], list[Tried]] = {}
    for tried in result.readings:
        if tried.reading.role == "basis":
            groups.setdefault((tried.precision, tried.measure), []).append(tried)
    if not groups:
        return ""
    compute = quantity(result.readings[0].lines[0].terms[0].value, "EFLOPS")
    heading = f"{_in(HEADINGS['needs'], lang).format(compute=_in(compute, lang))}"
    return "\n".join([f"{_mark(heading)}", *(f"  {_need(group, lang)}" for group in groups.values())])


def _need(group: list[Tried], lang: Language) -> str:
    energies = [t.energy_twh for t in group]
    text = say(
        "need",
        basis=basis(group[0].precision, group[0].measure),
        power=number_span([t.it_power_mw for t in group], "MW"),
        pue=number_span([t.inputs.pue for t in group]),
        load=number_span([t.inputs.load for t in group]),
        hours=number_span([t.hours_h for t in group]),
        energy=span(energy(min(energies)), energy(max(energies))),
    )
    ratios = [t.ratio for t in group if t.ratio is not None]
    more = _in(say("need_ratio", ratio=number_span(ratios)), lang) if ratios else ""
    return f"{_in(text, lang)}{'' if lang == 'zh' else ' '}{more}".rstrip()


def _checks(result: ClaimResult, lang: Language) -> str:
    left, right = ("【", "】") if lang == "zh" else ("[", "] ")
    body = []
    for finding in result.findings:
        status, title = _in(STATUSES[finding.status], lang), _in(CHECK_TITLES[finding.check], lang)
        body.append(f"  {left}{status}{right}{title}{_colon(lang)}{_in(finding.text, lang)}".rstrip())
    return "\n".join([_heading("checks", lang), *body])


def _notes(result: ClaimResult, lang: Language) -> str:
    notes = [f"  - {_in(note, lang)}" for note in result.claim.notes]
    return "\n".join([_heading("notes", lang), *notes]) if notes else ""


def _sources(result: ClaimResult, audit: AuditResult, lang: Language, cited: dict[str, int]) -> str:
    body = []
    for name, position in cited.items():
        source = audit.sources[name]
        stop, gap = ("。", "，") if lang == "zh" else (".", ", ")
        note = f"{'' if lang == 'zh' else ' '}{_in(source.note, lang)}" if source.note else ""
        cite = gap.join([_in(source.body, lang), _in(source.title, lang), source.date])
        body.append(f"  [{position}] {cite} ({name}){stop}{note}")
    return "\n".join([_heading("sources", lang), *body])


def _assumptions(result: ClaimResult, lang: Language) -> str:
    claim = result.claim
    told = [(reading.title, reading.assumed) for reading in claim.readings.values() if reading.assumed]
    told += [(envelope.title, envelope.assumed) for envelope in claim.envelopes.values() if envelope.assumed]
    told += [(part.title, part.assumed) for part in claim.parts.values() if part.assumed]
    if claim.assume:
        told.append((TEXTS["all_readings"], claim.assume.why))
    body = [f"  - {_in(what, lang)}{_colon(lang)}{_in(why, lang)}" for what, why in told]
    return "\n".join([_heading("assumptions", lang), *body]) if body else ""


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    """Lay cells out in columns, counting a Chinese character as two."""
    cells = [head, *rows]
    widths = [max(_width(row[column]) for row in cells) for column in range(len(head))]
    lines = [
        "  " + "  ".join(_pad(text, widths[c], c in NUMERIC_COLUMNS) for c, text in enumerate(row)).rstrip()
        for row in cells
    ]
    lines.insert(1, "  " + "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def _pad(text: str, width: int, to_right: bool) -> str:
    gap = " " * (width - _width(text))
    return gap + text if to_right else text + gap


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _heading(key: str, lang: Language) -> str:
    return _mark(_in(HEADINGS[key], lang))


def _mark(text: str) -> str:
    return f"## {text}"


def _pair(key: str, text: str, lang: Language) -> str:
    return f"{_in(HEADINGS[key], lang)}{_colon(lang)}{text}"


def _colon(lang: Language) -> str:
    return "：" if lang == "zh" else ": "


def _same(text: str) -> Title:
    return Title(zh=text, en=text)


def _in(text: Title, lang: Language) -> str:
    return text.zh if lang == "zh" else text.en
