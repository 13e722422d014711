"""Failures of servers: how long they work, how long a repair takes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulator.scenario.base import InputFile, Spec
from simulator.scenario.quantities import Duration, Positive

_MEAN = "mean time a server works before it fails, counted from its last repair [s]"


class FixedTime(Spec):
    """Always the same."""

    model: Literal["fixed"]
    mean: Duration = Field(gt=0, description="how long it takes [s]")


class ExponentialTime(Spec):
    """Without memory."""

    model: Literal["exponential"]
    mean: Duration = Field(gt=0, description="mean [s]")


class WeibullTime(Spec):
    """Weibull distribution."""

    model: Literal["weibull"]
    mean: Duration = Field(gt=0, description="mean [s]")
    shape: Positive = Field(description="shape: below 1 early and clustered, above 1 with age [-]")


class LognormalTime(Spec):
    """Lognormal distribution, the usual fit of repair times."""

    model: Literal["lognormal"]
    mean: Duration = Field(gt=0, description="mean of the times themselves [s]")
    sigma: Positive = Field(description="standard deviation of the natural logarithm of the times [-]")


RandomTime = Annotated[
    FixedTime | ExponentialTime | WeibullTime | LognormalTime,
    Field(discriminator="model", description="how long a repair takes"),
]


class _Drawn(Spec):
    mtbf: Duration = Field(gt=0, description=_MEAN)
    repair: RandomTime
    idle_while_down: bool = Field(False, description="a failed server draws its idle power; if false it draws nothing")


class ExponentialFailures(_Drawn):
    """Failures without memory."""

    model: Literal["exponential"]


class WeibullFailures(_Drawn):
    """Failures that come early (shape below 1) or with age (above 1)."""

    model: Literal["weibull"]
    shape: Positive = Field(description="shape of the distribution of the working times [-]")


class LognormalFailures(_Drawn):
    """Failures after lognormal working times."""

    model: Literal["lognormal"]
    sigma: Positive = Field(description="standard deviation of the natural logarithm of the working times [-]")


class TraceFailures(Spec):
    """Outages read from a table."""

    model: Literal["trace"]
    file: InputFile = Field(
        description="csv with the columns server (from 0, in the cluster), failed_s and repaired_s (since the "
        "scenario's start), relative to this file or to --data-dir"
    )
    idle_while_down: bool = Field(False, description="a failed server draws its idle power; if false it draws nothing")


Failures = Annotated[
    ExponentialFailures | WeibullFailures | LognormalFailures | TraceFailures, Field(discriminator="model")
]
