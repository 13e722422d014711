"""The texts of one language (``locale/*.toml``), filled with numbers as the formatting layer wrote them."""

from __future__ import annotations

import functools
import tomllib
from datetime import datetime
from importlib import resources
from typing import TYPE_CHECKING, Any

from simulator.errors import InputError
from simulator.reporting.document import LANGUAGES
from simulator.reporting.formats import Number, digits, english_money, large, row, scale
from simulator.reporting.typography import chinese, side

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@functools.cache
def _locale(lang: str) -> dict[str, Any]:
    if lang not in LANGUAGES:
        raise InputError(f"got the language {lang!r}; expected one of {', '.join(LANGUAGES)}")
    folder = resources.files("simulator.reporting") / "locale"
    texts: dict[str, Any] = {}
    for name in (f"{lang}.toml", f"experiments.{lang}.toml", f"atlas.{lang}.toml"):
        texts |= tomllib.loads((folder / name).read_text(encoding="utf-8"))
    return texts


@functools.cache
def _environment() -> Any:
    from jinja2 import Environment, StrictUndefined

    return Environment(undefined=StrictUndefined, autoescape=False)


@functools.cache
def _compiled(text: str) -> Any:
    return _environment().from_string(text)


class Shown(str):
    """A number as written: itself with unit; `bare` without; `large` with 亿 or 万 beside; `spoken` in a sentence."""

    bare: str
    unit: str
    large: str
    spoken: str
    known: bool
    some: bool


class Texts:
    """
    All texts of one language.

    Parameters
    ----------
    lang : str
        ``zh`` or ``en``.
    numbers : mapping
        Key to `Number`; a text uses them as ``{{ n.energy.pue }}``.

    Raises
    ------
    InputError
        If the language is unknown.
    """

    def __init__(self, lang: str, numbers: Mapping[str, Number]) -> None:
        self.lang = lang
        self.numbers = numbers
        self._texts = _locale(lang)
        self._shown = _Branch(self, "")

    def __call__(self, key: str, **values: Any) -> str:
        """Return the text of a dotted key, filled; unknown keys and values are errors of ours."""
        text = self._find(key)
        if text is None:
            raise KeyError(f"no text {key!r} in locale {self.lang}")
        if "{" not in text:
            return text
        return str(_compiled(text).render(n=self._shown, **values))

    def _find(self, key: str) -> str | None:
        node: Any = self._texts
        for part in key.split("."):
            node = node.get(part) if isinstance(node, dict) else None
        return node if isinstance(node, str) else None

    def get(self, key: str, default: str) -> str:
        """Return a text without values, or the default where the locale has none."""
        text = self._find(key)
        return default if text is None else text

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return self._find(key) is not None

    def keys(self, section: str) -> tuple[str, ...]:
        """Return the names under a section, in file order."""
        node: Any = self._texts
        for part in section.split("."):
            node = node[part]
        return tuple(node)

    def show(self, key: str) -> Shown:
        """Return one number as written in this language."""
        return self.write(self.numbers[key])

    def write(self, number: Number, *, even: bool = False) -> Shown:
        """Write a number with its unit in this language; `even` keeps zeros at the end."""
        bare, unit_key = digits(number, even=even)
        if bare == "1" and f"{unit_key}_one" in self._texts["units"]:
            unit_key += "_one"
        unit = self._texts["units"].get(unit_key, "") if number.known else ""
        shown = Shown(bare + self.gap(unit) + unit)
        shown.bare, shown.unit, shown.large, shown.known = bare, unit, shown, number.known
        under = f"{shown[1:]}以下" if self.lang == "zh" else f"less than {shown[1:]}"
        shown.spoken = under if shown.startswith("<") else str(shown)
        shown.some = bool(number.known and number.value)
        extra = large(number) if self.lang == "zh" else None
        if extra:
            word = self._texts["units"].get(extra[1], "")
            shown.large = f"{shown}（{extra[0]}{self.gap(word)}{word}）"
        return shown

    def rows(self, table: Sequence[Sequence[str]]) -> list[tuple[str, tuple[str, ...]]]:
        """
        Write the numbers of a table, one unit and the same decimals in each row.

        Parameters
        ----------
        table : sequence of sequence of str
            Keys of numbers; those of a row are of one unit.

        Returns
        -------
        list of (str, tuple of str)
            Unit to name beside the row ("" where the cells carry it or there is none), and the cells. All
            rows of one unit share its scale, so that energies of a table are all in GWh or all in MWh.
        """
        numbers = [[self.numbers[key] for key in keys] for keys in table]
        shown: list[tuple[str, tuple[str, ...]]] = []
        for line in numbers:
            if line[0].unit in ("share", "s"):
                even = line[0].unit == "s"
                shown.append(("", tuple(self.write(number, even=even) for number in line)))
                continue
            factor, unit = scale([number for other in numbers for number in other if number.unit == line[0].unit])
            shown.append((self._texts["units"].get(unit, ""), tuple(row(line, factor, unit))))
        return shown

    def unit(self, key: str) -> str:
        """Return the name of a unit."""
        return str(self._texts["units"][key])

    @staticmethod
    def gap(unit: str) -> str:
        """Return the space between digits and unit: none before % and Chinese words."""
        return " " if unit and (unit[0].isascii() and unit[0] != "%") else ""

    def date(self, moment: datetime) -> str:
        """Write a date."""
        if self.lang == "zh":
            return f"{moment.year}年{moment.month}月{moment.day}日"
        month = self._texts["months_long"][f"m{moment.month}"]
        return f"{moment.day} {month} {moment.year}"

    def title(self, title: Any) -> str:
        """Return this language's side of a scenario `Title`."""
        text = str(getattr(title, self.lang))
        return chinese(text) if self.lang == "zh" else text

    def side(self, text: str) -> str:
        """Return this language's side of a text written ``中文 | English``, money in its own words."""
        own = side(text, self.lang)
        return english_money(own) if self.lang == "en" else own


class _Branch:
    """Lets a text reach ``energy.pue`` of the flat numbers as attributes."""

    def __init__(self, texts: Texts, prefix: str) -> None:
        self._texts, self._prefix = texts, prefix

    def __getattr__(self, name: str) -> Any:
        key = f"{self._prefix}{name}"
        if key in self._texts.numbers:
            return self._texts.show(key)
        if any(k.startswith(key + ".") for k in self._texts.numbers):
            return _Branch(self._texts, key + ".")
        raise AttributeError(key)
