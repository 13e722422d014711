"""The real command line, in this process or one of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from simulator.cli import app
from tests.pipeline import ROOT, SCENARIOS

MINIMAL = SCENARIOS / "minimal.yaml"
QUICK = ("--no-progress", "--no-figures")


@dataclass(frozen=True)
class Outcome:
    """What a command left behind: exit status, standard output, standard error."""

    status: int
    out: str
    err: str


def suandian(*words: str | Path) -> Outcome:
    """Run a command line in this process; an exception that escapes is an error of the test."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Outcome(result.exit_code, result.stdout, result.stderr)


def start(*words: str | Path, cwd: Path, **environment: str) -> subprocess.Popen[str]:
    """Start a command line in a process of its own."""
    return subprocess.Popen(
        [sys.executable, str(ROOT / "run.py"), *(str(word) for word in words)],
        cwd=cwd,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_heeds_interrupts,
    )


def _heeds_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # what a shell starts in the background is born deaf to them


def in_process(*words: str | Path, cwd: Path, **environment: str) -> Outcome:
    """Run a command line in a process of its own."""
    process = start(*words, cwd=cwd, **environment)
    out, err = process.communicate(timeout=300)
    return Outcome(process.returncode, out, err)


def left_behind(folder: Path) -> list[str]:
    """Return every file below a folder, hidden ones too."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
