"""What the terminal says of a finished run: a few lines in one language, the rest stands in the report."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.errors import RunFolderError
from simulator.experiments.findings import findings
from simulator.records import read_manifest

if TYPE_CHECKING:
    from simulator.scenario import Loaded

DIGITS = 4  # of a printed figure
SMALL_EFLOPS = 0.1  # below it two decimals say too little
YEAR_S = 365 * 86400.0
RUNGS_ZH = {
    "nameplate": "铭牌",
    "energised": "通电",
    "available": "可用",
    "allocated": "已分配",
    "utilised": "已利用",
    "effective": "有效",
}
_WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "variant": "{title}｜方案：{variant}（{name}）",
        "target": (
            "  目标“{title}”{verdict}：按{precision}{rung}口径计入 {counted}，要求 {required} EFLOPS；"
            "缺口 {before} → {after}"
        ),
        "met": "已完成",
        "paper": "仅账面完成",
        "not met": "未完成",
        "unknown": "无法判断",
        "increments": "    新增各级口径 [EFLOPS]：{increments}",
        "planned": "    目标日不在模拟期内，只有计划值",
        "energy": "  用电 {energy} GWh，PUE {pue}，最高 {peak} MW；绿电匹配：逐小时 {hourly}，{span} {annual}{paper}",
        "year": "按年",
        "run": "全程合计",
        "certificates": "（含绿证）",
        "carbon": (
            "  碳排放（属地口径）{carbon} t；作业：模拟 {simulated} 个，代表 {real} 个；95% 的作业等待不超过 {wait} h"
        ),
    },
    "en": {
        "variant": "{title}; variant: {variant} ({name})",
        "target": (
            "  target {title}: {verdict}: {counted} of {required} EFLOPS counted at {precision} {rung}; "
            "gap {before} -> {after}"
        ),
        "met": "met",
        "paper": "met on paper only",
        "not met": "not met",
        "unknown": "cannot be told",
        "increments": "    added by rung [EFLOPS]: {increments}",
        "planned": "    the target's date lies outside the simulated time: planned capacity only",
        "energy": (
            "  energy: {energy} GWh, PUE {pue}, peak {peak} MW; clean energy matched by the hour {hourly}, "
            "over the {span} {annual}{paper}"
        ),
        "year": "year",
        "run": "run",
        "certificates": " (with certificates)",
        "carbon": (
            "  carbon: {carbon} t location-based; jobs: {simulated} simulated, which stand for {real}; "
            "95 % wait at most {wait} h"
        ),
    },
}


def run_lines(loaded: Loaded, summary: dict[str, Any], lang: str) -> list[str]:
    """
    Say what came out.

    Parameters
    ----------
    loaded : Loaded
        What was run.
    summary : dict
        From `fill_run_folder`.
    lang : {"zh", "en"}
        Language of the lines.

    Returns
    -------
    list of str
        Title (the variant named), targets, energy, carbon and jobs, and what must not be missed.
    """
    words = _WORDS[lang]
    title = getattr(loaded.scenario.title, lang)
    if loaded.variant:
        variant = getattr(loaded.variants[loaded.variant], lang)
        title = words["variant"].format(title=title, variant=variant, name=loaded.variant)
    lines = [title]
    for target in summary["targets"]:
        lines += _target_lines(loaded, target, lang)
    found = [f"  {text.split(' | ')[lang == 'en']}" for text in findings(summary)]
    return [*lines, _energy_line(loaded, summary, words), _carbon_line(summary, words), *found]


def _target_lines(loaded: Loaded, target: dict[str, Any], lang: str) -> list[str]:
    words = _WORDS[lang]
    verdict = "unknown" if target["met"] is None else "met" if target["met"] else "not met"
    if target["met"] and target["on_paper_only"]:
        verdict = "paper"
    after = target["gap_after_eflops"]
    line = words["target"].format(
        title=getattr(loaded.scenario.targets[target["id"]].title, lang),
        verdict=words[verdict],
        precision=target["precision"].upper(),
        rung=_rung(target["rung"], lang),
        counted=_eflops(target["counted_eflops"]),
        required=figure(target["required_eflops"]),
        before=_eflops(target["gap_before_eflops"]),
        after=_eflops(after if after is None else max(0.0, after)),
    )
    increments = "  ".join(
        f"{_rung(rung, lang)} +{_eflops(value)}"
        for rung, value in target["increment_by_rung"].items()
        if value is not None
    )
    outside = [words["planned"]] if target["window"] is None else []
    return [line, words["increments"].format(increments=increments), *outside]


def _rung(name: str, lang: str) -> str:
    return RUNGS_ZH[name] if lang == "zh" else name


def _energy_line(loaded: Loaded, summary: dict[str, Any], words: dict[str, str]) -> str:
    energy, clean = summary["energy"], summary["clean"]
    return words["energy"].format(
        energy=figure(energy["facility_gwh"]),
        pue="-" if energy["pue"] is None else f"{energy['pue']:.3f}",
        peak=figure(energy["peak_facility_mw"]),
        hourly=_percent(clean["cfe_score_hourly"]),
        annual=_percent(clean["match_annual"]),
        span=words["year" if loaded.scenario.simulation.horizon >= YEAR_S else "run"],
        paper=words["certificates"] if clean["certificates_mwh"] > 0 else "",
    )


def _carbon_line(summary: dict[str, Any], words: dict[str, str]) -> str:
    service = summary["service"]
    wait_s = service["wait_p95_s"]
    return words["carbon"].format(
        carbon=figure(summary["emissions"]["location_tco2"]),
        simulated=f"{service['jobs_submitted']:,}",
        real=f"{service['jobs_real']:,}",
        wait=figure(None if wait_s is None else wait_s / 3600),
    )


def figure(value: float | None) -> str:
    """
    Print a figure with four digits, thousands apart, never with an exponent.

    Examples
    --------
    >>> figure(168612.3), figure(9.00432), figure(0.0), figure(None)
    ('168,600', '9.004', '0', '-')
    """
    if value is None:
        return "-"
    if value == 0:
        return "0"
    decimals = DIGITS - 1 - math.floor(math.log10(abs(value)))
    text = f"{round(value, decimals):,.{max(0, decimals)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _eflops(value: float | None) -> str:
    """Print EFLOPS with two decimals, so that what is counted and what is missing add up as printed."""
    return figure(value) if value is None or 0 < value < SMALL_EFLOPS else f"{value:,.2f}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def languages_kept(folder: Path, run: str, known: Iterable[str]) -> tuple[str, ...]:
    """
    Return the languages of the reports that a finished run of this id already has, so that running again loses none.

    Parameters
    ----------
    folder : Path
        Where the run goes.
    run : str
        From `run_id`; reports of another run are not kept.
    known : iterable of str
        The languages there can be, in the order of the result.

    Returns
    -------
    tuple of str
        Empty if there is no such run, or it has no reports.
    """
    try:
        manifest = read_manifest(folder)
    except RunFolderError:
        return ()
    same = manifest["run_id"] == run
    return tuple(lang for lang in known if same and any(folder.glob(f"report.{lang}.*")))
