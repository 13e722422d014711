"""A least clean share as a hard limit: kept by holding work back, at every matching, by hub or by region."""

from __future__ import annotations

import pytest

from tests.invariants.limit_cases import column, within_limits
from tests.pipeline import SCENARIOS, Run, run

MINIMAL = SCENARIOS / "minimal.yaml"
FIGURES = {"hourly": "cfe_score_hourly", "monthly": "match_monthly", "annual": "match_annual"}


def held_to(least: float | None, matching: str = "hourly", *sets: str) -> Run:
    """Run the minimal scenario for two days under a least clean share; its roof covers about a fifth of the load."""
    share = [] if least is None else [f"green_share={{min: {least}, matching: {matching}}}"]
    return run(MINIMAL, "job_classes.sft.preemptible=true", *share, *sets, horizon="2 d")


@pytest.mark.parametrize("matching", ["hourly", "monthly", "annual"])
def test_a_share_the_roof_can_give_is_kept_at_the_price_of_waiting(matching: str) -> None:
    free, made = held_to(None), held_to(0.21, matching)
    within_limits(made)
    assert free.summary["clean"][FIGURES[matching]] < 0.21 <= made.summary["clean"][FIGURES[matching]]
    assert made.summary["service"]["jobs_finished"] < free.summary["service"]["jobs_finished"]
    assert "clean" in made.records.jobs["refused_by"].to_pylist()
    assert set(free.records.jobs["refused_by"].to_pylist()) == {None}
    stopped = {
        c
        for k, c in zip(*(made.records.events[n].to_pylist() for n in ("kind", "cause")), strict=True)
        if k == "suspend"
    }
    assert stopped == {"clean"}


def test_a_share_out_of_reach_starts_nothing_and_still_ends() -> None:
    made = held_to(0.9)
    within_limits(made)
    assert made.summary["service"]["jobs_finished"] == 0
    assert made.summary["service"]["jobs_waiting"] > 10_000
    assert (column(made, "it_jobs_w") == 0.0).all()
