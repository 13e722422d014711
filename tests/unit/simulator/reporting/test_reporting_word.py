"""Reports as Word files: the same content as HTML, in real styles, with repeated heads, alt texts and Chinese fonts."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

docx = pytest.importorskip("docx")

from docx.oxml.ns import qn  # noqa: E402

from simulator.errors import InputError  # noqa: E402
from simulator.reporting import render  # noqa: E402
from simulator.reporting.document import Bullets, Heading, Image, Paragraph, Table  # noqa: E402
from simulator.reporting.plots import plots  # noqa: E402
from simulator.reporting.render import build_document  # noqa: E402
from simulator.reporting.sections import Sections  # noqa: E402
from simulator.reporting.study import read_study  # noqa: E402
from simulator.reporting.texts import Texts  # noqa: E402
from simulator.reporting.values import build_numbers  # noqa: E402


@pytest.fixture(scope="module")
def folder(finished_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("word") / "run"
    shutil.copytree(finished_run, place, ignore=shutil.ignore_patterns("figures", "report.*"))
    written = render(place, formats=("docx",))
    assert [path.name for path in written if path.suffix == ".docx"] == ["report.zh.docx", "report.en.docx"]
    return place


def blocks(folder: Path, lang: str) -> list[Any]:
    study = read_study(folder)
    return build_document(study, Sections(study, Texts(lang, build_numbers(study)), plots(study))).blocks


def opened(folder: Path, lang: str) -> Any:
    return docx.Document(str(folder / f"report.{lang}.docx"))


def texts_of(word: Any) -> Iterator[str]:
    yield from (paragraph.text for paragraph in word.paragraphs)
    for table in word.tables:
        yield from (cell.text for row in table.rows for cell in row.cells)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_block_is_there_in_its_style(folder: Path, lang: str) -> None:
    word, content = opened(folder, lang), blocks(folder, lang)
    styled = [(paragraph.style.name, paragraph.text) for paragraph in word.paragraphs]
    headings = [text for style, text in styled if style == "Heading 1"]
    assert headings == [block.text for block in content if isinstance(block, Heading)]
    bullets = [text for style, text in styled if style == "List Bullet"]
    assert bullets == [item for block in content if isinstance(block, Bullets) for item in block.items]
    written = {text for _, text in styled}
    assert all(block.text in written for block in content if isinstance(block, Paragraph))
    tables = [block for block in content if isinstance(block, Table)]
    assert len(word.tables) == len(tables) + 1  # and the key figures
    for table, block in zip(word.tables[1:], tables, strict=True):
        assert [[cell.text for cell in row.cells] for row in table.rows] == [list(block.head), *map(list, block.rows)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_captions_are_numbered_by_word_and_heads_repeat(folder: Path, lang: str) -> None:
    word = opened(folder, lang)
    fields = [node.text for node in word.element.iter(qn("w:instrText"))]
    kinds = {"zh": ("表", "图"), "en": ("Table", "Figure")}[lang]
    images = [block for block in blocks(folder, lang) if isinstance(block, Image)]
    assert sum(f"SEQ {kinds[0]} " in text for text in fields) == len(word.tables) - 1
    assert sum(f"SEQ {kinds[1]} " in text for text in fields) == len(images)
    heads = [row for table in word.tables for row in table.rows[:1] if row._tr.trPr is not None]
    assert sum(row._tr.trPr.find(qn("w:tblHeader")) is not None for row in heads) == len(word.tables) - 1


def test_pictures_say_what_they_show(folder: Path) -> None:
    alts = [node.get("descr") for node in opened(folder, "en").element.iter(qn("wp:docPr"))]
    assert alts == [block.alt for block in blocks(folder, "en") if isinstance(block, Image)]
    assert all(alts)


def test_chinese_has_a_chinese_font_and_language(folder: Path) -> None:
    styles = opened(folder, "zh").styles
    for name in ("Normal", "Title", "Heading 1", "Table text", "Caption", "List Bullet"):
        properties = styles[name].element.rPr
        fonts = properties.find(qn("w:rFonts"))
        assert fonts.get(qn("w:eastAsia")) == "Microsoft YaHei", name
        assert fonts.get(qn("w:eastAsiaTheme")) is None, name
        assert properties.find(qn("w:lang")).get(qn("w:eastAsia")) == "zh-CN", name


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_fit_between_the_margins(folder: Path, lang: str) -> None:
    word = opened(folder, lang)
    section = word.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    for table in word.tables:
        assert all(sum(cell.width for cell in row.cells) <= room for row in table.rows)
    assert all(picture.width <= room for picture in word.inline_shapes)


def test_same_run_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    shutil.copytree(folder, again)
    before = (folder / "report.zh.docx").read_bytes()
    render(again, languages=("zh",), formats=("docx",))
    assert (again / "report.zh.docx").read_bytes() == before
    assert docx.Document(io.BytesIO(before)).core_properties.title


def test_without_python_docx_it_is_said_before_any_work(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(InputError, match=r"python-docx.*not installed\n.*pip install -e .\.\[docx\]"):
        render(folder, formats=("html", "docx"), progress=lambda *_: pytest.fail("work was done"))
