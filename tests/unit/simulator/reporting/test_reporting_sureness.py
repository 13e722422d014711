"""Confidence and what would change the answer: arithmetic that can be done by hand, and seeds that lie beside a run."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from simulator.reporting.assumptions import assumptions
from simulator.reporting.change import Change, change_numbers
from simulator.reporting.document import Bullets
from simulator.reporting.replications import MOST, find_replications
from simulator.reporting.strength import strongest
from simulator.reporting.study import RUNGS, Study, read_study
from simulator.reporting.sureness import Sureness
from simulator.reporting.texts import Texts
from simulator.reporting.values import build_numbers
from simulator.scenario import Provenance, Rule, Target


@pytest.fixture(scope="module")
def study(finished_run: Path) -> Study:
    return read_study(finished_run)


def with_servers(study: Study, low: int, high: int) -> Study:
    """The same run, its one cluster of 32 servers with a declared range."""
    origin = Provenance("assumed", why="示例 | example", low=low, high=high, written="32")
    loaded = dataclasses.replace(study.loaded, provenance={"clusters.demo_h800.servers": origin})
    return dataclasses.replace(study, loaded=loaded)


def aimed(study: Study, required: float, counted: float) -> Study:
    """With a target that counts the one cluster."""
    target = {
        "id": "zj", "precision": "fp16", "rung": "nameplate", "required_eflops": required, "baseline_eflops": 0.0,
        "gap_before_eflops": required, "counted_eflops": counted, "gap_after_eflops": required - counted,
        "met": counted >= required, "increment_by_rung": dict.fromkeys(RUNGS, counted), "rungs_covering_gap": [],
        "clusters": {"demo_h800": 1.0},
    }  # fmt: skip
    title = {"zh": "目标", "en": "target"}
    spec = Target.model_validate(
        {"title": title, "precision": "fp16", "rung": "nameplate", "date": "2025-07-02T00:00:00+08:00",
         "required": f"{required} EFLOPS", "baseline": "0 EFLOPS"}
    )  # fmt: skip
    scenario = study.scenario.model_copy(update={"targets": {"zj": spec}})
    loaded = dataclasses.replace(study.loaded, scenario=scenario)
    return dataclasses.replace(study, loaded=loaded, summary={**study.summary, "targets": [target]})


def counted(study: Study) -> float:
    (cluster,) = study.scenario.clusters.values()
    return cluster.servers * 8 * study.scenario.devices["h800"].peak["fp16"] / 1e18


def test_the_target_is_held_against_the_low_and_the_high(study: Study) -> None:
    (servers,) = (cluster.servers for cluster in study.scenario.clusters.values())
    now = counted(study)
    given = aimed(with_servers(study, servers // 2, servers * 2), 1.5 * now, now)
    numbers = dict(change_numbers(given))
    assert numbers["change.low"].value == pytest.approx(now / 2, rel=1e-12)
    assert numbers["change.high"].value == pytest.approx(2 * now, rel=1e-12)
    assert numbers["change.servers"].value == servers // 2
    power_mw = servers / 2 * study.scenario.devices["h800"].server_max / 1e6
    assert numbers["change.server_mw"].value == pytest.approx(power_mw, rel=1e-12)


@pytest.mark.parametrize(
    ("required", "words"), [(0.4, "the answer stands"), (1.5, "hangs on these"), (3.0, "Even at the high")]
)
def test_it_is_said_whether_the_ranges_turn_the_answer(study: Study, required: float, words: str) -> None:
    (servers,) = (cluster.servers for cluster in study.scenario.clusters.values())
    now = counted(study)
    given = aimed(with_servers(study, servers // 2, servers * 2), required * now, now)
    bullets = Change(given, Texts("en", build_numbers(given)), []).section()[1]
    assert isinstance(bullets, Bullets)
    assert words in bullets.items[0]


def test_certificates_that_carry_a_rule_are_named(study: Study) -> None:
    summary = json.loads(json.dumps(study.summary))
    for groups in (summary, summary["hubs"]["demo"]):
        groups["clean"] |= {
            "match_annual": 0.85, "match_annual_without_certificates": 0.6, "certificates_mwh": 5.0
        }  # fmt: skip
    rule = Rule.model_validate(
        {"title": {"zh": "绿电", "en": "green"}, "body": {"zh": "甲", "en": "A"}, "document": {"zh": "乙", "en": "B"},
         "since": "2024-01-01T00:00:00+08:00", "metric": "clean.match_annual", "comparison": "above", "limit": 0.8}
    )  # fmt: skip
    for limit, carried in ((0.8, True), (0.5, False)):
        rules = {"green": rule.model_copy(update={"limit": limit})}
        loaded = dataclasses.replace(study.loaded, scenario=study.scenario.model_copy(update={"rules": rules}))
        given = dataclasses.replace(study, loaded=loaded, summary=summary)
        text = str(Change(given, Texts("en", build_numbers(given)), []).section())
        assert "from 85.0% to 60.0%" in text
        assert ("would no longer keep" in text) is carried


def test_the_pull_is_width_times_part_of_the_result(study: Study) -> None:
    """One cluster is all of the nameplate capacity: half to double of it pulls by 1.5."""
    (servers,) = (cluster.servers for cluster in study.scenario.clusters.values())
    given = with_servers(study, servers // 2, servers * 2)
    given = dataclasses.replace(
        given,
        loaded=dataclasses.replace(
            given.loaded,
            provenance={
                "clusters.demo_h800.servers": dataclasses.replace(
                    given.loaded.provenance["clusters.demo_h800.servers"], written=str(servers)
                )
            },
        ),
    )
    ((name, item, pull), *_) = strongest(given, assumptions(given))
    assert (name, item.paths, pull) == ("target", ("clusters.demo_h800.servers",), pytest.approx(1.5))


def test_idle_power_pulls_energy_by_the_idle_part(study: Study) -> None:
    origin = Provenance("assumed", why="x", low="1175 W", high="3525 W", written="2350 W")
    loaded = dataclasses.replace(study.loaded, provenance={"devices.h800.server_idle": origin})
    given = dataclasses.replace(study, loaded=loaded)
    ((name, _, pull),) = strongest(given, assumptions(given))
    energy = study.summary["energy"]
    assert (name, pull) == ("energy", pytest.approx(energy["it_idle_gwh"] / energy["it_gwh"]))  # width 1


def seeds(finished_run: Path, place: Path, *changes: dict[str, Any]) -> list[Path]:
    """Copies of a run beside one another, each with another seed and another energy."""
    folders = []
    for number, change in enumerate(({}, *changes)):
        folder = place / f"seed={number}"
        shutil.copytree(finished_run, folder, ignore=shutil.ignore_patterns("figures", "report.*"))
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        manifest["seed"] = manifest["scenario"]["scenario"]["simulation"]["seed"] = number
        (folder / "manifest.json").write_text(json.dumps(manifest | change), encoding="utf-8")
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        summary["energy"]["facility_gwh"] = 100.0 + number
        (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
        folders.append(folder)
    return folders


def test_seeds_beside_a_run_give_its_spread(finished_run: Path, tmp_path: Path) -> None:
    first, *_ = seeds(finished_run, tmp_path, {}, {}, {"hashes": {"code": "other"}}, {"status": "running"})
    study = read_study(first)
    assert study.replications is not None
    assert list(study.replications.summaries) == [0, 1, 2]  # other code and unfinished runs do not count
    numbers = build_numbers(study)
    got = [numbers[f"replications.{side}.energy.facility_gwh"].value for side in ("mean", "lowest", "highest")]
    assert got == [101.0, 100.0, 102.0]
    text = str(Sureness(study, Texts("en", numbers)).section())
    assert "3 random seeds" in text
    assert "no confidence band" not in text


def test_one_run_alone_has_no_band(study: Study) -> None:
    assert "no confidence band" in str(Sureness(study, Texts("en", build_numbers(study))).section())


def test_a_crowd_of_folders_is_a_sweep(finished_run: Path, tmp_path: Path) -> None:
    first, _ = seeds(finished_run, tmp_path, {})
    for number in range(MOST):
        (tmp_path / f"p{number}").mkdir()
        (tmp_path / f"p{number}" / "manifest.json").write_text("{}", encoding="utf-8")
    study = read_study(first)
    assert list(find_replications(first, study.manifest, study.summary).summaries) == [0]
