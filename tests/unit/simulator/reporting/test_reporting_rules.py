"""Compliance: limits on the right side, what cannot be judged is not judged, a rule changes the report."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any, get_args

import pytest

from simulator.reporting.compliance import judge_rules
from simulator.reporting.document import Paragraph, Table
from simulator.reporting.rules_section import Compliance
from simulator.reporting.study import Study, read_study
from simulator.reporting.texts import Texts
from simulator.reporting.values import build_numbers
from simulator.scenario import Rule

PUE: dict[str, Any] = {
    "title": {"zh": "上限", "en": "ceiling"},
    "body": {"zh": "甲", "en": "A"},
    "document": {"zh": "乙", "en": "B"},
    "since": "2024-01-01T00:00:00+08:00",
    "metric": "energy.pue",
    "comparison": "at_most",
    "limit": 1.5,
}


@pytest.fixture(scope="module")
def study(finished_run: Path) -> Study:
    return read_study(finished_run)


def with_rules(study: Study, **rules: dict[str, Any]) -> Study:
    built = {name: Rule.model_validate(PUE | rule) for name, rule in rules.items()}
    scenario = study.scenario.model_copy(update={"rules": built})
    return dataclasses.replace(study, loaded=dataclasses.replace(study.loaded, scenario=scenario))


def judged(study: Study, **rule: Any) -> tuple[str, str]:
    (item,) = judge_rules(with_rules(study, a=rule))
    return item.status, item.reason


@pytest.mark.parametrize(
    ("comparison", "below", "equal", "over"),
    [
        ("at_most", "pass", "pass", "fail"),
        ("at_least", "fail", "pass", "pass"),
        ("below", "pass", "fail", "fail"),
        ("above", "fail", "fail", "pass"),
    ],
)
def test_the_limit_lies_on_the_side_it_says(study: Study, comparison: str, below: str, equal: str, over: str) -> None:
    pue = study.summary["hubs"]["demo"]["energy"]["pue"]
    for limit, outcome in ((pue + 0.1, below), (pue, equal), (pue - 0.1, over)):
        assert judged(study, comparison=comparison, limit=limit) == (outcome, "")


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ({"period": "year"}, "short"),
        ({"metric": "latency.in_city_ms"}, "not_modelled"),
        ({"since": "2030-01-01T00:00:00+08:00"}, "not_in_force"),
        ({"until": "2024-06-01T00:00:00+08:00"}, "not_in_force"),
        ({"metric": "latency.to_other_hubs_ms"}, "no_number"),  # there is one hub
    ],
)
def test_what_cannot_be_judged_says_why(study: Study, rule: dict[str, Any], reason: str) -> None:
    assert judged(study, **rule) == ("unknown", reason)


@pytest.mark.parametrize(
    ("scope", "applies"),
    [
        ({}, True),
        ({"hubs": ["demo"]}, True),
        ({"hubs": ["elsewhere"]}, False),
        ({"provinces": ["zhejiang"]}, True),
        ({"provinces": ["gansu"]}, False),
        ({"racks_above": 100_000}, False),
        ({"commissioned_from": "2020-01-01T00:00:00+08:00"}, False),  # all stood there before
        ({"commissioned_before": "2020-01-01T00:00:00+08:00"}, True),
    ],
)
def test_a_rule_is_about_the_hubs_it_names(study: Study, scope: dict[str, Any], *, applies: bool) -> None:
    given = with_rules(study, a={"applies_to": scope})
    assert [item.place for item in judge_rules(given)] == ["demo"] * applies
    section = " ".join(str(block) for block in Compliance(given, Texts("en", build_numbers(given)), []).section())
    assert ("apply to no hub" in section) is not applies


def test_racks_are_filled_by_rated_power(study: Study) -> None:
    """Two servers of 10 kW fit a rack of 25 kW: 3 servers need 2 of 4 racks."""
    (name, cluster), *_ = study.scenario.clusters.items()
    device = study.scenario.devices[cluster.device]
    update = {"servers": 3, "racks": 4, "rack_power": 2.5 * device.server_max}
    scenario = study.scenario.model_copy(update={"clusters": {name: cluster.model_copy(update=update)}})
    other = dataclasses.replace(study, loaded=dataclasses.replace(study.loaded, scenario=scenario))
    (item,) = judge_rules(with_rules(other, a={"metric": "racks.equipped_share", "comparison": "above", "limit": 0.5}))
    assert (item.value.value, item.status) == (0.5, "fail")


def test_latency_is_the_longest_round_trip_of_the_manifest(study: Study) -> None:
    manifest = study.manifest | {"round_trip_ms": {"demo": {"demo": 0.0, "a": 7.0, "b": 21.0}, "a": {"b": 90.0}}}
    given = dataclasses.replace(study, manifest=manifest)
    (item,) = judge_rules(with_rules(given, a={"metric": "latency.to_other_hubs_ms", "limit": 20}))
    assert (item.value.value, item.status) == (21.0, "fail")


def test_the_manifest_states_the_round_trips(finished_run: Path) -> None:
    manifest = json.loads((finished_run / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["round_trip_ms"] == {"demo": {"demo": 0.0}}


def test_every_metric_has_a_name_and_is_found_or_said_to_be_unknown(study: Study) -> None:
    absent = {"service.services_unserved_share"}  # the smallest scenario has no services
    for metric in get_args(Rule.model_fields["metric"].annotation):
        given = with_rules(study, a={"metric": metric, "limit": 0.5})
        (item,) = judge_rules(given)
        assert item.status != "unknown" or metric.startswith("latency.") or metric in absent, metric
        for lang in ("zh", "en"):
            Compliance(given, Texts(lang, build_numbers(given)), []).section()  # an unnamed one is a KeyError


def test_only_duties_are_counted_on_the_first_page(study: Study) -> None:
    low = study.summary["energy"]["pue"] - 0.01
    given = with_rules(study, duty={"limit": low}, grade={"limit": low, "kind": "grade"}, fine={"limit": 9.0})
    texts = Texts("en", build_numbers(given))
    (sentence,) = Compliance(given, texts, []).sentence()
    assert isinstance(sentence, Paragraph)
    assert "1 are kept and 1 are not" in sentence.text
    table = next(block for block in Compliance(given, texts, []).section() if isinstance(block, Table))
    assert [row[-1] for row in table.rows] == ["not kept", "not reached", "kept"]


def test_without_rules_nothing_is_claimed(study: Study) -> None:
    compliance = Compliance(study, Texts("zh", build_numbers(study)), [])
    assert compliance.sentence() == []
    assert not any(isinstance(block, Table) for block in compliance.section())
