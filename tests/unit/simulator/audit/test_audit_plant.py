"""The checks of racks, power, parts, other sources and totals: each with a claim that passes and one that does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.audit import ClaimResult

Audited = Callable[..., ClaimResult]


def _set(**changes: Any) -> Callable[[dict[str, Any]], None]:
    """Return an edit: `a__b=value` sets claim[a][b], None removes it."""

    def edit(claim: dict[str, Any]) -> None:
        for path, value in changes.items():
            *way, last = path.split("__")
            place = claim
            for step in way:
                place = place[step]
            if value is None:
                del place[last]
            else:
                place[last] = value

    return edit


def _found(result: ClaimResult, check: str) -> tuple[str, str]:
    finding = next(finding for finding in result.findings if finding.check == check)
    return finding.status, finding.text.en


@pytest.mark.parametrize(
    ("check", "changes", "status", "says"),
    [
        ("listed", {"stated__power": "2.6 MW"}, "fail", "cannot all hold"),
        ("listed", {"stated__power": "25 MW"}, "fail", "A factor of 10 would"),
        ("listed", {"stated__power": None}, "not_assessable", "not all listed"),
        # a facility's power over the PUE of 1.25 is the 2.5 MW of IT again
        ("listed", {"stated__power": "3.125 MW", "stated__power_of": "facility"}, "pass", "0%"),
        # above the best machine: impossible on the stated basis, and a slip by ten is the reading
        ("power_per_compute", {"stated__power": "250 kW"}, "fail", "With 10 times less computing power"),
        # 3 times above it: no slip fits
        ("power_per_compute", {"stated__power": "800 kW"}, "fail", "must mean something else"),
        # 1.3 times below the worst: racks that are not full
        (
            "power_per_compute",
            {"stated__power": "4.3 MW"},
            "not_assessable",
            "possible where racks hold other machines",
        ),
        # 10 times below: the slip is the reading
        ("power_per_compute", {"stated__power": "25 MW"}, "fail", "With 10 times the computing power"),
        ("power_per_compute", {"stated__precision": None, "stated__measure": None}, "unstated", "only in FP16"),
        # without a power, racks at their rating give it
        ("power_per_compute", {"stated__power": None}, "pass", "400 GFLOPS/W"),
        ("power_per_compute", {"stated__power": None, "stated__racks": None}, "not_assessable", "not both given"),
        ("rack_power", {"stated__racks": 400}, "fail", "which is not the 5 kW per rack"),
        ("rack_power", {"stated__rack_power": None}, "not_assessable", "no rating"),
        ("rack_energy", {"stated__racks": 499}, "fail", "cannot use so much"),
        ("rack_energy", {"stated__rack_power": None}, "not_assessable", "not all given"),
        ("rack_energy", {"stated__rack_power": None, "assume__rack_power": "5 kW"}, "pass", "not above 1"),
        ("sum", {"parts__new__compute": "300 PFLOPS"}, "fail", "which is not the 1 EFLOPS stated"),
        ("sum", {"parts__new__precision": "fp32"}, "fail", "must not be added"),
        (
            "sum",
            {"parts__new__precision": "fp32", "stated__compute": None, "readings": None},
            "unstated",
            "must not be",
        ),
        ("sum", {"parts__new__precision": None, "parts__old__precision": None}, "unstated", "nobody can tell"),
        ("sum", {"parts__new": None}, "not_assessable", "No parts"),
        ("rival", {"rivals__yearbook__compute": "10 EFLOPS"}, "fail", "A factor of 10 would reconcile"),
        ("rival", {"rivals__yearbook__compute": "1.1 EFLOPS"}, "fail", "not averaged"),
        ("rival", {"rivals__yearbook__precision": "fp32"}, "not_assessable", "two statistics"),
        ("rival", {"rivals__yearbook__precision": None}, "unstated", "no proven contradiction"),
        ("rival", {"rivals": None}, "not_assessable", "No other source"),
        ("total", {"totals__province__share": 0.2}, "fail", "not the 20% printed"),
        ("total", {"totals__province__share": None}, "pass", "are 10% of"),
        ("total", {"totals__province__compute": "900 PFLOPS"}, "fail", "cannot exceed the whole"),
        ("total", {"totals__province__precision": "fp32"}, "not_assessable", "cannot be compared"),
    ],
)
def test_check(audited: Audited, template: Path, check: str, changes: dict[str, Any], status: str, says: str) -> None:
    found, text = _found(audited(template, _set(**changes)), check)
    assert found == status
    assert says in text


def test_rival_of_another_quantity(audited: Audited, template: Path) -> None:
    rival = {"title": {"zh": "年鉴", "en": "the yearbook"}, "energy": "2.737亿 kWh", "source": "example.yearbook"}
    status, text = _found(audited(template, _set(rivals={"energy": rival})), "rival")
    assert status == "fail"
    assert "A factor of 10 would reconcile" in text


def test_precision_stated_but_power_speaks_for_another(audited: Audited, template: Path) -> None:
    """1,600 GFLOPS/W are out of reach in FP16 and usual in FP8: the audit names the reading that reconciles."""

    def edit(claim: dict[str, Any]) -> None:
        claim["stated"]["power"] = "625 kW"
        fp8 = claim["envelopes"]["fp16_dense"] | {"precision": "fp8", "low": "1500 GFLOPS/W", "high": "2500 GFLOPS/W"}
        claim["envelopes"]["fp8_dense"] = fp8

    status, text = _found(audited(template, edit), "power_per_compute")
    assert status == "fail"
    assert "Read as FP8 (dense peak) it is plausible" in text


def test_rack_range_of_what_is_built(audited: Audited, template: Path) -> None:
    rack_range = {"low": "6 kW", "high": "145 kW", "sources": ["example.notice"]}
    status, text = _found(audited(template, _set(stated__rack_power=None, rack_range=rack_range)), "rack_power")
    assert status == "fail"
    assert "outside the 6 to 145 kW" in text
