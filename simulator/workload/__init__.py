"""What is asked of the fleet: jobs drawn from statistics or read from real tables, and online services."""

from simulator.workload.build import build, check, problems
from simulator.workload.calibration import arrival_rows, day_shapes, job_rows, provenance
from simulator.workload.formats import RESOURCES, Trace, read_trace
from simulator.workload.model import (
    FAILED,
    FINISHED,
    KILLED,
    EnergisedCapacity,
    JobIds,
    Jobs,
    Routes,
    Services,
    Workload,
    sizes,
)
from simulator.workload.replayed import Asked, as_workload
from simulator.workload.table import JobTable, read_table

__all__ = [
    "FAILED",
    "FINISHED",
    "KILLED",
    "RESOURCES",
    "Asked",
    "EnergisedCapacity",
    "JobIds",
    "JobTable",
    "Jobs",
    "Routes",
    "Services",
    "Trace",
    "Workload",
    "arrival_rows",
    "as_workload",
    "build",
    "check",
    "day_shapes",
    "job_rows",
    "problems",
    "provenance",
    "read_table",
    "read_trace",
    "sizes",
]
