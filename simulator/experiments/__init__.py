"""Runs as users mean them: from a file to a finished run folder."""

from simulator.experiments.listing import list_rows
from simulator.experiments.preflight import check
from simulator.experiments.single import Stage, fill_run_folder, run_id

__all__ = ["Stage", "check", "fill_run_folder", "list_rows", "run_id"]
