"""
``make bench``: every case in a process of its own, printed and kept as JSON.

    python -m tests.bench [NAME ...] [--quick] [--list] [--against FILE]

A NAME may be the beginning of several. Rates of the kernel and of SimPy are per second of processor time, whole
commands are wall time. Times belong to this machine and this moment; ratios within one run are what to quote. To see
what a change did, run the same cases at its parent and compare: ``--against bench/out/FILE``.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

OUT = Path("bench/out")
GIB = 2**20  # KiB


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help="cases, or how their names begin; all by default")
    parser.add_argument("--quick", action="store_true", help="about a tenth of the work")
    parser.add_argument("--list", action="store_true", help="say what there is")
    parser.add_argument("--against", type=Path, metavar="FILE", help="compare with an earlier result")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        measure_one(asked.one, asked.quick)
        return
    cases = registered()
    chosen = [name for name in cases if not asked.names or name.startswith(tuple(asked.names))]
    if not chosen:
        parser.error(f"no case begins so; there are {', '.join(cases)}")
    if asked.list:
        print("\n".join(f"{name:16} {cases[name].about}" for name in chosen))
        return
    results = {name: figures_of(name, cases[name].about, asked.quick) for name in chosen}
    print(keep(results, asked.quick))
    failed = [name for name, figures in results.items() if "failed" in figures]
    if asked.against:
        from tests.bench import compare

        print(f"\n{'':45} {'before':>14} {'now':>14}   times as good")
        print("\n".join(compare.lines(compare.load(asked.against), results)))
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


def registered() -> dict[str, Any]:
    """Return all cases by name, in the order in which they run."""
    from tests.bench import bare_cases, budget_cases, kernel_cases, peer_cases, policy_cases, sweeps  # noqa: F401 - they register
    from tests.bench.registry import CASES

    order = (
        "fcfs",
        "easy",
        "conservative",
        "lower",
        "ten",
        "accasim",
        "replay",
        "year",
        "policy",
        "sweep",
        "settlement",
        "help",
    )
    return dict(sorted(CASES.items(), key=lambda item: next(i for i, o in enumerate(order) if item[0].startswith(o))))


def measure_one(name: str, quick: bool) -> None:
    """Measure a case in this process and print its figures as one line of JSON."""
    figures = registered()[name].measure(quick)
    figures["peak_gib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / GIB
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / GIB
    if children > 0.0:
        figures["peak_gib_of_command"] = children
    print(json.dumps(figures))


def figures_of(name: str, about: str, quick: bool) -> dict[str, Any]:
    """Measure a case in a fresh process, so that its peak of memory is its own, and print it."""
    print(f"{name}: {about}", flush=True)
    command = [sys.executable, "-m", "tests.bench", "--one", name, *(["--quick"] if quick else [])]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    figures: dict[str, Any] = {"failed": f"exit status {done.returncode}"}
    if done.returncode == 0:
        figures = json.loads(done.stdout.splitlines()[-1])
    for figure, value in figures.items():
        print(f"    {figure:28} {value if isinstance(value, str) else format(value, '>14,.3f')}", flush=True)
    return figures


def keep(results: dict[str, Any], quick: bool) -> Path:
    """Write the results under the time of day."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    machine = {"python": platform.python_version(), "machine": platform.machine(), "processor": processor()}
    OUT.mkdir(parents=True, exist_ok=True)
    path = OUT / f"{stamp}.json"
    told = {"when": stamp, "commit": commit(), "quick": quick, "machine": machine, "results": results}
    path.write_text(json.dumps(told, indent=1) + "\n")
    return path


def processor() -> str:
    """Return the name the processor gives itself, where the system tells."""
    told = Path("/proc/cpuinfo")
    if not told.exists():
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in told.read_text().splitlines() if "model name" in line), "")


def commit() -> str:
    """Return what the sources are a version of; empty without git."""
    done = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return done.stdout.strip()


if __name__ == "__main__":
    main()
