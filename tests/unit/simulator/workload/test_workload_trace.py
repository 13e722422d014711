"""Real tables: placed in the run, unaltered, and everything left out counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.errors import ScenarioError, TraceError
from simulator.scenario import Scenario
from simulator.workload import FAILED, FINISHED, KILLED, EnergisedCapacity, Workload, build
from tests.unit.simulator.workload.workload_cases import DAY_S, one, synthetic

FLEET = EnergisedCapacity(np.array([-1e9]), np.array([100.0]))
START = "2025-09-01T00:00:00+08:00"
HEAD = "job_id,submit_time_s,duration_s,gpus,queue,status"

Run = Callable[..., Workload]


@pytest.fixture
def run(tmp_path: Path, scenario_of: Callable[..., Scenario]) -> Run:
    """Build one day from a table written here; further keywords go into the source."""

    def go(rows: str, header: str = HEAD, simulation: dict[str, Any] | None = None, **source: Any) -> Workload:
        (tmp_path / "jobs.csv").write_text(f"{header}\n{rows}")
        base = {"model": "trace", "file": str(tmp_path / "jobs.csv"), "align": START, "job_class": "sft"}
        jobs = {"real": base | {"origins": {"demo": 1.0}} | source}
        return build(scenario_of(jobs, **({"horizon": DAY_S} | (simulation or {}))), FLEET)

    return go


def test_philly_is_read_whole(data_dir: Path, scenario_of: Callable[..., Scenario]) -> None:
    source = {
        "model": "trace",
        "file": str(data_dir / "trace-philly-2017" / "jobs.csv.gz"),
        "align": "2025-08-29T00:00:00+08:00",  # so that day 3 of the table, its first, begins the run
        "job_class": "sft",
        "origins": {"jiaxing": 0.7, "wujiang": 0.1, "qingpu": 0.2},
    }
    w = build(scenario_of({"philly": source}, horizon=107 * DAY_S), FLEET)
    # stats: 74,101 jobs, 687,410 GPU-hours (five digits printed), all of unknown end
    assert len(w.jobs) == 74_101
    assert (w.jobs.devices * w.jobs.work_s).sum() / 3600 == pytest.approx(687_410, abs=5)
    assert (w.jobs.outcome == FINISHED).all()
    assert np.array_equal(w.jobs.requested_s, w.jobs.work_s)
    assert w.jobs.ids(slice(0, 1)) == ["philly-054649"]
    assert w.jobs.submit_s[0] == 273_537.0 - 3 * DAY_S
    assert w.jobs.work_s[0] == 3_256_045.0
    assert w.warnings == ()


def test_philly_queues_go_whole_to_hubs(data_dir: Path, scenario_of: Callable[..., Scenario]) -> None:
    source = {
        "model": "trace",
        "file": str(data_dir / "trace-philly-2017" / "jobs.csv.gz"),
        "align": "2025-08-29T00:00:00+08:00",
        "job_class": "sft",
        "origins": {"jiaxing": 0.7, "wujiang": 0.1, "qingpu": 0.2},
    }
    told = build(scenario_of({"philly": source}, horizon=100 * DAY_S), FLEET).summary["sources"]["philly"]
    assert len(told["queues"]) == 13
    assert told["queues"]["ee9e8c"]["device_hours"] == pytest.approx(256_110, abs=5)  # stats by_queue
    assert told["queues"]["ee9e8c"]["hub"] == "jiaxing"  # the largest queue to the largest share
    # 13 queues, the smaller of them below 3 % of the hours: two points are what whole queues allow here
    assert all(abs(met["share"] - met["asked_share"]) < 0.02 for met in told["origins"].values())
    assert told["left_out_after_the_run"] > 0
    assert told["submitted_in_the_run"] + told["left_out_after_the_run"] == 74_101


def test_jobs_are_unaltered(run: Run) -> None:
    w = run("a,10,60,4,q,completed\nb,20,0.5,1,q,failed\nc,20,30,2,q,cancelled\nd,25,30,2,q,\n")
    assert w.jobs.ids() == ["a", "b", "c", "d"]
    assert w.jobs.submit_s.tolist() == [10.0, 20.0, 20.0, 25.0]
    assert w.jobs.work_s.tolist() == w.jobs.requested_s.tolist() == [60.0, 0.5, 30.0, 30.0]
    assert w.jobs.devices.tolist() == [4, 1, 2, 2]
    assert w.jobs.outcome.tolist() == [FINISHED, FAILED, KILLED, FINISHED]
    assert (w.jobs.stands_for == 1).all()
    assert np.isinf(w.jobs.deadline_s).all()


def test_sample_of_the_fleet_leaves_the_table_alone(run: Run) -> None:
    assert run("a,10,60,4,q,\n", simulation={"fleet_sample": 256}).jobs.devices.tolist() == [4]


def test_unsorted_rows_are_sorted_stably_and_counted(run: Run) -> None:
    w = run("a,50,60,1,q,\nb,10,60,1,q,\nc,10,60,1,q,\n")
    assert w.jobs.ids() == ["b", "c", "a"]
    assert w.summary["sources"]["real"]["rows_out_of_order"] == 1
    assert any("1 rows were out of order" in text for text in w.warnings)


def test_rows_that_cannot_run_are_counted_and_listed(run: Run) -> None:
    w = run("a,1,60,1,q,\nb,1,,1,q,\nc,,60,1,q,\nd,1,60,,q,\ne,1,0,1,q,\nf,1,60,0,q,\n")
    dropped = w.summary["sources"]["real"]["dropped"]
    assert {reason: part["first"] for reason, part in dropped.items()} == {
        "no duration_s: never ran, or did not end": ["b"],
        "no submit_time_s": ["c"],
        "no gpus": ["d"],
        "duration_s is 0": ["e"],
        "gpus is 0": ["f"],
    }
    assert w.jobs.ids() == ["a"]
    assert len([text for text in w.warnings if "left out" in text]) == 5


def test_shares_of_a_device_are_thousandths_of_one_and_are_counted(run: Run) -> None:
    w = run("a,1,60,0.25,q,\nb,1,60,1,q,\nc,1,60,1.5,q,\nd,1,60,0.29,q,\ne,1,60,0.0001,q,\nf,1,60,0.9999,q,\n")
    assert w.jobs.devices.tolist() == [1, 1, 2, 1, 1, 1]
    assert w.jobs.milli is not None
    assert w.jobs.milli.tolist() == [250, 0, 0, 290, 1, 0]
    assert w.jobs.size.tolist() == [0.25, 1.0, 2.0, 0.29, 0.001, 1.0]
    assert w.summary["sources"]["real"]["gpu_hours"] == pytest.approx(4.04 * 60 / 3600, rel=1e-12)
    assert any("3 jobs ask a share of a device: they share devices" in text for text in w.warnings)
    assert any("2 jobs ask more than one device and no whole number" in text for text in w.warnings)


def test_runs_beyond_the_request_are_cut_and_killed(run: Run) -> None:
    w = run("a,1,60,1,q,completed,40\nb,2,60,1,q,failed,90\nc,3,60,1,q,failed,-1\n", header=f"{HEAD},req_time_s")
    assert w.jobs.work_s.tolist() == [40.0, 60.0, 60.0]
    assert w.jobs.requested_s.tolist() == [40.0, 90.0, 60.0]
    assert w.jobs.outcome.tolist() == [KILLED, FAILED, FAILED]
    assert w.summary["sources"]["real"]["cut_at_request"] == 1
    assert w.summary["sources"]["real"]["requested_time_known"] == 2


def test_runs_beyond_the_request_are_kept_where_the_scenario_says_so(run: Run) -> None:
    rows, header = "a,1,60,1,q,completed,40\nb,2,60,1,q,failed,90\n", f"{HEAD},req_time_s"
    w = run(rows, header=header, overrun="keep")
    assert w.jobs.work_s.tolist() == [60.0, 60.0]
    assert w.jobs.requested_s.tolist() == [40.0, 90.0]
    assert w.jobs.outcome.tolist() == [FINISHED, FAILED]
    told = {"overrun": "keep", "runs_beyond_request": 1, "cut_at_request": 0}
    assert told.items() <= w.summary["sources"]["real"].items()


def test_estimate_by_factor(run: Run) -> None:
    w = run("a,1,60,1,q,,\nb,2,60,1,q,,100\n", header=f"{HEAD},req_time_s", estimate="factor:2.5")
    assert w.jobs.requested_s.tolist() == [150.0, 100.0]


@pytest.mark.parametrize("estimate", ["exact", "factor:", "factor:0.5", "factor:nan", "factor:inf"])
def test_unknown_estimates(run: Run, estimate: str) -> None:
    with pytest.raises(ScenarioError, match=r"workload.jobs.real.estimate: got '.*'; expected actual, or factor:F"):
        run("a,1,60,1,q,\n", estimate=estimate)


def test_align_moves_the_table_and_what_is_outside_is_counted(run: Run) -> None:
    rows = "a,3600,60,1,q,\nb,90000,60,1,q,\nc,180000,60,1,q,\n"  # 01:00 of day 0, day 1, day 2
    w = run(rows, align="2025-08-31T00:00:00+08:00")
    assert w.jobs.ids() == ["b"]
    assert w.jobs.submit_s.tolist() == [3600.0]
    told = w.summary["sources"]["real"]
    assert (told["left_out_before_the_run"], told["left_out_after_the_run"]) == (1, 1)


def test_window_includes_its_begin_and_excludes_its_end(run: Run) -> None:
    w = run(
        "a,0,60,1,q,\nb,86400,60,1,q,\nc,172800,60,1,q,\n",
        align="2025-08-31T00:00:00+08:00",
        simulation={"warm_up": DAY_S},
    )
    assert w.jobs.ids() == ["a", "b"]


def test_table_shorter_than_the_run(run: Run) -> None:
    with pytest.raises(TraceError) as told:
        run("a,3600,60,1,q,\nb,90000,60,1,q,\n", simulation={"horizon": 7 * DAY_S})
    text = str(told.value)
    assert "jobs.csv: got submissions from 2025-09-01 00:00 to 2025-09-03 00:00 (2 d)" in text
    assert "expected all of 2025-09-01 00:00 to 2025-09-08 00:00 (7 d)" in text
    assert "hint: set wrap: true" in text


def test_table_that_begins_after_the_start(run: Run) -> None:
    with pytest.raises(TraceError, match="got submissions from 2025-09-03"):
        run("a,3600,60,1,q,\n", align="2025-09-03T00:00:00+08:00")


def test_empty_warm_up_warns(run: Run) -> None:
    w = run("a,3600,60,1,q,\n", simulation={"warm_up": 14 * DAY_S})
    assert any("the table begins 14 d into the run: the warm-up is partly empty" in text for text in w.warnings)


def test_wrap_repeats_whole_days_under_new_names(run: Run) -> None:
    rows = "a,3600,60,1,q,\nb,90000,60,2,q,\n"  # two days
    w = run(rows, wrap=True, simulation={"horizon": 5 * DAY_S, "warm_up": DAY_S})
    assert w.jobs.ids() == ["b#-1", "a", "b", "a#2", "b#2", "a#3"]
    # always at 01:00, an hour into each day
    assert w.jobs.submit_s.tolist() == [3600.0 + k * DAY_S for k in range(-1, 5)]
    assert w.jobs.devices.tolist() == [2, 1, 2, 1, 2, 1]
    assert w.summary["sources"]["real"]["repetitions"] == 4


def test_wrap_of_a_table_that_is_long_enough_repeats_nothing(run: Run) -> None:
    assert run("a,3600,60,1,q,\n", wrap=True).jobs.ids() == ["a"]


def test_largest_queues_fill_the_hubs_first(run: Run) -> None:
    rows = "a,1,600,1,big,\nb,1,300,1,mid,\nc,1,100,1,small,\n"
    w = run(rows, origins={"east": 0.6, "west": 0.4}, class_by_queue={"small": "eval"})
    routes = list(zip(w.routes.job_class, w.routes.origin, strict=True))
    assert routes == [("eval", "west"), ("sft", "east"), ("sft", "west")]
    assert [routes[k] for k in w.jobs.route] == [("sft", "east"), ("sft", "west"), ("eval", "west")]


def test_shares_that_whole_queues_cannot_meet_warn(run: Run) -> None:
    w = run("a,1,600,1,only,\n", origins={"east": 0.6, "west": 0.4})
    assert any("hub east: 0.6 of the device-hours asked, 1 met" in text for text in w.warnings)


def test_unknown_queue_is_told_with_a_near_match(run: Run) -> None:
    with pytest.raises(
        ScenarioError,
        match=r"class_by_queue.bgi: got a queue the table has not; expected one of big, mid\n.*'big'",
    ):
        run("a,1,600,1,big,\nb,1,300,1,mid,\n", class_by_queue={"bgi": "eval"})


def test_table_without_accelerator_jobs(run: Run) -> None:
    with pytest.raises(TraceError, match=r"got 2 rows and no job that can run \(2 with gpus is 0\)"):
        run("a,1,60,0,q,\nb,1,60,0,q,\n")


def test_cpu_archive_is_refused_with_a_reason(data_dir: Path, scenario_of: Callable[..., Scenario]) -> None:
    file = str(data_dir / "trace-hpc-swf" / "hpc2n_first3170_jobs.csv.gz")
    source = {"model": "trace", "file": file, "align": START, "job_class": "sft", "origins": {"demo": 1.0}}
    with pytest.raises(TraceError, match="tables of CPU work have gpus 0"):
        build(scenario_of({"real": source}), FLEET)


def test_two_sources_keep_their_names_apart(tmp_path: Path, scenario_of: Callable[..., Scenario]) -> None:
    (tmp_path / "jobs.csv").write_text(f"{HEAD}\na,1,60,1,q,\nb,2,60,1,q,\n")
    source = {
        "model": "trace",
        "file": str(tmp_path / "jobs.csv"),
        "align": START,
        "job_class": "sft",
        "origins": {"demo": 1.0},
    }
    jobs = {"x": source, "y": source, "s": synthetic(one("seren_eval"))}
    ids = build(scenario_of(jobs, horizon=DAY_S), FLEET).jobs.ids()
    assert len(set(ids)) == len(ids)
    assert {"x/a", "y/a", "x/b", "y/b"} < set(ids)
