"""`--help` answers at once: nothing heavy is imported for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.command import suandian
from tests.pipeline import ROOT

HEAVY = (
    "numpy", "numba", "pandas", "pyarrow", "scipy", "matplotlib", "pvlib", "windpowerlib", "networkx", "simpy",
    "pint", "yaml", "jinja2", "duckdb", "chinese_calendar",
)  # fmt: skip  # pydantic is not among them: typer itself reads parameters with it
VERBS = ("run", "validate", "audit", "report", "list", "show", "schema")
ASK = """
import runpy, sys
sys.argv = ["run.py", *sys.argv[1:]]
try:
    runpy.run_path({path!r}, run_name="__main__")
except SystemExit as stop:
    assert not stop.code, stop.code
print("LOADED", *sorted(set(sys.modules) & set({heavy!r})))
"""


@pytest.mark.parametrize("words", [("--help",), ("run", "--help")], ids=" ".join)
def test_help_loads_no_heavy_package(words: tuple[str, ...]) -> None:
    code = ASK.format(path=str(ROOT / "run.py"), heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "LOADED"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str) -> None:
    outcome = suandian(verb, "--help")
    assert outcome.status == 0
    assert "Usage" in outcome.out
    assert verb in suandian("--help").out
