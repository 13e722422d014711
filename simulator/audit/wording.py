"""
How figures and findings are put into words, in Chinese and English from the same values.

A sentence is a pair of templates in `TEXTS`; `say` fills both from one set of values, so that no number can
be in one language only. Figures keep four significant digits, more for large whole numbers. Energies are
printed in 亿kWh and TWh side by side: the Chinese sources count in the first, everybody else in the second.
"""

from __future__ import annotations

import math

from simulator.audit.model import Measure
from simulator.scenario import Precision, Title

MAGNITUDES = (("亿亿", 1e16), ("万亿", 1e12), ("亿", 1e8), ("万", 1e4))
PREFIXES = (("E", 1e18), ("P", 1e15), ("T", 1e12), ("G", 1e9), ("M", 1e6))
DIGITS = 4  # of a printed figure; published claims carry two to four


def say(key: str, **values: str | float | Title) -> Title:
    """
    Fill a sentence of `TEXTS` in both languages.

    Parameters
    ----------
    key : str
        Name of the sentence.
    **values : str, float or Title
        Numbers are printed by `number`; a `Title` gives each language its own words.

    Returns
    -------
    Title
        The sentence.
    """
    template = TEXTS[key]
    zh = template.zh.format(**{name: _in("zh", value) for name, value in values.items()})
    return Title(zh=zh, en=template.en.format(**{name: _in("en", value) for name, value in values.items()}))


def _in(lang: str, value: str | float | Title) -> str:
    if isinstance(value, Title):
        return str(getattr(value, lang))
    return value if isinstance(value, str) else number(value)


def number(value: float) -> str:
    """
    Print a figure with sensible digits.

    Examples
    --------
    >>> number(3180.212), number(0.51732), number(306.0), number(8760)
    ('3,180', '0.5173', '306', '8,760')
    """
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    decimals = max(0, DIGITS - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float) -> str:
    """
    Print a share in percent, with two significant digits.

    Examples
    --------
    >>> percent(0.00147), percent(-0.0451)
    ('0.15%', '-4.5%')
    """
    return f"{round(100 * share, 4):.2g}%" if abs(share) < 1 else f"{number(100 * share)}%"


def energy(twh: float) -> Title:
    """Print an energy [TWh] in both units, the reader's first."""
    yi_kwh, text = number(twh * 10), number(twh)
    return Title(zh=f"{yi_kwh}亿kWh（{text} TWh）", en=f"{text} TWh ({yi_kwh}亿 kWh)")


def quantity(value: float, unit: str) -> Title:
    """Print a value with its unit; the unit may be empty."""
    if unit == "TWh":
        return energy(value)
    text = f"{number(value)} {unit}".strip()
    return Title(zh=text, en=text)


def prefixed(value: float, unit: str) -> Title:
    """Print a value with the prefix that keeps its figures short: 5.66e9 FLOPS is 5.66 GFLOPS."""
    prefix, factor = next((pair for pair in PREFIXES if unit == "FLOPS" and abs(value) >= pair[1]), ("", 1.0))
    text = f"{number(value / factor)} {prefix}{unit}"
    return Title(zh=text, en=text)


def chinese_magnitude(value: float, unit: str) -> Title:
    """Print a value with a Chinese magnitude: 5.66e10 FLOPS is 566亿次/秒."""
    word, factor = next(((w, f) for w, f in MAGNITUDES if abs(value) >= f), ("", 1.0))
    text = f"{number(value / factor)}{word}"
    per = "次/秒" if unit == "FLOPS" else f" {unit}"
    return Title(zh=f"{text}{per}", en=f"{text} {unit}")


def span(low: Title, high: Title) -> Title:
    """Print a range, or the one value if both ends read the same."""
    if low == high:
        return low
    return Title(zh=f"{low.zh}至{high.zh}", en=f"{low.en} to {high.en}")


def number_span(values: list[float], unit: str = "") -> Title:
    """Print the range of some figures in one unit."""
    low, high = number(min(values)), number(max(values))
    unit = f" {unit}" if unit else ""
    if low == high:
        return Title(zh=f"{low}{unit}", en=f"{low}{unit}")
    return Title(zh=f"{low}至{high}{unit}", en=f"{low} to {high}{unit}")


def basis(precision: Precision | None, measure: Measure | None) -> Title:
    """Name a precision and the way it is measured."""
    if precision is None:
        return TEXTS["unstated_word"]
    words = {"hpl": Title(zh="HPL", en="HPL"), "dense_peak": Title(zh="稠密峰值", en="dense peak")}
    name = precision.upper()
    if measure is None:
        return Title(zh=name, en=name)
    return Title(zh=f"{name}（{words[measure].zh}）", en=f"{name} ({words[measure].en})")


NAMES = {
    "compute": Title(zh="算力", en="computing power"),
    "efficiency": Title(zh="能效", en="efficiency"),
    "it_power": Title(zh="IT功率（满载）", en="IT power (full load)"),
    "facility_power": Title(zh="设施功率（满载）", en="facility power (full load)"),
    "pue": Title(zh="PUE", en="PUE"),
    "hours": Title(zh="时长", en="hours"),
    "load": Title(zh="平均负载率", en="mean load"),
    "energy": Title(zh="用电量", en="electricity"),
    "stated_energy": Title(zh="所述用电量", en="stated electricity"),
    "mean_power": Title(zh="不间断的平均功率", en="mean power without a break"),
    "implied_efficiency": Title(zh="隐含的能效（PUE为1时）", en="implied efficiency (at a PUE of 1)"),
}

VERDICTS = {
    "consistent": Title(zh="自洽", en="consistent"),
    "inconsistent": Title(zh="不自洽", en="inconsistent"),
    "precision_unstated": Title(zh="未说明算力精度", en="precision unstated"),
    "not_assessable": Title(zh="无法评估", en="not assessable"),
}

STATUSES = {
    "pass": Title(zh="通过", en="pass"),
    "fail": Title(zh="不通过", en="fail"),
    "unstated": Title(zh="未说明", en="unstated"),
    "not_assessable": Title(zh="无法评估", en="not assessable"),
}

ROLES = {
    "stated": Title(zh="原文所写", en="as written"),
    "suspected": Title(zh="疑似误读", en="suspected misreading"),
    "basis": Title(zh="对照口径", en="for comparison"),
}

CHECK_TITLES = {
    "reproduces": Title(zh="能否复算", en="reproduction"),
    "gloss": Title(zh="数字与释义", en="number and gloss"),
    "precision": Title(zh="算力精度", en="precision basis"),
    "efficiency_envelope": Title(zh="能效范围", en="range of efficiency"),
    "hours": Title(zh="时长", en="hours"),
    "pue": Title(zh="PUE", en="PUE"),
    "share": Title(zh="占总量之比", en="share of a total"),
}

TEXTS = {
    "nothing": Title(zh="", en=""),
    "unstated_word": Title(zh="未说明", en="not stated"),
    "assumed_word": Title(zh="假设", en="assumed"),
    "verdict": Title(zh="{verdict}：{because}", en="{verdict}: {because}"),
    "nothing_to_hold": Title(
        zh="原文给出的数字不足以做任何一项核对。",
        en="The publication gives too little for any of the checks.",
    ),
    # reproduces
    "reproduced": Title(
        zh="按原文所写（“{title}”），{compute}用电{energy}，与所述的{stated}相差{off}，可以复算。",
        en="Its own arithmetic (“{title}”) gives {energy} for {compute}, {off} from the stated {stated}: "
        "it can be reproduced.",
    ),
    "explained": Title(
        zh="所述的{stated}按原文所写的数字算不出来：{compute}按原文只需{own}。"
        "读作“{title}”（能效{efficiency}，PUE {pue}，{hours}）才得到{energy}，与所述相差{off}。{slip}",
        en="The stated {stated} does not follow from the figures as written: on those, {compute} "
        "would take {own}. "
        "It takes the reading “{title}” ({efficiency}, PUE {pue}, {hours}) to reach {energy}, "
        "{off} from the statement. {slip}",
    ),
    "explained_short": Title(
        zh="所述的{stated}按原文所写的数字算不出来，那样只需{own}；要把能效读作{efficiency}、PUE取{pue}，"
        "才得到{energy}{slip}。",
        en="The stated {stated} does not follow from the figures as written, which give {own}; it takes an "
        "efficiency of {efficiency} and a PUE of {pue} to reach {energy}{slip}.",
    ),
    "slip_short": Title(zh="，数量级错了{factor}倍", en=", a slip by a factor of {factor}"),
    "unexplained": Title(
        zh="所述的{stated}没有一种读法可以复算；最接近的“{title}”得到{energy}，所述是它的{ratio}倍。{slip}",
        en="No reading reproduces the stated {stated}; the nearest, “{title}”, gives {energy}, and the "
        "statement is {ratio} times that. {slip}",
    ),
    "slip_up": Title(
        zh="按原文所写、PUE取{pue}，结果乘以{factor}就与所述相符：数量级错了{factor}倍。",
        en="As written and with a PUE of {pue}, {factor} times the result agrees with the statement: "
        "a slip by a factor of {factor}.",
    ),
    "slip_down": Title(
        zh="按原文所写、PUE取{pue}，结果除以{factor}就与所述相符：数量级错了{factor}倍。",
        en="As written and with a PUE of {pue}, the result over {factor} agrees with the statement: "
        "a slip by a factor of {factor}.",
    ),
    "only_inferred": Title(
        zh="原文没有写全计算所需的数字；按“{title}”得到{energy}，与所述的{stated}相差{off}，但这只是推断。",
        en="The publication does not give all inputs; the reading “{title}” gives {energy}, {off} from the "
        "stated {stated}, but that is an inference.",
    ),
    "no_readings": Title(
        zh="没有所述用电量，或没有可以试算的读法。",
        en="There is no stated electricity, or no reading to try on it.",
    ),
    # gloss
    "gloss_right": Title(
        zh="“{written}”释作“{glossed}”，两者相等。",
        en="“{written}” is glossed as “{glossed}”: the two are equal.",
    ),
    "gloss_slip": Title(
        zh="“{written}”应是{right}，原文却释作“{glossed}”，即{glossed_si}：{direction}了{factor}倍。",
        en="“{written}” is {right}, but the gloss says “{glossed}”, which is {glossed_si}: "
        "{direction} by a factor of {factor}.",
    ),
    "gloss_wrong": Title(
        zh="“{written}”应是{right}，原文却释作“{glossed}”，即{glossed_si}，也不是差10、1,000或10,000倍。",
        en="“{written}” is {right}, but the gloss says “{glossed}”, which is {glossed_si}; no factor of 10, "
        "1,000 or 10,000 reconciles them.",
    ),
    "too_small": Title(zh="小", en="too small"),
    "too_large": Title(zh="大", en="too large"),
    "no_gloss": Title(zh="没有列出对数字的释义。", en="No gloss of a number is listed."),
    # precision
    "precision_given": Title(zh="算力按{basis}计，已说明。", en="The computing power is stated as {basis}."),
    "precision_missing": Title(
        zh="{compute}没有说明精度，无法换算成用电。",
        en="{compute} is stated without a precision and cannot be turned into electricity.",
    ),
    "precision_missing_spread": Title(
        zh="{compute}没有说明精度；在所列各口径下，同样的算力用电相差可达{ratio}倍。",
        en="{compute} is stated without a precision; across the bases listed, the electricity for the same "
        "computing power differs by up to {ratio} times.",
    ),
    "no_compute": Title(zh="没有列出算力。", en="No computing power is listed."),
    # envelope
    "inside": Title(
        zh="{what}{value}，在{basis}所列机器的范围{low}至{high} GFLOPS/W之内。",
        en="{what}, {value}, lies within the range of the machines listed, {basis}: {low} to {high} GFLOPS/W.",
    ),
    "outside": Title(
        zh="{what}{value}，不在任何口径所列机器的范围之内：{envelopes}。",
        en="{what}, {value}, lies in no range of the machines listed: {envelopes}.",
    ),
    "envelope": Title(zh="{basis} {low}至{high} GFLOPS/W", en="{basis} {low} to {high} GFLOPS/W"),
    "stated_efficiency": Title(zh="所写能效", en="The efficiency as written"),
    "implied_span": Title(
        zh="所述用电量隐含的能效（PUE {pue}）为",
        en="The efficiency the stated electricity implies (PUE {pue})",
    ),
    "no_envelope": Title(zh="没有可对照的能效范围。", en="There is no efficiency envelope to hold it against."),
    # bounds
    "hours_fit": Title(
        zh="所用时长{hours} h，不超过该时段的{limit} h。",
        en="{hours} h are used of the {limit} h the period has.",
    ),
    "hours_exceed": Title(
        zh="所用时长{hours} h，超过该时段的{limit} h。",
        en="{hours} h are used, but the period has {limit} h.",
    ),
    "no_hours": Title(zh="没有列出时长。", en="No hours are listed."),
    "pue_possible": Title(zh="PUE {pue}，不低于1。", en="A PUE of {pue} is not below 1."),
    "pue_impossible": Title(
        zh="PUE {pue}低于1：设施用电不可能少于其中IT设备的用电。",
        en="A PUE of {pue} is below 1: a facility cannot use less than the IT equipment inside it.",
    ),
    "no_pue": Title(zh="没有列出PUE。", en="No PUE is listed."),
    # share
    "share_fits": Title(
        zh="所述用电量是{reference}的{share}，后者为{energy}；限度为{limit}。",
        en="The stated electricity is {share} {reference}, which is {energy}; the limit is {limit}.",
    ),
    "share_exceeds": Title(
        zh="所述用电量是{reference}的{share}，后者为{energy}；超过限度{limit}。{why}",
        en="The stated electricity is {share} {reference}, which is {energy}; the limit of {limit} is exceeded. {why}",
    ),
    "part": Title(zh="{share}", en="{share} of"),
    "times": Title(zh="{ratio}倍", en="{ratio} times"),
    "no_reference": Title(zh="没有可对照的总量。", en="There is no total to hold it against."),
    # the text around them
    "nearest": Title(zh="与所述数字最接近的读法：{title}", en="The reading nearest to the stated figure: {title}"),
    "all_readings": Title(zh="没有另行给出的输入", en="Inputs not given otherwise"),
    "need": Title(
        zh="按{basis}：IT功率{power}，PUE {pue}、负载率{load}、{hours} h用电{energy}。",
        en="As {basis}: IT power {power}; at PUE {pue}, load {load} and {hours} h, {energy}.",
    ),
    "need_ratio": Title(zh="所述数字是它的{ratio}倍。", en="The stated figure is {ratio} times that."),
    "magnitudes": Title(
        zh="亿、万是汉语的数量级；用电量并列亿kWh与TWh两种写法。",
        en="亿 (yi) is a hundred million and 万 (wan) ten thousand, as in the Chinese sources; "
        "electricity is given both ways.",
    ),
}
