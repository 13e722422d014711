"""Drawings of the pictures beyond the report; see `atlas_plots` for their data and `atlas_map` for the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.reporting import style
from simulator.reporting.atlas_map import draw_map
from simulator.reporting.figures import SUPPLY_COLOURS, SUPPLY_HATCHES, time_axis
from simulator.reporting.study import DAY_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.reporting.plots import Plot
    from simulator.reporting.study import Study
    from simulator.reporting.texts import Texts

MIN_SHOWN = 0.002  # a source below this share would be an invisible sliver with a legend entry
CELL_TEXT = 8  # most months for which each cell of the heat map carries its number


def draw_atlas(plot: Plot, study: Study, texts: Texts) -> Any:
    """Draw one picture in one language; call inside `style.style`."""
    from simulator.reporting.builder import run_title

    figure = ATLAS[plot.kind](plot, study, texts)
    style.footer(figure, texts("figure.footer", run=study.run_id, scenario=run_title(study, texts)))
    return figure


def _balance(plot: Plot, study: Study, texts: Texts) -> Any:
    """Left the day of the peak, right the week: supply on load, state of charge, price and carbon below."""
    battery = plot.notes["battery"]
    heights = (3.0, 0.8, 0.9) if battery else (3.0, 0.9)
    height = sum(heights) + 1.6
    figure = style.new_figure(height)
    grid = figure.subplots(len(heights), 2, sharex="col", height_ratios=heights, width_ratios=(1, 2), squeeze=False)
    figure.subplots_adjust(left=0.095, right=0.905, top=1 - 1.05 / height, bottom=0.5 / height, wspace=0.2, hspace=0.18)
    shown = [s for s in SUPPLY_COLOURS if sum(plot.columns[f"{s}_mw"]) > MIN_SHOWN * sum(plot.columns["facility_mw"])]
    for column, panel in enumerate(("day", "week")):
        data = _rows(plot, panel)
        days = data["time_s"] / DAY_S
        _stack(grid[0, column], days, data, shown, texts)
        if battery:
            grid[1, column].fill_between(days, 100 * data["soc"], color=style.PINK, alpha=0.6, step="post")
            grid[1, column].set_ylim(0, 100)
        _price_and_carbon(grid[-1, column], days, data, texts, last=column == 1, first=column == 0)
        time_axis(grid[-1, column], data["time_s"], study, texts)
        grid[0, column].set_title(texts(f"atlas.balance.{panel}"), loc="left")
    grid[0, 0].set_ylabel(texts("unit_axis.power"))
    if battery:
        grid[1, 0].set_ylabel(texts("atlas.balance.soc"))
    handles, labels = grid[0, 1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper left", bbox_to_anchor=(0.085, 1 - 0.27 / height), ncols=4)
    title = texts.title(study.scenario.hubs[plot.notes["hub"]].title)
    figure.suptitle(texts("atlas.balance.title", hub=title), x=0.012, ha="left", fontsize=10.5)
    return figure


def _rows(plot: Plot, panel: str) -> dict[str, np.ndarray]:
    chosen = np.array(plot.columns["panel"]) == panel
    return {name: np.array(values)[chosen] for name, values in plot.columns.items() if name != "panel"}


def _stack(axes: Any, days: np.ndarray, data: dict[str, np.ndarray], shown: list[str], texts: Texts) -> None:
    base = np.zeros(len(days))
    for source in shown:
        upper = base + data[f"{source}_mw"]
        axes.fill_between(
            days,
            base,
            upper,
            step="post",
            color=SUPPLY_COLOURS[source],
            hatch=SUPPLY_HATCHES.get(source),
            edgecolor="white",
            linewidth=0.0,
            label=texts(f"supply.{source}"),
        )
        base = upper
    axes.step(days, data["facility_mw"], where="post", color=style.INK, linewidth=1.2, label=texts("supply.facility"))
    used = data["facility_mw"] + data["battery_charge_mw"] + data["grid_export_mw"]
    if (used > data["facility_mw"]).any():
        axes.step(
            days, used, where="post", color=style.INK, linewidth=0.7, linestyle=":", label=texts("atlas.balance.used")
        )
    axes.set_xlim(days[0], days[-1] + (days[1] - days[0]))
    axes.set_ylim(0, float(max(base.max(), data["facility_mw"].max())) * 1.06)


def _price_and_carbon(
    axes: Any, days: np.ndarray, data: dict[str, np.ndarray], texts: Texts, *, first: bool, last: bool
) -> None:
    price, carbon = data["energy_price_cny_per_kwh"], data["ci_location_kg_per_kwh"]
    axes.step(days, price, where="post", color=style.BLUE)
    axes.set_ylim(0, float(price.max()) * 1.15 or 1.0)
    right = axes.twinx()
    right.step(days, carbon, where="post", color=style.RED, linestyle=(0, (4, 2)))
    right.set_ylim(0, float(carbon.max()) * 1.15 or 1.0)
    right.grid(visible=False)
    right.spines["right"].set_visible(True)
    if first:
        axes.set_ylabel(texts("atlas.balance.price"), color=style.BLUE)
    if last:
        right.set_ylabel(texts("atlas.balance.carbon"), color=style.RED)
    else:
        right.set_yticklabels([])


def _durations(plot: Plot, study: Study, texts: Texts) -> Any:
    """Draw one curve a hub: facility power left, metered import with its limit right."""
    figure = style.new_figure(3.6)
    axes = figure.subplots(1, 2, sharey=True)
    figure.subplots_adjust(left=0.08, right=0.985, top=0.83, bottom=0.16, wspace=0.08)
    names = np.array(plot.columns["hub"])
    for i, hub in enumerate(dict.fromkeys(plot.columns["hub"])):
        rows = np.flatnonzero(names == hub)
        hours = np.array(plot.columns["hours"])[rows]
        colour, dash = (s[i % len(s)] for s in (style.HUB_COLOURS, style.HUB_DASHES))
        title = texts.title(study.scenario.hubs[hub].title)
        for axis, name in zip(axes, ("facility_mw", "import_mw"), strict=True):
            axis.plot(hours, np.array(plot.columns[name])[rows], color=colour, linestyle=dash, label=title)
        axes[1].axhline(plot.notes["limits_mw"][hub], color=colour, linewidth=0.8, linestyle=(0, (1, 2)))
    for axis, key in zip(axes, ("facility", "import"), strict=True):
        axis.set_title(texts(f"atlas.durations.{key}"), loc="left")
        axis.set_xlabel(texts("atlas.durations.hours"))
        axis.set_xlim(0, max(plot.columns["hours"]))
    axes[0].set_ylim(bottom=0)
    axes[0].set_ylabel(texts("unit_axis.power"))
    figure.legend(*axes[0].get_legend_handles_labels(), loc="upper left", bbox_to_anchor=(0.07, 1.0), ncols=4)
    return figure


def _clean_hours(plot: Plot, study: Study, texts: Texts) -> Any:
    """Draw the heat map: hours of the day across, months down."""
    months = plot.notes["months"]
    share = 100 * np.array(plot.columns["clean_share"]).reshape(len(months), 24)
    figure = style.new_figure(1.5 + 0.27 * len(months))
    axes = figure.subplots()
    height = 1.5 + 0.27 * len(months)
    figure.subplots_adjust(left=0.09, right=1.02, top=1 - 0.42 / height, bottom=0.62 / height)
    image = axes.imshow(share, aspect="auto", cmap="cividis", vmin=0, vmax=100)
    axes.set_xticks(range(0, 24, 3), [f"{hour:02d}" for hour in range(0, 24, 3)])
    axes.set_yticks(range(len(months)), [texts(f"months.m{month}") for month in months])
    axes.grid(visible=False)
    axes.set_xlabel(texts("atlas.clean_hours.hour"))
    axes.set_title(texts("atlas.clean_hours.title"), loc="left")
    figure.colorbar(image, ax=axes, label=texts("atlas.clean_hours.share"), pad=0.02)
    if len(months) <= CELL_TEXT:
        for (row, column), value in np.ndenumerate(share):
            if np.isfinite(value):
                shade = "white" if value < 55 else style.INK
                axes.text(column, row, f"{value:.0f}", ha="center", va="center", fontsize=6.5, color=shade)
    return figure


def _pue(plot: Plot, study: Study, texts: Texts) -> Any:
    """Draw PUE against wet bulb, one line a hub; dots grow with the hours spent there."""
    figure = style.new_figure(3.6)
    axes = figure.subplots()
    figure.subplots_adjust(left=0.09, right=0.985, top=0.9, bottom=0.17)
    names, hours = np.array(plot.columns["hub"]), np.array(plot.columns["hours"])
    for i, hub in enumerate(dict.fromkeys(plot.columns["hub"])):
        rows = np.flatnonzero(names == hub)
        x, y = (np.array(plot.columns[key])[rows] for key in ("wet_bulb_c", "pue"))
        colour, dash = (s[i % len(s)] for s in (style.HUB_COLOURS, style.HUB_DASHES))
        axes.plot(x, y, color=colour, linestyle=dash, label=texts.title(study.scenario.hubs[hub].title))
        axes.scatter(x, y, s=4 + 60 * hours[rows] / hours.max(), color=colour, alpha=0.5, linewidth=0)
    axes.set_xlabel(texts("atlas.pue.x"))
    axes.set_ylabel(texts("atlas.pue.y"))
    axes.set_title(texts("atlas.pue.title"), loc="left")
    axes.legend(loc="upper left")
    return figure


ATLAS: dict[str, Callable[[Plot, Study, Texts], Any]] = {
    "balance": _balance,
    "durations": _durations,
    "clean_hours": _clean_hours,
    "pue": _pue,
    "map": draw_map,
}
