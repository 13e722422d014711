"""The charts of an audit and of an outlook: data beside them agree with the JSON, and both verbs write them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulator.cli import app
from simulator.errors import RunFolderError
from simulator.reporting import render_audit, render_outlook


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _written(scenarios: Path, folder: Path, verb: str, file: str) -> Path:
    done = CliRunner().invoke(app, [verb, str(scenarios / file), "-o", str(folder), "--lang", "en"])
    assert done.exit_code == 0, done.output
    return folder


def test_audit_chart(scenarios: Path, tmp_path: Path) -> None:
    folder = _written(scenarios, tmp_path, "audit", "claims/published.yaml")
    rows = _rows(folder / "figures" / "audit_chart.csv")
    mobile = {row["precision"]: row for row in rows if row["claim"] == "china_mobile_qingyang"}
    assert float(mobile["fp16"]["gflops_per_w"]) == 2000.0  # 150 EFLOPS on 75 MW
    assert float(mobile["fp16"]["high_gflops_per_w"]) == 1241.0
    assert {row["claim"] for row in rows} >= {"wujiang_5000p", "kairos_2025", "national_2023"}
    assert "zhongwei_centrin" not in {row["claim"] for row in rows}  # no computing power: nothing to hold against
    for lang in ("zh", "en"):
        assert (folder / "figures" / f"audit_chart.{lang}.svg").is_file()
        assert (folder / f"audit.{lang}.txt").read_text(encoding="utf-8")


def test_audit_of_one_claim_with_an_energy(scenarios: Path, tmp_path: Path) -> None:
    folder = _written(scenarios, tmp_path, "audit", "claims/zhejiang_18eflops.yaml")
    row = _rows(folder / "figures" / "audit_chart.csv")[0]
    assert float(row["gflops_per_w"]) == pytest.approx(5.153, abs=0.0005)


def test_outlook_chart(scenarios: Path, tmp_path: Path) -> None:
    folder = _written(scenarios, tmp_path, "outlook", "outlook/zhejiang.yaml")
    told = json.loads((folder / "outlook.json").read_text(encoding="utf-8"))
    rows = [row for row in _rows(folder / "figures" / "outlook_chart.csv") if row["fleet"] == "total"]
    assert [int(row["year"]) for row in rows] == told["years"]
    assert [float(row["middle_twh"]) for row in rows] == pytest.approx(told["total_twh"]["middle"], rel=1e-7)


@pytest.mark.parametrize("draw", [render_audit, render_outlook])
def test_folder_without_results(tmp_path: Path, draw) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(RunFolderError, match="cannot be read"):
        draw(tmp_path, languages=("zh",))


def test_same_bytes_every_time(scenarios: Path, tmp_path: Path) -> None:
    first = _written(scenarios, tmp_path / "a", "audit", "claims/published.yaml")
    second = _written(scenarios, tmp_path / "b", "audit", "claims/published.yaml")
    files = sorted(p.relative_to(first) for p in first.rglob("*") if p.is_file())
    assert [(first / f).read_bytes() for f in files] == [(second / f).read_bytes() for f in files]
