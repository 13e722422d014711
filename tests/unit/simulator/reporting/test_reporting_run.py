"""Reports of a real finished run: complete, traceable, the same in both languages and every time."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import InputError, RunFolderError
from simulator.reporting import render
from simulator.reporting.document import Paragraph, Table
from simulator.reporting.evidence import Evidence
from simulator.reporting.formats import Number, digits
from simulator.reporting.labels import owner_and_label, written
from simulator.reporting.plots import plots
from simulator.reporting.sections import Sections
from simulator.reporting.study import Study, read_study
from simulator.reporting.texts import Texts
from simulator.reporting.values import build_numbers

FIGURES = ("ladder", "hub_power", "supply_mix", "wait_times")
TOKEN = re.compile(r"[−-]?\d[\d,]*(?:\.\d+)?")


def copy_of(run: Path, place: Path) -> Path:
    return Path(shutil.copytree(run, place / "run", ignore=shutil.ignore_patterns("figures", "report.*")))


@pytest.fixture(scope="module")
def folder(finished_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of a finished run with its reports; a warning (missing glyph) would have failed it."""
    place = copy_of(finished_run, tmp_path_factory.mktemp("report"))
    render(place)
    return place


@pytest.fixture(scope="module")
def study(finished_run: Path) -> Study:
    return read_study(finished_run)


def test_writes_every_file_and_reports_progress(finished_run: Path, tmp_path: Path) -> None:
    place, seen = copy_of(finished_run, tmp_path), []
    written = render(place, progress=lambda done, total: seen.append((done, total)))
    names = {path.relative_to(place).as_posix() for path in written}
    expected = {f"report.{lang}.{kind}" for lang in ("zh", "en") for kind in ("md", "html")}
    expected |= {f"figures/{name}.csv" for name in FIGURES}
    expected |= {f"figures/{n}.{lang}.{kind}" for n in FIGURES for lang in ("zh", "en") for kind in ("svg", "png")}
    assert names == expected
    assert all(path.stat().st_size > 0 for path in written)
    assert seen == [(i + 1, 12) for i in range(12)]  # 2 languages x (4 figures + 2 formats)


def test_inputs_are_left_as_they_were(finished_run: Path, folder: Path) -> None:
    for path in finished_run.iterdir():
        if path.suffix in (".json", ".parquet"):
            assert (folder / path.name).read_bytes() == path.read_bytes()


def test_same_run_gives_the_same_bytes(finished_run: Path, folder: Path, tmp_path: Path) -> None:
    again = copy_of(finished_run, tmp_path)
    for path in render(again):
        assert path.read_bytes() == (folder / path.relative_to(again)).read_bytes(), path.name


def test_one_language_without_figures(finished_run: Path, tmp_path: Path) -> None:
    place = copy_of(finished_run, tmp_path)
    assert [p.name for p in render(place, languages=("en",), formats=("md",), figures=False)] == ["report.en.md"]
    assert not (place / "figures").exists()
    assert "![" not in (place / "report.en.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"languages": ("fr",)}, r"'fr'; expected one of zh, en"),
        ({"formats": ("pdf",)}, r"'pdf'; expected one of md"),
    ],
)
def test_unknown_choices_are_refused(finished_run: Path, choice: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        render(finished_run, **choice)


def test_unfinished_run_is_refused(finished_run: Path, tmp_path: Path) -> None:
    place = copy_of(finished_run, tmp_path)
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    (place / "manifest.json").write_text(json.dumps(manifest | {"status": "running"}), encoding="utf-8")
    with pytest.raises(RunFolderError, match=r"running"):
        render(place)


def test_figures_show_what_the_summary_says(study: Study) -> None:
    """Sums over the step table equal the summary; 1e-9 relative is the tolerance of the energy ledger."""
    supply = next(plot for plot in plots(study) if plot.kind == "supply")
    factor = {"GWh": 1.0, "MWh": 1e-3}[supply.notes["unit"]]
    energy, unit = study.summary["energy"], supply.notes["unit"].lower()
    for column, key in (
        ("facility", "facility_gwh"),
        ("grid_import", "grid_import_gwh"),
        ("pv_used", "pv_used_gwh"),
    ):
        assert sum(supply.columns[f"{column}_{unit}"]) * factor == pytest.approx(energy[key], rel=1e-9)


def test_csv_holds_what_is_drawn(study: Study, folder: Path) -> None:
    for plot in plots(study):
        with (folder / "figures" / f"{plot.name}.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        for name, values in plot.columns.items():
            read = [row[name] for row in rows]
            if values and isinstance(values[0], float):
                assert [float(cell) for cell in read] == pytest.approx(values, rel=1e-7)  # eight digits are written
            else:
                assert read == [str(value) for value in values]


def found_at(origin: str, study: Study) -> Any:
    """Follow an origin such as ``summary:energy.pue`` or ``scenario:simulation.horizon``."""
    place, _, path = origin.partition(":")
    node: Any = {"summary": study.summary, "scenario": study.scenario}[place]
    for step in path.split("."):
        if isinstance(node, list):
            node = node[int(step)]
        else:
            node = node.get(step) if isinstance(node, dict) else getattr(node, step)
    return node


def test_every_number_traces_to_the_run(study: Study) -> None:
    for key, number in build_numbers(study).items():
        assert number.origin, key
        if len(number.origin) == 1 and number.origin[0].startswith("summary:") and ".cover." not in key:
            assert number.value == found_at(number.origin[0], study), key


def findings(study: Study, lang: str) -> list[Any]:
    sections = Sections(study, Texts(lang, build_numbers(study)), plots(study))
    return [*sections.answer(), *sections.details()]


def test_both_languages_have_the_same_blocks_and_numbers(study: Study) -> None:
    zh, en = findings(study, "zh"), findings(study, "en")
    assert [block.kind for block in zh] == [block.kind for block in en]
    for left, right in zip(zh, en, strict=True):
        if isinstance(left, Table):
            assert [len(row) for row in left.rows] == [len(row) for row in right.rows]
            for ours, theirs in zip(left.rows, right.rows, strict=True):
                assert [TOKEN.findall(c) for c in ours[1:]] == [TOKEN.findall(c) for c in theirs[1:]]
        elif isinstance(left, Paragraph) and left.tone != "question":
            # Chinese repeats large numbers in 亿 and 万 and has digits for months: it may hold more
            assert not Counter(TOKEN.findall(right.text)) - Counter(TOKEN.findall(left.text)), right.text


def is_written(token: str, numbers: list[Number]) -> bool:
    """Whether a token is one of the numbers, in some unit it may be shown in, to the token's last decimal."""
    value = float(token.replace(",", "").replace("−", "-"))
    half = 0.5000001 * 10.0 ** -len(token.partition(".")[2])
    scales = [1.0, 1e2, 1e3, 1e6, 1e-6, 1 / 60, 1 / 3600, 1 / 86400]
    known = (number.value for number in numbers if number.value is not None)
    return any(abs(number * scale - value) <= half for number in known for scale in scales)


def test_every_number_of_the_tables_is_a_written_number_of_the_run(study: Study) -> None:
    numbers = list(build_numbers(study).values())
    assert not is_written("123.456", numbers)
    for block in findings(study, "en"):
        if isinstance(block, Table):
            for row in block.rows:
                for cell in row[1:]:
                    for token in TOKEN.findall(cell):
                        assert "<" in cell or is_written(token, numbers), (block.caption, row)


def rows_of(study: Study, lang: str) -> dict[str, tuple[str, ...]]:
    return {row[0]: row[1:] for block in findings(study, lang) if isinstance(block, Table) for row in block.rows}


def test_job_rows_add_up(study: Study) -> None:
    rows = {
        name: int(cells[0].replace(",", ""))
        for name, cells in rows_of(study, "en").items()
        if "MW" not in name and re.fullmatch(r"[\d,]+", cells[0])
    }
    came = rows["submitted"] + rows["carried in from the warm-up"]
    assert came == sum(
        rows[name] for name in ("finished", "failed", "killed", "running at the end", "waiting at the end", "rejected")
    )


def test_a_trace_without_end_states_has_no_outcomes(study: Study) -> None:
    """The engine takes such jobs as finished; the report must not call them so."""
    work: dict[str, Any] = {"sources": {"philly": {"model": "trace", "status": {"unknown": 9764}}}}
    summary = json.loads(json.dumps(study.summary))
    summary["service"] |= {"jobs_failed": 0, "jobs_killed": 0}
    trace = Study(study.manifest | {"workload": work}, summary, study.loaded, study.records)
    rows = rows_of(trace, "zh")
    assert "完成的作业" not in rows
    assert rows["结束的作业（结局未记录）"] == (digits(build_numbers(study)["service.jobs_finished"])[0],)
    assert not {"运行失败的作业", "被终止的作业"} & set(rows)  # nobody knows: a row of dashes says no more
    work["sources"]["philly"]["status"]["failed"] = 1
    assert "完成的作业" in rows_of(trace, "zh")


def test_missing_keys_of_older_runs_are_dashes(study: Study) -> None:
    summary = json.loads(json.dumps(study.summary))
    del summary["clean"]["match_annual_without_certificates"]
    old = Study(study.manifest, summary, study.loaded, study.records)
    assert rows_of(old, "en")["annual, without certificates"] == ("—",)


def test_the_connection_is_told_from_the_meter(study: Study) -> None:
    numbers = build_numbers(study)
    imported = study.summary["energy"]["peak_import_mw"]
    assert numbers["connection.peak_import_mw"].value == pytest.approx(imported, rel=1e-12)
    assert numbers["connection.import_limit_mw"].value == pytest.approx(0.6)
    assert numbers["connection.hours_at_limit"].value == 0.0
    tight = study.scenario.hubs["demo"].connection.model_copy(update={"import_limit": imported * 1e6})
    hub = study.scenario.hubs["demo"].model_copy(update={"connection": tight})
    scenario = study.scenario.model_copy(update={"hubs": {"demo": hub}})
    other = Study(study.manifest, study.summary, replace(study.loaded, scenario=scenario), study.records)
    assert build_numbers(other)["connection.hours_at_limit"].value >= 0.25  # the interval of the peak


def test_fields_and_values_are_in_words(study: Study) -> None:
    expected = {
        "hubs.demo.connection.import_limit": ("受电上限", "import limit"),
        "devices.h800.mfu.sft": ("微调的算力利用率（MFU）", "model FLOPS utilisation (MFU), fine-tuning"),
        "devices.h800.peak.fp16": ("单卡FP16峰值算力", "FP16 peak of a device"),
        "workload.jobs.training.fill": ("作业需求占设备能力的份额", "demand for work over what the fleet can do"),
        "tariffs.zhejiang.time_of_use.rules_2024.periods.0.hours.1.0": (
            "时段划分（钟点）",
            "time-of-use periods (hours)",
        ),
    }
    for path, labels in expected.items():
        for lang, label in zip(("zh", "en"), labels, strict=True):
            assert owner_and_label(path, study, Texts(lang, {}))[1] == label
    zh, en = Texts("zh", {}), Texts("en", {})
    assert [written(text, zh) for text in ("4 delta_degC", "5 year", "2025-07-01T00:00:00+08:00", "8.5 kW")] == [
        "4 K",
        "5年",
        "2025年7月1日",
        "8.5 kW",
    ]
    assert [written(text, en) for text in ("5 year", "240 万元", "2025-09-10")] == [
        "5 years",
        "CNY 2.4 million",
        "10 September 2025",
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_field_in_use_is_shown_by_its_path(study: Study, lang: str) -> None:
    texts = Texts(lang, {})
    for path in study.loaded.provenance:
        label = owner_and_label(path, study, texts)[1]
        assert not re.search(r"[a-z]_[a-z]|[a-z]\.[a-z]", label), (path, label)


def test_sources_carry_id_and_note(study: Study) -> None:
    used = {source for path, origin in study.loaded.provenance.items() for source in origin.sources}
    loaded = study.loaded
    noted = {
        name: replace(source, note="只读了摘要 | only the abstract was read") for name, source in loaded.sources.items()
    }
    evidence = Evidence(replace(study, loaded=replace(loaded, sources=noted)), Texts("zh", build_numbers(study)))
    table = next(block for block in evidence.facts_and_assumptions() if isinstance(block, Table))
    assert {row[0] for row in table.rows} <= used
    assert all("只读了摘要" in row[1] and "abstract" not in row[1] for row in table.rows)


def test_only_sampling_is_not_called_bundling(study: Study) -> None:
    simulation = study.scenario.simulation.model_copy(update={"fleet_sample": 8})
    scenario = study.scenario.model_copy(update={"simulation": simulation})
    sampled = replace(study, loaded=replace(study.loaded, scenario=scenario))
    texts = [block.text for block in findings(sampled, "en") if isinstance(block, Paragraph)]
    assert any("one device in 8" in text for text in texts)
    assert not any("bundles" in text for text in texts)


def test_changing_the_summary_changes_the_report(study: Study) -> None:
    """A number typed into a template would not follow."""
    changed = json.loads(json.dumps(study.summary))
    changed["energy"]["pue"] = 1.987
    other = Study(study.manifest, changed, study.loaded, study.records)
    for lang in ("zh", "en"):
        lead = next(b for b in findings(other, lang) if isinstance(b, Paragraph) and b.tone == "lead")
        assert "1.987" in lead.text


def test_unknown_number_is_an_error_of_ours(study: Study) -> None:
    with pytest.raises(KeyError):
        Texts("en", {"a": Number(1.0, "count", ("x",))}).show("b")


class Page(HTMLParser):
    """Collects what the checks need."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def page_of(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


@pytest.mark.parametrize(("lang", "code"), [("zh", "zh-CN"), ("en", "en")])
def test_html_stands_alone_and_is_accessible(folder: Path, lang: str, code: str) -> None:
    text = (folder / f"report.{lang}.html").read_text(encoding="utf-8")
    page = page_of(folder / f"report.{lang}.html")
    assert ("html", {"lang": code}) in page.tags
    assert not re.search(r'(?:src|href)="(?!#)', text)  # nothing is fetched
    assert not re.search(r"url\((?!#|data:)|@import", text)
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in page.tags if tag == "th")
    drawings = [attrs for tag, attrs in page.tags if tag == "svg"]
    assert len(drawings) == len(FIGURES)
    assert all(attrs["role"] == "img" and attrs["aria-labelledby"] for attrs in drawings)
    headings = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    assert headings[0] == 1
    assert set(headings[1:]) == {2}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_html_ids_are_unique_and_every_reference_resolves(folder: Path, lang: str) -> None:
    text = (folder / f"report.{lang}.html").read_text(encoding="utf-8")
    ids = [attrs["id"] for _, attrs in page_of(folder / f"report.{lang}.html").tags if "id" in attrs]
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    used = set(re.findall(r'href="#([^"]+)"', text)) | set(re.findall(r"url\(#([^)]+)\)", text))
    assert used <= set(ids)


def test_chinese_page_brings_its_glyphs(folder: Path) -> None:
    assert "font/woff;base64" in (folder / "report.zh.html").read_text(encoding="utf-8")
    assert "font/woff;base64" not in (folder / "report.en.html").read_text(encoding="utf-8")


def test_markdown_links_its_figures(folder: Path) -> None:
    for lang in ("zh", "en"):
        text = (folder / f"report.{lang}.md").read_text(encoding="utf-8")
        links = re.findall(r"\]\((figures/[^)]+)\)", text)
        assert len(links) == len(FIGURES)
        assert all((folder / link).is_file() for link in links)


def test_no_untranslated_template_or_missing_value_is_left(folder: Path) -> None:
    for path in folder.glob("report.*"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(
            r"{{|}}(?!\s*\n?\s*[.@*:#a-z])|\bNone\b|\bnan\b",
            re.sub(r"<style>.*?</style>", "", text, flags=re.S),
        )


def test_facts_and_assumptions_are_apart(study: Study, folder: Path) -> None:
    text = (folder / "report.en.md").read_text(encoding="utf-8")
    facts = text[text.index("## Basis: published facts") : text.index("## Basis: assumptions")]
    sources = {s for origin in study.loaded.provenance.values() for s in origin.sources}
    listed = [source for source in sources if study.loaded.sources[source].title.en.replace("_", r"\_") in facts]
    assert listed
    assert str(study.run_id) in text
    assert "synthetic" in text[text.index("## Limits of the model") :].lower()


def test_importing_the_room_is_light() -> None:
    heavy = ("matplotlib", "jinja2", "pandas", "pyarrow", "pydantic")
    code = f"import sys, simulator.reporting; print([m for m in {heavy} if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
