"""The published claims that are shipped: every verdict was worked out by hand and stands here with its figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.audit import AuditResult, ClaimResult, audit, load_claims


@pytest.fixture(scope="module")
def published() -> AuditResult:
    """The audit of scenarios/claims/published.yaml."""
    root = Path(__file__).resolve().parents[4]
    return audit(load_claims(root / "scenarios" / "claims" / "published.yaml"))


def _claim(published: AuditResult, name: str) -> ClaimResult:
    return next(claim for claim in published.claims if claim.id == name)


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("zhejiang_82_or_12", "precision_unstated"),
        ("zhejiang_share_of_nation", "precision_unstated"),
        ("qingyang_66000p", "inconsistent"),
        ("china_mobile_qingyang", "precision_unstated"),
        ("wujiang_5000p", "precision_unstated"),
        ("wuhu_platform", "precision_unstated"),
        ("national_2023", "consistent"),
        ("ai_compute_2023", "not_assessable"),
        ("frontier_2022", "inconsistent"),
        ("frontier_2023", "consistent"),
        ("frontier_2024", "inconsistent"),
        ("kairos_2025", "inconsistent"),
        ("zhejiang_racks_2024", "consistent"),
        ("zhongwei_centrin", "consistent"),
        ("hunan_5000p", "precision_unstated"),
        ("lingang_phase2", "consistent"),
        ("qinghai_2600p", "precision_unstated"),
    ],
)
def test_verdict(published: AuditResult, name: str, verdict: str) -> None:
    assert _claim(published, name).verdict == verdict


def test_no_claim_is_left_out(published: AuditResult) -> None:
    assert len(published.claims) == 17


# (claim, line, unit, value, digits): the sums by hand, on the figures as published
@pytest.mark.parametrize(
    ("name", "line", "unit", "value", "digit"),
    [
        # VALIDATION V31: 17.12 GW mean, 74.4 MW/EFLOPS, 18.5 MWh per rack-year, 2.11 kW per rack
        ("national_2023", "mean_power", "GW", 17.12, 0.005),
        ("national_2023", "mean_power_per_compute", "MW/EFLOPS", 74.4, 0.05),
        ("national_2023", "rack_energy", "MWh/rack", 18.5, 0.05),
        ("national_2023", "rack_mean_power", "kW/rack", 2.11, 0.005),
        # 150 EFLOPS over 30,000 x 2.5 kW
        ("china_mobile_qingyang", "it_power", "MW", 75.0, 1e-9),
        ("china_mobile_qingyang", "efficiency_at_full_load", "GFLOPS/W", 2000.0, 1e-6),
        ("china_mobile_qingyang", "power_per_compute", "MW/EFLOPS", 0.5, 1e-9),
        # 5 EFLOPS over 10,000 x 8 kW
        ("wujiang_5000p", "efficiency_at_full_load", "GFLOPS/W", 62.5, 1e-6),
        # 66 EFLOPS over 31,000 x 2.5 kW
        ("qingyang_66000p", "efficiency_at_full_load", "GFLOPS/W", 851.6, 0.05),
        # 1.194 EFLOPS over 22.7 MW; 3.05 PFLOPS over 46 kW
        ("frontier_2023", "efficiency_at_full_load", "GFLOPS/W", 52.60, 0.005),
        ("kairos_2025", "efficiency_at_full_load", "GFLOPS/W", 66.3, 0.05),
        # facts zj.dc.load_factor prints 0.415 for 8,760 h; 2024 has 8,784 h: 0.4134
        ("zhejiang_racks_2024", "load_factor", "", 0.4134, 0.00005),
        ("zhejiang_racks_2024", "rack_energy", "MWh/rack", 11.80, 0.005),
        ("zhongwei_centrin", "rack_power", "kW/rack", 2.5, 1e-9),
        ("lingang_phase2", "rack_power", "kW/rack", 9.667, 0.0005),
    ],
)
def test_arithmetic(published: AuditResult, name: str, line: str, unit: str, value: float, digit: float) -> None:
    found = next(item for item in _claim(published, name).implied if item.name == line)
    assert found.unit == unit
    assert found.value == pytest.approx(value, abs=digit)


def _figures(claim: ClaimResult, check: str) -> dict[str, object]:
    return next(finding.figures for finding in claim.findings if finding.check == check)


def test_gap_between_two_sources_is_named_and_no_slip_is_claimed(published: AuditResult) -> None:
    figures = _figures(_claim(published, "zhejiang_82_or_12"), "rival")
    assert figures["ratio"] == pytest.approx(82 / 12)
    assert figures["factor"] is None
    assert _figures(_claim(published, "ai_compute_2023"), "rival")["ratio"] == pytest.approx(7.25, abs=0.005)


def test_wuhu_must_not_be_added(published: AuditResult) -> None:
    result = _claim(published, "wuhu_platform")
    assert "must not be added" in result.sentence.en
    assert "不能相加" in result.sentence.zh
    assert result.to_dict()["stated"]["compute_eflops"] is None


def test_gloss_of_qingyang_is_a_thousand_short(published: AuditResult) -> None:
    assert _figures(_claim(published, "qingyang_66000p"), "gloss")["factor"] == -1000


def test_150_eflops_on_75_mw_are_told_with_the_precision_that_would_do(published: AuditResult) -> None:
    sentence = _claim(published, "china_mobile_qingyang").sentence
    assert "FP8" in sentence.en
    assert "FP8" in sentence.zh
    assert "FP16" not in sentence.en


def test_yardsticks_nobody_used_are_not_told(published: AuditResult) -> None:
    """The shared ranges belong to claims with a power or an efficiency; elsewhere neither they nor sources appear."""
    result = _claim(published, "zhongwei_centrin")
    assert result.to_dict()["envelopes"] == {}
    assert set(result.sources) == {"zw.zhongjin"}
    assert "fp16_dense" in _claim(published, "qingyang_66000p").to_dict()["envelopes"]


def test_yardsticks_follow_the_year(published: AuditResult) -> None:
    ranges = {name: set(_claim(published, name).to_dict()["envelopes"]) for name in ("frontier_2022", "kairos_2025")}
    assert ranges == {"frontier_2022": {"fp64_hpl_to_2023"}, "kairos_2025": {"fp64_hpl_from_2025"}}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_overview_stands_first(published: AuditResult, lang: str) -> None:
    text = published.to_text(lang)  # type: ignore[arg-type]
    head = text[: text.index("=" * 72)]
    assert all(getattr(claim.claim.title, lang) in head for claim in published.claims)
