"""
Run by the Python of AccaSim's own environment, never by ours: one trace through AccaSim 1.1.3.

``python accasim_run.py TRACE.swf NODES fcfs|easy FOLDER``. Prints as JSON the processor seconds from its first event to
its last, reading included, since it reads as it goes, and the file of its schedule; its other outputs are off.
"""

import collections
import collections.abc
import contextlib
import io
import json
import sys
import time
from pathlib import Path

collections.Mapping = collections.abc.Mapping  # AccaSim 1.1.3 was written for Python below 3.10

from accasim.base.allocator_class import FirstFit  # noqa: E402
from accasim.base.scheduler_class import EASYBackfilling, FirstInFirstOut  # noqa: E402
from accasim.base.simulator_class import Simulator  # noqa: E402


def main(trace: str, nodes: str, queue: str, folder: str) -> None:
    """Simulate, then print."""
    system = Path(folder) / "system.json"
    system.write_text(json.dumps({"groups": {"g": {"core": 1}}, "resources": {"g": int(nodes)}}))
    scheduler = {"fcfs": FirstInFirstOut, "easy": EASYBackfilling}[queue](FirstFit())
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        simulator = Simulator(
            trace,
            str(system),
            scheduler,
            scheduling_output=True,
            statistics_output=False,
            show_statistics=False,
            RESULTS_FOLDER_PATH=folder,
        )
        begin = time.process_time()  # its threads sleep at the end; that is not counted
        files = simulator.start_simulation()
        seconds = time.process_time() - begin
    print(json.dumps({"seconds": seconds, "schedule": str(files["sched-"])}))


if __name__ == "__main__":
    main(*sys.argv[1:])
