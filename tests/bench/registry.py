"""The cases of `make bench`, by name. Each gives figures and asserts counts; none asserts a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Figures = dict[str, float | str]
Measure = Callable[[bool], Figures]


@dataclass(frozen=True)
class Case:
    """
    One thing that is measured, in a process of its own.

    Attributes
    ----------
    name : str
        What the command line calls it.
    about : str
        One line.
    measure : callable
        Takes `quick` (a tenth of the work) and returns figures by name; a text is a remark.
    """

    name: str
    about: str
    measure: Measure


CASES: dict[str, Case] = {}


def case(name: str, about: str) -> Callable[[Measure], Measure]:
    """Register a case."""

    def put(measure: Measure) -> Measure:
        CASES[name] = Case(name, about, measure)
        return measure

    return put
