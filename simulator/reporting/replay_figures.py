"""Figures of a replay: queue length and utilisation over time, and waits beside those of the real system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.errors import RunFolderError
from simulator.records import figures_folder, read_manifest, read_summary
from simulator.reporting import style
from simulator.reporting.document import LANGUAGES
from simulator.reporting.figures import save
from simulator.reporting.replay_plots import read_jobs, replay_plots

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from simulator.reporting.plots import Plot

DAY_S, HOUR_S = 86400.0, 3600.0
SHORT_DAYS = 3.0  # up to here the axis counts hours
TEXTS: dict[str, dict[str, Any]] = {
    "zh": {
        "queue": "排队作业数（个）",
        "queue_max": "每段最大值",
        "queue_mean": "每段平均值",
        "utilization": "设备占用率（%）",
        "day": "距首个作业提交的时间（天）",
        "hour": "距首个作业提交的时间（小时）",
        "replayed": "回放",
        "recorded": "真实系统（记录）",
        "waits": "等待时间超过横轴的作业占比（%）",
        "wait": "等待时间",
        "ticks": ("1秒", "1分", "10分", "1小时", "6小时", "1天", "7天", "30天", "90天"),
        "footer": "{file}，{devices}个设备，队列{queue}，请求时间：{estimate}，运行编号{run}",
        "estimates": {"requested": "照记录", "actual": "等于实际时长", "factor": "实际的{of}倍", "limit": "一律{of}"},
        "alt_queue": "排队作业数与设备占用率随时间的变化",
        "alt_waits": "等待时间分布：回放与真实系统",
    },
    "en": {
        "queue": "jobs waiting",
        "queue_max": "largest in each span",
        "queue_mean": "mean of each span",
        "utilization": "devices held (%)",
        "day": "time since the first submission (d)",
        "hour": "time since the first submission (h)",
        "replayed": "replay",
        "recorded": "real system (recorded)",
        "waits": "jobs that waited longer (%)",
        "wait": "wait",
        "ticks": ("1 s", "1 min", "10 min", "1 h", "6 h", "1 d", "7 d", "30 d", "90 d"),
        "footer": "{file}, {devices} devices, queue {queue}, requested time: {estimate}, run {run}",
        "estimates": {
            "requested": "as recorded",
            "actual": "the actual run time",
            "factor": "{of} times the actual",
            "limit": "{of} for all",
        },
        "alt_queue": "queue length and share of devices held over time",
        "alt_waits": "distribution of waits: replay and real system",
    },
}
TICKS_S = (1.0, 60.0, 600.0, HOUR_S, 6 * HOUR_S, DAY_S, 7 * DAY_S, 30 * DAY_S, 90 * DAY_S)


def draw_replay(
    folder: Path, *, languages: Sequence[str] = LANGUAGES, progress: Callable[[int, int], None] | None = None
) -> list[Path]:
    """
    Draw the figures of a replay into its folder: SVG and PNG in each language, and their data as CSV.

    Parameters
    ----------
    folder : Path
        A complete folder of a replay.
    languages : sequence of {"zh", "en"}
    progress : callable, optional
        Called with (figures done, figures in all).

    Returns
    -------
    list of Path
        The files written; none if no job ran.

    Raises
    ------
    RunFolderError
        If the folder is not that of a finished replay.
    """
    manifest, summary = read_manifest(folder), read_summary(folder)
    if manifest.get("kind") != "replay":
        raise RunFolderError(f"{folder}: got a run of a scenario; expected a replay")
    plots = replay_plots(read_jobs(folder), summary)
    figures = figures_folder(folder) if plots else folder
    written: list[Path] = []
    for done, plot in enumerate(plots):
        if progress:
            progress(done, len(plots))
        written.append(plot.write_csv(figures))
        for lang in languages:
            written += _draw(plot, lang, _footer(lang, manifest, summary), figures)
    return written


def _footer(lang: str, manifest: dict[str, Any], summary: dict[str, Any]) -> str:
    cluster = summary["cluster"]
    kind, _, of = str(summary["requests"]["estimate"]).partition(":")
    return str(TEXTS[lang]["footer"]).format(
        file=summary["trace"]["file"],
        devices=f"{cluster['devices']:,}",
        queue=cluster["queue"],
        estimate=TEXTS[lang]["estimates"][kind].format(of=of),
        run=manifest["run_id"],
    )


def _draw(plot: Plot, lang: str, footer: str, folder: Path) -> list[Path]:
    texts = TEXTS[lang]
    with style.style():
        figure = {"queue": _queue, "waits": _waits}[plot.kind](plot, texts)
        style.footer(figure, footer)
        return save(figure, folder, f"{plot.name}.{lang}", str(texts[f"alt_{plot.name}"]))


def _queue(plot: Plot, texts: dict[str, Any]) -> Any:
    columns = {name: np.array(values) for name, values in plot.columns.items()}
    since = columns["time_s"] - columns["time_s"][0]
    span = since[-1] + (since[1] - since[0] if since.size > 1 else 0.0)
    unit, length = ("day", DAY_S) if span > SHORT_DAYS * DAY_S else ("hour", HOUR_S)
    x = np.append(since, span) / length
    figure = style.new_figure(4.0)
    top, bottom = figure.subplots(2, 1, sharex=True)
    figure.subplots_adjust(left=0.11, right=0.985, top=0.95, bottom=0.16, hspace=0.16)

    def step(axes: Any, values: np.ndarray, **look: Any) -> None:
        axes.stairs(values, x, baseline=None, **look)

    largest = columns["queue_length_max"]
    top.stairs(largest, x, fill=True, color=style.SKY, alpha=0.5, linewidth=0, label=texts["queue_max"])
    step(top, columns["queue_length_mean"], color=style.BLUE, linewidth=1.1, label=texts["queue_mean"])
    top.set_ylabel(texts["queue"])
    top.set_ylim(0, max(1.0, float(largest.max()) * 1.08))
    top.legend(loc="upper left", ncols=2)
    step(bottom, columns["utilization"] * 100.0, color=style.GREEN, linewidth=1.1)
    bottom.set_ylabel(texts["utilization"])
    bottom.set_ylim(0, 104)
    bottom.set_xlim(0, x[-1])
    bottom.set_xlabel(texts[unit])
    return figure


def _waits(plot: Plot, texts: dict[str, Any]) -> Any:
    figure = style.new_figure(3.3)
    axes = figure.subplots()
    figure.subplots_adjust(left=0.11, right=0.985, top=0.95, bottom=0.2)
    looks = {"recorded": (style.INK, (0, (5, 2))), "replayed": (style.BLUE, "-")}
    for name, (colour, dashes) in looks.items():
        share = np.array(plot.columns[f"share_waiting_longer_{name}"]) * 100.0
        axes.plot(plot.columns["wait_s"], share, color=colour, linestyle=dashes, label=texts[name])
    axes.set_xscale("log")
    axes.minorticks_off()
    longest = plot.columns["wait_s"][-1]
    shown = [(at, text) for at, text in zip(TICKS_S, texts["ticks"], strict=True) if at <= longest]
    axes.set_xticks([at for at, _ in shown], [text for _, text in shown])
    axes.set_xlim(1.0, longest)
    axes.set_ylim(0, 100)
    axes.set_xlabel(texts["wait"])
    axes.set_ylabel(texts["waits"])
    axes.legend(loc="upper right")
    return figure
