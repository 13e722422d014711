"""The power network: ways of least loss, and contracts that cannot deliver."""

from __future__ import annotations

from simulator.engine import problems
from simulator.region import power_network, ways
from simulator.scenario import Scenario, load
from tests.pipeline import SCENARIOS

LINE = "{title: {zh: x, en: x}, sender: %s, receiver: %s, capacity: {value: 1 GW, assumed: x}, base: {value: 0 W, \
assumed: x}, loss: {value: %s, assumed: x}}"
ABROAD = "hubs.demo.contracts.far={title: {zh: x, en: x}, kind: ppa_wind, capacity: {value: 1 MW, assumed: x}, \
province: ningxia}"


def network(*lines: tuple[str, str, str, float], sets: tuple[str, ...] = ()) -> Scenario:
    text = [f"interties.{name}={LINE % (sender, receiver, loss)}" for name, sender, receiver, loss in lines]
    return load(SCENARIOS / "minimal.yaml", overrides=[*text, *sets]).scenario


def test_a_province_reaches_itself_over_no_line_and_no_other_without_one() -> None:
    found = ways(network())
    assert found["zhejiang", "zhejiang"] == ()
    assert ("ningxia", "zhejiang") not in found


def test_a_line_sends_one_way() -> None:
    found = ways(network(("west", "ningxia", "zhejiang", 0.06)))
    assert found["ningxia", "zhejiang"] == ("west",)
    assert ("zhejiang", "ningxia") not in found


def test_the_way_with_the_least_loss_is_taken_also_if_it_has_more_lines() -> None:
    direct, first, second = (
        ("direct", "ningxia", "zhejiang", 0.10),
        ("first", "ningxia", "anhui", 0.05),
        ("second", "anhui", "zhejiang", 0.02),
    )
    assert ways(network(direct, first, second))["ningxia", "zhejiang"] == ("first", "second")
    worse = ("second", "anhui", "zhejiang", 0.06)
    assert ways(network(direct, first, worse))["ningxia", "zhejiang"] == ("direct",)


def test_of_lines_side_by_side_the_better_and_then_the_first_by_name_counts() -> None:
    b, a, better = (
        ("b", "ningxia", "zhejiang", 0.05),
        ("a", "ningxia", "zhejiang", 0.05),
        ("c", "ningxia", "zhejiang", 0.04),
    )
    assert ways(network(b, a))["ningxia", "zhejiang"] == ("a",)
    assert ways(network(b, a, better))["ningxia", "zhejiang"] == ("c",)


def test_the_shipped_network_leads_west_and_on_to_shanghai() -> None:
    scenario = load(SCENARIOS / "yrd_2025.yaml").scenario
    assert power_network(scenario).edges["ningxia", "zhejiang"]["line"] == "ningxia_zhejiang"
    assert ways(scenario)["ningxia", "shanghai"] == ("ningxia_zhejiang", "zhejiang_shanghai")


def test_a_contract_that_cannot_deliver_is_told_before_the_run() -> None:
    (told,) = problems(network(sets=(ABROAD,)))
    assert told.path == "hubs.demo.contracts.far.province"
    assert "'ningxia', from where no line leads to 'zhejiang'" in told.got
    assert told.hint == "the scenario has no interties"
    (told,) = problems(network(("back", "zhejiang", "ningxia", 0.0), sets=(ABROAD,)))
    assert told.hint == "interties lead zhejiang to ningxia"
    assert [*problems(network(("west", "ningxia", "zhejiang", 0.0), sets=(ABROAD,)))] == []
