"""What a report is made of, whatever it is written to: headings, paragraphs, tables, figures."""

from __future__ import annotations

from dataclasses import dataclass, field

LANGUAGES = ("zh", "en")
FORMATS = ("md", "html")
WORD = "docx"
ALL_FORMATS = (*FORMATS, WORD)  # Word is written on demand: its package is optional


@dataclass(frozen=True)
class Heading:
    """A section title; `anchor` is the same in both languages."""

    text: str
    anchor: str
    level: int = 2
    kind: str = "heading"


@dataclass(frozen=True)
class Paragraph:
    """Running text; `tone` is plain, lead (the answer), note or warning."""

    text: str
    tone: str = "plain"
    kind: str = "paragraph"


@dataclass(frozen=True)
class KeyFigures:
    """The few numbers of the first page: (digits, unit, label)."""

    items: tuple[tuple[str, str, str], ...]
    kind: str = "key_figures"


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: tuple[str, ...]
    kind: str = "bullets"


@dataclass(frozen=True)
class Table:
    """
    A table whose first column names the row.

    Parameters
    ----------
    caption : str
        What it shows, with the unit where one holds for the whole table.
    head : tuple of str
        Column titles.
    rows : tuple of tuple of str
        Cells as shown.
    look : str
        ``numeric`` (all columns but the first hold numbers, set flush right), ``range`` (value, low and high
        in the middle, kept on one line), ``verdicts`` and ``rules`` (compliance), ``source`` (a date
        in the third column) or ``text``.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    look: str = "numeric"
    kind: str = "table"


@dataclass(frozen=True)
class Image:
    """A figure by its name in ``figures/``; `alt` says what it shows to who cannot see it."""

    name: str
    caption: str
    alt: str
    kind: str = "image"


Block = Heading | Paragraph | KeyFigures | Bullets | Table | Image


@dataclass
class Document:
    """One report in one language."""

    lang: str
    title: str
    subtitle: str
    blocks: list[Block] = field(default_factory=list)
