"""What failures and power limits did stands in the report with the numbers of the events and the summary."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.records import read_summary, read_tables
from simulator.reporting.comparison import ComparisonPage
from simulator.reporting.document import Bullets, Image, Paragraph, Table
from simulator.reporting.evidence import Evidence
from simulator.reporting.extras import LIMITED
from simulator.reporting.plots import plots
from simulator.reporting.sections import Sections
from simulator.reporting.study import Study, read_study
from simulator.reporting.texts import Texts
from simulator.reporting.values import build_numbers
from simulator.scenario.limits import Limit
from simulator.scenario.market import CarbonSeries
from simulator.scenario.tariff import SpotPrices
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


CLEAN = f"""
extends: {MINIMAL}
name: clean
simulation: {{start: "2025-07-01T14:00:00+08:00", horizon: 6 h, warm_up: 1 h}}
green_share: {{min: {{value: 0.5, assumed: test}}, matching: hourly, scope: hub}}
"""


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("clean")
    (place / "clean.yaml").write_text(CLEAN, encoding="utf-8")
    outcome = suandian("run", place / "clean.yaml", "-o", place / "run", "--no-figures", "--no-progress")
    assert outcome.status == 0, outcome.err
    return place / "run"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_least_clean_share_is_told_with_what_it_left_undone(clean: Path, lang: str) -> None:
    study, share = read_study(clean), read_summary(clean)["green_share"]
    texts = Texts(lang, build_numbers(study))
    caption = texts("clean.green_table", matching=texts("matching.hourly"), scope=texts("scope.hub"))
    blocks = Sections(study, texts, []).clean()
    table = next(block for block in blocks if isinstance(block, Table) and block.caption == caption)
    shown = {row[0]: row[1] for row in table.rows}
    assert share["jobs_left"] > 0
    assert shown[texts("item.jobs_left")] == f"{share['jobs_left']:,}"
    assert shown[texts("item.required_share")] == "50.0%"
    assert shown[texts("item.reached_share")].rstrip("%") == f"{100 * share['reached_share']:.1f}"
    limits = [block.items for block in Evidence(study, texts).limits() if isinstance(block, Bullets)]
    assert texts("limits.when.green_limit") in limits[0]


def lines(study: Study, **parts: Any) -> set[str]:
    """Return the keys of the limits that a scenario with some parts changed is told of."""
    scenario = study.scenario.model_copy(update=parts)
    other = dataclasses.replace(study, loaded=dataclasses.replace(study.loaded, scenario=scenario))
    return {key for key, holds in Evidence(other, Texts("en", {}))._conditions().items() if holds}


def test_limits_of_prices_and_carbon_are_those_of_the_scenario(finished_run: Path) -> None:
    study = read_study(finished_run)
    scenario = study.scenario
    hub = next(iter(scenario.hubs.values()))
    plain = lines(study)
    assert {"tariff_prices", "yearly_factors", "one_run"} <= plain
    assert not plain & {"spot_prices", "carbon_series", "merit_order", "demand_response", "outages", "no_network"}
    series = {"spot": SpotPrices.model_construct(), "location_series": CarbonSeries.model_construct()}
    tariff = scenario.tariffs[hub.tariff].model_copy(update={"spot": series["spot"]})
    province = scenario.provinces[hub.province].model_copy(update={"location_series": series["location_series"]})
    own = lines(study, tariffs={hub.tariff: tariff}, provinces={hub.province: province})
    assert {"spot_prices", "carbon_series"} <= own
    assert not own & {"tariff_prices", "yearly_factors", "some_spot_prices", "some_carbon_series"}
    called = hub.model_copy(update={"tariff": "other", "limits": (Limit.model_construct(kind="demand_response"),)})
    tariffs = {hub.tariff: tariff, "other": scenario.tariffs[hub.tariff]}
    mixed = lines(study, tariffs=tariffs, hubs={**scenario.hubs, "called": called})
    assert {"some_spot_prices", "demand_response", "no_network"} <= mixed
    assert not mixed & {"spot_prices", "tariff_prices", "outages"}


def test_what_a_run_has_not_is_a_dash_and_no_missing_number(finished_run: Path) -> None:
    """A hub that moved no data has no mean transfer time, while another hub has one."""
    study = read_study(finished_run)
    summary = json.loads(json.dumps(study.summary))
    summary["network"] |= {"transfers": 2, "transfer_mean_s": 30.0}
    summary["hubs"]["demo"]["network"] |= {"transfers": 0, "transfer_mean_s": None}
    numbers = build_numbers(dataclasses.replace(study, summary=summary))
    texts = Texts("en", numbers)
    keys = ["network.transfer_mean_s", "hubs.demo.network.transfer_mean_s"]
    assert texts.rows([keys]) == [("", ("30.0 s", "—"))]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_not_on_site_is_not_spoken_of(finished_run: Path, lang: str) -> None:
    study = read_study(finished_run)
    hubs = {name: hub.model_copy(update={"pv": None}) for name, hub in study.scenario.hubs.items()}
    bare = study.scenario.model_copy(update={"hubs": hubs})
    given = {path: origin for path, origin in study.loaded.provenance.items() if ".pv." not in path}
    without = dataclasses.replace(study, loaded=dataclasses.replace(study.loaded, scenario=bare, provenance=given))
    texts = Texts(lang, build_numbers(study))
    words = {"zh": ("光伏", "电池起伏"), "en": ("PV", "weather")}[lang]
    for case, spoken in ((study, True), (without, False)):
        sections = Sections(case, texts, plots(case))
        told = [block.text for block in sections.electricity() if isinstance(block, Paragraph)]
        told += [block.caption for block in sections.electricity() if isinstance(block, Image)]
        assert any(word in text for word in words for text in told) == spoken
    plain = {key for key, holds in Evidence(without, texts)._conditions().items() if holds}
    assert "capital" in plain
    assert "capital_on_site" not in plain


@pytest.mark.parametrize(
    ("mean", "zh", "en"),
    [
        (0.0, "用电量不变", "electricity used unchanged"),
        (0.5, "用电量+0.5000 GWh（+50.0%）", "electricity used +0.5000 GWh (+50.0%)"),
    ],
)
def test_no_difference_is_said_in_words(mean: float, zh: str, en: str) -> None:
    gap = {"mean": mean, "low": None, "high": None}
    row = {"key": "energy.facility_gwh", "sides": [{"mean": 1.0}, {"mean": 1.0 + mean}], "differences": [None, gap]}
    for lang, expected in (("zh", zh), ("en", en)):
        page = ComparisonPage({"sides": [], "outcomes": [row]}, Texts(lang, {}), [])
        assert page._sentence("energy.facility_gwh", 1) == expected
