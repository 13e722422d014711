"""
Every number in a report comes from the run, its scenario, a rule or a named source, is the same in both languages,
and none is written by hand: checked on what is printed, token by token.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from simulator.reporting import texts as texts_module
from simulator.reporting.document import Block, Bullets, Image, KeyFigures, Paragraph, Table
from simulator.reporting.formats import SCALES, UNITS, Number, digits, large
from simulator.reporting.plots import plots
from simulator.reporting.render import build_document
from simulator.reporting.sections import Sections
from simulator.reporting.study import RUNGS, Study, comparisons, read_study
from simulator.reporting.texts import Texts
from simulator.reporting.values import build_numbers
from simulator.scenario import Rule, Target

TOKEN = re.compile(r"[−-]?\d(?:[\d,]*\d)?(?:\.\d+)?")
NAMES = re.compile(r"FP\d+|INT\d+|CO₂|GB 40879[—-]2021|UTC\+\d+")  # digits that are part of a name
# what stands under these headings is told as the scenario's files and the manifest write it
AS_WRITTEN = ("facts", "assumptions", "provenance")
SPANS_S = (1.0, 60.0, 3600.0, 86400.0)


@pytest.fixture(scope="module")
def rich(finished_run: Path) -> Study:
    """A run with all that a report may hold: a target met on paper only, rules, certificates, other seeds."""
    study = read_study(finished_run)
    target = {
        "id": "zj", "precision": "fp16", "rung": "nameplate", "required_eflops": 100.0, "baseline_eflops": 82.0,
        "gap_before_eflops": 18.0, "counted_eflops": 100.02, "gap_after_eflops": -0.02, "met": True,
        "increment_by_rung": dict(zip(RUNGS, (18.02, 18.02, 17.62, 11.3, 6.1, 2.2), strict=True)),
        "rungs_covering_gap": ["nameplate", "energised"], "on_paper_only": True, "clusters": {"demo_h800": 1.0},
    }  # fmt: skip
    title = {"zh": "目标", "en": "target"}
    spec = Target.model_validate(
        {"title": title, "precision": "fp16", "rung": "nameplate", "date": "2025-12-31T00:00:00+08:00",
         "required": "100 EFLOPS", "baseline": "82 EFLOPS"}
    )  # fmt: skip
    rule = {"title": title, "body": title, "document": title, "since": "2024-03-05T00:00:00+08:00", "limit": 1.17}
    rules = {
        "pue": Rule.model_validate(rule | {"metric": "energy.pue", "comparison": "at_most"}),
        "green": Rule.model_validate(rule | {"metric": "clean.match_annual", "comparison": "above", "limit": 0.613}),
    }
    summary = json.loads(json.dumps(study.summary)) | {"targets": [target]}
    for groups in (summary, summary["hubs"]["demo"]):
        groups["clean"] |= {"match_annual": 0.85, "match_annual_without_certificates": 0.6, "certificates_mwh": 5.0}
    scenario = study.scenario.model_copy(update={"targets": {"zj": spec}, "rules": rules})
    loaded = dataclasses.replace(study.loaded, scenario=scenario)
    assert study.replications is not None
    seeds = dataclasses.replace(study.replications, summaries={1: summary, 2: study.summary})
    return dataclasses.replace(study, loaded=loaded, summary=summary, replications=seeds)


def printed(study: Study, lang: str) -> list[tuple[str, Block]]:
    """Every block of the whole report with the section it stands in."""
    sections = Sections(study, Texts(lang, build_numbers(study)), plots(study))
    found, section = [], ""
    for block in build_document(study, sections).blocks:
        section = block.anchor if block.kind == "heading" else section  # type: ignore[union-attr]
        found.append((section, block))
    return found


def lines(block: Block) -> list[str]:
    """The texts of a block, those of tables cell by cell."""
    if isinstance(block, Table):
        return [block.caption, *block.head, *(cell for row in block.rows for cell in row)]
    if isinstance(block, KeyFigures):
        return [text for item in block.items for text in item]
    if isinstance(block, Bullets):
        return list(block.items)
    if isinstance(block, Image):
        return [block.caption, block.alt]
    return [block.text] if isinstance(block, Paragraph) else []


def tokens(text: str) -> list[str]:
    return TOKEN.findall(NAMES.sub("", text))


def said_elsewhere(study: Study) -> set[str]:
    """Numbers inside texts and dates of the scenario, its rules and the published totals."""
    scenario = study.scenario.model_dump(mode="json")
    told = json.dumps([scenario, [dataclasses.asdict(item) for item in comparisons()]], ensure_ascii=False)
    dates = {str(int(part)) for day in re.findall(r"\d{4}-\d{2}-\d{2}", told) for part in day.split("-")}
    last = study.end.date()
    return {*tokens(told), *dates, str(last.year), str(last.month), str(last.day), str((last.day - 1) or 31)}


def is_one_of(token: str, numbers: list[Number]) -> bool:
    """Whether a token is one of the numbers in a unit it may be shown in, right to its last decimal."""
    value = float(token.replace(",", "").replace("−", "-"))
    half = 0.5000001 * 10.0 ** -len(token.partition(".")[2])
    return any(abs(shown - value) <= half for number in numbers for shown in scaled(number))


def scaled(number: Number) -> list[float]:
    if number.value is None:
        return []
    if number.unit == "s":
        return [number.value / span for span in SPANS_S]
    factor, unit = UNITS[number.unit]
    return [number.value * factor * step for _, step, _ in SCALES.get(unit, ((0.0, 1.0, unit),))]


def strangers(study: Study, lang: str) -> list[tuple[str, str]]:
    """Tokens that are no number of the run and of nothing it names, with the text they stand in."""
    numbers = build_numbers(study)
    every = list(numbers.values())
    exact = {digits(number)[0].removeprefix("<") for number in every}
    exact |= {token for number in every if (found := large(number)) for token in tokens(found[0])}
    said = said_elsewhere(study)
    written = set(tokens(json.dumps([dataclasses.astuple(item) for item in study.loaded.provenance.values()])))
    found: list[tuple[str, str]] = []
    for section, block in printed(study, lang):
        if section in AS_WRITTEN:
            continue
        for text in lines(block):
            for token in tokens(text):
                bare = isinstance(block, Table) and is_one_of(token, every)  # rows share their decimals
                bare = bare or (section == "sure" and token in written)
                if token not in exact and token not in said and not bare:
                    found.append((token, text))
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_number_is_one_of_the_run_or_of_what_it_names(rich: Study, lang: str) -> None:
    assert strangers(rich, lang) == []


@pytest.mark.parametrize(
    "key", ["answer.inputs", "electricity.note", "compliance.intro", "method.meter", "limits.always.mfu"]
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_number_typed_into_a_text_is_found(rich: Study, lang: str, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail: a number by hand in any of these texts is a stranger."""
    locale = texts_module._locale(lang)
    *steps, last = key.split(".")
    node: Any = locale
    for step in steps:
        node = node[step]
    monkeypatch.setitem(node, last, node[last] + " 73.219 MW")
    assert [token for token, _ in strangers(rich, lang)] == ["73.219"]


def test_both_languages_print_the_same_numbers_in_the_same_places(rich: Study) -> None:
    zh, en = printed(rich, "zh"), printed(rich, "en")
    assert [(section, block.kind) for section, block in zh] == [(section, block.kind) for section, block in en]
    for (section, left), (_, right) in zip(zh, en, strict=True):
        if section in AS_WRITTEN or (isinstance(left, Paragraph) and left.tone == "question"):
            continue
        # Chinese repeats large numbers in 亿 and 万 and has digits for months, so it may hold more
        here, there = (Counter(token for text in lines(block) for token in tokens(text)) for block in (left, right))
        assert not there - here, (section, there - here)


def test_what_is_shown_follows_the_summary(rich: Study) -> None:
    """Each number of the first page changes with its origin."""
    summary = json.loads(json.dumps(rich.summary))
    summary["energy"] |= {"facility_gwh": 777.7, "pue": 1.987, "peak_facility_mw": 66.6}
    summary["clean"]["cfe_score_hourly"] = 0.321
    summary["targets"][0]["counted_eflops"] = 123.4
    other = dataclasses.replace(rich, summary=summary)
    for lang in ("zh", "en"):
        first = " ".join(
            text for section, block in printed(other, lang) if section == "answer" for text in lines(block)
        )
        for shown in ("777.7", "1.987", "66.6", "32.1", "123.4"):
            assert shown in first, (lang, shown)


def test_every_number_names_an_origin_that_exists(rich: Study) -> None:
    places = ("summary", "scenario", "table", "comparisons", "replication", "manifest")
    for key, number in build_numbers(rich).items():
        assert number.origin, key
        assert all(origin.partition(":")[0] in places for origin in number.origin), (key, number.origin)
