"""Claims files: what is shipped loads, what is wrong is told with its line, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.audit import load_claims
from simulator.errors import ClaimsError

HEAD = """\
sources:
  notice:
    title: {zh: 公告, en: notice}
    body: {zh: 某市, en: a city}
    date: "2025"
claims:
  one:
    title: {zh: 一, en: one}
    statement: {zh: 说法, en: claim}
    boundary: {zh: 全市, en: city}
    year: 2025
    source: notice
"""


def _message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> str:
    """Return the message of a bad file, with the file called bad.yaml."""
    monkeypatch.chdir(tmp_path)
    Path("bad.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ClaimsError) as caught:
        load_claims("bad.yaml")
    return str(caught.value)


def test_shipped_files_load(scenarios: Path) -> None:
    names = {path.name: load_claims(path) for path in sorted((scenarios / "claims").glob("*.yaml"))}
    assert {"template.yaml", "zhejiang_18eflops.yaml"} <= set(names)


def test_every_shipped_source_is_cited(zhejiang: Path, template: Path) -> None:
    for path in (zhejiang, template):
        text = path.read_text(encoding="utf-8")
        for name in load_claims(path).sources:
            assert text.count(name) > 1, f"{path.name}: nothing cites {name}"


def test_chinese_quantities(zhejiang: Path) -> None:
    stated = load_claims(zhejiang).claims["zhejiang_18eflops"].stated
    # 306亿 kWh = 30.6 TWh = 1.1016e17 J; rounding of floats only
    assert stated.energy == pytest.approx(1.1016e17, rel=1e-12)
    assert stated.compute == pytest.approx(18e18, rel=1e-12)


# what follows `source: notice` on line 12, and the fault that must come of it: place, given, expected, hint
STATED = "    stated: {}\n"
BAD = [
    (
        "    stated: {energy: 306}\n",
        "bad.yaml:13: claims.one.stated.energy",
        "the bare number 306",
        "a text with a unit like '40 MWh' [J]",
        "write the unit with it, e.g. '306 MWh'",
    ),
    (
        "    stated: {energy: 306亿 kW}\n",
        "bad.yaml:13: claims.one.stated.energy",
        "a quantity in 'kW', which is no measure of [J]",
        "a quantity like '40 MWh' [J]",
        "this is power; energy is kWh, MWh, GWh",
    ),
    (
        "    stated: {eficiency: 56.6 GFLOPS/W}\n",
        "bad.yaml:13: claims.one.stated.eficiency",
        "an unknown field",
        "one of compute, efficiency, energy, hours, measure, power, power_of, precision, pue, rack_power, racks",
        "did you mean 'efficiency'?",
    ),
    (
        STATED + "    glosses:\n      g: {written: 56.6 GFLOPS, glossed: 56.6亿次}\n",
        "bad.yaml:15: claims.one.glosses.g.glossed",
        "a quantity in 'FLOP', which is no measure of [FLOPS]",
        "a quantity like '56.6 GFLOPS' [FLOPS]",
        "operations alone are no rate: write FLOPS, PFLOPS, EFLOPS or 次/秒",
    ),
    (
        STATED + "    glosses:\n      g: {unit: kwh, written: 56.6 kWh, glossed: 56.6度}\n",
        "bad.yaml:15: claims.one.glosses.g.unit",
        "the text 'kwh'",
        "one of CNY, FLOPS, FLOPS/W, kW, kWh, kg, rack",
        "did you mean 'kWh'?",
    ),
    (
        STATED + "    references:\n      r: {title: {zh: 总, en: all}, energy: 1亿 kWh, source: notise}\n",
        "bad.yaml:15: claims.one.references.r.source",
        "the source 'notise'",
        "one of notice",
        "did you mean 'notice'?",
    ),
    (
        "    stated: {compute: 1 EFLOPS, efficiency: 50 GFLOPS/W, pue: 1.2}\n"
        "    assume: {load: 1, why: {zh: 无, en: none}}\n"
        "    readings:\n      r: {title: {zh: 读, en: r}, role: stated}\n",
        "bad.yaml:16: claims.one.readings.r",
        "a reading without hours",
        "all inputs of the formula",
        "write it in the reading, in `stated`, or in `assume` with the reason; a year is '8760 h'",
    ),
    (
        "    stated: {compute: 1 EFLOPS, pue: 1.2, hours: 8760 h}\n"
        "    assume: {load: 1, why: {zh: 无, en: none}}\n"
        "    readings:\n      r: {title: {zh: 读, en: r}, role: basis, efficiency: 50 GFLOPS/W}\n",
        "bad.yaml:16: claims.one.readings.r",
        "neither sources nor assumed",
        "sources: [id], or assumed: {zh, en}",
        "a basis is a fact or an assumption of yours: say which",
    ),
    (
        STATED + "    envelopes:\n      e:\n        title: {zh: 界, en: e}\n        precision: fp64\n"
        "        measure: hpl\n        low: 73 GFLOPS/W\n        high: 52 GFLOPS/W\n"
        "        sources: [notice]\n",
        "bad.yaml:15: claims.one.envelopes.e",
        "low 73 GFLOPS/W above high 52 GFLOPS/W",
        "low <= high [FLOPS/W]",
        "",
    ),
]


@pytest.mark.parametrize(("tail", "place", "got", "expected", "hint"), BAD)
def test_fault_is_told_with_its_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tail: str,
    place: str,
    got: str,
    expected: str,
    hint: str,
) -> None:
    lines = ["1 problem in the claims file", f"  {place}: got {got}; expected {expected}"]
    lines += [f"      hint: {hint}"] if hint else []
    assert _message(tmp_path, monkeypatch, HEAD + tail).splitlines() == lines


def test_all_faults_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tail = "    stated: {energy: 306, pue: high}\n    references:\n      r: {energy: 1 kW, source: nobody}\n"
    message = _message(tmp_path, monkeypatch, HEAD + tail)
    assert message.splitlines()[0] == "5 problems in the claims file"
    places = [line.split(": got")[0].strip() for line in message.splitlines()[1:] if ": got" in line]
    assert places == [
        "bad.yaml:13: claims.one.stated.energy",
        "bad.yaml:13: claims.one.stated.pue",
        "bad.yaml:15: claims.one.references.r.energy",
        "bad.yaml:15: claims.one.references.r.source",
        "bad.yaml:15: claims.one.references.r.title",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "got an empty file; expected a mapping of claims file fields"),
        ("sources: {}\nclaims: {}\n", "bad.yaml:2: claims: got"),
        ("claims: 7\nsources: {}\n", "bad.yaml:1: claims: got 7"),
        (HEAD + "    stated: {compute: 0 EFLOPS}\n", "bad.yaml:13: claims.one.stated.compute: got"),
        ("claims: [\n", "text that is not YAML"),
        ("- one\n", "got a list; expected a mapping of claims file fields"),
    ],
)
def test_file_that_is_no_claims_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str) -> None:
    assert said in _message(tmp_path, monkeypatch, text)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("minimal.yaml", "got a scenario; expected a claims file\n      hint: check it with `validate "),
        ("sources.yaml", "got a list of sources; expected a claims file"),
    ],
)
def test_a_file_of_another_kind_is_told_in_one_line(scenarios: Path, file: str, said: str) -> None:
    with pytest.raises(ClaimsError) as caught:
        load_claims(scenarios / file)
    assert said in str(caught.value)
    assert str(caught.value).startswith("1 problem in the claims file\n")


def test_missing_file_names_its_neighbours(scenarios: Path) -> None:
    with pytest.raises(ClaimsError, match=r"no such file; expected a YAML file with a claims file") as caught:
        load_claims(scenarios / "claims" / "zhejiang.yaml")
    assert "zhejiang_18eflops.yaml" in str(caught.value)
