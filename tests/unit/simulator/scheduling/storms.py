"""
Small clusters in bad weather: failures, caps that come and go, services, priorities, all at once, from one seed.

A storm lasts an hour and then clears: every server is repaired, no cap holds, no service asks, and all jobs end.
``python -m tests.unit.simulator.scheduling.storms SEED...`` writes out the digest of each, for processes to compare.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from simulator.scheduling import CLUSTER_COLUMNS, HUB_COLUMNS, QUEUES
from tests.unit.simulator.scheduling.small_region import Job, Small, scenario

LASTS_S, CLEAR_S = 3600.0, 1e5
CLASSES: dict[str, dict[str, Any]] = {
    "spare": {
        "preemptible": True,
        "checkpoint_interval": "10 s",
        "checkpoint_cost": "1 s",
        "restore": "3 s",
        "min_run": "60 s",
    },
    "saves": {"checkpoint_interval": "7 s", "restore": "2 s"},
    "gives_up": {"preemptible": True, "max_failures": 2},
}
BENDS: dict[str, Any] = {
    "preemptible": True,
    "checkpoint_interval": "9 s",
    "checkpoint_cost": "1 s",
    "restore": "2 s",
    "malleable": {"least": 0.5, "most": 3.0, "serial_share": 0.1},
}
CAPS_W = (0.0, 150.0, 300.0, 500.0, 800.0, 1e12, 1e12)


def _failures(rng: np.random.Generator) -> dict[str, Any]:
    model = rng.choice(["exponential", "weibull", "lognormal"])
    spread = {"weibull": {"shape": 0.8}, "lognormal": {"sigma": 1.0}}.get(model, {})
    repair = {"model": "fixed", "mean": f"{rng.integers(20, 200)} s"}
    given = {"model": str(model), "mtbf": f"{rng.integers(100, 900)} s", "repair": repair}
    return given | spread | {"idle_while_down": bool(rng.integers(2))}


def _cluster(rng: np.random.Generator) -> dict[str, Any]:
    discipline = str(rng.choice(sorted(QUEUES)))
    queue: dict[str, Any] = {"discipline": discipline}
    if discipline == "priority" and rng.integers(2):
        queue["preemptive"] = True
    given = {
        "servers": int(rng.integers(1, 5)),
        "per_server": int(rng.choice([1, 2, 4])),
        "idle_w": int(rng.choice([0, 50, 100])),
        "speed_min": float(rng.choice([0.5, 1.0])),
        "low_power": float(rng.choice([0.0, 0.4])),
        "queue": queue,
    }
    given |= {"failures": _failures(rng)} if rng.random() < 0.7 else {}
    return given | ({"power_down": _power_down(rng, given["idle_w"])} if rng.random() < 0.5 else {})


def _power_down(rng: np.random.Generator, idle_w: int) -> dict[str, Any]:
    boot_s = int(rng.integers(5, 200))
    return {
        "after": f"{rng.integers(60, 300)} s",
        "boot_time": f"{boot_s} s",
        "boot_energy": f"{boot_s * idle_w * rng.choice([1, 2])} J",
        "keep": int(rng.integers(0, 2)),
        "off_power": f"{rng.choice([0, idle_w // 10])} W",
    }


def _jobs(rng: np.random.Generator, classes: list[str]) -> list[Job]:
    count = int(rng.integers(5, 60))
    submit_s, work_s = np.sort(rng.integers(0, 1200, count)), rng.integers(1, 120, count)
    rows = zip(submit_s.tolist(), work_s.tolist(), strict=True)
    shared = rng.random(count) < rng.choice([0.0, 0.0, 0.5])
    return [
        Job(
            submit,
            work,
            1 if shares else int(rng.integers(1, 8)),
            str(rng.choice(["work", *classes])),
            requested_s=float(work + rng.choice([0, 0, 30])),
            priority=int(rng.integers(0, 3)),
            outcome=int(rng.integers(1, 4)),
            milli=int(rng.integers(1, 1000)) if shares else 0,
        )
        for (submit, work), shares in zip(rows, shared.tolist(), strict=True)
    ]


class Storm:
    """
    One storm.

    Attributes
    ----------
    run : Small
    hub_rows, cluster_rows : ndarray
        Sums of the intervals closed so far.
    """

    def __init__(self, seed: int, *, services: bool = True) -> None:
        rng = np.random.default_rng(seed)
        clusters = {name: _cluster(rng) for name in ("a", "b")[: rng.integers(1, 3)]}
        simulation = {"start": "2025-01-01T00:00:00+08:00", "horizon": "1 h", "warm_up": "0 s", "seed": seed}
        named: dict[str, dict[str, Any]] = {"s": {}} if services and rng.integers(2) else {}
        bends = rng.random() < 0.5 and all(c["queue"]["discipline"] != "conservative" for c in clusters.values())
        classes = CLASSES | ({"bends": BENDS} if bends else {})
        spec = scenario(clusters, classes, named, simulation=simulation)
        self.run = Small(spec, _jobs(rng, list(classes)))
        self.run.direct(0.0, load_weight=1.0)
        self.services = len(named)
        instants = np.unique(rng.integers(0, int(LASTS_S), 30)).tolist()
        self._weather = [(t, float(rng.choice(CAPS_W)), float(rng.uniform(0.0, 3.0))) for t in instants]
        self.hub_rows = np.zeros((1, len(HUB_COLUMNS)))
        self.cluster_rows = np.zeros((len(clusters), len(CLUSTER_COLUMNS)))

    def instants(self) -> Iterator[float]:
        """Go from change to change of the weather, and on until all jobs have ended; yield after each."""
        for time_s, cap_w, asked_tflops in self._weather:
            self.run.to(float(time_s))
            yield time_s
            self._close()
            self.run.open(cap_w, [asked_tflops] * self.services)
            yield time_s
        self.run.to(LASTS_S)
        self._close()
        self.run.open(asked_tflops=[0.0] * self.services)
        self.run.to(CLEAR_S)
        self._close()
        yield CLEAR_S

    def _close(self) -> None:
        rows = self.run.close()
        self.hub_rows += rows.hub
        self.cluster_rows += rows.cluster

    def weather_through(self) -> Storm:
        """Go through to the end."""
        for _ in self.instants():
            pass
        return self

    def digest(self) -> str:
        """Hash of all that came out: jobs, events, energies."""
        world = self.run.world
        parts = [world.jobs[name].tobytes() for name in world.jobs.dtype.names]
        parts += [world.log[: world.clock[0].logged][name].tobytes() for name in world.log.dtype.names]
        parts += [self.hub_rows.tobytes(), self.cluster_rows.tobytes()]
        return hashlib.sha256(b"".join(parts)).hexdigest()


if __name__ == "__main__":
    for word in sys.argv[1:]:
        sys.stdout.write(f"{Storm(int(word)).weather_through().digest()}\n")
