"""
Worker processes of this machine, each on one run at a time.

A worker starts once and keeps its compiled kernel, its sun and its calendars. If it is killed, the run it was on is
given to another; a run that has killed two workers is told as failed. If the main process is killed, its workers
leave at once, and what they were writing stays under its hidden name.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any

from simulator.experiments.job import ONE_THREAD, Job, Outcome, one_thread, run_job

TRIES = 2  # a run that ends its worker is given one more
GRACE_S = 10.0  # for workers to tidy up when the main process is interrupted


@dataclass(frozen=True)
class Event:
    """A job was started (no outcome yet) or has ended."""

    index: int
    outcome: Outcome | None = None


Jobs = Iterator[tuple[int, Job]]


def run_here(jobs: Jobs) -> Iterator[Event]:
    """Make the runs one by one in this process."""
    for index, job in jobs:
        yield Event(index)
        yield Event(index, run_job(job))


def run_local(jobs: Jobs, workers: int) -> Iterator[Event]:
    """
    Make the runs in worker processes.

    Parameters
    ----------
    jobs : iterator of (int, Job)
        Asked for the next one whenever a worker is free.
    workers : int
        At most so many; no more are started than there are jobs.

    Yields
    ------
    Event
        In the order of what happens.
    """
    pool = _Pool(get_context("spawn"), jobs, workers)
    try:
        yield from pool.go()
    finally:
        pool.close()


@dataclass
class _Worker:
    process: SpawnProcess
    pipe: Connection
    job: tuple[int, Job, int] | None = None  # index, job, how often it was tried before


@dataclass
class _Pool:
    context: SpawnContext
    jobs: Jobs
    size: int
    workers: list[_Worker] = field(default_factory=list)
    again: deque[tuple[int, Job, int]] = field(default_factory=deque)

    def go(self) -> Iterator[Event]:
        yield from self._fill()
        while any(worker.job for worker in self.workers):
            busy = {worker.pipe: worker for worker in self.workers if worker.job}
            for pipe in wait(list(busy)):
                yield from self._ended(busy[pipe])  # type: ignore[index]
            yield from self._fill()

    def _fill(self) -> Iterator[Event]:
        """Give every free worker a job; start workers while there are jobs for them."""
        while len(self.workers) < self.size or any(worker.job is None for worker in self.workers):
            task = self._next()
            if task is None:
                return
            worker = next((worker for worker in self.workers if worker.job is None), None) or self._start()
            worker.job = task
            try:
                worker.pipe.send(task[1])
            except OSError:  # it died while it was idle
                self.again.append(task)
                self._bury(worker)
                continue
            if task[2] == 0:
                yield Event(task[0])

    def _next(self) -> tuple[int, Job, int] | None:
        if self.again:
            return self.again.popleft()
        found = next(self.jobs, None)
        return None if found is None else (*found, 0)

    def _start(self) -> _Worker:
        here, there = self.context.Pipe()
        process = self.context.Process(target=serve, args=(there,), daemon=True)
        with _environment(ONE_THREAD):  # before numpy is loaded there
            process.start()
        there.close()
        worker = _Worker(process, here)
        self.workers.append(worker)
        return worker

    def _ended(self, worker: _Worker) -> Iterator[Event]:
        assert worker.job is not None  # only busy workers are waited for
        index, job, tried = worker.job
        try:
            outcome = worker.pipe.recv()
        except (EOFError, OSError):
            self._bury(worker)
            if tried + 1 < TRIES:
                self.again.append((index, job, tried + 1))
                return
            outcome = Outcome("failed", job.run_id, error=_last_words(worker.process.exitcode))
        worker.job = None
        yield Event(index, outcome)

    def _bury(self, worker: _Worker) -> None:
        worker.pipe.close()
        worker.process.join(GRACE_S)
        self.workers.remove(worker)

    def close(self) -> None:
        """Send idle workers home and stop busy ones, which tidy up first."""
        for worker in self.workers:
            if worker.job is not None and worker.process.pid is not None and worker.process.is_alive():
                os.kill(worker.process.pid, signal.SIGINT)
            worker.pipe.close()
        for worker in self.workers:
            worker.process.join(GRACE_S)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
        self.workers.clear()


def _last_words(status: int | None) -> str:
    if status is not None and status < 0:
        return f"its worker process was killed by signal {-status} ({signal.Signals(-status).name}), {TRIES} times over"
    return f"its worker process left with status {status}, {TRIES} times over"


def serve(pipe: Connection) -> None:
    """Make runs until the other end of the pipe is closed: the life of a worker."""
    one_thread()
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    try:
        while True:
            pipe.send(run_job(pipe.recv()))
    except (EOFError, BrokenPipeError, ConnectionResetError, KeyboardInterrupt):
        return


def _leave_with_parent() -> None:
    parent: Any = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)  # the main process is gone: nobody would know of what is still being made


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
