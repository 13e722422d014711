"""Runs as users mean them: from a file to a finished run folder, and from many of those to comparisons and curves."""

from simulator.experiments.batch import Batch, work_off
from simulator.experiments.clean import leftovers, remove
from simulator.experiments.compare import (
    Comparison,
    comparison_folder,
    fill_comparison_folder,
    fill_study_folder,
    prepare_comparison,
    run_comparison,
)
from simulator.experiments.explaining import Explanation, explain_job
from simulator.experiments.explaining_text import explanation_lines
from simulator.experiments.levers import Ways, run_levers
from simulator.experiments.levers_text import levers_page
from simulator.experiments.listing import list_rows
from simulator.experiments.outcome import languages_kept, run_lines
from simulator.experiments.page import default_workers, place_page, plan_of, write_curves
from simulator.experiments.plan import Plan
from simulator.experiments.pool import Event
from simulator.experiments.preflight import check
from simulator.experiments.query import run_query
from simulator.experiments.replay import KIND, Replay, fill_replay_folder
from simulator.experiments.replay_summary import outcome_lines
from simulator.experiments.robust import Question, prepare_robust, robust_id, run_robust
from simulator.experiments.sides import Needs, Options, sides_of
from simulator.experiments.single import Stage, fill_run_folder, run_id
from simulator.experiments.stats import estimate
from simulator.experiments.sweep import Sweep, prepare, run_sweep, told

__all__ = [
    "KIND",
    "Batch",
    "Comparison",
    "Event",
    "Explanation",
    "Needs",
    "Options",
    "Plan",
    "Question",
    "Replay",
    "Stage",
    "Sweep",
    "Ways",
    "check",
    "comparison_folder",
    "default_workers",
    "estimate",
    "explain_job",
    "explanation_lines",
    "fill_comparison_folder",
    "fill_replay_folder",
    "fill_run_folder",
    "fill_study_folder",
    "languages_kept",
    "leftovers",
    "levers_page",
    "list_rows",
    "outcome_lines",
    "place_page",
    "plan_of",
    "prepare",
    "prepare_comparison",
    "prepare_robust",
    "remove",
    "robust_id",
    "run_comparison",
    "run_id",
    "run_levers",
    "run_lines",
    "run_query",
    "run_robust",
    "run_sweep",
    "sides_of",
    "told",
    "work_off",
    "write_curves",
]
