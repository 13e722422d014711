"""A claim to take apart: the template with one thing changed at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.audit import ClaimResult, audit, load_claims

Edit = Callable[[dict[str, Any]], None]


@pytest.fixture
def zhejiang(scenarios: Path) -> Path:
    """The published estimate of a year's electricity for 18 EFLOPS."""
    return scenarios / "claims" / "zhejiang_18eflops.yaml"


@pytest.fixture
def template(scenarios: Path) -> Path:
    """The template, whose claim passes every check."""
    return scenarios / "claims" / "template.yaml"


@pytest.fixture
def audited(tmp_path: Path) -> Callable[..., ClaimResult]:
    """Audit a copy of a claims file after editing its first claim."""

    def run(path: Path, edit: Edit) -> ClaimResult:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        edit(next(iter(content["claims"].values())))
        copy = tmp_path / "claims.yaml"
        copy.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
        return audit(load_claims(copy)).claims[0]

    return run
