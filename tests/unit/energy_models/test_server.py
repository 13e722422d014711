"""Server power: OpenDC's host (V15) and the measured servers of the Seren cluster."""

import numpy as np
import pytest

from energy_models.server import active_power_per_device_w, duty_from_power, server_power_w, speed_power_share

# 8-GPU A100 servers of Seren, IPMI, Acme trace (Hu et al., NSDI 2024): 10th percentile, mean, highest [W]
SEREN_IDLE_W, SEREN_MEAN_W, SEREN_MAX_W = 1512.0, 2930.0, 6554.0
SEREN_UTILISATION = 0.66


def host_j(cpu: float, minutes: float, gpu: float | None = None) -> float:
    power = server_power_w(100.0, 200.0, 1, busy_devices=1, duty=cpu)
    if gpu is not None:
        power += server_power_w(200.0, 400.0, 1, busy_devices=1, duty=gpu)
    return power * minutes * 60.0


def test_v15_opendc_host() -> None:
    assert host_j(0.5, 10) == pytest.approx(90_000)
    assert host_j(0.5, 10) + host_j(1.0, 5) == pytest.approx(150_000)
    assert host_j(0.5, 10) + 2 * host_j(1.0, 5) == pytest.approx(210_000)


@pytest.mark.parametrize(("cpu", "gpu", "expected_j"), [(0, 0.5, 240_000), (0.5, 0.5, 270_000), (0.5, 1.0, 330_000)])
def test_v15_opendc_host_with_gpu(cpu: float, gpu: float, expected_j: float) -> None:
    assert host_j(cpu, 10, gpu) == pytest.approx(expected_j)


def test_monitored_utilisation_is_no_power_duty() -> None:
    """Fed with Seren's own utilisation the model does NOT give its mean power: it is 65 % too high."""
    found = server_power_w(SEREN_IDLE_W, SEREN_MAX_W, 8, busy_devices=8, duty=SEREN_UTILISATION)
    assert found / SEREN_MEAN_W == pytest.approx(1.65, abs=0.01)


def test_duty_of_the_server_agrees_with_the_duty_of_its_boards() -> None:
    server = duty_from_power(SEREN_IDLE_W, SEREN_MAX_W, SEREN_MEAN_W)
    assert server == pytest.approx(0.281, abs=0.001)
    # boards, measured apart: 60 W idle, 168.6 W mean, 400 W rated; 0.05 for CPUs and fans that follow in part
    assert duty_from_power(60.0, 400.0, 168.6) == pytest.approx(server, abs=0.05)


def test_power_is_idle_and_full_at_the_ends() -> None:
    assert server_power_w(1500.0, 6500.0, 8, busy_devices=0, duty=0.7) == 1500.0
    assert server_power_w(1500.0, 6500.0, 8, busy_devices=8, duty=1.0) == 6500.0
    assert active_power_per_device_w(1500.0, 6500.0, 8, 1.0) == 625.0


def test_speed_table_is_straight_between_its_two_points() -> None:
    assert speed_power_share(np.array([0.6, 0.8, 1.0]), 0.6, 0.4) == pytest.approx([0.4, 0.7, 1.0])
    assert speed_power_share(1.0, 1.0, 1.0) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "bad",
    [
        lambda: active_power_per_device_w(300.0, 200.0, 1, 0.5),
        lambda: active_power_per_device_w(100.0, 200.0, 0, 0.5),
        lambda: active_power_per_device_w(100.0, 200.0, 1, 66.0),
        lambda: speed_power_share(0.5, 0.6, 0.4),
        lambda: speed_power_share(1.0, 0.0, 0.4),
        lambda: duty_from_power(100.0, 200.0, 250.0),
    ],
)
def test_bad_input_is_refused(bad) -> None:
    with pytest.raises(ValueError, match="expected"):
        bad()
