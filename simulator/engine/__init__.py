"""The SimPy clock and what happens on it: one run, from specification to records."""

from simulator.engine.decision import Candidate, Choice, Decision, decide
from simulator.engine.names import problems
from simulator.engine.run import simulate
from simulator.engine.signals import Signals, make_signals

__all__ = ["Candidate", "Choice", "Decision", "Signals", "decide", "make_signals", "problems", "simulate"]
