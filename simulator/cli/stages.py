"""The stages of a command as its progress names them, in both languages."""

from __future__ import annotations

STAGES = {
    "read": {"zh": "读作业表", "en": "reading the trace"},
    "workload": {"zh": "作业与机队", "en": "jobs and fleet"},
    "simulate": {"zh": "模拟", "en": "simulating"},
    "account": {"zh": "核算", "en": "accounting"},
    "write": {"zh": "写记录", "en": "writing records"},
    "report": {"zh": "图与报告", "en": "figures and reports"},
    "compile": {
        "zh": "（首次运行要编译内核，约需一分钟）",
        "en": " (the first run on a machine compiles the kernel: up to a minute)",
    },
}


def stage_text(name: str, lang: str, *, compiles: bool = False) -> str:
    """Name a stage of a run; `compiles` adds why the first one takes longer."""
    return STAGES[name][lang] + (STAGES["compile"][lang] if compiles else "")
