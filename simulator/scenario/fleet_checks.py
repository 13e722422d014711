"""Rules on clusters and the devices they are made of."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.scenario.parts import Finding, Parts

ROUNDING = 1e-9  # of a product of decimal fractions
LOOK_MIN_S = 60.0  # each look costs time to simulate


def power_down_is_possible(parts: Parts) -> Iterator[Finding]:
    """Looks are not too frequent; an idle server draws no less than one powered down and no more than one booting."""
    for name, cluster in parts.clusters.items():
        device, spec = parts.devices.get(cluster.device), cluster.power_down
        if device is None or spec is None:
            continue
        if spec.after < LOOK_MIN_S:
            expected = f"at least {LOOK_MIN_S:g} [s]"
            yield Finding(("clusters", name, "power_down", "after"), f"{spec.after:g} s", expected)
        if spec.off_power > device.server_idle:
            expected = f"at most {device.server_idle:g} [W], the idle power of a server of {cluster.device}"
            yield Finding(("clusters", name, "power_down", "off_power"), f"{spec.off_power:g} W", expected)
        least_j = device.server_idle * spec.boot_time
        if spec.boot_energy is not None and spec.boot_energy < least_j * (1.0 - ROUNDING):
            expected = f"at least {least_j:g} [J], the idle power of a server of {cluster.device} over the boot time"
            yield Finding(("clusters", name, "power_down", "boot_energy"), f"{spec.boot_energy:g} J", expected)


def clocks_are_within_reach(parts: Parts) -> Iterator[Finding]:
    """A cluster's fixed clock and power cap are not below what its device can be slowed to."""
    for name, cluster in parts.clusters.items():
        device = parts.devices.get(cluster.device)
        if device is None or not 0.0 < device.speed_min <= 1.0 or device.server_idle > device.server_max:
            continue  # told elsewhere
        if cluster.frequency < device.speed_min:
            expected = f"a number >= speed_min of {cluster.device}, {device.speed_min:g} [-]"
            yield Finding(("clusters", name, "frequency"), f"{cluster.frequency:g}", expected)
        share = device.power_at_speed_min if device.speed_min < 1.0 else 1.0
        lowest_w = device.server_idle + share * (device.server_max - device.server_idle)
        if cluster.power_cap is not None and cluster.power_cap < lowest_w:
            expected = f"at least {lowest_w:g} [W], the power of a server of {cluster.device} at its lowest clock"
            yield Finding(("clusters", name, "power_cap"), f"{cluster.power_cap:g} W", expected)
