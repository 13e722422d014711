"""The valid scenario the tests start from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.scenario import Loaded, load

GOOD = Path(__file__).resolve().parents[3] / "scenarios" / "good.yaml"


@pytest.fixture
def good() -> Path:
    """Path of a valid scenario of two hubs that needs no other file."""
    return GOOD


@pytest.fixture
def child(tmp_path: Path) -> Callable[..., Path]:
    """Write a scenario that extends the good one."""

    def write(text: str = "", name: str = "child.yaml") -> Path:
        path = tmp_path / name
        path.write_text(f"extends: {GOOD}\n{text}", encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def loaded() -> Loaded:
    """The valid scenario, loaded."""
    return load(GOOD)
