"""Figures and bilingual reports of a finished run; reads its folder and nothing else."""

from simulator.reporting.render import render

__all__ = ["render"]
