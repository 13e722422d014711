"""
``make bench``: every case of the registry in one run, printed and kept as JSON.

Times are informative and belong to this machine; ratios within one run are what to quote. Compare two files of
``bench/out`` to see what a change did.
"""

from __future__ import annotations

import json
import os
import platform
import resource
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import sweeps  # noqa: F401 - registers its cases
from tests.bench.cases import CASES

OUT = Path("bench/out")


def main() -> None:
    """Run all cases."""
    results: dict[str, dict[str, float]] = {}
    for name, measure in CASES.items():
        print(name, flush=True)
        results[name] = measure()
        for figure, value in results[name].items():
            print(f"    {figure:28} {value:>14,.3f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"peak memory of the process {peak:.2f} GiB")
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    machine = {"python": platform.python_version(), "machine": platform.machine(), "processors": os.cpu_count()}
    OUT.mkdir(parents=True, exist_ok=True)
    path = OUT / f"{stamp}.json"
    path.write_text(json.dumps({"when": stamp, "machine": machine, "peak_gib": peak, "results": results}, indent=1))
    print(path)


if __name__ == "__main__":
    main()
