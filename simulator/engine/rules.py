"""Dated rules: which of a set is in force in each hour."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np


class Dated(Protocol):
    """Something in force from an instant on."""

    @property
    def since(self) -> datetime:
        """First instant."""


def in_force(rules: Mapping[str, Dated], start: datetime, hours: int) -> tuple[list[str], np.ndarray]:
    """
    Return the rules in the order of their dates, and which of them each hour falls under.

    Parameters
    ----------
    rules : mapping
        By name; of two of the same date the later name wins.
    start : datetime
        Beginning of the first hour.
    hours : int

    Returns
    -------
    list of str
        Names, oldest first.
    ndarray of int, shape (hours,)
        Place in that list, -1 where none is in force yet. A rule that begins inside an hour holds from the next.
    """
    names = sorted(rules, key=lambda name: (rules[name].since, name))
    place = np.full(hours, -1, dtype=np.int64)
    for i, name in enumerate(names):
        first = -((start - rules[name].since) // timedelta(hours=1))  # whole hours, rounded up
        place[max(first, 0) :] = i
    return names, place
