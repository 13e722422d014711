"""The chart of an outlook: low, middle and high by year, its fleets, and published figures beside them."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

from simulator.errors import RunFolderError
from simulator.reporting import style
from simulator.reporting.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CASES = ("low", "middle", "high")
BESIDE = 0.16  # published figures of one year stand so far apart [year]


def render_outlook(folder: Path, *, languages: Sequence[str]) -> list[Path]:
    """
    Draw the chart of an outlook into its folder.

    Parameters
    ----------
    folder : Path
        Holds ``outlook.json``, as ``outlook --output`` writes it; nothing else is read.
    languages : sequence of {"zh", "en"}

    Returns
    -------
    list of Path
        The data as CSV, and SVG and PNG in each language.

    Raises
    ------
    RunFolderError
        If the file is missing or no outlook.
    """
    from simulator.records import figures_folder
    from simulator.reporting.figures import save

    try:
        told = json.loads((folder / "outlook.json").read_text(encoding="utf-8"))
        series = {"total": told["total_twh"], **{n: f["energy_twh"] for n, f in told["fleets"].items()}}
    except (OSError, ValueError, KeyError) as error:
        raise RunFolderError(f"{folder / 'outlook.json'}: cannot be read as an outlook: {error}") from error
    figures = figures_folder(folder)
    written = [_write_csv(figures / "outlook_chart.csv", told["years"], series)]
    with style.style():
        for lang in languages:
            texts = Texts(lang, {})
            written += save(draw(told, texts), figures, f"outlook_chart.{lang}", texts("atlas.outlook.alt"))
    return written


def _write_csv(path: Path, years: list[int], series: dict[str, dict[str, list[float]]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["fleet", "year", *(f"{case}_twh" for case in CASES)])
        for name, cases in series.items():
            writer.writerows([name, year, *(f"{cases[c][i]:.8g}" for c in CASES)] for i, year in enumerate(years))
    return path


def draw(told: dict[str, Any], texts: Texts) -> Any:
    """Draw the band of all fleets, the middle of each, and published figures as bars with caps."""
    figure = style.new_figure(4.0)
    axes = figure.subplots()
    figure.subplots_adjust(left=0.09, right=0.975, top=0.72, bottom=0.13)
    years, total = told["years"], told["total_twh"]
    axes.fill_between(
        years, total["low"], total["high"], color=style.SKY, alpha=0.45, label=texts("atlas.outlook.band")
    )
    axes.plot(years, total["middle"], color=style.INK, linewidth=2.0, label=texts("atlas.outlook.middle"))
    if len(told["fleets"]) > 1:
        for i, fleet in enumerate(told["fleets"].values()):
            look = {"color": style.HUB_COLOURS[i % 6], "linestyle": style.HUB_DASHES[(i + 1) % 6]}
            axes.plot(years, fleet["energy_twh"]["middle"], label=fleet["title"][texts.lang], **look)
    _published(axes, told["published"], texts)
    axes.set_xticks(years)
    axes.set_xlim(years[0] - 0.5, years[-1] + 0.5)
    axes.set_ylim(bottom=0)
    axes.set_ylabel(texts("atlas.outlook.axis"))
    figure.suptitle(told["title"][texts.lang], x=0.012, ha="left", fontsize=10.5)
    figure.legend(loc="upper left", bbox_to_anchor=(0.08, 0.94), ncols=2, columnspacing=1.4)
    return figure


def _published(axes: Any, published: list[dict[str, Any]], texts: Texts) -> None:
    """Draw what covers all fleets or is of their size; a figure many times higher would flatten the rest."""
    top = axes.get_ylim()[1]
    colours = (style.RED, style.PINK, style.ORANGE, style.GREEN)
    taken: dict[int, int] = {}
    shown = [item for item in published if item["low_twh"] < 2.5 * top]
    for i, item in enumerate(shown):
        x = item["year"] + BESIDE * taken.get(item["year"], 0)
        taken[item["year"]] = taken.get(item["year"], 0) + 1
        middle = (item["low_twh"] + item["high_twh"]) / 2
        half = (item["high_twh"] - item["low_twh"]) / 2
        look = {"color": colours[i % len(colours)], "capsize": 4, "marker": "D", "markersize": 4, "linestyle": "none"}
        axes.errorbar([x], [middle], yerr=[half], label=item["title"][texts.lang], **look)
    hidden = [item["title"][texts.lang] for item in published if item not in shown]
    if hidden:
        note = texts("atlas.outlook.hidden", titles="; ".join(hidden))
        axes.text(0.01, -0.125, note, transform=axes.transAxes, fontsize=6.5, color=style.GREY, va="top")
