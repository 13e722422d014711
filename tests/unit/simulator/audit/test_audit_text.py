"""The text of an audit: the same numbers in both languages, and nothing left in the wrong one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.audit import AuditResult, ClaimResult, audit, load_claims
from simulator.audit.wording import TEXTS, chinese_magnitude, energy, number, percent, prefixed
from simulator.errors import InputError

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def _numbers(text: str) -> Counter[str]:
    return Counter(found.rstrip(",") for found in NUMBER.findall(text))


@pytest.mark.parametrize("name", ["zhejiang_18eflops.yaml", "template.yaml"])
def test_each_language_has_every_number_of_the_other(scenarios: Path, name: str) -> None:
    result = audit(load_claims(scenarios / "claims" / name))
    assert _numbers(result.to_text("zh")) == _numbers(result.to_text("en"))


@pytest.mark.parametrize("key", sorted(TEXTS))
def test_each_sentence_uses_the_same_values_in_both_languages(key: str) -> None:
    values = re.compile(r"\{\w+\}")
    assert Counter(values.findall(TEXTS[key].zh)) == Counter(values.findall(TEXTS[key].en))


def test_no_sentence_is_left_over(scenarios: Path) -> None:
    rooms = (scenarios.parent / "simulator" / "audit").rglob("*.py")
    code = "\n".join(path.read_text(encoding="utf-8") for path in rooms)
    assert [key for key in TEXTS if code.count(f'"{key}"') < 2] == []


def test_chinese_uses_full_width_punctuation(zhejiang: Path) -> None:
    text = audit(load_claims(zhejiang)).to_text("zh")
    assert not re.search(r"[一-鿿][,;:?!]", text)
    assert "306亿kWh（30.6 TWh）" in text


def test_golden_figures_are_printed(zhejiang: Path) -> None:
    text = audit(load_claims(zhejiang)).to_text("en")
    for figure in (
        "3,180 MW",
        "306.4亿 kWh",
        "344.6",
        "3.774",
        "47.24",
        "0.5173",
        "33.54",
        "0.3672",
        "3.493 GW",
        "6.324",
    ):
        assert figure in text


def test_sections_come_in_order(zhejiang: Path) -> None:
    text = audit(load_claims(zhejiang)).to_text("en")
    sections = [
        "Verdict:",
        "## The arithmetic",
        "## The readings",
        "## What 18 EFLOPS",
        "## The checks",
        "## Sources",
    ]
    places = [text.index(section) for section in sections]
    assert places == sorted(places)


def test_every_source_is_cited_by_body_and_date_never_by_address(zhejiang: Path) -> None:
    claims = load_claims(zhejiang)
    text = audit(claims).to_text("zh")
    for source in claims.sources.values():
        assert f"{source.body.zh}，{source.title.zh}，{source.date}" in text
    assert "http" not in text


def test_other_words_for_other_findings(audited: Callable[..., ClaimResult], template: Path) -> None:
    """A figure ten times too small, no reading that fits, a PUE below 1: each has its own sentence."""

    def edit(claim: dict[str, Any]) -> None:
        claim["stated"] |= {"energy": "273.7万 kWh"}

    assert "结果除以10就与所述相符" in audited(template, edit).findings[0].text.zh

    def unexplained(claim: dict[str, Any]) -> None:
        claim["stated"] |= {"energy": "5000万 kWh"}

    result = audited(template, unexplained)
    assert "没有一种读法可以复算" in result.sentence.zh
    assert result.sentence.en.startswith("Inconsistent: no reading reproduces the stated 0.05 TWh (0.5亿 kWh)")


def test_unknown_language(template: Path) -> None:
    result: Any = audit(load_claims(template))
    assert isinstance(result, AuditResult)
    with pytest.raises(InputError, match="got the language 'fr'; expected zh or en"):
        result.to_text("fr")


@pytest.mark.parametrize(
    ("value", "text"),
    [(3180.2, "3,180"), (306.449, "306.4"), (0.51732, "0.5173"), (1.1, "1.1"), (8760, "8,760"), (0, "0")],
)
def test_sensible_digits(value: float, text: str) -> None:
    assert number(value) == text


def test_units_and_magnitudes() -> None:
    assert (energy(30.6).zh, energy(30.6).en) == ("306亿kWh（30.6 TWh）", "30.6 TWh (306亿 kWh)")
    assert (percent(0.00147), percent(0.0451), percent(1.0)) == ("0.15%", "4.5%", "100%")
    assert chinese_magnitude(56.6e9, "FLOPS").zh == "566亿次/秒"
    assert chinese_magnitude(5000, "kWh").zh == "5,000 kWh"
    assert prefixed(5.66e9, "FLOPS").en == "5.66 GFLOPS"
    assert prefixed(4.839e9, "kWh").en == "4,839,000,000 kWh"
