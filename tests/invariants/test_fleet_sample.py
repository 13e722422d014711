"""A fleet sample of 1/K: powers and energies come out times K, shares as they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.pipeline import SCENARIOS, Run, child, run

MINIMAL = SCENARIOS / "minimal.yaml"
# Jobs of at most a server: on 8 servers a job of 64 devices would need all of them and block the queue meanwhile.
WHOLE = ("simulation.horizon=5 d", "workload.jobs.training.mix.sft.devices_max=8")
SAMPLE = 4  # 8 of 32 servers


@pytest.fixture(scope="module")
def pair() -> tuple[Run, Run]:
    return run(MINIMAL, *WHOLE), run(MINIMAL, *WHOLE, f"simulation.fleet_sample={SAMPLE}")


def test_an_idle_fleet_scales_exactly() -> None:
    whole = run(MINIMAL, "workload.jobs=null").summary
    sampled = run(MINIMAL, "workload.jobs=null", f"simulation.fleet_sample={SAMPLE}").summary
    for group in ("energy", "emissions", "cost", "clean"):
        for key, value in whole[group].items():
            if isinstance(value, float):
                assert sampled[group][key] == pytest.approx(value, rel=1e-9), f"{group}.{key}"
    assert sampled["capacity"]["fp16"] == pytest.approx(whole["capacity"]["fp16"], rel=1e-9)


def test_a_busy_fleet_scales_within_the_chance_of_its_jobs(pair: tuple[Run, Run]) -> None:
    whole, sampled = (made.summary for made in pair)
    # Demand is set in device-hours of the sampled fleet, so what differs is the chance of a quarter of the jobs, of
    # which the few long ones decide. Forgetting K once would be a factor of 4.
    assert sampled["energy"]["facility_gwh"] == pytest.approx(whole["energy"]["facility_gwh"], rel=0.15)
    assert sampled["energy"]["pue"] == pytest.approx(whole["energy"]["pue"], rel=0.03)
    assert sampled["service"]["utilization"] == pytest.approx(whole["service"]["utilization"], rel=0.3)
    assert sampled["service"]["jobs_submitted"] == pytest.approx(whole["service"]["jobs_submitted"] / SAMPLE, rel=0.3)
    assert sampled["capacity"]["fp16"]["nameplate_eflops"] == whole["capacity"]["fp16"]["nameplate_eflops"]
    assert sampled["scale"]["fleet_sample"] == SAMPLE


def test_records_hold_the_sample_and_its_share_of_every_limit(pair: tuple[Run, Run]) -> None:
    whole, sampled = (made.records.steps for made in pair)
    for name in ("cap_w", "pv_available_w", "contract_available_w"):
        np.testing.assert_allclose(SAMPLE * sampled[name].to_numpy(), whole[name].to_numpy(), rtol=1e-12, atol=1e-6)
    for name in ("temp_wet_bulb_c", "energy_price_cny_per_kwh", "ci_location_kg_per_kwh"):
        np.testing.assert_array_equal(sampled[name].to_numpy(), whole[name].to_numpy())
    energised = [made.records.clusters["energised_device_s"].to_numpy() for made in pair]
    np.testing.assert_array_equal(SAMPLE * energised[1], energised[0])


def test_a_service_is_asked_its_share(tmp_path: Path) -> None:
    text = """
workload:
  jobs: null
  services:
    chat:
      title: {zh: "对话", en: "chat"}
      about: {assumed: "test"}
      hub: demo
      job_class: inference_service
      demand: "0.01 EFLOPS"
      day_shape: servegen_m_large
"""
    scenario = child(tmp_path, text)
    asked = [
        run(scenario, f"simulation.fleet_sample={k}").records.steps["service_asked_device_s"].to_numpy()
        for k in (1, SAMPLE)
    ]
    np.testing.assert_allclose(SAMPLE * asked[1], asked[0], rtol=1e-12)
