"""What the shipped scenarios and their variants put into a report is in words, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator.reporting.assumptions import in_use
from simulator.reporting.labels import owner_and_label
from simulator.reporting.study import Study
from simulator.reporting.texts import Texts
from simulator.reporting.typography import HAN
from simulator.scenario import load

SCENARIOS = Path(__file__).resolve().parents[4] / "scenarios"
PATH = re.compile(r"[a-z]_[a-z]|[a-z]\.[a-z]")


def cases() -> list[tuple[str, str | None]]:
    names = ("minimal", "yrd_2025")
    return [(name, variant) for name in names for variant in (None, *load(SCENARIOS / f"{name}.yaml").variants)]


@pytest.mark.parametrize(("name", "variant"), cases(), ids=str)
def test_every_field_with_a_basis_has_a_name(name: str, variant: str | None) -> None:
    loaded = load(SCENARIOS / f"{name}.yaml", variant=variant)
    study = Study({}, {}, loaded, None)
    for lang in ("zh", "en"):
        texts = Texts(lang, {})
        for path in loaded.provenance:
            if in_use(path, study):
                label = owner_and_label(path, study, texts)[1]
                assert not PATH.search(label), (lang, path)
                assert lang == "en" or not re.fullmatch(r"[a-z ]+", label), path


@pytest.mark.parametrize(("name", "variant"), cases(), ids=str)
def test_reasons_and_notes_have_both_languages(name: str, variant: str | None) -> None:
    loaded = load(SCENARIOS / f"{name}.yaml", variant=variant)
    texts = {origin.why for origin in loaded.provenance.values() if origin.why}
    texts |= {source.note for source in loaded.sources.values() if source.note}
    for text in texts:
        zh, mark, en = text.partition("|")
        assert mark, text
        assert re.search(f"[{HAN}]", zh) or not re.search(r"[a-z]{4}", zh), text
        assert not re.search(f"[{HAN}]", en), text
