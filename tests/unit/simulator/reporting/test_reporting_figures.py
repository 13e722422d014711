"""The figures beyond what the smallest run shows: targets, long runs, sampled fleets; nothing clipped."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from simulator.reporting.figures import PAGE_IN, draw, save
from simulator.reporting.plots import ladders, plots, power, supply, waits
from simulator.reporting.render import build_document
from simulator.reporting.sections import Sections
from simulator.reporting.study import RUNGS, Study, read_study
from simulator.reporting.style import style
from simulator.reporting.texts import Texts
from simulator.reporting.values import build_numbers
from simulator.scenario import Scenario

INCREMENTS = (18.02, 18.02, 17.62, 11.3, 6.1, 2.2)


@pytest.fixture(scope="module")
def study(finished_run: Path) -> Study:
    return read_study(finished_run)


def with_scenario(study: Study, **updates: Any) -> Study:
    scenario: Scenario = study.scenario.model_copy(update=updates)
    return dataclasses.replace(study, loaded=dataclasses.replace(study.loaded, scenario=scenario))


@pytest.fixture(scope="module")
def aimed(study: Study) -> Study:
    """The same run with a target, as accounting writes it: met at nameplate, not below energised."""
    target = {
        "id": "zj",
        "precision": "fp16",
        "rung": "nameplate",
        "required_eflops": 100.0,
        "baseline_eflops": 82.0,
        "gap_before_eflops": 18.0,
        "counted_eflops": 100.02,
        "gap_after_eflops": -0.02,
        "met": True,
        "increment_by_rung": dict(zip(RUNGS, INCREMENTS, strict=True)),
        "rungs_covering_gap": ["nameplate", "energised"],
        "on_paper_only": True,
    }
    model = type(study.scenario).model_fields["targets"].annotation.__args__[1]
    spec = model.model_validate(
        {
            "title": {"zh": "浙江目标", "en": "Zhejiang target"},
            "precision": "fp16",
            "rung": "nameplate",
            "date": "2025-12-31T00:00:00+08:00",
            "required": "100 EFLOPS",
            "baseline": "82 EFLOPS",
        }
    )
    other = with_scenario(study, targets={"zj": spec})
    return dataclasses.replace(other, summary={**study.summary, "targets": [target]})


def with_column(table: pa.Table, name: str, values: Any) -> pa.Table:
    index = table.schema.get_field_index(name)
    return table.set_column(index, table.schema.field(index), values)


@pytest.fixture(scope="module")
def long_run(study: Study) -> Study:
    """Ninety copies of the run's first day, one after another; the tenth week is twice as busy."""
    steps = study.records.steps
    day = steps.filter(pc.less(steps["time_s"], 86400.0))
    days = []
    for number in range(90):
        table = with_column(day, "time_s", pc.add(day["time_s"], number * 86400.0))
        if 63 <= number < 70:
            table = with_column(table, "facility_w", pc.multiply(table["facility_w"], 2.0))
        days.append(table)
    simulation = study.scenario.simulation.model_copy(update={"horizon": 90 * 86400.0})
    records = dataclasses.replace(study.records, steps=pa.concat_tables(days))
    return dataclasses.replace(with_scenario(study, simulation=simulation), records=records)


def drawn(study: Study, lang: str) -> list[Any]:
    texts = Texts(lang, build_numbers(study))
    with style():
        return [draw(plot, study, texts) for plot in plots(study)]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("which", ["study", "aimed", "long_run"])
def test_nothing_is_clipped_and_axes_name_their_units(request: pytest.FixtureRequest, which: str, lang: str) -> None:
    for figure in drawn(request.getfixturevalue(which), lang):
        with style():
            figure.canvas.draw()
            drawn_box = figure.get_tightbbox()  # inches; all that is drawn, labels of hidden ticks left out
        width, height = figure.get_size_inches()
        assert drawn_box.x0 >= 0
        assert drawn_box.y0 >= 0
        assert drawn_box.x1 <= width
        assert drawn_box.y1 <= height
        left = figure.axes[0]
        assert any(mark in left.get_ylabel() for mark in ("MW", "GWh", "MWh", "EFLOPS", "%"))


def test_svg_is_deterministic_titled_and_small(aimed: Study, tmp_path: Path) -> None:
    names = []
    for turn in ("a", "b"):
        (tmp_path / turn).mkdir()
        for number, figure in enumerate(drawn(aimed, "zh")):
            with style():
                names += [path.name for path in save(figure, tmp_path / turn, f"f{number}", "说明 <&>")]
    for name in set(names):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
        assert (tmp_path / "a" / name).stat().st_size < 500_000
    assert "<title>说明 &lt;&amp;&gt;</title>" in (tmp_path / "a" / "f0.svg").read_text(encoding="utf-8")


def test_ladder_holds_increments_gap_and_baseline(aimed: Study) -> None:
    (plot,) = ladders(aimed)
    assert plot.kind == "ladder"
    assert plot.columns["increment_eflops"] == list(INCREMENTS)
    assert set(plot.columns["gap_before_eflops"]) == {18.0}


def test_a_target_met_at_nameplate_only_is_called_so(aimed: Study) -> None:
    numbers = build_numbers(aimed)
    sentences = {
        lang: Sections(aimed, Texts(lang, numbers), []).answer()[2].text  # type: ignore[union-attr]
        for lang in ("zh", "en")
    }
    assert "仅账面达标" in sentences["zh"]
    assert "met on paper only" in sentences["en"]
    for text in sentences.values():
        assert all(shown in text for shown in ("100.0 EFLOPS", "18.0 EFLOPS", "17.6 EFLOPS", "2.2 EFLOPS"))


def test_a_target_outside_the_run_is_told_by_plan_only(aimed: Study) -> None:
    target = dict(aimed.summary["targets"][0], met=False, counted_eflops=91.0, gap_after_eflops=9.0)
    target["increment_by_rung"] = {"nameplate": 9.0, "energised": 9.0} | dict.fromkeys(RUNGS[2:])
    planned = dataclasses.replace(aimed, summary={**aimed.summary, "targets": [target | {"rungs_covering_gap": []}]})
    numbers = build_numbers(planned)
    for lang, words in (("zh", "目标日不在模拟期内"), ("en", "outside the simulated time")):
        text = Sections(planned, Texts(lang, numbers), []).answer()[2].text  # type: ignore[union-attr]
        assert words in text
        assert "—" not in text.partition("9.0 EFLOPS")[0]


def test_a_variant_is_named_in_title_question_and_footer(study: Study) -> None:
    title = type(study.scenario.title)(zh="一半在西部", en="half in the west")
    loaded = dataclasses.replace(study.loaded, variant="west", variants={"west": title})
    other = dataclasses.replace(study, loaded=loaded)
    for lang, words in (("zh", "一半在西部"), ("en", "half in the west")):
        sections = Sections(other, Texts(lang, build_numbers(other)), plots(other))
        document = build_document(other, sections)
        assert words in document.title
        assert words in document.blocks[1].text  # type: ignore[union-attr]
        with style():
            figure = draw(waits(other), other, sections.t)
        assert words in figure.texts[-1].get_text()


def test_long_run_shows_its_busiest_week_and_every_day(long_run: Study) -> None:
    plot = power(long_run)
    assert plot.notes["week_start_s"] == 63 * 86400.0
    panels = np.array(plot.columns["panel"])
    hubs = len(long_run.scenario.hubs)
    assert (panels == "week").sum() == 7 * 96 * hubs
    assert (panels == "run").sum() == 90 * hubs
    steps = long_run.records.steps
    mean_mw = pc.mean(steps["facility_w"]).as_py() / 1e6
    daily = np.array(plot.columns["facility_mw"])[panels == "run"].mean()
    assert daily == pytest.approx(mean_mw, rel=1e-12)  # equal lengths: the mean of daily means is the mean


def test_months_are_calendar_months(long_run: Study) -> None:
    plot = supply(long_run)
    assert plot.notes["step"] == "month"
    starts = [moment.isoformat()[:7] for moment in plot.notes["moments"]]
    assert starts == sorted(set(starts))
    total_j = pc.sum(long_run.records.steps["facility_w"]).as_py() * 900.0
    assert sum(plot.columns["facility_gwh"]) == pytest.approx(total_j / 3.6e12, rel=1e-12)


def test_a_sampled_fleet_is_shown_at_full_size(study: Study) -> None:
    simulation = study.scenario.simulation.model_copy(update={"fleet_sample": 10})
    sampled = with_scenario(study, simulation=simulation)
    for key in ("facility_mw", "cap_mw"):
        assert power(sampled).columns[key] == pytest.approx([10 * x for x in power(study).columns[key]])
    assert power(sampled).columns["hub"] == power(study).columns["hub"]


def test_wait_curve_counts_the_jobs_that_waited_longer(study: Study) -> None:
    plot = waits(study)
    jobs = study.records.jobs
    waited = [
        w
        for w, s in zip(jobs["waiting_time"].to_pylist(), jobs["submission_time"].to_pylist(), strict=True)
        if w is not None and w == w and s >= 0
    ]
    assert plot.notes["started"] == len(waited)
    rows = [i for i, name in enumerate(plot.columns["hub"]) if name == "all"]
    for i in (rows[0], rows[len(rows) // 2], rows[-1]):
        longer = sum(w > plot.columns["wait_s"][i] for w in waited) / len(waited)
        assert plot.columns["share_waiting_longer"][i] == pytest.approx(longer, abs=1e-12)


def test_a_run_without_started_jobs_still_draws(study: Study) -> None:
    records = dataclasses.replace(study.records, jobs=study.records.jobs.slice(0, 0))
    empty = dataclasses.replace(study, records=records)
    texts = Texts("zh", build_numbers(empty))
    with style():
        figure = draw(waits(empty), empty, texts)
        figure.canvas.draw()
    assert figure.axes[0].get_title(loc="left") == texts("figure.waits.none")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_not_known_is_neither_drawn_nor_told_as_nothing(aimed: Study, lang: str) -> None:
    """A target whose date lies outside the run has no increment from available on."""
    target = dict(aimed.summary["targets"][0])
    target["increment_by_rung"] = {r: v if r in RUNGS[:2] else None for r, v in target["increment_by_rung"].items()}
    planned = dataclasses.replace(aimed, summary={**aimed.summary, "targets": [target]})
    texts = Texts(lang, build_numbers(planned))
    plot = ladders(planned)[0]
    assert plot.columns["increment_eflops"][2:] == [None] * 4
    with style():
        written = [text.get_text() for text in draw(plot, planned, texts).axes[1].texts]
    assert written.count("—") == 4
    assert "0" not in written
    sections = Sections(planned, texts, [plot])
    assert sections.alt("ladder") == texts("alt.ladder_plan", nameplate="18.0 EFLOPS", gap="18.0 EFLOPS")
    assert sections.image("ladder", "ladder")[0].caption == texts("caption.ladder_plan")


def test_power_of_many_hubs_fits_on_a_page(study: Study) -> None:
    """Ten hubs: no higher than a page is, and no title in the panel above it."""
    hub, steps = next(iter(study.scenario.hubs.items())), study.records.steps
    names = [f"h{number}" for number in range(10)]
    parts = [with_column(steps, "hub", pa.array([name] * len(steps)).dictionary_encode()) for name in names]
    records = dataclasses.replace(study.records, steps=pa.concat_tables(parts).unify_dictionaries())
    many = dataclasses.replace(with_scenario(study, hubs=dict.fromkeys(names, hub[1])), records=records)
    with style():
        figure = draw(power(many), many, Texts("en", {}))
        figure.canvas.draw()
    assert figure.get_size_inches()[1] <= PAGE_IN
    boxes = [axes.get_window_extent() for axes in figure.axes]
    for axes, above in zip(figure.axes[1:], boxes, strict=False):
        assert axes.title.get_window_extent().y1 <= above.y0
