"""The SimPy clock and what happens on it: one run, from specification to records."""

from simulator.engine.names import problems
from simulator.engine.run import simulate
from simulator.engine.signals import Signals, make_signals

__all__ = ["Signals", "make_signals", "problems", "simulate"]
