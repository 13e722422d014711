"""Rules on what stands at a hub: its weather, its plant."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.scenario.parts import Finding, Parts
from simulator.scenario.plant import EconomiserChiller
from simulator.scenario.sky import CsvWeather

MOISTURE = ("relative_humidity_pct", "temp_dew_point_c", "temp_wet_bulb_c")


def weather_csv_has_one_moisture(parts: Parts) -> Iterator[Finding]:
    """A weather csv names exactly one column for moisture."""
    for name, hub in parts.hubs.items():
        if isinstance(hub.weather, CsvWeather):
            given = [field for field in MOISTURE if getattr(hub.weather.columns, field) is not None]
            if len(given) != 1:
                got = " and ".join(given) or "no column for moisture"
                yield Finding(("hubs", name, "weather", "columns"), got, f"exactly one of {', '.join(MOISTURE)}")


def wet_bulbs_in_order(parts: Parts) -> Iterator[Finding]:
    """Compressors take over at a warmer wet bulb than free cooling ends."""
    for name, hub in parts.hubs.items():
        if not isinstance(hub.facility, EconomiserChiller):
            continue
        low, high = hub.facility.free_cooling_wet_bulb_c, hub.facility.chiller_wet_bulb_c
        if high <= low:
            steps = ("hubs", name, "facility", "chiller_wet_bulb_c")
            yield Finding(steps, f"{high:g}", f"a number > free_cooling_wet_bulb_c, {low:g} [degC]")
