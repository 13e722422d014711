"""An outlook worked out: electricity by fleet, year and case, and how published figures lie to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.audit.arithmetic import convert
from simulator.audit.outlook.cohorts import at, energy_j
from simulator.audit.outlook.model import CASES, ComputeFleet, OutlookFile, Published
from simulator.audit.result import both


@dataclass(frozen=True)
class Compared:
    """
    A published figure beside the outlook.

    Attributes
    ----------
    id, published
        Name in the file, and the entry.
    outlook_twh : tuple of float
        Low, middle and high of the same year and fleets. [TWh]
    relation : {"overlaps", "below", "above"}
        How the outlook's range lies to the published one.
    """

    id: str
    published: Published
    outlook_twh: tuple[float, ...]
    relation: str


@dataclass(frozen=True)
class Outlook:
    """
    Electricity of the fleets of a file.

    Attributes
    ----------
    file : OutlookFile
    years : ndarray of int, shape (n,)
    energy_twh : dict of str to ndarray, shape (3, n)
        Fleet to low, middle and high of each year. [TWh]
    size : dict of str to ndarray, shape (3, n)
        Fleet to its path in the middle of each year. [EFLOPS] or [racks]
    compared : tuple of Compared
    """

    file: OutlookFile
    years: np.ndarray
    energy_twh: dict[str, np.ndarray]
    size: dict[str, np.ndarray]
    compared: tuple[Compared, ...]

    @property
    def total_twh(self) -> np.ndarray:
        """All fleets together: all low, all middle, all high, shape (3, n). [TWh]"""
        return np.sum(list(self.energy_twh.values()), axis=0)

    def to_dict(self) -> dict[str, Any]:
        """Return the outlook, ready for JSON: energies in TWh, texts in both languages."""
        fleets = {
            name: {
                "title": both(self.file.outlook[name].title),
                "size_unit": size_unit(self.file, name),
                "size": _cases(self.size[name]),
                "energy_twh": _cases(energy),
            }
            for name, energy in self.energy_twh.items()
        }
        published = [
            {
                "id": item.id,
                "title": both(item.published.title),
                "year": item.published.year,
                "low_twh": convert(item.published.low, "J", "TWh"),
                "high_twh": convert(item.published.high, "J", "TWh"),
                "outlook_twh": dict(zip(CASES, item.outlook_twh, strict=True)),
                "relation": item.relation,
                "source": item.published.source,
            }
            for item in self.compared
        ]
        return {
            "title": both(self.file.title),
            "years": self.years.tolist(),
            "fleets": fleets,
            "total_twh": _cases(self.total_twh),
            "published": published,
            "notes": [both(note) for note in self.file.notes],
            "sources": {
                name: {"title": both(source.title), "body": both(source.body), "date": source.date}
                for name, source in self.file.sources.items()
            },
        }


def size_unit(file: OutlookFile, name: str) -> str:
    """Return the unit a fleet is counted in."""
    return "EFLOPS" if isinstance(file.outlook[name], ComputeFleet) else "racks"


def _cases(values: np.ndarray) -> dict[str, list[float]]:
    return dict(zip(CASES, values.tolist(), strict=True))


def look_out(file: OutlookFile) -> Outlook:
    """
    Work out an outlook.

    Parameters
    ----------
    file : OutlookFile
        From `load_outlook`.

    Returns
    -------
    Outlook
    """
    years = np.arange(file.from_year, file.to_year + 1)
    twh = convert(1.0, "J", "TWh")
    energy = {n: np.array([energy_j(f, years, case) for case in CASES]) * twh for n, f in file.outlook.items()}
    size = {name: np.array([_size(file, name, years, case) for case in CASES]) for name in file.outlook}
    compared = tuple(_compare(name, item, years, energy) for name, item in file.published.items() if item.year in years)
    return Outlook(file, years, energy, size, compared)


def _size(file: OutlookFile, name: str, years: np.ndarray, case: str) -> np.ndarray:
    fleet = file.outlook[name]
    if isinstance(fleet, ComputeFleet):
        return at(fleet.compute, years + 0.5, case) * convert(1.0, "FLOPS", "EFLOPS")
    return at(fleet.racks, years + 0.5, case)


def _compare(name: str, item: Published, years: np.ndarray, energy: dict[str, np.ndarray]) -> Compared:
    covered = item.fleets or tuple(energy)
    column = int(np.flatnonzero(years == item.year)[0])
    low, middle, high = (float(sum(energy[fleet][case, column] for fleet in covered)) for case in range(len(CASES)))
    published_low, published_high = (convert(edge, "J", "TWh") for edge in (item.low, item.high))
    relation = "below" if high < published_low else "above" if low > published_high else "overlaps"
    return Compared(name, item, (low, middle, high), relation)
