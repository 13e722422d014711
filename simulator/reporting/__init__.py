"""Figures and bilingual reports of a finished run, and pages over many; reads their folders and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.reporting.atlas import render_atlas
from simulator.reporting.document import FORMATS
from simulator.reporting.kinds import folder_kind
from simulator.reporting.render import render
from simulator.reporting.replay import render_replay

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = [
    "folder_kind",
    "render",
    "render_atlas",
    "render_audit",
    "render_comparison",
    "render_curves",
    "render_levers",
    "render_outlook",
    "render_replay",
    "render_robustness",
    "robustness_sentences",
]


def render_audit(folder: Path, *, languages: Sequence[str]) -> list[Path]:
    """Draw the chart of an audit; see `audit_chart.render_audit`."""
    from simulator.reporting import audit_chart

    return audit_chart.render_audit(folder, languages=languages)


def render_curves(folder: Path, *, languages: Sequence[str], formats: Sequence[str] = FORMATS) -> list[Path]:
    """Draw the curves of a sweep and write its page; see `curves.render_curves`."""
    from simulator.reporting import curves

    return curves.render_curves(folder, languages=languages, formats=formats)


def render_comparison(folder: Path, *, languages: Sequence[str], formats: Sequence[str] = FORMATS) -> list[Path]:
    """Write the figures and the page of a comparison; see `comparison.render_comparison`."""
    from simulator.reporting import comparison

    return comparison.render_comparison(folder, languages=languages, formats=formats)


def render_robustness(folder: Path, *, languages: Sequence[str], formats: Sequence[str] = FORMATS) -> list[Path]:
    """Write the page of a robustness study; see `robustness.render_robustness`."""
    from simulator.reporting import robustness

    return robustness.render_robustness(folder, languages=languages, formats=formats)


def robustness_sentences(summary: dict[str, Any], lang: str) -> list[str]:
    """Say in one language what turns a ranking round; see `robustness.sentences`."""
    from simulator.reporting import robustness
    from simulator.reporting.texts import Texts

    return robustness.sentences(summary, Texts(lang, {}))


def render_levers(folder: Path, *, languages: Sequence[str]) -> list[Path]:
    """Draw the chart of ways compared; see `levers_chart.render_levers`."""
    from simulator.reporting import levers_chart

    return levers_chart.render_levers(folder, languages=languages)


def render_outlook(folder: Path, *, languages: Sequence[str]) -> list[Path]:
    """Draw the chart of an outlook; see `outlook_chart.render_outlook`."""
    from simulator.reporting import outlook_chart

    return outlook_chart.render_outlook(folder, languages=languages)
