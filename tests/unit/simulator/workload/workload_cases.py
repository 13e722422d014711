"""Pieces of scenarios the tests of this room share."""

from __future__ import annotations

from typing import Any

DAY_S = 86400.0


def synthetic(mix: dict[str, dict[str, Any]], **fields: Any) -> dict[str, Any]:
    """Write a synthetic source; the only hub of the minimal scenario is the only origin."""
    base = {"model": "synthetic", "fill": 0.6, "origins": {"demo": 1.0}, "burstiness": 40.0}
    return base | {"mix": mix} | fields


def one(calibration: str, **fields: Any) -> dict[str, dict[str, Any]]:
    """Write a mix of one class."""
    return {"sft": {"device_hours_share": 1.0, "calibration": calibration} | fields}
