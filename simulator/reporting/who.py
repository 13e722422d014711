"""Who used it: electricity, carbon and cost by job class and by the hub of the users, each a part of the meter."""

from __future__ import annotations

from simulator.reporting.builder import Builder
from simulator.reporting.document import Block, Heading, Paragraph, Table

PARTS = ("it_gwh", "idle_gwh", "cooling_gwh", "other_gwh", "storage_loss_gwh", "network_gwh")
TOTALS = ("energy_gwh", "carbon_tco2", "cost_cny")
RARE = ("storage_loss_gwh", "network_gwh")  # left out where there are none
BESIDE = ("services", "unallocated")


class Who(Builder):
    """Builds the section on who used the electricity."""

    def who(self) -> list[Block]:
        """Return the tables by class and, where there are several hubs, by users; nothing for older runs."""
        t = self.t
        if "attributed" not in self.study.summary:
            return []
        blocks: list[Block] = [Heading(t("heading.who"), "who"), Paragraph(t("who.intro"))]
        blocks.append(self._table("by_class"))
        if len(self.study.scenario.hubs) > 1:
            blocks.append(self._table("by_users"))
        return [*blocks, Paragraph(t("who.note"), "note")]

    def _table(self, cut: str) -> Table:
        """One row a member, the total last; one column a part."""
        t, group = self.t, self.study.summary["attributed"]
        members = [f"{cut}.{name}" for name in group[cut]]
        beside = [name for name in BESIDE if group[name]["energy_gwh"]]
        keys = [f"attributed.{member}" for member in (*members, *beside, "meter")]
        columns = [part for part in (*PARTS, *TOTALS) if part not in RARE or group["meter"][part]]
        shown = t.rows([[f"{key}.{column}" for key in keys] for column in columns])
        names = [*(self._name(cut, name) for name in group[cut]), *(t(f"who.{name}") for name in (*beside, "meter"))]
        head = [self.named(t(f"who.column.{column}"), unit) for column, (unit, _) in zip(columns, shown, strict=True)]
        rows = zip(names, *(cells for _, cells in shown), strict=True)
        return Table(t(f"who.{cut}"), (t(f"who.column.{cut}"), *head), tuple(rows))

    def _name(self, cut: str, name: str) -> str:
        scenario = self.study.scenario
        return self.t.title((scenario.job_classes if cut == "by_class" else scenario.hubs)[name].title)
