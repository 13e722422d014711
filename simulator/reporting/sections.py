"""The findings of a report as blocks; words come from the locale, numbers from one dictionary."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator.reporting.document import Block, Bullets, Heading, Image, KeyFigures, Paragraph, Table
from simulator.reporting.plots import main_precision
from simulator.reporting.study import RUNGS, comparisons
from simulator.reporting.values import FULL_YEAR_DAYS, granularities
from simulator.reporting.verdict import Verdict, judge

if TYPE_CHECKING:
    from simulator.reporting.plots import Plot
    from simulator.reporting.study import Study
    from simulator.reporting.texts import Texts

ALL = ""  # prefix of the region's numbers; a hub's is "hubs.<id>."
COST_PARTS = (
    "energy",
    "delivery",
    "demand_charge",
    "green",
    "network",
    "wheeling",
    "battery_wear",
    "capex_annuity",
    "export_revenue",
    "total",
)
SERVICE = (
    "jobs_submitted",
    "jobs_real",
    "jobs_finished",
    "jobs_failed",
    "jobs_killed",
    "jobs_running",
    "jobs_waiting",
    "jobs_rejected",
    "wait_mean_s",
    "wait_p50_s",
    "wait_p95_s",
    "bounded_slowdown_mean",
    "utilization",
    "deadline_missed",
    "services_unserved_share",
    "racks_built",
    "racks_in_use",
    "occupancy",
)
FLOWS = (
    "grid_import",
    "contract",
    "direct_green",
    "pv_used",
    "wind_used",
    "battery_discharge",
    "battery_charge",
    "grid_export",
    "curtailed",
)


class Sections:
    """
    Builds the sections of one report.

    Parameters
    ----------
    study : Study
        The run.
    texts : Texts
        Language, with the numbers.
    plots : list of Plot
        Data of the figures; empty when figures are switched off.
    """

    def __init__(self, study: Study, texts: Texts, plots: list[Plot]) -> None:
        self.study, self.t, self.plots = study, texts, {plot.name: plot for plot in plots}
        self.places = [ALL, *(f"hubs.{hub}." for hub in study.scenario.hubs)]
        if len(self.places) == 2:
            self.places = [ALL]  # one hub: the region is the hub

    def details(self) -> list[Block]:
        """Return the sections after the first page, from the ladder to the quality of service."""
        return [
            *self.ladder(),
            *self.electricity(),
            *self.clean(),
            *self.carbon_water_cost(),
            *self.service(),
        ]

    def answer(self) -> list[Block]:
        """Question, answer in three sentences, three key figures."""
        t = self.t
        length = "year" if self.study.days >= FULL_YEAR_DAYS else "short"
        sentences = [
            self._target_sentence(),
            t(f"answer.power_{length}", period=self._period()),
            t(f"answer.clean_{length}"),
        ]
        return [
            Heading(t("heading.answer"), "answer"),
            Paragraph(t("answer.question", question=t.title(self.study.scenario.question)), "question"),
            Paragraph(t("gap.sentences").join(sentences), "lead"),
            self._key_figures(),
        ]

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
        values |= {
            "title": t.title(self.study.scenario.targets[verdict.id].title),
            "rung": t(f"rung.{verdict.rung}"),
        }
        values["precision"] = str(target["precision"]).upper()
        if verdict.fails_at:
            values |= {"holds": t(f"rung.{verdict.holds_at}"), "below": t(f"rung.{verdict.fails_at}")}
            values |= {
                "below_eflops": t.show(f"{key}.increment.{verdict.fails_at}"),
                "first": verdict.holds_at == verdict.rung,
            }
        values["effective"] = t.show(f"{key}.increment.effective")
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
            blocks += self._image(name, "ladder") if name.startswith("ladder") else []
        if targets:
            blocks += [
                self._target_table(targets),
                self._increment_table(targets),
                Paragraph(t("ladder.baseline_note"), "note"),
            ]
        head = (t("column.precision_place"), *(t(f"rung.{rung}") for rung in RUNGS))
        blocks.append(Table(t("ladder.capacity_table"), head, tuple(self._capacity_rows())))
        blocks.append(Paragraph(t("ladder.rungs_note"), "note"))
        return blocks

    def _capacity_rows(self) -> list[tuple[str, ...]]:
        main, rows = main_precision(self.study), []
        for precision in sorted(self.study.summary["capacity"], key=lambda p: (p != main, p)):
            places = self.places if precision == main else [ALL]
            for place in places:
                keys = [f"{place}capacity.{precision}.{rung}_eflops" for rung in RUNGS]
                if keys[0] in self.t.numbers:
                    label = self.t("ladder.row", precision=precision.upper(), place=self._place(place))
                    rows.append((label, *(self.t.show(key).cell for key in keys)))
        return rows

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
        for field in ("required", "baseline", "gap_before", "counted", "gap_after"):
            rows.append(
                (
                    t(f"target.{field}"),
                    *(t.show(f"targets.{target['id']}.{field}_eflops") for target in targets),
                )
            )
        rows.append((t("target.verdict"), *(t(f"verdict.{judge(target).status}") for target in targets)))
        return Table(t("ladder.target_table"), (t("column.item"), *self._target_titles(targets)), tuple(rows))

    def _increment_table(self, targets: list[dict[str, Any]]) -> Table:
        t, titles = self.t, self._target_titles(targets)
        head = [t("column.rung")]
        for title in titles:
            suffix = t("gap.colon").join((title, "")) if len(titles) > 1 else ""
            head += [suffix + t("column.increment"), suffix + t("column.cover")]
        rows = [
            (
                t(f"rung.{rung}"),
                *(
                    cell
                    for target in targets
                    for cell in (
                        t.show(f"targets.{target['id']}.increment.{rung}").cell,
                        t.show(f"targets.{target['id']}.cover.{rung}"),
                    )
                ),
            )
            for rung in RUNGS
        ]
        return Table(t("ladder.increment_table"), tuple(head), tuple(rows))

    def _target_titles(self, targets: list[dict[str, Any]]) -> list[str]:
        return [self.t.title(self.study.scenario.targets[target["id"]].title) for target in targets]

    def electricity(self) -> list[Block]:
        """Energy, peak, PUE, share of provincial use, and the published total beside it."""
        t = self.t
        fields = (
            "it_gwh",
            "cooling_gwh",
            "other_gwh",
            "facility_gwh",
            "pue",
            "peak_facility_mw",
            "share_of_province_demand",
        )
        blocks: list[Block] = [Heading(t("heading.electricity"), "electricity")]
        blocks += [Paragraph(text) for text in self._comparison_texts()]
        blocks += [
            self._by_place("electricity.table", "energy", fields),
            Paragraph(t("electricity.note"), "note"),
        ]
        return [*blocks, *self._image("hub_power", "power")]

    def _comparison_texts(self) -> list[str]:
        texts = []
        for comparison in comparisons():
            if f"compare.{comparison.id}.run" in self.t.numbers:
                key = f"compare.{comparison.id}"
                values: dict[str, str] = {
                    name: self.t.show(f"{key}.{name}") for name in ("published", "run", "yearly", "share")
                }
                province = self.t.title(self.study.scenario.provinces[comparison.province].title)
                values |= {
                    "province": province,
                    "title": comparison.title[self.t.lang],
                    "source": comparison.source[self.t.lang],
                }
                which = "year" if self.study.days >= FULL_YEAR_DAYS else "short"
                texts.append(self.t(f"electricity.compare_{which}", **values))
        return texts

    def clean(self) -> list[Block]:
        """Hourly, monthly and annual matching side by side; where the electricity came from."""
        t = self.t
        fields = (
            "cfe_score_hourly",
            "cfe_score_with_grid",
            "match_monthly",
            "match_annual",
            "certificates_mwh",
        )
        blocks: list[Block] = [Heading(t("heading.clean"), "clean"), Paragraph(t("clean.intro"))]
        blocks += [self._by_place("clean.table", "clean", fields), *self._image("supply_mix", "supply")]
        rows = [
            (t(f"flow.{flow}"), *(self._cell(place, f"energy.{flow}_gwh") for place in self.places)) for flow in FLOWS
        ]
        blocks.append(Table(t("clean.flow_table"), (t("column.flow"), *map(self._place, self.places)), tuple(rows)))
        return blocks

    def carbon_water_cost(self) -> list[Block]:
        """Carbon on three bases, water, and cost by part of the tariff."""
        t = self.t
        carbon = ("location_tco2", "market_tco2", "marginal_tco2", "embodied_tco2", "cue_kg_per_kwh")
        rows = [
            (t(f"cost.{part}"), *(self._cell(place, f"cost.{part}_cny") for place in self.places))
            for part in COST_PARTS
            if part == "total" or any(self.t.numbers[f"{place}cost.{part}_cny"].value for place in self.places)
        ]
        return [
            Heading(t("heading.carbon"), "carbon"),
            Paragraph(t("carbon.intro")),
            self._by_place("carbon.table", "emissions", carbon),
            Heading(t("heading.water"), "water"),
            self._by_place("water.table", "energy", ("water_m3", "wue_l_per_kwh")),
            Paragraph(t("water.note"), "note"),
            Heading(t("heading.cost"), "cost"),
            Paragraph(t("cost.intro")),
            Table(t("cost.table"), (t("column.part"), *map(self._place, self.places)), tuple(rows)),
        ]

    def service(self) -> list[Block]:
        """Waits, utilisation, rejections and the scale at which jobs were simulated."""
        t = self.t
        blocks: list[Block] = [Heading(t("heading.service"), "service"), Paragraph(t("service.intro"))]
        blocks += [*self._image("wait_times", "waits"), *self._coarseness()]
        rows = [
            (t(f"service.{field}"), *(self._cell(place, f"service.{field}") for place in self.places))
            for field in SERVICE
        ]
        blocks.append(Table(t("service.table"), (t("column.item"), *map(self._place, self.places)), tuple(rows)))
        reasons = [key.removeprefix("jobs.rejected.") for key in t.numbers if key.startswith("jobs.rejected.")]
        if reasons:
            lines = tuple(
                (t.get(f"reason.{reason}", reason), t.show(f"jobs.rejected.{reason}").bare) for reason in reasons
            )
            blocks.append(Table(t("service.rejected_table"), (t("column.reason"), t("column.jobs")), lines))
        return blocks

    def _coarseness(self) -> list[Block]:
        t, factors = self.t, granularities(self.study)
        lines = [
            t(
                "service.granularity",
                job_class=t.title(self.study.scenario.job_classes[name].title),
                factor=t.show(f"run.granularity.{name}"),
            )
            for name in factors
        ]
        if self.study.sample > 1:
            lines.append(t("service.fleet_sample"))
        if not lines:
            return []
        return [Paragraph(t("service.coarse"), "warning"), Bullets(tuple(lines))]

    def _by_place(self, caption: str, group: str, fields: tuple[str, ...]) -> Table:
        """One row a place, one column a number."""
        head = (self.t("column.place"), *(self.t(f"column.{field}") for field in fields))
        rows = tuple((self._place(p), *(self._cell(p, f"{group}.{field}") for field in fields)) for p in self.places)
        return Table(self.t(caption), head, rows)

    def _cell(self, place: str, key: str) -> str:
        return self.t.show(f"{place}{key}").cell

    def _place(self, place: str) -> str:
        hubs = self.study.scenario.hubs
        if place == ALL and len(hubs) > 1:
            return self.t("place.all")
        return self.t.title(hubs[place.split(".")[1] if place else next(iter(hubs))].title)

    def _image(self, name: str, text: str) -> list[Block]:
        """Return the figure, or nothing where figures are switched off."""
        if name not in self.plots:
            return []
        text = "capacity" if self.plots[name].kind == "capacity" else text
        return [Image(name, self.t(f"caption.{text}"), self.alt(name))]

    def alt(self, name: str) -> str:
        """Say in words what a figure shows."""
        t, plot = self.t, self.plots[name]
        if plot.kind == "ladder":
            key = f"targets.{plot.notes['target']}"
            values = {rung: t.show(f"{key}.increment.{rung}") for rung in ("nameplate", "effective")}
            return t("alt.ladder", gap=t.show(f"{key}.gap_before_eflops"), **values)
        if plot.kind == "capacity":
            key = f"capacity.{plot.notes['precision']}"
            return t(
                "alt.capacity",
                **{rung: t.show(f"{key}.{rung}_eflops") for rung in ("nameplate", "effective")},
            )
        return t(f"alt.{plot.kind}")
