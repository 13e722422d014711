"""
The series that ship: made up from a formula, not measured. ``python -m tests.scenarios.made_series`` writes them anew.

Spot prices of June and July 2025: a day shape (low when the sun is high, high in the evening), weekends lower, noise that
lasts for hours, and a mean of 0.412 CNY/kWh, the mean of Zhejiang's long-term trade in 2025 (fact price.zj_2025_lt). Limits of
-0.2 (reached in Zhejiang in January 2025, fact price.zj_neg) and 1.2 CNY/kWh.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from tests.pipeline import SCENARIOS

SPOT = SCENARIOS / "series" / "spot_made_up_2025_07.csv"
BEGIN, DAYS = datetime(2025, 6, 24), 38
MEAN, LOWEST, HIGHEST, SEED = 0.412, -0.2, 1.2, 20250701
# over the mean, by hour: assumed
SHAPE = (
    0.85, 0.80, 0.78, 0.77, 0.80, 0.90, 1.00, 1.10, 1.05, 0.80, 0.55, 0.40,
    0.35, 0.40, 0.60, 0.90, 1.15, 1.45, 1.70, 1.75, 1.60, 1.35, 1.10, 0.95,
)  # fmt: skip
WEEKEND, NOISE, LASTING = 0.85, 0.15, 0.85  # share of a working day; standard deviation [CNY/kWh]; of it an hour later


def spot() -> str:
    """Return the file of spot prices. [CNY/kWh]"""
    rng = np.random.default_rng(SEED)
    hours = [BEGIN + timedelta(hours=h) for h in range(24 * DAYS)]
    shape = np.array([SHAPE[t.hour] * (WEEKEND if t.weekday() >= 5 else 1.0) for t in hours])
    noise = np.zeros(len(hours))
    for h in range(1, len(hours)):
        noise[h] = LASTING * noise[h - 1] + NOISE * np.sqrt(1.0 - LASTING**2) * rng.standard_normal()
    price = np.clip(MEAN * shape / shape.mean() + noise - noise.mean(), LOWEST, HIGHEST)
    rows = [f"{t.isoformat()},{value:.4f}" for t, value in zip(hours, price, strict=True)]
    return "\n".join(["time,cny_per_kwh", *rows]) + "\n"


if __name__ == "__main__":
    SPOT.write_text(spot(), encoding="utf-8")
