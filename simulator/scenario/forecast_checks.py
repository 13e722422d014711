"""What must hold across the fields of the forecast."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.scenario.parts import Finding, Parts


def declared_error_is_of_a_perfect_forecast(parts: Parts) -> Iterator[Finding]:
    """An error is declared of the perfect forecast only; the others make their own."""
    choice = parts.forecast
    if choice is not None and choice.error > 0.0 and choice.model != "perfect":
        hint = "write `model: perfect`, or leave `error` out"
        yield Finding(("forecast", "error"), f"{choice.error:g} with model {choice.model}", "0 [-]", hint)
