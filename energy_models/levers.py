"""Bits against electrons: what it takes to bring work to power, and power to work."""

from __future__ import annotations

KWH_PER_MWH = 1000.0


def line_loss_kwh_per_mwh(loss_share: float) -> float:
    """
    Return what a line loses for each megawatt-hour that arrives.

    Parameters
    ----------
    loss_share : float
        Of the energy taken in, from 0 to below 1. [-]

    Returns
    -------
    float
        [kWh/MWh]

    Raises
    ------
    ValueError
        If the share is out of range.

    Examples
    --------
    >>> round(line_loss_kwh_per_mwh(0.045), 2)
    47.12
    """
    if not 0.0 <= loss_share < 1.0:
        raise ValueError(f"loss_share is {loss_share!r}; expected 0 <= loss < 1 [-]")
    return KWH_PER_MWH * loss_share / (1.0 - loss_share)


def break_even_gb_per_mwh(loss_share: float, kwh_per_gb: float) -> float:
    """
    Return the data a megawatt-hour of work may need before moving it takes more electricity than moving the power.

    Work below it is better moved as bits, work above it as electrons, as far as electricity goes.

    Parameters
    ----------
    loss_share : float
        Of the line, of the energy taken in. [-]
    kwh_per_gb : float
        Electricity of the data network, above 0. [kWh/GB]

    Returns
    -------
    float
        [GB/MWh]

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> round(break_even_gb_per_mwh(0.045, 0.06))
    785
    """
    if not kwh_per_gb > 0.0:
        raise ValueError(f"kwh_per_gb is {kwh_per_gb!r}; expected above 0 [kWh/GB]")
    return line_loss_kwh_per_mwh(loss_share) / kwh_per_gb
