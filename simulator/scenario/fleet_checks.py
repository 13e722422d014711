"""Rules on clusters and the devices they are made of."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.scenario.parts import Finding, Parts


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
