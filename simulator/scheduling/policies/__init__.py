"""Policies: where work goes and when; one file a family."""

from simulator.scheduling.policies import patience as patience  # the families register themselves
from simulator.scheduling.policies import placement as placement
from simulator.scheduling.policies.base import (
    FIXED,
    INTERRUPTIBLE,
    NO_SHIFT,
    REGISTRY,
    RUNNING_JOB,
    Directive,
    Policy,
    View,
    register,
)
from simulator.scheduling.policies.plugins import is_plugin, make_policy, plugin_source

__all__ = [
    "FIXED",
    "INTERRUPTIBLE",
    "NO_SHIFT",
    "REGISTRY",
    "RUNNING_JOB",
    "Directive",
    "Policy",
    "View",
    "is_plugin",
    "make_policy",
    "plugin_source",
    "register",
]
