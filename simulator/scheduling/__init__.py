"""Policies, queue disciplines and the compiled job kernel: who runs where and when, at the true instant."""

from simulator.scheduling.driver import CLUSTER_COLUMNS, HUB_COLUMNS, QUEUES, Kernel, is_compiled
from simulator.scheduling.kernel.sharing import DEVICE_MILLI
from simulator.scheduling.kernel.state import CAUSE_NAMES, EVENT_NAMES, SHIFTS, STATE_NAMES, World
from simulator.scheduling.orders import Orders
from simulator.scheduling.policies import (
    FIXED,
    INTERRUPTIBLE,
    NO_SHIFT,
    REGISTRY,
    Directive,
    Policy,
    View,
    is_plugin,
    make_policy,
    plugin_source,
    register,
)
from simulator.scheduling.world import make_world

__all__ = [
    "CAUSE_NAMES",
    "CLUSTER_COLUMNS",
    "DEVICE_MILLI",
    "EVENT_NAMES",
    "FIXED",
    "HUB_COLUMNS",
    "INTERRUPTIBLE",
    "NO_SHIFT",
    "QUEUES",
    "REGISTRY",
    "SHIFTS",
    "STATE_NAMES",
    "Directive",
    "Kernel",
    "Orders",
    "Policy",
    "View",
    "World",
    "is_compiled",
    "is_plugin",
    "make_policy",
    "make_world",
    "plugin_source",
    "register",
]
