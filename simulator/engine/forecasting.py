"""What is expected of prices, carbon, generation and demand at a control step, as the scenario's forecast says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from energy_models import forecasts
from simulator.engine.signals import HOUR_S
from simulator.errors import ScenarioError
from simulator.scenario import METER_S, stream

if TYPE_CHECKING:
    from simulator.engine.signals import Signals
    from simulator.scenario import Scenario

# What a policy may ask the forecast of, with its unit; all by hub but load, which is by service.
SERIES = {
    "price": "CNY/kWh",
    "carbon": "kg/kWh",
    "pv": "W",
    "wind": "W",
    "green": "W",
    "load": "FLOP/s",
}
TOLD_LEADS = (1, 6, 24)  # hours ahead at which the error is told


class Forecaster:
    """
    The forecasts of one run.

    Parameters
    ----------
    scenario : Scenario
        Names the kind of forecast.
    signals : Signals
        What comes true.
    """

    def __init__(self, scenario: Scenario, signals: Signals) -> None:
        self._choice, self._seed, self._signals = scenario.forecast, scenario.simulation.seed, signals
        self._made: dict[str, forecasts.Forecast] = {}
        self._first_hour = int(signals.hour_of_interval[0])

    def ahead(self, name: str, now_s: float, steps: int, step_s: float) -> np.ndarray:
        """
        Return what is expected of a series from now on.

        Parameters
        ----------
        name : str
            Of `SERIES`.
        now_s : float
            [s]
        steps : int
        step_s : float
            [s]

        Returns
        -------
        ndarray, shape (hubs or services, steps)
            The mean of the hour each step begins in, read-only; the present hour is known.
        """
        # runs start on the hour, so the start divides the hours of the clock
        lead = ((now_s % HOUR_S + step_s * np.arange(steps)) // HOUR_S).astype(np.int64)
        interval = min(int((now_s - self._signals.begin_s) // METER_S), self._signals.intervals - 1)
        hour = int(self._signals.hour_of_interval[interval])
        said = self._forecast(name).at(hour, int(lead[-1]) + 1)[lead].T.copy()
        said.flags.writeable = False
        return said

    def told(self) -> tuple[str, ...]:
        """Return one sentence, Chinese and English, for each series that was asked: how wrong its forecast was."""
        lines = []
        hours = range(self._first_hour, int(self._signals.hour_of_interval[-1]) + 1, 6)
        for name in sorted(self._made):
            values = self._values(name)
            scale = np.abs(values[hours.start : hours.stop]).mean()
            error = forecasts.mean_absolute_error(self._made[name], values, TOLD_LEADS, hours).mean(axis=1)
            said = ", ".join(
                f"{lead} h {one / scale:.1%}" for lead, one in zip(TOLD_LEADS, error, strict=True) if scale
            )
            kind = self._choice.model
            lines.append(
                f"{name}的预测（{kind}）平均绝对误差占均值：{said} | "
                f"forecast of {name} ({kind}), mean absolute error over the mean: {said}"
            )
        return tuple(lines)

    def _forecast(self, name: str) -> forecasts.Forecast:
        if name not in self._made:
            if name not in SERIES:
                raise ValueError(f"no forecast of {name!r}; there are {', '.join(SERIES)}")
            self._made[name] = self._make(name)
        return self._made[name]

    def _make(self, name: str) -> forecasts.Forecast:
        values, model = self._values(name), self._choice.model
        if model == "perfect":
            return forecasts.Perfect(values, self._choice.error, stream(self._seed, f"forecast.{name}"))
        if model == "learned":
            return forecasts.Learned(values)
        return forecasts.Persistence(values) if model == "persistence" else forecasts.SeasonalNaive(values)

    def _values(self, name: str) -> np.ndarray:
        """Return the true series by hour."""
        signals = self._signals
        if name == "price":
            return signals.energy_price + signals.delivery_price
        if name == "load":
            return _hourly(signals)
        generation = {"pv": signals.pv_w, "wind": signals.wind_w, "carbon": signals.ci_location}
        if name in generation:
            return generation[name]
        return signals.pv_w + signals.wind_w + signals.direct_w + signals.contracts.output_w


def _hourly(signals: Signals) -> np.ndarray:
    """Demand of the services by hour; hours outside the run are as the first and the last of it."""
    hours, hour = len(signals.energy_price), signals.hour_of_interval
    count = np.maximum(1, np.bincount(hour, minlength=hours))
    means = [np.bincount(hour, weights=asked, minlength=hours) / count for asked in signals.asked_flops]
    series = np.stack(means, axis=1) if means else np.zeros((hours, 1))
    series[: hour[0]], series[hour[-1] + 1 :] = series[hour[0]], series[hour[-1]]
    return series


def check(scenario: Scenario) -> None:
    """
    Check that the learned forecast can be made, before anything is simulated.

    Raises
    ------
    ScenarioError
        Without scikit-learn.
    """
    if scenario.forecast.model == "learned":
        try:
            forecasts.Learned(np.zeros((1, 1)))
        except ModuleNotFoundError as error:
            raise ScenarioError(str(error)) from error
