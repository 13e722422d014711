"""Power of servers: idle power always, what a busy device adds, and what a lower clock or a power cap makes of it.

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


def clock_under_cap(
    server_idle_w: float, server_max_w: float, cap_w: float, speed_min: float, power_at_speed_min: float
) -> float:
    """
    Highest clock at which a server with all devices busy stays under a cap.

    Parameters
    ----------
    server_idle_w, server_max_w : float
        Server power idle and with all devices at full power and clock. [W]
    cap_w : float
        Highest power allowed. [W]
    speed_min, power_at_speed_min : float
        As in `speed_power_share`. [-]

    Returns
    -------
    float
        From `speed_min` to 1; 1 where the cap does not bind. [-]

    Raises
    ------
    ValueError
        If even the lowest clock is above the cap.

    Examples
    --------
    >>> round(clock_under_cap(1000.0, 5000.0, 4000.0, 0.6, 0.45), 3)  # three quarters of the power above idle
    0.818
    """
    share = (cap_w - server_idle_w) / (server_max_w - server_idle_w) if server_max_w > server_idle_w else 1.0
    if share >= 1.0:
        return 1.0
    lowest_w = server_idle_w + power_at_speed_min * (server_max_w - server_idle_w)
    if share < power_at_speed_min - 1e-9 or speed_min == 1.0:
        raise ValueError(f"cap_w: got {cap_w} W; expected at least {lowest_w} W, the power at the lowest clock")
    above = max(0.0, share - power_at_speed_min)  # rounding may leave a cap at the lowest power just below it
    return speed_min + (1.0 - speed_min) * above / (1.0 - power_at_speed_min)


def work_speed(clock: float, compute_weight: float) -> float:
    """
    Speed of work at a lowered core clock over that at full clock.

    Parameters
    ----------
    clock : float
        Core clock over full clock, above 0 and at most 1. [-]
    compute_weight : float
        Share of the run time at full clock that follows the core clock; the rest waits for memory. [-]

    Returns
    -------
    float
        1 / (weight / clock + 1 - weight): the parts of the run time add up. [-]

    Examples
    --------
    >>> work_speed(0.5, 1.0), work_speed(0.5, 0.0)  # compute-bound work halves, memory-bound work does not notice
    (0.5, 1.0)
    """
    if not 0.0 < clock <= 1.0 or not 0.0 <= compute_weight <= 1.0:
        raise ValueError(f"work_speed: got clock {clock}, compute_weight {compute_weight}; expected up to 1, above 0")
    return 1.0 / (compute_weight / clock + 1.0 - compute_weight)


def two_states(power_w: Floats) -> tuple[float, float, float]:
    """
    The two power states of a device in a sample of measured powers.

    Parameters
    ----------
    power_w : ndarray, shape (n,)
        Powers, equally likely each; two or more different ones. [W]

    Returns
    -------
    idle_w, active_w, active_share : float
        Means below and above the level that parts the sample best (least squares within the two parts, Otsu 1979), and
        the share above it. ``idle + share x (active - idle)`` is the mean of the sample. [W, W, -]

    Raises
    ------
    ValueError
        If the powers do not differ, or one is below 0 or not a number.
    """
    ordered = np.sort(np.asarray(power_w, dtype=float))
    if not (ordered >= 0.0).all() or ordered.size < 2 or ordered[0] == ordered[-1]:
        raise ValueError("power_w: expected two or more different powers of 0 or more [W]")
    count = np.arange(1, ordered.size)
    below = np.cumsum(ordered)[:-1]
    low, high = below / count, (ordered.sum() - below) / (ordered.size - count)
    cut = int(np.argmax(count * (ordered.size - count) * (high - low) ** 2))
    return float(low[cut]), float(high[cut]), float((ordered.size - count[cut]) / ordered.size)
