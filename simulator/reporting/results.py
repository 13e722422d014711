"""What the run used, emitted, cost and served, as blocks: electricity, clean energy, carbon, water, cost, jobs."""

from __future__ import annotations

import re

from simulator.reporting.builder import Builder
from simulator.reporting.document import Block, Bullets, Heading, Paragraph, Table
from simulator.reporting.extras import extra_tables, green_table, limits_table
from simulator.reporting.study import FULL_YEAR_DAYS, comparisons
from simulator.reporting.values import granularities

ENERGY = (
    "it_gwh",
    "it_idle_gwh",
    "it_boot_gwh",
    "it_powered_down_gwh",
    "it_jobs_gwh",
    "it_services_gwh",
    "cooling_gwh",
    "other_gwh",
    "facility_gwh",
    "pue",
    "gb40879_grade",
    "peak_facility_mw",
    "share_of_province_demand",
)
CONNECTION = ("peak_import_mw", "import_limit_mw", "hours_at_limit")
FLOWS = (
    "grid_import_gwh",
    "contract_gwh",
    "contract_surplus_gwh",
    "direct_green_gwh",
    "pv_used_gwh",
    "wind_used_gwh",
    "battery_discharge_gwh",
    "battery_charge_gwh",
    "grid_export_gwh",
    "curtailed_gwh",
)
CLEAN = (
    "cfe_score_hourly",
    "match_monthly",
    "match_annual_without_certificates",
    "match_annual",
    "certificates_mwh",
    "cover_annual",
    "cfe_score_with_grid",
)
# where no certificates were spent, with and without them are one figure
UNBOUGHT = tuple(field for field in CLEAN if field not in ("match_annual", "certificates_mwh"))
CARBON = ("location_tco2", "market_tco2", "marginal_tco2", "embodied_tco2", "cue_kg_per_kwh")
COSTS = (
    "energy_cny",
    "delivery_cny",
    "demand_charge_cny",
    "green_cny",
    "network_cny",
    "wheeling_cny",
    "capex_annuity_cny",
    "export_revenue_cny",
)
COUNTS = (
    "jobs_submitted",
    "jobs_carried_in",
    "jobs_finished",
    "jobs_failed",
    "jobs_killed",
    "jobs_running",
    "jobs_waiting",
    "jobs_held",
    "jobs_transferring",
    "jobs_suspended",
    "jobs_rejected",
    "jobs_real",
)
# left out where the run cannot tell them: grades are of whole years, and some traces name no outcomes
NOT_ALWAYS_KNOWN = ("gb40879_grade", "jobs_failed", "jobs_killed")
# left out where there are none
RARE = (
    "jobs_held",
    "jobs_transferring",
    "jobs_suspended",
    "it_boot_gwh",
    "it_powered_down_gwh",
    "it_services_gwh",
    "services_unserved_share",
    "services_spilled_share",
)
QUALITY = (
    "wait_mean_s",
    "wait_p50_s",
    "wait_p95_s",
    "bounded_slowdown_mean",
    "deadline_missed",
    "services_unserved_share",
    "services_spilled_share",
    "utilization",
    "racks_built",
    "racks_in_use",
    "occupancy",
)


class Results(Builder):
    """Builds the sections on what was used and what came of it."""

    def known(self, group: str, fields: tuple[str, ...]) -> tuple[str, ...]:
        """Leave out what is rare and does not occur here; a share of zero occurs."""
        return tuple(
            field
            for field in fields
            if (field not in RARE and self._applies(group, field))
            or (
                field == "services_unserved_share"
                and any(self.t.numbers[f"{p}{group}.{field}"].known for p in self.places)
            )
            or self.some(f"{group}.{field}")
        )

    def _applies(self, group: str, field: str) -> bool:
        """Whether a number can say anything here: there is one, and somebody was promised what it counts."""
        if field in NOT_ALWAYS_KNOWN:
            return any(self.t.numbers[f"{place}{group}.{field}"].known for place in self.places)
        return field != "deadline_missed" or self.some(f"{group}.deadline_jobs")

    def provinces(self) -> str:
        """Name the provinces of the hubs."""
        names = dict.fromkeys(hub.province for hub in self.study.scenario.hubs.values())
        titles = [self.t.title(self.study.scenario.provinces[name].title) for name in names]
        first = self.t("gap.and").join(titles[:-1])
        return self.t("gap.last").join(filter(None, (first, titles[-1])))

    def electricity(self) -> list[Block]:
        """Energy, peak, PUE, share of provincial use, the connection, and the published total beside it."""
        t = self.t
        blocks: list[Block] = [Heading(t("heading.electricity"), "electricity")]
        blocks += [Paragraph(text) for text in self._comparison_texts()]
        blocks += [
            self.table("electricity.table", "energy", self.known("energy", ENERGY)),
            Paragraph(self._electricity_note(), "note"),
            self.table("electricity.connection_table", "connection", CONNECTION),
            Paragraph(t("electricity.connection_note" if self.on_site else "electricity.connection_plain"), "note"),
        ]
        return [*blocks, *extra_tables(self, "electricity"), *self.image("hub_power", "power")]

    def _electricity_note(self) -> str:
        note = self.t("electricity.note", provinces=self.provinces())
        if len(self.places) > 1:
            note = self.t("gap.sentences").join((note, self.t("electricity.note_hubs")))
        return note

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
        flows = tuple(flow for flow in FLOWS if flow == "grid_import_gwh" or self.some(f"energy.{flow}"))
        return [
            Heading(t("heading.clean"), "clean"),
            Paragraph(t("clean.intro")),
            self.table("clean.table", "clean", CLEAN if self.some("clean.certificates_mwh") else UNBOUGHT),
            Paragraph(t("clean.note"), "note"),
            *green_table(self),
            *self.image("supply_mix", "supply"),
            self.table("clean.flow_table", "energy", flows),
            *extra_tables(self, "clean"),
        ]

    def carbon_water_cost(self) -> list[Block]:
        """Carbon on three bases, water, and cost by part of the tariff."""
        t = self.t
        parts = tuple(part for part in COSTS if self.some(f"cost.{part}"))
        plain = "cost.note" if self.on_site else "cost.note_plain"
        wear = ("battery_wear_cny",) if self.some("cost.battery_wear_cny") else ()
        return [
            Heading(t("heading.carbon"), "carbon"),
            Paragraph(t("carbon.intro")),
            self.table("carbon.table", "emissions", CARBON),
            Heading(t("heading.water"), "water"),
            self.table("water.table", "energy", ("water_m3", "wue_l_per_kwh")),
            Paragraph(t("water.note"), "note"),
            Heading(t("heading.cost"), "cost"),
            Paragraph(t("cost.intro")),
            self.table("cost.table", "cost", (*parts, "total_cny", *wear)),
            Paragraph(t("cost.note_wear" if wear else plain), "note"),
            *extra_tables(self, "cost"),
        ]

    def service(self) -> list[Block]:
        """Waits, utilisation, rejections and the scale at which jobs were simulated."""
        t = self.t
        blocks: list[Block] = [Heading(t("heading.service"), "service")]
        started = t.numbers["jobs.at_once"].known
        blocks.append(Paragraph(t("service.intro" if started else "service.intro_none")))
        blocks += [*self.image("wait_times", "waits"), *self._coarseness()]
        counts = self.known("service", COUNTS)
        blocks.append(self._job_table(counts))
        blocks.append(Paragraph(t(self._outcome_note()), "note"))
        reasons = [key.removeprefix("jobs.rejected.") for key in t.numbers if key.startswith("jobs.rejected.")]
        if reasons:
            lines = tuple((self._reason(reason), t.show(f"jobs.rejected.{reason}").bare) for reason in reasons)
            blocks.append(Table(t("service.rejected_table"), (t("column.reason"), t("column.jobs")), lines))
        blocks.append(self.table("service.table", "service", self.known("service", QUALITY)))
        blocks.append(Paragraph(t("service.note"), "note"))
        return [*blocks, *self._why(), *limits_table(self), *extra_tables(self, "service")]

    def _why(self) -> list[Block]:
        """Say where work waited, by class, and for want of what."""
        t = self.t
        keys = [key.removesuffix(".started") for key in t.numbers if re.fullmatch(r"waits\..*\.started", key)]
        if not keys:
            return []
        fields = ("started", "at_once", "mean_s", "p95_s")
        rows = tuple(
            (
                t.title(self.study.scenario.job_classes[key.removeprefix("waits.")].title),
                *(t.write(t.numbers[f"{key}.{field}"], even=field.endswith("_s")) for field in fields),
            )
            for key in keys
        )
        head = (t("column.job_class"), *(t(f"column.{field}") for field in fields))
        limited = [place for place in self.places if place and t.show(f"{place}connection.hours_at_limit").some]
        hours = [
            t("service.hours_at", place=self.place(place), hours=t.show(f"{place}connection.hours_at_limit"))
            for place in limited
        ]
        why = t("service.why_power", hours=t("gap.list").join(hours)) if hours else t("service.why_devices")
        return [Table(t("service.class_table"), head, rows), Paragraph(why)]

    def _reason(self, reason: str) -> str:
        """Put the general part of a reason into the reader's language; what follows the colon is names and numbers."""
        general, colon, details = reason.partition(": ")
        return self.t.get(f"reason.{general}", general) + colon + details

    def _job_table(self, counts: tuple[str, ...]) -> Table:
        """Tell what became of the jobs; where the trace does not say, neither does the table."""
        table = self.table("service.job_table", "service", counts)
        if self.study.outcomes_known:
            return table
        place = counts.index("jobs_finished")
        rows = list(table.rows)
        rows[place] = (self.t("item.jobs_ended"), *rows[place][1:])
        return Table(table.caption, table.head, tuple(rows))

    def _outcome_note(self) -> str:
        if not self.study.outcomes_known:
            return "service.outcome_unknown"
        synthetic = any(work.model == "synthetic" for work in self.study.scenario.workload.jobs.values())
        return "service.outcome_drawn" if synthetic else "service.outcome_trace"

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
        blocks: list[Block] = []
        if lines:
            blocks += [Paragraph(t("service.coarse"), "warning"), Bullets(tuple(lines))]
        if self.study.sample > 1:
            blocks.append(Paragraph(t("service.fleet_sample"), "warning"))
        return blocks
