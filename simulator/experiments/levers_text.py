"""The page of `levers`: a table in which the ways stand side by side, and the break-even, in one language."""

from __future__ import annotations

from typing import Any

from simulator.experiments.outcome import figure

# Keys of a row, the words of both languages, and what one shown is of it
COLUMNS = (
    ("electricity_mwh", "用电合计 [MWh]", "electricity in all [MWh]", 1.0),
    ("facility_mwh", "其中枢纽 [MWh]", "of it hubs [MWh]", 1.0),
    ("network_mwh", "数据网络 [MWh]", "data network [MWh]", 1.0),
    ("line_loss_mwh", "线损 [MWh]", "lost on the line [MWh]", 1.0),
    ("battery_loss_mwh", "储能损耗 [MWh]", "lost in the battery [MWh]", 1.0),
    ("cost_cny", "费用合计 [万元]", "cost in all [10,000 yuan]", 1e-4),
    ("network_cny", "其中数据网络 [万元]", "of it data network [10,000 yuan]", 1e-4),
    ("capital_cny", "其中投资年金 [万元]", "of it capital annuity [10,000 yuan]", 1e-4),
    ("location_tco2", "碳，属地 [t]", "CO2, location [t]", 1.0),
    ("market_tco2", "碳，市场 [t]", "CO2, market [t]", 1.0),
    ("marginal_tco2", "碳，边际 [t]", "CO2, marginal [t]", 1.0),
)
# Of the work itself, not a difference
ABSOLUTE = (
    ("wait_min", "平均等待 [min]", "mean wait [min]", 1.0),
    ("transfer_min", "每个异地作业的传输 [min]", "transfer of a job away [min]", 1.0),
    ("moved_gb", "搬运数据 [GB]", "data moved [GB]", 1.0),
    ("away_mwh", "异地用电 [MWh]", "electricity of work away [MWh]", 1.0),
    ("work_device_h", "完成的机时 [卡时]", "work done [device-h]", 1.0),
    ("unfinished_jobs", "期末未完成 [作业]", "not finished at the end [jobs]", 1.0),
)
_WORDS = {
    "zh": {
        "first": "方式",
        "differences": "与“{now}”相比的变化（整个区域，正数为增加）",
        "absolute": "新增作业（{work}）本身",
        "base": "“{now}”一栏中，区域用电 {electricity} MWh，费用 {cost} 万元；其中新增作业分摊用电 {work} MWh。",
        "even": (
            "盈亏平衡：按本次运行，线路损耗 {loss}，数据网络 {per_gb} kWh/GB。每兆瓦时的作业若需搬运的数据少于 "
            "{energy} GB（数据网络取区间两端时 {low} 至 {high} GB），搬比特比搬电子少用电；"
            "本次异地作业平均需 {measured} GB。"
        ),
        "money": "按两次运行的总费用，盈亏平衡为每兆瓦时 {money} GB：少于它，搬比特更省钱。",
        "money_never": "按两次运行的总费用，即使不计数据网络，搬比特也比搬电子贵 {money} 元/MWh，没有盈亏平衡点。",
        "note": (
            "费用为整个区域的电费、需量、合同、数据网络和设备年金。碳有三种口径，不可混用：属地口径按用电地因子，合同不改变它；"
            "市场口径中合同电量计零；边际口径按应对变化的机组。"
        ),
    },
    "en": {
        "first": "way",
        "differences": "change against “{now}” (the whole region, positive is more)",
        "absolute": "the extra work ({work}) itself",
        "base": (
            "In “{now}” the region uses {electricity} MWh and costs {cost} x 10,000 yuan; {work} MWh of that are "
            "attributed to the extra work."
        ),
        "even": (
            "Break-even: in these runs the line loses {loss} and the data network takes {per_gb} kWh/GB. Work that "
            "needs less than {energy} GB for each megawatt-hour ({low} to {high} GB at the ends of the network's "
            "range) takes less electricity when the bits are moved; the work that ran away needed {measured} GB on "
            "the mean."
        ),
        "money": "By the total cost of the two runs the break-even is {money} GB/MWh: below it moving bits is cheaper.",
        "money_never": (
            "By the total cost of the two runs moving bits is dearer than moving electrons by {money} yuan/MWh even "
            "with the data network for nothing: there is no break-even."
        ),
        "note": (
            "Cost is electricity, demand charges, contracts, data network and annuities of the whole region. The "
            "three bases of carbon are never mixed: location takes the factor of the place of use and no contract "
            "changes it; on the market basis contract energy counts zero; marginal takes the plant that answers a "
            "change."
        ),
    },
}


def levers_page(told: dict[str, Any], lang: str) -> str:
    """
    Write the page.

    Parameters
    ----------
    told : dict
        From `run_levers`.
    lang : {"zh", "en"}

    Returns
    -------
    str
        Markdown.
    """
    words, titles = _WORDS[lang], {name: title[lang] for name, title in told["titles"].items()}
    now = told["levers"]["now"]
    parts = [
        f"# {told['title'][lang]}",
        words["differences"].format(now=titles["now"]),
        _table(words["first"], COLUMNS, told["differences"], titles, lang, signed=True),
        words["absolute"].format(work=told["work"]),
        _table(words["first"], ABSOLUTE, told["levers"], titles, lang, signed=False),
        words["base"].format(
            now=titles["now"],
            electricity=figure(now["electricity_mwh"]),
            cost=figure(now["cost_cny"] * 1e-4),
            work=figure(now["work_mwh"]),
        ),
        *_break_even(told["break_even"], words),
        words["note"],
    ]
    return "\n\n".join(parts) + "\n"


def _table(
    first: str,
    columns: tuple[tuple[str, str, str, float], ...],
    rows: dict[str, dict[str, float | None]],
    titles: dict[str, str],
    lang: str,
    *,
    signed: bool,
) -> str:
    """One row a quantity, one column a way: the ways are few, the quantities many."""
    lines = [f"| {first} | {' | '.join(titles[name] for name in rows)} |", f"|---|{'---:|' * len(rows)}"]
    for key, zh, en, size in columns:
        cells = [_cell(row[key], size, signed) for row in rows.values()]
        if any(cell not in ("0", "-") for cell in cells):
            lines.append(f"| {zh if lang == 'zh' else en} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(value: float | None, size: float, signed: bool) -> str:
    if value is None:
        return "-"
    shown = round(value * size, 2)
    sign = "-" if shown < 0 else "+" if signed and shown > 0 else ""
    return sign + figure(abs(shown))


def _break_even(even: dict[str, float] | None, words: dict[str, str]) -> list[str]:
    if even is None:
        return []
    text = words["even"].format(
        loss=f"{even['loss_share']:.1%}",
        per_gb=figure(even["kwh_per_gb"]),
        energy=figure(even["energy_gb_per_mwh"]),
        low=figure(even["energy_gb_per_mwh_low"]),
        high=figure(even["energy_gb_per_mwh_high"]),
        measured=figure(even["measured_gb_per_mwh"]),
    )
    money = even.get("money_gb_per_mwh")
    if money is None:
        return [text]
    if money > 0.0:
        return [text, words["money"].format(money=figure(money))]
    return [text, words["money_never"].format(money=figure(-money * even["cny_per_gb"]))]
