"""
Chinese typesetting of texts that others wrote: full-width punctuation and one rule for spaces.

The rule: no space between Chinese characters and Latin letters or digits; one space between digits and a
Latin unit, after 亿 and 万 too (``48.39亿 kWh``).
"""

from __future__ import annotations

import re

HAN = r"\u4e00-\u9fff"
_FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_BRACKETS = re.compile(r"\s?\(([^()]*)\)\s?")
_LATIN_BRACKETS = re.compile(rf"[(（][^()（）{HAN}]*[)）]")
_SPACE = re.compile(rf"(?<=[{HAN}，。；：、（）“”])[ ]+(?=[\w（“])|(?<=[\w）”%])[ ]+(?=[{HAN}，。；：、（）“”])")
_MAGNITUDE = re.compile(r"([亿万])(?=(?:kWh|MWh|GWh|kW|MW|PFLOPS|EFLOPS|P\b|CNY))")
_TIMES = re.compile(r"(?<![A-Za-z])\s?\bx\s+(?=[\dA-Z])|(?<=[\w）)]) x (?=\w)")
_QUOTE = re.compile(r'"([^"]*)"')
# a comma between digits groups thousands, a colon between digits is a clock, a colon in // an address
_STOP = re.compile(r"\s?((?<!\d),|,(?!\d{3})|[;?!]|:(?![\d/]))\s?")


def chinese(text: str) -> str:
    """
    Set a text in the house style if it holds Chinese characters; return others unchanged.

    Examples
    --------
    >>> chinese("嘉兴(嘉善、平湖), 约 6 万平方米")
    '嘉兴（嘉善、平湖），约6万平方米'
    """
    if not re.search(f"[{HAN}]", text):
        return text
    # what stands in brackets without Chinese keeps its own punctuation: (Hu et al., NSDI 2024)
    parts = re.split(f"({_LATIN_BRACKETS.pattern})", text)
    text = "".join(part if i % 2 else _STOP.sub(_full, part) for i, part in enumerate(parts))
    text = _TIMES.sub(" × ", text)
    text = _BRACKETS.sub(r"（\1）", _QUOTE.sub(r"“\1”", text))
    return _MAGNITUDE.sub(r"\1 ", _SPACE.sub("", text))


def _full(match: re.Match[str]) -> str:
    return _FULL[match[1]]


def side(text: str, lang: str) -> str:
    """Return one side of ``中文 | English`` (bodies: ``中文 / English``); other texts serve both."""
    for mark in ("|", " / "):
        zh, found, en = text.partition(mark)
        two = mark == "|" or (re.search(f"[{HAN}]", zh) and not re.search(f"[{HAN}]", en))
        if found and two:
            text = zh if lang == "zh" else en
            break
    return chinese(text.strip()) if lang == "zh" else text.strip()
