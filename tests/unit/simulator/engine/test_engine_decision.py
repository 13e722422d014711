"""Why a job went where it went: the run played again decides what the records say, and the numbers add up by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulator import engine
from simulator.engine import Decision
from simulator.scheduling import make_policy
from tests.pipeline import Run, child, run

# A slower second cluster that opens at noon
TWO = """
simulation: {horizon: "1 d", warm_up: "0 s"}
clusters:
  demo_h800: {servers: 16}
  demo_new:
    title: {zh: "二期", en: "phase 2"}
    about: {assumed: "test"}
    hub: demo
    device: a100
    servers: 16
    commissioned: "2025-07-01T12:00:00+08:00"
"""
TABLE = """
simulation: {horizon: "6 h", warm_up: "0 s"}
workload:
  jobs:
    training: null
    table:
      model: trace
      file: jobs.csv
      align: {value: "2025-07-01T00:00:00+08:00", assumed: test}
      job_class: sft
      origins: {about: {assumed: test}, demo: 1.0}
"""
OTHER_STACK = TWO.replace("device: a100", "device: ascend_910b").replace("    commissioned", "    #commissioned")


def decided(made: Run, job: int) -> Decision:
    built, choice = made.built, made.built.loaded.scenario.policy
    policy = make_policy(choice.name, choice.options)
    return engine.decide(built.loaded.scenario, built.region, built.workload, policy, job)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(child(tmp_path_factory.mktemp("two"), TWO))


def test_the_run_played_again_decides_what_the_records_say(two: Run) -> None:
    rows = two.records.jobs.to_pylist()
    names = two.built.workload.jobs.ids()
    for at in np.linspace(0, len(rows) - 1, 12).astype(int):
        row = rows[at]
        decision = decided(two, names.index(row["job_id"]))
        assert decision.cluster == row["cluster"] == decision.ranking[0].cluster
        assert decision.started_s == pytest.approx(row["starting_time"] or np.nan, abs=0.0, nan_ok=True)
        assert decision.submitted_s == decision.chosen_s == row["submission_time"]
        assert decision.choices == 1
        for one in decision.ranking:
            assert one.value == one.score + decision.load_weight * one.load_s


def test_before_noon_the_second_cluster_is_not_there_and_after_it_is_slower(two: Run) -> None:
    submitted = two.built.workload.jobs.submit_s
    early, late = (decided(two, int(np.searchsorted(submitted, hour * 3600.0))) for hour in (11.0, 18.0))
    assert [one.why_not for one in early.candidates] == ["", "not commissioned yet"]
    assert [one.why_not for one in late.candidates] == ["", ""]
    fast, slow = late.candidates
    factor = two.built.region.factor[two.built.region.kinds.index(late.job_class)]
    assert fast.wall_s == pytest.approx(late.requested_s / factor[0], rel=1e-12)
    assert slow.wall_s / fast.wall_s == pytest.approx(factor[0] / factor[1], rel=1e-12)


def test_energy_and_cost_are_watts_times_time_times_price(two: Run) -> None:
    decision = decided(two, 500)
    region, hour = two.built.region, int(decision.chosen_s // 3600.0)
    kind = region.kinds.index(decision.job_class)
    steps = two.records.steps
    price = steps["energy_price_cny_per_kwh"][4 * hour].as_py() + steps["delivery_price_cny_per_kwh"][4 * hour].as_py()
    one = decision.candidates[0]
    it_kwh = decision.devices * region.watts[kind, 0] * one.wall_s / 3.6e6
    assert 1.0 < one.energy_kwh / it_kwh < 2.0  # a PUE on the margin
    assert one.cost_cny == pytest.approx(one.energy_kwh * price, rel=1e-12)
    assert one.carbon_kg == pytest.approx(one.energy_kwh * steps["ci_location_kg_per_kwh"][4 * hour].as_py(), rel=1e-12)


def test_a_held_job_chooses_again_when_a_cluster_opens(tmp_path: Path) -> None:
    opens = TWO.replace("{servers: 16}", "{servers: 1}").replace("12:00:00", "12:05:00")
    made = run(child(tmp_path, opens))
    decision = decided(made, int(np.argmax(made.built.workload.jobs.devices > 8)))
    assert decision.submitted_s < 12 * 3600.0
    assert decision.chosen_s == 12 * 3600.0 + 300.0  # at the true instant, not at a control step
    assert decision.choices == len(decision.made) == 2
    assert [one.chosen_s for one in decision.made] == [decision.submitted_s, decision.chosen_s]
    assert decision.made[0].ranking == ()  # held: nothing could take it then
    assert [one.why_not for one in decision.made[0].candidates] == ["larger than the cluster", "not commissioned yet"]
    assert decision.candidates[0].why_not == "larger than the cluster"
    assert decision.cluster == "demo_new"


def test_a_job_larger_than_everything_is_rejected_and_told_why(tmp_path: Path) -> None:
    jobs = "job_id,submit_time_s,duration_s,gpus\na,0,60,1\nb,30,60,512\n"
    (tmp_path / "jobs.csv").write_text(jobs, encoding="utf-8")
    decision = decided(run(child(tmp_path, TABLE)), 1)
    assert (decision.state, decision.cluster) == ("rejected", "")
    assert [one.why_not for one in decision.candidates] == ["larger than the cluster"]
    assert decision.ranking == ()


def test_a_cluster_of_another_stack_is_no_candidate(tmp_path: Path) -> None:
    made = run(child(tmp_path, OTHER_STACK + "job_classes: {eval: {stacks: [cuda]}}\n"))
    classes = np.array(made.built.workload.routes.job_class)[made.built.workload.jobs.route]
    decision = decided(made, int(np.argmax(classes == "eval")))
    assert [one.why_not for one in decision.candidates] == ["", "software stack cann"]
    assert decision.cluster == "demo_h800"
