"""Runs as users mean them: from a file to a finished run folder."""

from simulator.experiments.listing import list_rows, must_be_a_run
from simulator.experiments.outcome import languages_kept, run_lines, stage_text
from simulator.experiments.preflight import check
from simulator.experiments.replay import KIND, Replay, fill_replay_folder
from simulator.experiments.replay_summary import outcome_lines
from simulator.experiments.single import Stage, fill_run_folder, run_id

__all__ = [
    "KIND",
    "Replay",
    "Stage",
    "check",
    "fill_replay_folder",
    "fill_run_folder",
    "languages_kept",
    "list_rows",
    "must_be_a_run",
    "outcome_lines",
    "run_id",
    "run_lines",
    "stage_text",
]
