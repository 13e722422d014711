"""
No documented key is dead: each is used by some test, and those of the table below change a result of a short run.

OpenDC and RAPS carried keys that their engines never read. Keys that have a test of their own, or a table in the tests of
their room, are not repeated here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from simulator.engine import Signals
from simulator.scenario import load
from tests.pipeline import ROOT, Run, build, child, run, signals_of

KEY = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)
TESTS = [path for path in (ROOT / "tests").rglob("*") if path.suffix in (".py", ".yaml") and "bench" not in path.parts]

# a summer noon of the example with a plant of every kind; no work unless a case brings some
TEXT = """
hubs:
  demo:
    about: {assumed: "test"}
    battery: {energy: "0.3 MWh", power: "0.1 MW", embodied: "30 t", capex: "1 万元"}
    wind: {capacity: "0.1 MW"}
    contracts: {near: {title: {zh: "约", en: "near"}, kind: ppa_solar, capacity: "0.1 MW", price_premium: "0.01 元/kWh"}}
    pv: null
"""
NOON = ("simulation.warm_up=0 s", "simulation.start=2025-07-01T11:00:00+08:00")
IDLE = "workload.jobs=null"
PANELS = "hubs.demo.pv={capacity: {value: 0.2 MW, assumed: x}, tilt: {value: 26 deg, assumed: x}}"
ZJ, MIX = "tariffs.zhejiang", "workload.jobs.training.mix.sft"


def made(folder: Path, *sets: str) -> Run:
    return run(child(folder, TEXT), *NOON, *sets, horizon="2 h")


def figure(group: str, key: str) -> Callable[[Run], float]:
    return lambda one: one.summary[group][key]


def jobs(column: str) -> Callable[[Run], float]:
    return lambda one: float(np.nansum(one.records.jobs[column].to_numpy()))


PV, WATER = figure("energy", "pv_used_gwh"), figure("energy", "water_m3")
POWER, CARBON = figure("cost", "demand_charge_cny"), figure("emissions", "embodied_tco2")
CAPITAL, GREEN = figure("cost", "capex_annuity_cny"), figure("cost", "green_cny")

CASES: list[tuple[tuple[str, ...], str, Callable[[Run], float]]] = [
    ((IDLE, PANELS), "hubs.demo.pv.azimuth=60 deg", PV),
    ((IDLE, PANELS), "hubs.demo.pv.soiling=0.2", PV),
    ((IDLE, PANELS), "hubs.demo.pv.shading=0.2", PV),
    ((IDLE,), "hubs.demo.wind.hub_height=140 m", figure("energy", "wind_used_gwh")),
    ((IDLE,), "hubs.demo.facility.evaporation_l_per_kwh=3.1", WATER),
    ((IDLE, f"{ZJ}.basis=demand"), f"{ZJ}.demand_charge=30 元/kW", POWER),
    ((IDLE, f"{ZJ}.basis=capacity", "hubs.demo.billing={capacity: {value: 1 MVA, assumed: x}}"),
     f"{ZJ}.capacity_charge=20 元/kVA", POWER),
    ((IDLE, f"{ZJ}.basis=demand", "hubs.demo.billing.voltage=kv35"), f"{ZJ}.voltages.kv35.demand_charge=30 元/kW", POWER),
    ((IDLE, f"{ZJ}.basis=capacity", "hubs.demo.billing={voltage: kv35, capacity: {value: 1 MVA, assumed: x}}"),
     f"{ZJ}.voltages.kv35.capacity_charge=20 元/kVA", POWER),
    ((IDLE,), "hubs.demo.battery.embodied=60 t", CARBON),
    ((IDLE,), "hubs.demo.battery.lifetime=3650 d", CARBON),
    ((IDLE,), "hubs.demo.battery.capex=9 万元", CAPITAL),
    ((IDLE,), "hubs.demo.contracts.near.price_premium=0.02 元/kWh", GREEN),
    ((IDLE,), "devices.h800.embodied_server=9000 kg", CARBON),
    ((IDLE,), "devices.h800.lifetime=730 d", CARBON),
    ((IDLE,), "devices.h800.capex_server=9 万元", CAPITAL),
    ((), "workload.jobs.training.request_factor=1.2", jobs("requested_s")),
    ((), f"{MIX}.granularity=3", jobs("stands_for")),
    ((), f"{MIX}.slack=3 h", jobs("deadline_time")),
    (("job_classes.sft.bound=mixed",), "job_classes.sft.compute_weight=0.1", jobs("executed_device_s")),
]  # fmt: skip


@pytest.mark.parametrize(("given", "changed", "look"), CASES, ids=[case[1].partition("=")[0] for case in CASES])
def test_a_key_changes_a_result(
    tmp_path: Path, given: tuple[str, ...], changed: str, look: Callable[[Run], float]
) -> None:
    before, after = look(made(tmp_path, *given)), look(made(tmp_path, *given, changed))
    assert before != pytest.approx(after, rel=1e-6)


def series(folder: Path, time: str) -> Path:
    """A csv of two days of hours whose column of times has some name."""
    path = folder / f"{time}.csv"
    rows = [
        f"2025-{month:02}-{day:02}T{h:02}:00:00,{0.3 + 0.01 * h}" for month, day in ((6, 30), (7, 1)) for h in range(24)
    ]
    path.write_text("\n".join([f"{time},value", *rows]) + "\n")
    return path


@pytest.mark.parametrize(("key", "signal"), [
    (f"{ZJ}.spot", "energy_price"), ("provinces.zhejiang.location_series", "ci_location"),
])  # fmt: skip
def test_the_time_column_of_a_series_may_have_any_name(tmp_path: Path, key: str, signal: str) -> None:
    sets = (f"{ZJ}.parts.energy=null",) if key.endswith("spot") else ()

    def read(time: str, **fields: str) -> Signals:
        text = ", ".join(f"{name}: {value}" for name, value in {"file": series(tmp_path, time), **fields}.items())
        return signals_of(
            build(load(child(tmp_path, TEXT), overrides=(*NOON, IDLE, *sets, f"{key}={{{text}}}"), horizon="2 h"))
        )

    usual, other = read("time"), read("when", time_column="when")
    np.testing.assert_array_equal(usual.exact[signal], other.exact[signal])
    assert usual.exact[signal].ravel().tolist()[::4] == pytest.approx([0.41, 0.42])


def keys(page: str) -> list[str]:
    return sorted(set(KEY.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))))


def test_every_documented_key_is_used_by_some_test() -> None:
    found = keys("scenario-format.md")
    assert len(found) > 200
    words: set[str] = set()
    for path in TESTS:
        words |= set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    assert [key for key in found if key not in words] == []
