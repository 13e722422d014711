"""Limits that come and go, put in force at their true instants: seen to bind, in their order, each with its cause."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.invariants.limit_cases import column, limit, limited, within_limits
from tests.pipeline import SCENARIOS, Run, run

NO_SUN = "null"


def causes(made: Run, *kinds: str) -> set[str]:
    """Causes of the events of some kinds."""
    events = made.records.events
    return {c for k, c in zip(events["kind"].to_pylist(), events["cause"].to_pylist(), strict=True) if k in kinds}


def at(made: Run, name: str, hour: float) -> float:
    """A column of the steps in the interval that begins at some hour."""
    return float(column(made, name)[round(hour * 4)])


def test_an_outage_cuts_the_hub_off_for_as_long_as_it_lasts(tmp_path: Path) -> None:
    made = limited(tmp_path, [limit("outage", "02:00", "03:00")], pv=NO_SUN)
    within_limits(made)
    assert at(made, "facility_w", 1.75) > 0.0
    assert [at(made, "facility_w", hour) for hour in (2.0, 2.5, 2.75)] == [0.0, 0.0, 0.0]
    assert at(made, "facility_w", 3.0) > 0.0
    assert causes(made, "trip", "requeue", "suspend") == {"outage"}
    assert set(made.records.steps["cap_cause"].to_pylist()[8:12]) == {"outage"}
    told = made.summary["limits"]["outage"]
    assert (told["short_h"], told["trips"]) == (1.0, 1)
    assert told["suspended"] + told["requeued"] > 0
    assert told["lost_mwh"] > 0.0


def test_a_limit_that_begins_within_an_interval_holds_from_its_true_instant(tmp_path: Path) -> None:
    made = limited(tmp_path, [limit("outage", "02:05", "03:10")], pv=NO_SUN)
    within_limits(made)
    whole, cut = at(made, "facility_w", 1.75), at(made, "facility_w", 2.0)
    assert cut == pytest.approx(whole / 3.0, rel=0.05)  # five of fifteen minutes
    assert at(made, "cap_w", 2.0) == 600_000.0  # the higher of the two caps of the interval
    assert at(made, "cap_headroom_w", 2.0) == 0.0  # and yet nothing is drawn when there is no grid
    trips = [
        t for t, k in zip(*(made.records.events[n].to_pylist() for n in ("time_s", "kind")), strict=True) if k == "trip"
    ]
    assert trips == [7500.0]
    assert at(made, "facility_w", 3.0) < 0.5 * at(made, "facility_w", 3.25)  # back for five minutes of it
    assert at(made, "grid_import_w", 2.0) <= 200_000.0  # the mean of the limit


def test_a_call_binds_and_is_its_own_cause(tmp_path: Path) -> None:
    called = limit("demand_response", "10:00", "12:00", facility_limit="0.11 MW")
    free, made = limited(tmp_path, []), limited(tmp_path, [called])
    within_limits(made)
    before, during = slice(0, 40), slice(40, 48)
    assert (column(made, "facility_w")[before] == column(free, "facility_w")[before]).all()
    assert column(free, "facility_w")[during].max() > 110_000.0
    assert column(made, "facility_max_w")[during].max() <= 110_000.0
    assert causes(made, "slow", "server_off") == {"demand_response"}


def test_a_phase_replaces_the_connection_and_may_raise_it(tmp_path: Path) -> None:
    steps = [limit("phase", "08:00", import_limit="0.5 MW"), limit("phase", "00:00", import_limit="0.11 MW")]
    made = limited(tmp_path, steps, "hubs.demo.connection.import_limit=0.09 MW", pv=NO_SUN)
    within_limits(made)
    cap = column(made, "cap_w")
    assert cap[:32].tolist() == [110_000.0] * 32
    assert cap[32:].tolist() == [500_000.0] * 64
    assert {"phase"} == set(made.records.steps["cap_cause"].to_pylist())


def test_transformers_limit_the_import_with_one_of_them_out(tmp_path: Path) -> None:
    fields = "{import_limit: 0.6 MW, transformers: {count: 3, rating: 60 kVA, power_factor: 0.9}}"
    made = limited(tmp_path, [], connection=fields, pv=NO_SUN)
    within_limits(made)
    assert set(column(made, "cap_w")) == {2 * 60_000.0 * 0.9}


def test_power_rises_no_faster_than_the_ramp(tmp_path: Path) -> None:
    outage, ramp = limit("outage", "02:00", "03:00"), "hubs.demo.connection.ramp_up=0.02 MW"
    free, made = (limited(tmp_path, [outage], *sets, pv=NO_SUN) for sets in ((), (ramp,)))
    within_limits(made)
    rise = np.diff(column(made, "facility_max_w"))
    back = (
        12  # the overhead of the plant is more than one step of the ramp: the hub waits until it has been let that far
    )
    assert np.diff(column(free, "facility_max_w"))[back - 1] > 80_000.0
    assert (np.delete(rise, np.flatnonzero(column(made, "facility_max_w")[:-1] == 0.0)) <= 20_000.0 * (1 + 1e-9)).all()
    assert "ramp" in made.records.steps["cap_cause"].to_pylist()
    assert column(made, "facility_w")[back + 8] > 0.0


def test_notice_long_enough_for_a_checkpoint_saves_the_work() -> None:
    """The jobs of the minimal scenario that may be suspended write checkpoints; told in time they lose nothing."""
    lost = {}
    for minutes in (0, 1, 10):
        sets = [
            "job_classes.sft.preemptible=true", "job_classes.sft.checkpoint_interval=400 h", "job_classes.sft.restore=0 s",
            "job_classes.sft.checkpoint_cost=5 min", "workload.jobs.training.mix.sft.device_hours_share=1",
            "workload.jobs.training.mix.eval.device_hours_share=0", "hubs.demo.pv=null",
        ]  # fmt: skip
        call = '[{kind: demand_response, since: "2025-07-01T12:00:00+08:00", until: "2025-07-01T14:00:00+08:00", import_limit: {value: 30 kW, assumed: x}, notice: {value: %d min, assumed: x}}]'
        made = run(SCENARIOS / "minimal.yaml", *sets, f"hubs.demo.limits={call % minutes}")
        within_limits(made)
        events = made.records.events.to_pandas()
        stopped = events[events["kind"] == "suspend"]
        assert len(stopped) > 0
        lost[minutes] = stopped["energy_j"].sum()
    assert lost[0] == lost[1] > 0.0
    assert lost[10] == 0.0
