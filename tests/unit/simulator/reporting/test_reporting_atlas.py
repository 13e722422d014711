"""The pictures beyond the report: their data agree with the summary and the records, and nothing is clipped."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from simulator.cli import app
from simulator.reporting import render_atlas
from simulator.reporting.atlas_figures import ATLAS, draw_atlas
from simulator.reporting.atlas_plots import atlas_plots, balances, clean_hours, durations, pue_by_wet_bulb, region_map
from simulator.reporting.plots import SOURCES
from simulator.reporting.study import METER_S, Study, hub_steps, read_study
from simulator.reporting.style import style
from simulator.reporting.texts import Texts
from simulator.reporting.values import build_numbers


@pytest.fixture(scope="module")
def study(finished_run: Path) -> Study:
    return read_study(finished_run, columns=None)


def test_supply_covers_load_charging_and_export_in_every_interval(study: Study) -> None:
    for plot in balances(study):
        columns = {name: np.array(values) for name, values in plot.columns.items() if name != "panel"}
        supply = sum(columns[f"{source}_mw"] for source in SOURCES)
        use = columns["facility_mw"] + columns["battery_charge_mw"] + columns["grid_export_mw"]
        np.testing.assert_allclose(supply, use, rtol=1e-9)


def test_the_day_shown_holds_the_peak(study: Study) -> None:
    plot = balances(study)[0]
    powers, panels = np.array(plot.columns["facility_mw"]), np.array(plot.columns["panel"])
    assert powers[panels == "day"].max() == powers[panels == "week"].max()
    assert (panels == "day").sum() == 96


def test_area_under_a_duration_curve_is_the_energy(study: Study) -> None:
    plot = durations(study)
    area = np.trapezoid(plot.columns["facility_mw"], plot.columns["hours"]) / 1e3
    # 400 points on at least 96 steps: a trapezium cuts each step
    assert area == pytest.approx(study.summary["energy"]["facility_gwh"], rel=0.01)
    assert (np.diff(plot.columns["facility_mw"]) <= 0).all()


def test_clean_hours_add_up_to_the_hourly_score(study: Study) -> None:
    plot = clean_hours(study)
    steps = hub_steps(study, ("time_s", "facility_w"))
    load = sum(table["facility_w"].reshape(-1, 4).mean(axis=1) for table in steps.values())
    by_hour = np.bincount(np.arange(len(load)) % 24, weights=load)
    share = float(np.dot(plot.columns["clean_share"], by_hour) / by_hour.sum())  # one day in one month
    assert share == pytest.approx(study.summary["clean"]["cfe_score_hourly"], rel=1e-9)


def test_pue_of_the_bins_is_a_ratio_of_energies(study: Study) -> None:
    """Weighted with IT energy the bins give the PUE of the run; weighted with hours they would not."""
    plot = pue_by_wet_bulb(study)
    table = next(iter(hub_steps(study, ("time_s", "it_w", "temp_wet_bulb_c")).values()))
    it = np.bincount(np.searchsorted(plot.columns["wet_bulb_c"], table["temp_wet_bulb_c"] - 0.5), weights=table["it_w"])
    it = it[it > 0]
    assert np.dot(plot.columns["pue"], it) / it.sum() == pytest.approx(study.summary["energy"]["pue"], rel=1e-9)
    assert sum(plot.columns["hours"]) == pytest.approx(len(table["time_s"]) * METER_S / 3600.0)


def test_sampled_fleets_are_shown_times_k(study: Study) -> None:
    simulation = study.scenario.simulation.model_copy(update={"fleet_sample": 4})
    scenario = study.scenario.model_copy(update={"simulation": simulation})
    sampled = dataclasses.replace(study, loaded=dataclasses.replace(study.loaded, scenario=scenario))
    for one, four in ((balances(study)[0], balances(sampled)[0]), (durations(study), durations(sampled))):
        np.testing.assert_allclose(four.columns["facility_mw"], 4 * np.array(one.columns["facility_mw"]))


def test_map_shows_each_hub_once_with_its_energy(study: Study) -> None:
    plot = region_map(study)
    hubs = [name for kind, name in zip(plot.columns["kind"], plot.columns["name"], strict=True) if kind == "hub"]
    assert hubs == list(study.scenario.hubs)
    assert plot.columns["value"][0] == pytest.approx(study.summary["energy"]["facility_gwh"])


def _texts(figure: Any) -> list[Any]:
    """Whatever is written but tick labels, which matplotlib also keeps for places out of view."""
    found = list(figure.texts) + [text for legend in figure.legends for text in legend.get_texts()]
    for axes in figure.axes:
        found += [*axes.texts, axes.title, axes._left_title, axes.xaxis.label, axes.yaxis.label]
        found += axes.get_legend().get_texts() if axes.get_legend() else []
    return [text for text in found if text.get_visible() and text.get_text()]


def _outside(figure: Any) -> list[str]:
    """Texts that stick out of the sheet."""
    figure.canvas.draw()
    renderer, sheet = figure.canvas.get_renderer(), figure.bbox
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in _texts(figure)]
    return [
        t for t, b in boxes if b.x0 < sheet.x0 - 1 or b.y0 < sheet.y0 - 1 or b.x1 > sheet.x1 + 1 or b.y1 > sheet.y1 + 1
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("place", range(5))
def test_nothing_is_clipped(study: Study, lang: str, place: int) -> None:
    plot = atlas_plots(study)[place]
    with style():
        assert _outside(draw_atlas(plot, study, Texts(lang, build_numbers(study)))) == []


def test_every_kind_is_drawn(study: Study) -> None:
    assert {plot.kind for plot in atlas_plots(study)} == set(ATLAS)


def test_verb_writes_pictures_and_leaves_the_numbers(finished_run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(finished_run, folder)
    before = {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}
    done = CliRunner().invoke(app, ["draw", str(folder), "--lang", "en"])
    assert done.exit_code == 0, done.output
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} == before
    names = {p.name for p in (folder / "figures").iterdir()}
    assert {"region_map.en.svg", "clean_hours.en.png", "clean_hours.csv", "pue_wet_bulb.en.svg"} <= names


def test_same_run_same_bytes(finished_run: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        shutil.copytree(finished_run, tmp_path / name)
    first, second = (render_atlas(tmp_path / name, languages=("zh",)) for name in ("a", "b"))
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


def test_folder_that_is_no_run(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["draw", str(tmp_path)])
    assert done.exit_code == 2
