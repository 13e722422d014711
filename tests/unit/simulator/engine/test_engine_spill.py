"""A service that may spill, through a whole run: the key changes what is unserved, and every meter still closes."""

from __future__ import annotations

import numpy as np
import pytest

from tests.pipeline import Run, child, run

TWO_HUBS = """
simulation: {horizon: "12 h", warm_up: "0 s"}
hubs:
  other:
    title: {zh: "邻近枢纽", en: "hub nearby"}
    about: {assumed: "test"}
    province: zhejiang
    tariff: zhejiang
    location: {latitude: "31.00 deg", longitude: "121.00 deg", elevation: "4 m"}
    weather: {model: synthetic, site: Hangzhou_CSWD}
    connection: {import_limit: "0.6 MW"}
    facility:
      free_cooling_wet_bulb_c: 12.0
      chiller_wet_bulb_c: 24.0
      chiller_cop: 5.5
      fan_pump_share: 0.07
      ups_loss_share: 0.045
      fixed_share: 0.02
clusters:
  demo_h800: {servers: 8}
  other_h800:
    title: {zh: "邻近集群", en: "cluster nearby"}
    about: {assumed: "test"}
    hub: other
    device: h800
    servers: 8
workload:
  jobs:
    training: null
  services:
    chat:
      title: {zh: "对话", en: "chat"}
      about: {assumed: "test"}
      hub: demo
      job_class: inference_service
      demand: "10 PFLOPS"
      day_shape: servegen_m_large
      target_duty: 1.0
      spill: SPILL
"""
COLUMNS = ("service_asked_device_s", "service_unserved_device_s", "service_spilled_device_s", "service_hosted_device_s")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    folder = tmp_path_factory.mktemp("spill")
    return {
        word: run(child(folder, TWO_HUBS.replace("SPILL", word), name=f"{word}.yaml")) for word in ("false", "true")
    }


def sums(made: Run, hub: str) -> list[float]:
    steps = made.records.steps
    here = np.array(steps["hub"].to_pylist()) == hub
    return [float(steps[column].to_numpy()[here].sum()) for column in COLUMNS]


def test_what_home_lacks_is_served_nearby_if_the_service_may(runs: dict[str, Run]) -> None:
    asked, unserved, spilled, hosted = sums(runs["false"], "demo")
    assert 0.01 < unserved / asked < 0.5
    assert (spilled, hosted) == (0.0, 0.0)
    assert sums(runs["false"], "other") == [0.0, 0.0, 0.0, 0.0]
    asked, rest, spilled, hosted = sums(runs["true"], "demo")
    assert (rest, hosted) == (0.0, 0.0)
    assert spilled == pytest.approx(unserved, rel=1e-9)
    devices_s = sums(runs["true"], "other")[3]
    assert spilled < devices_s < spilled + 8 * 12 * 3600.0  # where there are no jobs, whole servers of 8 serve


def test_the_summary_says_how_much_and_charges_it_where_it_was_used(runs: dict[str, Run]) -> None:
    stays, goes = runs["false"].summary, runs["true"].summary
    assert stays["service"]["services_spilled_share"] == 0.0
    assert goes["service"]["services_unserved_share"] == 0.0
    assert goes["service"]["services_spilled_share"] == pytest.approx(stays["service"]["services_unserved_share"])
    assert goes["hubs"]["other"]["service"]["services_spilled_share"] is None  # it has no users of services
    assert stays["hubs"]["other"]["attribution"]["services_gwh"] == 0.0
    assert goes["hubs"]["other"]["attribution"]["services_gwh"] > 0.0
    assert goes["hubs"]["other"]["energy"]["it_services_gwh"] > 0.0
