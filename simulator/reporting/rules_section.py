"""The compliance section: every rule at every place, with the evidence; then the rules with who set them and when."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from simulator.reporting.builder import ALL, Builder
from simulator.reporting.compliance import Judgement, idle_rules, judge_rules
from simulator.reporting.document import Block, Bullets, Heading, Paragraph, Table
from simulator.reporting.labels import figure_name

if TYPE_CHECKING:
    from typing import Any


class Compliance(Builder):
    """Builds what the report says about rules."""

    @functools.cached_property
    def judged(self) -> list[Judgement]:
        """All judgements, in the order of the rules."""
        return judge_rules(self.study)

    def sentence(self) -> list[Block]:
        """Say in the first page how many duties are kept, broken and not assessable, the broken ones by name."""
        if not self.judged:
            return []
        t = self.t
        broken = dict.fromkeys(
            self._named(item) for item in self.judged if item.status == "fail" and self._kind(item) == "requirement"
        )
        values: dict[str, Any] = {status: t.show(f"rules.count.{status}") for status in ("pass", "fail", "unknown")}
        values["broken"] = t("gap.list").join(broken)
        return [Paragraph(t("compliance.sentence", **values), "warning" if broken else "plain")]

    def section(self) -> list[Block]:
        """Return the section, or one sentence where the scenario names no rules."""
        t = self.t
        blocks: list[Block] = [Heading(t("heading.compliance"), "compliance")]
        if not self.study.scenario.rules:
            return [*blocks, Paragraph(t("compliance.none"))]
        blocks.append(Paragraph(t("compliance.intro")))
        if self.judged:
            head = tuple(t(f"column.{name}") for name in ("rule", "place", "limit", "found", "result"))
            blocks.append(Table(t("compliance.table"), head, self._rows(), look="verdicts"))
        idle = idle_rules(self.study)
        if idle:
            names = t("gap.list").join(self._title(name) for name in idle)
            blocks.append(Paragraph(t("compliance.idle", rules=names), "note"))
        return [*blocks, self._rule_table(), *self._notes()]

    def _kind(self, item: Judgement) -> str:
        return str(self.study.scenario.rules[item.rule].kind)

    def _title(self, rule: str) -> str:
        return self.t.title(self.study.scenario.rules[rule].title)

    def _place(self, item: Judgement) -> str:
        return self.place(f"hubs.{item.place}.") if item.place else self.place(ALL)

    def _named(self, item: Judgement) -> str:
        """Name a rule that is broken, where, and by what figure."""
        return self.t(
            "compliance.broken",
            rule=self._title(item.rule),
            place=self._place(item),
            value=self.t.write(item.value),
            limit=self._limit(item),
        )

    def _limit(self, item: Judgement) -> str:
        comparison = self.study.scenario.rules[item.rule].comparison
        return self.t(f"compliance.{comparison}", limit=self.t.write(item.limit))

    def _rows(self) -> tuple[tuple[str, ...], ...]:
        """Return one row a judgement; places of which a rule says the same share one."""
        t, rows = self.t, dict[tuple[str, ...], list[str]]()
        for item in self.judged:
            result = t(f"compliance.{self._kind(item)}_{item.status}")
            if item.reason:
                result = t("gap.colon").join((result, t(f"compliance.why.{item.reason}")))
            key = (self._title(item.rule), self._limit(item), t.write(item.value), result)
            rows.setdefault(key, []).append(self._place(item))
        return tuple((key[0], t("gap.and").join(places), *key[1:]) for key, places in rows.items())

    def _rule_table(self) -> Table:
        t = self.t
        rows = []
        for name, rule in self.study.scenario.rules.items():
            origin = self.study.loaded.provenance.get(f"rules.{name}.limit")
            basis = t("gap.and").join(origin.sources) if origin and origin.sources else t("compliance.assumed")
            since = t.date(rule.since)
            dates = t("compliance.until", since=since, until=t.date(rule.until)) if rule.until else since
            issued = t("compliance.issued", body=t.title(rule.body), document=t.title(rule.document))
            metric = t("compliance.metric", name=figure_name(rule.metric, t), path=rule.metric)
            rows.append((self._title(name), issued, dates, metric, basis))
        head = tuple(t(f"column.{name}") for name in ("rule", "issued", "in_force", "metric", "source_id"))
        return Table(t("compliance.rule_table"), head, tuple(rows), look="rules")

    def _notes(self) -> list[Block]:
        """List the remarks on the rules, equal ones once."""
        t = self.t
        told: dict[str, list[str]] = {}
        for name, rule in self.study.scenario.rules.items():
            if rule.note is not None:
                told.setdefault(t.title(rule.note), []).append(self._title(name))
        lines = tuple(t("gap.colon").join((t("gap.list").join(names), note)) for note, names in told.items())
        return [Paragraph(t("compliance.notes")), Bullets(lines)] if lines else []
