"""YAML text to nodes: places, traps, and files that are no scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.scenario import at, kind_of, leaves, plain, read_file
from simulator.scenario.source import read_text


def test_every_value_knows_its_line() -> None:
    node, problems = read_text("a: 1\nb:\n  c: [x,\n    y]\n  d: 2\n", "f")
    assert node is not None
    assert not problems
    assert [(steps, leaf.line) for steps, leaf in leaves(node)] == [
        (("a",), 1),
        (("b", "c", 0), 3),
        (("b", "c", 1), 4),
        (("b", "d"), 5),
    ]
    inner = at(node, ("b",))
    assert inner is not None
    assert inner.line == 2  # the line of the key, not of the first entry


def test_anchors_and_aliases_are_values() -> None:
    node, problems = read_text("a: &x {b: 1}\nc: *x\n", "f")
    assert node is not None
    assert not problems
    assert plain(node) == {"a": {"b": 1}, "c": {"b": 1}}


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a: 12:30", "base 60"),
        ("a: 0123", "octal number 83"),
        ("a: 2025-01-01", "2025-01-01T00:00:00+08:00"),
        ("a: 2025-01-01 08:00:00", "2025-01-01T08:00:00+08:00"),
        ("no: 1", "YAML reads a bare no as False"),
        ("1: x", "put it in quotes"),
    ],
)
def test_a_yaml_trap_is_a_fault_with_a_hint(text: str, hint: str) -> None:
    _, problems = read_text(text, "f")
    assert len(problems) == 1
    assert hint in problems[0].hint


@pytest.mark.parametrize("text", ["a: '12:30'", "a: '0123'", "a: '2025-01-01'", "a: 0", "a: 0.5", "a: -1", "a: 1.0e+3"])
def test_what_is_written_properly_is_no_trap(text: str) -> None:
    assert read_text(text, "f")[1] == []


def test_deep_nesting_is_a_fault_not_a_crash() -> None:
    _, problems = read_text("[" * 100_000, "f")
    assert [problem.got for problem in problems] == ["more than 60 levels"]


def test_a_missing_file_names_its_neighbours(tmp_path: Path) -> None:
    (tmp_path / "there.yaml").write_text("a: 1")
    node, (problem,) = read_file(tmp_path / "here.yaml")
    assert node is None
    assert problem.got == "no such file"
    assert "there.yaml" in problem.hint


@pytest.mark.parametrize(
    ("content", "got"),
    [
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"a: \x01", "not YAML"),
        (b"", "empty file"),
        (b"[]", "a list"),
        (b"a: b: c", "not YAML"),
    ],
)
def test_a_file_that_is_no_mapping_is_told(tmp_path: Path, content: bytes, got: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    node, (problem,) = read_file(path)
    assert node is None
    assert got in problem.got


def test_a_folder_is_told_with_its_files(tmp_path: Path) -> None:
    (tmp_path / "there.yaml").write_text("a: 1")
    node, (problem,) = read_file(tmp_path)
    assert node is None
    assert problem.got == "a folder"
    assert "there.yaml" in problem.hint


@pytest.mark.parametrize("given", ["minimal", "minimal.yaml", "minimla.yaml", "scenarios/minimal", "scenarios/minimum"])
def test_the_scenario_that_is_meant_is_named(given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    for name in ("minimal.yaml", "other.yaml"):
        (tmp_path / "scenarios" / name).write_text("a: 1")
    _, (problem,) = read_file(Path(given))
    assert problem.hint == "did you mean scenarios/minimal.yaml?"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("extends: [minimal.yaml]", "scenario"),
        ("hubs: {demo: {title: {zh: a, en: a}}}", "scenario"),
        ("{claims: {}, sources: {}}", "claims file"),
        ("a.b: {title: x, date: 2025}", "list of sources"),
        ("{}", None),
        ("a.b: {title: x, price: 3}", None),
    ],
)
def test_the_kind_of_a_file_is_told(text: str, kind: str | None) -> None:
    node, _ = read_text(text, "f")
    assert node is not None
    assert kind_of(node) == kind


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    node, problems = read_file(path)
    assert node is not None
    assert plain(node) == {"a": 1}
    assert not problems
