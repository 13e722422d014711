"""One run, from a built region and workload to records."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from simulator.engine.clock import Clock, Order
from simulator.engine.forecasting import Forecaster
from simulator.engine.green import Green
from simulator.engine.meter import Meter
from simulator.engine.records import Tape, make_records
from simulator.engine.signals import CURVE_POINTS, Signals, make_signals
from simulator.engine.view import Viewer
from simulator.scenario import METER_S
from simulator.scheduling import CLUSTER_COLUMNS, HUB_COLUMNS, Kernel, Policy, make_world

if TYPE_CHECKING:
    from simulator.records import Records
    from simulator.region import Region
    from simulator.scenario import Scenario
    from simulator.workload import Workload

Progress = Callable[[float], None]  # called with the share of simulated time that is done
PROGRESS_STEPS = 200


def simulate(
    scenario: Scenario, region: Region, workload: Workload, policy: Policy, progress: Progress | None = None
) -> tuple[Records, tuple[str, ...]]:
    """
    Run a scenario.

    Parameters
    ----------
    scenario, region, workload
        As loaded and built.
    policy : Policy
        Asked at each control step.
    progress : callable, optional
        Called with a share from 0 to 1, some 200 times.

    Returns
    -------
    Records
    tuple of str
        What a reader should know of the inputs: which are synthetic or taken from another year; how wrong the
        forecasts were that the policy asked for.
    """
    signals = make_signals(scenario, region, workload)
    run = Run(scenario, region, workload, signals, policy)
    return run.go(progress), (*signals.notes, *run.forecaster.told())


class Run:
    """A run with all its parts, from before its first instant on."""

    def __init__(
        self, scenario: Scenario, region: Region, workload: Workload, signals: Signals, policy: Policy
    ) -> None:
        self.scenario, self.region, self.workload = scenario, region, workload
        self.signals, self.policy = signals, policy
        self.meter = Meter(scenario, region, signals)
        share = scenario.green_share
        self.green = None if share is None else Green(share, scenario, region, signals, self.meter)
        self.kernel = Kernel(make_world(scenario, region, workload, len(CURVE_POINTS)))
        self.clock = Clock(signals.begin_s, self.kernel.advance)
        self.forecaster = Forecaster(scenario, signals)
        self.viewer = Viewer(scenario, region, workload, self.kernel, signals, self.meter, self.forecaster)
        intervals = signals.intervals
        self.tape = Tape(
            hub_rows=np.zeros((intervals, len(region.hubs), len(HUB_COLUMNS))),
            cluster_rows=np.zeros((intervals, len(region.clusters), len(CLUSTER_COLUMNS))),
            clean_headroom_w=np.full((intervals, len(region.hubs)), np.nan),
            directives=[],
            before={},
        )
        self.interval = -1

    def go(self, progress: Progress | None) -> Records:
        """Run to the end and return the records."""
        self.play(progress)
        if self.green is not None:
            self.tape.clean_headroom_w[:] = self.green.headroom_w
        world = self.kernel.world
        after = self.kernel.progress()
        return make_records(
            self.scenario, self.region, self.workload, self.signals, self.meter, self.tape, world, after
        )

    def play(self, progress: Progress | None) -> None:
        """Run to the end, or until the clock is stopped."""
        signals, simulation = self.signals, self.scenario.simulation
        end, clock = simulation.horizon, self.clock
        clock.every(signals.begin_s, METER_S, end, Order.METER, self._meter)
        # SimPy's run(until=t) stops before t, so the last interval has a closing event of its own
        clock.once(end, Order.METER, self._close)
        for c, since in enumerate(self.region.commissioned_s):
            if since < end:
                clock.once(max(since, signals.begin_s), Order.CAPACITY, partial(self._commission, c))
        for since in self.meter.limits.since_s:
            if signals.begin_s < since < end and (since - signals.begin_s) % METER_S:
                clock.once(since, Order.CAPACITY, self._change_limits)
        if self.green is not None:
            clock.every(signals.begin_s, simulation.control_step, end, Order.CONTROL, self._limit_clean)
        clock.every(signals.begin_s, simulation.control_step, end, Order.CONTROL, self._control)
        if progress:
            self._report(clock, end, progress)
        clock.run()

    def _report(self, clock: Clock, end: float, progress: Progress) -> None:
        begin = self.signals.begin_s
        step = max(METER_S, np.ceil((end - begin) / PROGRESS_STEPS / METER_S) * METER_S)
        clock.every(begin, step, end, Order.CONTROL, lambda now: progress((now - begin) / (end - begin)))

    def _commission(self, cluster: int, _now: float) -> None:
        self.kernel.commission(cluster)

    def _close(self, _now: float) -> None:
        i = self.interval
        self.kernel.close_interval(self.tape.hub_rows[i], self.tape.cluster_rows[i])
        self.meter.close(i, self.tape.hub_rows[i, :, HUB_COLUMNS.index("facility_j")])
        if self.green is not None:
            self.green.book(i)

    def _meter(self, now: float) -> None:
        if self.interval >= 0:
            self._close(now)
        if now == 0.0 or self.interval < 0:
            self.tape.before = self.kernel.progress()
            if self.green is not None:
                self.green.restart()
        self.interval += 1
        i, signals = self.interval, self.signals
        hour = signals.hour_of_interval[i]
        curve = (signals.curve_it_w[hour], signals.curve_cooling_w[hour], signals.curve_other_w[hour])
        caps = self.meter.open(i, self.kernel.facility_w())
        self.kernel.open_interval(caps.watts, curve, signals.asked_flops[:, i], caps.causes, caps.notice_s)

    def _change_limits(self, now: float) -> None:
        caps = self.meter.change(self.interval, now)
        self.kernel.change_caps(caps.watts, caps.causes, caps.notice_s)

    def _limit_clean(self, now: float) -> None:
        assert self.green is not None
        part_s = now - (self.signals.begin_s + METER_S * self.interval)
        self.kernel.limit_clean(*self.green.leave(self.interval, part_s, self.kernel.facility_j()))

    def _control(self, now: float) -> None:
        if self.policy.static and self.tape.directives:
            return
        directive = self.policy.decide(self.viewer.view(now, self.interval))
        if self.kernel.direct(directive) or not self.tape.directives:
            self.tape.directives.append((now, self.kernel.orders))
