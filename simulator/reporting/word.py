"""Write a `Document` as a Word file: real styles, headings, numbered captions, tables whose head repeats."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from simulator.errors import InputError
from simulator.reporting.word_parts import (
    caption,
    declare_styles,
    field,
    fill_cell,
    fill_rows,
    mark_row,
    narrow_margins,
    rule_lines,
    set_alt,
    set_widths,
    shade,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from simulator.reporting.document import Bullets, Document, Heading, Image, KeyFigures, Paragraph, Table
    from simulator.reporting.texts import Texts

WIDTH_CM = 17.4  # A4 less the margins
MARGIN_CM = 1.8
# column widths as parts of the page by the look of a table; others share it evenly beside their first column
WIDTHS = {
    "range": (0.33, 0.12, 0.12, 0.12, 0.31),
    "headline": (0.11, 0.25, 0.09, 0.09, 0.09, 0.1, 0.27),
    "source": (0.13, 0.31, 0.17, 0.11, 0.28),
    "verdicts": (0.27, 0.28, 0.14, 0.11, 0.2),
    "rules": (0.2, 0.29, 0.13, 0.23, 0.15),
    "text": (0.34, 0.66),
}
FIRST_COLUMN = 0.3
MANY_COLUMNS, FIRST_OF_MANY = 7, 0.16  # from so many columns on cells are set closer
SHORT_TABLE = 14  # up to so many rows a table is kept on one page
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say: same report, same bytes
TONES = {"plain": "Normal", "question": "Question", "lead": "Lead", "note": "Note", "warning": "Warning"}


def need_docx() -> None:
    """
    Ask for python-docx before any work is done.

    Raises
    ------
    InputError
        If it is not installed.
    """
    try:
        import docx  # noqa: F401
    except ImportError as error:
        hint = "    hint: pip install -e '.[docx]' in the project's folder, or choose html or md"
        raise InputError(f"a Word report needs the package python-docx, which is not installed\n{hint}") from error


def word_file(document: Document, texts: Texts, images: Mapping[str, Path], *, written: datetime) -> bytes:
    """
    Return the report as the bytes of a ``.docx``.

    Parameters
    ----------
    document : Document
        What to write.
    texts : Texts
        Words of the frame.
    images : mapping
        Figure name to its PNG file.
    written : datetime
        Date of the document: when the run ended, so that the same run gives the same bytes.
    """
    need_docx()
    return _Writer(document, texts, images, written).file()


class _Writer:
    """Builds one file, block by block."""

    def __init__(self, document: Document, texts: Texts, images: Mapping[str, Path], written: datetime) -> None:
        import docx
        from docx.shared import Cm

        self.document, self.t, self.images = document, texts, images
        self.word = docx.Document()
        self.counts = {"table": 0, "figure": 0}
        self.styles = declare_styles(self.word, document.lang)
        section = self.word.sections[0]
        section.page_width, section.page_height = Cm(21.0), Cm(29.7)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(MARGIN_CM)
        foot = section.footer.paragraphs[0]
        foot.alignment = 1  # centred
        field(foot, "PAGE", "1")
        about = self.word.core_properties
        about.title, about.subject, about.author = document.title, document.subtitle, "suandian"
        about.language, about.comments = texts("html_lang"), ""
        about.created = about.modified = written.astimezone(UTC).replace(tzinfo=None)

    def file(self) -> bytes:
        """Write all blocks and return the file, dates of its parts aside."""
        self._styled("Title", self.document.title)
        self._styled("Subtitle", self.document.subtitle)
        for block in self.document.blocks:
            getattr(self, f"_{block.kind}")(block)
        stream = io.BytesIO()
        self.word.save(stream)
        return _undated(stream)

    def _styled(self, style: str, text: str = "") -> Any:
        """Add a paragraph; its style goes in by id, as python-docx looks through all styles at each name."""
        paragraph = self.word.add_paragraph(text)
        paragraph._p.style = self.styles[style]
        return paragraph

    def _heading(self, block: Heading) -> None:
        self._styled(f"Heading {block.level - 1}", block.text)

    def _paragraph(self, block: Paragraph) -> None:
        self._styled(TONES[block.tone], block.text)

    def _key_figures(self, block: KeyFigures) -> None:
        table = self._table_of(1, len(block.items), (1.0 / len(block.items),) * len(block.items))
        for cell, (digits, unit, label) in zip(table.rows[0].cells, block.items, strict=True):
            shade(cell, "EEF5FA")
            gap = " " if unit and unit[0].isascii() and unit[0] != "%" else ""
            fill_cell(cell, f"{digits}{gap}{unit}", self.styles["Key figure"])
            cell.add_paragraph(label)._p.style = self.styles["Note"]
        set_widths(table)
        self._styled("Table gap")

    def _bullets(self, block: Bullets) -> None:
        for item in block.items:
            self._styled("List Bullet", item)

    def _table(self, block: Table) -> None:
        self._caption("table", block.caption)
        table = self._table_of(2 if block.rows else 1, len(block.head), WIDTHS.get(block.look))
        rule_lines(table)
        numeric, short = block.look == "numeric", len(block.rows) <= SHORT_TABLE
        for number, row in enumerate(table.rows):
            mark_row(row, head=not number)
            for place, cell in enumerate(row.cells):
                kind = "Table head" if not number else "Table number" if numeric and place else "Table text"
                fill_cell(cell, block.head[place], self.styles[kind])
                if numeric and place and not number:
                    cell.paragraphs[0].alignment = 2  # right
        set_widths(table)
        fill_rows(table, block.rows, together=short)
        self._styled("Table gap")

    def _image(self, block: Image) -> None:
        from docx.shared import Cm

        paragraph = self._styled("Figure")
        paragraph.add_run().add_picture(str(self.images[block.name]), width=Cm(WIDTH_CM))
        set_alt(paragraph, block.name, block.alt)
        self._caption("figure", block.caption)

    def _caption(self, kind: str, text: str) -> None:
        self.counts[kind] += 1
        word = self.t(f"report.{kind}")
        style = "Caption" if kind == "table" else "Figure caption"
        caption(self._styled(style), word, self.counts[kind], self.t("gap.colon") + text)

    def _table_of(self, rows: int, columns: int, parts: tuple[float, ...] | None) -> Any:
        """Return a table as wide as the page, its columns in the parts given."""
        from docx.shared import Cm

        if parts is None or len(parts) != columns:
            first = FIRST_COLUMN if columns > 2 else 1.0 / columns
            first = FIRST_OF_MANY if columns >= MANY_COLUMNS else first
            parts = (first, *[(1.0 - first) / (columns - 1)] * (columns - 1)) if columns > 1 else (1.0,)
        table = self.word.add_table(rows, columns)
        table.autofit = False
        if columns >= MANY_COLUMNS:
            narrow_margins(table)
        for column, part in zip(table.columns, parts, strict=True):
            column.width = Cm(WIDTH_CM * part)
        return table


def _undated(stream: io.BytesIO) -> bytes:
    """Pack the parts again without the time of packing."""
    packed = io.BytesIO()
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), old.read(name), compress_type=zipfile.ZIP_DEFLATED)
    return packed.getvalue()
