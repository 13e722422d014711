"""From a `Document` to its file, whatever the kind of folder it tells of."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from simulator.errors import InputError
from simulator.reporting.document import ALL_FORMATS, LANGUAGES, WORD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from simulator.reporting.document import Document
    from simulator.reporting.texts import Texts


def check_asked(languages: Sequence[str], formats: Sequence[str]) -> None:
    """
    Refuse what cannot be written before any work is done.

    Raises
    ------
    InputError
        If a language or format is unknown, or Word is asked for and python-docx is not installed.
    """
    _check("language", languages, LANGUAGES)
    _check("report format", formats, ALL_FORMATS)
    if WORD in formats:
        from simulator.reporting.word import need_docx

        need_docx()


def _check(what: str, given: Sequence[str], known: Sequence[str]) -> None:
    for name in given:
        if name not in known:
            raise InputError(f"got the {what} {name!r}; expected one of {', '.join(known)}")


def write_report(
    folder: Path, document: Document, texts: Texts, figures: Iterable[str], kind: str, *, ended: str
) -> Path:
    """
    Write ``report.LANG.KIND`` into a folder.

    Parameters
    ----------
    folder : Path
        Its ``figures`` hold the drawings.
    document : Document
    texts : Texts
        Words of the frame.
    figures : iterable of str
        Names of the figures drawn.
    kind : {"md", "html", "docx"}
    ended : str
        When the work ended, the date of a Word file: the same folder gives the same bytes.

    Returns
    -------
    Path
        The file written.
    """
    suffix = "png" if kind == WORD else "svg"
    images = {name: folder / "figures" / f"{name}.{document.lang}.{suffix}" for name in figures}
    path = folder / f"report.{document.lang}.{kind}"
    if kind == WORD:
        from simulator.reporting.word import word_file

        path.write_bytes(word_file(document, texts, images, written=datetime.fromisoformat(ended)))
    else:
        from simulator.reporting.writers import write

        path.write_text(write(document, texts, images, kind=kind), encoding="utf-8")
    return path
