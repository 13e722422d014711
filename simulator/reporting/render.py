"""From a finished run folder to its figures and reports."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from simulator.reporting.document import FORMATS, LANGUAGES, Document
from simulator.reporting.files import check_asked, write_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from simulator.reporting.plots import Plot
    from simulator.reporting.sections import Sections
    from simulator.reporting.study import Study


def render(
    folder: Path,
    *,
    languages: Sequence[str] = LANGUAGES,
    formats: Sequence[str] = FORMATS,
    figures: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> list[Path]:
    """
    Write the figures and reports of a finished run into its folder.

    Only ``manifest.json``, ``summary.json`` and the tables of the folder are read; no number is changed.

    Parameters
    ----------
    folder : Path
        A complete run folder.
    languages : sequence of {"zh", "en"}
        Reports to write.
    formats : sequence of {"md", "html", "docx"}
        Formats to write; Word needs the package python-docx.
    figures : bool
        Whether figures are drawn (``figures/*.svg``, ``.png`` and their data as ``.csv``) and shown.
    progress : callable, optional
        Called with (files done, files in all) after each figure or report.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    RunFolderError
        If the folder is no finished run.
    InputError
        If a language or format is unknown, or python-docx is not installed.
    """
    check_asked(languages, formats)
    from simulator.reporting.plots import plots
    from simulator.reporting.sections import Sections
    from simulator.reporting.study import read_study
    from simulator.reporting.texts import Texts
    from simulator.reporting.values import build_numbers

    study = read_study(folder)
    data = plots(study) if figures else []
    numbers = build_numbers(study)
    total = len(languages) * (len(data) + len(formats))
    written: list[Path] = _write_data(folder, data) if data else []
    done = 0
    for lang in languages:
        sections = Sections(study, Texts(lang, numbers), data)
        for paths in chain(_figures(folder, study, sections), _reports(folder, study, sections, formats)):
            written += paths
            done += 1
            if progress:
                progress(done, total)
    return written


def _write_data(folder: Path, data: list[Plot]) -> list[Path]:
    """Write the data of the figures, one file for both languages."""
    from simulator.records import figures_folder

    place = figures_folder(folder)
    return [plot.write_csv(place) for plot in data]


def _figures(folder: Path, study: Study, sections: Sections) -> Iterator[list[Path]]:
    """Draw the figures of one language where they are not there already; yields the files of each."""
    from simulator.reporting.kept import kept, mark_of

    place = folder / "figures"
    for name in sections.plots:
        file, mark = f"{name}.{sections.t.lang}", mark_of(sections, name)
        yield kept(place, file, mark) or _draw(place / file, study, sections, mark)


def _draw(path: Path, study: Study, sections: Sections, mark: str) -> list[Path]:
    """Draw one figure."""
    from simulator.reporting.figures import draw, save
    from simulator.reporting.style import style

    name = path.name.partition(".")[0]
    with style():
        figure = draw(sections.plots[name], study, sections.t)
        return save(figure, path.parent, path.name, sections.alt(name), mark)


def _reports(folder: Path, study: Study, sections: Sections, formats: Sequence[str]) -> Iterator[list[Path]]:
    """Write the report of one language in each format; yields the file of each."""
    document = build_document(study, sections)
    for kind in formats:
        yield [write_report(folder, document, sections.t, sections.plots, kind, ended=study.manifest["ended"])]


def build_document(study: Study, sections: Sections) -> Document:
    """Put the sections of one language in order."""
    from simulator.reporting.builder import run_title
    from simulator.reporting.change import Change
    from simulator.reporting.evidence import Evidence
    from simulator.reporting.rules_section import Compliance
    from simulator.reporting.sureness import Sureness

    texts, evidence = sections.t, Evidence(study, sections.t)
    rules = Compliance(study, texts, [])
    blocks = [
        *sections.answer(),
        *rules.sentence(),
        *Sureness(study, texts).section(),
        *Change(study, texts, []).section(),
        *sections.details(),
        *rules.section(),
        *evidence.facts_and_assumptions(),
        *evidence.limits(),
        *evidence.method(),
        *evidence.glossary(),
        *evidence.provenance(),
    ]
    return Document(texts.lang, run_title(study, texts), texts("report.subtitle", run=study.run_id), blocks)
