"""How sure the answer is: the spread over seeds, if any, and the assumption that pulls hardest on each number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.reporting.assumptions import assumptions
from simulator.reporting.document import Block, Heading, Paragraph, Table
from simulator.reporting.evidence import Evidence
from simulator.reporting.formats import Number
from simulator.reporting.labels import figure_name
from simulator.reporting.replications import FIGURES
from simulator.reporting.strength import strongest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.reporting.study import Study


def sureness_numbers(study: Study) -> Iterator[tuple[str, Number]]:
    """Yield the pull of the strongest assumption on each headline number, and the spread over seeds."""
    for name, item, pull in strongest(study, assumptions(study)):
        yield f"sure.{name}.pull", Number(pull, "share", tuple(f"scenario:{path}" for path in item.paths))
    if study.replications is not None:
        yield from study.replications.numbers()


class Sureness(Evidence):
    """Builds the part of the first page on confidence."""

    def section(self) -> list[Block]:
        """Spread over seeds or the lack of it, then the assumptions that pull hardest, with the method."""
        t = self.t
        blocks: list[Block] = [Heading(t("heading.sure"), "sure"), *self._seeds()]
        chosen = strongest(self.study, self.assumed)
        if not chosen:
            return blocks
        table = self.range_table("sure.table", [item for _, item, _ in chosen])
        targets = bool(self.study.summary.get("targets"))
        names = ["capacity" if name == "target" and not targets else name for name, _, _ in chosen]
        rows = tuple(
            (t(f"sure.on.{shown}"), *row[:4], t.show(f"sure.{name}.pull"), *row[4:])
            for shown, (name, _, _), row in zip(names, chosen, table.rows, strict=True)
        )
        head = (t("column.headline"), *table.head[:4], t("column.pull"), *table.head[4:])
        table = Table(table.caption, head, rows, look="headline")
        return [*blocks, table, Paragraph(t("sure.ranking"), "note")]

    def _seeds(self) -> list[Block]:
        t = self.t
        if "replications.count" not in t.numbers:
            return [Paragraph(t("sure.single"))]
        keys = [key for key in FIGURES if f"replications.mean.{key}" in t.numbers]
        columns = [[key, *(f"replications.{side}.{key}" for side in ("mean", "lowest", "highest"))] for key in keys]
        names = [figure_name(key, t) for key in keys]
        rows = tuple(
            (t("report.with_unit", name=name, unit=unit) if unit else name, *cells)
            for name, (unit, cells) in zip(names, t.rows(columns), strict=True)
        )
        head = (t("column.item"), *(t(f"column.{name}") for name in ("this_run", "mean", "lowest", "highest")))
        count = t.show("replications.count")
        return [Paragraph(t("sure.seeds", count=count)), Table(t("sure.seeds_table"), head, rows)]
