"""When each server fails and is repaired, drawn before the run: no policy and no queue changes it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from energy_models import reliability
from simulator.errors import TraceError
from simulator.scenario import stream

if TYPE_CHECKING:
    from simulator.scenario import Failures, RandomTime, Scenario, TraceFailures

COLUMNS = ("server", "failed_s", "repaired_s")


@dataclass(frozen=True)
class Outages:
    """
    Outages by cluster, server and time, those of one server apart from each other.

    Attributes
    ----------
    cluster, server : ndarray of int, shape (outages,)
        Numbers of the cluster in the region and of the server in its cluster.
    failed_s, repaired_s : ndarray, shape (outages,)
        Since the scenario's start. [s]
    """

    cluster: np.ndarray
    server: np.ndarray
    failed_s: np.ndarray
    repaired_s: np.ndarray

    def __len__(self) -> int:
        """Return the number of outages."""
        return len(self.server)


def draw_outages(
    scenario: Scenario, clusters: tuple[str, ...], servers: np.ndarray, commissioned_s: np.ndarray
) -> Outages:
    """
    Draw or read the outages of all clusters.

    Each cluster has a stream of its own, drawn round by round for all its servers at once, so that neither other
    clusters nor the length of the run change what happens. Servers begin as new when they are commissioned, or at the
    beginning of the warm-up.

    Parameters
    ----------
    scenario : Scenario
    clusters : tuple of str
    servers : ndarray of int, shape (clusters,)
        As simulated.
    commissioned_s : ndarray, shape (clusters,)
        [s]

    Returns
    -------
    Outages

    Raises
    ------
    TraceError
        If a table of outages cannot be used.
    """
    parts = [(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0))]
    for c, name in enumerate(clusters):
        spec, begin = scenario.clusters[name].failures, max(commissioned_s[c], -scenario.simulation.warm_up)
        if spec is None:
            continue
        if spec.model == "trace":
            server, failed_s, repaired_s = _read(spec, scenario.clusters[name].servers)
        else:
            rng = stream(scenario.simulation.seed, f"failures.{name}")
            server, failed_s, repaired_s = _draw(spec, rng, int(servers[c]), begin, scenario.simulation.horizon)
        order = np.lexsort((failed_s, server))
        order = order[(failed_s[order] > begin) & (server[order] < servers[c])]
        parts.append((np.full(len(order), c, np.int64), server[order], failed_s[order], repaired_s[order]))
    return Outages(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _draw(
    spec: Failures, rng: np.random.Generator, servers: int, begin_s: float, end_s: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw rounds of one working time and one repair a server until all have passed the end."""
    at = np.full(servers, begin_s)
    rounds = []
    while (at < end_s).any():
        failed = at + _working_s(spec, rng, servers)
        at = failed + _repair_s(spec.repair, rng, servers)  # type: ignore[union-attr]  # a trace is not drawn
        inside = np.flatnonzero(failed < end_s)
        rounds.append((inside, failed[inside], at[inside]))
    if not rounds:
        return np.zeros(0, np.int64), np.zeros(0), np.zeros(0)
    server, failed_s, repaired_s = (np.concatenate(columns) for columns in zip(*rounds, strict=True))
    return server, failed_s, repaired_s


def _working_s(spec: Failures, rng: np.random.Generator, count: int) -> np.ndarray:
    if spec.model == "weibull":
        return reliability.weibull_s(rng, spec.mtbf, spec.shape, count)
    if spec.model == "lognormal":
        return reliability.lognormal_s(rng, spec.mtbf, spec.sigma, count)
    return reliability.exponential_s(rng, spec.mtbf, count)  # type: ignore[union-attr]


def _repair_s(spec: RandomTime, rng: np.random.Generator, count: int) -> np.ndarray:
    if spec.model == "fixed":
        return np.full(count, spec.mean)
    if spec.model == "weibull":
        return reliability.weibull_s(rng, spec.mean, spec.shape, count)
    if spec.model == "lognormal":
        return reliability.lognormal_s(rng, spec.mean, spec.sigma, count)
    return reliability.exponential_s(rng, spec.mean, count)


def _read(spec: TraceFailures, servers: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Read a table of outages; every fault names the file and the line."""
    rows: list[tuple[int, float, float]] = []
    last: dict[int, float] = {}
    with Path(spec.file).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
            got = ", ".join(reader.fieldnames or ()) or "nothing"
            raise TraceError(f"{spec.file}:1: got the columns {got}; expected {', '.join(missing)} too")
        for row in reader:
            server, failed_s, repaired_s = _numbers(row, f"{spec.file}:{reader.line_num}", servers)
            rows.append((server, failed_s, repaired_s))
    for server, failed_s, repaired_s in sorted(rows):
        if failed_s <= last.get(server, -np.inf):
            raise TraceError(
                f"{spec.file}: server {server}: got a failure at {failed_s:g} s, not after its repair at "
                f"{last[server]:g} s; expected outages of one server apart from each other [s]"
            )
        last[server] = repaired_s
    columns = zip(*rows, strict=True) if rows else ((), (), ())
    server_of, failed, repaired = (np.array(column) for column in columns)
    return server_of.astype(np.int64), failed.astype(float), repaired.astype(float)


def _numbers(row: dict[str, str], where: str, servers: int) -> tuple[int, float, float]:
    try:
        server, failed_s, repaired_s = int(row["server"]), float(row["failed_s"]), float(row["repaired_s"])
    except (TypeError, ValueError) as error:
        raise TraceError(f"{where}: got {', '.join(map(str, row.values()))}; expected three numbers") from error
    if not 0 <= server < servers:
        raise TraceError(f"{where}: got server {server}; expected 0 to {servers - 1}, a server of the cluster")
    if not -np.inf < failed_s < repaired_s < np.inf:
        raise TraceError(
            f"{where}: got failed_s {failed_s:g} and repaired_s {repaired_s:g}; expected the failure first [s]"
        )
    return server, failed_s, repaired_s
