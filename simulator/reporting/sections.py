"""The first page of a report and the ladder; words come from the locale, numbers from one dictionary."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from simulator.reporting.builder import ALL
from simulator.reporting.document import Block, Heading, KeyFigures, Paragraph, Table
from simulator.reporting.results import Results
from simulator.reporting.study import FULL_YEAR_DAYS, RUNGS, main_precision
from simulator.reporting.verdict import Verdict, judge
from simulator.reporting.who import Who


class Sections(Results, Who):
    """Builds the sections of one report with findings, the answer first."""

    def details(self) -> list[Block]:
        """Return the sections after the first page, from the ladder to the quality of service."""
        return [
            *self.ladder(),
            *self.electricity(),
            *self.clean(),
            *self.carbon_water_cost(),
            *self.who(),
            *self.service(),
        ]

    def answer(self) -> list[Block]:
        """Question, answer in three sentences, three key figures."""
        t = self.t
        length = "year" if self.study.days >= FULL_YEAR_DAYS else "short"
        question = [t("answer.question", question=t.title(self.study.scenario.question))]
        if self.study.variant:
            question.append(t("answer.variant", variant=t.title(self.study.variant)))
        sentences = [
            self._target_sentence(),
            t(f"answer.power_{length}", period=self._period(), provinces=self.provinces()),
            t(f"answer.clean_{length}"),
            t("answer.rest"),
        ]
        return [
            Heading(t("heading.answer"), "answer"),
            Paragraph(t("gap.sentences").join(question), "question"),
            Paragraph(t("gap.sentences").join(sentences), "lead"),
            *(Paragraph(t.side(str(line)), "warning") for line in self.study.manifest.get("findings", ())),
            self._key_figures(),
            *self._others(),
        ]

    def _others(self) -> list[Block]:
        """Name the other variants of the scenario: a question that compares is not answered by one of them."""
        loaded = self.study.loaded
        others = [self.t("answer.itself")] if loaded.variant else []
        others += [self.t.title(title) for name, title in loaded.variants.items() if name != loaded.variant]
        return [Paragraph(self.t("answer.others", others=self.t("gap.list").join(others)), "note")] if others else []

    def _period(self) -> str:
        first, last = self.t.date(self.study.start), self.t.date(self.study.end - timedelta(seconds=1))
        return first if first == last else self.t("answer.period", first=first, last=last)

    def _target_sentence(self) -> str:
        targets = self.study.summary.get("targets", [])
        if not targets:
            precision = main_precision(self.study)
            shown = {rung: self.t.show(f"capacity.{precision}.{rung}_eflops") for rung in ("nameplate", "effective")}
            return self.t("answer.no_target", precision=precision.upper(), **shown)
        return self.t("gap.sentences").join(self._verdict_text(judge(target), target) for target in targets)

    def _verdict_text(self, verdict: Verdict, target: dict[str, Any]) -> str:
        t, key = self.t, f"targets.{verdict.id}"
        values: dict[str, Any] = {
            name: t.show(f"{key}.{name}_eflops") for name in ("required", "counted", "gap_before", "gap_after")
        }
        values["cover"] = t.show(f"{key}.cover.{verdict.rung}")
        values |= {
            "title": t.title(self.study.scenario.targets[verdict.id].title),
            "rung": t(f"rung.{verdict.rung}"),
        }
        values["precision"] = str(target["precision"]).upper()
        if verdict.fails_at:
            values |= {"holds": t(f"rung.{verdict.holds_at}"), "below": t(f"rung.{verdict.fails_at}")}
            values["below_eflops"] = t.show(f"{key}.increment.{verdict.fails_at}")
        elif verdict.holds_at:
            values["holds"] = t(f"rung.{verdict.holds_at}")
        values |= {rung: t.show(f"{key}.increment.{rung}") for rung in ("allocated", "effective")}
        return t(f"answer.target.{verdict.status}", **values)

    def _key_figures(self) -> KeyFigures:
        t, targets = self.t, self.study.summary.get("targets", [])
        if targets:
            first = f"targets.{targets[0]['id']}"
            label = t(
                "key.target",
                required=t.show(f"{first}.required_eflops"),
                precision=targets[0]["precision"].upper(),
            )
            lead = (t.show(f"{first}.counted_eflops"), label)
        else:
            precision = main_precision(self.study)
            lead = (
                t.show(f"capacity.{precision}.nameplate_eflops"),
                t("key.capacity", precision=precision.upper()),
            )
        rest = (
            (t.show("energy.facility_gwh"), t("key.energy")),
            (t.show("clean.cfe_score_hourly"), t("key.clean")),
        )
        return KeyFigures(tuple((shown.bare, shown.unit, label) for shown, label in (lead, *rest)))

    def ladder(self) -> list[Block]:
        """EFLOPS by rung, precision and hub; targets and the increment on every rung."""
        t, targets = self.t, self.study.summary.get("targets", [])
        blocks: list[Block] = [Heading(t("heading.ladder"), "ladder"), Paragraph(t("ladder.intro"))]
        for name in self.plots:
            blocks += self.image(name, "ladder") if name.startswith("ladder") else []
        if targets:
            blocks += [
                self._target_table(targets),
                self._increment_table(targets),
                Paragraph(t("ladder.baseline_note"), "note"),
                Paragraph(t("ladder.demand_note"), "note"),
            ]
        blocks.append(self._capacity_table())
        blocks.append(Paragraph(t("ladder.rungs_note"), "note"))
        return blocks

    def _capacity_table(self) -> Table:
        t, main = self.t, main_precision(self.study)
        names, keys = [], []
        for precision in sorted(self.study.summary["capacity"], key=lambda p: (p != main, p)):
            for place in self.places if precision == main else [ALL]:
                of_place = [f"{place}capacity.{precision}.{rung}_eflops" for rung in RUNGS]
                if of_place[0] in t.numbers:
                    names.append(t("ladder.row", precision=precision.upper(), place=self.place(place)))
                    keys.append(of_place)
        shown = t.rows(keys)
        rows = tuple((name, *cells) for name, (_, cells) in zip(names, shown, strict=True))
        head = (t("column.precision_place"), *(t(f"rung.{rung}") for rung in RUNGS))
        return Table(t("ladder.capacity_table", unit=shown[0][0]), head, rows)

    def _target_table(self, targets: list[dict[str, Any]]) -> Table:
        t = self.t
        rows = [
            (t("column.precision"), *(target["precision"].upper() for target in targets)),
            (t("column.rung"), *(t(f"rung.{target['rung']}") for target in targets)),
            (
                t("column.date"),
                *(t.date(self.study.scenario.targets[target["id"]].date) for target in targets),
            ),
        ]
        fields = ("required", "baseline", "gap_before", "counted", "gap_after")
        # written by target, so that required, counted and gap have the same decimals
        shown = t.rows([[f"targets.{target['id']}.{field}_eflops" for field in fields] for target in targets])
        for place, field in enumerate(fields):
            rows.append((self.named(t(f"target.{field}"), shown[0][0]), *(cells[place] for _, cells in shown)))
        rows.append((t("target.verdict"), *(t(f"verdict.{judge(target).status}") for target in targets)))
        return Table(t("ladder.target_table"), (t("column.item"), *self._target_titles(targets)), tuple(rows))

    def _increment_table(self, targets: list[dict[str, Any]]) -> Table:
        t, titles = self.t, self._target_titles(targets)
        head = [t("column.rung")]
        shown = t.rows([[f"targets.{x['id']}.increment.{rung}" for x in targets] for rung in RUNGS])
        for title in titles:
            suffix = t("gap.colon").join((title, "")) if len(titles) > 1 else ""
            head += [suffix + self.named(t("column.increment"), shown[0][0]), suffix + t("column.cover")]
        rows = []
        for rung, (_, cells) in zip(RUNGS, shown, strict=True):
            covers = [t.show(f"targets.{target['id']}.cover.{rung}") for target in targets]
            pairs = (cell for pair in zip(cells, covers, strict=True) for cell in pair)
            rows.append((t(f"rung.{rung}"), *pairs))
        return Table(t("ladder.increment_table"), tuple(head), tuple(rows))

    def _target_titles(self, targets: list[dict[str, Any]]) -> list[str]:
        return [self.t.title(self.study.scenario.targets[target["id"]].title) for target in targets]
