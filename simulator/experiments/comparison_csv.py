"""The CSV files of a comparison, for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def write_comparison_csv(folder: Path, summary: Mapping[str, Any]) -> None:
    """Write inputs, outcomes and attribution of a comparison, a file each."""
    _write_csv(folder / "report.inputs.csv", _input_rows(summary))
    _write_csv(folder / "report.outcomes.csv", _outcome_rows(summary))
    _write_csv(folder / "report.attribution.csv", _attribution_rows(summary))


def _input_rows(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    names = [side["name"] for side in summary["sides"]]
    return [
        {
            "scenario": names[item["side"]],
            "input": item["path"],
            "old": item["old"],
            "new": item["new"],
            "origin": item["origin"],
        }
        for item in summary["inputs"]
    ]


def _outcome_rows(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for item in summary["outcomes"]:
        row: dict[str, Any] = {"key": item["key"]}
        for side, value, gap in zip(summary["sides"], item["sides"], item["differences"], strict=True):
            for what, found in (("", value), (" difference", gap)):
                if what and side is summary["sides"][0]:
                    continue
                for part in ("mean", "low", "high"):
                    row[f"{side['name']}{what} {part}"] = None if found is None else found[part]
        rows.append(row)
    return rows


def _attribution_rows(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for chain in summary["attribution"]:
        name = summary["sides"][chain["side"]]["name"]
        for item in chain["keys"]:
            for step, order, alone in zip(chain["steps"], item["in_order"], item["alone"], strict=True):
                rows.append(
                    {
                        "scenario": name,
                        "key": item["key"],
                        "step": step["name"],
                        "in_order": order and order["mean"],
                        "in_order_low": order and order["low"],
                        "in_order_high": order and order["high"],
                        "alone": alone and alone["mean"],
                    }
                )
            rows.append({"scenario": name, "key": item["key"], "step": "interaction", "alone": item["interaction"]})
    return rows


def _write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows({k: "" if v is None else v for k, v in row.items()} for row in rows)
