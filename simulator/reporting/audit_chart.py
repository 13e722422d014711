"""The chart of an audit: what each claim implies, in GFLOPS/W, against the machines of its time on a log axis."""

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

VERDICT_COLOURS = {
    "consistent": style.GREEN,
    "inconsistent": style.RED,
    "precision_unstated": style.ORANGE,
    "not_assessable": style.GREY,
}
VERDICT_MARKERS = {"consistent": "o", "inconsistent": "X", "precision_unstated": "D", "not_assessable": "s"}
BAND_COLOURS = {"fp64": style.SKY, "fp32": style.PINK, "fp16": style.BLUE, "fp8": style.YELLOW}
IMPLIED = ("efficiency_at_full_load", "implied_efficiency")  # lines of arithmetic, the stronger first
COLUMNS = ("claim", "verdict", "gflops_per_w", "precision", "measure", "low_gflops_per_w", "high_gflops_per_w")


def render_audit(folder: Path, *, languages: Sequence[str]) -> list[Path]:
    """
    Draw the chart of an audit into its folder.

    Parameters
    ----------
    folder : Path
        Holds ``audit.json``, as ``audit --output`` writes it; nothing else is read.
    languages : sequence of {"zh", "en"}

    Returns
    -------
    list of Path
        The data as CSV, and SVG and PNG in each language; none if no claim implies an efficiency.

    Raises
    ------
    RunFolderError
        If the file is missing or no audit.
    """
    claims = [claim for claim in _read(folder) if implied(claim) is not None and claim["envelopes"]]
    if not claims:
        return []
    from simulator.records import figures_folder
    from simulator.reporting.figures import save

    figures = figures_folder(folder)
    written = [_write_csv(figures / "audit_chart.csv", claims)]
    with style.style():
        for lang in languages:
            texts = Texts(lang, {})
            written += save(draw(claims, texts), figures, f"audit_chart.{lang}", texts("atlas.audit.alt"))
    return written


def _read(folder: Path) -> list[dict[str, Any]]:
    try:
        claims: list[dict[str, Any]] = json.loads((folder / "audit.json").read_text(encoding="utf-8"))["claims"]
    except (OSError, ValueError, KeyError) as error:
        raise RunFolderError(f"{folder / 'audit.json'}: cannot be read as an audit: {error}") from error
    return claims


def implied(claim: dict[str, Any]) -> float | None:
    """Return the efficiency a claim implies, else the one it states. [GFLOPS/W]"""
    lines = {line["name"]: float(line["value"]) for line in claim["lines"]}
    found = next((lines[name] for name in IMPLIED if name in lines), None)
    stated: float | None = claim["stated"]["efficiency_gflops_per_w"]
    return stated if found is None else found


def _write_csv(path: Path, claims: list[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for claim in claims:
            for band in claim["envelopes"].values():
                cells = (band[key] for key in COLUMNS[3:])
                writer.writerow([claim["id"], claim["verdict"], f"{implied(claim):.6g}", *cells])
    return path


def draw(claims: list[dict[str, Any]], texts: Texts) -> Any:
    """Draw one row a claim: bands of the machines listed, a marker where the claim stands."""
    height = 1.5 + 0.34 * len(claims)
    figure = style.new_figure(height)
    axes = figure.subplots()
    figure.subplots_adjust(left=0.42, right=0.975, top=1 - 0.62 / height, bottom=0.55 / height)
    for row, claim in enumerate(claims):
        for band in claim["envelopes"].values():
            low, high = band["low_gflops_per_w"], band["high_gflops_per_w"]
            axes.barh(row, high - low, left=low, height=0.55, color=BAND_COLOURS[band["precision"]], alpha=0.45)
        marker = _marker(claim["verdict"])
        axes.plot(implied(claim), row, markersize=7, markeredgecolor=style.INK, markeredgewidth=0.6, **marker)
    axes.set_yticks(range(len(claims)), [claim["title"][texts.lang] for claim in claims])
    axes.set_ylim(len(claims) - 0.5, -0.5)
    axes.set_xscale("log")
    axes.set_xlim(1, 5000)
    axes.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
    axes.grid(visible=True, axis="x")
    axes.set_xlabel(texts("atlas.audit.axis"))
    _legend(figure, claims, texts)
    return figure


def _marker(verdict: str) -> dict[str, Any]:
    return {"marker": VERDICT_MARKERS[verdict], "color": VERDICT_COLOURS[verdict]}


def _legend(figure: Any, claims: list[dict[str, Any]], texts: Texts) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    verdicts = [v for v in VERDICT_COLOURS if any(claim["verdict"] == v for claim in claims)]
    precisions = dict.fromkeys(band["precision"] for claim in claims for band in claim["envelopes"].values())
    handles: list[Any] = [
        Line2D(
            [],
            [],
            linestyle="none",
            marker=VERDICT_MARKERS[v],
            color=VERDICT_COLOURS[v],
            label=texts(f"atlas.audit.{v}"),
        )
        for v in verdicts
    ]
    handles += [
        Patch(color=BAND_COLOURS[p], alpha=0.45, label=texts("atlas.audit.band", precision=p.upper()))
        for p in BAND_COLOURS
        if p in precisions
    ]
    figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.01, 1.0), ncols=4, columnspacing=1.2)
