"""What failures and power limits did stands in the report with the numbers of the events and the summary."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.records import read_summary, read_tables
from simulator.reporting.document import Table
from simulator.reporting.extras import LIMITED
from simulator.reporting.sections import Sections
from simulator.reporting.study import read_study
from simulator.reporting.texts import Texts
from simulator.reporting.values import build_numbers
from tests.cli.command import MINIMAL, suandian

SHORT_OF_POWER = f"""
extends: {MINIMAL}
name: causes
clusters:
  demo_h800:
    failures:
      about: {{assumed: "test"}}
      model: exponential
      mtbf: 2 d
      repair: {{model: fixed, mean: 30 min}}
hubs: {{demo: {{connection: {{import_limit: 0.15 MW}}}}}}
workload: {{jobs: {{training: {{fill: {{value: 0.9, assumed: test}}}}}}}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("causes")
    (place / "causes.yaml").write_text(SHORT_OF_POWER, encoding="utf-8")
    outcome = suandian("run", place / "causes.yaml", "-o", place / "run", "--no-figures", "--no-progress")
    assert outcome.status == 0, outcome.err
    return place / "run"


def tables(folder: Path, lang: str) -> Iterator[tuple[Table, Texts]]:
    study = read_study(folder)
    texts = Texts(lang, build_numbers(study))
    for block in Sections(study, texts, []).service():
        if isinstance(block, Table):
            yield block, texts


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_failures_are_those_of_the_events(folder: Path, lang: str) -> None:
    table, texts = next((table, t) for table, t in tables(folder, lang) if table.caption == t("extra.failures"))
    events = read_tables(folder).events.to_pylist()
    failed = sum(event["kind"] == "server_failed" for event in events)
    stopped = sum(event["kind"] in ("suspend", "requeue") and event["cause"] == "failure" for event in events)
    shown = {row[0]: row[1] for row in table.rows}
    assert failed > 3
    assert stopped > 0
    assert shown[texts("item.servers_failed")] == str(failed)
    assert shown[texts("item.jobs_interrupted")] == str(stopped)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_limits_are_told_by_cause_as_the_summary_counts_them(folder: Path, lang: str) -> None:
    limits = read_summary(folder)["limits"]
    table, texts = next((table, t) for table, t in tables(folder, lang) if table.caption == t("limited.table"))
    assert table.head[1:] == tuple(texts(f"cause.{cause}") for cause in limits)
    assert limits["power"]["jobs_refused"] > 0
    shown = {row[0]: row[1] for row in table.rows}
    assert shown[texts("limited.jobs_refused")] == f"{limits['power']['jobs_refused']:,}"
    assert len(table.rows) == sum(any(cause[field] for cause in limits.values()) for field in LIMITED)


def test_a_run_without_failures_and_limits_has_neither_table(finished_run: Path) -> None:
    assert not read_summary(finished_run)["limits"]
    captions = [table.caption for table, _ in tables(finished_run, "en")]
    texts = Texts("en", {})
    assert texts("limited.table") not in captions
    assert texts("extra.failures") not in captions
