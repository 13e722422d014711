"""The page of a robustness study: shares of wins, and the inputs that turn a ranking round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.records import read_manifest, read_summary
from simulator.reporting.document import FORMATS, LANGUAGES, Block, Bullets, Document, Heading, Paragraph, Table
from simulator.reporting.files import check_asked, write_report
from simulator.reporting.formats import NONE, Number
from simulator.reporting.keys import name_of, shown
from simulator.reporting.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def render_robustness(
    folder: Path, *, languages: Sequence[str] = LANGUAGES, formats: Sequence[str] = FORMATS
) -> list[Path]:
    """Write the page of a robustness study from its ``summary.json``; returns the files."""
    check_asked(languages, formats)
    told, ended = read_summary(folder), read_manifest(folder)["ended"]
    written = []
    for lang in languages:
        texts = Texts(lang, {})
        title = texts("robust.title", metric=name_of(told["metric"], texts))
        document = Document(lang, title, texts("robust.subtitle", samples=told["samples"]), blocks(told, texts))
        written += [write_report(folder, document, texts, (), kind, ended=ended) for kind in formats]
    return written


def blocks(told: dict[str, Any], texts: Texts) -> list[Block]:
    """Return the blocks of the page."""
    how = shown(told["metric"], [side["nominal"] for side in told["sides"]], texts)
    names = [f"{LETTERS[k % 26]} {side['title'][texts.lang]} ({side['name']})" for k, side in enumerate(told["sides"])]
    cells = how.cells([side["nominal"] for side in told["sides"]])
    rows = tuple(
        (name, cell, str(texts.write(Number(share, "share", ()))))
        for name, cell, share in zip(names, cells, told["wins"], strict=True)
    )
    head = (texts("compare.scenario"), texts("robust.nominal", what=how.axis), texts("robust.wins"))
    direction = texts("robust.most" if told["maximise"] else "robust.least")
    made: list[Block] = [
        Heading(texts("compare.answer"), "answer"),
        Bullets(tuple(sentences(told, texts))),
        Table(texts("robust.wins_caption", direction=direction, what=how.name), head, rows),
    ]
    if told["left_out"]:
        made.append(Paragraph(texts("robust.left_out", count=told["left_out"]), "warning"))
    made.append(Heading(texts("robust.searched"), "searched"))
    made += [_searched(pair, told, texts) for pair in told["pairs"]]
    made += [Heading(texts("compare.method"), "method"), Paragraph(texts("robust.how", inputs=len(told["inputs"])))]
    return made


def sentences(told: dict[str, Any], texts: Texts) -> list[str]:
    """Say of each pair what turns its ranking round."""
    lines = []
    for pair in told["pairs"]:
        letters = {"a": LETTERS[0], "b": LETTERS[pair["side"] % 26]}
        flips = [item for item in pair["searched"] if item["flips_at"] is not None]
        for item in flips:
            leader = LETTERS[item["leader_above"] % 26]
            lines.append(
                texts(
                    "robust.flips",
                    path=item["path"],
                    at=item["flips_at"],
                    within=item["to_within"],
                    leader=leader,
                    **letters,
                )
            )
        if not flips:
            lines.append(texts("robust.stays", count=len(pair["searched"]), **letters))
    return lines


def _searched(pair: dict[str, Any], told: dict[str, Any], texts: Texts) -> Table:
    gaps = [gap for item in pair["searched"] for gap in (item["gap_low"], item["gap_high"])]
    how = shown(told["metric"], gaps, texts)
    cells = how.cells(gaps)
    rows = tuple(
        (
            item["path"], f"{item['low']} – {item['high']}", f"{item['correlation']:+.2f}",
            cells[2 * i], cells[2 * i + 1],
            item["flips_at"] or NONE,
        )
        for i, item in enumerate(pair["searched"])
    )  # fmt: skip
    head = tuple(texts(f"robust.{word}") for word in ("input", "range", "correlation", "at_low", "at_high", "flips_at"))
    letters = {"a": LETTERS[0], "b": LETTERS[pair["side"] % 26]}
    return Table(texts("robust.searched_caption", what=how.axis, **letters), head, rows)
