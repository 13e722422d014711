"""Trade over lines whose base schedule belongs to others: what is left, who gets how much of it, what arrives.

A line offers its capacity less its base schedule, both at the sending end. Contracts that want more than that
share it in proportion to what they want. A contract that passes several lines is cut by the tightest of them;
what it gives up on the others is not shared out again, so the result is feasible and slightly on the low side.
Left out: loop flows, congestion prices, losses that grow with the flow.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from energy_models.psychrometrics import Floats


@dataclass(frozen=True)
class Line:
    """One line: what it has left in each hour, shape (hours,) [W], its loss [-] and its price on arrival [CNY/kWh]."""

    residual_w: Floats
    loss: float
    wheeling_cny_per_kwh: float


def residual_w(capacity_w: float, base_w: float, shape: Floats) -> Floats:
    """
    Return what a line can take in beside its base schedule.

    Parameters
    ----------
    capacity_w, base_w : float
        At the sending end. [W]
    shape : ndarray, shape (hours,)
        Base schedule over its mean. [-]

    Returns
    -------
    ndarray, shape (hours,)
        0 or more. [W]

    Examples
    --------
    >>> residual_w(8.0, 5.0, np.array([1.0, 2.0])).tolist()
    [3.0, 0.0]
    """
    return np.maximum(capacity_w - base_w * shape, 0.0)


def kept_share(losses: Sequence[float]) -> float:
    """
    Share of the energy sent that arrives behind lines one after the other [-].

    Examples
    --------
    >>> kept_share([0.5, 0.5])
    0.25
    """
    return float(np.prod([1.0 - loss for loss in losses]))


def carried_w(wanted_w: Sequence[Floats], ways: Sequence[Sequence[int]], lines: Sequence[Line]) -> list[Floats]:
    """
    Cut what contracts want to send to what their lines can take.

    Parameters
    ----------
    wanted_w : sequence of ndarray, shape (hours,)
        At the plants, 0 or more. [W]
    ways : sequence of sequence of int
        Lines each passes, in order; none for a plant beside its user.
    lines : sequence of Line

    Returns
    -------
    list of ndarray, shape (hours,)
        Sent at the plants. [W]
    """
    share = [np.ones_like(wanted) for wanted in wanted_w]
    for number, line in enumerate(lines):
        users = [(c, way.index(number)) for c, way in enumerate(ways) if number in way]
        if not users:
            continue
        arriving = [wanted_w[c] * kept_share([lines[k].loss for k in ways[c][:place]]) for c, place in users]
        asked = np.sum(arriving, axis=0)
        fits = np.divide(line.residual_w, asked, out=np.ones_like(asked), where=asked > line.residual_w)
        for c, _ in users:
            share[c] = np.minimum(share[c], fits)
    return [wanted * part for wanted, part in zip(wanted_w, share, strict=True)]


def wheeling_cny_per_kwh(way: Sequence[Line]) -> float:
    """
    Price of the transport of one kWh that arrives: each line is paid on what leaves it [CNY/kWh].

    Examples
    --------
    >>> nothing = np.zeros(1)
    >>> wheeling_cny_per_kwh([Line(nothing, 0.2, 0.04), Line(nothing, 0.5, 0.03)])
    0.11
    """
    price, arrives = 0.0, 1.0
    for line in reversed(way):
        price += line.wheeling_cny_per_kwh * arrives
        arrives /= 1.0 - line.loss
    return price
