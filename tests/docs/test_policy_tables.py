"""The commands of docs/policies.md work: the shipped experiments are valid, and the script makes their tables."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.command import suandian
from tests.pipeline import ROOT, SCENARIOS

EXPERIMENTS = SCENARIOS / "experiments"
SHORT = ("--set", "simulation.warm_up=12 h", "--no-progress", "--workers", "0")


def tables_of(folder: Path) -> list[list[str]]:
    """Return the cells of the rows that the script prints, heads left out."""
    script = [sys.executable, "-W", "error", str(ROOT / "docs" / "policy_tables.py"), str(folder)]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if line]
    rules = [i for i, line in enumerate(lines) if set(line) <= set("|-")]
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for i, line in enumerate(lines)
        if i not in rules and i + 1 not in rules
    ]


@pytest.mark.parametrize("path", sorted(EXPERIMENTS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_experiment_names_paths_and_variants_that_exist(path: Path) -> None:
    outcome = suandian("sweep", path, "--dry-run")
    assert outcome.status == 0, outcome.err
    assert re.search(r"^\d+ runs; nothing was run$", outcome.out, re.MULTILINE)


def test_the_answers_to_the_gap_order_as_theory_says_where_it_says_so(tmp_path: Path) -> None:
    policies = "policy=[{name: least_loaded}, {name: cheapest}, {name: lowest_carbon}]"
    answers = ("--vary", "variant=gap_part_west", "--vary", policies, "--horizon", "1 d")
    outcome = suandian("sweep", EXPERIMENTS / "gap_policies.yaml", *answers, *SHORT, "-o", tmp_path / "gap")
    assert outcome.status == 0, outcome.err
    rows = tables_of(tmp_path / "gap")
    assert [row[:3] for row in rows] == [
        ["gap_part_west", f"`{name}`", "yes"] for name in ("least_loaded", "cheapest", "lowest_carbon")
    ]
    runs = pd.read_parquet(tmp_path / "gap" / "points.parquet")
    named = runs.set_index(runs["policy"].str.extract(r"name\W+(\w+)")[0])
    # the same demand: who looks at a price pays least of it, whoever else looks at what
    assert named["emissions.location_tco2"].idxmin() == "lowest_carbon"
    power = named["cost.energy_cny"] + named["cost.delivery_cny"] + named["cost.network_cny"]
    assert power.idxmin() == "cheapest"


def test_a_forecast_of_no_change_is_worth_nothing_and_v_buys_cheap_hours_with_waiting(tmp_path: Path) -> None:
    waits = "policy=[{name: wait_awhile, options: {signal: price}}]"
    known = ("--vary", waits, "--vary", "forecast=[{model: persistence}, {model: seasonal_naive}, {model: perfect}]")
    short = ("--horizon", "2 d", *SHORT, "--replications", "1")
    outcome = suandian("sweep", EXPERIMENTS / "forecast_value.yaml", *known, *short, "-o", tmp_path / "value")
    assert outcome.status == 0, outcome.err
    rows = tables_of(tmp_path / "value")
    price = {row[1]: float(row[3]) for row in rows[:3]}
    assert price["perfect"] < price["persistence"]
    assert {row[1]: row[4] for row in rows[:3]} | {"seasonal_naive": ""} == {
        "persistence": "0%", "seasonal_naive": "", "perfect": "100%",
    }  # fmt: skip
    assert {row[1] for row in rows[3:]} == {"persistence", "seasonal_naive"}  # their errors; the perfect one has none
    v = ("--vary", "policy.options.v=0,160")
    outcome = suandian("sweep", EXPERIMENTS / "v_tradeoff.yaml", *v, *short, "-o", tmp_path / "v")
    assert outcome.status == 0, outcome.err
    first, last = ([float(cell) for cell in row] for row in tables_of(tmp_path / "v"))
    assert last[1] < first[1]
    assert last[4] > first[4]
