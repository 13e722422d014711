"""
Reader of Alibaba's openb pod lists (cluster-trace-gpu-v2023, ``openb_pod_list_*.csv``): one row a pod.

Run time = deletion - scheduling, wait = scheduling - creation. GPUs = num_gpu, and for one GPU the thousandths of it
that are asked, so that jobs share devices.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv as pacsv

from simulator.errors import TraceError
from simulator.workload.model import FAILED, FINISHED
from simulator.workload.rawrows import RawRows, outcomes

COLUMNS = (
    "name", "cpu_milli", "num_gpu", "gpu_milli", "pod_phase", "creation_time", "deletion_time", "scheduled_time",
)  # fmt: skip


def is_openb(names: list[str]) -> bool:
    """Tell whether a csv header is that of a pod list."""
    return set(COLUMNS) <= set(names)


def read_openb(path: Path, resource: str) -> RawRows:
    """
    Read a pod list.

    Parameters
    ----------
    path : Path
    resource : {"gpus", "cpus"}

    Returns
    -------
    RawRows

    Raises
    ------
    TraceError
        If a cell is not what its column holds.
    """
    texts = ("name", "pod_phase")
    types = {name: pa.string() if name in texts else pa.float64() for name in COLUMNS}
    options = pacsv.ConvertOptions(include_columns=list(COLUMNS), column_types=types, strings_can_be_null=True)
    try:
        table = pacsv.read_csv(path, convert_options=options)
    except (pa.ArrowInvalid, OSError) as error:
        raise TraceError(f"{path}: got a pod list that cannot be read: {error}; expected openb columns") from error
    number = {name: table[name].to_numpy() for name in COLUMNS if name not in texts}
    gpus = np.where(number["num_gpu"] == 1.0, number["gpu_milli"] / 1000.0, number["num_gpu"])
    outcome, end_told = outcomes(table["pod_phase"].to_numpy(), {"Failed": FAILED, "Succeeded": FINISHED})
    return RawRows(
        kind="openb pods",
        job_id=table["name"].fill_null("").combine_chunks().to_numpy(zero_copy_only=False),
        submit_s=number["creation_time"],
        run_s=number["deletion_time"] - number["scheduled_time"],
        requested_s=np.full(table.num_rows, np.nan),
        wait_s=number["scheduled_time"] - number["creation_time"],
        devices=gpus if resource == "gpus" else number["cpu_milli"] / 1000.0,
        outcome=outcome,
        end_told=end_told,
        told={"read": f"columns {', '.join(COLUMNS)}; run time = deletion - scheduling; gpus = num_gpu x gpu_milli"},
    )
