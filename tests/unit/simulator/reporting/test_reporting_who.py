"""Who used it: the table of the report adds up to its last row, in both languages."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from simulator.reporting.document import Heading, Table
from simulator.reporting.study import Study, read_study
from simulator.reporting.texts import Texts
from simulator.reporting.values import build_numbers
from simulator.reporting.who import Who


@pytest.fixture(scope="module")
def study(finished_run: Path) -> Study:
    return read_study(finished_run)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_columns_add_up_to_the_meter(study: Study, lang: str) -> None:
    who = Who(study, Texts(lang, build_numbers(study)), [])
    heading, _, table, _ = who.who()  # one hub: no table of users
    assert isinstance(heading, Heading)
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows][-2:] == [who.t("who.unallocated"), who.t("who.meter")]
    assert len(table.head) == 8  # neither battery nor data network here
    for column in range(1, len(table.head)):
        cells = [float(row[column].replace(",", "")) for row in table.rows]
        digits = max(len(row[column].partition(".")[2]) for row in table.rows)
        assert sum(cells[:-1]) == pytest.approx(cells[-1], abs=len(cells) * 10**-digits)


def test_a_run_of_before_has_no_such_section(study: Study) -> None:
    summary = {key: value for key, value in study.summary.items() if key != "attributed"}
    older = dataclasses.replace(study, summary=summary)
    assert Who(older, Texts("en", build_numbers(older)), []).who() == []
