"""The order of files, variants and options; what merging means; which changes are recorded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import ScenarioError
from simulator.scenario import Change, Node, load, plain
from simulator.scenario.merge import merge, prune

Child = Callable[..., Path]
KEYS = st.sampled_from("abc")
VALUES = st.recursive(
    st.none() | st.integers(0, 3) | st.lists(st.integers(0, 3), max_size=2),
    lambda inner: st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
TREES = st.dictionaries(KEYS, VALUES, max_size=3)


def node(value: Any) -> Node:
    if isinstance(value, dict):
        return Node({key: node(inner) for key, inner in value.items()}, "f", 1)
    return Node(tuple(node(item) for item in value) if isinstance(value, list) else value, "f", 1)


def merged(*values: Any) -> Any:
    first, *rest = [node(value) for value in values]
    for patch in rest:
        first = merge(first, patch)
    return plain(prune(first))


@given(TREES, TREES, TREES)
def test_merging_is_associative(a: Any, b: Any, c: Any) -> None:
    left = merge(merge(node(a), node(b)), node(c))
    right = merge(node(a), merge(node(b), node(c)))
    assert plain(prune(left)) == plain(prune(right))


def test_mappings_merge_and_lists_replace() -> None:
    assert merged({"a": {"x": 1, "y": [1, 2]}, "b": 1}, {"a": {"y": [3]}}) == {
        "a": {"x": 1, "y": (3,)},
        "b": 1,
    }


def test_null_removes_and_what_follows_starts_afresh() -> None:
    assert merged({"a": {"x": 1}}, {"a": None}) == {}
    assert merged({"a": {"x": 1}}, {"a": None}, {"a": {"y": 2}}) == {"a": {"y": 2}}


def servers(loaded: Any) -> int:
    return loaded.scenario.clusters["jiaxing_a"].servers


def cluster(count: int) -> str:
    return f"clusters: {{jiaxing_a: {{servers: {count}}}}}\n"


def test_the_order_is_parents_file_variant_set_horizon(child: Child, tmp_path: Path) -> None:
    child(cluster(1), "grandparent.yaml")
    (tmp_path / "left.yaml").write_text(f"extends: grandparent.yaml\n{cluster(2)}")
    (tmp_path / "right.yaml").write_text(cluster(3))
    both = tmp_path / "both.yaml"
    both.write_text("extends: [left.yaml, right.yaml]\n")
    assert servers(load(tmp_path / "left.yaml")) == 2
    assert servers(load(both)) == 3
    both.write_text(f"extends: [right.yaml, left.yaml]\n{cluster(4)}")
    assert servers(load(both)) == 4
    assert servers(load(both, variant="small")) == 10
    sets = ["clusters.jiaxing_a.servers=5", "clusters.jiaxing_a.servers=6", "simulation.horizon=8 d"]
    resolved = load(both, variant="small", overrides=sets, horizon="9 d", seed=7)
    assert servers(resolved) == 6
    assert resolved.scenario.simulation.horizon == 9 * 86400.0
    assert resolved.scenario.simulation.seed == 7


def test_parents_are_found_beside_the_file_that_names_them(child: Child, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    child("", "top.yaml")
    (tmp_path / "sub" / "mid.yaml").write_text("extends: ../top.yaml\n")
    (tmp_path / "low.yaml").write_text("extends: sub/mid.yaml\n")
    assert [path.name for path in load(tmp_path / "low.yaml").files] == [
        "low.yaml",
        "mid.yaml",
        "top.yaml",
        "good.yaml",
    ]


def test_a_circle_over_two_files_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("extends: b.yaml\n")
    (tmp_path / "b.yaml").write_text("extends: a.yaml\n")
    with pytest.raises(ScenarioError, match=r"b\.yaml:1: extends: got a circle \(a\.yaml -> b\.yaml -> a\.yaml\)"):
        load(tmp_path / "a.yaml")


def test_every_change_of_variant_and_options_is_recorded(good: Path) -> None:
    loaded = load(good, variant="small", overrides=["hubs.jiaxing.connection.import_limit=12 MW"], seed=3)
    small, removed, seed, limit = loaded.changes  # variant first, then options, each in the order of the file
    assert small == Change("clusters.jiaxing_a.servers", 100, 10, "variant small")
    assert (removed.path, removed.new) == ("clusters.wujiang_a", None)
    assert limit == Change("hubs.jiaxing.connection.import_limit", "10 MW", "12 MW", "options")
    assert seed == Change("simulation.seed", None, 3, "options")
    assert loaded.variant == "small"
    assert loaded.variants["small"].en == "small"


def test_an_override_that_changes_nothing_is_no_change(good: Path) -> None:
    assert load(good, overrides=["clusters.jiaxing_a.servers=100"]).changes == ()


@pytest.mark.parametrize(
    ("override", "line"),
    [
        (
            "clusters.jiaxing_b.servers=3",
            "--set: clusters.jiaxing_b.servers: got 'jiaxing_b', which is not there; ",
        ),
        ("hubs.jiaxing.conection.import_limit=3 MW", "did you mean 'connection'?"),
        ("hubs.jiaxing.connection.import_limt=3 MW", "did you mean 'import_limit'?"),
        ("tariffs.plain.time_of_use.old.periods.7.period=peak", "got '7', which is not there; expected one of 0, 1"),
        ("clusters.jiaxing_b=null", "got 'jiaxing_b', which is not there"),
        (
            "hubs.jiaxing.connection.import_limit=3",
            "--set: hubs.jiaxing.connection.import_limit: got the bare number 3;",
        ),
        ("simulation.seed=1e3", "write 1000"),
        ("simulation.seed=12:30", "base 60"),
        ("simulation.seed=[1", "text that is not YAML"),
        ("simulation.seed", "got 'simulation.seed'; expected path=value"),
        ("=3", "expected path=value"),
    ],
)
def test_a_bad_override_is_told(good: Path, override: str, line: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(good, overrides=[override])
    assert line in str(caught.value)


def test_overrides_reach_optional_fields_list_items_new_entries_and_instants(good: Path) -> None:
    scenario = load(
        good,
        overrides=[
            "hubs.wujiang.pv={capacity: 2 MW, tilt: 26 deg}",
            "hubs.jiaxing.battery.capex=3 亿元",
            "tariffs.plain.time_of_use.old.periods.1.hours=[[21, 8]]",
            "devices.card.peak.fp8=1 PFLOPS",
            "clusters.jiaxing_a.commissioned=2025-01-03T00:00:00+08:00",
            "clusters.wujiang_a=null",
            "hubs.jiaxing.battery.policy=tariff",
        ],
    ).scenario
    assert scenario.hubs["wujiang"].pv is not None
    assert scenario.hubs["jiaxing"].battery is not None
    assert scenario.hubs["jiaxing"].battery.capex == 3e8
    assert scenario.hubs["jiaxing"].battery.policy == "tariff"
    assert scenario.tariffs["plain"].time_of_use["old"].periods[1].hours == ((21, 8),)
    assert scenario.devices["card"].peak["fp8"] == 1e15
    assert str(scenario.clusters["jiaxing_a"].commissioned) == "2025-01-03 00:00:00+08:00"
    assert list(scenario.clusters) == ["jiaxing_a"]


def test_an_unknown_variant_names_the_others(good: Path) -> None:
    with pytest.raises(ScenarioError, match=r"variants: got the variant 'smal'; expected one of small"):
        load(good, variant="smal")


def test_a_run_cut_short_by_an_option_may_miss_its_target(good: Path) -> None:
    assert load(good, horizon="1 d").scenario.simulation.horizon == 86400.0
