"""The same runs on a Dask cluster: a scheduler somewhere, workers with this code and the same storage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator.errors import InputError
from simulator.experiments.job import Job, Outcome, one_thread, run_job
from simulator.experiments.pool import Event, Jobs
from simulator.experiments.single import code_version

ANSWER_S = 20  # a scheduler that is there answers long before
SPARE = 1  # runs handed out for each worker beyond the one it is on, so that it never waits for the next


def run_dask(jobs: Jobs, address: str) -> Iterator[Event]:
    """
    Make the runs on the workers of a Dask scheduler.

    Parameters
    ----------
    jobs : iterator of (int, Job)
        Asked for the next one whenever the workers have room.
    address : str
        ``tcp://HOST:PORT`` of the scheduler.

    Yields
    ------
    Event
        As of local processes; "started" means handed out.

    Raises
    ------
    InputError
        If no scheduler answers, it has no workers, or a worker runs other code or several threads.
    """
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise InputError(
            "--dask: needs the group [cluster]: pip install -e '.[cluster]' in the project's folder"
        ) from error
    try:
        client = Client(address, timeout=ANSWER_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(f"--dask: {address}: no scheduler answers ({error}); expected tcp://HOST:PORT") from error
    with client:
        room = (1 + SPARE) * _check_workers(client, address)
        pending: dict[Any, int] = {}
        done = as_completed([], loop=client.loop, raise_errors=False)
        yield from _hand_out(client, jobs, room, pending, done)
        for future in done:
            index = pending.pop(future)
            yield Event(index, _outcome(future))
            yield from _hand_out(client, jobs, room, pending, done)


def _hand_out(client: Any, jobs: Jobs, room: int, pending: dict[Any, int], done: Any) -> Iterator[Event]:
    while len(pending) < room:
        found = next(jobs, None)
        if found is None:
            return
        index, job = found
        # the job travels with its task: what is scattered dies with the worker that holds it
        future = client.submit(work, job, pure=False, key=f"run-{index}-{job.run_id}")
        pending[future] = index
        done.add(future)
        yield Event(index)


def work(job: Job) -> Outcome:
    """Make one run on a worker."""
    one_thread()
    return run_job(job)


def _outcome(future: Any) -> Outcome:
    error = future.exception()
    if error is None:
        outcome: Outcome = future.result()
        return outcome
    return Outcome("failed", error=f"the cluster gave it up: {type(error).__name__}: {error}")


def _check_workers(client: Any, address: str) -> int:
    """Return how many workers there are, all of this very code and of one thread each."""
    workers = client.scheduler_info(n_workers=-1)["workers"]
    if not workers:
        raise InputError(
            f"--dask: {address}: the scheduler has no workers; start some with `dask worker {address} --nthreads 1`"
        )
    threads = {name: worker["nthreads"] for name, worker in workers.items() if worker["nthreads"] != 1}
    if threads:
        name, count = next(iter(threads.items()))
        raise InputError(
            f"--dask: worker {name}: got {count} threads; expected 1 (`dask worker {address} --nthreads 1`): "
            "a run keeps one core busy"
        )
    ours = code_version()
    try:
        theirs = client.run(code_version)
    except ImportError as error:
        raise InputError(f"--dask: {address}: the workers cannot import this package ({error})") from error
    for name, version in sorted(theirs.items()):
        if version != ours:
            raise InputError(f"--dask: worker {name}: runs {version}, this is {ours}; install the same code on both")
    return len(workers)
