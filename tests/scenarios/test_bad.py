"""Every file in bad/ gives exactly the lines of its comments ``#! ...``, all at once and sorted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator.errors import ScenarioError
from simulator.scenario import checks, load, references
from simulator.scenario.checks import RULES
from simulator.scenario.parts import Finding, Parts
from simulator.scenario.references import REFERENCES

Rule = Callable[[Parts], Iterator[Finding]]

HERE = Path(__file__).parent
BAD = sorted(path for path in (HERE / "bad").rglob("*.yaml") if path.name != "sources.yaml")
MARK = "#! "


def expected(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix(MARK) for line in lines if line.startswith(MARK)]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_file_gives_its_expected_lines(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE)
    with pytest.raises(ScenarioError) as caught:
        load(path.relative_to(HERE))
    head, *lines = str(caught.value).splitlines()
    wanted = expected(path)
    assert [line.removeprefix("  ") for line in lines] == wanted
    count = sum(not line.startswith(" ") for line in wanted)
    assert head == ("1 problem in the scenario" if count == 1 else f"{count} problems in the scenario")


def test_every_rule_is_broken_by_some_file(monkeypatch: pytest.MonkeyPatch) -> None:
    broken: set[str] = set()

    def watched(rule: Rule) -> Rule:
        def run(parts: Parts) -> Iterator[Finding]:
            for finding in rule(parts):
                broken.add(rule.__name__)
                yield finding

        return run

    monkeypatch.setattr(checks, "RULES", tuple(watched(rule) for rule in checks.RULES))
    names = {rule.__name__ for rule in RULES}
    for path in BAD:
        with pytest.raises(ScenarioError):
            load(path)
    assert broken == names


@pytest.mark.parametrize("pattern", REFERENCES)
def test_every_reference_is_checked(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = REFERENCES[pattern][1]
    monkeypatch.setattr(references, "REFERENCES", {pattern: REFERENCES[pattern]})
    with pytest.raises(ScenarioError, match=f"got the {kind} "):
        load(HERE / "bad" / "unknown_names.yaml")
