"""The map: hubs and data links at their places, and the interties between provinces, without outlines of land."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from simulator.reporting import style
from simulator.reporting.formats import Number

if TYPE_CHECKING:
    from simulator.reporting.plots import Plot
    from simulator.reporting.study import Study
    from simulator.reporting.texts import Texts

# Seats of provincial government, to half a degree: good enough to draw a line to, and used for nothing else. [deg N, E]
SEATS = {
    "zhejiang": (30.5, 120.0), "jiangsu": (32.0, 119.0), "shanghai": (31.0, 121.5), "anhui": (32.0, 117.5),
    "ningxia": (38.5, 106.0), "gansu": (36.0, 104.0), "inner_mongolia": (41.0, 111.5), "guizhou": (26.5, 106.5),
    "sichuan": (30.5, 104.0), "hubei": (30.5, 114.5), "fujian": (26.0, 119.5), "shanxi": (38.0, 112.5),
    "xinjiang": (44.0, 87.5), "qinghai": (36.5, 102.0), "shaanxi": (34.5, 109.0), "yunnan": (25.0, 102.5),
}  # fmt: skip
DELTA_SPAN = 3.0  # hubs within so many degrees get a panel of their own [deg]
KM_ASPECT = 0.86  # a degree of longitude over one of latitude at 31 N
LABEL_STEP = (7, 6)  # points from a marker to its name
LABEL_BOX = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
FAR = 4.0  # shorter lines, between neighbours, would be nothing but overlapping labels [deg]


def draw_map(plot: Plot, study: Study, texts: Texts) -> Any:
    """Left the provinces that send and receive power, right the hubs; one panel where there are no interties."""
    hubs, lines = _of(plot, "hub"), [line for line in _of(plot, "intertie") if _drawable(line)]
    figure = style.new_figure(4.0)
    panels = figure.subplots(1, 2 if lines else 1, width_ratios=(1.25, 1) if lines else None, squeeze=False)[0]
    figure.subplots_adjust(left=0.07, right=0.985, top=0.86, bottom=0.14, wspace=0.16)
    if lines:
        _provinces(panels[0], lines, hubs, texts)
    _hubs(panels[-1], hubs, _of(plot, "link"), study, texts)
    for axes in panels:
        axes.set_aspect(1 / KM_ASPECT, adjustable="datalim")
        axes.grid(visible=True, axis="both")
        axes.locator_params(nbins=5)
        axes.set_xlabel(texts("atlas.map.longitude"))
    panels[0].set_ylabel(texts("atlas.map.latitude"))
    return figure


def _of(plot: Plot, kind: str) -> list[dict[str, Any]]:
    rows = [dict(zip(plot.columns, cells, strict=True)) for cells in zip(*plot.columns.values(), strict=True)]
    return [row for row in rows if row["kind"] == kind]


def _drawable(line: dict[str, Any]) -> bool:
    if line["from"] not in SEATS or line["to"] not in SEATS:
        return False
    return math.dist(SEATS[line["from"]], SEATS[line["to"]]) > FAR


def _provinces(axes: Any, lines: list[dict[str, Any]], hubs: list[dict[str, Any]], texts: Texts) -> None:
    for line in lines:
        (y, x), (to_y, to_x) = SEATS[line["from"]], SEATS[line["to"]]
        arrow = {"arrowstyle": "-|>", "color": style.BLUE, "linewidth": 0.8 + 0.25e-3 * line["value"], "shrinkB": 4}
        axes.annotate("", xy=(to_x, to_y), xytext=(x, y), arrowprops=arrow)
        capacity = texts("atlas.map.capacity", gw=f"{line['value'] / 1e3:g}")
        axes.text((x + to_x) / 2, (y + to_y) / 2, capacity, fontsize=7.5, color=style.BLUE, ha="center", bbox=LABEL_BOX)
    for name in dict.fromkeys(end for line in lines for end in (line["from"], line["to"])):
        y, x = SEATS[name]
        axes.plot(x, y, marker="s", color=style.GREY, markersize=5)
        title = texts.get(f"atlas.provinces.{name}", name)
        axes.annotate(title, (x, y), xytext=LABEL_STEP, textcoords="offset points", fontsize=8)
    for hub in hubs:
        axes.plot(hub["longitude"], hub["latitude"], marker="o", color=style.ORANGE, markersize=3.5)
    axes.set_title(texts("atlas.map.power"), loc="left")
    axes.margins(0.18)


def _hubs(axes: Any, hubs: list[dict[str, Any]], links: list[dict[str, Any]], study: Study, texts: Texts) -> None:
    near = _within_reach(hubs)
    places = {hub["name"]: (hub["longitude"], hub["latitude"]) for hub in near}
    for link in links:
        if link["from"] in places and link["to"] in places:
            ends = [places[link["from"]], places[link["to"]]]
            axes.plot(*zip(*ends, strict=True), color=style.GREY, linewidth=1.0, zorder=1)
            if link["value"] is not None:
                middle = [sum(pair) / 2 for pair in zip(*ends, strict=True)]
                text = str(texts.write(Number(link["value"], "ms", ())))
                axes.annotate(text, middle, fontsize=7, color=style.GREY, ha="center")
    largest = max((hub["value"] or 0.0 for hub in near), default=0.0) or 1.0
    for hub in near:
        energy = hub["value"] or 0.0
        axes.scatter(*places[hub["name"]], s=40 + 500 * energy / largest, color=style.ORANGE, alpha=0.75, zorder=2)
        title = texts.title(study.scenario.hubs[hub["name"]].title)
        label = texts("atlas.map.hub", hub=title, energy=str(texts.write(Number(energy, "GWh", ()))))
        beside = {"textcoords": "offset points", "ha": "center", "va": "bottom", "bbox": LABEL_BOX}
        axes.annotate(label, places[hub["name"]], xytext=(0, 12), fontsize=8, **beside)
    axes.set_title(texts("atlas.map.hubs"), loc="left")
    axes.margins(0.55)


def _within_reach(hubs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the hubs near the first; all of them if none is: far ones would press the near ones into one dot."""
    first = hubs[0]
    near = [
        hub
        for hub in hubs
        if abs(hub["latitude"] - first["latitude"]) < DELTA_SPAN
        and abs(hub["longitude"] - first["longitude"]) < DELTA_SPAN
    ]
    return near if len(near) > 1 else hubs
