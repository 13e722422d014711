"""
Rules across fields: one small function each, its first docstring line saying what must hold.

Names of table rows (weather site, load and day shapes, calibration rows, policies) are checked by the rooms
that own those tables.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

from simulator.scenario.fleet import Device
from simulator.scenario.fleet_checks import clocks_are_within_reach, power_down_is_possible
from simulator.scenario.forecast_checks import declared_error_is_of_a_perfect_forecast
from simulator.scenario.job_rules import checkpoint_cost_has_an_interval, malleable_jobs_meet_no_plan
from simulator.scenario.limit_checks import can_import, limits_make_sense
from simulator.scenario.parts import Finding, Parts, parts_of
from simulator.scenario.problems import Problem, Steps, dotted, near, one_of
from simulator.scenario.provenance import Provenance
from simulator.scenario.quantities import parse_quantity
from simulator.scenario.references import shares_sum_to_one, unknown_names
from simulator.scenario.rule_checks import rules_are_sound
from simulator.scenario.shape import NUMERIC, find, shape_of
from simulator.scenario.site_checks import weather_csv_has_one_moisture, wet_bulbs_in_order
from simulator.scenario.source import Node, at, leaves, nearest, plain
from simulator.scenario.spec import METER_S, Scenario
from simulator.scenario.tariff_checks import (
    hub_voltage_is_priced,
    marginal_model_is_one,
    tariff_can_be_paid,
    tariff_periods_have_ratios,
)
from simulator.scenario.trade import curtailment_is_elsewhere, interties_are_sound
from simulator.scenario.work import JobClass, SyntheticWork, TraceWork

CONTROL_MIN_S = 60.0


def check(root: Node, scenario: Scenario | None) -> list[Problem]:
    """
    Apply every rule.

    Parameters
    ----------
    root : Node
        The merged tree, for places and names.
    scenario : Scenario or None
        The validated scenario; None if it has faults, then rules look at its valid parts.

    Returns
    -------
    list of Problem
        What breaks a rule.
    """
    parts = parts_of(root, scenario)
    findings = [finding for rule in RULES for finding in rule(parts)]
    return [_located(root, finding) for finding in findings]


def _located(root: Node, finding: Finding) -> Problem:
    node = nearest(root, finding.steps)
    return Problem(node.file, node.line, dotted(finding.steps), *finding[1:])


def whole_meter_intervals(parts: Parts) -> Iterator[Finding]:
    """Horizon and warm-up are whole meter intervals, the horizon at least one."""
    if parts.simulation is None:
        return
    for name in ("horizon", "warm_up"):
        seconds = getattr(parts.simulation, name)
        if name == "horizon" and seconds == 0:
            yield Finding(("simulation", name), "0 s", "a duration > 0 [s]", "for example 7 d")
        elif seconds % METER_S:
            hint = "power is metered every 15 min"
            yield Finding(("simulation", name), _seconds(seconds), f"a multiple of {METER_S:g} [s]", hint)


def control_step_fits_meter(parts: Parts) -> Iterator[Finding]:
    """The control step is at least a minute and divides or is a multiple of the meter interval."""
    if parts.simulation is None:
        return
    step = parts.simulation.control_step
    fits = step >= CONTROL_MIN_S and step == int(step) and (METER_S % step == 0 or step % METER_S == 0)
    if not fits:
        expected = f"whole seconds, at least {CONTROL_MIN_S:g}, that divide or are a multiple of {METER_S:g} [s]"
        yield Finding(("simulation", "control_step"), _seconds(step), expected, "for example 5 min, 15 min or 1 h")


def start_on_the_hour(parts: Parts) -> Iterator[Finding]:
    """The run starts on a full hour of UTC+8, as tariffs and weather do."""
    start = parts.simulation.start if parts.simulation else None
    if start is not None and (start.minute or start.second or start.microsecond):
        hint = f"write '{start.replace(minute=0, second=0, microsecond=0).isoformat()}'"
        yield Finding(("simulation", "start"), start.isoformat(), "a full hour of UTC+8", hint)


def target_inside_run(parts: Parts) -> Iterator[Finding]:
    """A target's date lies inside the run, to be measurable; a run cut short by an option may miss it."""
    if parts.simulation is None or _cut_short(parts.root):
        return
    start = parts.simulation.start
    seconds = min(parts.simulation.horizon, 1e11)  # datetime ends in the year 9999
    for name, target in parts.targets.items() if seconds >= METER_S else ():
        after_s = (target.date - start) / timedelta(seconds=1)
        if not 0 < after_s <= seconds:
            side = "before the start" if after_s <= 0 else "after the end"
            got = f"{target.date.isoformat()}, {side} of the run"
            expected = f"an instant in the {_seconds(seconds)} after {start.isoformat()}"
            hint = "only what is simulated can be measured: move simulation.start or horizon"
            yield Finding(("targets", name, "date"), got, expected, hint)


def _cut_short(root: Node) -> bool:
    nodes = (at(root, ("simulation", name)) for name in ("horizon", "start"))
    return any(node is not None and isinstance(node.file, str) for node in nodes)


def hub_titles_differ(parts: Parts) -> Iterator[Finding]:
    """Hubs can be told apart in a report: each language has another title for each."""
    for lang in ("zh", "en"):
        first: dict[str, str] = {}
        for name, hub in parts.hubs.items():
            title = getattr(hub.title, lang)
            other = first.setdefault(title, name)
            if other != name:
                got = f"{title!r}, which is the title of hub {other!r} too"
                hint = "reports name hubs by their titles"
                yield Finding(("hubs", name, "title", lang), got, "a title of its own", hint)


def battery_can_work(parts: Parts) -> Iterator[Finding]:
    """A battery starts at or above its lowest level, and passes some energy both ways."""
    for name, hub in parts.hubs.items():
        battery, steps = hub.battery, ("hubs", name, "battery")
        if battery is None:
            continue
        if battery.soc_initial < battery.soc_min:
            expected = f"a number >= soc_min, {battery.soc_min:g} [-]"
            yield Finding((*steps, "soc_initial"), f"{battery.soc_initial:g}", expected)
        for field in ("efficiency_charge", "efficiency_discharge"):
            if getattr(battery, field) == 0:
                yield Finding((*steps, field), "0", "a number > 0 [-]")
        if (battery.policy == "peak_shaving") != (battery.peak_target is not None):
            got = "nothing" if battery.peak_target is None else f"a target under the policy {battery.policy!r}"
            yield Finding((*steps, "peak_target"), got, "the import to hold [W], with policy: peak_shaving only")


def contract_fields_fit_kind(parts: Parts) -> Iterator[Finding]:
    """Certificates have a volume and a price, power contracts a capacity and a premium."""
    for hub_name, hub in parts.hubs.items():
        for name, contract in hub.contracts.items():
            paper = contract.kind == "certificates"
            power = ("capacity", "price_premium", "energy_price", "from_curtailment")
            for field in power if paper else ("volume", "price"):
                steps = ("hubs", hub_name, "contracts", name, field)
                if (getattr(contract, field) or 0.0) > 0:
                    allowed = "volume and price" if paper else "capacity and prices"
                    yield Finding(
                        steps, "a field of another kind of contract", f"{allowed}, as kind is {contract.kind}"
                    )


def load_file_has_column(parts: Parts) -> Iterator[Finding]:
    """A load file and its column are named together."""
    for name, province in parts.provinces.items():
        if (province.load_file is None) != (province.load_column is None):
            missing = "load_column" if province.load_column is None else "load_file"
            yield Finding(("provinces", name, missing), "nothing", "load_file and load_column together")


def devices_are_sound(parts: Parts) -> Iterator[Finding]:
    """A device idles at or below its full power, has a lowest speed above 0, and MFUs inside their ranges."""
    for name, device in parts.devices.items():
        if device.server_idle > device.server_max:
            got, expected = f"{device.server_idle:g} W", f"at most server_max, {device.server_max:g} [W]"
            yield Finding(("devices", name, "server_idle"), got, expected)
        if device.speed_min == 0:
            yield Finding(("devices", name, "speed_min"), "0", "a number > 0 [-]", "1 means it cannot be slowed")
        for key, mfu in device.mfu.items():
            low, high = mfu.low if mfu.low is not None else 0.0, mfu.high if mfu.high is not None else 1.0
            if not low <= mfu.value <= high:
                got = f"{mfu.value:g} with low {low:g} and high {high:g}"
                yield Finding(("devices", name, "mfu", key), got, "low <= value <= high [-]")


def mfu_names_a_class(parts: Parts) -> Iterator[Finding]:
    """A device's MFU for an unknown class near a known one is a misspelling; others are just unused."""
    known = parts.names("job_classes")
    for name, device in parts.devices.items():
        for key in device.mfu.keys() - set(known):
            hint = near(key, set(known) - device.mfu.keys())
            if hint:
                yield Finding(("devices", name, "mfu", key), f"the job class {key!r}", one_of(known), hint)


def peak_has_class_precision(parts: Parts) -> Iterator[Finding]:
    """Where a device has an MFU for a class, it has a peak above 0 at the precision of the class."""
    for name, device in parts.devices.items():
        for key in device.mfu:
            precision = parts.job_classes[key].precision if key in parts.job_classes else None
            if precision is None or device.peak.get(precision):
                continue
            got = f"an MFU for a class in {precision}, but no {precision} peak"
            hint = f"give devices.{name}.peak.{precision}, or drop the class where it cannot run"
            yield Finding(("devices", name, "mfu", key), got, f"a class in {one_of(device.peak)}", hint)


def used_classes_can_run(parts: Parts) -> Iterator[Finding]:
    """A class that is asked for runs on some cluster (a service's at its hub) and on the reference device."""
    if parts.workload is None or not parts.whole >= {"clusters", "devices", "job_classes"}:
        return
    for steps, work in parts.jobs():
        for place, name in _classes(steps, work):
            yield from _runs(parts, place, name, None)
            yield from _reference_runs(parts, place, name)
    for steps, service in parts.services():
        yield from _runs(parts, (*steps, "job_class"), service.job_class, service.hub)


def _classes(steps: Steps, work: SyntheticWork | TraceWork) -> Iterator[tuple[Steps, str]]:
    if isinstance(work, SyntheticWork):
        yield from (((*steps, "mix", name), name) for name, share in work.mix.items() if share.device_hours_share > 0)
        return
    yield (*steps, "job_class"), work.job_class
    yield from (((*steps, "class_by_queue", queue), name) for queue, name in work.class_by_queue.items())


def _runs(parts: Parts, steps: Steps, name: str, hub: str | None) -> Iterator[Finding]:
    spec = parts.job_classes.get(name)
    clusters = {key: c for key, c in parts.clusters.items() if hub in (None, c.hub) and c.device in parts.devices}
    if spec is None or not clusters:
        return
    reasons = {key: _obstacle(name, spec, parts.devices[c.device]) for key, c in clusters.items()}
    if all(reasons.values()):
        why = "; ".join(f"{key}: {reason}" for key, reason in sorted(reasons.items()))
        where = "any cluster" if hub is None else f"any cluster at {hub}"
        yield Finding(steps, f"the class {name!r}, which cannot run on {where}", "a class some cluster can run", why)


def _obstacle(name: str, spec: JobClass, device: Device) -> str:
    if name not in device.mfu or device.mfu[name].value == 0:
        return "its device has no MFU for the class"
    if device.stack not in spec.stacks:
        return f"its device runs {device.stack} only"
    if device.memory < spec.memory:
        return f"its device has {device.memory / 1e9:g} GB, the class needs {spec.memory / 1e9:g} GB"
    return "" if device.peak.get(spec.precision) else f"its device has no {spec.precision} peak"


def _reference_runs(parts: Parts, steps: Steps, name: str) -> Iterator[Finding]:
    reference = parts.workload.reference_device if parts.workload else ""
    device, spec = parts.devices.get(reference), parts.job_classes.get(name)
    if device is None or spec is None or spec.bound == "memory":
        return
    if name not in device.mfu or not device.peak.get(spec.precision):
        got = f"the class {name!r}, which the reference device {reference!r} cannot run"
        what = f"mfu.{name}" if name not in device.mfu else f"peak.{spec.precision}"
        hint = f"run times are counted in its seconds: give devices.{reference}.{what}"
        yield Finding(steps, got, "a class the reference device can run", hint)


def estimates_are_known(parts: Parts) -> Iterator[Finding]:
    """A trace's estimate is ``actual`` or ``factor:F`` with F >= 1."""
    for steps, work in parts.jobs():
        if isinstance(work, TraceWork) and work.estimate != "actual":
            match = re.fullmatch(r"factor:(\d+(?:\.\d+)?)", work.estimate)
            if not match or float(match[1]) < 1:
                yield Finding((*steps, "estimate"), repr(work.estimate), "actual, or factor:F with F >= 1")


def links_join_two_hubs(parts: Parts) -> Iterator[Finding]:
    """A data link joins two different hubs."""
    for steps, node in leaves(parts.root):
        if steps[:1] == ("data_network",) and steps[2:] == ("between", 1):
            first = at(parts.root, (*steps[:3], 0))
            if first is not None and first.value == node.value:
                yield Finding(steps, f"{node.value!r} twice", "two different hubs")


def ranges_hold_their_value(parts: Parts) -> Iterator[Finding]:
    """The low and high beside a sourced value are in its unit and hold it between them."""
    shape, value = shape_of(Scenario), plain(parts.root)
    for steps, node in leaves(parts.root):
        origin = node.origin
        if not isinstance(origin, Provenance) or (origin.low is None and origin.high is None):
            continue
        form = find(shape, steps, value)
        if form is None or form.kind not in NUMERIC or steps[2:3] == ("mfu",):
            continue  # an MFU holds its range itself
        numbers = [_in_unit(side, form.unit, form.kind) for side in (origin.low, node.value, origin.high)]
        low, mid, high = numbers
        if mid is None:
            continue  # told where the value is read
        if (low is None and origin.low is not None) or (high is None and origin.high is not None):
            got = f"low {origin.low!r} and high {origin.high!r}"
            yield Finding(steps, got, f"bounds written like the value {node.text!r}")
        elif not (low if low is not None else -math.inf) <= mid <= (high if high is not None else math.inf):
            got = f"{node.text} with low {origin.low} and high {origin.high}"
            yield Finding(steps, got, "low <= value <= high")


def _in_unit(value: object, unit: str, kind: str) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    if kind != "quantity":
        return float(value) if isinstance(value, int | float) else None
    try:
        return parse_quantity(value, unit) if isinstance(value, str) else None
    except ValueError:
        return None


def _seconds(seconds: float) -> str:
    return f"{seconds:.12g} s"


RULES: tuple[Callable[[Parts], Iterator[Finding]], ...] = (
    unknown_names,
    shares_sum_to_one,
    declared_error_is_of_a_perfect_forecast,
    whole_meter_intervals,
    control_step_fits_meter,
    start_on_the_hour,
    target_inside_run,
    hub_titles_differ,
    can_import,
    limits_make_sense,
    wet_bulbs_in_order,
    weather_csv_has_one_moisture,
    battery_can_work,
    contract_fields_fit_kind,
    curtailment_is_elsewhere,
    interties_are_sound,
    load_file_has_column,
    tariff_periods_have_ratios,
    tariff_can_be_paid,
    hub_voltage_is_priced,
    marginal_model_is_one,
    devices_are_sound,
    clocks_are_within_reach,
    power_down_is_possible,
    mfu_names_a_class,
    peak_has_class_precision,
    used_classes_can_run,
    checkpoint_cost_has_an_interval,
    malleable_jobs_meet_no_plan,
    estimates_are_known,
    links_join_two_hubs,
    ranges_hold_their_value,
    rules_are_sound,
)
