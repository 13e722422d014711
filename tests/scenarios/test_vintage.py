"""
The data audit: columns of one year, curves that rise where they must, and no source older than what it says.

PyPSA-China carried a column of another vintage than its neighbours and nobody saw; here a table whose rows cite
different years, or a national column whose provinces do, fails.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.pipeline import ROOT, SCENARIOS

TABLES = sorted((ROOT / "energy_models" / "coefficients").glob("province_*.csv"))
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
PRECISIONS = ("fp64", "fp32", "tf32", "fp16", "fp8", "fp4")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def mixed(rows: list[dict[str, str]]) -> list[str]:
    """Quantities whose rows cite different years."""
    years = defaultdict(set)
    for row in rows:
        years[row.get("quantity", "all")].add(tuple(sorted(set(YEAR.findall(row["source"])))))
    return [f"{quantity}: {sorted(found)}" for quantity, found in years.items() if len(found) > 1]


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_all_provinces_of_a_quantity_are_of_the_same_years(path: Path) -> None:
    rows = rows_of(path)
    assert mixed(rows) == []
    assert all(YEAR.search(row["source"]) for row in rows)
    other = rows[0] | {"source": rows[0]["source"].replace("20", "19", 1)}
    assert mixed([*rows, other])  # the check itself finds a row of another year


def provinces() -> dict[str, dict[str, Any]]:
    text = (SCENARIOS / "catalogue" / "provinces.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text)["provinces"])


@pytest.mark.parametrize("field", ["carbon_location", "carbon_residual", "carbon_marginal", "clean_share"])
def test_a_column_of_the_catalogue_is_of_one_vintage_in_all_provinces(field: str) -> None:
    cited = {name: str(row[field].get("source") or row[field]["assumed"]) for name, row in provinces().items()}
    assert len({tuple(sorted(set(YEAR.findall(text)))) for text in cited.values()}) == 1, cited


def test_demand_says_of_each_province_which_year_it_is_of() -> None:
    for name, row in provinces().items():
        demand = row["demand"]
        assert demand.get("source") == "zj.fc_2025" or f"twh.2024.{name}" in demand["assumed"], name


def dated(entry: dict[str, Any]) -> int:
    return int(str(entry["date"])[:4])


def test_no_source_is_older_than_the_year_it_speaks_of() -> None:
    sources = yaml.safe_load((SCENARIOS / "sources.yaml").read_text(encoding="utf-8"))
    ahead = ("fc_", "tou.", "pol.", "jx.city.ef_2027")  # forecasts, plans and rules are about years to come
    for name, entry in sources.items():
        years = [int(year) for year in YEAR.findall(name.replace("_", " "))]
        if years and not any(mark in name for mark in ahead):
            assert dated(entry) >= max(years), name
        assert dated(entry) <= date.today().year, name


def test_peaks_rise_as_precision_falls_and_power_with_load() -> None:
    text = (SCENARIOS / "catalogue" / "devices.yaml").read_text(encoding="utf-8")
    for name, device in yaml.safe_load(text)["devices"].items():
        peaks = [number(device["peak"][p]) for p in PRECISIONS if p in device["peak"]]
        assert all(low <= high for low, high in pairwise(peaks)), name
        assert number(device["server_idle"]) < number(device["server_max"]), name


UNITS = {"PFLOPS": 1e15, "TFLOPS": 1e12, "kW": 1e3, "W": 1.0}


def number(entry: Any) -> float:
    value, unit = str(entry["value"] if isinstance(entry, dict) else entry).split()
    return float(value) * UNITS[unit]


def numbers(row: dict[str, str], first: str) -> list[float]:
    return [float(value) for name, value in row.items() if re.fullmatch(first + r"\d[\d.]*", name)]


def test_quantiles_never_fall() -> None:
    for row in rows_of(ROOT / "energy_models" / "coefficients" / "province_quantiles.csv"):
        found = numbers(row, "q")
        assert len(found) > 20
        assert found == sorted(found), (row["province"], row["quantity"])


def points(node: Any) -> Iterator[list[dict[str, Any]]]:
    """Every list of dated points of an outlook."""
    if isinstance(node, dict):
        for item in node.values():
            yield from points(item)
    elif isinstance(node, list) and node and all(isinstance(item, dict) and "year" in item for item in node):
        yield node


@pytest.mark.parametrize("path", sorted((SCENARIOS / "outlook").glob("*.yaml")), ids=lambda path: path.stem)
def test_points_of_an_outlook_are_in_order_and_no_newer_than_their_source(path: Path) -> None:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    series = list(points(data["outlook"]))
    assert series
    for found in series:
        assert [p["year"] for p in found] == sorted(p["year"] for p in found)
        for point in found:
            cases = [point[case] for case in ("low", "middle", "high") if case in point]
            amounts = [float(str(case).split()[0]) for case in cases]
            assert amounts in (sorted(amounts), sorted(amounts, reverse=True)), point
            source = data["sources"].get(point.get("source"))
            if source and "assumed" not in point and "forecast" not in source["title"]["en"]:
                assert dated(source) + 1 >= point["year"], point  # 2026.0 is the end of 2025
