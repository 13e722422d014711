"""The SimPy clock and what happens on it: one run, from specification to records."""

from simulator.engine.run import simulate

__all__ = ["simulate"]
