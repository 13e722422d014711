"""One look for all figures: Chinese glyphs, colours for colour-blind readers, same bytes every time."""

from __future__ import annotations

import functools
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

# Okabe and Ito (2008), "Color Universal Design": told apart with protanopia, deuteranopia and tritanopia
BLUE, ORANGE, GREEN, SKY, YELLOW, RED, PINK = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#56B4E9",
    "#F0E442",
    "#D55E00",
    "#CC79A7",
)
INK, GREY, LIGHT = "#222222", "#767676", "#D9D9D9"
HUB_COLOURS = (BLUE, ORANGE, GREEN, PINK, SKY, RED)
HUB_DASHES = ("-", (0, (5, 2)), (0, (2, 1.5)), (0, (6, 2, 1, 2)), "-", (0, (5, 2)))
WIDTH_IN, DPI = 7.2, 150


@functools.cache
def font_family() -> str:
    """Register the Chinese font the package ships and return its family name."""
    import pylopdf_fonts_zh_cn
    from matplotlib import font_manager

    path = str(pylopdf_fonts_zh_cn.sans_path())
    font_manager.fontManager.addfont(path)
    return str(font_manager.FontProperties(fname=path).get_name())


@contextmanager
def style() -> Iterator[None]:
    """Apply the look to what is drawn and saved inside."""
    import matplotlib as mpl

    with mpl.rc_context(
        {
            "font.family": font_family(),
            "font.size": 9,
            "axes.titlesize": 10,
            "axes.labelsize": 9,
            "xtick.labelsize": 8,
            "ytick.labelsize": 8,
            "legend.fontsize": 8,
            "legend.frameon": False,
            "text.color": INK,
            "axes.labelcolor": INK,
            "axes.edgecolor": GREY,
            "axes.linewidth": 0.7,
            "xtick.color": INK,
            "ytick.color": INK,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "axes.grid.axis": "y",
            "axes.axisbelow": True,
            "grid.color": LIGHT,
            "grid.linewidth": 0.6,
            "lines.linewidth": 1.3,
            "path.simplify": True,
            "path.simplify_threshold": 0.3,
            "svg.fonttype": "path",
            "svg.hashsalt": "suandian",
            "figure.facecolor": "white",
        }
    ):
        yield


def new_figure(height_in: float) -> Any:
    """Return a figure that belongs to no window system and no global list."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_IN, height_in), dpi=DPI)
    FigureCanvasAgg(figure)
    return figure


def footer(figure: Any, text: str) -> None:
    """Write the source of a figure small at its foot."""
    figure.text(0.99, 0.012, text, ha="right", va="bottom", fontsize=6.5, color=GREY)
