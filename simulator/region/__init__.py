"""Hubs, clusters, devices and networks of a scenario, as arrays the kernel and the engine can use."""

from simulator.region.build import Region, build, energised_capacity
from simulator.region.network import Network, data_network, round_trip_ms
from simulator.region.outages import Outages
from simulator.region.power import power_network, problems, ways

__all__ = [
    "Network",
    "Outages",
    "Region",
    "build",
    "data_network",
    "energised_capacity",
    "power_network",
    "problems",
    "round_trip_ms",
    "ways",
]
