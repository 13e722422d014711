"""Policies, queue disciplines and the compiled job kernel: who runs where and when, at the true instant."""

from simulator.scheduling.driver import CLUSTER_COLUMNS, HUB_COLUMNS, QUEUES, Kernel, is_compiled
from simulator.scheduling.kernel.state import CAUSE_NAMES, EVENT_NAMES, STATE_NAMES, World
from simulator.scheduling.orders import Orders
from simulator.scheduling.policies import REGISTRY, Directive, Policy, View, register
from simulator.scheduling.world import make_world

__all__ = [
    "CAUSE_NAMES",
    "CLUSTER_COLUMNS",
    "EVENT_NAMES",
    "HUB_COLUMNS",
    "QUEUES",
    "REGISTRY",
    "STATE_NAMES",
    "Directive",
    "Kernel",
    "Orders",
    "Policy",
    "View",
    "World",
    "is_compiled",
    "make_world",
    "register",
]
