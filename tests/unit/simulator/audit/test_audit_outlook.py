"""The demand outlook: cohorts worked out by hand, paths between points, files with faults, and what is shipped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from simulator.audit import Outlook, load_outlook, look_out, outlook_text
from simulator.cli import app
from simulator.errors import ClaimsError

TITLE = {"zh": "示例", "en": "example"}
WHY = {"assumed": TITLE}
YEAR_H = 8760.0


def _file(tmp_path: Path, **changes: Any) -> Path:
    """Write an outlook of 2025 to 2027: 1 EFLOPS at first, 3 at the end, bought at 1,000 GFLOPS/W, full load, PUE 1."""
    fleet = {
        "model": "machines",
        "title": TITLE,
        "precision": "fp16",
        "compute": [{"year": y, "value": f"{v} EFLOPS"} | WHY for y, v in ((2025.5, 1), (2026.5, 2), (2027.5, 3))],
        "standing": {"year": 2025.5, "value": "500 GFLOPS/W"} | WHY,
        "generations": [{"year": 2025.5, "value": "1000 GFLOPS/W"} | WHY],
        "lifetime": "10 year",
        "pue": [{"year": 2025.0, "value": 1.0} | WHY],
        "load": [{"year": 2025.0, "value": 1.0} | WHY],
    }
    source = {"title": TITLE, "body": TITLE, "date": "2025"}
    content = {"title": TITLE, "from_year": 2025, "to_year": 2027, "sources": {"a": source}, "outlook": {"ai": fleet}}
    for path, value in changes.items():
        *way, last = path.split("__")
        place: Any = content
        for step in way:
            place = place[int(step) if step.isdigit() else step]
        place[last] = value
    path_ = tmp_path / "outlook.yaml"
    path_.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")  # JSON is YAML
    return path_


def _twh(path: Path, case: int = 1) -> list[float]:
    return look_out(load_outlook(path)).total_twh[case].tolist()


def test_cohorts_by_hand(tmp_path: Path) -> None:
    """Of 1 EFLOPS a tenth retires each year; what is missing to the path is bought at twice the efficiency."""
    standing_w = [2e6, 1.8e6, 1.6e6]  # 1, 0.9, 0.8 EFLOPS at 500 GFLOPS/W
    bought_w = [0.0, 1.1e6, 2.2e6]  # 0, 1.1, 2.2 EFLOPS at 1,000 GFLOPS/W
    expected = [(old + new) * YEAR_H / 1e12 for old, new in zip(standing_w, bought_w, strict=True)]
    assert _twh(_file(tmp_path)) == pytest.approx(expected, rel=1e-12)


def test_short_lives_are_replaced(tmp_path: Path) -> None:
    """With a life of one year nothing of the first fleet is left after it, and all runs at the new efficiency."""
    expected = [2e6 * YEAR_H / 1e12, 2e6 * YEAR_H / 1e12, 3e6 * YEAR_H / 1e12]
    assert _twh(_file(tmp_path, outlook__ai__lifetime="1 year")) == pytest.approx(expected, rel=1e-12)


def test_falling_path_retires_the_oldest_first(tmp_path: Path) -> None:
    path = [{"year": y, "value": f"{v} EFLOPS"} | WHY for y, v in ((2025.5, 1), (2026.5, 2), (2027.5, 0.5))]
    assert _twh(_file(tmp_path, outlook__ai__compute=path))[2] == pytest.approx(0.5e6 * YEAR_H / 1e12, rel=1e-12)


@pytest.mark.parametrize(
    ("key", "value", "factor"),
    [
        ("outlook__ai__pue", [{"year": 2025.0, "value": 1.25} | WHY], 1.25),
        ("outlook__ai__load", [{"year": 2025.0, "value": 0.4} | WHY], 0.4),
        ("outlook__ai__standing", {"year": 2025.5, "value": "250 GFLOPS/W"} | WHY, 2.0),
    ],
)
def test_first_year_is_proportional(tmp_path: Path, key: str, value: Any, factor: float) -> None:
    assert _twh(_file(tmp_path, **{key: value}))[0] == pytest.approx(factor * 2e6 * YEAR_H / 1e12, rel=1e-12)


def test_paths_grow_at_a_constant_rate_between_points(tmp_path: Path) -> None:
    path = [{"year": y, "value": f"{v} EFLOPS"} | WHY for y, v in ((2025.5, 1), (2027.5, 4))]
    sizes = look_out(load_outlook(_file(tmp_path, outlook__ai__compute=path))).size["ai"]
    np.testing.assert_allclose(sizes[1], [1.0, 2.0, 4.0], rtol=1e-12)


def test_low_takes_the_high_efficiency(tmp_path: Path) -> None:
    spread = {"year": 2025.5, "low": "250 GFLOPS/W", "middle": "500 GFLOPS/W", "high": "1000 GFLOPS/W"} | WHY
    result = look_out(load_outlook(_file(tmp_path, outlook__ai__standing=spread)))
    np.testing.assert_allclose(result.total_twh[:, 0], np.array([1e6, 2e6, 4e6]) * YEAR_H / 1e12, rtol=1e-12)


def test_racks_have_a_rating_and_years_their_days(tmp_path: Path) -> None:
    racks = {
        "model": "rack_count",
        "title": TITLE,
        "racks": [{"year": 2024.5, "value": 1000} | WHY],
        "rack_power": "2.5 kW",
        "rack_source": "a",
        "pue": [{"year": 2024.5, "value": 1.3} | WHY],
        "load": [{"year": 2024.5, "value": 0.4} | WHY],
    }
    path = _file(tmp_path, outlook__ai=racks, from_year=2024, to_year=2024)
    assert _twh(path) == pytest.approx([1000 * 2.5e3 * 1.3 * 0.4 * 8784 / 1e12], rel=1e-12)  # 2024 is a leap year


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"outlook__ai__pue": [{"year": 2025.0, "value": 0.9} | WHY]}, "outlook.ai.pue.0.value: got 0.9"),
        ({"outlook__ai__load": [{"year": 2025.0, "value": 1.0}]}, "got neither source nor assumed"),
        ({"outlook__ai__load": [{"year": 2025.0, "low": 0.4} | WHY]}, "got low; expected value alone, or low, middle"),
        (
            {"outlook__ai__load": [{"year": 2025.0, "low": 0.6, "middle": 0.5, "high": 0.7} | WHY]},
            "got figures out of order",
        ),
        ({"outlook__ai__load": [{"year": 2025.0, "value": 1.0, "source": "b"}]}, "got the source 'b'"),
        ({"to_year": 2020}, "got to_year 2020"),
        (
            {
                "published": {
                    "x": {
                        "title": TITLE,
                        "year": 2025,
                        "low": "1 TWh",
                        "high": "1 TWh",
                        "fleets": ["al"],
                        "source": "a",
                    }
                }
            },
            "published.x.fleets: got the fleet 'al'; expected one of ai",
        ),
    ],
)
def test_fault_is_told_with_file_and_line(tmp_path: Path, changes: dict[str, Any], line: str) -> None:
    with pytest.raises(ClaimsError) as caught:
        load_outlook(_file(tmp_path, **changes))
    assert "1 problem in the outlook file" in str(caught.value)
    assert line in str(caught.value)


def _shipped(scenarios: Path, name: str) -> Outlook:
    return look_out(load_outlook(scenarios / "outlook" / f"{name}.yaml"))


def test_zhejiang_meets_what_was_measured_and_not_the_estimate(scenarios: Path) -> None:
    compared = {item.id: item for item in _shipped(scenarios, "zhejiang").compared}
    # calibrated: the load of 2024 is printed to three digits
    assert compared["electricity_2024"].outlook_twh[1] == pytest.approx(4.839, rel=0.002)
    assert compared["electricity_2025"].relation == "overlaps"
    assert compared["article_18_eflops"].relation == "below"
    assert compared["article_18_eflops"].outlook_twh[2] < 30.6 / 50  # even with everything against it


def test_nation_beside_both_published_ranges(scenarios: Path) -> None:
    result = _shipped(scenarios, "national")
    assert [item.id for item in result.compared] == ["national_2024", "range_a_2030", "range_b_2030"]
    low, middle, high = result.total_twh[:, -1]
    assert low < middle < high


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_year_and_fleet_is_told(scenarios: Path, lang: str) -> None:
    result = _shipped(scenarios, "zhejiang")
    text = outlook_text(result, lang)  # type: ignore[arg-type]
    assert all(str(year) in text for year in range(2024, 2031))
    assert all(getattr(fleet.title, lang) in text for fleet in result.file.outlook.values())


def test_verb_and_file_of_another_kind(scenarios: Path) -> None:
    done = CliRunner().invoke(app, ["outlook", str(scenarios / "outlook" / "zhejiang.yaml"), "--lang", "en"])
    assert done.exit_code == 0
    assert "306亿 kWh" in done.output
    wrong = CliRunner().invoke(app, ["outlook", str(scenarios / "claims" / "template.yaml")])
    assert wrong.exit_code == 2
    assert "got a claims file; expected an outlook file" in wrong.output
