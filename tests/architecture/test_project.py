"""What is shipped: package data, pins, versions, and the commands and links of the documentation."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from simulator.scenario import load
from simulator.scheduling import Directive, Policy, View
from tests.architecture.house import PACKAGES, ROOT

PAGES = sorted(
    page for folder in (".", "docs", "scenarios", "results") for page in (ROOT / folder).glob("*.md") if page.is_file()
)
COMMAND = re.compile(r"^(?:\.venv/bin/)?python run\.py (.+?)\s*(?:#.*)?$", re.MULTILINE)


@cache
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def normal(name: str) -> str:
    """Distribution name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s\[<>=!~;]", name, maxsplit=1)[0]).lower()


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {normal(name): pin for name, _, pin in (line.partition("==") for line in lines)}


def data_files(package: str) -> set[Path]:
    files = (file for file in (ROOT / package).rglob("*") if file.is_file())
    return {file for file in files if file.suffix not in {".py", ".pyc"}}


@pytest.mark.parametrize("package", PACKAGES)
def test_data_files_are_declared(package: str) -> None:
    patterns = project()["tool"]["setuptools"]["package-data"][package]
    declared = {file for pattern in patterns for file in (ROOT / package).glob(pattern)}
    assert data_files(package) - declared == set(), "add them to package-data in pyproject.toml"
    assert [pattern for pattern in patterns if not list((ROOT / package).glob(pattern))] == []


def test_every_package_is_found_by_setuptools() -> None:
    folders = {file.parent for package in PACKAGES for file in (ROOT / package).rglob("*.py")}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_constraints_are_names_and_versions_only_in_order() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line)] == []
    assert lines == sorted(lines, key=str.lower)
    assert "suandian" not in pins()


def test_every_dependency_is_pinned() -> None:
    named = project()["project"]
    groups = [named["dependencies"], *named["optional-dependencies"].values()]
    wanted = {normal(name) for group in groups for name in group}
    assert wanted - set(pins()) == set()


def test_versions_agree() -> None:
    stated = project()["project"]["version"]
    citation = re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text("utf-8"), re.MULTILINE)
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert [found and found.group(1) for found in (citation, newest)] == [stated, stated]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def block(page: str, language: str) -> str:
    """First code block of a page in a language."""
    found = re.search(rf"```{language}\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found.group(1)


def commands() -> list[str]:
    texts = (page.read_text(encoding="utf-8") for page in PAGES)
    return sorted({line for text in texts for line in COMMAND.findall(text)})


@cache
def written_by_readers() -> set[str]:
    """Scenarios that a page tells its readers to write."""
    return {found for page in PAGES for found in re.findall(r"^Write `(scenarios/\S+)`", page.read_text("utf-8"), re.M)}


@cache
def help_of(verb: str) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, "run.py", *([verb] if verb else []), "--help"]
    # wide, so that no option is cut or broken over two lines
    environment = os.environ | {"COLUMNS": "200", "TERM": "dumb", "PYTHONUTF8": "1"}
    return subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)


def test_the_pages_show_commands() -> None:
    assert len(commands()) > 10


@pytest.mark.parametrize("line", commands())
def test_a_command_the_pages_show_exists(line: str) -> None:
    words = shlex.split(line)
    verb = "" if words[0].startswith("-") else words[0]
    done = help_of(verb)
    assert done.returncode == 0, done.stderr
    options = [word.partition("=")[0] for word in words if re.match(r"-{1,2}[a-z]", word)]
    assert [option for option in options if option not in done.stdout and option != "--help"] == []
    named = [word.partition("@") for word in words if word.startswith("scenarios/")]
    shipped = [(file, variant) for file, _, variant in named if file not in written_by_readers()]
    assert [file for file, _ in shipped if not (ROOT / file).exists()] == []
    assert [
        file for file, variant in shipped if variant and load(ROOT / file, variant=variant).variant != variant
    ] == []


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_the_scenario_a_page_shows_is_a_scenario(page: str, scenarios: Path, tmp_path: Path) -> None:
    shown = block(page, "yaml").replace("yrd_2025.yaml", str(scenarios / "yrd_2025.yaml"))
    file = tmp_path / "shown.yaml"
    file.write_text(shown, encoding="utf-8")
    assert load(file).scenario.hubs["jiaxing"].connection.import_limit == 160e6


def test_the_policy_a_page_shows_is_a_policy() -> None:
    names: dict[str, Any] = {"np": np, "Policy": Policy, "View": View, "Directive": Directive}
    exec(block("CONTRIBUTING.md", "python"), names | {"register": lambda policy: names.update(made=policy)})
    view = SimpleNamespace(free_devices=np.array([3, 8]), shape=(1, 2))
    directive = names["made"]().decide(view)
    assert directive.score.tolist() == [[-3.0, -8.0]]
    assert directive.load_weight.tolist() == [0.0]


@pytest.mark.parametrize("page", ["README.md", "README.zh.md", "CONTRIBUTING.md"])
def test_make_targets_the_pages_show_exist(page: str) -> None:
    shown = set(re.findall(r"\bmake ([a-z]+)\b", (ROOT / page).read_text(encoding="utf-8")))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert shown
    assert shown <= targets
