"""Power of a whole computing system from the list of its parts, down to converters and coolant pumps.

A description is a table ``system_NAME.csv``: nodes (processors, memory, network cards, storage), their converters,
chassis with switches and rectifiers, racks, coolant units. For a machine whose parts are published this gives its power
at any load, with nodes powered down and clocks lowered. Left out: load-dependent memory and network power, cooling
towers.
"""

from dataclasses import dataclass

from energy_models.server import speed_power_share
from energy_models.tables import coefficients


@dataclass(frozen=True)
class SystemPower:
    """
    Power of a system.

    Parameters
    ----------
    load_w : float
        Nodes and switches. [W]
    conversion_w : float
        Lost in node converters and rectifiers. [W]
    coolant_w : float
        Pumps of the coolant units. [W]
    """

    load_w: float
    conversion_w: float
    coolant_w: float

    @property
    def total_w(self) -> float:
        """At the meter of the hall. [W]"""
        return self.load_w + self.conversion_w + self.coolant_w

    @property
    def efficiency(self) -> float:
        """Part of the total that conversion does not lose. [-]"""
        return 1.0 - self.conversion_w / self.total_w


def system_power(
    system: str,
    utilisation: float,
    *,
    nodes_off_share: float = 0.0,
    clock: float = 1.0,
    clock_min: float = 0.6,
    power_at_clock_min: float = 0.45,
) -> SystemPower:
    """
    Power of a system at a load.

    Parameters
    ----------
    system : str
        Name of a description: ``frontier``.
    utilisation : float
        Share of the way from idle to full power of the processors of nodes that are on, from 0 to 1. [-]
    nodes_off_share : float
        Nodes powered down, from 0 to 1. [-]
    clock : float
        Of the accelerators, from `clock_min` to 1. [-]
    clock_min, power_at_clock_min : float
        Lowest clock, and the power above idle left at it; see `energy_models.server.speed_power_share`. [-]

    Returns
    -------
    SystemPower

    Raises
    ------
    ValueError
        If an input is out of range; an unknown system raises FileNotFoundError.

    Notes
    -----
    Converters and rectifiers lose straight in their load, so only sums over nodes count, not which are on.

    Examples
    --------
    >>> [round(system_power("frontier", u).total_w / 1e6, 4) for u in (0.0, 1.0)]  # V12: 7.3065 and 28.2279 MW
    [7.3065, 28.2279]
    """
    for name, given in (("utilisation", utilisation), ("nodes_off_share", nodes_off_share)):
        if not 0.0 <= given <= 1.0:
            raise ValueError(f"{name}: got {given}; expected 0 to 1")
    part = {name: item.value for name, item in coefficients(f"system_{system}").items()}
    dynamic = utilisation * float(speed_power_share(clock, clock_min, power_at_clock_min))
    node_w = _node_w(part, utilisation, dynamic)
    chassis = part["racks"] * part["chassis_per_rack"]
    nodes = chassis * part["nodes_per_chassis"]
    on, off = nodes * (1.0 - nodes_off_share), nodes * nodes_off_share
    switches_w = chassis * part["switches_per_chassis"] * part["switch_w"]
    load_w = on * node_w + off * part["node_off_w"] + switches_w
    # a node that is off has its converter off: what its controller draws comes past it
    converted_w = on * (node_w + part["converter_overhead_w"]) / part["converter_efficiency"]
    rectified_w = converted_w + off * part["node_off_w"] + switches_w
    overhead_w = chassis * part["rectifiers_per_chassis"] * part["rectifier_overhead_w"]
    drawn_w = (rectified_w + overhead_w) / part["rectifier_efficiency"]
    return SystemPower(load_w, drawn_w - load_w, part["coolant_units"] * part["coolant_unit_w"])


def _node_w(part: dict[str, float], utilisation: float, dynamic: float) -> float:
    cpu_w = part["cpu_idle_w"] + utilisation * (part["cpu_full_w"] - part["cpu_idle_w"])
    gpu_w = part["gpu_idle_w"] + dynamic * (part["gpu_full_w"] - part["gpu_idle_w"])
    return cpu_w + part["gpus"] * gpu_w + part["memory_w"] + part["nics"] * part["nic_w"] + part["storage_w"]
