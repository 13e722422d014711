"""Replay: one cluster, one trace, no energy; from a trace file to the files of a run folder, figures apart."""

from __future__ import annotations

import hashlib
import json
import platform
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyarrow import parquet

from simulator.errors import InputError
from simulator.experiments.replay_checks import check_schedule
from simulator.experiments.replay_cluster import HUB, JOB_CLASS, cluster_scenario, start_kernel
from simulator.experiments.replay_summary import Replayed, jobs_table, summarise
from simulator.experiments.single import Stage, code_version
from simulator.records import package_version, write_json
from simulator.scenario import UTC8, near, one_of
from simulator.scheduling import QUEUES, is_compiled
from simulator.workload import Asked, Trace, as_workload, read_trace

if TYPE_CHECKING:
    from simulator.scheduling import Kernel
    from simulator.workload import Jobs

KIND = "replay"  # `kind` of the manifest, which tells such a folder from a scenario's
PACKAGES = ("numpy", "numba", "pyarrow", "pydantic", "pint")
SLICES = 100  # how often progress is told


@dataclass(frozen=True)
class Replay:
    """
    What is replayed, and on what.

    Attributes
    ----------
    trace : Path
    devices : int or None
        Of the cluster; None = as the trace says itself. [device]
    devices_per_server : int
        A job that asks as many or more gets whole servers; a smaller one stays on one server. [device]
    queue : str
        Discipline, a name of ``list queues``.
    resource : str or None
        What the trace counts: ``gpus`` or ``cpus``; None = what its format usually does.
    asked : Asked
        Requested times, and what becomes of runs beyond them.
    """

    trace: Path
    devices: int | None
    devices_per_server: int = 1
    queue: str = "fcfs"
    resource: str | None = None
    asked: Asked = field(default_factory=Asked)

    def __post_init__(self) -> None:
        if self.queue not in QUEUES:
            hint = near(self.queue, QUEUES)
            expected = one_of(QUEUES) + (f"\n    hint: {hint}" if hint else "")
            raise InputError(f"--queue: got {self.queue!r}; expected {expected}")
        if self.devices is not None and self.devices < 1:
            raise InputError(f"--devices: got {self.devices}; expected a whole number of 1 or more [device]")
        if self.devices_per_server < 1:
            got = self.devices_per_server
            raise InputError(f"--devices-per-server: got {got}; expected a whole number of 1 or more [device]")

    def to_dict(self) -> dict[str, Any]:
        """Return every option as plain JSON values; of the trace only the file's name."""
        return asdict(self) | {"trace": self.trace.name}

    def run_id(self) -> str:
        """Return the name of the run: 12 hexadecimal digits of the trace, the options and the code."""
        texts = [_input_hash(self.trace), json.dumps(self.to_dict(), sort_keys=True), code_version()]
        return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]


def fill_replay_folder(folder: Path, replay: Replay, *, command: str, stage: Stage) -> dict[str, Any]:
    """
    Read the trace, run it through one cluster, and write jobs.parquet, summary.json and manifest.json.

    Parameters
    ----------
    folder : Path
        An empty folder, from `new_run_folder`.
    replay : Replay
    command : str
        What the user typed, for the manifest.
    stage : callable
        Told what is being done and how far it is.

    Returns
    -------
    dict
        The summary.

    Raises
    ------
    InputError, TraceError
        If an option is wrong or missing for this trace, or the trace cannot be used.
    InvariantError
        If the schedule breaks its own rules.
    """
    started, watch = datetime.now(UTC8), Watch()
    stage("read", 0.0)
    trace = read_trace(str(replay.trace), replay.resource)
    servers, told_by = _servers(replay, trace)
    work, cut = as_workload(trace, replay.asked, job_class=JOB_CLASS, hub=HUB)
    watch.lap("read_s")
    stage("simulate", 0.0)
    compiled = is_compiled()
    kernel = start_kernel(cluster_scenario(servers, replay.devices_per_server, replay.queue), work)
    watch.lap("start_kernel_s")
    run_to_the_end(kernel, work.jobs, stage)
    watch.lap("simulate_s")
    stage("write", 0.0)
    done = Replayed(trace, replay.queue, servers, replay.devices_per_server, told_by, work, cut, kernel.world)
    check_schedule(done)
    parquet.write_table(jobs_table(done), folder / "jobs.parquet", compression="zstd", compression_level=1)
    summary = summarise(done)
    write_json(folder / "summary.json", summary)
    watch.lap("write_s")
    timing = watch.laps | {
        "jobs_per_s": len(work.jobs) / watch.laps["simulate_s"],
        "kernel_was_compiled": compiled,
    }
    write_json(folder / "manifest.json", _manifest(replay, command, started, timing, summary))
    return summary


class Watch:
    """Wall time of the parts of a command. [s]"""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        """Note the time since the last lap under a name."""
        now = time.perf_counter()
        self.laps[name], self._last = round(now - self._last, 6), now


def _servers(replay: Replay, trace: Trace) -> tuple[int, str]:
    """Return the servers of the cluster, and who told their number."""
    devices, told_by = replay.devices, "--devices"
    if devices is None:
        if trace.devices_told is None:
            raise InputError(
                f"{replay.trace}: got no --devices and a trace that does not say how large its machine was; "
                "expected --devices N"
            )
        devices, told_by = trace.devices_told, "MaxProcs of the SWF header"
    if devices % replay.devices_per_server:
        raise InputError(
            f"--devices-per-server: got {replay.devices_per_server} with {devices} devices; "
            "expected a number that divides the devices"
        )
    return devices // replay.devices_per_server, told_by


def run_to_the_end(kernel: Kernel, jobs: Jobs, stage: Stage) -> None:
    """
    Advance until no job waits or runs, in slices so that progress can be told.

    Parameters
    ----------
    kernel : Kernel
    jobs : Jobs
    stage : callable
    """
    first, last = float(jobs.submit_s[0]), float(jobs.submit_s[-1])
    step = (last - first + float(jobs.work_s.max())) / SLICES
    until = first
    while True:
        until += step
        kernel.advance(until)
        world = kernel.world
        stage("simulate", min(1.0, float(world.clock[0].events) / (3.0 * len(jobs))))
        if world.clock[0].arrived == len(jobs):
            cluster = world.clusters[0]
            if cluster.queue_count == 0 and cluster.run_count == 0:
                return
            step *= 1.1  # an overloaded cluster may need many times as long as the trace


def _manifest(
    replay: Replay, command: str, started: datetime, timing: dict[str, Any], summary: dict[str, Any]
) -> dict[str, Any]:
    return {
        "suandian": package_version(),
        "kind": KIND,
        "run_id": replay.run_id(),
        "command": command,
        "status": "complete",
        "seed": None,  # nothing is drawn
        "started": started.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC8).isoformat(timespec="seconds"),
        "replay": replay.to_dict(),
        "hashes": {"code": code_version(), "inputs": {replay.trace.name: _input_hash(replay.trace)}},
        "versions": {"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
        "warnings": summary["warnings"],
        "timing": timing,
    }


def _input_hash(trace: Path) -> str:
    path = trace / "tasks.parquet" if trace.is_dir() else trace
    if not path.is_file():
        raise InputError(f"{trace}: got no such file; expected a trace")
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
