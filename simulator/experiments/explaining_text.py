"""What `explain` says: a few sentences and a table of candidates, in one language."""

from __future__ import annotations

import itertools
import math
from datetime import timedelta
from typing import TYPE_CHECKING

from simulator.experiments.explaining import chosen_of, next_best
from simulator.experiments.outcome import figure
from simulator.scenario import UTC8

if TYPE_CHECKING:
    from simulator.engine import Candidate, Decision
    from simulator.experiments.explaining import Explanation

HOUR_S = 3600.0
STATES_ZH = {
    "finished": "已完成",
    "failed": "自身失败",
    "killed": "被终止",
    "rejected": "被拒绝",
    "held": "暂缓派发",
    "transferring": "数据传输中",
    "waiting": "排队",
    "suspended": "挂起",
    "running": "运行中",
}
_WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "job": "作业 {job}：类别 {kind}，用户在 {origin}，{devices} 卡，申请 {asked} h（参考设备），{submitted} 提交",
        "deadline": "  期限 {when}",
        "chosen": (
            "按策略 {policy}，它在 {when} 选择集群（第 {choices} 次选择）：取“分数 + {weight} x 负荷[s]”最小者，"
            "相同时按名称"
        ),
        "before": "此前的选择（之后被暂缓、择时或移动）：",
        "once": "  {when}",
        "often": "  {when} 至 {until}，{times} 次",
        "best": "：{cluster} 分值最小（{value}）",
        "held": "：策略不许它去任何集群",
        "never": "它在模拟期内没有提交",
        "bound": "去了 {cluster}（{state}{started}）",
        "started": "，{when} 开始，等待 {wait} h",
        "pressed": "策略不许它去任何集群，但期限已到，于是去了负荷最小的 {cluster}（{state}{started}）",
        "stayed": "该次比较后仍留在 {cluster}（{state}{started}）：别处不比它严格更好",
        "nowhere": "没有去任何集群（{state}）",
        "next": (
            "次优是 {cluster}：分值高 {value}，负荷多 {load} h，运行长 {wall} h，多 {cost} 元，多 {carbon} kg CO2"
            "（负号表示更少）"
        ),
        "only": "没有别的可选集群",
        "columns": "集群|分值|分数|负荷[h]|排队|空闲卡|传输[h]|运行[h]|用电[kWh]|费用[元]|碳[kg]|",
        "chosen mark": "← 选中",
        "forbidden": "策略不许",
        "units": (
            "费用 = 超出空载的机房电量 x 该时电度与输配电价 + 传输费；碳按属地因子；均按申请时长、全速估算，"
            "不含等待期间价格的变化"
        ),
        "code": "注意：该结果由另一版本的代码写成；重演后去向与开始时刻相同",
    },
    "en": {
        "job": (
            "job {job}: class {kind}, users at {origin}, {devices} devices, asks {asked} h (reference device), "
            "submitted {submitted}"
        ),
        "deadline": "  deadline {when}",
        "chosen": (
            "policy {policy} had it choose a cluster at {when} (its choice no. {choices}): the least "
            "score + {weight} x load [s], ties by name"
        ),
        "before": "choices before it, after which it was held, planned for later or moved:",
        "once": "  {when}",
        "often": "  {when} to {until}, {times} times",
        "best": ": least value at {cluster} ({value})",
        "held": ": the policy allowed it nowhere",
        "never": "it was not submitted within the simulated time",
        "bound": "it went to {cluster} ({state}{started})",
        "started": ", started {when} after {wait} h",
        "pressed": (
            "the policy allowed it nowhere, but its deadline pressed: it went to the least loaded, {cluster} "
            "({state}{started})"
        ),
        "stayed": "after that comparison it stayed at {cluster} ({state}{started}): nowhere was strictly better",
        "nowhere": "it went nowhere ({state})",
        "next": (
            "next best is {cluster}: value {value} higher, load {load} h more, runs {wall} h longer, {cost} yuan more, "
            "{carbon} kg CO2 more (a minus: less)"
        ),
        "only": "no other cluster was open to it",
        "columns": "cluster|value|score|load [h]|queue|free|transfer [h]|run [h]|energy [kWh]|cost [yuan]|CO2 [kg]|",
        "chosen mark": "<- chosen",
        "forbidden": "not allowed by the policy",
        "units": (
            "cost = facility energy above idle x energy and delivery price of that hour + network; CO2 location-based; "
            "by the request, at full speed, whatever prices do while it waits"
        ),
        "code": (
            "note: the run was written by another version of the code; played again the job goes the same way at the "
            "same time"
        ),
    },
}


def explanation_lines(explanation: Explanation, lang: str) -> list[str]:
    """
    Say why a job went where it went.

    Parameters
    ----------
    explanation : Explanation
        From `explain_job`.
    lang : {"zh", "en"}

    Returns
    -------
    list of str
    """
    words, decision = _WORDS[lang], explanation.decision
    state = STATES_ZH.get(decision.state, "") if lang == "zh" else decision.state
    lines = [
        words["job"].format(
            job=explanation.job_id,
            kind=decision.job_class,
            origin=decision.origin,
            devices=decision.devices,
            asked=figure(decision.requested_s / HOUR_S),
            submitted=_when(explanation, decision.submitted_s),
        )
    ]
    if decision.deadline_s < math.inf:
        lines.append(words["deadline"].format(when=_when(explanation, decision.deadline_s)))
    if not decision.candidates:
        return [*lines, words["never"]]
    lines.append(
        words["chosen"].format(
            policy=explanation.loaded.scenario.policy.name,
            when=_when(explanation, decision.chosen_s),
            choices=decision.choices,
            weight=f"{decision.load_weight:.6g}",
        )
    )
    lines += [
        "",
        *_table(decision, words),
        "",
        *_before(explanation, words),
        _outcome(explanation, words, state),
        _next(decision, words),
        words["units"],
    ]
    return [*lines, words["code"]] if explanation.other_code else lines


def _before(explanation: Explanation, words: dict[str, str]) -> list[str]:
    """Tell the choices before the last; those in a row with the same best cluster are one line."""
    lines = []
    earlier = explanation.decision.made[:-1]
    for best, row in itertools.groupby(earlier, key=lambda one: one.ranking[0].cluster if one.ranking else ""):
        alike = list(row)
        when, until = (_when(explanation, one.chosen_s) for one in (alike[0], alike[-1]))
        value = f"{_number(alike[-1].ranking[0].value)}" if best else ""
        time = words["once" if len(alike) == 1 else "often"].format(when=when, until=until, times=len(alike))
        lines.append(time + words["best" if best else "held"].format(cluster=best, value=value))
    return [words["before"], *lines, ""] if lines else []


def _when(explanation: Explanation, time_s: float) -> str:
    start = explanation.loaded.scenario.simulation.start.astimezone(UTC8)
    return (start + timedelta(seconds=time_s)).strftime("%Y-%m-%d %H:%M:%S")


def _outcome(explanation: Explanation, words: dict[str, str], state: str) -> str:
    decision = explanation.decision
    if not decision.cluster:
        return words["nowhere"].format(state=state)
    started = ""
    if not math.isnan(decision.started_s):
        wait_h = (decision.started_s - decision.submitted_s) / HOUR_S
        started = words["started"].format(when=_when(explanation, decision.started_s), wait=figure(wait_h))
    chosen, ranking = chosen_of(decision), decision.ranking
    key = "pressed" if not ranking else "bound" if chosen is ranking[0] else "stayed"
    return words[key].format(cluster=decision.cluster, state=state, started=started)


def _next(decision: Decision, words: dict[str, str]) -> str:
    chosen, other = chosen_of(decision), next_best(decision)
    if chosen is None or other is None:
        return words["only"]
    return words["next"].format(
        cluster=other.cluster,
        value=_signed(other.value - chosen.value),
        load=_signed((other.load_s - chosen.load_s) / HOUR_S),
        wall=_signed((other.wall_s - chosen.wall_s) / HOUR_S),
        cost=_signed(other.cost_cny - chosen.cost_cny),
        carbon=_signed(other.carbon_kg - chosen.carbon_kg),
    )


def _table(decision: Decision, words: dict[str, str]) -> list[str]:
    rows = [words["columns"].split("|")]
    rest = [one for one in decision.candidates if not one.is_open]
    for one in (*decision.ranking, *rest):
        mark = one.why_not or ("" if one.is_open else words["forbidden"])
        rows.append([*_cells(one), words["chosen mark"] if one.cluster == decision.cluster else mark])
    widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  " + "  ".join(_padded(cell, widths[i], left=i == 0) for i, cell in enumerate(row)).rstrip() for row in rows
    ]


def _cells(one: Candidate) -> list[str]:
    if one.why_not:
        return [one.cluster, *["-"] * 10]
    numbers = (one.load_s / HOUR_S, one.waiting, one.free_devices, one.transfer_s / HOUR_S, one.wall_s / HOUR_S)
    money = (one.energy_kwh, one.cost_cny, one.carbon_kg)
    values = (_number(value) for value in (one.value, one.score, *numbers, *money))
    return [one.cluster, *values]


def _number(value: float) -> str:
    return "inf" if math.isinf(value) else ("-" if value < 0 else "") + figure(abs(value))


def _signed(value: float) -> str:
    return _number(value) if math.isfinite(value) else str(value)


def _width(text: str) -> int:
    """Columns a text takes on a terminal: Chinese characters take two."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)


def _padded(text: str, width: int, *, left: bool) -> str:
    fill = " " * (width - _width(text))
    return text + fill if left else fill + text
