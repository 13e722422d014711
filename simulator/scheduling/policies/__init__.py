"""Policies: where work goes and when; one file a family."""

from simulator.scheduling.policies import placement as placement  # the families register themselves
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

__all__ = [
    "FIXED",
    "INTERRUPTIBLE",
    "NO_SHIFT",
    "REGISTRY",
    "RUNNING_JOB",
    "Directive",
    "Policy",
    "View",
    "register",
]
