"""A sweep whose processes are killed and whose disk runs full: what is finished stays, a second call makes the rest."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator.records import read_manifest
from tests.cli.command import MINIMAL, in_process, start, suandian

FILL = "workload.jobs.training.fill"
POINTS = 6
WORDS = (
    "sweep", MINIMAL, "--vary", f"{FILL}=0.4:0.65:0.05", "--horizon", "6 d", "--set", "simulation.warm_up=1 h",
    "--no-figures",
)  # fmt: skip


def finished(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.glob("point=*/seed=*/manifest.json"))


def wait_for(found: Callable[[], object], seconds: float = 120.0) -> None:
    until = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < until, "it never came so far"
        time.sleep(0.01)


def children(pid: int) -> list[int]:
    """Worker processes; the resource tracker of Python runs no worker's code."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    lines = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in listed}
    return [child for child, line in lines.items() if b"spawn_main" in line and b"resource_tracker" not in line]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds workers through /proc")


def test_a_killed_sweep_keeps_what_is_finished_and_is_completed_by_a_second_call(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    with start(*WORDS, "--workers", "2", "-o", folder, cwd=tmp_path) as process:
        wait_for(lambda: len(finished(folder)) >= 2)
        workers = children(process.pid)
        process.kill()
        process.communicate()
    assert workers
    wait_for(lambda: not any(alive(pid) for pid in workers), 30.0)  # they leave with the main process
    kept = finished(folder)
    assert 2 <= len(kept) < POINTS
    assert all(read_manifest(run)["status"] == "complete" for run in kept)
    ended = {run: read_manifest(run)["ended"] for run in kept}
    outcome = suandian(*WORDS, "--workers", "0", "-o", folder)
    assert outcome.status == 0
    made = f"{POINTS - len(kept)} runs made, {len(kept)} kept, 0 failed, 0 not started"
    assert outcome.out.splitlines()[0] == f"minimal_sweep: {made}"
    assert {run: read_manifest(run)["ended"] for run in kept} == ended


def test_a_killed_worker_costs_one_more_try_and_no_run(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    with start(*WORDS, "--workers", "2", "-o", folder, cwd=tmp_path) as process:
        wait_for(lambda: finished(folder))
        os.kill(children(process.pid)[0], signal.SIGKILL)
        out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    assert f"{POINTS} runs made, 0 kept, 0 failed" in out
    assert len(finished(folder)) == POINTS


def test_an_interrupt_stops_the_workers_and_leaves_nothing_unfinished(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    with start(*WORDS, "--workers", "2", "-o", folder, cwd=tmp_path) as process:
        wait_for(lambda: finished(folder))
        workers = children(process.pid)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert not any(alive(pid) for pid in workers)
    assert list(folder.glob("point=*/.*")) == []
    assert finished(folder)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 MB, two runs large; where none can be mounted the test that wants it is skipped, saying so."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("no small file system can be mounted here; the limit on file sizes stands in for it")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_stops_the_sweep_and_keeps_what_is_finished(small_disk: Path, tmp_path: Path) -> None:
    folder = small_disk / "x"
    outcome = in_process(*WORDS, "--workers", "1", "-o", folder, cwd=tmp_path)
    assert outcome.status in (1, 3)  # 1 where not even the table of results fits any more
    assert "No space left on device" in outcome.err
    assert "Traceback" not in outcome.err
    kept = finished(folder)
    assert 0 < len(kept) < POINTS
    assert all(read_manifest(run)["status"] == "complete" for run in kept)
    subprocess.run(["mount", "-o", "remount,size=90m", small_disk], check=True)
    outcome = suandian(*WORDS, "--workers", "0", "-o", folder)
    assert outcome.status == 0
    assert f"{POINTS - len(kept)} runs made, {len(kept)} kept" in outcome.out


def test_a_file_that_cannot_grow_fails_its_run_and_stops_the_rest(tmp_path: Path) -> None:
    """The limit on file sizes of the process stands in for a full disk where nothing can be mounted."""
    folder = tmp_path / "x"
    code = (
        "import resource, runpy, sys\n"
        "import simulator.experiments, simulator.scheduling\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "sys.argv = ['run.py', *sys.argv[1:]]\n"
        "from simulator.cli import main\n"
        "main()\n"
    )
    words = [str(word) for word in (*WORDS, "--workers", "0", "-o", folder, "--json")]
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False)
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY  # only the child was limited
    assert done.returncode == 3, done.stderr
    told = json.loads(done.stdout)
    assert told["counts"] == {"done": 0, "failed": 1, "missing": POINTS - 1}
    assert "File too large" in told["stopped"]
    assert list(folder.glob("point=*/.*")) == []
