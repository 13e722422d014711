"""The chart of `levers`: data against line losses with the break-even, and the change of money and carbon by way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.errors import RunFolderError
from simulator.records import figures_folder
from simulator.reporting import style
from simulator.reporting.figures import save
from simulator.reporting.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

BASES = {"location_tco2": style.BLUE, "market_tco2": style.ORANGE, "marginal_tco2": style.GREEN}
TEN_THOUSAND = 1e4  # yuan are shown in 万元
BEYOND = 3.0  # the axis goes so many times beyond what there is
MARKERS = ("D", "s", "^", "v", "P", "X")  # of the job classes


def render_levers(folder: Path, *, languages: Sequence[str]) -> list[Path]:
    """
    Draw the chart into the folder that `levers` has filled.

    Parameters
    ----------
    folder : Path
        Holds ``levers.json``; nothing else is read.
    languages : sequence of {"zh", "en"}

    Returns
    -------
    list of Path
        SVG and PNG in each language.

    Raises
    ------
    RunFolderError
        If the file is missing or is none of `levers`.
    """
    try:
        told = json.loads((folder / "levers.json").read_text(encoding="utf-8"))
        told["differences"], told["break_even"]
    except (OSError, ValueError, KeyError) as error:
        raise RunFolderError(f"{folder / 'levers.json'}: cannot be read as ways compared: {error}") from error
    figures, written = figures_folder(folder), []
    with style.style():
        for lang in languages:
            texts = Texts(lang, {})
            written += save(draw(told, texts), figures, f"levers.{lang}", texts("atlas.levers.alt"))
    return written


def draw(told: dict[str, Any], texts: Texts) -> Any:
    """Draw one figure: three panels where there is a break-even, two where there is none."""
    figure = style.new_figure(4.2)
    even = told["break_even"]
    grid = figure.add_gridspec(2, 2 if even else 1, width_ratios=(1.1, 1) if even else (1,))
    figure.subplots_adjust(left=0.085, right=0.985, top=0.86, bottom=0.12, wspace=0.3, hspace=0.75)
    if even:
        _break_even(figure.add_subplot(grid[:, 0]), even, told, texts)
    _cost(figure.add_subplot(grid[0, -1]), told, texts)
    _carbon(figure.add_subplot(grid[1, -1]), told, texts)
    figure.suptitle(told["title"][texts.lang], x=0.012, ha="left", fontsize=10.5)
    return figure


def _break_even(axes: Any, even: dict[str, float], told: dict[str, Any], texts: Texts) -> None:
    """Electricity that each megawatt-hour of work takes on its way, over the data it needs."""
    classes = {name: value for name, value in told["classes_gb_per_mwh"].items() if value > 0.0}
    at, lost = even["energy_gb_per_mwh"], 1000.0 * even["loss_share"] / (1.0 - even["loss_share"])
    ends = (*classes.values(), at, even["energy_gb_per_mwh_low"], even["energy_gb_per_mwh_high"])
    x = np.geomspace(min(ends) / BEYOND, max(ends) * BEYOND, 50)
    low, per_gb, high = (even[f"kwh_per_gb{end}"] for end in ("_low", "", "_high"))
    axes.fill_between(x, low * x, high * x, color=style.SKY, alpha=0.35, label=texts("atlas.levers.range"))
    axes.plot(x, per_gb * x, color=style.BLUE, label=texts("atlas.levers.bits"))
    axes.axhline(lost, color=style.RED, label=texts("atlas.levers.electrons"))
    axes.plot([at], [lost], marker="o", color=style.INK, linestyle="none")
    axes.annotate(
        texts("atlas.levers.even", gb=f"{at:,.0f}"), (at, lost), (-7, 5), textcoords="offset points", ha="right"
    )
    for i, (name, value) in enumerate(sorted(classes.items(), key=lambda item: item[1])):
        look = {"marker": MARKERS[i % len(MARKERS)], "linestyle": "none", "markersize": 6, "markeredgecolor": style.INK}
        title = told["class_titles"][name][texts.lang]
        axes.plot([value], [per_gb * value], color=style.YELLOW, markeredgewidth=0.6, label=title, **look)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(x[0], x[-1])
    axes.set_xlabel(texts("atlas.levers.x"))
    axes.set_ylabel(texts("atlas.levers.y"))
    axes.legend(loc="upper left")


def _cost(axes: Any, told: dict[str, Any], texts: Texts) -> None:
    names = list(told["differences"])
    values = [told["differences"][name]["cost_cny"] / TEN_THOUSAND for name in names]
    axes.bar(range(len(names)), values, width=0.55, color=style.BLUE)
    _finish(axes, names, texts("atlas.levers.cost"), texts)


def _carbon(axes: Any, told: dict[str, Any], texts: Texts) -> None:
    names = list(told["differences"])
    for i, (basis, colour) in enumerate(BASES.items()):
        values = [told["differences"][name][basis] for name in names]
        at = np.arange(len(names)) + 0.25 * (i - 1)
        axes.bar(at, values, width=0.22, color=colour, label=texts(f"atlas.levers.{basis}"))
    _finish(axes, names, texts("atlas.levers.carbon"), texts)
    axes.legend(loc="lower right")


def _finish(axes: Any, names: list[str], title: str, texts: Texts) -> None:
    axes.axhline(0.0, color=style.INK, linewidth=0.7)
    axes.set_title(title, loc="left", fontsize=8.5)
    axes.set_xticks(range(len(names)), [texts.get(f"atlas.levers.way.{name}", name) for name in names])
