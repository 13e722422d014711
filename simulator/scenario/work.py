"""Jobs, their classes, and online services: what is asked of the fleet."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulator.scenario.base import InputFile, Instant, Name, RowName, Spec, Title
from simulator.scenario.fleet import Precision, Stack
from simulator.scenario.quantities import Compute, Duration, Memory, Positive, Share


class Malleable(Spec):
    """A job works with more or fewer devices than it asks, and the number may change while it runs."""

    least: Share = Field(1.0, gt=0, description="fewest devices, as a share of those it asks; rounded up [-]")
    most: Positive = Field(ge=1, description="most devices, as a multiple of those it asks; rounded down [-]")
    serial_share: Share = Field(
        description="share of one device's run time that more devices do not shorten, by Amdahl; 0 = linear [-]"
    )


class JobClass(Spec):
    """Jobs that behave alike: how they load a device and what they tolerate."""

    title: Title
    precision: Precision = Field(description="precision of the arithmetic")
    stacks: tuple[Stack, ...] = Field(("cuda", "cann", "rocm"), description="software stacks the code is built for")
    bound: Literal["compute", "memory", "mixed"] = Field("compute", description="what the run time scales with")
    compute_weight: Share = Field(0.5, description="mixed only: share of the run time that scales with FLOPS [-]")
    duty: Share = Field(description="share of its time the device works, measured utilisation [-]")
    draw: Share = Field(
        default=1.0,
        description="power above idle of a working device, as a share of (server_max - server_idle) [-]",
    )
    memory: Memory = Field(0.0, description="device memory needed on each device [byte]")
    data: Memory = Field(0.0, description="input of one job, moved from its origin to where it runs [byte]")
    latency_ms: Positive | None = Field(None, description="largest round trip from the origin; none = any [ms]")
    residency: tuple[Name, ...] = Field((), description="provinces the data may be in; none = any")
    preemptible: bool = Field(False, description="may be suspended for power or services")
    priority: int = Field(0, description="higher survives longer")
    checkpoint_interval: Duration | None = Field(
        None, gt=0, description="work seconds between checkpoints; none = no checkpoints [s]"
    )
    checkpoint_cost: Duration = Field(
        0.0, description="wall time at full speed each checkpoint takes, without work, at full power [s]"
    )
    restore: Duration = Field(0.0, description="work seconds paid when it starts again [s]")
    min_run: Duration = Field(
        0.0,
        description="wall time it is left alone after it starts again: only a power cap suspends it before [s]",
    )
    max_failures: int | None = Field(
        None, gt=0, description="given up when failures of servers have killed it so often; none = never [-]"
    )
    malleable: Malleable | None = Field(None, description="its jobs may change their size while they run; none = rigid")


class ClassMix(Spec):
    """How one class enters the synthetic workload."""

    device_hours_share: Share = Field(description="share of all device-hours asked [-]")
    calibration: RowName = Field(description="row of the trace coefficient table its sizes and durations come from")
    granularity: int = Field(
        1, ge=1, description="real jobs one simulated job stands for: a gang of K, K times the devices [-]"
    )
    devices_max: int | None = Field(None, gt=0, description="sizes above are not drawn; none = as measured")
    slack: Duration | None = Field(
        None,
        description="how long it may end after submission plus run time; none = no deadline [s]",
    )


class SyntheticWork(Spec):
    """Jobs drawn from measured statistics."""

    model: Literal["synthetic"]
    fill: Share = Field(description="device-hours asked over device-hours energised (reference devices) [-]")
    mix: dict[Name, ClassMix] = Field(description="by job class; the shares sum to 1")
    origins: dict[Name, Share] = Field(description="share of the jobs that come from each hub; sums to 1")
    arrivals: RowName = Field("venus", description="row of the trace table with the day and week shape")
    burstiness: Positive = Field(description="index of dispersion of hourly submissions, simulated jobs [-]")
    request_factor: Positive = Field(
        2.0, ge=1, description="requested over actual run time, largest; drawn uniformly from 1 [-]"
    )


class TraceWork(Spec):
    """A real job table, unaltered."""

    model: Literal["trace"]
    file: InputFile = Field(description="job table (csv, csv.gz, parquet), relative to this file or to --data-dir")
    align: Instant = Field(description="the instant of submit_time_s = 0, ISO 8601 with zone")
    wrap: bool = Field(False, description="repeat when the trace is shorter than the run")
    job_class: Name = Field(description="class of all jobs, unless class_by_queue names another")
    class_by_queue: dict[str, Name] = Field(default_factory=dict)
    origins: dict[Name, Share] = Field(description="share of the queues' device-hours that goes to each hub; sums to 1")
    estimate: str = Field("actual", description="requested time where the table has none: actual, or factor:F")
    overrun: Literal["kill", "keep"] = Field(
        "kill", description="a job past its requested time is killed there, or kept to its end"
    )


Work = Annotated[SyntheticWork | TraceWork, Field(discriminator="model")]


class Service(Spec):
    """Online inference: a demand that follows its users and is served first."""

    title: Title
    hub: Name = Field(description="where its users connect; served there first")
    spill: bool = Field(
        False, description="what its own hub cannot serve may be served at others within the latency of its class"
    )
    job_class: Name = Field(description="class whose duty, MFU and precision it has")
    demand: Compute = Field(description="effective FLOP/s, mean of the year")
    day_shape: RowName = Field(description="row of the request-rate table: mean rate by hour of day")
    noise: Share = Field(0.0, description="standard deviation of the hourly factor around the day shape [-]")
    target_duty: Share = Field(0.6, gt=0, description="how hard its devices are driven at the planned rate [-]")


class Workload(Spec):
    """All that is asked."""

    reference_device: Name = Field(description="device whose seconds run times are counted in")
    jobs: dict[Name, Work] = Field(default_factory=dict)
    services: dict[Name, Service] = Field(default_factory=dict)
