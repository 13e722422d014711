"""Accounting: records of a run -> its numbers. Pure: no simulation, no files."""

from simulator.accounting.attribution import attribute
from simulator.accounting.summary import account

__all__ = ["account", "attribute"]
