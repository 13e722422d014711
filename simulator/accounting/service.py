"""
Service: what became of the jobs, how long they waited, how full the fleet was.

Jobs are counted as simulated; ``jobs_real`` is how many real jobs they stand for. Neither is multiplied by
``fleet_sample``. A job belongs to the hub it was bound to; one that was never bound (rejected, held) counts
in the region only. Waiting and slowdown are over jobs submitted in the horizon: warm-up jobs are left out,
and jobs that had not started when the horizon ended have no waiting time yet, so ``jobs_unstarted`` stands
beside the mean.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from simulator.accounting.books import Books, Floats, Ints
from simulator.accounting.figures import Group, put_ratio, put_undefined
from simulator.records import FINAL_STATES

TAU_S = 10.0  # bounded slowdown after Feitelson et al.: shorter runs count as this long
STATE = {name: number for number, name in enumerate(FINAL_STATES)}
USED = (
    *("submission_time", "starting_time", "finish_time", "waiting_time", "deadline_time"),
    *("final_state", "stands_for"),
)
IN_SYSTEM = ("held", "transferring", "waiting", "suspended", "running")


def service(books: Books, hubs: Ints) -> Group:
    """
    Return service quality of some hubs.

    Returns
    -------
    dict
        Counts [-], times [s] and shares [-]. ``utilization`` is allocated over energised device-time.
        ``racks_in_use`` are racks in use by allocation: built racks times allocated over energised device-time
        of their cluster; ``occupancy`` is that over racks built. Neither says how many rack positions are filled
        (上架率): a rack full of idle servers is filled and counts nothing here.
    """
    every = len(hubs) == len(books.hubs)
    chosen = slice(None) if every else np.flatnonzero(np.isin(books.jobs["hub"], hubs))
    jobs = {name: books.jobs[name][chosen] for name in USED}
    group = _counts(jobs)
    _waits(group, jobs)
    _deadlines(group, jobs, books.window_s)
    _fleet(group, books, hubs)
    return group


def _counts(jobs: dict[str, npt.NDArray[np.float64]]) -> Group:
    new = jobs["submission_time"] >= 0.0
    by_state = np.bincount(jobs["final_state"].astype(np.int64), minlength=len(FINAL_STATES))
    group: Group = {
        "jobs_submitted": int(new.sum()),
        "jobs_real": int(jobs["stands_for"][new].sum()),
        "jobs_carried_in": int((~new).sum()),
    }
    return group | {f"jobs_{name}": int(by_state[number]) for name, number in STATE.items()}


def _waits(group: Group, jobs: dict[str, Floats]) -> None:
    new = jobs["submission_time"] >= 0.0
    wait = jobs["waiting_time"]
    started = new & ~np.isnan(wait)
    refused = jobs["final_state"] == STATE["rejected"]
    group["jobs_unstarted"] = int((new & np.isnan(wait) & ~refused).sum())
    waits = wait[started]
    weights = jobs["stands_for"][started]
    reason = "no job that was submitted in the horizon started in it"
    put_ratio(group, "wait_mean_s", waits.sum(), waits.size, reason)
    put_ratio(group, "wait_real_mean_s", (waits * weights).sum(), weights.sum(), reason)
    for key, percent in (("wait_p50_s", 50.0), ("wait_p95_s", 95.0)):
        if waits.size:
            group[key] = float(np.percentile(waits, percent))
        else:
            put_undefined(group, key, reason)
    done = started & (jobs["final_state"] == STATE["finished"])
    run_s = (jobs["finish_time"] - jobs["starting_time"])[done]
    slowdown = np.maximum((wait[done] + run_s) / np.maximum(run_s, TAU_S), 1.0)
    reason = "no job that was submitted in the horizon finished in it"
    put_ratio(group, "bounded_slowdown_mean", slowdown.sum(), slowdown.size, reason)
    group["bounded_slowdown_tau_s"] = TAU_S


def _deadlines(group: Group, jobs: dict[str, Floats], window_s: float) -> None:
    """A deadline is missed by leaving the system after it, or by still being there when it passes."""
    deadline = jobs["deadline_time"]
    open_still = np.isin(jobs["final_state"], [STATE[name] for name in IN_SYSTEM])
    late = jobs["finish_time"] > deadline
    group["deadline_jobs"] = int((~np.isnan(deadline)).sum())
    group["deadline_missed"] = int((late | (open_still & (deadline <= window_s))).sum())


def _fleet(group: Group, books: Books, hubs: Ints) -> None:
    clusters = np.flatnonzero(np.isin(books.cluster_hub, hubs))
    energised = books.rungs["energised_device_s"][clusters].sum(axis=1)
    allocated = books.rungs["allocated_device_s"][clusters].sum(axis=1)
    put_ratio(group, "utilization", allocated.sum(), energised.sum(), "no devices under power in the horizon")
    asked = float(books.steps["service_asked_device_s"][hubs].sum())
    unserved = float(books.steps["service_unserved_device_s"][hubs].sum())
    put_ratio(group, "services_unserved_share", unserved, asked, "no online service here")
    spilled = float(books.steps["service_spilled_device_s"][hubs].sum())
    put_ratio(group, "services_spilled_share", spilled, asked, "no online service here")
    racks = np.array([books.scenario.clusters[books.clusters[c]].racks for c in clusters], dtype=float)
    built = racks * (books.rungs["nameplate_device_s"][clusters, -1] > 0.0)
    share = np.divide(allocated, energised, out=np.zeros_like(energised), where=energised > 0.0)
    group["racks_built"] = int(built.sum())
    group["racks_in_use"] = float((built * share).sum())
    put_ratio(group, "occupancy", group["racks_in_use"], group["racks_built"], "no racks in the scenario")
