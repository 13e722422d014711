"""What a run found that its reader must not miss, as sentences in both languages."""

from __future__ import annotations

from typing import Any

MATCHINGS = {"hourly": "逐时", "monthly": "逐月", "annual": "年度"}


def findings(summary: dict[str, Any]) -> list[str]:
    """
    Name what a hard limit left undone or could not reach.

    Parameters
    ----------
    summary : dict
        From `accounting.account`.

    Returns
    -------
    list of str
        None, or one sentence, ``中文 | English``: a least clean share was missed, or kept only by leaving work.
    """
    share = summary.get("green_share") or {}
    if not share or (share["met"] and not share["lacking_mw"] > 0.0):
        return []
    reached = "-" if share["reached_share"] is None else f"{share['reached_share']:.1%}"
    wanted, matching = f"{share['required_share']:.1%}", share["matching"]
    jobs, hours, power = f"{share['jobs_left']:,}", f"{share['work_left_device_h']:,.0f}", f"{share['lacking_mw']:,.3g}"
    zh, en = ("守住了", "kept") if share["met"] else ("未达到", "missed")
    return [
        f"清洁占比下限 {wanted}（{MATCHINGS[matching]}匹配）{zh}：实际 {reached}；期末还有 {jobs} 个作业、"
        f"{hours} 卡时（参考设备）没有做；要守住下限又做完这些作业，约还需 {power} MW 全天平稳的清洁电力合同。 | "
        f"The least clean share of {wanted} ({matching} matching) was {en}: {reached}; {jobs} jobs with {hours} "
        f"device-hours (reference device) were left undone; about {power} MW more of flat clean contract would do "
        "them within the share."
    ]
