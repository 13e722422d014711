"""A sweep on a Dask cluster: a real scheduler and two real workers on this machine, the same bytes as local processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulator.records import read_manifest
from tests.cli.command import MINIMAL, in_process, suandian
from tests.cli.test_sweep import SHORT, same_folders
from tests.cli.test_sweep_faults import finished, wait_for
from tests.pipeline import ROOT

pytest.importorskip("distributed", reason="the group [cluster] is not installed")
FILL = "workload.jobs.training.fill"
WORDS = (
    "--vary",
    f"{FILL}=0.4,0.8",
    "--vary",
    "hubs.demo.connection.import_limit=0.3:0.6:0.3 MW",
    "--replications",
    "2",
)


@dataclass
class Cluster:
    """Address of the scheduler, and the processes of its workers."""

    address: str
    workers: list[subprocess.Popen[bytes]]
    folder: Path

    def add(self, threads: int = 1) -> None:
        """Start one more worker."""
        words = [
            "worker",
            self.address,
            "--nthreads",
            str(threads),
            "--no-nanny",
            "--host",
            "127.0.0.1",
            "--no-dashboard",
        ]
        self.workers.append(launch(*words, "--local-directory", str(self.folder), folder=self.folder))


def launch(*words: str, folder: Path) -> subprocess.Popen[bytes]:
    code = "import sys; from distributed.cli import dask_%s as m; sys.argv[0] = 'dask'; m.main()"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code % words[0], *words[1:]]
    with (folder / f"{words[0]}-{time.monotonic_ns()}.log").open("wb") as log:
        return subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler and two workers, killed by their ids in the end."""
    folder, port = tmp_path_factory.mktemp("cluster"), free_port()
    scheduler = launch("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard", folder=folder)
    made = Cluster(f"tcp://127.0.0.1:{port}", [], folder)
    try:
        wait_for(lambda: answers(port))
        made.add()
        made.add()
        wait_for(
            lambda: (
                sum("Registered to" in path.read_text(encoding="utf-8") for path in folder.glob("worker-*.log")) == 2
            )
        )
        yield made
    finally:
        for process in (*made.workers, scheduler):
            process.kill()
            process.wait()


def answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_a_cluster_leaves_the_folders_that_local_processes_leave(cluster: Cluster, swept: Path, tmp_path: Path) -> None:
    remote = tmp_path / "x"
    outcome = in_process(
        "sweep", MINIMAL, *WORDS, *SHORT, "--dask", cluster.address, "--no-figures", "-o", remote, cwd=Path.cwd()
    )
    assert outcome.status == 0, outcome.err
    assert outcome.out.splitlines()[0] == "minimal_sweep: 8 runs made, 0 kept, 0 failed, 0 not started"
    same_folders(swept, remote)
    assert (swept / "points.parquet").read_bytes() == (remote / "points.parquet").read_bytes()


def test_a_killed_worker_of_the_cluster_loses_no_run(cluster: Cluster, tmp_path: Path) -> None:
    folder = tmp_path / "x"
    words = ("--vary", f"{FILL}=0.4:0.6:0.05", "--horizon", "6 d", "--no-figures", "--no-progress")
    sweep = [
        sys.executable,
        str(ROOT / "run.py"),
        "sweep",
        str(MINIMAL),
        *words,
        "--dask",
        cluster.address,
        "-o",
        str(folder),
    ]
    with subprocess.Popen(sweep, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        wait_for(lambda: finished(folder))
        victim = cluster.workers.pop()
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
        out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    assert "5 runs made, 0 kept, 0 failed" in out
    assert all(read_manifest(run)["status"] == "complete" for run in finished(folder))
    assert len(finished(folder)) == 5


def test_a_cluster_that_cannot_be_used_is_told(cluster: Cluster, tmp_path: Path) -> None:
    words = ("sweep", MINIMAL, "--vary", f"{FILL}=0.4,0.8", *SHORT, "-o", tmp_path / "x")
    outcome = suandian(*words, "--dask", "nonsense")
    assert outcome.status == 2
    assert "no scheduler answers" in outcome.err
    cluster.add(threads=2)
    log = sorted(cluster.folder.glob("worker-*.log"))[-1]
    wait_for(lambda: "Registered to" in log.read_text(encoding="utf-8"))
    outcome = in_process(*words, "--dask", cluster.address, cwd=tmp_path)
    assert outcome.status == 2
    assert "got 2 threads; expected 1" in outcome.err
