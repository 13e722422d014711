"""One meter, cut by class, users and places: every part of every cut sums to it, and a few by hand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.accounting import account
from tests.unit.simulator.accounting.test_accounting_attribution import rows_of, spans
from tests.unit.simulator.accounting.world import WINDOW_S, job_rows, loaded, records

GWH = 3.6e12
JOBS_ONLY = ("by_class", "by_users", "by_users_province")
PLACES = ("by_hub", "by_province")


def attributed(jobs: list[dict[str, Any]] | None = None, sample: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = account(loaded(sample), records(jobs=jobs, sample=sample))["attributed"]
    return found


def assert_sums(group: dict[str, Any]) -> None:
    for column, meter in group["meter"].items():
        beside = group["services"][column] + group["unallocated"][column]
        for cut in (*JOBS_ONLY, *PLACES):
            total = sum(member[column] for member in group[cut].values()) + (beside if cut in JOBS_ONLY else 0.0)
            assert total == pytest.approx(meter, rel=1e-9, abs=1e-12), (cut, column)


@pytest.mark.parametrize("sample", [1, 4])
def test_every_cut_sums_to_the_meter_in_every_part(sample: int) -> None:
    assert_sums(attributed(sample=sample))


@settings(max_examples=25, deadline=None)
@given(st.lists(spans, min_size=1, max_size=12), st.integers(1, 8))
def test_cuts_of_any_set_of_jobs_sum_to_the_meter(jobs: list[tuple[float, float, str]], sample: int) -> None:
    assert_sums(attributed(rows_of(jobs), sample))


def test_the_meter_is_what_the_hubs_drew_and_their_batteries_lost() -> None:
    meter = attributed()["meter"]
    assert meter["it_gwh"] * GWH == pytest.approx((2.5e6 + 0.5e6) * WINDOW_S, rel=1e-12)
    assert meter["idle_gwh"] * GWH == pytest.approx((1.0e6 + 0.3e6) * WINDOW_S, rel=1e-12)
    assert meter["cooling_gwh"] * GWH == pytest.approx((0.7e6 + 0.15e6) * WINDOW_S, rel=1e-12)
    assert meter["storage_loss_gwh"] * GWH == pytest.approx(0.02e6 * 6 * 3600 * 2, rel=1e-12)  # six hours, two days
    assert meter["energy_gwh"] == pytest.approx(sum(meter[key] for key in meter if key.endswith("_gwh")) / 2)


def test_services_and_nobody_by_hand() -> None:
    group = attributed()
    share = 45 / 400 + 45 / 1200  # of the devices under power in January and in February, a day each
    assert group["services"]["idle_gwh"] * GWH == pytest.approx(1.0e6 * 86_400 * share, rel=1e-12)
    # what the battery of hub a lost on a day, by facility energy: 0.5 MW of their own and their share of the 2 MW pool
    of_day = [(0.5 + 2.0 * 45 / devices) / 4.5 for devices in (400, 1200)]
    assert group["services"]["storage_loss_gwh"] * GWH == pytest.approx(4.32e8 * sum(of_day), rel=1e-12)
    assert group["unallocated"]["it_gwh"] == 0.0
    assert group["services"]["network_gwh"] == 0.0


def test_work_counts_for_its_users_wherever_it_ran_and_pays_for_its_way() -> None:
    rows = job_rows()
    j3 = next(row for row in rows if row["job_id"] == "j3")  # does all the work of hub b, in another province
    j3 |= {"origin": "a", "network_energy_j": 3.6e9, "network_cost_cny": 50.0}
    group = attributed(rows)
    assert group["by_users"]["a"]["network_gwh"] == pytest.approx(0.001, rel=1e-12)
    assert group["by_users"]["b"]["network_gwh"] == 0.0
    assert group["by_hub"]["b"]["network_gwh"] == group["by_class"]["train"]["network_gwh"] == pytest.approx(0.001)
    assert group["by_users_province"]["zhejiang"]["network_price_cny"] == 50.0
    worked = group["by_province"]["jiangsu"]["it_gwh"] * GWH
    assert worked == pytest.approx(0.5e6 * WINDOW_S, rel=1e-12)
    assert group["by_users_province"]["jiangsu"]["it_gwh"] == 0.0  # j7 and j8 held devices, as it were idle ones
    assert group["by_users_province"]["zhejiang"]["it_gwh"] * GWH == pytest.approx(2.0e6 * WINDOW_S + worked, rel=1e-12)
