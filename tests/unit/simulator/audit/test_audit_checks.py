"""Each check with a claim that passes it and one that does not, and the verdicts that follow."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.audit import CHECKS, ClaimResult, audit, load_claims
from simulator.audit.case import check
from simulator.audit.sentences import CHECK_TITLES

Audited = Callable[..., ClaimResult]


def _put(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Return an edit that sets one field, or removes it if the value is None."""

    def edit(claim: dict[str, Any]) -> None:
        *way, last = path.split(".")
        for step in way:
            claim = claim[step]
        if value is None:
            del claim[last]
        else:
            claim[last] = value

    return edit


def _statuses(result: ClaimResult, name: str) -> list[str]:
    return [finding.status for finding in result.findings if finding.check == name]


def test_every_check_has_a_title() -> None:
    assert set(CHECKS) == set(CHECK_TITLES)


def test_second_check_of_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="two checks are called 'gloss'"):
        check("gloss")(CHECKS["gloss"].run)


def test_template_passes_every_check(template: Path) -> None:
    result = audit(load_claims(template)).claims[0]
    assert result.verdict == "consistent"
    assert {finding.check for finding in result.findings} == set(CHECKS)
    assert {finding.status for finding in result.findings} == {"pass"}


@pytest.mark.parametrize(
    ("path", "value", "name", "statuses", "verdict"),
    [
        ("stated.energy", "2737 亿kWh", "reproduces", ["fail"], "inconsistent"),
        ("stated.energy", None, "reproduces", ["not_assessable"], "consistent"),
        ("readings.as_written.role", "suspected", "reproduces", ["not_assessable"], "consistent"),
        ("glosses.compute.glossed", "1亿亿次/秒", "gloss", ["fail"], "inconsistent"),
        ("glosses", None, "gloss", ["not_assessable"], "consistent"),
        ("stated.precision", None, "precision", ["unstated"], "precision_unstated"),
        ("stated.precision", "fp64", "efficiency_envelope", ["not_assessable"], "consistent"),
        (
            "envelopes.fp16_dense.high",
            "350 GFLOPS/W",
            "efficiency_envelope",
            ["fail", "fail"],
            "inconsistent",
        ),
        ("envelopes.fp16_dense.low", "401 GFLOPS/W", "efficiency_envelope", ["fail", "fail"], "inconsistent"),
        ("stated.hours", "9000 h", "hours", ["fail"], "inconsistent"),
        ("hours_in_period", "8784 h", "hours", ["pass"], "consistent"),
        ("stated.pue", 0.9, "pue", ["fail"], "inconsistent"),
        ("stated.pue", 1.0, "pue", ["pass"], "inconsistent"),
        ("references.city.energy", "2000万 kWh", "share", ["fail"], "inconsistent"),
        ("references", None, "share", ["not_assessable"], "consistent"),
    ],
)
def test_check_and_verdict(
    audited: Audited, template: Path, path: str, value: Any, name: str, statuses: list[str], verdict: str
) -> None:
    result = audited(template, _put(path, value))
    assert _statuses(result, name) == statuses
    assert result.verdict == verdict


def test_share_may_be_allowed_to_exceed_one(audited: Audited, template: Path) -> None:
    def edit(claim: dict[str, Any]) -> None:
        claim["references"]["city"] |= {"energy": "2000万 kWh", "at_most": 1.5}

    assert _statuses(audited(template, edit), "share") == ["pass"]


def test_readings_of_the_claim_have_its_precision(template: Path) -> None:
    readings = audit(load_claims(template)).claims[0].readings
    assert [(tried.precision, tried.measure) for tried in readings] == [("fp16", "dense_peak")] * 2


def test_possible_hours_and_pue_alone_make_no_claim_consistent(audited: Audited, template: Path) -> None:
    def edit(claim: dict[str, Any]) -> None:
        claim["stated"] = {"energy": "2737万 kWh", "hours": "8760 h", "pue": 1.25}
        for group in ("readings", "glosses", "references", "envelopes", "parts", "rivals", "totals"):
            del claim[group]

    result = audited(template, edit)
    assert result.verdict == "not_assessable"
    assert result.nearest is None
    assert [line.name for line in result.implied] == ["mean_power"]


def test_published_estimate(zhejiang: Path) -> None:
    result = audit(load_claims(zhejiang)).claims[0]
    assert result.verdict == "inconsistent"
    assert result.nearest is not None
    assert result.nearest.id == "gloss_taken_literally"
    assert [tried.id for tried in result.readings if tried.reproduces] == ["gloss_taken_literally"]
    assert _statuses(result, "gloss") == ["fail"]
    assert _statuses(result, "precision") == ["unstated"]
    # facts: article.sanity, to its digits
    assert result.ratios["zhejiang_data_centres_2024"] == pytest.approx(6.32, abs=0.005)
    assert result.ratios["zhejiang_2024"] == pytest.approx(0.0451, abs=0.00005)


def test_slip_by_ten_is_found_from_both_sides(zhejiang: Path) -> None:
    findings = {finding.check: finding for finding in audit(load_claims(zhejiang)).claims[0].findings}
    assert findings["reproduces"].figures["factor"] == 10
    assert findings["gloss"].figures["factor"] == -10


def test_nothing_of_the_estimate_is_in_code(audited: Audited, zhejiang: Path) -> None:
    """With figure, gloss and precision put right the same file passes: the verdict is in the data."""

    def put_right(claim: dict[str, Any]) -> None:
        claim["stated"] |= {"energy": "30.6亿 kWh", "precision": "fp64", "measure": "hpl"}
        claim["glosses"]["per_watt"]["glossed"] = "566亿次/秒"

    result = audited(zhejiang, put_right)
    assert result.verdict == "consistent"
    assert result.nearest is not None
    assert result.nearest.id == "written_pue_110"
    assert "306亿" not in result.sentence.zh


def test_only_the_figure_put_right_leaves_the_gloss(audited: Audited, zhejiang: Path) -> None:
    result = audited(zhejiang, _put("stated.energy", "30.6亿 kWh"))
    assert _statuses(result, "reproduces") == ["pass"]
    assert result.verdict == "inconsistent"
    assert "566亿" in result.sentence.zh


def test_gloss_of_another_claim(audited: Audited, template: Path) -> None:
    """Facts section 10: Qingyang's 6.6万P was glossed as 6.6亿亿次 a second, short by 1,000."""
    result = audited(template, _put("glosses.compute", {"written": "6.6万P", "glossed": "6.6亿亿次/秒"}))
    finding = next(finding for finding in result.findings if finding.check == "gloss")
    assert finding.figures["factor"] == -1000
    assert "6,600亿亿" in finding.text.zh


def test_to_dict_is_json_and_holds_the_readings(zhejiang: Path) -> None:
    content = json.loads(json.dumps(audit(load_claims(zhejiang)).to_dict(), allow_nan=False))
    claim = content["claims"][0]
    assert claim["verdict"] == "inconsistent"
    assert claim["stated"]["energy_twh"] == pytest.approx(30.6)
    assert len(claim["readings"]) == 13
    assert set(claim["sources"]) == set(content["sources"])
    frontier = next(reading for reading in claim["readings"] if reading["id"] == "frontier_2022")
    assert frontier["it_power_mw"] == pytest.approx(344.6, abs=0.05)
    assert (frontier["precision"], frontier["measure"]) == ("fp64", "hpl")
    assert [term["unit"] for term in frontier["lines"][0]["terms"]] == ["EFLOPS", "GFLOPS/W"]
