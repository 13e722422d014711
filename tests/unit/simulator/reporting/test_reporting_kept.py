"""Figures that are drawn already are kept; what differs from them by data, words or damage is drawn again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.errors import RunFolderError
from simulator.reporting import render, render_atlas


@pytest.fixture
def folder(finished_run: Path, tmp_path: Path) -> Path:
    place = tmp_path / "run"
    shutil.copytree(finished_run, place, ignore=shutil.ignore_patterns("report.*"))
    return place


def again(folder: Path) -> set[str]:
    """Make the English report again and return the figures that were written."""
    before = {path.name: path.stat().st_mtime_ns for path in (folder / "figures").glob("*.en.*")}
    render(folder, languages=("en",), formats=("md",))
    after = {path.name: path.stat().st_mtime_ns for path in (folder / "figures").glob("*.en.*")}
    return {name for name, time in after.items() if before.get(name) != time}


def test_nothing_is_drawn_twice(folder: Path) -> None:
    assert again(folder) == set()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


DAMAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "half a picture": (lambda figures: cut(figures / "wait_times.en.png"), "wait_times"),
    "half a drawing": (lambda figures: cut(figures / "supply_mix.en.svg"), "supply_mix"),
    "no drawing": (lambda figures: (figures / "hub_power.en.svg").unlink(), "hub_power"),
    "another's drawing": (lambda figures: shutil.copy(figures / "ladder.zh.svg", figures / "ladder.en.svg"), "ladder"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_figure_is_drawn_again_as_it_was(folder: Path, finished_run: Path, damage: str) -> None:
    spoil, name = DAMAGES[damage]
    spoil(folder / "figures")
    assert again(folder) == {f"{name}.en.svg", f"{name}.en.png"}
    for path in (folder / "figures").glob(f"{name}.en.*"):
        assert path.read_bytes() == (finished_run / "figures" / path.name).read_bytes()


def test_another_number_is_another_figure(folder: Path) -> None:
    path = folder / "summary.json"
    summary = json.loads(path.read_text(encoding="utf-8"))
    for rungs in summary["hubs"]["demo"]["capacity"].values():
        rungs["effective_eflops"] *= 0.5
    path.write_text(json.dumps(summary), encoding="utf-8")
    assert again(folder) == {"ladder.en.svg", "ladder.en.png"}


@pytest.mark.parametrize("drawing", [render, render_atlas])
def test_a_file_in_the_way_of_the_figures_is_told(folder: Path, drawing: Callable[..., list[Path]]) -> None:
    shutil.rmtree(folder / "figures")
    (folder / "figures").write_text("mine", encoding="utf-8")
    with pytest.raises(RunFolderError, match=r"figures: got a file; expected a folder(.|\n)*hint: move it away"):
        drawing(folder, languages=("en",))
    assert (folder / "figures").read_text(encoding="utf-8") == "mine"
