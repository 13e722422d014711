"""Figures and bilingual reports of a finished run; reads its folder and nothing else."""

from simulator.reporting.render import render
from simulator.reporting.replay import is_replay, render_replay

__all__ = ["is_replay", "render", "render_replay"]
