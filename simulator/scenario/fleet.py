"""Devices, clusters and their place: what computes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from simulator.scenario.base import Instant, Name, Spec, Title
from simulator.scenario.failing import Failures
from simulator.scenario.quantities import (
    Compute,
    Count,
    Duration,
    Energy,
    Mass,
    Memory,
    MemoryBandwidth,
    Money,
    Power,
    Share,
)

Precision = Literal["fp64", "fp32", "tf32", "fp16", "fp8", "fp4", "int8"]
Stack = Literal["cuda", "cann", "rocm"]
JobClassName = Name


class Mfu(Spec):
    """Model FLOPS utilisation of one job class on one device, while the device works."""

    value: Share = Field(description="sustained over dense peak FLOPS at the precision of the job [-]")
    low: Share | None = None
    high: Share | None = None


class Device(Spec):
    """One accelerator model and the server that carries it."""

    title: Title
    stack: Stack = Field(description="software ecosystem a job must be built for")
    peak: dict[Precision, Compute] = Field(
        description="dense peak by precision, one device; sparse figures are not accepted [FLOP/s]"
    )
    memory: Memory = Field(description="device memory [byte]")
    memory_bandwidth: MemoryBandwidth = Field(description="device memory bandwidth [byte/s]")
    devices_per_server: int = Field(gt=0, description="devices in one server [-]")
    server_idle: Power = Field(description="one server, energised, no job [W]")
    server_max: Power = Field(description="one server, all devices at duty 1 [W]")
    speed_min: Share = Field(1.0, description="lowest clock as a share of full speed that a power breach may force [-]")
    power_at_speed_min: Share = Field(
        1.0, description="power above idle at speed_min, as a share of that at full speed [-]"
    )
    embodied_server: Mass = Field(0.0, description="embodied CO2e of one server with its devices [kg]")
    capex_server: Money = Field(0.0, description="price of one server with its devices [CNY]")
    lifetime: Duration = Field(5 * 365 * 86400.0, description="service life for annuity and embodied carbon [s]")
    mfu: dict[JobClassName, Mfu] = Field(description="MFU by job class; a class that is not named cannot run here")


class Queue(Spec):
    """Who is next on a cluster."""

    discipline: Literal["fcfs", "sjf", "ljf", "priority", "easy", "conservative"] = Field(
        default="fcfs", description="order of starts; sjf and ljf go by requested time"
    )
    ageing: float = Field(
        default=0.0, ge=0, description="priority only: points of priority a waiting job gains a second [1/s]"
    )
    preemptive: bool = Field(
        default=False, description="priority only: a higher class suspends lower ones, which resume where they stopped"
    )
    max_waiting: Count | None = Field(
        default=None, description="jobs that may wait; one more is turned away (0 = a loss system) [-]"
    )


class PowerDown(Spec):
    """Idle servers are powered down and boot when work waits for them."""

    after: Duration = Field(
        600.0,
        description="how often a cluster looks, at least 60 s: servers wholly idle since its last look are powered "
        "down [s]",
    )
    boot_time: Duration = Field(gt=0, description="from the call for a server until it can take work [s]")
    boot_energy: Energy | None = Field(
        None, description="one server, one boot; none = its idle power over the boot time, which is the least [J]"
    )
    keep: Count = Field(0, description="idle servers that stay on, for work that comes at once [-]")
    off_power: Power = Field(0.0, description="one server that is powered down: its standby and management [W]")


class Cluster(Spec):
    """Identical servers at one hub behind one queue."""

    title: Title
    hub: Name = Field(description="name of a hub of this scenario")
    device: Name = Field(description="name of a device of the catalogue")
    servers: int = Field(gt=0, description="servers when fully built [-]")
    racks: Count = Field(0, description="racks the servers stand in [-]")
    rack_power: Power = Field(0.0, description="rated power of one rack [W]")
    commissioned: Instant | None = Field(
        None, description="when energised, ISO 8601 with zone; none = before the scenario"
    )
    in_baseline: bool = Field(False, description="the published baseline of the target already counts it")
    counts_for: tuple[Name, ...] = Field((), description="targets whose increment it counts for")
    frequency: float = Field(
        1.0,
        gt=0,
        le=1,
        description="fixed core clock over full clock, not below the device's speed_min: compute-bound work slows with "
        "it, memory-bound work does not, power above idle falls as between speed_min and full [-]",
    )
    power_cap: Power | None = Field(
        None, description="highest power of one server with all devices busy; the clock is lowered to meet it [W]"
    )
    queue: Queue = Queue()
    failures: Failures | None = Field(None, description="how its servers fail; none = never")
    power_down: PowerDown | None = Field(None, description="how idle servers are powered down; none = never")


class Target(Spec):
    """A published compute target. An EFLOPS without a precision and a rung means nothing."""

    title: Title
    precision: Precision = Field(description="the precision the published figure is stated in")
    rung: Literal["nameplate", "energised", "available", "allocated", "utilised", "effective"]
    date: Instant = Field(description="when it must be met, ISO 8601 with zone")
    required: Compute = Field(description="the target [FLOP/s]")
    baseline: Compute = Field(description="what was there before the scenario's clusters [FLOP/s]")
    shares: dict[Name, Share] = Field(
        default_factory=dict, description="share of a cluster that counts (default 1) [-]"
    )
