"""AccaSim 1.1.3 on jobs of ours, in an environment of its own, made when it is first asked for."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from tests.bench.jobs import NODES, Trace, batch_jobs, run, whole_seconds
from tests.bench.registry import CASES, Case, Figures
from tests.bench.swf import write_swf

PACKAGE = "accasim==1.1.3"
RUNNER = Path(__file__).with_name("accasim_run.py")
FIRST = re.compile(r"^(\d+);[^;]*;.*__(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d);", re.MULTILINE)
PATIENCE_S = 600


def environment() -> Path:
    """Return the Python of AccaSim's environment, outside the repository; make it if it is not there."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "suandian-bench"
    python = base / PACKAGE.replace("==", "-") / "bin" / "python"
    ready = python.with_name("ready")
    if not ready.exists():
        folder = python.parents[1]
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True, capture_output=True)
        install = [python, "-m", "pip", "install", "--quiet", PACKAGE]
        subprocess.run(install, check=True, capture_output=True, timeout=PATIENCE_S)
        ready.touch()
    return python


def accasim(trace: Trace, queue: str) -> tuple[np.ndarray, float]:
    """Return when each job starts, and the processor seconds of AccaSim's simulation."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trace.swf"
        write_swf(path, trace, NODES)
        command = [environment(), RUNNER, path, str(NODES), queue, folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE_S)
        told = json.loads(done.stdout.splitlines()[-1])
        starts = np.full(len(trace.submit_s), np.nan)
        for number, start in FIRST.findall(Path(told["schedule"]).read_text()):
            starts[int(number) - 1] = datetime.fromisoformat(start).replace(tzinfo=UTC).timestamp()
    return starts, told["seconds"]


def _peer(name: str, queue: str, load: float, count: int) -> None:
    def figures(quick: bool) -> Figures:
        trace = whole_seconds(batch_jobs(count // 4 if quick else count, load))
        try:
            theirs, seconds = accasim(trace, queue)
        except (subprocess.SubprocessError, OSError) as error:
            return {"skipped": f"{PACKAGE} cannot be installed or run: {type(error).__name__}"}
        run(trace.head(100), queue)
        world, ours = run(trace, queue)
        same = world.jobs["start_s"] == theirs
        if queue == "fcfs":
            assert same.all(), "both start every job at the same second"
        return {
            "accasim_jobs_per_s": len(same) / seconds,
            "jobs_per_s": len(same) / ours,
            "times_accasim": seconds / ours,
            "same_starts": float(same.mean()),
        }

    CASES[name] = Case(name, f"AccaSim 1.1.3, {queue.upper()}, {count:,} jobs, load {load:g}", figures)


_peer("accasim-fcfs", "fcfs", 0.95, 4_000)
_peer("accasim-easy", "easy", 0.95, 4_000)
