"""An outlook as a text: what is assumed to grow, the electricity of each year, and the published figures beside it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from simulator.audit.outlook.model import ComputeFleet, Fleet, Point
from simulator.audit.outlook.result import Compared, Outlook, size_unit
from simulator.audit.text import Language, table
from simulator.audit.wording import energy, number, say, span
from simulator.scenario import Title

WORDS = {
    "size": Title(zh="规模（年中）", en="Size in the middle of the year"),
    "energy": Title(zh="用电量（低 / 中 / 高，TWh）", en="Electricity (low / middle / high, TWh)"),
    "year": Title(zh="年份", en="year"),
    "total": Title(zh="合计", en="all"),
    "published": Title(zh="与公开数字对照", en="Published figures beside it"),
    "assumptions": Title(zh="假设", en="Assumptions"),
    "sources": Title(zh="来源", en="Sources"),
    "notes": Title(zh="备注", en="Notes"),
    "racks": Title(zh="万架", en="10,000 racks"),
    "EFLOPS": Title(zh="EFLOPS", en="EFLOPS"),
    "overlaps": Title(zh="两者相交", en="the two ranges overlap"),
    "below": Title(zh="推算低于公开数字", en="the outlook lies below the published figure"),
    "above": Title(zh="推算高于公开数字", en="the outlook lies above the published figure"),
    "low": Title(
        zh="低：规模、负载率、PUE取低，能效取高；高则相反。",
        en="Low: low size, load and PUE, high efficiency; high the opposite.",
    ),
}
RACKS_SHOWN = 1e4  # racks are told in units of 万


def outlook_text(outlook: Outlook, lang: Language) -> str:
    """
    Write an outlook for a reader.

    Parameters
    ----------
    outlook : Outlook
    lang : {"zh", "en"}

    Returns
    -------
    str
        Plain text; ends with a newline.
    """
    title = _in(outlook.file.title, lang)
    sections = [
        title + "\n" + "=" * (2 * len(title) if lang == "zh" else len(title)),
        _section("size", lang, [table(*_sizes(outlook, lang))]),
        _section("energy", lang, [table(*_energies(outlook, lang)), "  " + _in(WORDS["low"], lang)]),
        _section("published", lang, [_compared(item, lang) for item in outlook.compared]),
        _section("notes", lang, [f"  - {_in(note, lang)}" for note in outlook.file.notes]),
        _section("assumptions", lang, list(_assumptions(outlook, lang))),
        _section("sources", lang, list(_sources(outlook, lang))),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _section(key: str, lang: Language, body: list[str]) -> str:
    return "\n".join([f"## {_in(WORDS[key], lang)}", *body]) if body else ""


def _in(text: Title, lang: Language) -> str:
    return text.zh if lang == "zh" else text.en


def _heads(outlook: Outlook, lang: Language) -> list[str]:
    return [_in(WORDS["year"], lang), *(_in(fleet.title, lang) for fleet in outlook.file.outlook.values())]


def _sizes(outlook: Outlook, lang: Language) -> tuple[list[str], list[list[str]]]:
    units = [size_unit(outlook.file, name) for name in outlook.size]
    heads = _heads(outlook, lang)
    heads[1:] = [f"{head} [{_in(WORDS[unit], lang)}]" for head, unit in zip(heads[1:], units, strict=True)]
    rows = []
    for column, year in enumerate(outlook.years.tolist()):
        cells = [
            _range(sizes[:, column] / _shown(unit)) for sizes, unit in zip(outlook.size.values(), units, strict=True)
        ]
        rows.append([str(year), *cells])
    return heads, rows


def _shown(unit: str) -> float:
    return RACKS_SHOWN if unit == "racks" else 1.0


def _energies(outlook: Outlook, lang: Language) -> tuple[list[str], list[list[str]]]:
    several = len(outlook.energy_twh) > 1
    heads = _heads(outlook, lang) + ([_in(WORDS["total"], lang)] if several else [])
    columns = [*outlook.energy_twh.values(), *([outlook.total_twh] if several else [])]
    rows = [[str(year), *(_range(c[:, i]) for c in columns)] for i, year in enumerate(outlook.years.tolist())]
    return heads, rows


def _range(values: np.ndarray) -> str:
    low, middle, high = (number(float(value)) for value in values)
    return low if low == high else f"{low} / {middle} / {high}"


def _compared(item: Compared, lang: Language) -> str:
    low, middle, high = item.outlook_twh
    text = say(
        "outlook_compared",
        year=str(item.published.year),
        title=item.published.title,
        published=span(energy(item.published.low / 3.6e15), energy(item.published.high / 3.6e15)),
        outlook=span(energy(low), energy(high)),
        middle=energy(middle),
        relation=WORDS[item.relation],
    )
    return f"  - {_in(text, lang)}"


def _points(fleet: Fleet) -> Iterator[Point]:
    yield from fleet.compute if isinstance(fleet, ComputeFleet) else fleet.racks
    if isinstance(fleet, ComputeFleet):
        yield fleet.standing
        yield from fleet.generations
    yield from fleet.pue
    yield from fleet.load


def _assumptions(outlook: Outlook, lang: Language) -> Iterator[str]:
    colon = "：" if lang == "zh" else ": "
    for fleet in outlook.file.outlook.values():
        reasons = dict.fromkeys(_in(point.assumed, lang) for point in _points(fleet) if point.assumed)
        yield from (f"  - {_in(fleet.title, lang)}{colon}{reason}" for reason in reasons)


def _sources(outlook: Outlook, lang: Language) -> Iterator[str]:
    gap, stop = ("，", "。") if lang == "zh" else (", ", ".")
    for name, source in outlook.file.sources.items():
        note = f"{'' if lang == 'zh' else ' '}{_in(source.note, lang)}" if source.note else ""
        yield f"  - {gap.join([_in(source.body, lang), _in(source.title, lang), source.date])} ({name}){stop}{note}"
