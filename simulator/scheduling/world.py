"""Make the kernel's world from a region and a workload."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.scheduling.kernel import state
from simulator.scheduling.kernel.sizing import ROUNDING
from simulator.scheduling.kernel.waiting import band
from simulator.scheduling.tables import (
    edges,
    members,
    most_cards,
    most_running,
    named_servers,
    offsets,
    paths,
    shared_devices,
    table,
)

if TYPE_CHECKING:
    from simulator.region import Region
    from simulator.scenario import Scenario
    from simulator.workload import Workload

# Log lines one instant may write for each device (or server, where only they are counted), and for each place besides.
LINES_PER_UNIT, LINES_PER_PLACE = 3, 16
# Timers a job may have at once: the latest release, the end of a transfer or a wait, and a pause that is out of date
TIMERS_PER_JOB = 3
# Choices of the watched job that are kept between two looks, of which there is one a control step
CHOICES_KEPT = 16


def make_world(
    scenario: Scenario, region: Region, workload: Workload, curve_points: int, *, metered: bool = True
) -> state.World:
    """
    Return a world at the start of the warm-up: nothing commissioned, nothing submitted.

    Parameters
    ----------
    scenario, region, workload
        As loaded and built.
    curve_points : int
        Points of the facility curve of each hub. [-]
    metered : bool
        False leaves power out: no cap binds and no integral is kept, which is all a queue by itself needs.

    Returns
    -------
    World
    """
    pairs, routes = _pairs(region), _routes(region, workload)
    jobs = _jobs(scenario, region, workload)
    may_fail = np.array([scenario.clusters[name].failures is not None for name in region.clusters])
    kinds = _kinds(scenario, region)
    counted = _counted(region, routes, jobs, kinds) & ~may_fail  # a failure hits a certain server
    clusters = _clusters(scenario, region, counted, jobs, metered)
    named = np.where(clusters.counted, 0, region.servers)
    hubs, levels = len(region.hubs), int(region.devices_per_server.max()) + 1
    by_cluster, services = len(region.clusters), len(workload.services.name)
    sleeps = clusters.idle_look_s < np.inf
    reserve, outages = _log_reserve(region, clusters, jobs, kinds), _outages(region, clusters)
    timer_reserve = _timer_reserve(region, sleeps) + _resumed_at_once(scenario, region, clusters.counted, jobs)
    world = state.World(
        clock=_clock(scenario, reserve, timer_reserve),
        jobs=jobs,
        nodes=table(state.NODE, len(jobs), left=-1, right=-1, parent=-1, joined_before=-1),
        plan=table(state.STEP, _plan_steps(scenario, len(jobs))),
        roots=np.full(_columns(clusters), -1, dtype=np.int64),
        heads=np.full(_columns(clusters), -1, dtype=np.int64),
        kinds=kinds,
        pairs=pairs,
        routes=routes,
        **_no_orders(hubs, len(routes)),
        edges=edges(region),
        paths=paths(region),
        origin=np.array([region.hubs.index(name) for name in workload.routes.origin], dtype=np.int64),
        clusters=clusters,
        busy=np.zeros((by_cluster, len(region.kinds)), dtype=np.int64),
        busy_milli=np.zeros((by_cluster, len(region.kinds)), dtype=np.int64),
        **shared_devices(jobs, clusters),
        rate=np.zeros((by_cluster, len(state.CLUSTER_SUMS) - 1)),
        total=np.zeros((by_cluster, len(state.CLUSTER_SUMS))),
        **named_servers(named, levels),
        runs=table(state.RUN, int(most_running(region, clusters.counted, jobs).sum())),
        hubs=_hubs(scenario, hubs, metered, np.isin(np.arange(hubs), region.hub[sleeps])),
        members=members(region),
        **_no_power(hubs, curve_points),
        **_services(scenario, region, workload),
        service_on=np.zeros((services, int(named.sum())), dtype=np.int64),
        held_jobs=np.zeros(len(jobs), dtype=np.int64),
        choices=table(state.CHOICE, (CHOICES_KEPT, by_cluster)),
        log=table(state.LOG, 2 * reserve),
        timers=table(state.TIMER, TIMERS_PER_JOB * len(jobs) + 2 * timer_reserve),
        outages=outages,
    )
    _await_failures(world)
    return world


def _no_orders(hubs: int, routes: int) -> dict[str, Any]:
    """Return what a policy has said before it is first asked: nothing."""
    return {
        "load_weight": np.zeros(routes),
        "shift": np.zeros(routes, dtype=np.int64),
        "signal": np.zeros((hubs, 1)),
        "signal_sum": np.zeros((hubs, 1)),
        "signal_order": np.zeros((hubs, 1), dtype=np.int64),
        "signal_rank": np.zeros((hubs, 1), dtype=np.int64),
    }


def _no_power(hubs: int, curve_points: int) -> dict[str, Any]:
    sums = {name: np.zeros((hubs, len(state.HUB_SUMS))) for name in ("power", "energy")}
    return sums | {f"curve_{part}_w": np.zeros((hubs, curve_points)) for part in ("it", "cooling", "other")}


def _clock(scenario: Scenario, reserve: int, timer_reserve: int) -> np.recarray:
    begin = -scenario.simulation.warm_up
    return table(
        state.CLOCK,
        1,
        now_s=begin,
        next_timer_s=np.inf,
        signal_step_s=1.0,
        reserve=reserve,
        timer_reserve=timer_reserve,
        last_joined=-1,
        watched=-1,
    )


def _timer_reserve(region: Region, sleeps: np.ndarray) -> int:
    """Return how many timers one instant may add besides one a job: one a server, two if it may boot, and some."""
    return int((region.servers * (1 + sleeps)).sum()) + LINES_PER_PLACE * (len(region.hubs) + len(region.clusters))


def _resumed_at_once(scenario: Scenario, region: Region, counted: np.ndarray, jobs: np.recarray) -> int:
    """Return how many jobs may start again at one instant and be spared for a time, which is a timer each."""
    if not any(spec.min_run > 0.0 for spec in scenario.job_classes.values()):
        return 0
    return int(most_running(region, counted, jobs).sum())


def _outages(region: Region, clusters: np.recarray) -> np.recarray:
    given = region.outages
    return table(
        state.OUTAGE,
        len(given),
        fail_s=given.failed_s,
        repair_s=given.repaired_s,
        server=clusters.server_offset[given.cluster] + given.server,
        cluster=given.cluster,
    )


def _await_failures(world: state.World) -> None:
    """Put the first failure of each server on the agenda; sorted timers are a heap."""
    outages = world.outages
    first = np.flatnonzero(np.diff(outages.server, prepend=-1))
    first = first[np.argsort(outages.fail_s[first], kind="stable")]
    world.timers[: len(first)] = table(
        state.TIMER,
        len(first),
        time_s=outages.fail_s[first],
        code=state.FAIL,
        serial=np.arange(len(first)),
        a=outages.cluster[first],
        b=first,
    )
    world.clock.timer_count = world.clock.timer_serial = len(first)
    world.clock.next_timer_s = outages.fail_s[first].min(initial=np.inf)


def _hubs(scenario: Scenario, count: int, metered: bool, powers_down: np.ndarray) -> np.recarray:
    share = scenario.green_share
    pool = np.arange(count) if share is None or share.scope == "hub" else 0
    return table(
        state.HUB,
        count,
        last_s=-scenario.simulation.warm_up,
        metered=metered,
        powers_down=powers_down,
        speed_low=1.0,
        policy_cap_w=np.inf,
        clean_budget_w=np.inf,
        clean_least=0.0 if share is None else share.min,
        headroom_w=np.inf,
        pool=pool,
    )


def _limit(count: int | None) -> int:
    return state.UNLIMITED if count is None else count


def _plan_steps(scenario: Scenario, jobs: int) -> int:
    """Return the steps a plan can have: two a job, where anything plans at all."""
    planned = any(cluster.queue.discipline == "conservative" for cluster in scenario.clusters.values())
    return 2 * jobs + 2 if planned else 1


def _log_reserve(region: Region, clusters: np.recarray, jobs: np.recarray, kinds: np.recarray) -> int:
    units = most_running(region, clusters.counted, jobs)
    units = units + 2 * clusters.may_fail * region.servers  # a failure and a repair
    units = units + (clusters.idle_look_s < np.inf) * region.servers  # boots
    units = units * (2 if kinds.malleable.any() else 1)  # changes of size
    return int(LINES_PER_UNIT * units.sum() + LINES_PER_PLACE * (len(region.hubs) + len(region.clusters)))


def _jobs(scenario: Scenario, region: Region, workload: Workload) -> np.recarray:
    given = workload.jobs
    origin = np.array([region.hubs.index(name) for name in workload.routes.origin], dtype=np.int64)
    data = np.array([scenario.job_classes[name].data for name in workload.routes.job_class])
    kind_of_route = np.array([region.kinds.index(name) for name in workload.routes.job_class], dtype=np.int32)
    names = ("submit_s", "work_s", "requested_s", "devices", "route", "priority", "outcome", "deadline_s")
    return table(
        state.JOB,
        len(given),
        **{name: getattr(given, name) for name in names},
        kind=kind_of_route[given.route] if len(given) else 0,
        data_hub=origin[given.route] if len(given) else 0,
        data_bytes=data[given.route] * given.stands_for if len(given) else 0.0,
        milli=0 if given.milli is None else given.milli,
        width=given.size,
        asked_width=given.size,
        pace=1.0,
        pause_s=np.inf,
        **dict.fromkeys(("start_s", "finish_s"), np.nan),
        **dict.fromkeys(("cluster", "server", "refused_by"), -1),
        refused_s=np.inf,
    )


def _kinds(scenario: Scenario, region: Region) -> np.recarray:
    specs = [scenario.job_classes[name] for name in region.job_class]
    return table(
        state.KIND,
        len(specs),
        duty=region.duty,
        checkpoint_s=[np.inf if s.checkpoint_interval is None else s.checkpoint_interval for s in specs],
        checkpoint_cost_s=[s.checkpoint_cost for s in specs],
        restore_s=[s.restore for s in specs],
        min_run_s=[s.min_run for s in specs],
        max_failures=[_limit(s.max_failures) for s in specs],
        malleable=[s.malleable is not None for s in specs],
        least_share=[1.0 if s.malleable is None else s.malleable.least for s in specs],
        most_share=[1.0 if s.malleable is None else s.malleable.most for s in specs],
        serial_share=[0.0 if s.malleable is None else s.malleable.serial_share for s in specs],
        preemptible=[s.preemptible for s in specs],
        pausable=[s.preemptible and s.checkpoint_interval is not None for s in specs],
        is_service=[service != "" for service in region.service],
    )


def _pairs(region: Region) -> np.recarray:
    effective = region.duty[:, None] * region.mfu
    return table(
        state.PAIR,
        region.factor.shape,
        factor=region.factor,
        watts=region.watts,
        effective=effective,
        flops=effective * region.peak_flops,
    )


def _routes(region: Region, workload: Workload) -> np.recarray:
    kind = [region.kinds.index(name) for name in workload.routes.job_class]
    origin = [region.hubs.index(name) for name in workload.routes.origin]
    if not kind:
        return table(state.ROUTE, (0, len(region.clusters)))
    eligible = region.reachable[kind, origin] & (region.factor[kind] > 0.0)
    return table(state.ROUTE, eligible.shape, eligible=eligible)


def _counted(region: Region, routes: np.recarray, jobs: np.recarray, kinds: np.recarray) -> np.ndarray:
    """Tell for each cluster whether all jobs that may come are whole servers (or servers have one device)."""
    most = np.iinfo(np.int64).max
    smallest = np.full(len(routes), most)
    fewest = np.ceil(jobs.devices * kinds.least_share[jobs.kind] - ROUNDING).astype(np.int64)
    np.minimum.at(smallest, jobs.route, fewest)
    least = np.where(routes.eligible, smallest[:, None], most).min(axis=0, initial=most)
    return least >= region.devices_per_server


def _clusters(scenario: Scenario, region: Region, counted: np.ndarray, jobs: np.recarray, metered: bool) -> np.recarray:
    specs = [scenario.clusters[name] for name in region.clusters]
    cards = most_cards(region, jobs)
    given = ("hub", "devices_per_server", "servers", "idle_w", "speed_min", "power_at_speed_min")
    return table(
        state.CLUSTER,
        len(region.clusters),
        **{name: getattr(region, name) for name in given},
        start_w=region.watts.max(axis=0),
        counted=counted,
        may_fail=[spec.failures is not None for spec in specs],
        idle_while_down=[spec.failures is not None and spec.failures.idle_while_down for spec in specs],
        server_offset=offsets(np.where(counted, 0, region.servers)),
        run_offset=offsets(most_running(region, counted, jobs)),
        card_rows=cards,
        card_offset=offsets(cards),
        unused_card=np.where(cards > 0, offsets(cards), -1),
        speed=1.0,
        speed_wanted=1.0,
        next_end_s=np.inf,
        **dict.fromkeys(("off_chain", "head", "unsorted"), -1),
        bands=_bands(scenario, region),
        max_waiting=[_limit(spec.queue.max_waiting) for spec in specs],
        preemptive=[spec.queue.preemptive for spec in specs],
        ageing_per_s=[spec.queue.ageing for spec in specs],
        discipline=[state.DISCIPLINES.index(spec.queue.discipline) for spec in specs],
        **_power_down(scenario, region, metered),
    )


def _power_down(scenario: Scenario, region: Region, metered: bool) -> dict[str, np.ndarray]:
    """Return how clusters power idle servers down; where there is no power to save, never."""
    columns = {name: np.zeros(len(region.clusters)) for name in ("boot_s", "boot_w", "off_w", "keep_idle")}
    columns["idle_look_s"] = np.full(len(region.clusters), np.inf)
    for c, name in enumerate(region.clusters):
        spec = scenario.clusters[name].power_down
        if spec is None or not metered:
            continue
        boot_j = region.idle_w[c] * spec.boot_time if spec.boot_energy is None else spec.boot_energy
        kept = scenario.simulation.sampled(spec.keep) if spec.keep else 0
        columns["idle_look_s"][c], columns["keep_idle"][c] = spec.after, kept
        columns["boot_s"][c], columns["boot_w"][c] = spec.boot_time, boot_j / spec.boot_time
        columns["off_w"][c] = spec.off_power
    return columns


def _bands(scenario: Scenario, region: Region) -> list[int]:
    """Return how many bands of device counts the queue of each cluster has."""
    planned = [scenario.clusters[name].queue.discipline == "easy" for name in region.clusters]
    return [int(band(most)) + 1 if easy else 1 for easy, most in zip(planned, region.devices.tolist(), strict=True)]


def _columns(clusters: np.recarray) -> tuple[int, int]:
    return len(clusters), int(state.FIRST_BAND) + int(clusters.bands.max(initial=1))


def _services(scenario: Scenario, region: Region, workload: Workload) -> dict[str, Any]:
    """Return what is asked of services, what one device of each cluster serves, and in which order they serve."""
    specs = [scenario.workload.services[name] for name in workload.services.name]
    hub = [region.hubs.index(spec.hub) for spec in specs]
    kind = [region.service.index(name) for name in workload.services.name]
    clusters = len(region.clusters)
    serving = table(state.SERVING, (len(specs), clusters))
    order = np.full((len(specs), clusters + 1), -1, dtype=np.int64)
    for s, (spec, h, k) in enumerate(zip(specs, hub, kind, strict=True)):
        may = region.reachable[k, h] & (spec.spill | (region.hub == h))
        serving["flops"][s] = may * region.duty[k] * region.mfu[k] * region.peak_flops[k]
        able = np.flatnonzero(serving["flops"][s] > 0.0)
        far = region.hub[able] != h, region.network.round_trip_ms[h, region.hub[able]], region.hub[able], able
        order[s, : len(able)] = able[np.lexsort(far[::-1])]
    asked = table(state.SERVICE, len(specs), hub=hub, kind=kind, spills=[spec.spill for spec in specs])
    return {"services": asked, "serving": serving, "serve_order": order}
