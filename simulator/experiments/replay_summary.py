"""A finished replay as a table of jobs, a summary, and a few lines for the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from simulator.experiments.replay_checks import largest_sum, most_devices
from simulator.records import Column
from simulator.scheduling import DEVICE_MILLI, STATE_NAMES

if TYPE_CHECKING:
    from simulator.scheduling import World
    from simulator.workload import Jobs, Trace, Workload

TAU_S = 10.0  # bounded slowdown after Feitelson et al.: shorter runs count as this long
LISTED = 20
PERCENTS = (50.0, 95.0, 99.0)
TOO_LARGE, CUT = "more devices than the cluster has", "ran past its requested time"
TEXT = pa.dictionary(pa.int32(), pa.string())


def _times(**meanings: str) -> tuple[Column, ...]:
    return tuple(Column(name, pa.float64(), "s", meaning) for name, meaning in meanings.items())


# jobs.parquet of a replay: Batsim's names; times are the trace's own
COLUMNS = (
    Column("job_id", pa.string(), "-", "as in the trace"),
    *_times(
        submission_time="when it was submitted",
        starting_time="start; empty if rejected",
        finish_time="end; empty if rejected",
        waiting_time="starting_time - submission_time",
        execution_time="finish_time - starting_time",
        turnaround_time="finish_time - submission_time",
    ),
    Column("stretch", pa.float64(), "-", "turnaround_time / execution_time"),
    Column("final_state", TEXT, "-", "finished, failed, killed or rejected"),
    Column("reason", TEXT, "-", "why it was rejected or killed; empty otherwise, and where the trace says killed"),
    Column("requested_devices", pa.int64(), "device", "as asked, rounded up to whole ones"),
    Column("milli_devices", pa.int64(), "1/1000 device", "asked by a job that shares a device; 0 = whole devices"),
    Column("allocated_devices", pa.int64(), "device", "held while it runs: as asked, or whole servers; 1 if shared"),
    *_times(
        requested_time="run time as the scheduler was told",
        recorded_waiting_time="wait on the real system; empty where the trace does not say",
    ),
)


@dataclass(frozen=True)
class Replayed:
    """
    A finished replay.

    Attributes
    ----------
    trace, queue, workload
        As replayed.
    servers, per_server : int
    told_by : str
        Who told the number of devices.
    cut : ndarray of bool, shape (jobs,)
        Killed at the request.
    world : World
        The kernel's, after all jobs have ended.
    """

    trace: Trace
    queue: str
    servers: int
    per_server: int
    told_by: str
    workload: Workload
    cut: np.ndarray
    world: World

    @property
    def jobs(self) -> Jobs:
        """Jobs as given to the kernel."""
        return self.workload.jobs

    @property
    def devices(self) -> int:
        """Of the cluster."""
        return self.servers * self.per_server

    @cached_property
    def state(self) -> np.ndarray:
        """Final states, places in `STATE_NAMES`, shape (jobs,)."""
        return np.ascontiguousarray(self.world.jobs["state"])

    @cached_property
    def ran(self) -> np.ndarray:
        """Numbers of the jobs that ran, shape (ran,)."""
        return np.flatnonzero(self.state != STATE_NAMES.index("rejected"))

    @cached_property
    def start_s(self) -> np.ndarray:
        """Start of each job that ran, shape (ran,). [s]"""
        return self.world.jobs["start_s"][self.ran] + 0.0  # the kernel's clock begins at -0.0

    @cached_property
    def finish_s(self) -> np.ndarray:
        """End of each job that ran, shape (ran,). [s]"""
        return self.world.jobs["finish_s"][self.ran]

    @cached_property
    def milli(self) -> np.ndarray:
        """Thousandths of a device of each job that shares one, 0 for whole devices, shape (jobs,)."""
        return self.world.jobs["milli"]

    @cached_property
    def held_milli(self) -> np.ndarray:
        """Thousandths of devices each job that ran kept from others, shape (ran,)."""
        whole = self.allocated(self.jobs.devices[self.ran]) * DEVICE_MILLI
        return np.where(self.milli[self.ran] > 0, self.milli[self.ran], whole)

    def allocated(self, devices: np.ndarray) -> np.ndarray:
        """Return what is held for demands: whole servers from one server on."""
        whole = -(-devices // self.per_server) * self.per_server
        return np.where(devices >= self.per_server, whole, devices)

    def first_names(self, rows: np.ndarray) -> list[str]:
        """Return names of jobs."""
        return [str(name) for name in self.jobs.ids(rows)]


def jobs_table(done: Replayed) -> pa.Table:
    """Return ``jobs.parquet``: one row a job in order of submission, columns as in `COLUMNS`."""
    jobs, n = done.jobs, len(done.jobs)

    def spread(values: np.ndarray) -> np.ndarray:
        column = np.full(n, np.nan)
        column[done.ran] = values
        return column

    submit = jobs.submit_s[done.ran]
    run = done.finish_s - done.start_s
    arrays = {
        "job_id": pa.array(done.trace.job_id[:n]).cast(pa.string()),
        "submission_time": jobs.submit_s,
        "starting_time": spread(done.start_s),
        "finish_time": spread(done.finish_s),
        "waiting_time": spread(done.start_s - submit),
        "execution_time": spread(run),
        "turnaround_time": spread(done.finish_s - submit),
        "stretch": spread((done.finish_s - submit) / run),
        "final_state": _words(done.state, STATE_NAMES),
        "reason": _words(_reason(done), ("", TOO_LARGE, CUT)),
        "requested_devices": jobs.devices,
        "milli_devices": done.milli,
        "allocated_devices": np.where(_rejected(done), 0, done.allocated(jobs.devices)),
        "requested_time": jobs.requested_s,
        "recorded_waiting_time": done.trace.wait_s[:n],
    }
    fields = [pa.field(c.name, c.type, metadata={"unit": c.unit, "meaning": c.meaning}) for c in COLUMNS]
    # from_pandas: NaN is empty
    columns = [a if isinstance(a, pa.Array) else pa.array(a, from_pandas=True) for a in map(arrays.get, _NAMES)]
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


_NAMES = [column.name for column in COLUMNS]


def _rejected(done: Replayed) -> np.ndarray:
    return done.state == STATE_NAMES.index("rejected")


def _reason(done: Replayed) -> np.ndarray:
    return np.where(_rejected(done), 1, np.where(done.cut, 2, 0))


def _words(codes: np.ndarray, words: tuple[str, ...]) -> pa.DictionaryArray:
    """Return codes as text; code 0 is empty."""
    indices = pa.array((codes - 1).astype(np.int32), mask=codes == 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(words[1:]))


def summarise(done: Replayed) -> dict[str, Any]:
    """
    Return the content of ``summary.json``; it holds no clock times, so the same replay gives the same bytes.

    Returns
    -------
    dict
        ``service`` (keys of DESIGN 10 and more), ``recorded`` (waits on the real system and ours, over the same
        jobs; null if the trace has none), ``cluster``, ``requests``, ``rejected``, ``trace``, ``warnings``.
    """
    rejected = np.flatnonzero(_rejected(done))
    names = zip(done.first_names(rejected[:LISTED]), done.jobs.devices[rejected[:LISTED]].tolist(), strict=True)
    return {
        "service": _service(done),
        "recorded": _recorded(done),
        "cluster": {
            "devices": done.devices,
            "devices_per_server": done.per_server,
            "servers": done.servers,
            "devices_told_by": done.told_by,
            "queue": done.queue,
        },
        "requests": done.workload.summary,
        "rejected": {
            "jobs": int(rejected.size),
            "first": [f"{name}: {devices} devices" for name, devices in names],
        },
        "trace": done.trace.account,
        "warnings": _warnings(done, int(rejected.size)),
    }


def _service(done: Replayed) -> dict[str, Any]:
    jobs, ran = done.jobs, done.ran
    count = {name: int((done.state == STATE_NAMES.index(name)).sum()) for name in ("finished", "failed", "killed")}
    group: dict[str, Any] = {
        "jobs_submitted": len(jobs),
        "jobs_real": len(jobs),
        **{f"jobs_{name}": number for name, number in count.items()},
        "jobs_running": 0,
        "jobs_waiting": 0,
        "jobs_rejected": len(jobs) - int(ran.size),
    }
    run = done.finish_s - done.start_s
    waits = done.start_s - jobs.submit_s[ran]
    turnaround = done.finish_s - jobs.submit_s[ran]
    span = float(done.finish_s.max() - jobs.submit_s[0]) if ran.size else 0.0
    held_s = float((run * done.held_milli).sum()) / DEVICE_MILLI
    group |= _waits(waits)
    group |= {
        "slowdown_mean": _mean(turnaround / run),
        "bounded_slowdown_mean": _mean(np.maximum(turnaround / np.maximum(run, TAU_S), 1.0)),
        "bounded_slowdown_tau_s": TAU_S,
        "turnaround_mean_s": _mean(turnaround),
        "makespan_s": span,
        "utilization": held_s / (done.devices * span) if span else None,
        "utilization_while_submitting": _early(done) if ran.size else None,
        "throughput_jobs_per_h": ran.size / span * 3600.0 if span else None,
        "device_hours": held_s / 3600.0,
        "devices_held_max": most_devices(done),
        "queue_length_max": largest_sum(jobs.submit_s[ran], done.start_s, np.ones(ran.size, dtype=np.int64)),
    }
    return group


def _early(done: Replayed) -> float | None:
    """Return the share of devices held from the first submission to the last: without the tail that only drains."""
    first, last = float(done.jobs.submit_s[0]), float(done.jobs.submit_s[-1])
    if last == first:
        return None
    inside = np.minimum(done.finish_s, last) - np.minimum(done.start_s, last)
    return float((inside * done.held_milli).sum()) / DEVICE_MILLI / (done.devices * (last - first))


def _waits(waits: np.ndarray) -> dict[str, float | None]:
    if not waits.size:
        return dict.fromkeys(("wait_mean_s", "wait_p50_s", "wait_p95_s", "wait_p99_s"))
    at = np.percentile(waits, PERCENTS).tolist()
    return {"wait_mean_s": _mean(waits)} | {f"wait_p{p:g}_s": v for p, v in zip(PERCENTS, at, strict=True)}


def _mean(values: np.ndarray) -> float | None:
    return float(values.mean()) if values.size else None


def _recorded(done: Replayed) -> dict[str, Any] | None:
    real = done.trace.wait_s[done.ran]
    known = np.flatnonzero(~np.isnan(real))
    if not known.size:
        return None
    ours = (done.start_s - done.jobs.submit_s[done.ran])[known]
    return {"jobs": int(known.size), "real": _waits(real[known]), "replayed": _waits(ours)}


def _warnings(done: Replayed, rejected: int) -> list[str]:
    account, told = done.trace.account, done.workload.summary
    said = [f"{part['rows']} rows left out: {reason}" for reason, part in account["dropped"].items()]
    if rejected:
        said.append(f"{rejected} jobs rejected: {TOO_LARGE}")
    if account["shares_of_a_device"]:
        said.append(f"{account['shares_of_a_device']} jobs ask a share of a device: they share devices")
    if account["rounded_up_to_whole_devices"]:
        said.append(f"{account['rounded_up_to_whole_devices']} jobs ask no whole number above one: rounded up")
    if account["rows_out_of_order"]:
        said.append(f"{account['rows_out_of_order']} rows out of order: sorted by submission, ties in file order")
    unknown_ends = account["usable"] - account["end_state_known"]
    if unknown_ends:
        said.append(f"{unknown_ends} jobs whose end state is not told: taken as finished")
    if told["estimate"] == "requested" and told["requested_time_unknown"]:
        said.append(f"{told['requested_time_unknown']} jobs without a requested time: taken as their run time")
    if told["runs_beyond_request"]:
        fate = "killed at it" if told["overrun"] == "kill" else "kept to their end"
        said.append(f"{told['runs_beyond_request']} jobs ran past their request: {fate}")
    return said


def outcome_lines(summary: dict[str, Any]) -> list[str]:
    """Return the summary in a few lines for a terminal."""
    service, cluster, requests = summary["service"], summary["cluster"], summary["requests"]
    lines = [
        f"{summary['trace']['file']} ({summary['trace']['format']}): {service['jobs_submitted']} jobs on "
        f"{cluster['devices']} devices ({cluster['devices_told_by']}), queue {cluster['queue']}, "
        f"estimate {requests['estimate']}, overrun {requests['overrun']}",
        f"  finished {service['jobs_finished']}, failed {service['jobs_failed']}, killed {service['jobs_killed']}, "
        f"rejected {service['jobs_rejected']}",
    ]
    if service["wait_mean_s"] is not None:
        lines += _figures(service)
    if summary["recorded"]:
        real = summary["recorded"]["real"]
        lines.append(f"  real system: wait {_wait_text(real)} ({summary['recorded']['jobs']} jobs)")
    return lines + [f"  note: {text}" for text in summary["warnings"]]


def _figures(service: dict[str, Any]) -> list[str]:
    return [
        f"  wait {_wait_text(service)}; bounded slowdown {service['bounded_slowdown_mean']:.4g}",
        f"  makespan {service['makespan_s']:.0f} s, utilization {service['utilization']:.1%}, "
        f"{service['throughput_jobs_per_h']:.4g} jobs/h, longest queue {service['queue_length_max']}",
    ]


def _wait_text(waits: dict[str, Any]) -> str:
    parts = " ".join(f"{key} {waits[f'wait_{key}_s']:.6g}" for key in ("p50", "p95", "p99"))
    return f"mean {waits['wait_mean_s']:.6g} s ({parts})"
