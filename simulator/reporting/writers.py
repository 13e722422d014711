"""Write a `Document` as Markdown or as one self-contained HTML file."""

from __future__ import annotations

import functools
import re
from importlib import resources
from typing import TYPE_CHECKING, Any

from simulator.errors import InputError
from simulator.reporting.document import FORMATS

EMBEDDED = "suandian-zh"
SHORT_TABLE = 14  # up to so many rows a table is kept on one page; longer ones break between rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from simulator.reporting.document import Document
    from simulator.reporting.texts import Texts


def write(document: Document, texts: Texts, images: Mapping[str, Path], *, kind: str) -> str:
    """
    Return the report as text.

    Parameters
    ----------
    document : Document
        What to write.
    texts : Texts
        Words the frame of the page needs.
    images : mapping
        Figure name to its SVG file; HTML takes the drawings in, Markdown links them.
    kind : {"md", "html"}
        Format.

    Raises
    ------
    InputError
        If the format is unknown.
    """
    if kind not in FORMATS:
        raise InputError(f"got the report format {kind!r}; expected one of {', '.join(FORMATS)}")
    values: dict[str, Any] = {"doc": document, "t": texts}
    if kind == "html":
        from markupsafe import Markup

        values["css"] = Markup(_read("report.css"))
        if document.lang == "zh":
            values["css"] += Markup(embedded_font(_characters(document)))
        values["images"] = {name: Markup(inline(path, name)) for name, path in images.items()}
    page: str = _environment().get_template(f"report.{kind}.j2").render(**values)
    return re.sub(r"\n{3,}", "\n\n", page) if kind == "md" else page


def _characters(document: Document) -> str:
    """Return every character of a document once."""
    return "".join(sorted(set(str(document)) | set(map(chr, range(32, 127)))))


def embedded_font(characters: str) -> str:
    """
    Return a CSS rule that brings the glyphs of a text along, for readers whose system has no Chinese font.

    System fonts come first in the style sheet; the embedded one (some 100 kB) is the last resort.
    """
    import base64
    import io

    import pylopdf_fonts_zh_cn
    from fontTools import subset

    options = subset.Options(flavor="woff", layout_features=[], notdef_outline=True)
    options.recalc_timestamp = False  # same text, same bytes
    stream = io.BytesIO()
    with subset.load_font(str(pylopdf_fonts_zh_cn.sans_path()), options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=characters)
        subsetter.subset(font)
        font.flavor = "woff"
        font.save(stream)
    data = base64.b64encode(stream.getvalue()).decode("ascii")
    source = f'url(data:font/woff;base64,{data}) format("woff")'
    return f'\n@font-face {{ font-family: "{EMBEDDED}"; src: {source}; }}\n'


@functools.cache
def _environment() -> Any:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(_read),
        undefined=StrictUndefined,
        autoescape=lambda name: bool(name) and ".html" in str(name),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["SHORT_TABLE"] = SHORT_TABLE
    environment.filters["md"] = escape_markdown
    environment.filters["gap"] = lambda unit: " " if unit and unit[0].isascii() and unit[0] != "%" else ""
    return environment


def _read(name: str) -> str:
    return (resources.files("simulator.reporting") / "templates" / name).read_text(encoding="utf-8")


def escape_markdown(text: str) -> str:
    """Escape what Markdown would take as its own, so that names such as ``gpu_idle`` stay as they are."""
    return re.sub(r"([\\`*_\[\]<>|~])", r"\\\1", str(text)).replace("\n", " ")


def inline(svg: Path, name: str) -> str:
    """
    Return an SVG drawing for a page that holds several: no prolog, ids its own, named for screen readers.

    Matplotlib gives the same ids in each file (``axes_1``, glyph names); in one page they must differ.
    """
    text = svg.read_text(encoding="utf-8")
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'(xlink:href|href)="#', rf'\1="#{name}-', text)
    text = text.replace("url(#", f"url(#{name}-")
    text = re.sub(r'(<svg [^>]*?)\s(?:width|height)="[^"]*pt"\s(?:width|height)="[^"]*pt"', r"\1", text, count=1)
    return text.replace("<svg ", f'<svg role="img" aria-labelledby="{name}-title" ', 1).replace(
        "<title>", f'<title id="{name}-title">', 1
    )
