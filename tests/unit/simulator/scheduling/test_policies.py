"""One contract for every policy of the registry, and what the built-in ones promise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulator.scenario import load
from simulator.scheduling import REGISTRY, Directive, Policy, View, register
from simulator.scheduling.policies import base as module
from tests.pipeline import SCENARIOS, build, first_view
from tests.unit.simulator.scheduling.small_region import Job, Small, scenario

NAMES = sorted(REGISTRY)
TABLES = ("home", "eligible", "factor", "device_w", "transfer_s", "network_cny")


@pytest.fixture(scope="module")
def view() -> View:
    """What a policy sees at the first control step of the default region."""
    return first_view(build(load(SCENARIOS / "yrd_2025.yaml", horizon="1 d", overrides=["simulation.warm_up=1 h"])))


@pytest.mark.parametrize("name", NAMES)
def test_a_directive_fits_the_routes_and_clusters_and_holds_no_nan(name: str, view: View) -> None:
    directive = REGISTRY[name]().decide(view)
    assert np.broadcast_shapes(directive.score.shape, view.shape) == view.shape
    assert np.broadcast_shapes(directive.load_weight.shape, view.shape[:1]) == view.shape[:1]
    assert not np.isnan(directive.score).any()
    assert np.isfinite(directive.load_weight).all()
    assert (directive.load_weight >= 0.0).all()


@pytest.mark.parametrize("name", NAMES)
def test_the_same_view_gives_the_same_directive_from_any_instance(name: str, view: View) -> None:
    one, other = REGISTRY[name]().decide(view), REGISTRY[name]().decide(view)
    np.testing.assert_array_equal(one.score, other.score)
    np.testing.assert_array_equal(one.load_weight, other.load_weight)


@pytest.mark.parametrize("name", NAMES)
def test_a_static_policy_answers_the_same_whatever_it_sees(name: str, view: View) -> None:
    if not REGISTRY[name].static:
        pytest.skip("asked at every step")
    signals = {key: values * 7.0 for key, values in view.signals.items()}
    later = replace(view, now_s=1e6, waiting=view.waiting + 9, free_devices=view.free_devices * 0, signals=signals)
    np.testing.assert_array_equal(REGISTRY[name]().decide(view).score, REGISTRY[name]().decide(later).score)


@pytest.mark.parametrize("name", NAMES)
def test_an_option_it_does_not_know_is_refused_by_name(name: str) -> None:
    with pytest.raises((TypeError, ValueError), match="no_such_option"):
        REGISTRY[name](no_such_option=1)


@pytest.mark.parametrize("name", NAMES)
def test_it_says_in_one_line_what_it_does(name: str) -> None:
    assert (REGISTRY[name].__doc__ or "").strip()
    assert REGISTRY[name].name == name


@pytest.mark.parametrize("name", NAMES)
def test_clusters_in_another_order_get_the_same_scores(name: str, view: View) -> None:
    turn = np.arange(len(view.clusters))[::-1]
    columns = {
        field: getattr(view, field)[turn]
        for field in ("cluster_hub", "waiting", "running", "free_devices", "healthy_devices", "load_s")
    }
    tables = {field: getattr(view, field)[:, turn] for field in TABLES}
    turned = replace(view, clusters=tuple(view.clusters[i] for i in turn), **columns, **tables)
    policy = REGISTRY[name]()
    whole = np.broadcast_to(policy.decide(view).score, view.shape)
    np.testing.assert_array_equal(np.broadcast_to(policy.decide(turned).score, view.shape), whole[:, turn])


def test_all_a_policy_sees_is_read_only_and_a_copy(view: View) -> None:
    arrays = [value for value in vars(view).values() if isinstance(value, np.ndarray)]
    arrays += [*view.signals.values(), *view.settled.values(), view.forecast("price", 8)]
    assert len(arrays) > 8
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_a_view_holds_no_run_time_and_nothing_of_the_future(view: View) -> None:
    assert not {"work_s", "run_s", "finish_s", "jobs"} & set(vars(view))
    assert all(np.shape(values) == (len(view.hubs),) for values in view.signals.values())


def test_home_keeps_every_job_at_the_hub_of_its_users() -> None:
    spec = scenario({"a": {"hub": "g"}, "b": {"hub": "g"}, "c": {"hub": "h"}})
    jobs = [Job(i, 500.0, origin="gh"[i % 2]) for i in range(40)]  # far more than one device of h can do
    run = Small(spec, jobs)
    home = run.world.origin[:, None] == run.region.hub[None, :]
    directive = REGISTRY["home"]().decide(view_of(run, home))
    np.testing.assert_array_equal(directive.score, np.where(home, 0.0, np.inf))
    run.kernel.direct(directive)
    run.to(100)
    assert {(job.origin, place) for job, place in zip(jobs, run.placed, strict=True)} == {
        ("g", "a"),
        ("g", "b"),
        ("h", "c"),
    }


def test_least_loaded_spreads_evenly_over_equal_clusters_ties_by_name() -> None:
    run = Small(scenario({"a": {}, "b": {"hub": "g"}}, hubs=("h",)), [Job(i, 500.0) for i in range(6)])
    run.kernel.direct(REGISTRY["least_loaded"]().decide(view_of(run, np.ones((1, 2), dtype=bool))))
    run.to(100)
    assert run.placed == ["a", "b"] * 3


def view_of(run: Small, home: np.ndarray) -> View:
    """A view of a small region: what the two built-in policies look at, and zeros."""
    shape, hubs = run.world.routes.shape, len(run.region.hubs)
    table, none, still = np.zeros(shape), np.zeros(shape[1], dtype=np.int64), np.zeros(hubs)
    return View(
        now_s=0.0,
        route_class=("work",) * shape[0],
        route_origin=("h",) * shape[0],
        clusters=run.region.clusters,
        hubs=run.region.hubs,
        cluster_hub=run.region.hub,
        home=home,
        eligible=run.world.routes.eligible,
        preemptible=np.zeros(shape[0], dtype=bool),
        factor=table + 1.0,
        device_w=table,
        transfer_s=table,
        network_cny=table,
        job_device_h=np.zeros(shape[0]),
        waiting=none,
        running=none,
        free_devices=none,
        healthy_devices=none,
        load_s=np.zeros(shape[1]),
        held_jobs=np.zeros(shape[0]),
        held_device_h=np.zeros(shape[0]),
        cap_w=still,
        power_w=still,
        facility_per_it=still + 1.0,
        signals={},
        settled={},
        ahead=lambda _name, _now_s, steps, _step_s: np.zeros((hubs, steps)),
    )


def test_a_policy_of_ones_own_is_registered_once_under_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REGISTRY", dict(REGISTRY))

    class Fullest(Policy):
        """Route everything to the last cluster."""

        name = "last_cluster"

        def decide(self, view: View) -> Directive:
            score = np.ones(view.shape)
            score[:, -1] = 0.0
            return Directive(score, np.zeros(view.shape[0]))

    assert register(Fullest) is Fullest
    with pytest.raises(ValueError, match="last_cluster"):
        register(Fullest)
    run = Small(scenario({"a": {}, "b": {}}), [Job(0, 10)])
    run.kernel.direct(module.REGISTRY["last_cluster"]().decide(view_of(run, np.ones((1, 2), dtype=bool))))
    run.to(5)
    assert run.placed == ["b"]


def test_a_policy_without_a_name_cannot_be_registered() -> None:
    with pytest.raises(ValueError, match="empty"):
        register(type("Nameless", (Policy,), {"__doc__": "None."}))
