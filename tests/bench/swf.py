"""A trace as an SWF file, for the commands that read one."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tests.bench.jobs import Trace

UNKNOWN = -1


def write_swf(path: Path, trace: Trace, nodes: int) -> None:
    """Write the 18 fields of the Standard Workload Format; times are whole seconds already."""
    count = len(trace.submit_s)
    columns: dict[int, object] = dict.fromkeys(range(1, 19), UNKNOWN)
    columns |= {1: range(1, count + 1), 2: trace.submit_s.astype(int), 4: trace.run_s.astype(int), 11: 1}
    columns |= {5: trace.nodes, 8: trace.nodes, 9: trace.requested_s.astype(int), 12: 1, 13: 1}
    path.write_text(f"; MaxProcs: {nodes}\n; UnixStartTime: 0\n")
    pd.DataFrame(columns).to_csv(path, sep=" ", header=False, index=False, mode="a")
