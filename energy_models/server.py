"""Power of servers: idle power always, and what a busy device adds.

Two states: a device works at full power for its duty and idles for the rest. `duty` is a share of *power*,
not the "GPU utilisation" of monitoring tools, which counts moments with any kernel running: on the Seren
cluster (Acme trace, 2023) utilisation is 0.66 while server power sits 0.28 of the way from idle to highest.
Left out: temperature, fans that follow load, inrush, the spread between pieces.
"""

import numpy as np

from energy_models.psychrometrics import Floats


def active_power_per_device_w(server_idle_w: float, server_max_w: float, devices_per_server: int, duty: float) -> float:
    """
    Power a busy device adds to its idling server.

    Parameters
    ----------
    server_idle_w, server_max_w : float
        Server power with all devices idle and with all at full power. [W]
    devices_per_server : int
        1 or more.
    duty : float
        Share of the time at full power, from 0 to 1. [-]

    Returns
    -------
    float
        Mean power above idle of one busy device with its part of the server. [W]

    Raises
    ------
    ValueError
        If idle power is above the highest, or an input is out of range.

    Examples
    --------
    >>> active_power_per_device_w(100.0, 200.0, 1, 0.5)  # OpenDC's host at half load: 150 W in all
    50.0
    """
    if not 0.0 <= server_idle_w <= server_max_w or not server_max_w < np.inf:
        raise ValueError(f"server power: got idle {server_idle_w} W, max {server_max_w} W; expected 0 <= idle <= max")
    if devices_per_server < 1:
        raise ValueError(f"devices_per_server: got {devices_per_server}; expected 1 or more")
    if not 0.0 <= duty <= 1.0:
        raise ValueError(f"duty: got {duty}; expected 0 to 1")
    return (server_max_w - server_idle_w) / devices_per_server * duty


def server_power_w(
    server_idle_w: float, server_max_w: float, devices_per_server: int, *, busy_devices: float, duty: float
) -> float:
    """Power of a server with some devices busy [W]: idle plus what each busy one adds."""
    added = active_power_per_device_w(server_idle_w, server_max_w, devices_per_server, duty)
    return server_idle_w + busy_devices * added


def duty_from_power(server_idle_w: float, server_max_w: float, mean_w: float) -> float:
    """
    Duty with which the two-state model has a measured mean power.

    Parameters
    ----------
    server_idle_w, server_max_w : float
        Server power idle and highest. [W]
    mean_w : float
        Measured mean, between them. [W]

    Returns
    -------
    float
        From 0 to 1, all devices counted as busy. [-]

    Raises
    ------
    ValueError
        If the mean lies outside.
    """
    if not server_idle_w <= mean_w <= server_max_w or not server_idle_w < server_max_w:
        raise ValueError(f"mean_w: got {mean_w} W; expected {server_idle_w} to {server_max_w} W")
    return (mean_w - server_idle_w) / (server_max_w - server_idle_w)


def speed_power_share(speed: Floats | float, speed_min: float, power_at_speed_min: float) -> Floats:
    """
    Power above idle at a lowered clock over that at full clock.

    Parameters
    ----------
    speed : float or ndarray
        Work done a second over that at full clock, from `speed_min` to 1. [-]
    speed_min : float
        Lowest clock, above 0 and below 1, or 1 where clocks are fixed. [-]
    power_at_speed_min : float
        Share of the power above idle left at `speed_min`, from 0 to 1. [-]

    Returns
    -------
    ndarray
        Straight between (`speed_min`, `power_at_speed_min`) and (1, 1). [-]

    Raises
    ------
    ValueError
        If a speed or parameter is out of range.
    """
    if not 0.0 < speed_min <= 1.0 or not 0.0 <= power_at_speed_min <= 1.0:
        raise ValueError(f"speed_min {speed_min}, power_at_speed_min {power_at_speed_min}: expected shares up to 1")
    values = np.asarray(speed, dtype=float)
    if not ((values >= speed_min) & (values <= 1.0)).all():
        raise ValueError(f"speed: got {speed}; expected {speed_min} to 1")
    if speed_min == 1.0:
        return np.ones_like(values)
    return power_at_speed_min + (1.0 - power_at_speed_min) * (values - speed_min) / (1.0 - speed_min)
