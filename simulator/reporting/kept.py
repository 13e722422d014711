"""
Figures that are drawn already: the same data, words and code give the same drawing, so it is not drawn again.

Each figure of a run carries a mark, the hash of all it is drawn from. A report made again from a run folder
then does without matplotlib, which takes longer than everything else of it.
"""

from __future__ import annotations

import functools
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.reporting.sections import Sections

PNG_END = b"IEND\xaeB`\x82"  # the last chunk of a whole PNG file
PNG_HEAD = 400  # the mark stands within so many bytes


def mark_of(sections: Sections, name: str) -> str:
    """
    Return the mark of one figure.

    Parameters
    ----------
    sections : Sections
        The report in one language, with the data of its figures.
    name : str
        Name of the figure.

    Returns
    -------
    str
        Hexadecimal digits that change with the data, the scenario, the language or the code that draws.
    """
    plot, study = sections.plots[name], sections.study
    drawn_from = [
        *(_code(), study.run_id, study.manifest["scenario"], sections.t.lang, sections.alt(name)),
        *(plot.name, plot.kind, plot.columns, plot.notes),
    ]
    text = json.dumps(drawn_from, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def kept(folder: Path, name: str, mark: str) -> list[Path]:
    """
    Return the files of a figure if both are whole and bear the mark, else nothing.

    Parameters
    ----------
    folder : Path
        Where the figures are.
    name : str
        File name without ending.
    mark : str
        As `mark_of` gives it.
    """
    svg, png = folder / f"{name}.svg", folder / f"{name}.png"
    if not (svg.is_file() and png.is_file()):
        return []
    drawing, image, wanted = svg.read_bytes(), png.read_bytes(), mark.encode()
    whole = drawing.rstrip().endswith(b"</svg>") and image.endswith(PNG_END)
    return [svg, png] if whole and wanted in drawing and wanted in image[:PNG_HEAD] else []


@functools.cache
def _code() -> str:
    """Return the hash of the code and words that draw."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.suffix in (".py", ".toml"):
            digest.update(path.read_bytes())
    return digest.hexdigest()
