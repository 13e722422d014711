"""
Tables that appear where a run has something to put into them: trade, direct lines, parts of the tariff, data moved.

A table is one row here; its fields need a label (``item.*``) in both locales, and their unit is told from their name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.reporting.document import Table
from simulator.reporting.formats import NONE

if TYPE_CHECKING:
    from simulator.reporting.builder import Builder

# section: (caption, fields); a field that is zero or unknown everywhere is left out, and a table without fields too
EXTRAS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "electricity": (("extra.load", ("energy.mean_facility_mw", "energy.load_factor", "energy.intervals_over_cap")),),
    "clean": (
        ("extra.trade", ("energy.trade_gwh", "energy.trade_sent_gwh", "energy.trade_blocked_gwh")),
        (
            "extra.direct",
            (
                "energy.direct_green_available_gwh",
                "energy.direct_green_exported_gwh",
                "clean.direct_green_self_use_share",
                "clean.direct_green_load_share",
                "clean.direct_green_export_share",
            ),
        ),
    ),
    "cost": (
        (
            "extra.tariff",
            (
                "tariff.line_losses_cny",
                "tariff.network_energy_cny",
                "tariff.system_operation_cny",
                "tariff.government_funds_cny",
                "tariff.capacity_charge_cny",
                "tariff.direct_line_cny",
            ),
        ),
    ),
    "service": (
        (
            "extra.network",
            ("network.moved_tb", "network.energy_gwh", "network.transfers", "network.transfer_mean_s"),
        ),
        (
            "extra.failures",
            (
                "failures.servers_failed",
                "failures.jobs_interrupted",
                "failures.jobs_given_up",
                "failures.lost_mwh",
            ),
        ),
    ),
}


# what limits did, by cause, as the summary counts it
LIMITED = (
    *("short_h", "jobs_refused", "jobs_refused_unstarted", "refused_wait_h", "suspended", "requeued", "slowed"),
    *("servers_off", "trips", "lost_mwh", "slowed_mwh", "parked_mwh"),
)


def extra_tables(builder: Builder, section: str) -> list[Table]:
    """Return the tables of a section that have something to say."""
    t, tables = builder.t, []
    for caption, fields in EXTRAS[section]:
        known = [field for field in fields if builder.some(field)]
        if known:
            keys = [[f"{place}{field}" for place in builder.places] for field in known]
            rows = tuple(
                (builder.named(t(f"item.{field.rpartition('.')[2]}"), unit), *cells)
                for field, (unit, cells) in zip(known, t.rows(keys), strict=True)
            )
            head = (t("column.item"), *map(builder.place, builder.places))
            tables.append(Table(t(caption), head, rows))
    return tables


# what a least clean share came to; work and power are shown only where some was left or lacking
GREEN = ("required_share", "reached_share", "jobs_left", "work_left_device_h", "lacking_mw")


def green_table(builder: Builder) -> list[Table]:
    """Tell what a least clean share asked and came to, where the scenario has one: of all hubs, and of each judged."""
    t = builder.t
    places = [place for place in builder.places if f"{place}green_share.required_share" in t.numbers]
    fields = [field for field in GREEN if field.endswith("_share") or builder.some(f"green_share.{field}")]
    if not places:
        return []
    shown = t.rows([[f"{place}green_share.{field}" for place in places] for field in fields])
    rows = tuple(
        (builder.named(t(f"item.{field}"), unit), *cells) for field, (unit, cells) in zip(fields, shown, strict=True)
    )
    asked = builder.study.scenario.green_share
    caption = t("clean.green_table", matching=t(f"matching.{asked.matching}"), scope=t(f"scope.{asked.scope}"))
    return [Table(caption, (t("column.item"), *map(builder.place, places)), rows)]


def limits_table(builder: Builder) -> list[Table]:
    """Tell by cause what power limits did in all hubs together; nothing where no limit acted."""
    t = builder.t
    causes = list(builder.study.summary.get("limits") or {})
    if not causes:
        return []
    shown = zip(LIMITED, t.rows([[f"limits.{cause}.{field}" for cause in causes] for field in LIMITED]), strict=True)
    rows = tuple(
        (builder.named(t(f"limited.{field}"), unit), *cells)
        for field, (unit, cells) in shown
        if any(cell not in ("0", NONE) for cell in cells)
    )
    if not rows:
        return []
    head = (t("column.item"), *(t(f"cause.{cause}") for cause in causes))
    return [Table(t("limited.table"), head, rows)]
