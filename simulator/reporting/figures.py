"""The figures, drawn from a `Plot` and the texts of one language; written as SVG and PNG."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import numpy as np

from simulator.reporting import style
from simulator.reporting.builder import run_title
from simulator.reporting.formats import NONE, Number
from simulator.reporting.study import DAY_S
from simulator.reporting.verdict import READY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from simulator.reporting.plots import Plot
    from simulator.reporting.study import Study
    from simulator.reporting.texts import Texts

SUPPLY_COLOURS = {
    "grid_import": "#8C8C8C",
    "contract_delivered": style.BLUE,
    "direct_green_used": style.SKY,
    "pv_used": style.YELLOW,
    "wind_used": style.GREEN,
    "battery_discharge": style.PINK,
}
SUPPLY_HATCHES = {"contract_delivered": "////", "direct_green_used": "....", "wind_used": "\\\\\\\\"}
WAIT_TICKS_S = (1, 60, 600, 3600, 6 * 3600, 86400, 7 * 86400, 30 * 86400, 90 * 86400)
LEGEND_COLUMNS = 4
PAGE_IN = 8.4  # a figure as wide as the page is no higher: it is printed at its own size, caption and all
LOW_ROW_IN = 1.0
MIN_SHOWN = 0.002  # a source below this share of the supply would be an invisible sliver with a legend entry


def draw(plot: Plot, study: Study, texts: Texts) -> Any:
    """Draw one figure in one language; call inside `style.style`."""
    figure = DRAWINGS[plot.kind](plot, study, texts)
    style.footer(figure, texts("figure.footer", run=study.run_id, scenario=run_title(study, texts)))
    return figure


def save(figure: Any, folder: Path, name: str, alt: str, mark: str = "") -> list[Path]:
    """
    Write ``<name>.svg`` (with `alt` as its title) and ``<name>.png``; same content, same bytes.

    Both files carry the mark, if there is one, by which a drawing is known again (`kept`).
    """
    svg, png = folder / f"{name}.svg", folder / f"{name}.png"
    figure.savefig(svg, metadata={"Date": None, "Creator": None} | ({"Identifier": mark} if mark else {}))
    text = svg.read_text(encoding="utf-8")
    titled = re.sub(r"<svg [^>]*>", lambda tag: f"{tag[0]}<title>{escape(alt)}</title>", text, count=1)
    svg.write_text(titled, encoding="utf-8")
    figure.savefig(png, dpi=style.DPI, metadata={"Software": None} | ({"Comment": mark} if mark else {}))
    return [svg, png]


def _written(texts: Texts, value: float, unit: str, *, bare: bool = False) -> str:
    shown = texts.write(Number(value, unit, ()))
    return shown.bare if bare else str(shown)


def _ladder(plot: Plot, study: Study, texts: Texts) -> Any:
    """Left: baseline and increment against the target, at its own rung. Right: each rung against the gap."""
    figure = style.new_figure(3.7)
    left, right = figure.subplots(1, 2, width_ratios=(1, 2.5))
    figure.subplots_adjust(left=0.085, right=0.985, top=0.83, bottom=0.15, wspace=0.27)
    columns, own = plot.columns, plot.columns["rung"].index(plot.notes["rung"])
    baseline, required = columns["baseline_eflops"][0], columns["required_eflops"][0]
    known = [value is not None for value in columns["increment_eflops"]]
    increments, gap = [value or 0.0 for value in columns["increment_eflops"]], columns["gap_before_eflops"][0]
    _waterfall(left, (baseline, increments[own], required), plot, texts)
    covers = [value >= gap * (1 - 1e-9) for value in increments]
    # what stands ready covers the gap or not; the rungs below depend on demand and are not judged
    colours = [
        (style.BLUE if ok else style.ORANGE) if rung in READY else style.SKY
        for rung, ok in zip(columns["rung"], covers, strict=True)
    ]
    positions = np.arange(len(increments))
    right.bar(positions, increments, color=colours, width=0.62)
    right.set_xticks(positions, [texts(f"rung.{rung}") for rung in columns["rung"]])
    right.axhline(gap, color=style.RED, linewidth=1.4, linestyle=(0, (5, 2)))
    top = max(*increments, gap) or 1.0
    for x, value, colour, told in zip(positions, increments, colours, known, strict=True):
        inside = value > 0.12 * top  # a label on top of the bar would be crossed by the gap line
        right.text(
            x,
            value - top * 0.02 if inside else value + top * 0.01,
            _written(texts, value, "EFLOPS", bare=True) if told else NONE,
            ha="center",
            va="top" if inside else "bottom",
            fontsize=8.5,
            color="white" if inside and colour == style.BLUE else style.INK,
        )
    right.text(
        len(increments) - 0.55,
        gap + top * 0.015,
        texts("figure.ladder.gap", gap=_written(texts, gap, "EFLOPS")),
        ha="right",
        va="bottom",
        color=style.RED,
        fontsize=8,
    )
    right.set_ylim(0, top * 1.14)
    right.set_ylabel(texts("figure.ladder.increment_axis", precision=plot.notes["precision"]))
    right.set_title(texts("figure.ladder.right"), loc="left")
    figure.suptitle(texts.title(study.scenario.targets[plot.notes["target"]].title), x=0.012, ha="left", fontsize=10.5)
    return figure


def _waterfall(axes: Any, heights: tuple[float, float, float], plot: Plot, texts: Texts) -> None:
    baseline, increment, required = heights
    axes.bar([0], [baseline], color="#9A9A9A", width=0.7)
    axes.bar([1], [increment], bottom=[baseline], color=style.BLUE, width=0.7)
    axes.plot([0.35, 0.65], [baseline, baseline], color=style.GREY, linewidth=0.7)
    axes.axhline(required, color=style.RED, linewidth=1.4, linestyle=(0, (5, 2)))
    top = max(baseline + increment, required) or 1.0
    label = texts("figure.ladder.target", required=_written(texts, required, "EFLOPS"))
    axes.text(-0.45, required + top * 0.015, label, color=style.RED, fontsize=8, va="bottom")
    axes.text(0, baseline / 2, _written(texts, baseline, "EFLOPS", bare=True), ha="center", va="center", fontsize=8)
    axes.text(
        1,
        baseline - top * 0.02,
        "+" + _written(texts, increment, "EFLOPS", bare=True),
        ha="center",
        va="top",
        fontsize=8,
    )
    axes.set_xticks([0, 1], [texts("figure.ladder.baseline"), texts("figure.ladder.added")])
    axes.set_xlim(-0.5, 1.5)
    axes.set_ylim(0, top * 1.14)
    axes.set_ylabel(texts("figure.ladder.axis", precision=plot.notes["precision"]))
    axes.set_title(texts("figure.ladder.left", rung=texts(f"rung.{plot.notes['rung']}")), loc="left")


def _capacity(plot: Plot, study: Study, texts: Texts) -> Any:
    """Draw the capacity on every rung, stacked by hub: for scenarios without a target."""
    figure = style.new_figure(3.5)
    axes = figure.subplots()
    figure.subplots_adjust(left=0.09, right=0.985, top=0.88, bottom=0.17)
    rungs = list(dict.fromkeys(plot.columns["rung"]))
    values = np.array(plot.columns["capacity_eflops"]).reshape(-1, len(rungs))
    base = np.zeros(len(rungs))
    for i, hub in enumerate(dict.fromkeys(plot.columns["hub"])):
        colour = style.HUB_COLOURS[i % len(style.HUB_COLOURS)]
        axes.bar(
            range(len(rungs)),
            values[i],
            bottom=base,
            color=colour,
            width=0.62,
            edgecolor="white",
            linewidth=0.5,
            label=texts.title(study.scenario.hubs[hub].title),
        )
        base = base + values[i]
    for x, total in enumerate(base):
        axes.text(x, total, _written(texts, float(total), "EFLOPS", bare=True), ha="center", va="bottom", fontsize=8)
    axes.set_xticks(range(len(rungs)), [texts(f"rung.{rung}") for rung in rungs])
    axes.set_ylim(0, float(base.max() or 1.0) * 1.12)
    axes.set_ylabel(texts("figure.ladder.axis", precision=plot.notes["precision"]))
    axes.set_title(texts("figure.ladder.capacity"), loc="left")
    axes.legend(loc="upper right")
    return figure


def _power(plot: Plot, study: Study, texts: Texts) -> Any:
    """One row a hub: the busiest week and, for longer runs, the days of the run."""
    hubs, panels = list(dict.fromkeys(plot.columns["hub"])), list(dict.fromkeys(plot.columns["panel"]))
    height = min(max(2.9, 1.05 + 1.45 * len(hubs)), PAGE_IN)
    figure = style.new_figure(height)
    grid = figure.subplots(len(hubs), len(panels), squeeze=False, sharex="col")
    row_in = (height - 1.17) / len(hubs)
    hspace = max(0.32, 0.26 / (row_in - 0.26))  # the title of a row keeps its size
    figure.subplots_adjust(
        left=0.085, right=0.97, top=1 - 0.62 / height, bottom=0.55 / height, wspace=0.16, hspace=hspace
    )
    names = np.array(plot.columns["hub"]), np.array(plot.columns["panel"])
    for row, hub in enumerate(hubs):
        top = 0.0
        for column, panel in enumerate(panels):
            rows = np.flatnonzero((names[0] == hub) & (names[1] == panel))
            data = {
                key: np.array(plot.columns[key])[rows] for key in ("time_s", "facility_mw", "facility_max_mw", "cap_mw")
            }
            top = max(top, _power_panel(grid[row, column], data, panel))
            time_axis(grid[row, column], data["time_s"], study, texts)
        for column in range(len(panels)):
            grid[row, column].set_ylim(0, top * 1.1 or 1.0)
        if row_in > LOW_ROW_IN or row == len(hubs) // 2:  # in low rows the labels would run into each other
            grid[row, 0].set_ylabel(texts("unit_axis.power"))
        grid[row, 0].set_title(texts.title(study.scenario.hubs[hub].title), loc="left", fontsize=9)
    _power_legend(figure, grid, panels, texts)
    return figure


def _power_panel(axes: Any, data: dict[str, np.ndarray], panel: str) -> float:
    days = data["time_s"] / DAY_S
    if panel == "run":
        axes.fill_between(days, data["facility_mw"], data["facility_max_mw"], color=style.SKY, alpha=0.55, linewidth=0)
    axes.plot(days, data["facility_mw"], color=style.BLUE, linewidth=1.0)
    axes.plot(days, data["cap_mw"], color=style.RED, linewidth=1.2, linestyle=(0, (5, 2)))
    axes.set_xlim(days[0], days[-1] + (days[1] - days[0] if len(days) > 1 else 1.0))
    return float(np.nanmax([np.nanmax(data["facility_max_mw"]), np.nanmax(data["cap_mw"])]))


def _power_legend(figure: Any, grid: Any, panels: list[str], texts: Texts) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = [
        Line2D([], [], color=style.BLUE, label=texts("figure.power.mean")),
        Line2D(
            [],
            [],
            color=style.RED,
            linestyle=(0, (5, 2)),
            label=texts("figure.power.cap" if "run" in panels else "figure.power.cap_week"),
        ),
    ]
    if "run" in panels:
        handles.insert(1, Patch(color=style.SKY, alpha=0.55, label=texts("figure.power.band")))
        for column, panel in enumerate(panels):
            right = grid[0, column]
            right.set_title(texts(f"figure.power.{panel}"), loc="right", fontsize=8, color=style.GREY)
    figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.075, 1.0), ncols=3)


def time_axis(axes: Any, times_s: np.ndarray, study: Study, texts: Texts) -> None:
    """Put ticks at months, days or hours, whatever the span asks for; x is in days since the start."""
    begin, end = float(times_s[0]), float(times_s[-1])
    span = (end - begin) / DAY_S
    moments = [study.start + timedelta(seconds=begin + hour * 3600.0) for hour in range(int((end - begin) // 3600) + 2)]
    if span > 62:
        months = [m for m in moments if m.day == 1 and m.hour == 0]
        chosen = months[:: 2 if len(months) > 8 else 1]
        labels = [texts(f"months.m{m.month}") for m in chosen]
    elif span > 2.5:
        every = max(1, round(span / 7))
        midnights = [m for m in moments if m.hour == 0]
        chosen = midnights[::every]
        labels = [texts("figure.day", month=m.month, day=m.day, name=texts(f"months.m{m.month}")) for m in chosen]
    else:
        chosen = [m for m in moments if m.hour % 6 == 0]
        labels = [m.strftime("%H:%M") for m in chosen]
    axes.set_xticks([(m - study.start).total_seconds() / DAY_S for m in chosen], labels)


def _supply(plot: Plot, study: Study, texts: Texts) -> Any:
    """Stack the sources by period; the marks are what the facilities used."""
    figure = style.new_figure(3.7)
    axes = figure.subplots()
    unit = plot.notes["unit"]
    x = np.arange(len(plot.notes["moments"]))
    shown = _worth_showing(plot)
    legend_rows = -(-(len(shown) + 1) // LEGEND_COLUMNS)
    figure.subplots_adjust(left=0.09, right=0.985, top=0.97 - 0.065 * legend_rows, bottom=0.14)
    base = np.zeros(len(x))
    for source, values in shown.items():
        axes.bar(
            x,
            values,
            bottom=base,
            width=0.75,
            color=SUPPLY_COLOURS[source],
            label=texts(f"supply.{source}"),
            hatch=SUPPLY_HATCHES.get(source),
            edgecolor="white",
            linewidth=0.4,
        )
        base = base + values
    used = np.array(plot.columns[f"facility_{unit.lower()}"])
    axes.plot(x, used, linestyle="none", marker="D", markersize=3.6, color=style.INK, label=texts("supply.facility"))
    axes.set_ylim(0, float(max(base.max(initial=0.0), used.max(initial=0.0)) or 1.0) * 1.06)
    axes.set_xlim(-0.6, len(x) - 0.4)
    axes.set_ylabel(texts(f"unit_axis.energy_{plot.notes['step']}", unit=texts.unit(unit)))
    _period_ticks(axes, plot, texts)
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.02), ncols=LEGEND_COLUMNS, borderaxespad=0, columnspacing=1.2)
    return figure


def _worth_showing(plot: Plot) -> dict[str, np.ndarray]:
    unit = plot.notes["unit"].lower()
    values = {source: np.array(plot.columns[f"{source}_{unit}"]) for source in SUPPLY_COLOURS}
    total = sum(float(v.sum()) for v in values.values())
    return {source: v for source, v in values.items() if v.sum() > MIN_SHOWN * total or source == "grid_import"}


def _period_ticks(axes: Any, plot: Plot, texts: Texts) -> None:
    moments, step = plot.notes["moments"], plot.notes["step"]
    every = max(1, len(moments) // 12)
    places = list(range(0, len(moments), every))
    labels = {
        "month": lambda m: texts(f"months.m{m.month}"),
        "day": lambda m: texts("figure.day", month=m.month, day=m.day, name=texts(f"months.m{m.month}")),
        "hour": lambda m: m.strftime("%H:%M"),
    }[step]
    axes.set_xticks(places, [labels(moments[i]) for i in places])
    axes.grid(visible=False, axis="x")


def _waits(plot: Plot, study: Study, texts: Texts) -> Any:
    """Draw the share of jobs that waited longer than x."""
    figure = style.new_figure(3.5)
    axes = figure.subplots()
    figure.subplots_adjust(left=0.09, right=0.975, top=0.9, bottom=0.19)
    names = np.array(plot.columns["hub"])
    for i, name in enumerate(dict.fromkeys(plot.columns["hub"])):
        rows = np.flatnonzero(names == name)
        x, y = (np.array(plot.columns[key])[rows] for key in ("wait_s", "share_waiting_longer"))
        if name == "all":
            axes.plot(x, 100 * y, color=style.INK, linewidth=2.0, label=texts("figure.waits.all"))
        else:
            colour, dash = (series[(i - 1) % len(series)] for series in (style.HUB_COLOURS, style.HUB_DASHES))
            axes.plot(
                x,
                100 * y,
                color=colour,
                linestyle=dash,
                zorder=3,
                label=texts.title(study.scenario.hubs[name].title),
            )
    axes.set_xscale("log")
    _wait_axis(axes, plot, texts)
    axes.set_title(_wait_title(plot, texts), loc="left")
    if len(plot.columns["hub"]):
        axes.legend(loc="upper right")
    return figure


def _wait_axis(axes: Any, plot: Plot, texts: Texts) -> None:
    from matplotlib.ticker import NullLocator

    longest = max(plot.columns["wait_s"], default=3600.0)
    axes.set_xlim(1, longest * 1.05)
    ticks = [t for t in WAIT_TICKS_S if t <= longest * 1.05]
    axes.set_xticks(ticks, [_written(texts, t, "s") for t in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    highest = 100 * max(plot.columns["share_waiting_longer"], default=0.0)
    axes.set_ylim(0, min(100.0, highest * 1.15) or 1.0)
    axes.grid(visible=True, axis="both")
    axes.set_xlabel(texts("figure.waits.x"))
    axes.set_ylabel(texts("figure.waits.y"))


def _wait_title(plot: Plot, texts: Texts) -> str:
    if plot.notes["at_once"] is None:
        return texts("figure.waits.none")
    return texts(
        "figure.waits.title",
        share=_written(texts, plot.notes["at_once"], "share"),
        count=_written(texts, plot.notes["started"], "count"),
    )


DRAWINGS: dict[str, Callable[[Plot, Study, Texts], Any]] = {
    "ladder": _ladder,
    "capacity": _capacity,
    "power": _power,
    "supply": _supply,
    "waits": _waits,
}
