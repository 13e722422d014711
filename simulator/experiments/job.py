"""One run of many: what a worker is handed, what it hands back. A worker may be another process or another machine."""

from __future__ import annotations

import errno
import os
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any

from simulator.errors import SuandianError
from simulator.experiments.single import fill_run_folder, run_id
from simulator.experiments.store import finished, new_folder

if TYPE_CHECKING:
    from simulator.scenario import Loaded

# of libraries that would start a thread a core in every worker, where there is a worker a core already
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)


@dataclass(frozen=True)
class Job:
    """
    One run to make.

    Parameters
    ----------
    loaded : Loaded
        The resolved scenario, seed included; workers need no scenario files.
    place : str
        The run folder: an absolute path or an address.
    command : str
        The command that makes the same run, for the manifest.
    name : str
        What people call it: point and seed.
    """

    loaded: Loaded
    place: str
    command: str
    name: str

    @property
    def run_id(self) -> str:
        """Name of the run by all that decides it."""
        return run_id(self.loaded)


@dataclass(frozen=True)
class Outcome:
    """
    What became of a job.

    Parameters
    ----------
    status : {"kept", "done", "failed"}
        ``kept``: it was there already.
    run_id : str
    summary : dict
        Empty if it failed.
    error : str
        Why it failed; the last line first says what, the rest where.
    seconds : float
        Time of the worker. [s]
    disk_full : bool
        It failed because nothing more can be written.
    """

    status: str
    run_id: str = ""
    summary: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    seconds: float = 0.0
    disk_full: bool = False


def kept(job: Job) -> Outcome | None:
    """Return the outcome of a run that is there already, None if it must be made."""
    identity = job.run_id
    summary = finished(job.place, identity)
    return None if summary is None else Outcome("kept", identity, summary)


def run_job(job: Job, stage: Callable[[str, float], None] | None = None) -> Outcome:
    """
    Make one run.

    Parameters
    ----------
    job : Job
    stage : callable, optional
        Told the stage and its share.

    Returns
    -------
    Outcome
        ``done`` or ``failed``; whatever goes wrong in one run is its outcome and stops no other.
    """
    begin = perf_counter()
    try:
        with new_folder(job.place) as folder:
            summary = fill_run_folder(folder, job.loaded, command=job.command, stage=stage or _silent)
    except SuandianError as error:
        return Outcome("failed", job.run_id, error=str(error), seconds=perf_counter() - begin)
    except OSError as error:
        told = f"{error.filename or job.place}: {error.strerror or error}"
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        return Outcome("failed", job.run_id, error=told, seconds=perf_counter() - begin, disk_full=full)
    except Exception as error:  # the edge of a worker: a policy of a user may raise anything, and the others go on
        told = "".join(traceback.format_exception_only(error)).strip()
        where = traceback.format_exc(limit=-3)
        return Outcome("failed", job.run_id, error=f"{told}\n{where}", seconds=perf_counter() - begin)
    return Outcome("done", job.run_id, summary, seconds=perf_counter() - begin)


def _silent(_name: str, _share: float) -> None:
    return


def one_thread() -> None:
    """Keep this process to one thread; as far as libraries are not loaded yet, and Arrow at any time."""
    import pyarrow as pa

    os.environ.update(ONE_THREAD)
    pa.set_cpu_count(1)
