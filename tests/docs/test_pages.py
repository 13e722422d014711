"""
Every ``python`` example of every page in docs/ runs, and shows what the page says it shows.

A block with ``>>>`` is a doctest, one without is run as it stands. The blocks of a page share their names, as a reader
who types them in turn would have them; pages do not share.
"""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
FENCE = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def pages() -> list[Path]:
    return sorted(path for path in DOCS.rglob("*.md") if FENCE.search(path.read_text(encoding="utf-8")))


def run_page(text: str, name: str) -> list[str]:
    """Run the examples of a page; what goes wrong, one text an example."""
    names: dict[str, Any] = {}
    wrong: list[str] = []
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    for block in FENCE.finditer(text):
        line = text[: block.start()].count("\n") + 1
        if ">>>" not in block[1]:
            exec(compile("\n" * line + block[1], name, "exec"), names)
            continue
        test = doctest.DocTestParser().get_doctest(block[1], names, name, name, line)
        runner.run(test, out=wrong.append, clear_globs=False)
        names.update(test.globs)  # a doctest works on a copy
    return wrong


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(DOCS).as_posix())
def test_examples_of_a_page_hold(page: Path) -> None:
    wrong = run_page(page.read_text(encoding="utf-8"), page.relative_to(DOCS).as_posix())
    assert not wrong, "\n".join(wrong)


def test_a_wrong_example_is_found() -> None:
    right = "```python\nx = 2\n```\ntext\n```python\n>>> x + 1\n3\n```\n"
    assert run_page(right, "right") == []
    assert len(run_page(right.replace("3", "4"), "wrong")) == 1
    with pytest.raises(NameError):
        run_page("```python\nnot_there\n```\n", "broken")


def test_every_model_page_is_linked_and_says_what_it_must() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    for page in sorted((DOCS / "models").glob("*.md")):
        text = page.read_text(encoding="utf-8")
        assert f"models/{page.name}" in index, f"docs/index.md has no link to models/{page.name}"
        for heading in ("Equation", "Symbols", "Source", "Range of validity", "What it leaves out"):
            assert f"\n## {heading}" in text, f"{page.name}: expected a section '## {heading}'"
        assert FENCE.search(text), f"{page.name}: expected an example that runs"
