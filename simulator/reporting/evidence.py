"""After the findings: facts and assumptions apart, limits of the model, and where the run came from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simulator.reporting.assumptions import Assumption, assumptions, in_use
from simulator.reporting.document import Block, Bullets, Heading, Paragraph, Table
from simulator.reporting.labels import owner_and_label, written

if TYPE_CHECKING:
    from simulator.reporting.study import Study
    from simulator.reporting.texts import Texts

PATHS_SHOWN = 4
RUN_FACTS = ("run_id", "command", "seed", "suandian", "started", "ended")


class Evidence:
    """Builds the sections after the findings, in one language."""

    def __init__(self, study: Study, texts: Texts) -> None:
        self.study, self.t = study, texts
        self.assumed = assumptions(study)

    def facts_and_assumptions(self) -> list[Block]:
        """List the sources of what is known, then what was assumed and why."""
        t = self.t
        ranged = [item for item in self.assumed if item.low or item.high]
        blocks: list[Block] = [Heading(t("heading.facts"), "facts"), Paragraph(t("facts.intro"))]
        rows = self._source_rows()
        if rows:
            head = tuple(t(f"column.{name}") for name in ("source_id", "source", "body", "source_date", "used_for"))
            blocks.append(Table(t("facts.table"), head, tuple(rows), look="source"))
        blocks += [Heading(t("heading.assumptions"), "assumptions"), Paragraph(t("assumptions.intro"))]
        if ranged:
            blocks.append(self.range_table("assumptions.range_table", ranged))
        plain = self._plain_rows()
        if plain:
            head = (t("column.why"), t("column.fields"))
            blocks.append(Table(t("assumptions.plain_table"), head, tuple(plain), look="text"))
        return blocks

    def _source_rows(self) -> list[tuple[str, ...]]:
        uses: dict[str, list[str]] = {}
        for path, origin in self.study.loaded.provenance.items():
            for source in origin.sources if in_use(path, self.study) else ():
                uses.setdefault(source, []).append(path)
        rows: list[tuple[str, ...]] = []
        for source_id, paths in sorted(uses.items()):
            source = self.study.loaded.sources.get(source_id)
            title = self.t.title(source.title) if source else source_id
            body, date = (source.body, source.date) if source else ("", "")
            if source and source.note:
                title = self.t("facts.noted", title=title, note=self.t.side(source.note))
            rows.append((source_id, title, self.t.side(body), date, self._fields(paths)))
        return rows

    def range_table(self, caption: str, items: list[Assumption]) -> Table:
        """List assumptions with value, low, high and reason."""
        head = tuple(self.t(f"column.{name}") for name in ("field", "value", "low", "high", "why"))
        rows = tuple(
            (
                self._fields(item.paths),
                *(written(text, self.t) for text in (item.written, item.low, item.high)),
                self.t.side(item.why),
            )
            for item in items
        )
        return Table(self.t(caption), head, rows, look="range")

    def _plain_rows(self) -> list[tuple[str, ...]]:
        """List the assumptions without a range by reason, fields with their values."""
        reasons: dict[str, dict[str, list[str]]] = {}
        for item in self.assumed:
            if not (item.low or item.high):
                for path in item.paths:
                    # the hours of a tariff period are many numbers of one field
                    field = re.sub(r"\.\d+(\..*)?$", "", path)
                    reasons.setdefault(item.why, {}).setdefault(field, []).append(item.written)
        return [(self.t.side(why), self._valued(fields)) for why, fields in sorted(reasons.items())]

    def _valued(self, fields: dict[str, list[str]]) -> str:
        """Name fields with their value, equal ones together; fields of many values without."""
        by_value: dict[str, list[str]] = {}
        for field, values in sorted(fields.items()):
            by_value.setdefault(values[0] if len(values) == 1 else "", []).append(field)
        texts = [
            self._fields(paths) + (f" = {written(value, self.t)}" if value else "") for value, paths in by_value.items()
        ]
        return self._some(texts)

    def _fields(self, paths: list[str] | tuple[str, ...]) -> str:
        """Name fields by the title of what they belong to; one field of several owners is named once."""
        owners: dict[str, list[str]] = {}
        for path in paths:
            owner, field = owner_and_label(path, self.study, self.t)
            owners.setdefault(field, []).append(owner)
        names = []
        for field, having in owners.items():
            whose = self._some(list(dict.fromkeys(filter(None, having))), "gap.and")
            names.append(self.t("gap.colon").join((whose, field)) if whose else field)
        return self._some(names)

    def _some(self, texts: list[str], gap: str = "gap.list") -> str:
        """Join the first few texts and say how many more there are."""
        shown = texts[:PATHS_SHOWN]
        if len(texts) > PATHS_SHOWN:
            shown = [*shown, self.t("facts.more", count=len(texts) - PATHS_SHOWN)]
        return self.t(gap).join(shown)

    def limits(self) -> list[Block]:
        """Say what the model leaves out and which of its inputs are synthetic."""
        t = self.t
        lines = [t(f"limits.always.{key}") for key in t.keys("limits.always")]
        lines += [t(f"limits.when.{key}") for key, holds in self._conditions().items() if holds]
        notes = tuple(t.title(note) for note in self.study.scenario.notes)
        warnings = tuple(t.side(str(line)) for line in self.study.manifest.get("warnings", ()))
        blocks: list[Block] = [Heading(t("heading.limits"), "limits"), Bullets(tuple(lines))]
        for key, items in (("limits.notes", notes), ("limits.warnings", warnings)):
            if items:
                blocks += [Paragraph(t(key)), Bullets(items)]
        return blocks

    def _conditions(self) -> dict[str, bool]:
        scenario = self.study.scenario
        work = scenario.workload.jobs.values()
        repeated = self.study.replications is not None and len(self.study.replications.summaries) > 1
        failing = [cluster.failures is not None for cluster in scenario.clusters.values()]
        drawn = any(item.model == "synthetic" for item in work) or any(
            hub.weather.model == "synthetic" for hub in scenario.hubs.values()
        )
        return {
            "one_run": drawn and not repeated,
            "one_run_given": not drawn and not repeated,
            "no_failures": not all(failing),
            "some_failures": any(failing),
            "synthetic_weather": any(hub.weather.model == "synthetic" for hub in scenario.hubs.values()),
            "typical_year": any(hub.weather.model == "epw" for hub in scenario.hubs.values()),
            "synthetic_load": any(scenario.provinces[hub.province].load_file is None for hub in scenario.hubs.values()),
            "synthetic_work": any(item.model == "synthetic" for item in work),
            "trace_work": any(item.model == "trace" for item in work),
            "fleet_sample": self.study.sample > 1,
            **self._market_conditions(),
            **self._power_conditions(),
        }

    def _market_conditions(self) -> dict[str, bool]:
        """Tell which prices and carbon factors are series of their own, and what contracts rest on."""
        scenario, hubs = self.study.scenario, self.study.scenario.hubs.values()
        spot = [scenario.tariffs[hub.tariff].spot is not None for hub in hubs]
        provinces = [scenario.provinces[hub.province] for hub in hubs]
        series = [province.location_series is not None for province in provinces]
        contracts = [contract for hub in hubs for contract in hub.contracts.values()]
        return {
            "tariff_prices": not any(spot),
            "some_spot_prices": any(spot) and not all(spot),
            "spot_prices": all(spot),
            "yearly_factors": not any(series),
            "some_carbon_series": any(series) and not all(series),
            "carbon_series": all(series),
            "merit_order": any(province.merit_order for province in provinces),
            "trade": self.study.summary["energy"].get("trade_gwh", 0.0) > 0.0,
            "contracts": any(contract.kind in ("ppa_wind", "ppa_solar") for contract in contracts),
        }

    def _power_conditions(self) -> dict[str, bool]:
        """Tell which limits on power the scenario has, and whether data are moved."""
        scenario, hubs = self.study.scenario, self.study.scenario.hubs.values()
        kinds = {limit.kind for hub in hubs for limit in hub.limits}
        return {
            "no_network": len(hubs) > 1,
            "capital_on_site": any(hub.pv is not None or hub.wind is not None for hub in hubs),
            "capital": not any(hub.pv is not None or hub.wind is not None for hub in hubs),
            "demand_response": "demand_response" in kinds,
            "outages": "outage" in kinds,
            "green_limit": scenario.green_share is not None,
            "direct_line": any(hub.direct_green is not None for hub in hubs),
        }

    def provenance(self) -> list[Block]:
        """Say how to make the same run again: command, seed, versions, hashes."""
        t, manifest = self.t, self.study.manifest
        rows = [(t(f"provenance.{key}"), _plain(str(manifest[key]))) for key in RUN_FACTS if key in manifest]
        for kind in ("versions", "hashes"):
            found = _flat(manifest.get(kind, {}))
            rows += [(t(f"provenance.{kind}", name=self._part(name)), str(value)) for name, value in found]
        table = Table(t("provenance.table"), (t("column.item"), t("column.value")), tuple(rows), look="text")
        return [Heading(t("heading.provenance"), "provenance"), Paragraph(t("provenance.intro")), table]

    def _part(self, name: str) -> str:
        """Name what has a version or a hash: the program, a package, an input file by its field."""
        if name.startswith("inputs."):
            return self.t("provenance.of.input", name=name.removeprefix("inputs."))
        return self.t.get(f"provenance.of.{name}", name)

    def method(self) -> list[Block]:
        """Tell on less than a page how the numbers come about."""
        t = self.t
        items = tuple(t(f"method.{key}") for key in t.keys("method"))
        return [Heading(t("heading.method"), "method"), Bullets(items)]

    def glossary(self) -> list[Block]:
        """Explain the terms a reader outside the trade stumbles over."""
        t = self.t
        items = tuple(t(f"glossary.{key}") for key in t.keys("glossary"))
        return [Heading(t("heading.glossary"), "glossary"), Bullets(items)]


def _plain(text: str) -> str:
    """Write an instant for readers: date, time, zone."""
    return re.sub(r"^(\d{4}-\d{2}-\d{2})T([\d:]+)\+(\d{2}):00$", r"\1 \2 (UTC+\3)", text)


def _flat(tree: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """List the leaves of nested mappings by dotted name."""
    leaves: list[tuple[str, Any]] = []
    for key, value in sorted(tree.items()):
        leaves += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", value)]
    return leaves
