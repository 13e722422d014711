"""The page of a sweep: curves with bands, front and knee, and the table behind them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from simulator.records import figures_folder
from simulator.reporting import style
from simulator.reporting.document import FORMATS, LANGUAGES, Block, Document, Heading, Image, Paragraph, Table
from simulator.reporting.experiment import Drawn, Experiment, read_experiment
from simulator.reporting.figures import save
from simulator.reporting.files import check_asked, write_report
from simulator.reporting.keys import Shown, name_of, shown
from simulator.reporting.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

COLOURS = style.HUB_COLOURS
MARKERS = ("o", "s", "^", "D", "v", "P")
DASHES = ("-", (0, (5, 2)), (0, (2, 1.5)), (0, (6, 2, 1, 2)))
BAND_ALPHA = 0.22
LABEL_SHARE, LABEL_HEIGHT = 0.36, 0.12  # of the axes, that the name of the knee takes
LEGEND_COLUMNS, LEGEND_ROW = 3, 0.042  # a row as a share of the figure
FLOOR_SHARE = 0.04  # of the axis below zero, so that a dot at zero is whole
ROWS_SHOWN = 60  # of the table of points; the rest stands in points.parquet
FAILURES_SHOWN = 20


def render_curves(
    folder: Path, *, languages: Sequence[str] = LANGUAGES, formats: Sequence[str] = FORMATS
) -> list[Path]:
    """
    Draw the curves of a sweep into its folder and write its page.

    Parameters
    ----------
    folder : Path
        Of the experiment; only ``experiment.json`` and ``figures/*.csv`` are read.
    languages : sequence of {"zh", "en"}
    formats : sequence of {"md", "html", "docx"}

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    RunFolderError
        If the folder is that of no experiment.
    InputError
        As `files.check_asked` does.
    """
    check_asked(languages, formats)
    experiment = read_experiment(folder)
    figures, written = figures_folder(folder), []
    for lang in languages:
        texts = Texts(lang, {})
        with style.style():
            for curve in experiment.curves:
                drawing = draw_curve(curve, experiment, texts)
                written += save(drawing, figures, f"{curve.name}.{lang}", alt(curve, texts))
        document = Document(lang, title(experiment, texts), subtitle(experiment, texts), page(experiment, texts))
        names = [curve.name for curve in experiment.curves]
        ended = experiment.told["ended"]
        written += [write_report(folder, document, texts, names, kind, ended=ended) for kind in formats]
    return written


def title(experiment: Experiment, texts: Texts) -> str:
    """Return the title of the experiment, or its name."""
    found = experiment.told["title"]
    return str(found[texts.lang]) if found else str(experiment.told["experiment"])


def subtitle(experiment: Experiment, texts: Texts) -> str:
    """Say what was run."""
    told = experiment.told
    return texts("curves.subtitle", scenario=told["scenario"], runs=told["counts"]["done"], seeds=len(told["seeds"]))


def alt(curve: Drawn, texts: Texts) -> str:
    """Say in words what a figure shows."""
    return texts("curves.alt", x=name_of(curve.x, texts), y=name_of(curve.y, texts))


def scales(curve: Drawn, texts: Texts) -> tuple[Shown, Shown]:
    """Decide names, units and factors of both axes."""
    x = shown(curve.x, [dot.x for dot in curve.dots], texts, curve.units)
    y = shown(curve.y, [dot.y for dot in curve.dots], texts, curve.units)
    return x, y


def draw_curve(curve: Drawn, experiment: Experiment, texts: Texts) -> Any:
    """Draw one curve; call inside `style.style`."""
    x, y = scales(curve, texts)
    figure = style.new_figure(4.3)
    axes = figure.subplots()
    figure.subplots_adjust(left=0.115, right=0.975, bottom=0.155)
    series = list(dict.fromkeys(dot.series for dot in curve.dots))
    lines = list(dict.fromkeys(dot.line for dot in curve.dots))
    for i, name in enumerate(series):
        for j, line in enumerate(lines):
            dots = [dot for dot in curve.dots if (dot.series, dot.line) == (name, line)]
            if dots:
                label = experiment.line_name(dots, curve, texts)
                _line(axes, dots, (x.factor, y.factor), (i, j), label)
    axes.margins(x=0.06, y=0.1)
    _floor(axes, curve)
    _front(axes, curve, (x.factor, y.factor), experiment, texts)
    axes.set_xlabel(x.axis)
    axes.set_ylabel(y.axis)
    axes.grid(visible=True, axis="both")
    _legend(figure, axes, curve, texts)
    style.footer(figure, texts("curves.footer", name=experiment.told["experiment"], file=f"figures/{curve.name}.csv"))
    return figure


def _line(axes: Any, dots: list[Any], factors: tuple[float, float], place: tuple[int, int], label: str) -> None:
    fx, fy = factors
    colour, marker = COLOURS[place[0] % len(COLOURS)], MARKERS[place[0] % len(MARKERS)]
    xs, ys = [dot.x * fx for dot in dots], [dot.y * fy for dot in dots]
    dash = DASHES[place[1] % len(DASHES)]
    axes.plot(
        xs, ys, color=colour, marker=marker, markersize=4, linewidth=1.1, linestyle=dash, label=label or None, zorder=3
    )
    banded = [dot for dot in dots if dot.y_low is not None and dot.x_low is not None]
    if len(banded) > 1:  # up along the upper ends and back along the lower: x need not grow along a line
        there = [dot.x * fx for dot in banded]
        high, low = [dot.y_high * fy for dot in banded], [dot.y_low * fy for dot in banded]
        axes.fill(there + there[::-1], high + low[::-1], color=colour, alpha=BAND_ALPHA, linewidth=0, zorder=2)
    for dot in banded:
        axes.plot([dot.x_low * fx, dot.x_high * fx], [dot.y * fy] * 2, color=colour, linewidth=0.8, alpha=0.8, zorder=2)
        axes.plot([dot.x * fx] * 2, [dot.y_low * fy, dot.y_high * fy], color=colour, linewidth=0.8, alpha=0.8, zorder=2)


def _front(axes: Any, curve: Drawn, factors: tuple[float, float], experiment: Experiment, texts: Texts) -> None:
    """Ring the dots of the front, join them, and name the knee."""
    front = sorted((dot for dot in curve.dots if dot.pareto), key=lambda dot: dot.x)
    xs, ys = [dot.x * factors[0] for dot in front], [dot.y * factors[1] for dot in front]
    axes.plot(
        xs, ys, color=style.INK, linewidth=0.9, linestyle=(0, (1, 1.5)), marker="o", markersize=8.5,
        markerfacecolor="none", markeredgewidth=0.9, label=texts("curves.pareto"), zorder=4,
    )  # fmt: skip
    bend = next((dot for dot in front if dot.knee), None)
    if bend is None:
        return
    at = (bend.x * factors[0], bend.y * factors[1])
    axes.plot(*at, marker="*", markersize=13, color=style.RED, linestyle="none", label=texts("curves.knee"), zorder=5)
    right = _roomier_below(axes, curve, factors)
    axes.annotate(
        texts("curves.knee_at", point=experiment.named(bend.point, texts)), at,
        xytext=(0.985, 0.04) if right else (0.015, 0.96), textcoords="axes fraction",
        ha="right" if right else "left", va="bottom" if right else "top", fontsize=8, color=style.RED, zorder=6,
        bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
        arrowprops={"arrowstyle": "-", "color": style.RED, "linewidth": 0.6, "shrinkB": 6},
    )  # fmt: skip


def _roomier_below(axes: Any, curve: Drawn, factors: tuple[float, float]) -> bool:
    """Whether the corner below the right end of a curve holds no more of it than the corner above its left end."""
    ends = [(dot.x, y) for dot in curve.dots for y in (dot.y, dot.y_low, dot.y_high) if y is not None]
    to_axes = axes.transData + axes.transAxes.inverted()
    places = [to_axes.transform((x * factors[0], y * factors[1])) for x, y in ends]
    below = sum(x > 1 - LABEL_SHARE and y < LABEL_HEIGHT for x, y in places)
    return below <= sum(x < LABEL_SHARE and y > 1 - LABEL_HEIGHT for x, y in places)


def _floor(axes: Any, curve: Drawn) -> None:
    """Let an axis whose values are never negative end at zero, where a wide interval reaches below it."""
    for values, limits, limit in (
        ([dot.x for dot in curve.dots], axes.get_xlim(), axes.set_xlim),
        ([dot.y for dot in curve.dots], axes.get_ylim(), axes.set_ylim),
    ):
        if min(values) >= 0 > limits[0]:
            limit(max(limits[0], -FLOOR_SHARE * limits[1]), limits[1])


def _legend(figure: Any, axes: Any, curve: Drawn, texts: Texts) -> None:
    from matplotlib.patches import Patch

    handles, labels = axes.get_legend_handles_labels()
    seeds = max(dot.seeds for dot in curve.dots)
    if seeds > 1:
        handles.append(Patch(color=style.GREY, alpha=BAND_ALPHA + 0.1))
        labels.append(texts("curves.band", seeds=seeds))
    figure.legend(
        handles, labels, loc="upper left", bbox_to_anchor=(0.1, 0.995), ncols=LEGEND_COLUMNS, columnspacing=1.2
    )
    figure.subplots_adjust(top=0.965 - LEGEND_ROW * math.ceil(len(handles) / LEGEND_COLUMNS))


def page(experiment: Experiment, texts: Texts) -> list[Block]:
    """Return the blocks of the page: what came out, the curves, the table, what failed."""
    told = experiment.told
    blocks: list[Block] = [Heading(texts("curves.answer"), "answer")]
    blocks += [Paragraph(text, "lead") for text in _lead(experiment, texts)]
    if told["counts"]["failed"] or told["counts"]["missing"]:
        blocks.append(Paragraph(texts("curves.incomplete", **told["counts"]), "warning"))
    blocks.append(Heading(texts("curves.varied"), "varied"))
    rows = tuple((axis["path"], ", ".join(axis["values"])) for axis in told["axes"])
    blocks.append(Table(texts("curves.axes"), (texts("curves.path"), texts("curves.values")), rows, look="text"))
    blocks.append(Heading(texts("curves.curves"), "curves"))
    for curve in experiment.curves:
        blocks.append(Image(curve.name, _caption(curve, texts), alt(curve, texts)))
    blocks += _table(experiment, texts)
    if told["failed"]:
        failed = told["failed"][:FAILURES_SHOWN]
        rows = tuple((f"{item['point']} seed {item['seed']}", item["error"].strip()) for item in failed)
        blocks.append(Heading(texts("curves.failed"), "failed"))
        blocks.append(Table(texts("curves.failures"), (texts("curves.run"), texts("curves.error")), rows, look="text"))
    blocks.append(Heading(texts("curves.method"), "method"))
    blocks.append(Paragraph(texts("curves.how", seeds=len(told["seeds"]))))
    blocks.append(Paragraph(texts("curves.data"), "note"))
    return blocks


def _lead(experiment: Experiment, texts: Texts) -> list[str]:
    lines = []
    for curve in experiment.curves[:4]:
        bend = next((dot for dot in curve.dots if dot.knee), None)
        if bend is None:
            continue
        x, y = scales(curve, texts)
        values = {"x": x.cells([bend.x])[0], "y": y.cells([bend.y])[0], "x_unit": x.unit, "y_unit": y.unit}
        lines.append(texts("curves.lead", what=y.name, point=experiment.named(bend.point, texts), **values))
    return lines or [texts("curves.no_knee")]


def _caption(curve: Drawn, texts: Texts) -> str:
    front = sum(dot.pareto for dot in curve.dots)
    return texts(
        "curves.caption", x=name_of(curve.x, texts), y=name_of(curve.y, texts), front=front, dots=len(curve.dots)
    )


def _table(experiment: Experiment, texts: Texts) -> list[Block]:
    """One row a point: means of x and of every standard y, with half the width of their intervals."""
    if not experiment.curves:
        return []
    first, standard = experiment.curves[0], [c for c in experiment.curves if c.x == experiment.curves[0].x]
    columns = [("x", first, scales(first, texts)[0]), *(("y", curve, scales(curve, texts)[1]) for curve in standard)]
    named = [experiment.named(dot.point, texts) for dot in first.dots][:ROWS_SHOWN]
    cells = [_cells(which, curve, how) for which, curve, how in columns]
    rows = tuple((name, *(column[i] for column in cells)) for i, name in enumerate(named))
    head = (texts("curves.point"), *(how.axis for _, _, how in columns))
    blocks: list[Block] = [Heading(texts("curves.points"), "points"), Table(texts("curves.means"), head, rows)]
    if len(first.dots) > ROWS_SHOWN:
        blocks.append(Paragraph(texts("curves.more", count=len(first.dots) - ROWS_SHOWN), "note"))
    return blocks


def _cells(which: str, curve: Drawn, how: Shown) -> list[str]:
    means = how.cells([getattr(dot, which) for dot in curve.dots])
    halves = [
        None
        if getattr(dot, f"{which}_low") is None
        else (getattr(dot, f"{which}_high") - getattr(dot, f"{which}_low")) / 2.0
        for dot in curve.dots
    ]
    texts = how.cells(halves)
    return [mean if half is None else f"{mean} ± {text}" for mean, half, text in zip(means, halves, texts, strict=True)]
