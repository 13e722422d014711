"""The figures of a comparison, drawn from their `Plot`."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.reporting import style
from simulator.reporting.figures import WAIT_TICKS_S
from simulator.reporting.formats import Number
from simulator.reporting.keys import shown
from simulator.reporting.study import RUNGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.reporting.plots import Plot
    from simulator.reporting.texts import Texts

COLOURS, DASHES = style.HUB_COLOURS, style.HUB_DASHES
NAME_WIDTH = 26  # characters of a step's name in a line


def draw_comparison(plot: Plot, names: list[str], texts: Texts) -> Any:
    """Draw one figure in one language; call inside `style.style`."""
    figure = DRAWINGS[plot.kind](plot, names, texts)
    style.footer(figure, texts("compare.footer", file=f"figures/{plot.name}.csv"))
    return figure


def _effects(plot: Plot, names: list[str], texts: Texts) -> Any:
    """One panel a key: bars from where the last one ended, in order; marks for each step alone."""
    keys, steps = list(plot.notes["starts"]), list(dict.fromkeys(plot.columns["step"]))
    rows = len(steps) + 2
    height = 1.25 + 0.36 * rows
    figure = style.new_figure(max(2.6, height))
    grid = figure.subplots(1, len(keys), sharey=True, squeeze=False)[0]
    figure.subplots_adjust(left=0.27, right=0.985, top=1 - 0.66 / height, bottom=0.72 / height, wspace=0.14)
    for axes, key in zip(grid, keys, strict=True):
        _effect_panel(axes, plot, key, texts)
    labels = [_broken(step) for step in steps]
    ends = (texts("compare.from", name=names[0]), texts("compare.to", name=names[plot.notes["side"]]))
    first, last = map(_broken, ends)
    grid[0].set_yticks(range(rows), [first, *labels, last], fontsize=7)
    grid[0].set_ylim(rows - 0.4, -0.6)
    handles, words = grid[0].get_legend_handles_labels()
    figure.legend(handles, words, loc="upper left", bbox_to_anchor=(0.26, 1.0), ncols=4, columnspacing=1.0)
    return figure


def _broken(name: str) -> str:
    """Break a name into lines; a path breaks at its dots."""
    lines = textwrap.wrap(name.replace(".", ". "), NAME_WIDTH, break_long_words=True)
    return "\n".join(line.replace(". ", ".") for line in lines)


def _effect_panel(axes: Any, plot: Plot, key: str, texts: Texts) -> None:
    rows = [i for i, name in enumerate(plot.columns["key"]) if name == key]
    effects = [plot.columns["in_order"][i] or 0.0 for i in rows]
    start, total = plot.notes["starts"][key], plot.notes["totals"][key]
    how = shown(key, [start, start + total], texts)
    levels = start + np.concatenate([[0.0], np.cumsum(effects)])
    factor = how.factor
    for at, value in ((0, start), (len(rows) + 1, start + total)):
        axes.barh(at, value * factor, color="#9A9A9A", height=0.6)
    for n, i in enumerate(rows):
        colour = style.ORANGE if effects[n] > 0 else style.BLUE
        axes.barh(n + 1, effects[n] * factor, left=levels[n] * factor, color=colour, height=0.6)
        axes.plot([levels[n] * factor] * 2, [n + 0.3 if n else 0.3, n + 1.3], color=style.GREY, linewidth=0.6)
        low, high = plot.columns["in_order_low"][i], plot.columns["in_order_high"][i]
        if low is not None:
            ends = [(levels[n] + low) * factor, (levels[n] + high) * factor]
            label = texts("compare.interval") if n == 0 else None
            axes.plot(ends, [n + 1] * 2, color=style.INK, linewidth=1.0, marker="|", markersize=5, label=label)
        alone = plot.columns["alone"][i]
        if alone is not None:
            label = texts("compare.alone") if n == 0 else None
            at = (start + alone) * factor
            axes.plot(
                at,
                n + 1,
                marker="D",
                markersize=4,
                markerfacecolor="white",
                color=style.INK,
                linestyle="none",
                label=label,
            )
    _zoom(axes, [*(levels * factor), *((start + (plot.columns["alone"][i] or 0.0)) * factor for i in rows)])
    axes.set_xlabel(how.axis, fontsize=8)
    axes.tick_params(axis="x", labelsize=7)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")


def _zoom(axes: Any, values: list[float]) -> None:
    """Show the range of the steps where it is small beside the whole: the bars then start off the axis."""
    low, high = min(values), max(values)
    span = max(high - low, abs(high) * 1e-6, 1e-12)
    left = 0.0 if low >= 0 and span > 0.35 * high else low - 0.25 * span
    axes.set_xlim(left, high + 0.2 * span)
    axes.locator_params(axis="x", nbins=4)


def _rungs(plot: Plot, names: list[str], texts: Texts) -> Any:
    figure = style.new_figure(3.5)
    axes = figure.subplots()
    figure.subplots_adjust(left=0.1, right=0.985, top=0.82, bottom=0.17)
    how = shown(f"capacity.{plot.notes['precision']}.nameplate_eflops", plot.columns["capacity_eflops"], texts)
    values = np.array(plot.columns["capacity_eflops"]).reshape(-1, len(RUNGS)) * how.factor
    width = 0.8 / len(values)
    for k, row in enumerate(values):
        places = np.arange(len(RUNGS)) + (k - (len(values) - 1) / 2) * width
        axes.bar(places, row, width=width * 0.92, color=COLOURS[k % len(COLOURS)], label=names[k])
    axes.set_xticks(range(len(RUNGS)), [texts(f"rung.{rung}") for rung in RUNGS])
    axes.set_ylabel(texts("compare.rungs_axis", precision=plot.notes["precision"].upper(), unit=how.unit))
    _legend(figure, axes)
    return figure


def _duration(plot: Plot, names: list[str], texts: Texts) -> Any:
    figure = style.new_figure(3.5)
    axes = figure.subplots()
    figure.subplots_adjust(left=0.1, right=0.975, top=0.82, bottom=0.19)
    how = shown("energy.mean_facility_mw", plot.columns["facility_mw"], texts)
    for k, x, y in _lines(plot, "share_of_time", "facility_mw"):
        axes.plot(
            100 * x, y * how.factor, color=COLOURS[k % len(COLOURS)], linestyle=DASHES[k % len(DASHES)], label=names[k]
        )
    axes.set_xlim(0, 100)
    axes.set_ylim(bottom=0)
    axes.set_xlabel(texts("compare.duration_x"))
    axes.set_ylabel(texts("compare.duration_y", unit=how.unit))
    _legend(figure, axes)
    return figure


def _waits(plot: Plot, names: list[str], texts: Texts) -> Any:
    from matplotlib.ticker import NullLocator

    figure = style.new_figure(3.5)
    axes = figure.subplots()
    figure.subplots_adjust(left=0.1, right=0.975, top=0.82, bottom=0.19)
    for k, x, y in _lines(plot, "wait_s", "share_waiting_longer"):
        axes.plot(x, 100 * y, color=COLOURS[k % len(COLOURS)], linestyle=DASHES[k % len(DASHES)], label=names[k])
    longest = max(plot.columns["wait_s"], default=3600.0)
    axes.set_xscale("log")
    axes.xaxis.set_minor_locator(NullLocator())
    ticks = [t for t in WAIT_TICKS_S if t <= longest * 1.05]
    axes.set_xticks(ticks, [str(texts.write(Number(float(t), "s", ()))) for t in ticks])
    axes.set_xlim(1, longest * 1.05)
    axes.set_ylim(bottom=0)
    axes.set_xlabel(texts("figure.waits.x"))
    axes.set_ylabel(texts("figure.waits.y"))
    _legend(figure, axes)
    return figure


def _lines(plot: Plot, x: str, y: str) -> list[tuple[int, np.ndarray, np.ndarray]]:
    sides = np.array(plot.columns["side"])
    columns = {name: np.array(plot.columns[name]) for name in (x, y)}
    return [(int(k), columns[x][sides == k], columns[y][sides == k]) for k in dict.fromkeys(plot.columns["side"])]


def _legend(figure: Any, axes: Any) -> None:
    handles, labels = axes.get_legend_handles_labels()
    longest = max((len(label) for label in labels), default=0)
    figure.legend(handles, labels, loc="upper left", bbox_to_anchor=(0.085, 0.995), ncols=1 if longest > 45 else 2)


DRAWINGS: dict[str, Callable[[Plot, list[str], Texts], Any]] = {
    "effects": _effects,
    "rungs": _rungs,
    "duration": _duration,
    "waits": _waits,
}
