"""A battery behind the meter: what it can take and give over an interval, and what is in it afterwards.

Modelled: power limits at the site bus, C-rates, charge and discharge efficiency, a floor, a standing loss. Left
out: ageing, temperature, power that falls near full or empty. ``energy_stored_j`` is the one stored state.
Positive power charges. The compiled helpers are the only place of this arithmetic; `energy_models.dispatch`
uses them too.
"""

from dataclasses import dataclass, replace

from energy_models.compiled import compiled
from energy_models.units import SECONDS_PER_HOUR


@compiled
def kept_share(standing_loss_per_h: float, period_s: float) -> float:
    """Share of the stored energy left after the standing loss of one interval [-]."""
    if standing_loss_per_h == 0.0:
        return 1.0
    return (1.0 - standing_loss_per_h) ** (period_s / SECONDS_PER_HOUR)


@compiled
def charge_limit_w(
    energy_j: float, capacity_j: float, power_w: float, efficiency_charge: float, period_s: float
) -> float:
    """Return the largest power that can be charged over a whole interval, at the bus [W]."""
    if power_w <= 0.0 or capacity_j <= energy_j:
        return 0.0
    return min(power_w, (capacity_j - energy_j) / (efficiency_charge * period_s))


@compiled
def discharge_limit_w(
    energy_j: float, floor_j: float, power_w: float, efficiency_discharge: float, period_s: float
) -> float:
    """Return the largest power that can be drawn over a whole interval, at the bus [W]."""
    if power_w <= 0.0 or energy_j <= floor_j:
        return 0.0
    return min(power_w, (energy_j - floor_j) * efficiency_discharge / period_s)


@compiled
def moved_energy_j(
    charge_w: float,
    discharge_w: float,
    efficiency_charge: float,
    efficiency_discharge: float,
    period_s: float,
) -> float:
    """Change of the stored energy by charging and discharging at the bus over an interval [J]."""
    return (charge_w * efficiency_charge - discharge_w / efficiency_discharge) * period_s


def power_limit_w(power_w: float, rate_per_h: float | None, capacity_j: float) -> float:
    """
    Return the tighter of a power limit and a C-rate [W].

    Parameters
    ----------
    power_w : float
        Limit of the inverter; ``inf`` for none. [W]
    rate_per_h : float or None
        C-rate: power over capacity; None for none. [1/h]
    capacity_j : float
        [J]

    Examples
    --------
    >>> power_limit_w(30.0, 0.25, 100.0 * 3600.0)
    25.0
    """
    return power_w if rate_per_h is None else min(power_w, rate_per_h * capacity_j / SECONDS_PER_HOUR)


@dataclass(frozen=True)
class Battery:
    """
    A battery and what is in it.

    Parameters
    ----------
    capacity_j : float
        Energy it can hold, above 0. [J]
    power_w : float
        Largest charge and discharge at the site bus; ``inf`` for no limit. [W]
    energy_stored_j : float
        Energy in it now, from 0 to `capacity_j`. [J]
    soc_min : float
        Share of the capacity that is never drawn. [-]
    efficiency_charge, efficiency_discharge : float
        Stored over taken from the bus, given to the bus over taken from the store; above 0, at most 1. [-]
    standing_loss_per_h : float
        Share of the stored energy lost an hour, applied once, at the start of an interval. [1/h]
    charge_rate_per_h, discharge_rate_per_h : float or None
        C-rates, power over capacity, beside `power_w`; None for no such limit. [1/h]

    Examples
    --------
    >>> Battery(capacity_j=360e3, power_w=200.0, energy_stored_j=180e3).feasible_power_w(3600.0)
    (-50.0, 50.0)
    """

    capacity_j: float
    power_w: float
    energy_stored_j: float
    soc_min: float = 0.0
    efficiency_charge: float = 1.0
    efficiency_discharge: float = 1.0
    standing_loss_per_h: float = 0.0
    charge_rate_per_h: float | None = None
    discharge_rate_per_h: float | None = None

    def __post_init__(self) -> None:
        """Refuse a battery that cannot be."""
        if not self.capacity_j > 0.0 or not self.power_w >= 0.0:
            raise ValueError(f"battery: got {self.capacity_j} J and {self.power_w} W; expected above 0 J, 0 W or more")
        if not 0.0 <= self.energy_stored_j <= self.capacity_j:
            raise ValueError(f"battery: got {self.energy_stored_j} J stored; expected 0 to {self.capacity_j} J")
        for name in ("efficiency_charge", "efficiency_discharge"):
            if not 0.0 < getattr(self, name) <= 1.0:
                raise ValueError(f"battery: got {name} {getattr(self, name)}; expected above 0, at most 1")
        for name in ("charge_rate_per_h", "discharge_rate_per_h"):
            if getattr(self, name) is not None and not getattr(self, name) > 0.0:
                raise ValueError(f"battery: got {name} {getattr(self, name)}; expected above 0, or None")
        for name in ("soc_min", "standing_loss_per_h"):
            if not 0.0 <= getattr(self, name) < 1.0:
                raise ValueError(f"battery: got {name} {getattr(self, name)}; expected 0 or more, below 1")

    @property
    def soc(self) -> float:
        """State of charge: stored energy over capacity [-]."""
        return self.energy_stored_j / self.capacity_j

    def feasible_power_w(self, period_s: float) -> tuple[float, float]:
        """
        Return the range of power that holds over a whole interval, standing loss first.

        Parameters
        ----------
        period_s : float
            Length of the interval, above 0. [s]

        Returns
        -------
        tuple of float
            Lowest (discharge, zero or negative) and highest (charge, zero or positive) power at the bus. [W]
        """
        energy_j = self.energy_stored_j * kept_share(self.standing_loss_per_h, period_s)
        floor_j = self.soc_min * self.capacity_j
        give_w = power_limit_w(self.power_w, self.discharge_rate_per_h, self.capacity_j)
        take_w = power_limit_w(self.power_w, self.charge_rate_per_h, self.capacity_j)
        low = discharge_limit_w(energy_j, floor_j, give_w, self.efficiency_discharge, period_s)
        high = charge_limit_w(energy_j, self.capacity_j, take_w, self.efficiency_charge, period_s)
        return -low, high

    def step(self, power_w: float, period_s: float) -> "Battery":
        """
        Return the battery after an interval at a constant power, cut to the feasible range.

        Parameters
        ----------
        power_w : float
            Power at the bus; above 0 charges, below 0 discharges. [W]
        period_s : float
            Length of the interval, above 0. [s]
        """
        low, high = self.feasible_power_w(period_s)
        power_w = min(max(power_w, low), high)
        energy_j = self.energy_stored_j * kept_share(self.standing_loss_per_h, period_s)
        energy_j += moved_energy_j(
            max(power_w, 0.0), max(-power_w, 0.0), self.efficiency_charge, self.efficiency_discharge, period_s
        )
        # the limits are exact to the last digit but one: keep the rounding out of the state
        return replace(self, energy_stored_j=min(max(energy_j, 0.0), self.capacity_j))
