"""Sources and assumptions: what they cover, what they do not, and that every shipped number has one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.errors import ScenarioError
from simulator.scenario import Loaded, load, missing_provenance

Child = Callable[..., Path]
ROOT = Path(__file__).resolve().parents[4]
SHIPPED = sorted(path for path in (ROOT / "scenarios").glob("*.yaml") if path.name != "sources.yaml")


def test_a_wrapped_value_is_the_value_and_is_remembered(child: Child) -> None:
    limit = "{value: 12 MW, assumed: why, low: 8 MW, high: 20 MW, note: n}"
    loaded = load(child(f"hubs: {{jiaxing: {{connection: {{import_limit: {limit}}}}}}}"))
    assert loaded.scenario.hubs["jiaxing"].connection.import_limit == 12e6
    origin = loaded.provenance["hubs.jiaxing.connection.import_limit"]
    assert (origin.kind, origin.why, origin.low, origin.high, origin.note) == (
        "assumed",
        "why",
        "8 MW",
        "20 MW",
        "n",
    )
    assert (origin.written, origin.file, origin.line, origin.shared) == ("12 MW", "child.yaml", 2, False)


def test_about_covers_what_is_below_without_its_own(child: Child) -> None:
    loaded = load(
        child(
            "provinces:\n  zhejiang:\n    about: {source: [a, b]}\n    demand: 700 TWh\n"
            "    clean_share: {value: 0.4, assumed: mine}\n"
        )
    )
    assert loaded.provenance["provinces.zhejiang.demand"].sources == ("a", "b")
    assert loaded.provenance["provinces.zhejiang.demand"].shared
    assert loaded.provenance["provinces.zhejiang.clean_share"].why == "mine"
    # in another file: the about of this one does not reach it
    assert loaded.provenance["provinces.zhejiang.carbon_location"].why == "made up for tests"


def test_a_patch_does_not_inherit_the_source_of_what_it_replaces(child: Child) -> None:
    loaded = load(child("provinces: {zhejiang: {demand: 700 TWh}}"))
    assert missing_provenance(loaded) == ["provinces.zhejiang.demand"]


def test_a_patch_over_a_wrapped_value_replaces_it_whole(child: Child, tmp_path: Path) -> None:
    child("provinces: {zhejiang: {demand: {value: 700 TWh, source: a, note: old}}}", "first.yaml")
    (tmp_path / "second.yaml").write_text(
        "extends: first.yaml\nprovinces: {zhejiang: {demand: {value: 710 TWh, assumed: mine}}}\n"
    )
    origin = load(tmp_path / "second.yaml").provenance["provinces.zhejiang.demand"]
    assert (origin.kind, origin.sources, origin.why, origin.note) == ("assumed", (), "mine", "")


def test_a_number_given_by_an_option_is_an_assumption(good: Path) -> None:
    loaded = load(good, overrides=["provinces.zhejiang.demand=700 TWh"])
    origin = loaded.provenance["provinces.zhejiang.demand"]
    assert (origin.kind, origin.file, origin.written) == ("assumed", "--set", "700 TWh")


def test_an_mfu_may_be_written_like_any_other_number(child: Child) -> None:
    loaded = load(child("devices: {card: {mfu: {training: {value: 0.41, source: a, low: 0.3, high: 0.45}}}}"))
    mfu = loaded.scenario.devices["card"].mfu["training"]
    assert (mfu.value, mfu.low, mfu.high) == (0.41, 0.3, 0.45)
    assert loaded.provenance["devices.card.mfu.training.value"].sources == ("a",)
    assert "devices.card.mfu.training.low" in loaded.provenance


def test_a_mapping_named_mfu_keeps_its_plain_form(loaded: Loaded) -> None:
    mfu = loaded.scenario.devices["card"].mfu["training"]
    assert (mfu.value, mfu.low, mfu.high) == (0.4, 0.3, 0.5)
    assert loaded.provenance["devices.card.mfu.training.value"].shared


def test_a_list_of_numbers_may_be_wrapped(child: Child) -> None:
    text = "tariffs: {plain: {time_of_use: {old: {periods: [{period: peak, months: {value: [7, 8], source: a}, hours: [[8, 11]]}]}}}}"
    loaded = load(child(text))
    assert loaded.scenario.tariffs["plain"].time_of_use["old"].periods[0].months == (7, 8)
    assert loaded.provenance["tariffs.plain.time_of_use.old.periods.0.months.1"].sources == ("a",)


def test_titles_need_no_source(loaded: Loaded) -> None:
    assert not [path for path in loaded.provenance if "title" in path or path == "name"]


def test_settings_are_exempt(child: Child) -> None:
    loaded = load(child("simulation: {seed: 4, horizon: 9 d}\njob_classes: {training: {priority: 3}}\n"))
    assert missing_provenance(loaded) == []


def test_source_ids_are_looked_up_above_each_file(child: Child, tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text("a: {title: {zh: 甲, en: A}, body: b, date: 2025-01-02}\nc: {title: C}\n")
    loaded = load(child("provinces: {zhejiang: {demand: {value: 700 TWh, source: a}}}"))
    assert loaded.sources["a"].title.zh == "甲"
    assert loaded.sources["a"].date == "2025-01-02"
    assert loaded.sources["c"].title.en == "C"
    with pytest.raises(ScenarioError, match="got the source id 'd'"):
        load(child("provinces: {zhejiang: {demand: {value: 700 TWh, source: d}}}"))


@pytest.mark.parametrize(
    "entry",
    ["a: 3", "a: {body: x}", "a: {title: x, url: y}", "a: {title: {zh: x}}", "a: {title: x, date: [1]}"],
)
def test_a_bad_list_of_sources_is_told(child: Child, tmp_path: Path, entry: str) -> None:
    (tmp_path / "sources.yaml").write_text(entry)
    with pytest.raises(ScenarioError, match=r"sources\.yaml:1: a: got "):
        load(child())


def _needs_data(path: Path) -> bool:
    return "file:" in path.read_text(encoding="utf-8") or "weather_files" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_number_has_a_source_or_an_assumption(path: Path, request: pytest.FixtureRequest) -> None:
    data_dir = request.getfixturevalue("data_dir") if _needs_data(path) else None
    plain = load(path, data_dir=data_dir)
    assert missing_provenance(plain) == []
    for variant in plain.variants:
        assert missing_provenance(load(path, variant=variant, data_dir=data_dir)) == []
