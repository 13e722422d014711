"""What would change the answer: arithmetic on declared ranges, certificates, and rules near their limit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from simulator.reporting.builder import Builder
from simulator.reporting.compliance import HOLDS, Judgement, judge_rules
from simulator.reporting.document import Block, Bullets, Heading, Paragraph
from simulator.reporting.formats import Number
from simulator.reporting.strength import counted_eflops

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.reporting.study import Study

PLANNED = ("nameplate", "energised")  # rungs that follow from the plan alone, in proportion to the servers


def change_numbers(study: Study) -> Iterator[tuple[str, Number]]:
    """
    Yield the figures of this section.

    The target with all counted clusters at the low and at the high of their declared number of servers; the servers
    and the megawatts at full load that would close the gap; the rules nearest to their limit.
    """
    targets = study.summary.get("targets", [])
    if targets and targets[0]["met"] is not None and targets[0]["rung"] in PLANNED:
        yield from _reached(study, targets[0])
    for name, item in nearest(study):
        value, limit = item.value.value or 0.0, item.limit.value or 1.0
        yield f"change.{name}.margin", Number(abs(value - limit) / abs(limit), "share", item.value.origin)


def _reached(study: Study, target: dict[str, Any]) -> Iterator[tuple[str, Number]]:
    worth, origin = counted_eflops(study), ("summary:targets.0.counted_eflops",)
    for side in ("low", "high"):
        moved, ranged = float(target["counted_eflops"]), False
        for name, eflops in worth.items():
            found = study.loaded.provenance.get(f"clusters.{name}.servers")
            bound = getattr(found, side, None) if found and found.kind == "assumed" else None
            if bound is not None:
                moved += eflops * (float(bound) / study.scenario.clusters[name].servers - 1.0)
                ranged = True
        if ranged:
            paths = tuple(f"scenario:clusters.{name}.servers" for name in worth)
            yield f"change.{side}", Number(moved, "EFLOPS", (*origin, *paths))
    gap = float(target["gap_after_eflops"])
    if gap > 0 and worth:
        largest = max(worth, key=lambda name: (worth[name], name))
        cluster = study.scenario.clusters[largest]
        device = study.scenario.devices[cluster.device]
        servers = math.ceil(gap / (worth[largest] / cluster.servers)) if worth[largest] else 0
        paths = ("summary:targets.0.gap_after_eflops", f"scenario:devices.{cluster.device}")
        yield "change.servers", Number(servers, "count", paths)
        yield "change.server_mw", Number(servers * device.server_max / 1e6, "MW", paths)


def nearest(study: Study) -> list[tuple[str, Judgement]]:
    """Return the duty kept and the duty broken that lie nearest to their limit, as ``kept`` and ``broken``."""
    rules, found = study.scenario.rules, []
    for name, status in (("kept", "pass"), ("broken", "fail")):
        fit = [item for item in judge_rules(study) if item.status == status and rules[item.rule].kind == "requirement"]
        fit = [item for item in fit if item.limit.value]
        if fit:
            found.append((name, min(fit, key=_margin)))
    return found


def _margin(item: Judgement) -> float:
    return abs((item.value.value or 0.0) / (item.limit.value or 1.0) - 1.0)


class Change(Builder):
    """Builds the end of the first page."""

    def section(self) -> list[Block]:
        """List what would change the answer; say so where nothing can be told without another run."""
        t = self.t
        lines = [*self._target(), *self._certificates(), *self._rules()]
        lines = [*lines, t("change.other")] if lines else [t("change.nothing")]
        return [Heading(t("heading.change"), "change"), Bullets(tuple(lines)), Paragraph(t("answer.inputs"), "note")]

    def _target(self) -> Iterator[str]:
        t, targets = self.t, self.study.summary.get("targets", [])
        required = t.show(f"targets.{targets[0]['id']}.required_eflops") if targets else ""
        if "change.low" in t.numbers and "change.high" in t.numbers:
            needed = float(targets[0]["required_eflops"])
            low, high = (t.numbers[f"change.{side}"].value or 0.0 for side in ("low", "high"))
            case = "always" if low >= needed else "never" if high < needed else "turns"
            shown = {side: t.show(f"change.{side}") for side in ("low", "high")}
            yield t(f"change.target_{case}", required=required, **shown)
        if "change.servers" in t.numbers:
            worth = counted_eflops(self.study)
            cluster = self.study.scenario.clusters[max(worth, key=lambda name: (worth[name], name))]
            yield t(
                "change.servers",
                gap=t.show(f"targets.{targets[0]['id']}.gap_after_eflops"),
                servers=t.show("change.servers"),
                device=t.title(self.study.scenario.devices[cluster.device].title),
                power=t.show("change.server_mw"),
            )

    def _certificates(self) -> Iterator[str]:
        """Tell the clean share without certificates, and where a rule on it would then break."""
        t = self.t
        if not t.show("clean.certificates_mwh").some:
            return
        broken = []
        for item in judge_rules(self.study):
            rule = self.study.scenario.rules[item.rule]
            bare = t.numbers[f"hubs.{item.place}.clean.match_annual_without_certificates"] if item.place else None
            judged = rule.metric == "clean.match_annual" and item.status == "pass" and rule.kind == "requirement"
            if judged and bare and bare.value is not None and not HOLDS[rule.comparison](bare.value, rule.limit):
                broken.append(self.place(f"hubs.{item.place}."))
        values = {name: t.show(f"clean.{name}") for name in ("match_annual", "match_annual_without_certificates")}
        yield t(
            "change.certificates_rule" if broken else "change.certificates", **values, hubs=t("gap.and").join(broken)
        )

    def _rules(self) -> Iterator[str]:
        t = self.t
        for name, item in nearest(self.study):
            rule = self.study.scenario.rules[item.rule]
            yield t(
                f"change.{name}",
                place=self.place(f"hubs.{item.place}.") if item.place else self.place(""),
                rule=t.title(rule.title),
                limit=t(f"compliance.{rule.comparison}", limit=t.write(item.limit)),
                value=t.write(item.value),
                margin=t.show(f"change.{name}.margin"),
            )
