"""The words: both locales complete, no number typed by hand, Chinese set by one rule."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from typing import Any

import pytest

from simulator.errors import InputError
from simulator.experiments.stats import LEVEL
from simulator.reporting.study import comparisons
from simulator.reporting.texts import Texts
from simulator.reporting.typography import HAN, chinese, side
from simulator.scenario import parse_quantity

FOLDER = resources.files("simulator.reporting")
# words that only one language needs: singular forms, long month names, units of 亿 and 万
ONE_SIDED = re.compile(r"months_long\.|months\.|units\.(days_one|kWh|yuan)|figure\.day")
EXPRESSION = re.compile(r"{{.*?}}|{%.*?%}")
# names that hold a digit and are no number, and the level of the intervals as the program has it
NAMES = re.compile(rf"m³|t?CO[₂2]|^zh-CN$|FP(?:8|16)|{LEVEL * 100:.0f} ?%")


def flat(tree: dict[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in tree.items():
        found |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return found


def locale(lang: str) -> dict[str, str]:
    files = [file for file in (FOLDER / "locale").iterdir() if file.name.endswith(f"{lang}.toml")]
    texts = (tomllib.loads(file.read_text(encoding="utf-8")) for file in files)
    found = {key: value for text in texts for key, value in flat(text).items()}
    return {key: value for key, value in found.items() if not ONE_SIDED.search(key)}


def test_both_locales_have_the_same_texts() -> None:
    def names(lang: str) -> set[str]:
        return {key for key in locale(lang) if not key.startswith("reason.")}  # English reasons are the records' own

    assert names("zh") == names("en")


def test_both_languages_use_the_same_numbers_in_each_text() -> None:
    def used(text: str) -> set[str]:
        expressions = re.sub(r"'[^']*'", "", " ".join(EXPRESSION.findall(text)))  # endings of a plural are words
        words = re.findall(r"[A-Za-z_][\w.]*", expressions)
        return {word.removesuffix(".large").removesuffix(".spoken") for word in words} - {"if", "else", "endif", "not"}

    zh, en = locale("zh"), locale("en")
    assert {key: used(zh[key]) for key in en if key in zh} == {key: used(en[key]) for key in en if key in zh}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_number_is_typed_in_a_text(lang: str) -> None:
    typed = {
        key: text
        for key, text in locale(lang).items()
        if not key.startswith("reason.") and re.search(r"\d", NAMES.sub("", EXPRESSION.sub("", text)))
    }
    assert typed == {}


@pytest.mark.parametrize("name", ["report.md.j2", "report.html.j2"])
def test_no_number_is_typed_in_a_template(name: str) -> None:
    text = EXPRESSION.sub("", (FOLDER / "templates" / name).read_text(encoding="utf-8"))
    text = re.sub(r"</?h1>|initial-scale=1|utf-8", "", text)
    assert not re.search(r"\d", text)


def test_chinese_texts_keep_the_space_rule_and_full_width_punctuation() -> None:
    for key, text in locale("zh").items():
        plain = EXPRESSION.sub("X", text)
        assert chinese(plain) == plain, key


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("嘉兴(嘉善、平湖), 约 6 万平方米", "嘉兴（嘉善、平湖），约6万平方米"),
        ("共 48.39 亿 kWh, PUE 1.3", "共48.39亿 kWh，PUE 1.3"),
        ("合计 5,000 PFLOPS(wj.pf), 12:30", "合计5,000 PFLOPS（wj.pf），12:30"),
        ("上海实验室 (Hu et al., NSDI 2024)", "上海实验室（Hu et al., NSDI 2024）"),
        ("满载功率 x A100 实测比", "满载功率 × A100实测比"),
        ("8 × 310 W（asc910b）x A100 服务器", "8 × 310 W（asc910b） × A100服务器"),
        ("no Chinese (at all), 1:2", "no Chinese (at all), 1:2"),
    ],
)
def test_foreign_texts_are_set_in_the_house_style(given: str, expected: str) -> None:
    assert chinese(given) == expected
    assert chinese(expected) == expected  # setting twice changes nothing


def test_reasons_and_bodies_show_their_own_side() -> None:
    assert (side("示例 | example", "zh"), side("示例 | example", "en")) == ("示例", "example")
    assert (side("华为 / Huawei", "zh"), side("华为 / Huawei", "en")) == ("华为", "Huawei")
    assert side("A / B", "zh") == "A / B"
    assert side("typical", "zh") == side("typical", "en") == "typical"


def test_unknown_language_is_refused() -> None:
    with pytest.raises(InputError, match=r"'fr'; expected one of zh, en"):
        Texts("fr", {})


def test_published_totals_equal_their_printed_figure_and_name_body_and_date() -> None:
    for comparison in comparisons():
        assert comparison.gwh == parse_quantity(comparison.published, "GWh")
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", comparison.date)
        assert all(comparison.source[lang] and comparison.title[lang] for lang in ("zh", "en"))
        assert re.search(f"[{HAN}]", comparison.source["zh"])
