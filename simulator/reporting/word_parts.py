"""What python-docx leaves to XML: East Asian fonts, fields, repeated heads, lines and widths of tables, alt texts."""

from __future__ import annotations

import copy
from typing import Any

BLUE, GREY, INK = "00476E", "555555", "1F1F1F"
LATIN, CHINESE = "Arial", "Microsoft YaHei"  # on every Windows; other systems put their own in place of them
# name: (based on, size [pt], bold, colour, space before, space after [pt], shading)
STYLES: dict[str, tuple[str, float, bool, str, float, float, str]] = {
    "Normal": ("", 10.5, False, INK, 0, 6, ""),
    "Title": ("", 20, True, BLUE, 0, 2, ""),
    "Subtitle": ("", 9, False, GREY, 0, 8, ""),
    "Heading 1": ("", 14, True, BLUE, 14, 6, ""),
    "List Bullet": ("", 10.5, False, INK, 0, 3, ""),
    "Caption": ("", 9, True, INK, 8, 3, ""),
    "Figure caption": ("Caption", 9, False, GREY, 2, 10, ""),
    "Question": ("Normal", 10.5, True, INK, 0, 6, ""),
    "Lead": ("Normal", 11, False, INK, 2, 8, "EEF5FA"),
    "Note": ("Normal", 9, False, GREY, 0, 6, ""),
    "Warning": ("Normal", 10, False, INK, 2, 8, "FFF4E0"),
    "Key figure": ("Normal", 18, True, BLUE, 2, 0, ""),
    "Table text": ("Normal", 8, False, INK, 1, 1, ""),
    "Table number": ("Table text", 8, False, INK, 1, 1, ""),
    "Table head": ("Table text", 8, True, INK, 1, 1, ""),
    "Table gap": ("Normal", 4, False, INK, 0, 0, ""),
    "Figure": ("Normal", 10.5, False, INK, 6, 0, ""),
}
KEPT = ("Heading 1", "Caption", "Figure", "Question")  # on one page with what follows


def declare_styles(word: Any, lang: str) -> dict[str, str]:
    """Set fonts, sizes and colours of the styles in use, those Word brings along and our own; returns id by name."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt, RGBColor

    known = {style.name for style in word.styles}
    for name, (base, size, bold, colour, before, after, shading) in STYLES.items():
        style = word.styles[name] if name in known else word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        if base:
            style.base_style = word.styles[base]
        style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
        style.font.color.rgb = RGBColor.from_string(colour)
        _fonts(style.element.get_or_add_rPr(), lang)
        space = style.paragraph_format
        space.space_before, space.space_after = Pt(before), Pt(after)
        space.keep_with_next = name in KEPT
        if name == "Table number":
            space.alignment = 2  # right
        if shading:
            style.element.get_or_add_pPr().append(_element("w:shd", val="clear", color="auto", fill=shading))
    _unrule(word.styles["Title"])
    return {style.name: style.style_id for style in word.styles}


def _fonts(properties: Any, lang: str) -> None:
    """Name the Latin and the East Asian font in place of those of the theme, and the language of the text."""
    from docx.oxml.ns import qn

    fonts = properties.get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for side, font in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", CHINESE)):
        fonts.set(qn(f"w:{side}"), font)
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    properties.append(_element("w:lang", val="en-GB", eastAsia="zh-CN" if lang == "zh" else "en-GB"))


def _unrule(style: Any) -> None:
    """Take away the line that Word's default puts under a title."""
    from docx.oxml.ns import qn

    for line in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
        line.getparent().remove(line)


def _element(tag: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def field(paragraph: Any, instruction: str, shown: str) -> None:
    """Add a field that Word keeps up to date, with what it shows until then."""
    for kind, text in (("begin", ""), ("", instruction), ("separate", ""), ("shown", shown), ("end", "")):
        run = paragraph.add_run()
        if kind == "shown":
            run.text = text
        elif kind:
            run._r.append(_element("w:fldChar", fldCharType=kind))
        else:
            code = _element("w:instrText")
            code.text = f" {text} "
            run._r.append(code)


def caption(paragraph: Any, word: str, number: int, text: str) -> None:
    """Write a caption with a number that Word counts, so that a list of tables and figures can be made."""
    paragraph.add_run(f"{word} ")
    field(paragraph, f"SEQ {word} \\* ARABIC", str(number))
    paragraph.add_run(text)


def fill_cell(cell: Any, text: str, style_id: str) -> None:
    """Write a cell's only paragraph."""
    paragraph = cell.paragraphs[0]
    paragraph.text = text
    paragraph._p.style = style_id


def mark_row(row: Any, *, head: bool = False) -> None:
    """Keep a row on one page; a head is repeated on each page and known as such to screen readers."""
    properties = row._tr.get_or_add_trPr()
    properties.append(_element("w:cantSplit"))
    if head:
        properties.append(_element("w:tblHeader"))


def fill_rows(table: Any, lines: tuple[tuple[str, ...], ...], *, together: bool) -> None:
    """
    Write the lines of a table: its last row, styled, is the pattern of all.

    Rows made one by one take python-docx seconds in a report. `together` keeps them, and the head, on one page.
    """
    from docx.oxml.ns import qn

    if together:
        for row in table.rows:
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True
    if not lines:
        return
    pattern = table.rows[-1]._tr
    for line in lines:
        row = copy.deepcopy(pattern)
        pattern.addprevious(row)
        for run, text in zip(row.iter(qn("w:r")), line, strict=True):
            run.text = text
    pattern.getparent().remove(pattern)
    if together:
        for kept in list(row.iter(qn("w:keepNext"))):
            kept.getparent().remove(kept)


def narrow_margins(table: Any) -> None:
    """Set the text of cells closer to their sides."""
    margins = _element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w="45", type="dxa"))
    table._tbl.tblPr.append(margins)


def rule_lines(table: Any) -> None:
    """Give a table thin lines between its rows and a stronger one under its head, no vertical ones."""
    lines = _element("w:tblBorders")
    for side, size, colour in (("top", "8", INK), ("bottom", "8", INK), ("insideH", "4", "D5D5D5")):
        lines.append(_element(f"w:{side}", val="single", sz=size, space="0", color=colour))
    table._tbl.tblPr.append(lines)
    look = _element("w:tblLook", val="04A0", firstRow="1", firstColumn="1", noHBand="1", noVBand="1")
    from docx.oxml.ns import qn

    for old in table._tbl.tblPr.findall(qn("w:tblLook")):
        table._tbl.tblPr.remove(old)
    table._tbl.tblPr.append(look)


def set_widths(table: Any) -> None:
    """Give every cell the width of its column: Word reads cells, not columns."""
    widths = [column.width for column in table.columns]
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width


def shade(cell: Any, colour: str) -> None:
    """Colour the ground of a cell."""
    cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=colour))


def set_alt(paragraph: Any, name: str, text: str) -> None:
    """Say what a picture shows to who cannot see it."""
    from docx.oxml.ns import qn

    for picture in paragraph._p.iter(qn("wp:docPr")):
        picture.set("name", name)
        picture.set("descr", text)
