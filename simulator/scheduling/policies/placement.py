"""Policies that look at the present only: where a job that comes now goes."""

from __future__ import annotations

import numpy as np

from simulator.scheduling.policies.base import Directive, Policy, View, register


@register
class Home(Policy):
    """Each job stays at the hub of its users; among its clusters, the least loaded. Other hubs are not allowed."""

    name = "home"
    static = True

    def decide(self, view: View) -> Directive:
        """Return inf everywhere but at home."""
        return Directive(np.where(view.home, 0.0, np.inf), np.ones(view.shape[0]))


@register
class LeastLoaded(Policy):
    """Each job goes to the least loaded cluster it may run on, wherever that is (score 0, weight 1)."""

    name = "least_loaded"
    static = True

    def decide(self, view: View) -> Directive:
        """Return no preference but load."""
        return Directive(np.zeros(view.shape), np.ones(view.shape[0]))
